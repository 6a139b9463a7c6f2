package scan

import (
	"cmp"
	"crypto/sha256"
	"encoding"
	"hash"
	"math"
	"slices"
	"time"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/plan"
)

// state is everything that was folded so far. It is what a checkpoint holds: all
// of it is exported to encoding/json, and adding the rest of the pages gives the
// same Result as never having stopped. Everything in it adds up to the same in
// any order of pages, so that what was put off fits in later; only which of too
// many findings and explanations are listed depends on the order.
//
// Pages are committed in groups of one 16 MiB window, because a window's alarm
// changes the class of blocks inside it.
type state struct {
	Next      int       // index of the first page that the first pass has not come to
	Deferred  stretches // pages before it that were put off
	Skip      skipping
	Done      int64
	Regions   []regionState
	Extents   extents
	Findings  []Finding
	Counts    []countState
	Explained look.Explained
	Windows   []WindowTest
	Cells     []cellState
	CellBytes int64
	Unit      look.Repetition
	Rims      rims
	Tree      tree
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
func (g *regionState) count(c *FindingCount) {
	g.Findings += c.Count
	if c.Kind == LiveKeySlot {
		g.LiveKeys += c.Count
	}
	if look.IsKeyMaterial(c.Detector, c.Kind) {
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

func newState(p *Plan, size int64) *state {
	cell := cellBytes(p, size)
	return &state{
		Regions:   make([]regionState, len(p.Regions)),
		Windows:   look.NewWindows(p.BlockBytes, look.WindowSizes[len(look.WindowSizes)-1]),
		CellBytes: cell,
		Cells:     make([]cellState, (size+cell-1)/cell),
	}
}

// cellBytes is the length of a map cell: whole blocks.
func cellBytes(p *Plan, size int64) int64 {
	unit := int64(p.BlockBytes)
	cell := (size + MaxCells - 1) / MaxCells
	return (cell + unit - 1) / unit * unit
}

// folder adds pages to a state, pass by pass, each in page order.
type folder struct {
	*state
	plan      *Plan
	threshold float64
	groups    int       // that the plan has
	sha       hash.Hash // nil unless the whole-medium digest is wanted
	pass      pass
	pace      pace
	pending   []*pageResult // of one group
	put       bool          // the group is put off
	added     span          // where the last group lies that was not
	runs      [][]int       // of each of Counts that joins: which of Findings are its own, by place
}

// begins says whether a page is the first of another group than those pending.
func (f *folder) begins(r *pageResult) bool {
	return len(f.pending) > 0 && f.pending[0].Group != r.Group
}

// take adds the next page to its group. What a worker read ahead of a decision to
// skip counts for nothing, or the result would depend on how far ahead it was.
func (f *folder) take(r *pageResult) {
	if f.pass == firstPass && r.Group >= f.Skip.To && r.trouble {
		f.Skip.trouble(r.Group, f.groups)
	}
	if f.pass == firstPass && r.Group < f.Skip.To {
		f.put = true
		r = &pageResult{page: r.page} // its memory is free
	}
	if f.sha != nil {
		f.sha.Write(r.data)
		r.data = nil
	}
	f.pending = append(f.pending, r)
}

// commit tests the window that the pending pages make and adds them for good, or
// puts them off.
func (f *folder) commit() {
	group, put := f.pending, f.put
	f.pending, f.put = nil, false
	switch {
	case len(group) == 0:
		return
	case put:
		for _, r := range group {
			f.Deferred.add(&r.page.Page)
		}
	default:
		f.addGroup(group)
	}
	if f.pass == secondPass {
		for _, r := range group {
			f.Deferred.drop(&r.page.Page)
		}
		return
	}
	f.Next = group[len(group)-1].Index + 1
	if f.pass == firstPass && !put {
		f.judge(group)
	}
}

// judge looks at how a group read that could be read.
func (f *folder) judge(group []*pageResult) {
	var bytes int64
	var took time.Duration
	for _, r := range group {
		bytes += r.Bytes() - r.passed
		took += r.took
	}
	if f.pace.slow(bytes, took) {
		f.Skip.trouble(group[0].Group, f.groups)
		return
	}
	f.Skip.well()
}

func (f *folder) addGroup(group []*pageResult) {
	f.testWindow(group)
	f.Extents.add(tile(group))
	f.added = span{Lo: group[0].Start, Hi: group[len(group)-1].End()}
	for _, r := range group {
		f.addPage(r)
	}
	if f.sha != nil {
		f.SHA256, _ = f.sha.(encoding.BinaryMarshaler).MarshalBinary() // sha256's cannot fail
	}
}

// tile gives the classes from the end of the page before the group to the end of
// its last page; what the plan leaves out is unread.
func tile(group []*pageResult) (out []Extent) {
	at := group[0].After
	for _, r := range group {
		for _, p := range r.Pieces {
			if p.Start > at {
				out = join(out, Extent{Start: at, Length: p.Start - at, Class: Unread})
			}
			out = join(out, p.Extent)
			at = p.End()
		}
	}
	return out
}

func (f *folder) testWindow(group []*pageResult) {
	var tally entropy.Tally
	for _, r := range group {
		tally.Merge(&r.Tally)
	}
	if tally.N() == 0 {
		return
	}
	first := group[0]
	bits := tally.Bits()
	alarm := bits >= f.threshold
	last := len(f.Windows) - 1
	f.Windows[last].Record(bits, first.Start, alarm)
	if !alarm {
		f.Regions[first.Region].Tally.Merge(&tally)
		return
	}
	for _, r := range group {
		if fd := look.Condemn(r.Pieces, f.Windows[last].WindowBytes, bits); fd.Length > 0 {
			r.Findings = append(r.Findings, fd)
		}
	}
}

func (f *folder) addPage(r *pageResult) {
	for _, p := range r.Pieces {
		f.addPiece(r.Region, p)
	}
	for i, t := range r.Windows {
		f.Windows[i].Merge(t)
	}
	for _, fd := range r.Findings {
		f.addFinding(r.Region, fd)
	}
	for _, more := range r.Unlisted {
		c := &f.Counts[f.count(more.Detector, more.Kind)]
		c.Count += more.Count
		c.Bytes += more.Bytes
		f.Regions[r.Region].count(&more)
	}
	f.Explained.Merge(&r.Explained)
	f.Unit.Merge(&r.Unit)
	f.Tree.add(r.Leaf, r.hashes...)
	f.Holes = f.Holes || r.Unreadable
	f.Done += r.Bytes()
	if !r.Unreadable {
		leaf := r.lastLeaf()
		f.Probe = probe{leaf.Lo, leaf.Len(), r.probe}
	}
}

func (f *folder) addPiece(region int, p look.Piece) {
	g := &f.Regions[region]
	g.Classes[p.Class] += p.Length
	if p.Class == Fill || p.Class == Pattern || p.Class == Ciphertext {
		g.Fill += p.Fill
		g.Cipher += p.Length - p.Fill
	}
	if p.Class == Fill && p.Reason == holeReason {
		g.Holes += p.Length
	}
	c := &f.Cells[p.Start/f.CellBytes]
	c.Classes[p.Class] += p.Length
	if p.Class == Pattern && look.MayBeCipher(p.Reason) {
		g.Repeats += p.Length
		c.Repeats += p.Length
	}
	if p.Class == Ciphertext && p.Rim != nil {
		f.Rims.add(*p.Rim)
	}
	if !p.Measured {
		return
	}
	if c.Blocks == 0 {
		c.Min, c.Max = p.Entropy, p.Entropy
	}
	c.Min, c.Max = min(c.Min, p.Entropy), max(c.Max, p.Entropy)
	c.Sum += int64(math.Round(p.Entropy*entropyUnit)) * p.Length
	c.Bytes += p.Length
	c.Blocks++
}

// result finishes the examination: region tests, sorting, digests.
func (f *folder) result(s *Scan, complete bool) *Result {
	r := &Result{
		MediumBytes: s.size, Complete: complete,
		Tests: s.plan.Tests(), Budget: plan.Budget, ThresholdBits: s.threshold,
		GrainBytes: int64(s.plan.BlockBytes),
	}
	var condemned []span
	if complete {
		condemned = f.testRegions(r)
	}
	x := f.Extents
	r.Extents = x.tiled(f.unread(s.size), s.size)
	r.GrainBytes = max(r.GrainBytes, x.Grain)
	f.judgePatterns(r.Extents, complete)
	seams := f.judgeSeams()
	for i := range f.Regions {
		plan := s.plan.Regions[i]
		r.addRegion(plan, &f.Regions[i], s.outline.Planned[i], slices.Contains(condemned, span{Lo: plan.Start, Hi: plan.End()}))
	}
	for _, c := range f.Counts {
		r.Counts = append(r.Counts, c.FindingCount)
	}
	r.Findings = slices.Clone(f.Findings)
	slices.SortStableFunc(r.Findings, look.Compare)
	slices.SortFunc(r.Counts, func(a, b FindingCount) int {
		return cmp.Or(cmp.Compare(a.Detector.String(), b.Detector.String()), cmp.Compare(a.Kind, b.Kind))
	})
	r.Explained, r.LabelCount, r.FreeBytes = f.Explained.Count, f.Explained.Chosen, f.Explained.Free
	r.Labels = slices.Clone(f.Explained.Labels)
	slices.SortStableFunc(r.Labels, func(a, b Label) int { return cmp.Compare(a.Offset, b.Offset) })
	r.Explanations = slices.Clone(f.Explained.List)
	slices.SortStableFunc(r.Explanations, func(a, b Explanation) int { return cmp.Compare(a.Offset, b.Offset) })
	r.Windows = append(slices.Clone(f.Windows), r.Windows...)
	r.Cells = f.cells(s.size)
	r.condemn(append(condemned, seams...))
	r.findIslands(&f.Rims, r.GrainBytes == int64(s.plan.BlockBytes))
	f.digests(r, s)
	return r
}

// addRegion adds what was found in one region; condemned: all its ciphertext
// raised an alarm together.
func (r *Result) addRegion(plan Region, g *regionState, planned int64, condemned bool) {
	out := RegionResult{Region: plan, Planned: planned, Classes: g.Classes, Findings: g.Findings, LiveKeys: g.LiveKeys, KeyMaterial: g.KeyMaterial,
		ReadBackFill: g.Fill, ReadBackCiphertext: g.Cipher, Holes: g.Holes}
	out.Classes[Unread] += planned - g.Classes.Total()
	if condemned {
		out.Classes[Residue] += out.Classes[Ciphertext]
		out.Classes[Ciphertext], out.ReadBackFill, out.ReadBackCiphertext = 0, 0, 0
	}
	r.Regions = append(r.Regions, out)
	r.Planned += planned
	for c, n := range out.Classes {
		r.Classes[c] += n
	}
}

// unread lists the stretches that no page reached: those still put off, and the
// rest behind the last page.
func (f *folder) unread(size int64) (out []span) {
	end := f.Extents.End
	for _, d := range f.Deferred {
		out = append(out, span{Lo: d.Lo, Hi: d.Hi})
		end = max(end, d.Hi)
	}
	return append(out, span{Lo: end, Hi: size})
}

// condemn turns the ciphertext in the spans into residue: regions that are biased as a whole, seams.
func (r *Result) condemn(spans []span) {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.Lo, b.Lo) })
	var out []Extent
	for _, e := range r.Extents {
		for len(spans) > 0 && spans[0].Hi <= e.Start {
			spans = spans[1:]
		}
		for _, c := range spans {
			lo, hi := max(e.Start, c.Lo), min(e.End(), c.Hi)
			if e.Class != Ciphertext || lo >= hi {
				break
			}
			if lo > e.Start {
				out = join(out, e.Cut(e.Start, lo))
			}
			out = join(out, Extent{Start: lo, Length: hi - lo, Class: Residue, Reason: look.Statistics.String()})
			r.condemnCells(lo, hi)
			e = e.Cut(hi, e.End())
		}
		if e.Length > 0 {
			out = join(out, e)
		}
	}
	r.Extents = out
}

func (r *Result) condemnCells(lo, hi int64) {
	for i := range r.Cells {
		c := &r.Cells[i]
		n := min(hi, c.Start+c.Length) - max(lo, c.Start)
		if n = min(n, c.Classes[Ciphertext]); n > 0 {
			c.Classes[Ciphertext] -= n
			c.Classes[Residue] += n
		}
	}
}

// testRegions is the last level: all that no window condemned, region by region.
// It gives the regions that raised an alarm.
func (f *folder) testRegions(r *Result) (condemned []span) {
	t := WindowTest{}
	for i := range f.Regions {
		g := &f.Regions[i]
		if g.Tally.N() == 0 {
			continue
		}
		bits := g.Tally.Bits()
		plan := f.plan.Regions[i]
		t.Record(bits, plan.Start, bits >= f.threshold)
		if bits >= f.threshold {
			f.addFinding(i, Finding{Offset: plan.Start, Length: plan.Length, Detector: look.Statistics, Kind: "byte-distribution-region", Bits: bits})
			condemned = append(condemned, span{Lo: plan.Start, Hi: plan.End()})
		}
	}
	r.Windows = append(r.Windows, t)
	return condemned
}

func (f *folder) cells(size int64) (out []Cell) {
	for i, c := range f.Cells {
		start := int64(i) * f.CellBytes
		cell := Cell{Start: start, Length: min(f.CellBytes, size-start), Classes: c.Classes,
			EntropyMin: c.Min, EntropyMax: c.Max, EntropyBlocks: c.Blocks}
		cell.Classes[Unread] += cell.Length - c.Classes.Total()
		if c.Bytes > 0 {
			cell.EntropyMean = float64(c.Sum) / entropyUnit / float64(c.Bytes)
		}
		out = append(out, cell)
	}
	return out
}

func (f *folder) digests(r *Result, s *Scan) {
	if !r.Complete {
		return
	}
	if !s.opt.NoDigest {
		r.Tree = Tree{LeafBytes: LeafBytes, Root: f.Tree.root(), Present: true}
	}
	if f.sha != nil && !f.Holes {
		r.SHA256 = f.sha.Sum(nil)
	}
}

// restoreSHA continues the running hash of a checkpoint.
func restoreSHA(saved []byte) (hash.Hash, error) {
	h := sha256.New()
	if saved == nil {
		return h, nil
	}
	return h, h.(encoding.BinaryUnmarshaler).UnmarshalBinary(saved)
}
