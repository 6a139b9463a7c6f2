package fold

import (
	"slices"

	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/medium"
)

// fewestPeriods is how often a unit must be there to be called a repetition.
const fewestPeriods = 4

// patternsStand judges the repetitions of the whole medium by what stands beside them: list has
// all of it. Nothing may, that looks like ciphertext, but for stretches shorter than a period at an end of the repetition: they cannot be told from it.
// Then what the medium can hold is one unit and less than two, and that was looked at.
func (f *Folder) patternsStand(list []medium.Extent, complete bool) bool {
	u := &f.Unit
	if !slices.ContainsFunc(f.Regions, func(g regionState) bool { return g.Repeats > 0 }) {
		return true
	}
	if u.Mixed || complete && u.Bytes < fewestPeriods*int64(u.Period) {
		return false
	}
	repeats := func(i int) bool {
		return i >= 0 && i < len(list) && list[i].Class == medium.Pattern && medium.MayBeCipher(list[i].Reason)
	}
	for i, e := range list {
		if e.Class == medium.Ciphertext && (f.Extents.Grain > 0 || e.Length >= int64(u.Period) || repeats(i-1) && repeats(i+1)) {
			return false
		}
	}
	return true
}

// judgePatterns makes residue of the repetitions where they do not stand, with a finding for each
// stretch. What the state holds is at its end, and changed along with the list.
func (f *Folder) judgePatterns(list []medium.Extent, complete bool) {
	if f.patternsStand(list, complete) {
		return
	}
	for i := range f.Regions {
		g := &f.Regions[i]
		g.Classes[medium.Pattern] -= g.Repeats
		g.Classes[medium.Residue] += g.Repeats
		g.Fill -= g.Repeats
	}
	for i := range f.Cells {
		c := &f.Cells[i]
		c.Classes[medium.Pattern] -= c.Repeats
		c.Classes[medium.Residue] += c.Repeats
	}
	for i := range list {
		e := &list[i]
		if e.Class != medium.Pattern || !medium.MayBeCipher(e.Reason) {
			continue
		}
		f.addFinding(f.terms.Plan.RegionOf(e.Start), look.RepeatedUnit(e.Start, e.Length))
		e.Class, e.Reason = medium.Residue, detector.Repeats.String()
	}
}
