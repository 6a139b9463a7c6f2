// Package fold makes of what was found page by page what is known of the whole medium.
//
// A Folder takes finished pages and commits them, window by window, to a State (folder.go),
// which is what a checkpoint holds (state.go; check.go refuses one that cannot be). A State
// comes out the same in whatever order pages come: findings that touch become one
// (findings.go), extents close up or coarsen (package extents), the tree hash grows together
// (package merkle), and rims are remembered (rims.go). So what was put off fits in later,
// and a Result depends neither on the number of workers nor on interruptions.
//
// What only the whole medium can tell is judged at the end, when a Folder gives its Result
// (judge.go): regions, repetitions (patterns.go), seams (rims.go), islands (islands.go).
// What is new about the whole medium gets its place in State, an addition that does not
// care for order, a bound whatever the medium holds, and a field of Result (result.go).
package fold

import (
	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/copies"
	"shokyo.dev/shokyo/scan/explained"
	"shokyo.dev/shokyo/scan/extents"
	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/merkle"
	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/read"
	"shokyo.dev/shokyo/scan/repeats"
	"shokyo.dev/shokyo/scan/seen"
)

// State is everything that was folded so far. It is what a checkpoint holds: all
// of it is exported to encoding/json, and adding the rest of the pages gives the
// same Result as never having stopped. Everything in it adds up to the same in
// any order of pages, so that what was put off fits in later; only which of too
// many findings and explanations are listed depends on the order.
//
// Pages are committed in groups of one 16 MiB window, because a window's alarm
// changes the class of blocks inside it.
type State struct {
	Next      int            // index of the first page that the first pass has not come to
	Deferred  read.Stretches // pages before it that were put off
	Skip      read.Skipping
	Done      int64
	Regions   []regionState
	Extents   extents.Extents
	Findings  []seen.Finding
	Edges     stretches
	Known     []knownState // of each corpus
	Counts    []countState
	Explained explained.Explained
	Windows   []gather.WindowTest
	Cells     []cellState
	CellBytes int64
	Unit      repeats.Repetition
	Rims      rims
	Copies    copies.Sketch
	Tree      merkle.Tree
	SHA256    []byte // state of the running hash
	Holes     bool   // something could not be read
	Probe     probe
}

type regionState struct {
	Classes     ClassBytes
	Findings    int64
	LiveKeys    int64
	KeyMaterial int64
	Fill        int64         // bytes of fill and pattern sectors in blocks that are neither metadata nor residue
	Cipher      int64         // of the others in such blocks
	Holes       int64         // of Fill, what is nothing stored
	Repeats     int64         // of Pattern, what may be a cipher's (mayBeCipher)
	Tally       entropy.Tally // ciphertext that no window raised an alarm over
}

// count adds findings of one kind.
func (g *regionState) count(c *gather.FindingCount) {
	g.Findings += c.Count
	if c.Kind == seen.LiveKeySlot {
		g.LiveKeys += c.Count
	}
	if seen.IsKeyMaterial(c.Detector, c.Kind) {
		g.KeyMaterial += c.Count
	}
}

type cellState struct {
	Classes  ClassBytes
	Min, Max float64
	Sum      int64 // of entropy, in units of 1/entropyUnit, times bytes
	Bytes    int64
	Blocks   int64
	Repeats  int64 // of Pattern, what may be a cipher's
}

// entropyUnit keeps the sum of entropies an integer, which adds up to the same in
// any order. The cells of a medium of 2^60 bytes do not make it overflow.
const entropyUnit = 1 << 10

// probe is the last leaf that was hashed. A resumed examination reads it again,
// to be sure that it has the same medium before it.
type probe struct {
	Start, Length int64
	Hash          [32]byte
}

// NewState is the state in which nothing was folded yet.
func NewState(p *plan.Plan, size int64) *State {
	cell := CellBytes(p, size)
	return &State{
		Regions:   make([]regionState, len(p.Regions)),
		Windows:   newWindows(p),
		CellBytes: cell,
		Cells:     make([]cellState, (size+cell-1)/cell),
	}
}

func newWindows(p *plan.Plan) []gather.WindowTest {
	return gather.NewWindows(p.BlockBytes, seen.WindowSizes[len(seen.WindowSizes)-1])
}

// CellBytes is the length of a map cell: whole blocks.
func CellBytes(p *plan.Plan, size int64) int64 {
	unit := int64(p.BlockBytes)
	cell := (size + MaxCells - 1) / MaxCells
	return (cell + unit - 1) / unit * unit
}
