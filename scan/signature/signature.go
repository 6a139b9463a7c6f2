// Package signature recognises what kind of file starts at a given byte.
//
// A magic number alone is a hint: four bytes turn up by chance every 2^32
// offsets, twenty times on a 100 GB disk. So a magic number here only chooses
// the parser, and the parser goes on until chance is excluded: header fields
// that can only have a few values, chunk chains that lead from one valid
// header to the next, checksums, streams that decode.
//
// # Bits
//
// Match.Bits is a proven bound: on uniform random bytes, at one given offset,
// P(At reports at least s bits) ≤ 2^-s. The proof is the same for all parsers,
// because they are all written as steps of one cursor (proof.go).
//
// Let M be 2^bits while a proof lives, and 0 after a failed check. Each step
// looks at bytes that no earlier step has looked at, so they are uniform given
// everything before. A step that passes with probability p multiplies M by at
// most 1/p; where there are several ways on, with probabilities p_j and
// factors m_j, the sum of p_j·m_j is at most 1 (proof.pay, proof.maybe and
// the union in proof.oneOf see to that). So E[M] never grows: M is a
// supermartingale that starts at 1, and by Ville's inequality
// P(M ever reaches 2^s) ≤ 2^-s. That is why a parser may stop wherever it
// likes, by choice or for lack of bytes: what it had reached stays true.
//
// At tries at most 2^8 rows of the table, and each has its own M. The sum of
// their bounds is 2^8·2^-s, so 8 bits are taken off every score. Nothing below
// Floor is reported. One check does not rest on arithmetic but on a count, the
// dynamic Huffman header of DEFLATE; see inflate.go.
package signature

import (
	"encoding/binary"
	"slices"
)

// Match is one recognised file.
type Match struct {
	Kind   string  // "jpeg", "sqlite", …: one of Kinds
	Length int     // bytes from the start that the parser has walked over, at least 1
	Bits   float64 // P(a score this high at one given offset of random bytes) ≤ 2^-Bits
	Detail string  // what the header says of itself; never names or contents
}

const (
	// Floor is the least score that is reported, in bits.
	Floor = 56
	// kindCost pays for trying up to 2^8 rows of the table at one offset.
	kindCost = 8
	// MinBytes is the least At looks at: one sector.
	MinBytes = 512
)

// Finder looks for the starts of files. The zero value is ready to use. It
// holds buffers (some 2 MiB once gzip or zstd was met), so each worker keeps
// one; it is not safe for concurrent use, and what it says depends on its
// argument alone.
type Finder struct {
	p    proof
	work workspace
}

// workspace is what parsers need that is too large to make for every call.
type workspace struct {
	inflate inflater
	zstd    zstdDecoder
}

// format is one row of the table: where its magic number stands, what it is,
// and the parser that confirms it. The parser of a format whose magic is at
// offset 0 starts behind it; any other parser starts at offset 0.
type format struct {
	at      int
	magic   string
	kinds   []string // the first unless the parser says otherwise
	confirm func(*proof)
}

// index is the table made for the fast way out: one bit for the first two
// bytes, and for every other place where a magic number can stand one look-up
// of its first byte. Random bytes fail the first 199 times in 200 and the
// second 24 times in 25, without a branch before the result.
type index struct {
	atStart   []format
	elsewhere []format
	pairs     [1 << 16 / 64]uint64 // bit b[0] | b[1]<<8: some magic number starts so
	first     [256]uint8           // bit i: one at places[i] starts with this byte
}

// places are all offsets but 0 where a magic number stands in the table.
var places = [6]int{1, 2, 4, 60, 128, 257}

func newIndex(rows []format) *index {
	x := new(index)
	for _, f := range rows {
		if f.at == 0 {
			x.atStart = append(x.atStart, f)
			x.addPairs(f.magic)
			continue
		}
		x.elsewhere = append(x.elsewhere, f)
		x.first[f.magic[0]] |= 1 << slices.Index(places[:], f.at)
	}
	return x
}

func (x *index) addPairs(magic string) {
	for second := range 256 {
		if len(magic) < 2 || magic[1] == byte(second) {
			pair := int(magic[0]) | second<<8
			x.pairs[pair>>6] |= 1 << (pair & 63)
		}
	}
}

// plausible says whether any row with its magic number at the start may fit,
// and whether any other row may.
func (x *index) plausible(b *[MinBytes]byte) (start, elsewhere bool) {
	pair := binary.LittleEndian.Uint16(b[:])
	hit := x.first[b[places[0]]]&1 | x.first[b[places[1]]]&2 | x.first[b[places[2]]]&4 |
		x.first[b[places[3]]]&8 | x.first[b[places[4]]]&16 | x.first[b[places[5]]]&32
	return x.pairs[pair>>6]>>(pair&63)&1 != 0, hit != 0
}

// formatIndex is made once from the table and never changed.
var formatIndex = newIndex(formats())

// At reports what file starts at b[0]. It looks at nothing when b has fewer
// than MinBytes, and answers on what is there when b ends inside the file. Of
// several kinds the strongest is reported.
func (f *Finder) At(b []byte) (Match, bool) {
	if len(b) < MinBytes {
		return Match{}, false
	}
	start, elsewhere := formatIndex.plausible((*[MinBytes]byte)(b))
	if !start && !elsewhere {
		return Match{}, false
	}
	return f.confirm(b, start, elsewhere)
}

func (f *Finder) confirm(b []byte, start, elsewhere bool) (best Match, ok bool) {
	if start {
		f.tryAll(b, formatIndex.atStart, &best)
	}
	if elsewhere {
		f.tryAll(b, formatIndex.elsewhere, &best)
	}
	return best, best.Length > 0
}

func (f *Finder) tryAll(b []byte, rows []format, best *Match) {
	for i := range rows {
		if row := &rows[i]; hasPrefix(b[row.at:], row.magic) {
			f.try(b, row, best)
		}
	}
}

// try runs one parser and keeps its answer if it is the best so far.
func (f *Finder) try(b []byte, t *format, best *Match) {
	f.p = proof{b: b, kind: t.kinds[0], work: &f.work}
	p := &f.p
	if t.at == 0 {
		p.lit(t.magic)
	}
	t.confirm(p)
	if bits := p.score - kindCost; p.length > 0 && bits >= Floor && bits > best.Bits {
		*best = Match{Kind: p.kind, Length: p.length, Bits: bits, Detail: p.detail}
	}
	p.b = nil // do not keep the caller's page alive
}

// Kinds lists every kind that At can report, each once, in the order of the
// table.
func Kinds() []string {
	var kinds []string
	for _, f := range formats() {
		for _, k := range f.kinds {
			if !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
		}
	}
	return kinds
}
