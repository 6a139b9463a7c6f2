package text

// Bytes that are text in one alphabet are often text in others: ASCII is part
// of four more, and any two kanji of EUC-JP are units of UTF-16. settle decides
// between overlapping runs. A part of a run is a run (it starts at a character
// and covers at least its own length), so cutting keeps the bound.

// settle reports what is queued, the better where runs overlap. It comes to an
// end because each rival is taken from its queue, and what is put back of the
// one before lies behind it: less and less is queued.
func (f *Finder) settle() {
	for {
		lead, ok := f.earliest()
		if !ok {
			break
		}
		for {
			rival, ok := f.rival(lead)
			if !ok {
				break
			}
			f.report(f.cutEnd(lead, rival.start))
			f.putBack(f.cutStart(lead, rival.end))
			lead = rival
		}
		f.report(lead, true)
		f.skip(lead.end)
	}
	for l := range f.lanes {
		f.lanes[l].queue, f.lanes[l].head = f.lanes[l].queue[:0], 0
	}
	f.open = 0
}

func (f *Finder) report(s span, ok bool) {
	if ok {
		f.emit(Run{s.start, s.end, f.alphabet(s.lane).encoding, s.chars, float64(s.score) / bit})
	}
}

// earliest takes the run that starts first, the better of several.
func (f *Finder) earliest() (s span, ok bool) {
	for l := range f.lanes {
		h, is := f.lanes[l].peek()
		if is && (!ok || h.start < s.start || h.start == s.start && f.better(h, s)) {
			s, ok = h, true
		}
	}
	if ok {
		f.lanes[s.lane].head++
	}
	return s, ok
}

// rival takes the best run that starts inside lead and is better than it. What
// starts before lead has lost against another one already: better is no order
// among three.
func (f *Finder) rival(lead span) (s span, ok bool) {
	for l := range f.lanes {
		h, is := f.lanes[l].peek()
		if is && h.start >= lead.start && h.start < lead.end && f.better(h, lead) && (!ok || f.better(h, s)) {
			s, ok = h, true
		}
	}
	if ok {
		f.lanes[s.lane].head++
	}
	return s, ok
}

// skip cuts everything queued to what lies at or behind x.
func (f *Finder) skip(x int) {
	for l := range f.lanes {
		for s, ok := f.lanes[l].peek(); ok && s.start < x; s, ok = f.lanes[l].peek() {
			f.lanes[l].head++
			f.putBack(f.cutStart(s, x))
		}
	}
}

// putBack returns a run, cut at its start, to the place it was taken from.
func (f *Finder) putBack(s span, ok bool) {
	if ok {
		ln := &f.lanes[s.lane]
		ln.head--
		ln.queue[ln.head] = s
	}
}

// cutStart is what is left of s from the first character at or behind x.
func (f *Finder) cutStart(s span, x int) (span, bool) {
	if x >= s.end {
		return span{}, false
	}
	a, from := f.alphabet(s.lane), s.start
	for from < x {
		size, _ := a.next(f.b[from:s.end])
		from += size
	}
	return f.read(s.lane, from, s.end)
}

// cutEnd is what is left of s up to the last character that ends by x.
func (f *Finder) cutEnd(s span, x int) (span, bool) {
	return f.read(s.lane, s.start, min(x, s.end))
}

func (ln *lane) peek() (span, bool) {
	if ln.head == len(ln.queue) {
		return span{}, false
	}
	return ln.queue[ln.head], true
}

// nearTie is how much stronger another reading may be without outweighing that
// a plain one says the same in fewer words.
const nearTie = 4 * bit

// better orders by strength, then by length. But ASCII is part of four other
// alphabets, and its letters in pairs are kanji in UTF-16: where the scores have
// reached the cap, a byte of chance at an end would decide. So a plainer reading
// of practically the same stretch wins unless it is clearly weaker.
func (f *Finder) better(s, t span) bool {
	switch {
	case f.plainer(s, t):
		return true
	case f.plainer(t, s):
		return false
	}
	return s.score > t.score || s.score == t.score && s.end-s.start > t.end-t.start
}

// plainer: ASCII before UTF-8 before all others, where it covers at least nine
// tenths. UTF-8 says all that ASCII does, and goes on: what ASCII leaves of it
// must be too short to be text.
func (f *Finder) plainer(s, t span) bool {
	e, other := f.alphabet(s.lane).encoding, f.alphabet(t.lane).encoding
	if e != ASCII && e != UTF8 || e >= other || s.score < t.score-nearTie {
		return false
	}
	covered, all := min(s.end, t.end)-max(s.start, t.start), t.end-t.start
	if other == UTF8 && all-covered >= f.alphabet(t.lane).least {
		return false
	}
	return covered >= all-all/10
}
