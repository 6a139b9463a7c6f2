package fold

import (
	"cmp"
	"slices"

	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/seen"
)

// Findings are counted by kind, and listed as far as there is room. Those that touch are
// one: what crosses the edges of pages was cut there, and a stretch that was put off comes
// when what lies behind it is long folded. So a finding grows the run before it or the
// run behind it, or makes one run of both, whichever came first (seen.Meet).

// countState counts a kind of finding and remembers where its last one lies, so that one
// that was not listed can go on.
type countState struct {
	gather.FindingCount
	Region     int // the last one lies here; findings never join across regions
	Start, End int64
	Index      int // of the last one in Findings; -1 when the list was full
	Listed     int // in Findings
}

// count gives the number of the counter of a detector's kind.
func (f *Folder) count(detector detector.ID, kind string) int {
	i := slices.IndexFunc(f.Counts, func(c countState) bool { return c.Detector == detector && c.Kind == kind })
	if i < 0 {
		i = len(f.Counts)
		f.Counts = append(f.Counts, countState{FindingCount: gather.FindingCount{Detector: detector, Kind: kind}, Region: -1})
	}
	for len(f.runs) < len(f.Counts) {
		f.runs = append(f.runs, nil)
	}
	return i
}

func (f *Folder) addFinding(region int, fd seen.Finding) {
	k := f.count(fd.Detector, fd.Kind)
	if fd.Detector.Joins() && (f.growUnlisted(k, region, fd) || f.grow(k, region, fd)) {
		return
	}
	c := &f.Counts[k]
	c.Count++
	c.Bytes += fd.Length
	c.Start, c.End = fd.Offset, fd.Offset+fd.Length
	c.Region, c.Index = region, -1
	f.Regions[region].count(&gather.FindingCount{Detector: fd.Detector, Kind: fd.Kind, Count: 1})
	if fd.Path == nil {
		fd.Path = medium.PathOf(f.terms.Plan.Places, fd.Offset)
	}
	if len(f.Findings) < f.room(c) {
		c.Index = len(f.Findings)
		c.Listed++
		f.Findings = append(f.Findings, fd)
		if fd.Detector.Joins() {
			f.runs[k] = slices.Insert(f.runs[k], f.behind(k, fd.Offset), c.Index)
		}
	}
}

// behind is the number of the first run of a kind that begins behind an offset.
func (f *Folder) behind(k int, off int64) int {
	i, _ := slices.BinarySearchFunc(f.runs[k], off+1, func(x int, at int64) int { return cmp.Compare(f.Findings[x].Offset, at) })
	return i
}

// growUnlisted lets the last run of a kind go on that is not listed.
func (f *Folder) growUnlisted(k, region int, fd seen.Finding) bool {
	c := &f.Counts[k]
	if c.Region != region || c.Index >= 0 {
		return false
	}
	last := seen.Finding{Offset: c.Start, Length: c.End - c.Start, Detector: c.Detector, Kind: c.Kind}
	run, ok := seen.Meet(last, fd, f.terms.Plan.BlockBytes)
	if ok {
		c.Bytes += run.Length - last.Length
		c.End = run.Offset + run.Length
	}
	return ok
}

// grow lets a listed run of a kind grow by a finding that meets it.
func (f *Folder) grow(k, region int, fd seen.Finding) bool {
	i := f.behind(k, fd.Offset)
	switch {
	case i > 0 && f.growRun(k, region, i-1, fd):
	case i < len(f.runs[k]) && f.growRun(k, region, i, fd):
		i++
	default:
		return false
	}
	for f.closeGap(k, region, i) {
	}
	return true
}

// closeGap makes one of a run of a kind and the one before it, if that has grown up to it.
func (f *Folder) closeGap(k, region, i int) bool {
	if i == len(f.runs[k]) {
		return false
	}
	next := f.Findings[f.runs[k][i]]
	if f.terms.Plan.RegionOf(next.Offset) != region || !f.growRun(k, region, i-1, next) {
		return false
	}
	f.forget(k, region, i)
	return true
}

// growRun makes one of a run and a finding, if they meet, and counts what it grew by.
func (f *Folder) growRun(k, region, i int, fd seen.Finding) bool {
	run := &f.Findings[f.runs[k][i]]
	before, behind := *run, fd
	if fd.Offset < run.Offset {
		before, behind = fd, *run
	}
	all, ok := seen.Meet(before, behind, f.terms.Plan.BlockBytes)
	if !ok || f.terms.Plan.RegionOf(run.Offset) != region {
		return false
	}
	if all.Path == nil {
		all.Path = medium.PathOf(f.terms.Plan.Places, all.Offset)
	}
	c := &f.Counts[k]
	c.Bytes += all.Length - run.Length
	if c.Index == f.runs[k][i] {
		c.Start, c.End = all.Offset, all.Offset+all.Length
	}
	*run = all
	return true
}

// forget takes a run from the list that the run before it has grown over.
func (f *Folder) forget(k, region, i int) {
	gone, into := f.runs[k][i], f.runs[k][i-1]
	c := &f.Counts[k]
	c.Count--
	c.Bytes -= f.Findings[gone].Length
	c.Listed--
	f.Regions[region].Findings--
	if c.Index == gone {
		c.Index = into
		c.Start, c.End = f.Findings[into].Offset, f.Findings[into].Offset+f.Findings[into].Length
	}
	f.Findings = slices.Delete(f.Findings, gone, gone+1)
	f.runs[k] = slices.Delete(f.runs[k], i, i+1)
	for k := range f.Counts {
		if f.Counts[k].Index > gone {
			f.Counts[k].Index--
		}
	}
	for _, runs := range f.runs {
		for i := range runs {
			if runs[i] > gone {
				runs[i]--
			}
		}
	}
}

// findRuns finds the runs of each kind in a state that was loaded. In one of an older
// version runs that meet may stand apart.
func (f *Folder) findRuns() {
	for i, fd := range f.Findings {
		if k := f.count(fd.Detector, fd.Kind); fd.Detector.Joins() {
			f.runs[k] = append(f.runs[k], i)
		}
	}
	for k := range f.runs {
		slices.SortFunc(f.runs[k], func(a, b int) int { return cmp.Compare(f.Findings[a].Offset, f.Findings[b].Offset) })
		for i := 0; i+1 < len(f.runs[k]); {
			next := f.Findings[f.runs[k][i+1]]
			region := f.terms.Plan.RegionOf(next.Offset)
			if f.growRun(k, region, i, next) {
				f.forget(k, region, i+1)
			} else {
				i++
			}
		}
	}
}

// firstOfKind is how many findings of each kind are always listed, in the order they
// were folded: many pieces of text must not crowd out where the few files lie. There
// are some 400 kinds.
const firstOfKind = 8

// reserveOfFirst is what the first of each kind leave of the list for keys.
const reserveOfFirst = 100

// room is how long the list may get by a finding of this kind: the last places are
// kept for the first ones of each kind, and for keys.
func (f *Folder) room(c *countState) int {
	reserve := c.Detector.Reserve()
	if c.Listed < firstOfKind {
		reserve = min(reserve, reserveOfFirst)
	}
	return MaxFindings - reserve
}
