package text

import "slices"

// A run of text looks like one in other alphabets too. Where it cannot go on in them beyond its
// ends, and nothing in it can be worth more than the run itself is, that is what Find reports, whatever they
// read: so they do not read it.

// shadowed gives the run in whose shadow lane l lies at a byte, for one of the kinds.
func (f *Finder) shadowed(k kind, l, at int) (s span, ok bool) {
	i := f.above(l, at)
	if i < 0 {
		return s, false
	}
	queue, ln := f.lanes[shades[i]].queue, &f.lanes[l]
	if s = queue[len(queue)-1]; ln.seen[i] == s.end {
		return s, false
	}
	ln.seen[i] = s.end // if not now, never
	most := f.mostIn(k, l, s)
	return s, !f.crosses(l, s.start) && !f.crosses(l, s.end) && (most < s.score || most == s.score && s.lane <= inUTF8) // of equals the plainer
}

// shades are the lanes whose runs throw a shadow, the longest runs first. UTF-8 says all that ASCII does.
var shades = [...]int{inUTF8, inASCII, inShiftJIS, inEUCJP}

// above is the first of them whose last run covers a byte and is not the lane's own; -1: none.
func (f *Finder) above(l, at int) int {
	return slices.IndexFunc(shades[:], func(lane int) bool {
		queue := f.lanes[lane].queue
		return lane != l && l != inASCII && len(queue) > 0 && queue[len(queue)-1].start <= at && at < queue[len(queue)-1].end
	})
}

// crosses says whether a run of a lane may go over the border before a byte.
func (f *Finder) crosses(l, border int) bool {
	a := f.alphabet(l)
	possible := func(at int) bool {
		return at >= 0 && at+1 < len(f.b) && f.pairs.impossible[pair(f.b[at], f.b[at+1])]&a.flag == 0
	}
	if a.unit == 2 && (border-phase(l))%2 == 0 {
		return possible(border-2) && possible(border)
	}
	return possible(border - 1)
}

// mostIn is no less than what any run of a lane within s scores: were each byte the first of the best character, or
// the upper one of the best unit, that it can be. All alphabets of bytes give ASCII less than ASCII does.
func (f *Finder) mostIn(k kind, l int, s span) int {
	a := f.alphabet(l)
	if a.unit == 1 && s.lane == inASCII {
		return 0
	}
	sum, most := 0, &f.pairs.most[k]
	for _, c := range f.b[s.start:s.end] {
		sum += int(most[c])
	}
	return min(max(a.chance(s.end-s.start), sum)-unionCost, capScore)
}
