// Package proof is how a parser says what it saw and how sure it is: evidence that is
// added up field by field, and the observation that comes of it. Every parser of a
// format below scan uses it, so that one proof stands behind all of them.
//
// # The proof
//
// Observation.Bits is a bound: on uniform random bytes, at one given offset,
// P(a family of parsers reports at least s bits) ≤ 2^-s.
//
// Let M be 2^bits while a candidate lives, and 0 once a check has failed. Each check
// looks at bytes that no earlier one has decided on, so they are uniform given
// everything before. A check that passes with probability p multiplies M by at most
// 1/p. Where there are several ways on, with probabilities p_j and factors m_j, the
// sum of p_j·m_j is at most 1: n forms cost log2(n) bits (Alternatives), one of several
// strings is worth -log2 of the sum of their chances (Cursor.OneOf), a string that may be
// there costs a bit either way (Cursor.Maybe), a checksum that may fail is half a form
// each way (Evidence.Sealed). So E[M] never grows: M is a nonnegative supermartingale
// that starts at 1, and by Ville's inequality P(M ever reaches 2^s) ≤ 2^-s. That is why
// a parser may stop wherever it likes, by choice or for lack of bytes, and why of a chain
// what had been added up before an entry failed still counts.
//
// A family asks about at most MaxKinds kinds at an offset, and each has its own M. The
// sum of their bounds is 2^8·2^-s, so 8 bits are taken off every score (Strength).
// Nothing below MinBits is reported.
//
// # Ways to read
//
// A Cursor reads forward, from the first byte of a file on: the parsers below package
// signature. Evidence is for a structure whose fields are looked at in the order that
// suits the parser. Both keep their bits in one ledger. The labels of packages
// marks, partitions and superblock put a reading of their own on top of Evidence, because what
// may fail in them without breaking them differs (docs/decisions/0020-one-cursor.md).
//
// To add a kind, add a row to the table of the room it belongs to: a Format for a
// file, a Row for a structure.
package proof

import "slices"

// SectorSize is the finest unit that is looked at.
const SectorSize = 512

// Observation is one recognised structure or beginning of a file.
type Observation struct {
	Kind string // "gpt", "ext-superblock", "ntfs-file-record", …; docs/detection.md lists them
	// Start and End are the bytes of buf that are this structure. Start may lie
	// before the offset asked for: the entries of a backup GPT come before its header.
	Start, End int
	// Bits is the strength: uniform random bytes are taken for a structure this
	// strong with probability at most 2^-Bits per offset, all kinds of one family
	// together.
	Bits      float64
	Explained bool // book-keeping that erasure leaves by design; false: residue
	// Keys says that it holds keys, wrapped or not, or is where they are kept: as
	// long as it is there the ciphertext beside it can be opened. Never explained.
	Keys   bool
	Detail string // one sentence from parsed fields; no names, no contents
	// Texts are the readable texts in it that anybody could have chosen: labels,
	// names, tags. They never reach an output in clear.
	Texts []string
	// Free is how many of its bytes may have any value by the format and are no fill.
	// One structure has few of them; a medium with many is a carrier (package verdict).
	Free int
}

// Place is where a structure is looked for: offset Off of Buf, a multiple of 512
// with a whole sector behind it. Buf[0] lies at byte Base of the medium, which has
// Size bytes; both are 0 where nobody knows. A parser may look at the whole of
// Buf, on both sides.
type Place struct {
	Buf  []byte
	Off  int
	Base int64
	Size int64
	// Starts is where the medium's partitions begin, in bytes, as far as its table
	// is known: what a system looks for at the start of one can be told from the
	// remains of a disk image.
	Starts []int64
}

// FromEnd says that the place is n sectors before the end of the medium, in
// sectors of 512 or 4096 bytes, or that nobody knows its size.
func (p Place) FromEnd(n int64) bool {
	at := p.Base + int64(p.Off)
	return p.Size == 0 || at == (p.Size/SectorSize-n)*SectorSize || at == (p.Size/4096-n)*4096
}

// BehindStart says that the place lies n bytes behind the start of the medium or of
// a partition.
func (p Place) BehindStart(n int64) bool {
	at := p.Base + int64(p.Off) - n
	return at == 0 || slices.Contains(p.Starts, at)
}

// Sector is the 512 bytes at the place.
func (p Place) Sector() []byte { return p.Buf[p.Off : p.Off+512 : p.Off+512] }

// Window is n bytes from the place on, or nothing where the buffer ends before.
func (p Place) Window(n int) ([]byte, bool) { return Window(p.Buf, p.Off, n) }

// Row is one kind of structure: where its magic number lies in the first sector,
// and who looks at the rest. The magic number is not yet paid for: the parser
// does that (Evidence.Text).
type Row struct {
	At    int // of the magic number, in the sector
	Magic string
	Parse func(Place) (Observation, bool)
}

// At is a row's parser that asks for no more than the buffer and the offset.
func At(parse func(buf []byte, off int) (Observation, bool)) func(Place) (Observation, bool) {
	return func(p Place) (Observation, bool) { return parse(p.Buf, p.Off) }
}

// Rows are those of one format: a magic number for each version or byte order.
func Rows(at int, parse func(Place) (Observation, bool), magics ...string) (rows []Row) {
	for _, m := range magics {
		rows = append(rows, Row{At: at, Magic: m, Parse: parse})
	}
	return rows
}

// Recognize tries the rows whose magic number is at the place, one after the other.
// What is asked at every sector of a medium is a Table.
func Recognize(rows []Row, p Place) (Observation, bool) {
	if p.Off < 0 || p.Off > len(p.Buf)-512 {
		return Observation{}, false
	}
	b := p.Sector()
	for i := range rows {
		r := &rows[i]
		if string(b[r.At:r.At+len(r.Magic)]) == r.Magic {
			if s, ok := r.Parse(p); ok {
				return s, true
			}
		}
	}
	return Observation{}, false
}
