package scan

import (
	"sync/atomic"
	"time"

	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/plan"
)

// A dying drive answers a read of a bad sector after half a minute of retries of
// its own, and each may be its last. So what reads well is read first. In the
// first pass a group of pages (one 16 MiB window) in which a read fails is put
// off whole. If the next fails too, groups behind it are put off without being
// asked, twice as many each time, until one reads well: GNU ddrescue's skipping,
// except that here every decision is made in page order, from nothing but what
// the pages before gave. Therefore the same groups are put off for any number of
// workers. The second pass comes back for them and finds each bad sector.

// pass is how failed reads are met.
type pass uint8

const (
	firstPass  pass = iota // a page that fails is left for later
	onTheSpot              // failures are halved at once, in order
	secondPass             // as on the spot, over what the first pass put off
)

// maxDeferred bounds the stretches that are put off. When there are so many, the
// rest of the medium is read on the spot.
const maxDeferred = 4096

// stretch is a run of pages [From, To) that were put off: whole groups.
type stretch struct {
	From, To int
	Lo, Hi   int64 // the bytes of the medium from the end of the page before to the end of the last
	Bytes    int64 // of these, what the plan wants
}

// stretches are ascending and never touch.
type stretches []stretch

// add puts off a page behind all others.
func (l *stretches) add(p *plan.Page) {
	if n := len(*l); n > 0 && (*l)[n-1].To == p.Index {
		last := &(*l)[n-1]
		last.To, last.Hi, last.Bytes = p.Index+1, p.End(), last.Bytes+p.Bytes()
		return
	}
	*l = append(*l, stretch{p.Index, p.Index + 1, p.After, p.End(), p.Bytes()})
}

// drop removes a page that was read at last: the first one of all.
func (l *stretches) drop(p *plan.Page) {
	first := &(*l)[0]
	first.From, first.Lo, first.Bytes = p.Index+1, p.End(), first.Bytes-p.Bytes()
	if first.From == first.To {
		*l = (*l)[1:]
	}
}

func (l stretches) bytes() (n int64) {
	for _, s := range l {
		n += s.Bytes
	}
	return n
}

// skipping decides in the first pass which groups are put off unread.
type skipping struct {
	Streak int // groups in trouble since the last that read well
	To     int // groups before this one are put off
}

// trouble is told of a group that could not be read, or only very slowly; groups
// is how many the plan has. The first alone costs no other; then 1, 2, 4, 8, …
// groups are skipped, at most 1 % of all.
func (s *skipping) trouble(group, groups int) {
	most := max(1, groups/100)
	skip := 0
	if s.Streak > 0 {
		skip = min(most, 1<<min(s.Streak-1, 30))
	}
	s.Streak++
	s.To = group + 1 + skip
}

// well is told of a group that was read as usual.
func (s *skipping) well() { s.Streak = 0 }

// pace is how fast the medium was read where it was read as usual.
type pace struct {
	bytes int64
	took  time.Duration
}

// slow says whether a group took far longer than those before it: a drive that
// reads, but only after many attempts. Such a group counts, and is a warning.
func (p *pace) slow(bytes int64, took time.Duration) bool {
	const least, times = 2 * time.Second, 16
	if p.bytes > 0 && took > least && float64(took)/float64(bytes) > times*float64(p.took)/float64(p.bytes) {
		return true
	}
	p.bytes += bytes
	p.took += took
	return false
}

// allowance is the time that the drive may spend on a page that does not read
// well. Its group has so much together; so that one bad page does not use up what
// the good ones behind it need, each comes by a share of its own and what is left
// of those before. The zero value is without end.
type allowance struct {
	used        *atomic.Int64 // by the pages of the group
	page, group time.Duration
}

// allow gives the allowance of a page whose group has used so much.
func allow(p *page, patience time.Duration, used *atomic.Int64) allowance {
	if patience <= 0 {
		return allowance{}
	}
	window := look.WindowSizes[len(look.WindowSizes)-1]
	behind := p.Start/PageBytes%(window/PageBytes) + 1
	return allowance{used, patience / time.Duration(window/PageBytes) * time.Duration(behind), patience}
}

func (a allowance) charge(d time.Duration) {
	if a.used != nil {
		a.used.Add(int64(d))
	}
}

// spent says that a page may not be read any further; its first read is allowed
// as long as the group has any time left.
func (a allowance) spent(first bool) bool {
	most := a.page
	if first {
		most = a.group
	}
	return a.used != nil && a.used.Load() >= int64(most)
}
