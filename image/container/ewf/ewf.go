package ewf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/adler32"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"shokyo.dev/shokyo/image/container/disk"
	"shokyo.dev/shokyo/image/foreign"
	"shokyo.dev/shokyo/image/source"
	"shokyo.dev/shokyo/words/medium"
)

// E01, the Expert Witness Compression Format of EnCase, FTK Imager and libewf (J. Metz, "Expert Witness Compression Format
// (EWF)"; ASR Data's description): segments, in each a chain of sections, little-endian. Chunks of the medium lie in
// sections of their own, each with an Adler-32; tables say where each begins.

const (
	ewfMagic      = "EVF\x09\x0d\x0a\xff\x00"
	ewfHead       = 13
	ewfSection    = 76
	ewfTableHead  = 24
	ewfPacked     = 1 << 31
	ewfMaxChunks  = 1 << 17 // of a table; EnCase has 16,375, libewf 65,534
	ewfMaxParts   = 16384
	ewfMaxTables  = 1 << 20
	ewfMaxSteps   = 1 << 20 // sections of a segment
	ewfHeldTables = 32
	ewfMaxErrors  = 1 << 16
	ewfErrorHead  = 520
)

func Is(e *foreign.Ends) bool {
	return bytes.HasPrefix(e.Head, []byte(ewfMagic)) && len(e.Head) >= ewfHead && binary.LittleEndian.Uint16(e.Head[9:]) == 1
}

// ewfTable is where the places of a run of chunks stand. They are read when they are asked for: of 20 TB there are 600 million.
type ewfTable struct {
	file       int
	at, mirror int64 // of the entries; the mirror is 0 where there is none
	base       int64 // that entries are counted from
	end        int64 // of the section that the chunks lie in
	first, n   int64 // chunks
}

type ewf struct {
	files  []source.Source
	chunk  int64
	tables []ewfTable
	smart  bool // EWF-S01: chunks are always deflated and lie behind the entries, which have no checksum

	lock sync.Mutex
	held map[int][]byte
}

// ewfReading is what one pass over the sections knows so far.
type ewfReading struct {
	*ewf
	opened  *disk.Opened
	sectors int64 // of unit bytes
	unit    int64
	chunks  int64
	end     int64 // of the last section of chunks
	done    bool
	said    bool   // what its header says was noted
	bad     []span // sectors that could not be read when the image was made
}

type span struct{ from, to int64 }

func Open(o *disk.Opening) (*disk.Opened, error) {
	r := &ewfReading{ewf: &ewf{held: map[int][]byte{}}, opened: new(disk.Opened)}
	path, file := o.Path, o.File
	for n := 1; ; n++ {
		r.files = append(r.files, file)
		if err := r.segment(file, n); err != nil {
			if n == 1 {
				return nil, err
			}
			r.opened.Defect = errors.Join(r.opened.Defect, fmt.Errorf("its segment %s: %w", filepath.Base(path), err))
		}
		if r.done || n == ewfMaxParts {
			break
		}
		next := segmentName(o.Path, n+1)
		if next == "" {
			r.opened.Defect = errors.Join(r.opened.Defect, errors.New("it has more segments, and by its name they cannot be found: it has to end in .E01"))
			break
		}
		f, err := o.Open(next)
		if err != nil {
			r.opened.Defect = errors.Join(r.opened.Defect, fmt.Errorf("its segment %s is not there, and it is not the last: %w", filepath.Base(next), err))
			break
		}
		path, file = next, f
		r.opened.Paths = append(r.opened.Paths, next)
	}
	return r.finish()
}

// segmentName is that of a segment by its number: E01 to E99, then EAA to EZZ, FAA and so on, in the case of the first; empty: that has no such name.
func segmentName(first string, n int) string {
	ext := filepath.Ext(first)
	if len(ext) != 4 || ext[2:] != "01" {
		return ""
	}
	letter, upper := ext[1], ext[1] >= 'A' && ext[1] <= 'Z'
	name := fmt.Sprintf("%c%02d", letter, n)
	if n > 99 {
		k := n - 100
		name = string([]byte{letter + byte(k/26/26), 'A' + byte(k/26%26), 'A' + byte(k%26)})
		if !upper {
			name = strings.ToLower(name)
		}
	}
	return strings.TrimSuffix(first, ext) + "." + name
}

func (r *ewfReading) finish() (*disk.Opened, error) {
	if r.chunk == 0 || r.sectors == 0 {
		return nil, errors.New("nothing in it says how large the medium is")
	}
	size := r.sectors * r.unit
	if have := r.chunks * r.chunk; have < size {
		r.opened.Defect = errors.Join(r.opened.Defect, fmt.Errorf("it has %d of the medium's %d bytes", have, size))
	}
	d := &disk.Clustered{Table: r.ewf, Files: r.files, Bytes: size, Cluster: r.chunk}
	r.opened.Disk = d
	if len(r.bad) > 0 {
		slices.SortFunc(r.bad, func(a, b span) int { return int(min(1, max(-1, a.from-b.from))) })
		r.opened.Disk = &unreadable{d, r.bad}
	}
	return r.opened, nil
}

// segment goes along the sections of one file.
func (r *ewfReading) segment(file source.Source, n int) error {
	head, err := disk.TableOf(file, 0, ewfHead, 1)
	if err != nil {
		return err
	}
	le := binary.LittleEndian
	if string(head[:8]) != ewfMagic || int(le.Uint16(head[9:])) != n {
		return fmt.Errorf("it is not segment %d of an image", n)
	}
	for at, steps := int64(ewfHead), 0; ; steps++ {
		s, err := disk.TableOf(file, at, ewfSection, 1)
		if err != nil {
			return err
		}
		if adler32.Checksum(s[:72]) != le.Uint32(s[72:]) || steps > ewfMaxSteps {
			return fmt.Errorf("the section at byte %d is damaged", at)
		}
		kind, next, size := string(bytes.TrimRight(s[:16], "\x00")), int64(le.Uint64(s[16:])), int64(le.Uint64(s[24:]))
		switch kind {
		case "next":
			return nil
		case "done":
			r.done = true
			return nil
		}
		if next <= at || next > file.Size() {
			return fmt.Errorf("behind the section at byte %d nothing follows", at)
		}
		if err := r.section(file, kind, at+ewfSection, min(next, at+max(size, ewfSection))); err != nil {
			return fmt.Errorf("the section %.16q at byte %d: %w", kind, at, err)
		}
		at = next
	}
}

func (r *ewfReading) section(file source.Source, kind string, from, to int64) error {
	switch kind {
	case "volume", "disk", "data":
		return r.volume(file, from, to)
	case "sectors":
		r.end = to
	case "table":
		return r.addTable(file, from, to)
	case "table2":
		return r.mirror(file, from)
	case "error2":
		return r.errors(file, from)
	case "header", "header2":
		r.facts(file, kind, from, to)
	case "digest", "hash":
		r.stored(file, kind, from)
	}
	return nil
}

// volume says how the medium is laid out. Later copies say the same.
func (r *ewfReading) volume(file source.Source, from, to int64) error {
	b, err := disk.TableOf(file, from, min(to-from, 1052), 1)
	if err != nil || len(b) < 94 || r.chunk != 0 {
		return err
	}
	le := binary.LittleEndian
	per, bytes, sectors := int64(le.Uint32(b[8:])), int64(le.Uint32(b[12:])), int64(le.Uint32(b[16:]))
	if r.smart = len(b) < 1052; !r.smart { // of EWF-S01 it has 94 bytes, and the number of sectors 32 bits
		sectors = int64(le.Uint64(b[16:]))
		if adler32.Checksum(b[:1048]) != le.Uint32(b[1048:]) {
			return errors.New("it is damaged")
		}
	}
	if per < 1 || per > 1<<17 || bytes < 512 || bytes > 1<<16 || bytes%512 != 0 || sectors < 1 || sectors > disk.MaxBytes/bytes || per*bytes > 64<<20 {
		return fmt.Errorf("%d sectors of %d bytes, %d to a chunk, are no medium", sectors, bytes, per)
	}
	r.chunk, r.sectors, r.unit = per*bytes, sectors, bytes
	return nil
}

func (r *ewfReading) addTable(file source.Source, from, to int64) error {
	h, err := disk.TableOf(file, from, ewfTableHead, 1)
	if err != nil {
		return err
	}
	le := binary.LittleEndian
	n := int64(le.Uint32(h))
	if n > ewfMaxChunks || len(r.tables) >= ewfMaxTables || adler32.Checksum(h[:20]) != le.Uint32(h[20:]) {
		return fmt.Errorf("it says that it has %d entries, and may be damaged", n)
	}
	end := r.end
	if end <= 0 || end > from { // of FTK Imager and EnCase 1 the chunks lie in the table's section, behind it
		end = to
	}
	r.tables = append(r.tables, ewfTable{file: len(r.files) - 1, at: from + ewfTableHead, base: int64(le.Uint64(h[8:])), end: end, first: r.chunks, n: n})
	r.chunks += n
	return nil
}

// mirror is a copy of the table before it.
func (r *ewfReading) mirror(file source.Source, from int64) error {
	h, err := disk.TableOf(file, from, ewfTableHead, 1)
	if n := len(r.tables); err == nil && n > 0 && int64(binary.LittleEndian.Uint32(h)) == r.tables[n-1].n {
		r.tables[n-1].mirror = from + ewfTableHead
	}
	return err
}

// errors are what could not be read when the image was made: it has zeros there.
func (r *ewfReading) errors(file source.Source, from int64) error {
	h, err := disk.TableOf(file, from, 4, 1)
	if err != nil {
		return err
	}
	n := int64(binary.LittleEndian.Uint32(h))
	if n > ewfMaxErrors {
		return fmt.Errorf("%d errors are more than are listed", n)
	}
	b, err := disk.TableOf(file, from+ewfErrorHead, n, 8)
	if err != nil {
		return err
	}
	for i := range n {
		first, count := int64(binary.LittleEndian.Uint32(b[8*i:])), int64(binary.LittleEndian.Uint32(b[8*i+4:]))
		r.bad = append(r.bad, span{first * r.unit, (first + count) * r.unit})
	}
	return nil
}

// stored are the digests that whoever made the image took of the medium.
func (r *ewfReading) stored(file source.Source, kind string, from int64) {
	if b, err := disk.TableOf(file, from, 36, 1); err == nil {
		text := "MD5 " + hex.EncodeToString(b[:16])
		if kind == "digest" {
			text += ", SHA-1 " + hex.EncodeToString(b[16:])
		}
		r.opened.Note(medium.EvidenceStates.Say(text))
	}
}

func (v *ewf) Place(n int64) (disk.Place, error) {
	i, found := slices.BinarySearchFunc(v.tables, n, func(t ewfTable, n int64) int {
		switch {
		case t.first+t.n <= n:
			return -1
		case t.first > n:
			return 1
		}
		return 0
	})
	if !found {
		return disk.Place{}, errors.New("no segment that is there has it")
	}
	t := &v.tables[i]
	entries, err := v.entries(i)
	if err != nil {
		return disk.Place{}, err
	}
	k := 4 * (n - t.first)
	e, end := binary.LittleEndian.Uint32(entries[k:]), t.end
	if next := k + 4; next < int64(len(entries)) {
		end = t.base + int64(binary.LittleEndian.Uint32(entries[next:])&^ewfPacked)
	}
	at := t.base + int64(e&^ewfPacked)
	if at < 0 || end <= at || end > v.files[t.file].Size() {
		return disk.Place{}, fmt.Errorf("the table has it from byte %d to %d of its segment", at, end)
	}
	return disk.Place{State: disk.Packed, File: t.file, At: at, Size: end - at, Bare: !v.smart && e&ewfPacked == 0}, nil
}

// entries are those of a table, or of its mirror where the table is damaged.
func (v *ewf) entries(i int) ([]byte, error) {
	v.lock.Lock()
	defer v.lock.Unlock()
	if b := v.held[i]; b != nil {
		return b, nil
	}
	t := &v.tables[i]
	b, err := v.checkedEntries(v.files[t.file], t.at, t.n)
	if err != nil && t.mirror > 0 {
		b, err = v.checkedEntries(v.files[t.file], t.mirror, t.n)
	}
	if err != nil {
		return nil, err
	}
	if len(v.held) >= ewfHeldTables {
		clear(v.held)
	}
	v.held[i] = b
	return b, nil
}

func (v *ewf) checkedEntries(file source.Source, at, n int64) ([]byte, error) {
	if v.smart {
		return disk.TableOf(file, at, 4*n, 1)
	}
	b, err := disk.TableOf(file, at, 4*n+4, 1)
	if err != nil {
		return nil, err
	}
	if adler32.Checksum(b[:4*n]) != binary.LittleEndian.Uint32(b[4*n:]) {
		return nil, errors.New("its table is damaged")
	}
	return b[:4*n], nil
}

func (v *ewf) Unpack(p disk.Place) ([]byte, error) {
	b := make([]byte, min(p.Size, v.chunk+v.chunk/8+1024)) // what cannot be made smaller grows by less
	if err := source.ReadFull(v.files[p.File], b, p.At); err != nil {
		return nil, err
	}
	if p.Bare {
		n := min(int64(len(b))-4, v.chunk)
		if n <= 0 || adler32.Checksum(b[:n]) != binary.LittleEndian.Uint32(b[n:]) {
			return nil, errors.New("its checksum does not fit: the image is damaged")
		}
		return append(b[:n:n], make([]byte, v.chunk-n)...), nil
	}
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	out := make([]byte, v.chunk)
	n, err := io.ReadFull(z, out)
	if err == nil { // the checksum stands behind the last byte
		_, err = z.Read(make([]byte, 1))
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && n > 0 {
		err = nil // the last chunk ends with the medium
	}
	return out, err
}

// unreadable is a disk of which some of it could not be read when it was copied.
type unreadable struct {
	disk.Disk
	bad []span // by place
}

func (u *unreadable) ReadAt(p []byte, off int64) (int, error) {
	for _, s := range u.bad {
		if s.from >= off+int64(len(p)) || s.to <= off {
			continue
		}
		if s.from <= off {
			return 0, fmt.Errorf("byte %d could not be read when the image was made", off)
		}
		n, err := u.Disk.ReadAt(p[:s.from-off], off)
		if err == nil {
			err = fmt.Errorf("byte %d could not be read when the image was made", s.from)
		}
		return n, err
	}
	return u.Disk.ReadAt(p, off)
}
