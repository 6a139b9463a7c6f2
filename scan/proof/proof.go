// Package proof is how a parser of structures says what it saw and how sure it
// is: the evidence it adds up field by field, and the structure that comes of it.
// Parsers that recognise structures by their fields (packages filesystem and
// marks) share it, so that one proof stands behind all of them.
package proof

// Structure is one recognised structure.
type Structure struct {
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
}

const (
	// MinBits is the strength below which nothing is called a structure.
	MinBits = 56

	// kindBits pays for asking about all kinds of a package at one offset
	// (Bonferroni over at most 64 tests): it is subtracted from every
	// structure's evidence.
	kindBits = 6
)
