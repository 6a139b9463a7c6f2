// Package ogg finds pages of Ogg: Vorbis, Opus, FLAC, Speex, Theora.
//
// # The format
//
// A page (RFC 3533) is, least significant byte first:
//
//	4  "OggS"
//	1  version: 0
//	1  1 a packet goes on from the page before, 2 first page, 4 last page of its stream
//	8  position: samples up to the end of the last packet that ends here; all ones: none does
//	4  number of the stream
//	4  number of the page in it
//	4  CRC-32 of the page with this field zero: 0x04c11db7, neither reflected nor inverted
//	1  number of lengths that follow
//	…  lengths of segments; one below 255 ends its packet
//	…  the segments
//
// The next page begins behind the last segment.
//
// # The bound
//
// That of package walk. Where a page is whole, its checksum is worth 31 bits of 32: it may be wrong. The bytes of the
// payload decide only that.
package ogg

import (
	"encoding/binary"
	"math/bits"

	"shokyo.dev/shokyo/scan/media/sound/walk"
	"shokyo.dev/shokyo/scan/proof"
)

const (
	headerBytes = 27
	magic       = 'O'<<24 | 'g'<<16 | 'g'<<8 | 'S'
)

// page is what the next is compared with.
type page struct {
	stream, number uint32
	position       uint64
}

// kinds of first bytes of a page: goes on, first, last.
var flags = [8]float64{.42, .42, .02, 0, .05, .05, .01, 0}

const none = 1<<64 - 1 // position where no packet ends

// Chain reads the pages that begin where w is, and says how many there are.
func Chain(w *walk.Walk) (kind string, pages int) {
	kind = "ogg-pages"
	var last page
	for w.Alive() {
		start := w.Pos() / 8
		size := header(w, &last, pages > 0)
		if !w.Alive() {
			break
		}
		pages++
		if b := w.Bytes(); start+size <= len(b) {
			w.Skip(8 * (start + size - w.Pos()/8))
			w.Spend(size / 4) // to sum up
			if proof.HoledBigCRC32(b[start:start+size], 22) == binary.LittleEndian.Uint32(b[start+22:]) {
				w.Weigh(32, .5)
			} else {
				w.Odds(.5)
			}
			continue
		}
		break
	}
	return kind, pages
}

// header takes that of a page and gives the page's size.
func header(w *walk.Walk, last *page, later bool) (size int) {
	h := w.Bytes()[w.Pos()/8:]
	w.Is(32, magic)
	w.Is(8, 0)
	if kind := w.Take(8); kind < uint64(len(flags)) {
		w.Weigh(8, flags[kind])
	} else {
		w.Fail()
	}
	if len(h) < headerBytes {
		w.Fail()
	}
	if !w.Alive() {
		return 0
	}
	x := page{number: binary.LittleEndian.Uint32(h[18:]), stream: binary.LittleEndian.Uint32(h[14:]), position: binary.LittleEndian.Uint64(h[6:])}
	place(w, x.position, last.position, later)
	w.Skip(32)
	if later {
		same := 0.
		if x.stream == last.stream { // another where pages of several are mixed
			same = .9
		}
		w.Weigh(32, same+.1/(1<<32))
	}
	w.Skip(32)
	switch {
	case !later, x.stream != last.stream:
		w.Weigh(32, small(uint64(x.number), 32))
	case x.number == last.number+1:
		w.Weigh(32, .95)
	default:
		w.Weigh(32, .05*small(uint64(x.number), 32))
	}
	w.Skip(32) // the checksum is looked at last
	n := int(w.Take(8))
	if size = headerBytes + n; size > len(h) {
		w.Fail()
		return 0
	}
	for _, c := range h[headerBytes:size] {
		size += int(c)
	}
	w.Skip(8 * n)
	*last = x
	return size
}

// place takes a position: none, or a small number, or the page before's and little more.
func place(w *walk.Walk, v, last uint64, later bool) {
	w.Skip(64)
	if v == none {
		w.Weigh(64, .1)
		return
	}
	q := .9 * small(v, 64)
	if step := v - last; later && step < 1<<20 {
		q = q/2 + .45/(1<<20)
	}
	w.Weigh(64, q)
}

// small is the chance of a number by how many bits it has: each as likely as any other up to 40.
func small(v uint64, width int) float64 {
	n := bits.Len64(v)
	if n > 40 {
		return 0
	}
	q := 1 / float64(min(width, 40)+1)
	if n > 1 {
		q /= float64(uint64(1) << (n - 1))
	}
	return q
}
