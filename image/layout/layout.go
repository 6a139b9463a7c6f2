// Package layout takes apart the data and the checksums of array disks.
//
// Disks of storage arrays hold checksums between the data. Either the disk is
// formatted with longer sectors, 512 bytes of data and 8, 12 or 16 behind them
// (or 4096 and 8, 64 or 128); or it keeps sectors of 512 bytes and every ninth,
// or every 64th block, is checksums of those before it. NetApp's manuals
// describe three: sectors of 520 bytes; with sectors of 512 bytes 8 of data to
// one of checksums; and 63 blocks of 4096 bytes to one (zoned checksums).
//
// Read without regard to that, text is cut every 512 bytes, and ciphertext is
// mixed with something that is none. A Layout takes them apart: every byte of
// the medium is in the data or in the trailers, in order, and none in both.
// Told the wrong layout, an examination of the two still sees every byte.
package layout

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"shokyo.dev/shokyo/image/source"
	"shokyo.dev/shokyo/words/medium"
)

// Layout is how data and checksums alternate: units of DataBytes and then
// TrailerBytes.
type Layout struct {
	Name         string
	SectorBytes  int // the smallest piece of the medium that can be read
	DataBytes    int
	TrailerBytes int // 0: there are no checksums
}

// All are the layouts that are known.
func All() []Layout {
	return []Layout{
		{"512", 512, 512, 0},
		{"520", 520, 512, 8},
		{"524", 524, 512, 12},
		{"528", 528, 512, 16},
		{"4104", 4104, 4096, 8},
		{"4160", 4160, 4096, 64},
		{"4224", 4224, 4096, 128},
		{"9th", 512, 8 * 512, 512},
		{"64th", 512, 63 * 4096, 4096},
		{"64th-512", 512, 63 * 512, 512}, // blocks of one sector
	}
}

// Parse finds a layout by its name.
func Parse(name string) (Layout, error) {
	var names []string
	for _, l := range All() {
		if l.Name == name {
			return l, nil
		}
		names = append(names, l.Name)
	}
	return Layout{}, fmt.Errorf("sector layout %q is not known: give one of %s", name, strings.Join(names, ", "))
}

func (l Layout) unit() int64 { return int64(l.DataBytes) + int64(l.TrailerBytes) }

// Laid is the data of a medium with a layout, as a Source.
type Laid struct {
	view
	trailers view
	layout   Layout
	units    int64 // whole ones
	notes    []string
}

// Apply takes data and checksums apart. A medium whose size is no multiple of
// the sector is refused: it has another layout, or its end is missing. Sectors
// behind the last whole unit are data as far as they go.
func (l Layout) Apply(src source.Source) (*Laid, error) {
	size := src.Size()
	laid := &Laid{layout: l, view: view{src: src, layout: l, take: int64(l.DataBytes)},
		trailers: view{src: src, layout: l, skip: int64(l.DataBytes), take: int64(l.TrailerBytes)}}
	if l.TrailerBytes == 0 {
		laid.size, laid.units = size, size/l.unit()
		return laid, nil
	}
	if l.TrailerBytes < l.SectorBytes {
		laid.seen = &trailersSeen{crc: t10Table()}
	}
	if rest := size % int64(l.SectorBytes); rest != 0 {
		return nil, fmt.Errorf("the medium has %d bytes, %d more than a multiple of %d: it is not laid out as %s, or its end is missing; to examine it as it is, give the sector layout 512",
			size, rest, l.SectorBytes, l.Name)
	}
	laid.units = size / l.unit()
	rest := size % l.unit()
	laid.size = laid.units*laid.take + min(rest, laid.take)
	laid.trailers.size = size - laid.size
	if rest != 0 {
		laid.notes = append(laid.notes, medium.BrokenUnit.Say(rest, l.Name, min(rest, laid.take)).EN)
	}
	return laid, nil
}

// Layout is what was applied.
func (l *Laid) Layout() Layout { return l.layout }

// Notes are oddities that a report should mention, one sentence each.
func (l *Laid) Notes() []string { return l.notes }

// AllSeen says that whoever reads data reads the trailers as well: then OddTrailer
// is about all that was read, and not about a sample.
func (l *Laid) AllSeen() bool { return l.seen != nil }

// OddTrailer says whether, so far, a trailer was read that is neither 00 nor FF
// nor protection information of type 1.
func (l *Laid) OddTrailer() bool { return l.seen != nil && l.seen.odd.Load() }

// Trailers are the checksums alone, to be examined like a medium: something
// may be hidden there. Each pass over them reads the whole medium where they
// are shorter than a sector.
func (l *Laid) Trailers() source.Source { return &l.trailers }

// view is one part of every unit, end to end: take bytes behind the first skip.
type view struct {
	src        source.Source
	layout     Layout
	skip, take int64
	size       int64
	buffers    sync.Pool // *[]byte, pieceBytes long
	seen       *trailersSeen
}

// pieceBytes is how much of the medium is read at a time.
const pieceBytes = 1 << 20

func (v *view) Size() int64 { return v.size }

// Alignment is the smallest range worth reading: what fails together.
func (v *view) Alignment() int {
	if v.layout.TrailerBytes == 0 {
		return source.Alignment(v.src, v.layout.SectorBytes)
	}
	if v.take%int64(v.layout.SectorBytes) == 0 {
		return v.layout.SectorBytes
	}
	return int(v.take)
}

// raw is where a byte of the view lies on the medium.
func (v *view) raw(off int64) int64 { return off/v.take*v.layout.unit() + v.skip + off%v.take }

// ReadAt implements io.ReaderAt. When a sector cannot be read it returns the
// bytes before it, or fewer if the source gave fewer: read in halves down to
// Alignment, exactly what lies in that sector is missing.
func (v *view) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("read at a negative offset")
	}
	if off >= v.size {
		return 0, io.EOF
	}
	if v.layout.TrailerBytes == 0 {
		return v.src.ReadAt(p, off)
	}
	want := len(p)
	p = p[:min(int64(want), v.size-off)]
	buf, ok := v.buffers.Get().(*[]byte)
	if !ok {
		b := make([]byte, pieceBytes)
		buf = &b
	}
	defer v.buffers.Put(buf)
	for n < len(p) {
		k, err := v.readPiece(p[n:], off+int64(n), *buf)
		n += k
		if err != nil {
			return n, err
		}
	}
	if n < want {
		return n, io.EOF
	}
	return n, nil
}

// readPiece reads whole sectors of the medium, from the one that holds the
// first byte to the one that holds the last, as many as fit into buf, and
// gathers the bytes of the view from them.
func (v *view) readPiece(p []byte, off int64, buf []byte) (n int, err error) {
	sector := int64(v.layout.SectorBytes)
	start := v.raw(off) / sector * sector
	end := (v.raw(off+int64(len(p))-1)/sector + 1) * sector
	buf = buf[:min(end-start, int64(len(buf))/sector*sector)]
	got, err := v.src.ReadAt(buf, start)
	if got == len(buf) {
		err = nil // io.EOF, behind the last sector
	} else if err == nil {
		err = io.ErrNoProgress
	}
	buf = buf[:max(0, min(got, len(buf)))]
	if v.seen != nil {
		v.seen.look(v.layout, start, buf)
	}
	for n < len(p) {
		at := v.raw(off+int64(n)) - start
		if at >= int64(len(buf)) {
			break
		}
		run := min(v.take-(off+int64(n))%v.take, int64(len(p)-n))
		n += copy(p[n:int64(n)+run], buf[at:])
	}
	if n == len(p) {
		return n, nil // whatever failed lies behind
	}
	return n, err
}
