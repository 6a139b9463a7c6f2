package look

import (
	"fmt"
	"math"
	"slices"

	"shokyo.dev/shokyo/scan/compressed/lzma"
	"shokyo.dev/shokyo/scan/filesystem"
	"shokyo.dev/shokyo/scan/keys"
	"shokyo.dev/shokyo/scan/marks"
	"shokyo.dev/shokyo/scan/partitions"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock"
)

// Detector is the number of a detector's row in the table.
type Detector uint8

// In the order of the sweep. A checkpoint has the names, not these numbers.
const (
	unknown Detector = iota
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
	numDetectors
)

// Row is all that is known of a detector outside its own package.
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
	// on none (Edge).
	Edges float64
	// Reserve is how many places in the list of findings are kept free for others.
	Reserve int
	// HoldsKeys says that what it finds are keys, or places where they are kept.
	HoldsKeys bool

	plain float64 // bits per byte by statistics, from which on they name what it found (compressed.go)

	dear bool // takes so long that at quick depth it looks only where there is doubt (doubt.go)

	as Detector // in whose name it reports what holds no keys; 0: its own

	// How it is asked: at every sector, with the sectors around it (whole, at), once for
	// every span (sweep), for every block (block).
	whole  func(proof.Place) []proof.Observation // what proves itself and is never dismissed
	at     func(proof.Place) (proof.Observation, bool)
	aside  bool // at is asked in data only, and its answer keeps no other from being asked
	before func(*segment)
	sweep  func(*segment)
	block  func(*segment, *block)
}

// table has every detector, in the order in which they are asked: first all that is
// asked at every sector, sector by sector, where the first answer counts; then what is
// asked once for the span; then what is asked of each block. Each marks what it takes,
// and those behind it look at what is left.
//
// It is filled in init because its functions read it.
var table [numDetectors]Row

func init() {
	table = [numDetectors]Row{
		Keys: {Name: "keys", Title: "key headers, other places of keys", Share: 5, Tries: proof.EverySector, HoldsKeys: true,
			// A LUKS header has 62 bits of magic: on 100 TB of random bytes one turns up with
			// probability 4e-8, inside the budget.
			whole: keys.Headers, at: keys.Recognize, aside: true},
		Superblocks: {Name: "filesystem", Title: "superblocks and headers", Share: 5, Tries: proof.EverySector, Reserve: 3000, as: Filesystems,
			at: superblock.Recognize}, // before a boot sector is taken for FAT's
		Filesystems: {Name: "filesystem", Title: "file-system structures", Share: 5, Tries: proof.EverySector, Reserve: 3000,
			at: filesystem.Recognize},
		Partitions: {Name: "filesystem", Title: "partition tables, labels", Share: 5, Tries: proof.EverySector, Reserve: 3000, as: Filesystems,
			at: partitions.Recognize},
		Marks: {Name: "filesystem", Title: "known marks", Share: 5, Tries: proof.EverySector, Reserve: 3000, as: Filesystems,
			at: marks.Recognize},
		Signatures: {Name: "signature", Title: "signatures", Share: 4, Tries: proof.EverySector, Reserve: 3000,
			sweep: (*segment).findSignatures},
		Embedded: {Name: "embedded", Title: "signatures at any byte", Share: 6, Tries: proof.EveryByte, Reserve: 3000, dear: true,
			before: (*segment).findSeams, sweep: (*segment).findEmbedded}, // fill is no data of any that sweep over bytes
		KeySchedules: {Name: "keys", Title: "AES key schedules", Share: 6, Tries: proof.EveryByte, HoldsKeys: true, as: Keys,
			before: (*segment).findUnit, sweep: (*segment).findKeySchedules},
		PrivateKeys: {Name: "keys", Title: "private keys in binary", Share: 7, Tries: proof.EveryByte, HoldsKeys: true, as: Keys,
			sweep: (*segment).findPrivateKeys},
		Bzip2: {Name: "bzip2", Title: "bzip2 blocks", Share: 6, Tries: proof.EveryBit, Joins: true, Reserve: 1000, plain: plainBits, dear: true,
			sweep: (*segment).findBzip2},
		LZMA: {Name: "lzma", Title: "LZMA2 chunks, parts of xz, 7z, lzip", Share: 5, Tries: proof.EveryByte, Joins: true, Reach: 1, Edges: lzma.EdgeShare, Reserve: 3000, plain: plainBits,
			sweep: (*segment).findLZMA},
		Sound: {Name: "sound", Title: "frames and pages of sound", Share: 6, Tries: proof.EveryByte, Joins: true, Reach: 1, Reserve: 1000, plain: plainBits, dear: true,
			sweep: (*segment).findSound},
		Opus: {Name: "sound", Title: "packets of Opus", Share: 7, Tries: proof.EveryByte, Joins: true, Reach: 1, Reserve: 1000, plain: plainMedia, dear: true, as: Sound,
			sweep: (*segment).findOpus},
		Pictures: {Name: "picture", Title: "pieces of pictures", Share: 6, Tries: proof.EveryByte, Joins: true, Reserve: 1000, plain: plainMedia, dear: true,
			sweep: (*segment).findPictures},
		Video: {Name: "video", Title: "units of films", Share: 6, Tries: proof.EveryByte, Joins: true, Reach: 1, Reserve: 1000, plain: plainMedia, dear: true,
			sweep: (*segment).findVideo},
		Deflate: {Name: "deflate", Title: "DEFLATE blocks", Share: 5, Tries: proof.EveryBit, Joins: true, Reserve: 1000, plain: plainBits, dear: true,
			sweep: (*segment).findDeflate},
		Zstd: {Name: "zstd", Title: "Zstandard blocks", Share: 5, Tries: proof.EveryByte, Joins: true, Reserve: 1000, plain: plainBits, dear: true,
			sweep: (*segment).findZstd},
		Brotli: {Name: "brotli", Title: "brotli meta-blocks", Share: 6, Tries: proof.EveryBit, Joins: true, Reserve: 1000, plain: plainBits, dear: true,
			sweep: (*segment).findBrotli},
		Text: {Name: "text", Title: "printable runs", Share: 2, Tries: proof.EveryByte, Joins: true, Reserve: 4000,
			sweep: (*segment).findText},
		Repeats: {Name: "repeats", Title: "repeated units", Share: 5, Joins: true, Reach: 1, Reserve: 4000,
			sweep: (*segment).findRepeats},
		Keystreams: {Name: "repeats", Title: "reused keystreams", Share: 7, Joins: true, Reach: 1, as: Repeats, dear: true,
			sweep: (*segment).findKeystreams},
		Known: {Name: "corpus", Title: "sectors of a corpus", Share: 20, Tries: proof.EverySector, Joins: true, Reserve: 4000,
			sweep: (*segment).findKnown},
		Statistics: {Name: "statistics", Title: "byte statistics with JPEG stuffing and bit history", Share: 2, Joins: true, Reserve: 4000,
			block: (*segment).measure},
		Decoded: {Name: "decoded", Title: "what is decoded", Share: math.Inf(1), Joins: true, Reserve: 3000}, // decoded.go
	}
}

// Table is a copy of all rows.
func Table() []Row { return slices.Clone(table[1:]) }

func (d Detector) String() string { return table[d].Name }

// Joins says whether findings grow into one when they touch.
func (d Detector) Joins() bool { return table[d].Joins }

// HasEdges says whether it hands on chains at the edges of pages.
func (d Detector) HasEdges() bool { return table[d].Edges > 0 }

// Reserve is how many places in the list of findings are kept free for others.
func (d Detector) Reserve() int { return table[d].Reserve }

// HoldsKeys says that what it finds are keys, or places where they are kept.
func (d Detector) HoldsKeys() bool { return table[d].HoldsKeys }

// Named is the detector that reports under a name.
func Named(name string) (Detector, bool) {
	for d := range table {
		if d > 0 && table[d].Name == name && table[d].as == 0 {
			return Detector(d), true
		}
	}
	return unknown, false
}

func (d Detector) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d *Detector) UnmarshalText(name []byte) (err error) {
	known, ok := Named(string(name))
	if !ok {
		return fmt.Errorf("no detector is called %q", name)
	}
	*d = known
	return nil
}

// reports is the detector in whose name an observation of d is reported.
func (d Detector) reports(o *proof.Observation) Detector {
	switch as := table[d].as; {
	case o.Keys:
		return Keys
	case as != 0:
		return as
	}
	return d
}

// price is what a detector pays, in bits.
func (s *segment) price(d Detector) float64 { return s.priceOf(table[d].Tries) + table[d].Share }

// priceOf is what positions cost, in bits: those of a block, with its part of those of the context.
func (s *segment) priceOf(tries proof.Tries) float64 {
	return tries.Price(float64(s.BlockBytes) * s.positions)
}

// EdgePrice is what a chain pays that was joined over the edges of pages. All its starts are
// wanted bytes.
func (d Detector) EdgePrice(blockBytes int) float64 {
	r := &table[d]
	return r.Share + r.Tries.Price(float64(blockBytes)) + r.Edges
}
