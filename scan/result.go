package scan

// Class is what a block is. The zero value is "nobody looked".
type Class uint8

const (
	Unread     Class = iota // nobody looked
	Unreadable              // we looked, the medium refused
	Fill                    // one byte value repeated
	Pattern                 // a short period repeated
	Ciphertext              // no detector can tell it from uniform random bytes
	Metadata                // structured, and explained
	Residue                 // structured, and not explained

	NumClasses = int(Residue) + 1
)

func (c Class) String() string {
	return [...]string{"unread", "unreadable", "fill", "pattern", "ciphertext", "metadata", "residue"}[c]
}

// Japanese is the word in Japanese reports.
func (c Class) Japanese() string {
	return [...]string{"未読", "読取不能", "一定値", "反復パターン", "暗号文", "説明済構造", "残留データ"}[c]
}

// Tally counts bytes by class.
type Tally [NumClasses]int64

// Total is the sum over all classes, in bytes.
func (t *Tally) Total() (n int64) {
	for _, v := range t {
		n += v
	}
	return n
}

// Extent is a run of the medium with one class for one reason.
// Offsets and lengths are bytes.
type Extent struct {
	Start  int64
	Length int64
	Class  Class
	// Reason is a short code: the fill byte ("00"), "hole" where a file stores
	// nothing and reads as zeros, the explanation
	// ("gpt", "luks2-wiped"), the detector ("text"), the error ("EIO"), or
	// "time-budget" where the drive was given no more time (Options.Patience).
	Reason string
}

// Finding is one thing a detector saw that is residue. Offset and Length are
// bytes of the medium. Bits is the strength: on uniform random bytes a block
// scores this high with probability at most 2^-Bits. Preview never holds data
// of the medium in clear, only its shape.
type Finding struct {
	Offset   int64
	Length   int64
	Detector string // "text", "statistics", "repeats", "signature", "filesystem", "keys"
	Kind     string // "utf-8", "jpeg", "ext4-superblock", "live-key-slot", …
	Path     string // the steps that reach it: "p1"
	Bits     float64
	Preview  string
}

// LiveKeySlot is the kind of a finding that says a key slot can still be opened.
const LiveKeySlot = "live-key-slot"

// IsKeyMaterial says that a finding is of keys, or of the place where they are kept,
// of which it is not known whether they can still be used: a header that is damaged or
// of a format whose key slots are not read.
func IsKeyMaterial(detector, kind string) bool { return detector == "keys" && kind != LiveKeySlot }

// FindingCount sums the findings of one detector and kind, all of them, also
// those that were too many to be listed.
type FindingCount struct {
	Detector string
	Kind     string
	Count    int64
	Bytes    int64
}

// Explanation says why something that is not ciphertext is no residue.
type Explanation struct {
	Offset int64
	Length int64
	Kind   string // "gpt", "mbr", "luks2-wiped", …
	Path   string
	Text   string // one English sentence, from parsed fields only
}

// Label is a readable text in an explained structure that is not one which tools
// give by default (package labels): somebody chose it. Shape is the text, masked.
type Label struct {
	Offset int64 // of the structure
	Kind   string
	Path   string
	Shape  string
}

// MaxLabels bounds the labels that are listed one by one; their count goes on.
const MaxLabels = 1000

// WindowTest sums up the tests at one window size (bytes; 0 is the whole region).
type WindowTest struct {
	WindowBytes int64
	Windows     int64
	MaxBits     float64 // the highest score seen, before any reclassification
	MaxOffset   int64   // where
	Alarms      int64
}

// Cell is one column of the map and of the entropy profile: equal cuts of the
// medium, at most MaxCells of them.
type Cell struct {
	Start   int64
	Length  int64
	Classes Tally // bytes by class; Unread is what was not looked at
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
	Region
	Planned int64 // bytes of the region that the plan wants read
	Classes Tally // bytes by class of what was planned
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
	Classes     Tally // sum over all regions
	Planned     int64 // bytes the plan wants read

	Extents    []Extent
	GrainBytes int64 // Extents are exact to this many bytes; BlockBytes unless they had to be coarsened

	Findings     []Finding
	Counts       []FindingCount
	Explanations []Explanation
	FreeBytes    int64 // of explained structures that may have any value and are no fill
	Explained    int64 // explanations, also those that were too many to be listed
	Labels       []Label
	LabelCount   int64
	Windows      []WindowTest
	Cells        []Cell

	// What looks random amid fill, on a medium that is otherwise fill: see Island.
	Islands      []Island
	IslandCount  int64
	IslandsKnown bool  // false: the medium has too many edges between fill and ciphertext to say
	islandBytes  int64 // of all of them, in whole blocks

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
	return r.Classes.Total() - r.Classes[Unread] - r.Classes[Unreadable]
}
