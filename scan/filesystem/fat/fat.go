// Package fat recognises pieces of the allocation tables of FAT12, FAT16 and FAT32
// (Microsoft, FAT32 File System Specification 1.03, §4), which have no magic number:
// an array with an entry for each cluster, which is the number of the next cluster of
// the file, a mark for the last, or zero for a free one.
//
// # The bound
//
// Most files lie in one piece, so that entry k is k+1. In a sector of the table the
// value of such an entry less its place is therefore one number, also behind the end of
// a file. A model of a sector takes that number from one of its entries, for which it
// claims nothing, and expects of every other the next number with chance 1/2, the mark of
// an end and zero with 1/8 each, and with 1/8 any number at all. That is a distribution,
// so its quotient by the uniform one is an e-value; three places to take the number from
// and three widths of entries cost log2 9 bits. That there have to be links and ends
// makes it only smaller.
package fat

import (
	"fmt"
	"math"

	"shokyo.dev/shokyo/scan/proof"
)

const (
	sector = proof.SectorSize

	walk      = 2048 // bytes of a table that are looked at together
	minLinks  = 8
	minEnds   = 1
	forms     = 3 * 3 // widths and places
	linkShare = 1     // -log2 of the shares of the model
	restShare = 3
)

// places are where in a sector a run of links is looked for, in what is in the cache already.
var places = [...]int{0, 48, 96}

// What words 12 bytes apart differ by in a run of links: three entries of 32 bits, six of 16,
// eight of 12, whose pairs begin at any byte.
const (
	apart = 12

	steps32   = 0x0000000300000003
	steps16   = 0x0006000600060006
	steps12   = 0x8008008008008008
	steps12by = 0x0800800800800800
	steps12at = 0x0080080080080080
)

// unused are bits that none of the differences has.
const unused = 0x7070707070707070

// MayBe says that there may be a run of links at one of the places.
func MayBe(b *[sector]byte) bool {
	return (proof.LE64(b[apart:])-proof.LE64(b[0:]))&unused == 0 || (proof.LE64(b[48+apart:])-proof.LE64(b[48:]))&unused == 0 ||
		(proof.LE64(b[96+apart:])-proof.LE64(b[96:]))&unused == 0
}

// linked is the width of the entries that run on from a place.
func linked(b *[sector]byte, at int) int {
	switch proof.LE64(b[at+apart:]) - proof.LE64(b[at:]) {
	case steps32:
		return 32
	case steps16:
		return 16
	case steps12, steps12by, steps12at:
		return 12
	}
	return 0
}

// Recognize recognises a piece of a table.
func Recognize(p proof.Place) (proof.Observation, bool) {
	b := (*[sector]byte)(p.Buf[p.Off:])
	for _, at := range places {
		width := linked(b, at)
		if width == 0 {
			continue
		}
		if o, ok := table(p, at, width); ok {
			return o, true
		}
	}
	return proof.Observation{}, false
}

// table holds what follows a place against the model, with the entry there for the first.
func table(p proof.Place, at, width int) (proof.Observation, bool) {
	b := p.Buf[p.Off:min(len(p.Buf), p.Off+walk)]
	t := entries{b: b, width: width, phase: phaseOf(b, at, width)}
	first := (8*at - 8*t.phase + width - 1) / width
	base := t.at(first) - uint32(first)
	links, ends, ended, other, best, last := 0, 0, 0, 0, 0.0, 0
	bits := -math.Log2(forms)
	for i := range t.len() {
		v := t.at(i)
		switch {
		case i == first:
			continue
		case v == base+uint32(i):
			links, bits = links+1, bits+float64(width)-linkShare
			ends, ended = ends+ended, 0 // the number goes on behind an end: no case table, which ends once
		case v == t.end() || v == t.end()-7: // as systems write it, and as Apple's do
			ended, bits = ended+1, bits+float64(width)-restShare-1
		case v == 0:
			bits += float64(width) - restShare
		default:
			other++
			bits -= restShare
		}
		if bits > best && v != 0 {
			best, last = bits, i
		}
		if bits < best-64 {
			break
		}
	}
	if links < minLinks || ends < minEnds || other > links {
		return proof.Observation{}, false
	}
	var e proof.Evidence
	e.Add(best)
	end := p.Off + t.phase + ((last+1)*width+7)/8
	return e.Found("fat-table", p.Off, end, fmt.Sprintf("FAT%d allocation table: %s, %s", width,
		proof.Count(links, "link"), proof.Count(ends, "end of a file")))
}

// entries are the numbers of a table from its first whole one on.
type entries struct {
	b     []byte
	width int
	phase int // bytes before the first whole entry
}

// phaseOf says where the first pair of 12-bit entries begins.
func phaseOf(b []byte, at, width int) int {
	if width != 12 {
		return 0
	}
	switch proof.LE64(b[at+apart:]) - proof.LE64(b[at:]) {
	case steps12:
		return at % 3
	case steps12at:
		return (at + 2) % 3
	}
	return (at + 1) % 3
}

func (t *entries) len() int { return (len(t.b) - t.phase) * 8 / t.width }

func (t *entries) end() uint32 {
	switch t.width {
	case 32:
		return 0x0FFFFFFF
	case 16:
		return 0xFFFF
	}
	return 0xFFF
}

func (t *entries) at(i int) uint32 {
	switch t.width {
	case 32:
		return proof.LE32(t.b[4*i:])
	case 16:
		return uint32(proof.LE16(t.b[2*i:]))
	}
	k := t.phase + i*3/2
	return uint32(proof.LE16(t.b[k:])) >> (4 * (i & 1)) & 0xFFF
}
