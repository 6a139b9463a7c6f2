// Package proof is how a parser of structures says what it saw and how sure it
// is: the evidence it adds up field by field, and the structure that comes of it.
// Parsers that recognise structures by their fields (packages filesystem and
// marks) share it, so that one proof stands behind all of them.
package proof

// Observation is one recognised structure.
type Observation struct {
	Kind string // "gpt", "ext-superblock", "ntfs-file-record", …; docs/detection.md lists them
	// Start and End are the bytes of buf that are this structure. Start may lie
	// before the offset asked for: the entries of a backup GPT come before its header.
	Start, End int
	// Bits is the strength: uniform random bytes are taken for a structure this
	// strong with probability at most 2^-Bits per offset, all kinds of one package
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

const (
	// MinBits is the strength below which nothing is called a structure.
	MinBits = 56

	// kindBits pays for asking about all kinds of a package at one offset
	// (Bonferroni over at most MaxKinds tests): it is subtracted from every
	// structure's evidence.
	kindBits = 8
	MaxKinds = 1 << kindBits
)

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
