package signature

import (
	"encoding/binary"
	"iter"
	"slices"
	"sync"

	"shokyo.dev/shokyo/scan/proof"
)

// A file also begins where no sector does: a member of an archive, a picture in a document, a
// value of a database. There are 512 times as many starts as sectors, and all of them are paid for
// by whoever asks. They are searched by pairs of bytes: of a magic number of three bytes or more the first two, or
// the second and the third, stand at an even byte.
//
// Left out are text, which begins everywhere in text and is another detector's, magic numbers that are mostly
// zeros, and those that stand behind the start.

const (
	// pairStep is how far apart the pairs are that are looked up.
	pairStep = 2
	// tryCost is what a parser costs at least, in bytes that are read; costPerByte how much of that there is for
	// each byte that is searched, and firstCost at the start. Crafted bytes, with a magic number at each turn, get no more.
	tryCost     = 64
	costPerByte = 4
	firstCost   = 64 << 10
)

// texts are the kinds of text.
var texts = []string{"svg", "ps", "rtf", "xml", "html", "eml", "mbox", "vcard", "icalendar", "script", "torrent", "ar", "cpio", "xar", "amr", "vdi", "vmdk", "pem-private-key"}

// embedded is the table of what is looked for at any byte.
type embedded struct {
	pairs [1 << 16 / 64]uint64 // the first or the second pair of a magic number
	start [1 << 16]uint16      // the number of the rows that begin with a pair
	rows  [][]proof.Format     // by this number; 0: none
}

// anywhere is made when something is first looked for, not at the start of every program.
var anywhere = sync.OnceValue(func() *embedded {
	x := &embedded{rows: make([][]proof.Format, 1)}
	for _, f := range formats {
		zeros := 0
		for _, c := range []byte(f.Magic) {
			if c == 0 {
				zeros++
			}
		}
		if f.At > 0 || len(f.Magic) < 3 || 2*zeros >= len(f.Magic) || slices.Contains(texts, f.Kinds[0]) {
			continue
		}
		first := binary.LittleEndian.Uint16([]byte(f.Magic))
		n := &x.start[first]
		if *n == 0 {
			*n = uint16(len(x.rows))
			x.rows = append(x.rows, nil)
		}
		x.rows[*n] = append(x.rows[*n], f)
		for i := range pairStep {
			pair := binary.LittleEndian.Uint16([]byte(f.Magic[i:]))
			x.pairs[pair/64] |= 1 << (pair % 64)
		}
	}
	return x
})

// candidates are the even bytes at which the first or the second pair of a magic number stands.
func (x *embedded) candidates(b []byte) iter.Seq[int] {
	return func(yield func(int) bool) {
		pairs := &x.pairs
		has := func(w uint64) uint64 { return pairs[w>>6&1023] >> (w & 63) & 1 }
		i := 0
		for ; i+8 <= len(b); i += 8 {
			w := binary.LittleEndian.Uint64(b[i:])
			if has(w)|has(w>>16)|has(w>>32)|has(w>>48) == 0 {
				continue
			}
			for at := i; at < i+8; at, w = at+2, w>>16 {
				if has(w) != 0 && !yield(at) {
					return
				}
			}
		}
		for ; i+2 <= len(b); i += 2 {
			if has(uint64(binary.LittleEndian.Uint16(b[i:]))) != 0 && !yield(i) {
				return
			}
		}
	}
}

// Embedded reports the files that begin at a byte of b for which from says yes, in ascending order: what
// has need bits. What begins inside of one that was reported is part of it.
func (f *Finder) Embedded(b []byte, need float64, from func(at int) bool, report func(proof.Observation)) {
	x := anywhere()
	spent, behind := 0, 0
	for i := range x.candidates(b) {
		for at := max(behind, i-pairStep+1); at <= i; at++ {
			if at+2 > len(b) {
				return
			}
			rows := x.rows[x.start[binary.LittleEndian.Uint16(b[at:])]]
			if len(rows) == 0 || spent > firstCost+costPerByte*i || !from(at) {
				continue
			}
			var best proof.Observation
			for r := range rows {
				if row := &rows[r]; row.Fits(b[at:]) {
					o, ok := f.cursor.Confirm(row, b, at)
					spent += tryCost + f.cursor.Pos()
					if ok && o.Bits > best.Bits {
						best = o
					}
				}
			}
			if best.Kind != "" && best.Bits >= need {
				report(best)
				behind = best.End
			}
		}
	}
}
