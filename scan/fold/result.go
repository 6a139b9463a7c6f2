package fold

import (
	"shokyo.dev/shokyo/scan/copies"
	"shokyo.dev/shokyo/scan/explained"
	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/seen"
)

// ClassBytes counts bytes by class.
type ClassBytes [medium.NumClasses]int64

// Total is the sum over all classes, in bytes.
func (t *ClassBytes) Total() (n int64) {
	for _, v := range t {
		n += v
	}
	return n
}

// Cell is one column of the map and of the entropy profile: equal cuts of the
// medium, at most MaxCells of them.
type Cell struct {
	Start   int64
	Length  int64
	Classes ClassBytes // bytes by class; Unread is what was not looked at
	// Entropy of the blocks looked at that are not fill, in bits per byte
	// (plug-in estimate; 7.955 ± 0.004 on random 4096-byte blocks), weighted
	// by bytes. Zero when EntropyBlocks is 0.
	EntropyMin, EntropyMean, EntropyMax float64
	EntropyBlocks                       int64
}

// MaxCells bounds the number of map cells, whatever the size of the medium.
const MaxCells = 1024

// MaxFindings bounds the findings that are listed one by one; the counts go on.
const MaxFindings = 10000

// Tree is a Merkle tree hash over the examined bytes, RFC 6962 §2.1 with SHA-256.
// Unreadable bytes count as zeros.
type Tree struct {
	LeafBytes int64
	Root      [32]byte
	Present   bool
}

// RegionResult is what was found in one region of the plan.
type RegionResult struct {
	plan.Region
	Planned int64      // bytes of the region that the plan wants read
	Classes ClassBytes // bytes by class of what was planned
	// Findings and LiveKeys count the findings whose first byte lies here;
	// a live key slot is counted in both.
	Findings int64
	LiveKeys int64
	// KeyMaterial counts the findings of keys that are not known to be dead.
	KeyMaterial int64
	// What was read back where nothing is residue or metadata, sector by
	// sector: fill and patterns, which prove little, and ciphertext.
	ReadBackFill       int64
	ReadBackCiphertext int64
	Holes              int64 // of ReadBackFill, holes of an image file: nothing is stored there
}

// Result is everything one examination measured. It holds no times and no
// paths: the same plan on the same medium gives the same Result for any number
// of workers and however often it was interrupted, as long as the same sectors
// fail and no time budget ends.
type Result struct {
	MediumBytes int64
	Regions     []RegionResult
	Classes     ClassBytes // sum over all regions
	Planned     int64      // bytes the plan wants read

	Extents    []medium.Extent
	GrainBytes int64 // Extents are exact to this many bytes; BlockBytes unless they had to be coarsened

	Findings     []seen.Finding
	Counts       []gather.FindingCount
	Explanations []explained.Explanation
	FreeBytes    int64 // of explained structures that may have any value and are no fill
	Explained    int64 // explanations, also those that were too many to be listed
	Labels       []explained.Label
	LabelCount   int64
	Windows      []gather.WindowTest
	Cells        []Cell

	// What looks random amid fill, on a medium that is otherwise fill: see Island.
	Islands      []Island
	IslandCount  int64
	IslandsKnown bool  // false: the medium has too many edges between fill and ciphertext to say
	IslandBytes  int64 // of all of them, in whole blocks

	// Copies are units of ciphertext that come again, however far apart. A sample has none: its blocks are too far apart
	// for what is one buffer to be told from copies.
	Copies copies.Copies

	Known []KnownResult // of each corpus

	// Decision rule: threshold = log2(tests/budget).
	Tests         int64
	Budget        float64
	ThresholdBits float64

	Tree   Tree
	SHA256 []byte // of the whole medium; nil unless asked for and every byte was read

	Complete bool // the engine reached the end of the plan
}

// Holes is how much of what was read is holes of an image file.
func (r *Result) Holes() (n int64) {
	for _, g := range r.Regions {
		n += g.Holes
	}
	return n
}

// Read is the number of planned bytes that were read.
func (r *Result) Read() int64 {
	return r.Classes.Total() - r.Classes[medium.Unread] - r.Classes[medium.Unreadable]
}
