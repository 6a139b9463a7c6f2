// Package codec serves compressed files as what they decode to, at any offset.
//
// A format is a row of All. codec.go is the fence around the decoders, and stream.go
// makes a source of one that only goes forward.
package codec

// This file is the fence around the decoders: nothing else touches
// klauspost/compress. They are given bounded memory, a panic in them becomes
// an error of the image, and they are never asked again after an error.

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"shokyo.dev/shokyo/image/source"
)

// maxWindow is the longest zstd window that is decoded: what the zstd tool
// itself accepts without being asked for more (--long=27, RFC 8878 §3.1.1.1.2
// recommends at least 8 MiB). It bounds the decoder's memory.
const maxWindow = 128 << 20

// readAhead is how much compressed data is read at once.
const readAhead = 1 << 20

// Formats, as a report calls them.
const (
	Gzip = "gzip"
	Zstd = "zstd"
)

// Codec is a compressed format.
type Codec struct {
	Format     string
	extensions []string
	magic      string
	open       func(io.Reader) (io.Reader, func(), error)
}

// All are the formats that are decoded.
func All() []Codec {
	return []Codec{
		{Gzip, []string{".gz", ".gzip"}, "\x1f\x8b\x08", openGzip}, // RFC 1952 §2.3.1, CM 8
		{Zstd, []string{".zst", ".zstd"}, "\x28\xb5\x2f\xfd", openZstd},
	}
}

// ByName is the format that a name means; nil if none.
func ByName(path string) *Codec {
	for _, c := range All() {
		for _, ext := range c.extensions {
			if strings.HasSuffix(strings.ToLower(path), ext) {
				return &c
			}
		}
	}
	return nil
}

// Trim takes the extension off a path.
func (c *Codec) Trim(path string) string { return strings.TrimSuffix(path, filepath.Ext(path)) }

// Begins says whether data of this format begins like that.
func (c *Codec) Begins(head []byte) bool {
	return bytes.HasPrefix(head, []byte(c.magic)) || c.Format == Zstd && isSkippable(head)
}

// isSkippable: a zstd stream may begin with a skippable frame (RFC 8878
// §3.1.2), as what pzstd writes does.
func isSkippable(b []byte) bool {
	return len(b) >= 4 && binary.LittleEndian.Uint32(b)&^0xf == 0x184D2A50
}

// openGzip decodes all members (RFC 1952 §2.2), CRC and length of each checked.
func openGzip(r io.Reader) (io.Reader, func(), error) {
	in := bufio.NewReaderSize(r, readAhead) // r itself, if it is one already
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, func() {}, err
	}
	z.Multistream(false)
	return &members{in: in, z: z}, func() {}, nil
}

// members reads the members of a gzip file one by one, because the library
// takes zeros behind the last for damage. Tapes and dd fill up blocks with
// them, and the gzip tool ignores them without a word.
// Zeros and then something else are not padding.
type members struct {
	in     *bufio.Reader
	z      *gzip.Reader
	ended  bool // the member
	padded bool // only zeros may follow
}

// Read may give nothing and no error, so that neither empty members nor padding
// without end keep a caller from giving up.
func (m *members) Read(p []byte) (n int, err error) {
	if m.ended {
		return 0, m.next()
	}
	n, err = m.z.Read(p)
	if err == io.EOF {
		m.ended, err = true, nil
	}
	return n, err
}

// next goes on with another member, or skips some padding.
func (m *members) next() error {
	if _, err := m.in.Peek(1); err != nil {
		return err // io.EOF: a good end
	}
	b, _ := m.in.Peek(m.in.Buffered())
	zeros := len(b) - len(bytes.TrimLeft(b, "\x00"))
	switch {
	case zeros > 0:
		m.padded = true
		_, err := m.in.Discard(zeros)
		return err
	case m.padded:
		return gzip.ErrHeader
	}
	if err := m.z.Reset(m.in); err != nil {
		return err
	}
	m.z.Multistream(false)
	m.ended = false
	return nil
}

// openZstd decodes all frames, checksums checked where there are any.
// Concurrency 1 decodes in the calling goroutine, so a panic can be caught.
func openZstd(r io.Reader) (io.Reader, func(), error) {
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(maxWindow), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, nil, err
	}
	return z, z.Close, nil
}

// decoder is one pass over a compressed source.
type decoder struct {
	in    *bufio.Reader
	fed   *counter
	out   io.Reader
	close func()
	err   error // the first one; for good
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func newDecoder(src source.Source, c *Codec) (d *decoder) {
	d = &decoder{fed: &counter{r: io.NewSectionReader(src, 0, src.Size())}}
	d.in = bufio.NewReaderSize(d.fed, readAhead)
	defer d.recover()
	d.out, d.close, d.err = c.open(d.in)
	return d
}

// read fills p as far as one step of the decoder goes, which may be not at all.
func (d *decoder) read(p []byte) (n int, err error) {
	defer func() { err = d.err }()
	defer d.recover()
	if d.err == nil {
		n, d.err = d.out.Read(p)
	}
	return n, d.err
}

func (d *decoder) recover() {
	if r := recover(); r != nil {
		d.err = fmt.Errorf("decoder failed: %v", r)
	}
}

// consumed is how many compressed bytes the decoder has used.
func (d *decoder) consumed() int64 { return d.fed.n - int64(d.in.Buffered()) }

func (d *decoder) Close() {
	if d.close == nil {
		return
	}
	defer d.recover()
	d.close()
	d.close = nil
	if d.err == nil {
		d.err = errors.New("decoder is closed")
	}
}

// what a decoder's error means for the image.
func (c *Codec) meaning(err error) string {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "ends early"
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, zstd.ErrCRCMismatch):
		return "has a wrong checksum"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, zstd.ErrMagicMismatch):
		return "goes on with something that is no " + c.Format + " data"
	case errors.Is(err, zstd.ErrUnknownDictionary):
		return "needs a dictionary that it was compressed with (decompress it with zstd -d -D DICTIONARY)"
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return "needs a window of more than 128 MiB (decompress it with zstd -d --long=31)"
	}
	return "is damaged (" + err.Error() + ")"
}

// UnpackZstd decodes the first n bytes of what is packed in b; what lies behind the frame is not looked at.
func UnpackZstd(b []byte, n int) (out []byte, err error) {
	r, stop, err := openZstd(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	defer stop()
	defer func() { // a panic of the decoder is an error of the image
		if p := recover(); p != nil {
			err = fmt.Errorf("the decoder failed: %v", p)
		}
	}()
	out = make([]byte, n)
	_, err = io.ReadFull(r, out)
	return out, err
}
