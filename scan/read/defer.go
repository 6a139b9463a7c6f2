package read

import (
	"sync/atomic"
	"time"

	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/seen"
)

// A dying drive answers a read of a bad sector after half a minute of retries of
// its own, and each may be its last. So what reads well is read first. In the
// first pass a group of pages (one 16 MiB window) in which a read fails is put
// off whole. If the next fails too, groups behind it are put off without being
// asked, twice as many each time, until one reads well: GNU ddrescue's skipping,
// except that here every decision is made in page order, from nothing but what
// the pages before gave. Therefore the same groups are put off for any number of
// workers. The second pass comes back for them and finds each bad sector.

// Pass is how failed reads are met.
type Pass uint8

const (
	FirstPass  Pass = iota // a page that fails is left for later
	OnTheSpot              // failures are halved at once, in order
	SecondPass             // as on the spot, over what the first pass put off
)

// MaxDeferred bounds the stretches that are put off. When there are so many, the
// rest of the medium is read on the spot.
const MaxDeferred = 4096

// Stretch is a run of pages [From, To) that were put off: whole groups.
type Stretch struct {
	From, To int
	Lo, Hi   int64 // the bytes of the medium from the end of the page before to the end of the last
	Bytes    int64 // of these, what the plan wants
}

// Stretches are ascending and never touch.
type Stretches []Stretch

// Add puts off a page behind all others.
func (l *Stretches) Add(p *plan.Page) {
	if n := len(*l); n > 0 && (*l)[n-1].To == p.Index {
		last := &(*l)[n-1]
		last.To, last.Hi, last.Bytes = p.Index+1, p.End(), last.Bytes+p.Bytes()
		return
	}
	*l = append(*l, Stretch{p.Index, p.Index + 1, p.After, p.End(), p.Bytes()})
}

// Drop removes a page that was read at last: the first one of all.
func (l *Stretches) Drop(p *plan.Page) {
	first := &(*l)[0]
	first.From, first.Lo, first.Bytes = p.Index+1, p.End(), first.Bytes-p.Bytes()
	if first.From == first.To {
		*l = (*l)[1:]
	}
}

func (l Stretches) Bytes() (n int64) {
	for _, s := range l {
		n += s.Bytes
	}
	return n
}

// Skipping decides in the first pass which groups are put off unread.
type Skipping struct {
	Streak int // groups in trouble since the last that read well
	To     int // groups before this one are put off
}

// Trouble is told of a group that could not be read, or only very slowly; groups
// is how many the plan has. The first alone costs no other; then 1, 2, 4, 8, …
// groups are skipped, at most 1 % of all.
func (s *Skipping) Trouble(group, groups int) {
	most := max(1, groups/100)
	skip := 0
	if s.Streak > 0 {
		skip = min(most, 1<<min(s.Streak-1, 30))
	}
	s.Streak++
	s.To = group + 1 + skip
}

// Well is told of a group that was read as usual.
func (s *Skipping) Well() { s.Streak = 0 }

// Pace is how fast the medium was read where it was read as usual.
type Pace struct {
	bytes int64
	took  time.Duration
}

// Slow says whether a group took far longer than those before it: a drive that
// reads, but only after many attempts. Such a group counts, and is a warning.
func (p *Pace) Slow(bytes int64, took time.Duration) bool {
	const least, times = 2 * time.Second, 16
	if p.bytes > 0 && took > least && float64(took)/float64(bytes) > times*float64(p.took)/float64(p.bytes) {
		return true
	}
	p.bytes += bytes
	p.took += took
	return false
}

// Allowance is the time that the drive may spend on a page that does not read
// well. Its group has so much together; so that one bad page does not use up what
// the good ones behind it need, each comes by a share of its own and what is left
// of those before. The zero value is without end.
type Allowance struct {
	used        *atomic.Int64 // by the pages of the group
	page, group time.Duration
}

// Allow gives the allowance of a page whose group has used so much.
func Allow(p *plan.Page, patience time.Duration, used *atomic.Int64) Allowance {
	if patience <= 0 {
		return Allowance{}
	}
	window := seen.WindowSizes[len(seen.WindowSizes)-1]
	behind := p.Start/look.PageBytes%(window/look.PageBytes) + 1
	return Allowance{used, patience / time.Duration(window/look.PageBytes) * time.Duration(behind), patience}
}

func (a Allowance) charge(d time.Duration) {
	if a.used != nil {
		a.used.Add(int64(d))
	}
}

// spent says that a page may not be read any further; its first read is allowed
// as long as the group has any time left.
func (a Allowance) spent(first bool) bool {
	most := a.page
	if first {
		most = a.group
	}
	return a.used != nil && a.used.Load() >= int64(most)
}
