// Package zipped makes one file of a bundle, a ZIP, and reads such files so that there is one
// way to read them.
//
// A ZIP says everything twice, in front of each file and in the directory at its end (PKWARE
// APPNOTE 6.3.9, sections 4.3.7 and 4.3.12), and programs differ in whom they believe: what one
// shows is not what another checked. So [Read] wants both to say the same, the files to lie side
// by side from the first byte to the directory, the directory to end the ZIP, and each name to
// be there once. What other programs pack as mail does (Info-ZIP, Windows, Go, Python) is of
// that form. Fields that say nothing of what is inside (times, owners, who packed) are free.
package zipped

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"path"
	"strings"
	"time"
)

// File is one in a ZIP.
type File struct {
	Name string
	Data []byte
}

// mostFiles is more than a bundle has.
const mostFiles = 64

// Read gives the files of a ZIP, by their names without the folder, of which there can be one.
// most is how many bytes each can have; of a file for which that is 0 the name is given alone.
// All together have at most left bytes.
func Read(b []byte, left int64, most func(name string) int64) (map[string][]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fmt.Errorf("the ZIP is damaged: %w", err)
	}
	if len(z.File) > mostFiles {
		return nil, fmt.Errorf("the ZIP has %d files, a bundle has fewer", len(z.File))
	}
	packed, err := layout(b, z.File)
	if err != nil {
		return nil, err
	}
	out, top := map[string][]byte{}, ""
	for i, f := range z.File {
		dir, name := path.Split(f.Name)
		if i == 0 {
			top = dir
		}
		_, twice := out[name]
		switch {
		case dir != top || strings.Count(top, "/") > 1:
			return nil, errors.New("the ZIP has more than one folder")
		case name == "" && i == 0 && f.UncompressedSize64 == 0: // the folder itself
			continue
		case name == "" || twice:
			return nil, fmt.Errorf("%.80q is twice in the ZIP", f.Name)
		case !f.Mode().IsRegular():
			return nil, fmt.Errorf("%.80q in the ZIP is not a regular file", name)
		}
		out[name] = nil
		if limit := most(name); limit > 0 {
			if out[name], err = unpack(f, packed[i], min(left, limit)); err != nil {
				return nil, fmt.Errorf("%.80q in the ZIP %w", name, err)
			}
			left -= int64(len(out[name]))
		}
	}
	return out, nil
}

// unpack gives the bytes of a file, which are as many as was said, and all that was packed.
func unpack(f *zip.File, packed []byte, most int64) ([]byte, error) {
	if f.UncompressedSize64 > uint64(most) {
		return nil, fmt.Errorf("unpacks to %d bytes, at most %d were expected", f.UncompressedSize64, most)
	}
	in := bytes.NewReader(packed)
	r := io.Reader(in)
	switch f.Method {
	case zip.Store:
	case zip.Deflate:
		r = flate.NewReader(in) // reads no byte behind its end: in can be asked for each
	default:
		return nil, fmt.Errorf("is packed by the method %d, and only stored or deflated files are read", f.Method)
	}
	b, err := io.ReadAll(io.LimitReader(r, int64(f.UncompressedSize64)+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("does not unpack: %w", err)
	case uint64(len(b)) != f.UncompressedSize64:
		return nil, errors.New("has another length than the ZIP says")
	case in.Len() > 0:
		return nil, fmt.Errorf("has %d bytes behind its end", in.Len())
	case crc32.ChecksumIEEE(b) != f.CRC32:
		return nil, errors.New("is damaged: its checksum is another")
	}
	return b, nil
}

// Lengths of records without what varies in them, and what they begin with.
const (
	localLength      = 30
	directoryLength  = 46
	descriptorLength = 16
	endLength        = 22

	localSign      = 0x04034b50
	descriptorSign = 0x08074b50
	endSign        = 0x06054b50
)

// Flags (section 4.4.4): the lengths stand behind the file; it is encrypted, patched, encrypted
// strongly, or has its names masked.
const (
	flagDescriptor = 1 << 3
	flagsUnread    = 1<<0 | 1<<5 | 1<<6 | 1<<13
)

var errLayout = errors.New("the ZIP can be read in more than one way")

// layout says whether the files and the directory fill the ZIP, each once, and gives the packed
// bytes of each file.
func layout(b []byte, files []*zip.File) (packed [][]byte, err error) {
	directory, err := end(b, files)
	if err != nil {
		return nil, err
	}
	at, entry := 0, directory
	for _, f := range files {
		if e := b[entry:]; binary.LittleEndian.Uint16(e[34:]) != 0 || binary.LittleEndian.Uint32(e[42:]) != uint32(at) {
			return nil, fmt.Errorf("%w: %.80q does not lie where the one before it ends", errLayout, f.Name)
		}
		data, next, err := local(b[:directory], at, f)
		if err != nil {
			return nil, err
		}
		packed, at, entry = append(packed, data), next, entry+entryLength(f)
	}
	if at != directory {
		return nil, fmt.Errorf("%w: %d bytes lie between its files and its directory", errLayout, directory-at)
	}
	return packed, nil
}

func entryLength(f *zip.File) int { return directoryLength + len(f.Name) + len(f.Extra) }

// end reads the last record (section 4.3.16) and says where the directory begins.
func end(b []byte, files []*zip.File) (directory int, err error) {
	size := 0
	for _, f := range files {
		if f.Comment != "" {
			return 0, fmt.Errorf("%w: a file has a comment", errLayout)
		}
		size += entryLength(f)
	}
	directory = len(b) - endLength - size
	if directory < 0 {
		return 0, fmt.Errorf("%w: something lies in or behind its directory", errLayout)
	}
	want := binary.LittleEndian.AppendUint32(nil, endSign)
	want = binary.LittleEndian.AppendUint32(want, 0) // of one part
	want = binary.LittleEndian.AppendUint16(want, uint16(len(files)))
	want = binary.LittleEndian.AppendUint16(want, uint16(len(files)))
	want = binary.LittleEndian.AppendUint32(want, uint32(size))
	want = binary.LittleEndian.AppendUint32(want, uint32(directory))
	want = binary.LittleEndian.AppendUint16(want, 0) // without a comment
	if !bytes.Equal(b[len(b)-endLength:], want) {
		return 0, fmt.Errorf("%w: something lies in or behind its directory", errLayout)
	}
	return directory, nil
}

// local reads what stands in front of a file (section 4.3.7) and holds it against the directory.
func local(b []byte, at int, f *zip.File) (packed []byte, next int, err error) {
	differs := func(what string) error {
		return fmt.Errorf("%w: what stands in front of %.80q and in the directory differ: %s", errLayout, f.Name, what)
	}
	if len(b)-at < localLength || binary.LittleEndian.Uint32(b[at:]) != localSign {
		return nil, 0, differs("where it lies")
	}
	h := b[at:]
	flags, method := binary.LittleEndian.Uint16(h[6:]), binary.LittleEndian.Uint16(h[8:])
	name, extra := int(binary.LittleEndian.Uint16(h[26:])), int(binary.LittleEndian.Uint16(h[28:]))
	from := localLength + name + extra
	if uint64(len(h)) < uint64(from)+f.CompressedSize64 || f.CompressedSize64 > uint64(len(h)) {
		return nil, 0, differs("the length")
	}
	to := from + int(f.CompressedSize64)
	want := binary.LittleEndian.AppendUint32(nil, f.CRC32)
	want = binary.LittleEndian.AppendUint32(want, uint32(f.CompressedSize64))
	want = binary.LittleEndian.AppendUint32(want, uint32(f.UncompressedSize64))
	said := h[14:26]
	switch {
	case string(h[localLength:localLength+name]) != f.Name:
		return nil, 0, differs("the name")
	case flags != f.Flags || method != f.Method:
		return nil, 0, differs("how it is packed")
	case flags&flagsUnread != 0:
		return nil, 0, fmt.Errorf("%.80q in the ZIP is encrypted or patched", f.Name)
	case speaks(f.Extra) || speaks(h[localLength+name:from]):
		return nil, 0, fmt.Errorf("%w: %.80q has a second name or second lengths", errLayout, f.Name)
	case flags&flagDescriptor != 0:
		if len(h)-to < descriptorLength || binary.LittleEndian.Uint32(h[to:]) != descriptorSign || !unknownYet(said, want) {
			return nil, 0, differs("the end")
		}
		said, next = h[to+4:to+descriptorLength], descriptorLength
	}
	if !bytes.Equal(said, want) {
		return nil, 0, differs("its lengths")
	}
	return h[from:to], at + to + next, nil
}

// unknownYet says whether each of the checksum and the lengths is right, or 0: who packs into a
// pipe knows them later.
func unknownYet(said, want []byte) bool {
	for i := 0; i < len(want); i += 4 {
		if !bytes.Equal(said[i:i+4], want[i:i+4]) && binary.LittleEndian.Uint32(said[i:]) != 0 {
			return false
		}
	}
	return true
}

// extras that say again what a file is: lengths (section 4.5.3), encryption (APPNOTE and the
// AES extension), another name and comment (sections 4.6.8 and 4.6.9).
var extras = map[uint16]bool{0x0001: true, 0x0017: true, 0x9901: true, 0x7075: true, 0x6375: true}

// speaks says whether an extra field is one of those, or none at all (section 4.5.1).
func speaks(extra []byte) bool {
	for len(extra) > 0 {
		if len(extra) < 4 {
			return true
		}
		kind, n := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if extras[kind] || n > len(extra)-4 {
			return true
		}
		extra = extra[4+n:]
	}
	return false
}

// Write makes a ZIP of files in a folder of that name. The same files give the same bytes.
func Write(folder string, files []File) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range files {
		// DOS times begin in 1980, and a report's own time stands in it.
		w, err := z.CreateHeader(&zip.FileHeader{Name: path.Join(folder, f.Name), Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(f.Data); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
