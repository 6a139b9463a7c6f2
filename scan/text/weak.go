package text

// Where characters start inside of others, a run that is too weak does not settle what starts in it: at each of its bytes
// another reading may begin. But there are few: what starts at one of its characters is the end of it, and weaker; and what
// starts inside of one soon comes to a character of it, and goes on as it does. Only what does
// neither is read to its end. It is remembered as well, so that text in one alphabet is read twice in another, not once for each byte.

// weakRun is a run that is too weak, and the first of its characters that was not passed yet.
type weakRun struct{ at, end, best int }

// reach is how far a reading is followed until it meets a weak run.
const reach = 32

// remember keeps a weak run in place of that which ends first.
func (ln *lane) remember(start, end, best int) {
	w := &ln.weak[0]
	if ln.weak[1].end < w.end {
		w = &ln.weak[1]
	}
	*w = weakRun{start, end, best}
}

// hopeless says that the run of a lane from start is too weak, as one that is known is. Start positions ascend.
func (f *Finder) hopeless(ln *lane, a *alphabet, start int) bool {
	for i := range ln.weak {
		w := &ln.weak[i]
		if start >= w.end {
			continue
		}
		w.at = f.next(a, w.at, start)
		if w.at == start || f.meets(w, a, start) {
			return true
		}
	}
	return false
}

// next is the first character of a run at or behind a byte, from one of its characters on.
func (f *Finder) next(a *alphabet, at, from int) int {
	for at < from {
		size, _ := a.next(f.b[at:])
		at += size
	}
	return at
}

// meets says that the run from start comes to a character of w, and that what goes before does not make
// enough of what follows: no stretch over the place where they meet is worth more than the best before it and the best of w.
func (f *Finder) meets(w *weakRun, a *alphabet, start int) bool {
	product, best, other := 0, 0, w.at
	for at := start; at < min(start+reach, w.end); {
		size, c := a.next(f.b[at:])
		gain := a.gain[c]
		if at += size; gain == noCharacter || at > w.end {
			return false
		}
		product = max(product, 0) + int(gain)
		best = max(best, product)
		if other = f.next(a, other, at); other == at {
			most := max(best, max(product, 0)+w.best)
			return max(a.chance(w.end-start), most)-unionCost < f.min
		}
	}
	return false
}
