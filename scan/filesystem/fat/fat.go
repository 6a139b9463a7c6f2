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
	c := t.count(base, 0, first)
	var e proof.Evidence
	e.Alternatives(forms)
	e.Add(c.bits)
	end := p.Off + t.phase + ((c.last+1)*width+7)/8
	switch {
	case c.links >= minLinks && c.ends >= minEnds && c.other <= c.links:
		return e.Found("fat-table", p.Off, end, describe(fmt.Sprintf("FAT%d", width), c))
	case width == 16 && base%256 == 0 && c.links >= 128 && c.other <= c.links/4:
		e.Want(base%256 == 0, 8)
		return e.Found("ntfs-case-table", p.Off, end, "capital letters of Unicode, as NTFS and exFAT have them in a table")
	}
	return proof.Observation{}, false
}

func describe(name string, c tally) string {
	return fmt.Sprintf("%s allocation table: %s, %s", name, proof.Count(c.links, "link"), proof.Count(c.ends, "end of a file"))
}

// tally is what was counted, and where the last entry is that counts.
type tally struct {
	links, ends, other, last int
	bits                     float64
}

// count holds the entries from one on, but for one, against the model whose links are their place
// plus a base.
func (t *entries) count(base uint32, from, but int) (c tally) {
	c.last = from - 1
	bits, ended, width := 0.0, 0, float64(t.width)
	for i := from; i < t.len() && bits > c.bits-64; i++ {
		v := t.at(i)
		switch {
		case i == but:
			continue
		case v == base+uint32(i):
			c.links, bits = c.links+1, bits+width-linkShare
			c.ends, ended = c.ends+ended, 0 // the number goes on behind an end: no case table, which ends once
		case v == t.end() || v == t.end()-7: // as systems write it, and as Apple's do
			ended, bits = ended+1, bits+width-restShare-1
		case v == 0:
			bits += width - restShare
			continue
		default:
			c.other++
			bits -= restShare
		}
		if bits > c.bits {
			c.bits, c.last = bits, i
		}
	}
	return c
}

// Rows are the beginnings of tables: the kind of medium, and all ones (§4).
var Rows = proof.Rows(0, beginning, "\xF8\xFF\xFF", "\xF0\xFF\xFF")

// beginning recognises the first sector of a table, whose links are known, by its first two entries.
func beginning(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	name, t := "FAT12", entries{b: b, width: 12}
	var e proof.Evidence
	e.Matched(3)
	e.Alternatives(2 * 4) // kinds of media and of tables
	switch ones := proof.LE32(b[4:]); {
	case b[3] == 0x0F && ones|0x0C000000 == 0x0FFFFFFF: // two bits are clear after a crash
		e.Add(8 + 32 - 2)
		name, t.width = "FAT32", 32
	case b[3] == 0xFF && ones == 1<<32-1:
		e.Add(8 + 32)
		name, t.width, t.ones = "exFAT", 32, true
	case b[3]|0xC0 == 0xFF:
		e.Add(8 - 2)
		name, t.width = "FAT16", 16
	}
	c := t.count(1, 2, 0)
	free := 0
	for i := t.len() - 1; i > c.last && t.at(i) == 0; i-- {
		free++
	}
	e.Add(c.bits)
	if c.last+free+1 >= t.len() { // nothing but free ones behind the last
		e.Add(float64(free * (t.width - restShare)))
	}
	if c.other > c.links {
		return proof.Observation{}, false
	}
	return e.Found("fat-table", p.Off, p.Off+sector, describe(name, c))
}

// entries are the numbers of a table from its first whole one on.
type entries struct {
	b     []byte
	width int
	phase int  // bytes before the first whole entry
	ones  bool // exFAT marks an end with all 32 bits
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
	switch {
	case t.ones:
		return 1<<32 - 1
	case t.width == 32:
		return 0x0FFFFFFF
	case t.width == 16:
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
