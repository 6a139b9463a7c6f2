package fold

import (
	"cmp"
	"slices"

	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/explained"
	"shokyo.dev/shokyo/scan/extents"
	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/seen"
)

// Result finishes the examination: region tests, sorting, digests.
func (f *Folder) Result(complete bool) *Result {
	r := &Result{
		MediumBytes: f.terms.Size, Complete: complete,
		Tests: f.terms.Plan.Tests(), Budget: plan.Budget, ThresholdBits: f.terms.Threshold,
		GrainBytes: int64(f.terms.Plan.BlockBytes),
	}
	var condemned []plan.Span
	if complete {
		condemned = f.testRegions(r)
	}
	x := f.Extents
	r.Extents = x.Tiled(f.unread(f.terms.Size), f.terms.Size)
	r.GrainBytes = max(r.GrainBytes, x.Grain)
	f.judgePatterns(r.Extents, complete)
	seams := f.judgeSeams()
	r.Cells = f.cells(f.terms.Size)
	r.condemn(residue(seams))
	r.condemn(f.judgeEdges(r.Extents))
	for i := range f.Regions {
		region := f.terms.Plan.Regions[i]
		r.addRegion(region, &f.Regions[i], f.terms.Outline.Planned[i], slices.Contains(condemned, plan.Span{Lo: region.Start, Hi: region.End()}))
	}
	for _, c := range f.Counts {
		r.Counts = append(r.Counts, c.FindingCount)
	}
	r.Findings = slices.Clone(f.Findings)
	slices.SortStableFunc(r.Findings, seen.Compare)
	slices.SortFunc(r.Counts, func(a, b gather.FindingCount) int {
		return cmp.Or(cmp.Compare(a.Detector.String(), b.Detector.String()), cmp.Compare(a.Kind, b.Kind))
	})
	r.Explained, r.LabelCount, r.FreeBytes = f.Explained.Count, f.Explained.Chosen, f.Explained.Free
	r.Labels = slices.Clone(f.Explained.Labels)
	slices.SortStableFunc(r.Labels, func(a, b explained.Label) int { return cmp.Compare(a.Offset, b.Offset) })
	r.Explanations = slices.Clone(f.Explained.List)
	slices.SortStableFunc(r.Explanations, func(a, b explained.Explanation) int { return cmp.Compare(a.Offset, b.Offset) })
	r.Windows = append(slices.Clone(f.Windows), r.Windows...)
	r.condemn(residue(condemned))
	r.findIslands(&f.Rims, r.GrainBytes == int64(f.terms.Plan.BlockBytes))
	r.Known = f.knownResults()
	f.digests(r)
	r.Copies = f.Copies.Copies()
	return r
}

// addRegion adds what was found in one region; condemned: all its ciphertext
// raised an alarm together.
func (r *Result) addRegion(region plan.Region, g *regionState, planned int64, condemned bool) {
	out := RegionResult{Region: region, Planned: planned, Classes: g.Classes, Findings: g.Findings, LiveKeys: g.LiveKeys, KeyMaterial: g.KeyMaterial,
		ReadBackFill: g.Fill, ReadBackCiphertext: g.Cipher, Holes: g.Holes}
	out.Classes[medium.Unread] += planned - g.Classes.Total()
	if condemned {
		out.Classes[medium.Residue] += out.Classes[medium.Ciphertext]
		out.Classes[medium.Ciphertext], out.ReadBackFill, out.ReadBackCiphertext = 0, 0, 0
	}
	r.Regions = append(r.Regions, out)
	r.Planned += planned
	for c, n := range out.Classes {
		r.Classes[c] += n
	}
}

// unread lists the stretches that no page reached: those still put off, and the
// rest behind the last page.
func (f *Folder) unread(size int64) (out []plan.Span) {
	end := f.Extents.End
	for _, d := range f.Deferred {
		out = append(out, plan.Span{Lo: d.Lo, Hi: d.Hi})
		end = max(end, d.Hi)
	}
	return append(out, plan.Span{Lo: end, Hi: size})
}

// residue is spans that statistics condemned.
func residue(spans []plan.Span) (out []medium.Extent) {
	for _, s := range spans {
		out = append(out, medium.Extent{Start: s.Lo, Length: s.Len(), Class: medium.Residue, Reason: detector.Statistics.String()})
	}
	return out
}

// condemn turns the ciphertext in some places into residue: regions that are biased as a whole, seams,
// chains over the edges of pages.
func (r *Result) condemn(places []medium.Extent) {
	slices.SortFunc(places, func(a, b medium.Extent) int { return cmp.Compare(a.Start, b.Start) })
	var out []medium.Extent
	for _, e := range r.Extents {
		for len(places) > 0 && places[0].End() <= e.Start {
			places = places[1:]
		}
		for _, c := range places {
			lo, hi := max(e.Start, c.Start), min(e.End(), c.End())
			if e.Class != medium.Ciphertext || lo >= hi {
				break
			}
			if lo > e.Start {
				out = extents.Join(out, e.Cut(e.Start, lo))
			}
			out = extents.Join(out, c.Cut(lo, hi))
			r.condemnCells(lo, hi)
			e = e.Cut(hi, e.End())
		}
		if e.Length > 0 {
			out = extents.Join(out, e)
		}
	}
	r.Extents = out
}

func (r *Result) condemnCells(lo, hi int64) {
	for i := range r.Cells {
		c := &r.Cells[i]
		n := min(hi, c.Start+c.Length) - max(lo, c.Start)
		if n = min(n, c.Classes[medium.Ciphertext]); n > 0 {
			c.Classes[medium.Ciphertext] -= n
			c.Classes[medium.Residue] += n
		}
	}
}

// testRegions is the last level: all that no window condemned, region by region.
// It gives the regions that raised an alarm.
func (f *Folder) testRegions(r *Result) (condemned []plan.Span) {
	t := gather.WindowTest{}
	for i := range f.Regions {
		g := &f.Regions[i]
		if g.Tally.N() == 0 {
			continue
		}
		bits := g.Tally.Bits()
		region := f.terms.Plan.Regions[i]
		t.Record(bits, region.Start, bits >= f.terms.Threshold)
		if bits >= f.terms.Threshold {
			f.addFinding(i, seen.Finding{Offset: region.Start, Length: region.Length, Detector: detector.Statistics, Kind: "byte-distribution-region", Bits: bits})
			condemned = append(condemned, plan.Span{Lo: region.Start, Hi: region.End()})
		}
	}
	r.Windows = append(r.Windows, t)
	return condemned
}

func (f *Folder) cells(size int64) (out []Cell) {
	for i, c := range f.Cells {
		start := int64(i) * f.CellBytes
		cell := Cell{Start: start, Length: min(f.CellBytes, size-start), Classes: c.Classes,
			EntropyMin: c.Min, EntropyMax: c.Max, EntropyBlocks: c.Blocks}
		cell.Classes[medium.Unread] += cell.Length - c.Classes.Total()
		if c.Bytes > 0 {
			cell.EntropyMean = float64(c.Sum) / entropyUnit / float64(c.Bytes)
		}
		out = append(out, cell)
	}
	return out
}

func (f *Folder) digests(r *Result) {
	if !r.Complete {
		return
	}
	if !f.terms.NoDigest {
		r.Tree = Tree{LeafBytes: plan.LeafBytes, Root: f.Tree.Root(), Present: true}
	}
	if f.sha != nil && !f.Holes {
		r.SHA256 = f.sha.Sum(nil)
	}
}
