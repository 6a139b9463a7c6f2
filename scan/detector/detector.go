// Package detector is the table of detectors: what each is called, what share of a block's budget it has, and how what
// it finds is put together. How it looks at a page is package look's; what its findings mean to a reader is package words/kinds'.
package detector

import (
	"fmt"
	"math"
	"slices"

	"shokyo.dev/shokyo/scan/compressed/lzma"
	"shokyo.dev/shokyo/scan/proof"
)

// ID is the number of a detector's row in the table.
type ID uint8

// In the order of the sweep. A checkpoint has the names, not these numbers.
const (
	Unknown ID = iota
	Keys
	Superblocks
	Filesystems
	Partitions
	Marks
	Signatures
	Embedded
	KeySchedules
	PrivateKeys
	Bzip2
	LZMA
	Sound
	Opus
	Pictures
	Video
	Deflate
	Zstd
	Brotli
	Text
	Repeats
	Keystreams
	Known
	Statistics
	Decoded // what is inside others' findings
	Count
)

// Row is all that is known of a detector outside its own package, but how it is asked (package look).
type Row struct {
	Name  string // what findings and reports call it
	Title string // what docs/detection.md calls it

	// A block is tested by several detectors, but it is one test: each has a share of the
	// block's chance of a false alarm, 2^-Share, at most one together, and pays for it and
	// for every position that it tries in bits (Bonferroni). An infinite one is none.
	Share float64
	Tries proof.Tries

	// Joins says that findings grow into one when they touch, or lie no more than Reach
	// blocks apart. They are cut at the edges of a page; others belong whole to the page
	// in which they begin.
	Joins bool
	Reach int
	// Edges is what a chain that was joined over the edges of pages pays besides; 0: it hands
	// on none (seen.Edge).
	Edges float64
	// Reserve is how many places in the list of findings are kept free for others.
	Reserve int
	// HoldsKeys says that what it finds are keys, or places where they are kept.
	HoldsKeys bool

	as ID // in whose name it reports what holds no keys; 0: its own
}

var table = [Count]Row{
	// A LUKS header has 62 bits of magic: on 100 TB of random bytes one turns up with
	// probability 4e-8, inside the budget.
	Keys:        {Name: "keys", Title: "key headers, other places of keys", Share: 5, Tries: proof.EverySector, HoldsKeys: true},
	Superblocks: {Name: "filesystem", Title: "superblocks and headers", Share: 5, Tries: proof.EverySector, Reserve: 3000, as: Filesystems},
	Filesystems: {Name: "filesystem", Title: "file-system structures", Share: 5, Tries: proof.EverySector, Reserve: 3000},
	Partitions:  {Name: "filesystem", Title: "partition tables, labels", Share: 5, Tries: proof.EverySector, Reserve: 3000, as: Filesystems},
	Marks:       {Name: "filesystem", Title: "known marks", Share: 5, Tries: proof.EverySector, Reserve: 3000, as: Filesystems},

	Signatures:   {Name: "signature", Title: "signatures", Share: 4, Tries: proof.EverySector, Reserve: 3000},
	Embedded:     {Name: "embedded", Title: "signatures at any byte", Share: 6, Tries: proof.EveryByte, Reserve: 3000},
	KeySchedules: {Name: "keys", Title: "AES key schedules", Share: 6, Tries: proof.EveryByte, HoldsKeys: true, as: Keys},
	PrivateKeys:  {Name: "keys", Title: "private keys in binary", Share: 7, Tries: proof.EveryByte, HoldsKeys: true, as: Keys},

	Bzip2:    {Name: "bzip2", Title: "bzip2 blocks", Share: 6, Tries: proof.EveryBit, Joins: true, Reserve: 1000},
	LZMA:     {Name: "lzma", Title: "LZMA2 chunks, parts of xz, 7z, lzip", Share: 5, Tries: proof.EveryByte, Joins: true, Reach: 1, Edges: lzma.EdgeShare, Reserve: 3000},
	Sound:    {Name: "sound", Title: "frames and pages of sound", Share: 6, Tries: proof.EveryByte, Joins: true, Reach: 1, Reserve: 1000},
	Opus:     {Name: "sound", Title: "packets of Opus", Share: 7, Tries: proof.EveryByte, Joins: true, Reach: 1, Reserve: 1000, as: Sound},
	Pictures: {Name: "picture", Title: "pieces of pictures", Share: 6, Tries: proof.EveryByte, Joins: true, Reserve: 1000},
	Video:    {Name: "video", Title: "units of films", Share: 6, Tries: proof.EveryByte, Joins: true, Reach: 1, Reserve: 1000},
	Deflate:  {Name: "deflate", Title: "DEFLATE blocks", Share: 5, Tries: proof.EveryBit, Joins: true, Reserve: 1000},
	Zstd:     {Name: "zstd", Title: "Zstandard blocks", Share: 5, Tries: proof.EveryByte, Joins: true, Reserve: 1000},
	Brotli:   {Name: "brotli", Title: "brotli meta-blocks", Share: 6, Tries: proof.EveryBit, Joins: true, Reserve: 1000},

	Text:       {Name: "text", Title: "printable runs", Share: 2, Tries: proof.EveryByte, Joins: true, Reserve: 4000},
	Repeats:    {Name: "repeats", Title: "repeated units", Share: 5, Joins: true, Reach: 1, Reserve: 4000},
	Keystreams: {Name: "repeats", Title: "reused keystreams", Share: 7, Joins: true, Reach: 1, as: Repeats},
	Known:      {Name: "corpus", Title: "sectors of a corpus", Share: 20, Tries: proof.EverySector, Joins: true, Reserve: 4000},
	Statistics: {Name: "statistics", Title: "byte statistics with JPEG stuffing and bit history", Share: 2, Joins: true, Reserve: 4000},
	Decoded:    {Name: "decoded", Title: "what is decoded", Share: math.Inf(1), Joins: true, Reserve: 3000},
}

// Table is a copy of all rows.
func Table() []Row { return slices.Clone(table[1:]) }

// Row is a copy of a detector's own.
func (d ID) Row() Row { return table[d] }

func (d ID) String() string { return table[d].Name }

// Joins says whether findings grow into one when they touch.
func (d ID) Joins() bool { return table[d].Joins }

// HasEdges says whether it hands on chains at the edges of pages.
func (d ID) HasEdges() bool { return table[d].Edges > 0 }

// Reserve is how many places in the list of findings are kept free for others.
func (d ID) Reserve() int { return table[d].Reserve }

// HoldsKeys says that what it finds are keys, or places where they are kept.
func (d ID) HoldsKeys() bool { return table[d].HoldsKeys }

// Named is the detector that reports under a name.
func Named(name string) (ID, bool) {
	for d := range table {
		if d > 0 && table[d].Name == name && table[d].as == 0 {
			return ID(d), true
		}
	}
	return Unknown, false
}

func (d ID) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d *ID) UnmarshalText(name []byte) (err error) {
	known, ok := Named(string(name))
	if !ok {
		return fmt.Errorf("no detector is called %q", name)
	}
	*d = known
	return nil
}

// Reports is the detector in whose name an observation of d is reported.
func (d ID) Reports(o *proof.Observation) ID {
	switch as := table[d].as; {
	case o.Keys:
		return Keys
	case as != 0:
		return as
	}
	return d
}

// Price is what a detector pays, in bits, where it tries the places of so many bytes.
func (d ID) Price(bytes float64) float64 { return table[d].Tries.Price(bytes) + table[d].Share }

// EdgePrice is what a chain pays that was joined over the edges of pages. All its starts are
// wanted bytes.
func (d ID) EdgePrice(blockBytes int) float64 {
	return d.Price(float64(blockBytes)) + table[d].Edges
}
