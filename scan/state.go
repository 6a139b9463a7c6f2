package scan

import (
	"cmp"
	"crypto/sha256"
	"encoding"
	"hash"
	"slices"

	"shokyo.dev/shokyo/entropy"
)

// state is everything that was folded so far, in page order. It is what a
// checkpoint holds: all of it is exported to encoding/json, and adding the rest
// of the pages gives the same Result as never having stopped.
//
// Pages are committed in groups of one 16 MiB window, because a window's alarm
// changes the class of blocks inside it.
type state struct {
	Next         int // index of the first page that is not in here
	Done         int64
	Regions      []regionState
	Extents      extents
	Findings     []Finding
	Counts       []countState
	Explanations []Explanation
	Windows      []WindowTest
	Cells        []cellState
	CellBytes    int64
	Tree         tree
	SHA256       []byte // state of the running hash
	Holes        bool   // something could not be read
	Probe        probe
}

type regionState struct {
	Classes  Tally
	Findings int64
	LiveKeys int64
	Fill     int64         // bytes of fill and pattern sectors in blocks that are neither metadata nor residue
	Cipher   int64         // of the others in such blocks
	Tally    entropy.Tally // ciphertext that no window raised an alarm over
}

// countState counts a kind of finding and remembers where its last one ended,
// so that what crosses a page is joined to it.
type countState struct {
	FindingCount
	Region int // the last one lies here; findings never join across regions
	End    int64
	Index  int // of the last one in Findings; -1 when the list was full
}

type cellState struct {
	Classes  Tally
	Min, Max float64
	Sum      float64 // of entropy times bytes
	Bytes    int64
	Blocks   int64
}

// probe is the last leaf that was hashed. A resumed examination reads it again,
// to be sure that it has the same medium before it.
type probe struct {
	Start, Length int64
	Hash          [32]byte
}

// maxExplanations bounds the explanations listed one by one.
const maxExplanations = 10_000

func newState(p *Plan, size int64) *state {
	unit := int64(p.BlockBytes)
	cell := (size + MaxCells - 1) / MaxCells
	cell = (cell + unit - 1) / unit * unit
	return &state{
		Regions:   make([]regionState, len(p.Regions)),
		Windows:   newWindows(p, windowSizes[len(windowSizes)-1]),
		CellBytes: cell,
		Cells:     make([]cellState, (size+cell-1)/cell),
	}
}

// folder adds pages to a state, in order.
type folder struct {
	*state
	plan      *Plan
	threshold float64
	sha       hash.Hash // nil unless the whole-medium digest is wanted
	pending   []*pageResult
}

// pageWindow is the window in which a page is committed.
func pageWindow(p *page) [2]int64 {
	return [2]int64{int64(p.region), p.start / windowSizes[len(windowSizes)-1]}
}

// fold takes the next page and says whether a group was committed before it.
func (f *folder) fold(r *pageResult) (committed bool) {
	if len(f.pending) > 0 && pageWindow(&f.pending[0].page) != pageWindow(&r.page) {
		f.commit()
		committed = true
	}
	if f.sha != nil {
		f.sha.Write(r.data)
		r.data = nil
	}
	f.pending = append(f.pending, r)
	return committed
}

// commit tests the window that the pending pages make and adds them for good.
func (f *folder) commit() {
	if len(f.pending) == 0 {
		return
	}
	f.testWindow()
	for _, r := range f.pending {
		f.addPage(r)
	}
	f.Next = f.pending[len(f.pending)-1].index + 1
	f.pending = nil
	if f.sha != nil {
		f.SHA256, _ = f.sha.(encoding.BinaryMarshaler).MarshalBinary() // sha256's cannot fail
	}
}

func (f *folder) testWindow() {
	var tally entropy.Tally
	for _, r := range f.pending {
		tally.Merge(&r.tally)
	}
	if tally.N() == 0 {
		return
	}
	first := f.pending[0]
	bits := tally.Bits()
	alarm := bits >= f.threshold
	last := len(f.Windows) - 1
	f.Windows[last].record(bits, first.start, alarm)
	if !alarm {
		f.Regions[first.region].Tally.Merge(&tally)
		return
	}
	for _, r := range f.pending {
		if fd := condemn(r.pieces, f.Windows[last].WindowBytes, bits); fd.Length > 0 {
			r.findings = append(r.findings, fd)
		}
	}
}

func (f *folder) addPage(r *pageResult) {
	for _, p := range r.pieces {
		f.addPiece(r.region, p)
	}
	for i, t := range r.windows {
		f.Windows[i].merge(t)
	}
	for _, fd := range r.findings {
		f.addFinding(r.region, fd)
	}
	for _, more := range r.unlisted {
		c := f.count(more.Detector, more.Kind)
		c.Count += more.Count
		c.Bytes += more.Bytes
		f.Regions[r.region].Findings += more.Count
		if more.Kind == LiveKeySlot {
			f.Regions[r.region].LiveKeys += more.Count
		}
	}
	if room := maxExplanations - len(f.Explanations); room > 0 {
		f.Explanations = append(f.Explanations, r.explanations[:min(room, len(r.explanations))]...)
	}
	for _, h := range r.leaves {
		f.Tree.add(h)
	}
	f.Holes = f.Holes || r.holes
	f.Done += r.bytes()
	if !r.holes {
		leaf := r.lastLeaf()
		f.Probe = probe{leaf.lo, leaf.len(), r.probe}
	}
}

func (f *folder) addPiece(region int, p piece) {
	g := &f.Regions[region]
	g.Classes[p.Class] += p.Length
	if p.Class == Fill || p.Class == Pattern || p.Class == Ciphertext {
		g.Fill += p.fill
		g.Cipher += p.Length - p.fill
	}
	f.Extents.add(p.Extent)
	c := &f.Cells[p.Start/f.CellBytes]
	c.Classes[p.Class] += p.Length
	if !p.measured {
		return
	}
	if c.Blocks == 0 {
		c.Min, c.Max = p.entropy, p.entropy
	}
	c.Min, c.Max = min(c.Min, p.entropy), max(c.Max, p.entropy)
	c.Sum += p.entropy * float64(p.Length)
	c.Bytes += p.Length
	c.Blocks++
}

// joins says which findings grow into one when they touch. Repeated units stand
// apart by nature: they join from block to block.
func joins(detector string) bool {
	return detector == "text" || detector == "statistics" || detector == "repeats"
}

// count gives the counter of a detector's kind.
func (f *folder) count(detector, kind string) *countState {
	i := slices.IndexFunc(f.Counts, func(c countState) bool { return c.Detector == detector && c.Kind == kind })
	if i < 0 {
		i = len(f.Counts)
		f.Counts = append(f.Counts, countState{FindingCount: FindingCount{Detector: detector, Kind: kind}, Region: -1})
	}
	return &f.Counts[i]
}

func (f *folder) addFinding(region int, fd Finding) {
	c := f.count(fd.Detector, fd.Kind)
	if c.Region == region && f.join(c, fd) {
		return
	}
	c.Count++
	c.Bytes += fd.Length
	c.End = fd.Offset + fd.Length
	c.Region, c.Index = region, -1
	f.Regions[region].Findings++
	if fd.Kind == LiveKeySlot {
		f.Regions[region].LiveKeys++
	}
	if fd.Path == "" {
		fd.Path = f.plan.path(fd.Offset)
	}
	if len(f.Findings) < room(fd.Detector) {
		c.Index = len(f.Findings)
		f.Findings = append(f.Findings, fd)
	}
}

// room keeps the last places of the list for what must never be crowded out.
func room(detector string) int {
	switch detector {
	case "keys":
		return MaxFindings
	case "filesystem", "signature":
		return MaxFindings - 100
	}
	return MaxFindings - 1000
}

// join lets the last finding of a kind grow by one that touches it.
func (f *folder) join(c *countState, fd Finding) bool {
	gap := int64(0)
	if fd.Detector == "repeats" {
		gap = int64(f.plan.BlockBytes)
	}
	if !joins(fd.Detector) || fd.Offset > c.End+gap {
		return false
	}
	if end := fd.Offset + fd.Length; end > c.End {
		c.Bytes += end - c.End
		c.End = end
	}
	if c.Index >= 0 {
		last := &f.Findings[c.Index]
		last.Length = c.End - last.Offset
		last.Bits = max(last.Bits, fd.Bits)
	}
	return true
}

func compareFindings(a, b Finding) int {
	return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Detector, b.Detector), cmp.Compare(a.Kind, b.Kind))
}

// result finishes the examination: region tests, sorting, digests.
func (f *folder) result(s *Scan, complete bool) *Result {
	r := &Result{
		MediumBytes: s.size, Complete: complete,
		Tests: s.plan.tests(), Budget: budget, ThresholdBits: s.threshold,
		GrainBytes: int64(s.plan.BlockBytes),
	}
	var condemned []span
	if complete {
		condemned = f.testRegions(r)
	}
	for i, g := range f.Regions {
		planned := s.planned[i]
		g.Classes[Unread] += planned - g.Classes.Total()
		if slices.Contains(condemned, span{s.plan.Regions[i].Start, s.plan.Regions[i].End()}) {
			g.Classes[Residue] += g.Classes[Ciphertext]
			g.Classes[Ciphertext], g.Fill, g.Cipher = 0, 0, 0
		}
		r.Regions = append(r.Regions, RegionResult{
			Region: s.plan.Regions[i], Planned: planned, Classes: g.Classes, Findings: g.Findings, LiveKeys: g.LiveKeys,
			ReadBackFill: g.Fill, ReadBackCiphertext: g.Cipher})
		r.Planned += planned
		for c, n := range g.Classes {
			r.Classes[c] += n
		}
	}
	x := f.Extents
	x.List = slices.Clone(x.List)
	r.Extents = x.tiled(s.size)
	r.GrainBytes = max(r.GrainBytes, x.Grain)
	r.Findings = slices.Clone(f.Findings)
	slices.SortStableFunc(r.Findings, compareFindings)
	for _, c := range f.Counts {
		r.Counts = append(r.Counts, c.FindingCount)
	}
	slices.SortFunc(r.Counts, func(a, b FindingCount) int {
		return cmp.Or(cmp.Compare(a.Detector, b.Detector), cmp.Compare(a.Kind, b.Kind))
	})
	r.Explanations = f.Explanations
	r.Windows = append(slices.Clone(f.Windows), r.Windows...)
	r.Cells = f.cells(s.size)
	for _, c := range condemned {
		r.condemn(c)
	}
	f.digests(r, s)
	return r
}

// condemn turns the ciphertext of a region that is biased as a whole into residue.
func (r *Result) condemn(region span) {
	out := extents{}
	for _, e := range r.Extents {
		end := e.Start + e.Length
		lo, hi := max(e.Start, region.lo), min(end, region.hi)
		if e.Class != Ciphertext || lo >= hi {
			out.join(e)
			continue
		}
		for _, cut := range []Extent{{e.Start, lo - e.Start, e.Class, e.Reason}, {lo, hi - lo, Residue, "statistics"}, {hi, end - hi, e.Class, e.Reason}} {
			if cut.Length > 0 {
				out.join(cut)
			}
		}
		for i := range r.Cells {
			c := &r.Cells[i]
			n := min(hi, c.Start+c.Length) - max(lo, c.Start)
			if n = min(n, c.Classes[Ciphertext]); n > 0 {
				c.Classes[Ciphertext] -= n
				c.Classes[Residue] += n
			}
		}
	}
	r.Extents = out.List
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
		t.record(bits, plan.Start, bits >= f.threshold)
		if bits >= f.threshold {
			f.addFinding(i, Finding{Offset: plan.Start, Length: plan.Length, Detector: "statistics", Kind: "byte-distribution-region", Bits: bits})
			condemned = append(condemned, span{plan.Start, plan.End()})
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
			cell.EntropyMean = c.Sum / float64(c.Bytes)
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
