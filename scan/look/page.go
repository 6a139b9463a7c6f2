package look

import (
	"slices"

	"shokyo.dev/shokyo/entropy"
)

// Seen is what one look at a span gave.
type Seen struct {
	Pieces    []Piece
	Findings  []Finding
	explained Explained
	tallies   []entropy.Window // of ciphertext, one for each window of the smallest size
	window    int64            // number of the last of these
	unit      Repetition
	edges     []Edge
}

// Piece is a block, or a part of one that could be read.
type Piece struct {
	Extent
	Entropy  float64
	Measured bool
	Fill     int64           // bytes of fill and patterns in it
	Rim      *Rim            // of a whole block of ciphertext that is not data from end to end
	bits     float64         // score by statistics
	tally    *entropy.Window // of the ciphertext in the window that begins with this piece
}

func (r *Seen) reset() {
	r.Pieces, r.Findings, r.explained, r.unit = r.Pieces[:0], nil, Explained{}, Repetition{}
	r.edges = r.edges[:0]
	r.tallies = slices.Grow(r.tallies[:0], int(PageBytes/WindowSizes[0])) // never moves: pieces point into it
}

// gather adds what was counted of a ciphertext block to its smallest window. It
// gives the window's when this is the first block of it.
func (r *Seen) gather(t *entropy.Tally, h *entropy.History, off int64) (first *entropy.Window) {
	window := off / WindowSizes[0]
	if n := len(r.tallies); n == 0 || r.window != window {
		r.window = window
		r.tallies = append(r.tallies, entropy.Window{})
		first = &r.tallies[n]
	}
	w := &r.tallies[len(r.tallies)-1]
	w.Tally.Merge(t)
	w.History.Merge(h)
	return first
}

// Page gathers what was seen in one page, span by span, in ascending order.
type Page struct {
	Pieces     []Piece
	Findings   []Finding
	Unlisted   []FindingCount // findings beyond maxPageFindings
	Explained  Explained
	Windows    []WindowTest // of the sizes that lie inside a page
	Left       []Left       // ciphertext that no window raised an alarm over
	Unit       Repetition
	Edges      []Edge
	Unreadable bool // some of it could not be read

	threshold float64
	open      []openWindow // one for each of Windows, smallest first
	parts     []part       // of the largest that is open
}

// Left is what is left of the largest window that lies inside a page.
type Left struct {
	Tally    entropy.Tally
	From, To int // its pieces
}

// NewPage is a page of which nothing was seen yet. A Looker has one at a time that is not closed.
func (l *Looker) NewPage() *Page {
	t := &l.segment.Terms
	p := &Page{Windows: NewWindows(t.BlockBytes, PageBytes), threshold: t.Threshold}
	p.open = make([]openWindow, len(p.Windows))
	if n := len(p.Windows); n > 0 {
		l.parts = slices.Grow(l.parts[:0], int(p.Windows[n-1].WindowBytes/p.Windows[0].WindowBytes))
		p.parts = l.parts
	}
	return p
}

// Add takes what was seen in the next span.
func (p *Page) Add(s *Seen) {
	for _, fd := range s.Findings {
		p.addFinding(fd)
	}
	p.Explained.Merge(&s.explained)
	p.Unit.Merge(&s.unit)
	for _, e := range s.edges {
		p.Edges = addEdge(p.Edges, e)
	}
	p.AddPieces(s.Pieces...)
}

// Close ends the page: all its spans were added.
func (p *Page) Close() {
	for i := range p.open {
		p.test(i)
	}
	p.forget()
	p.extendBlocks()
	p.open, p.parts = nil, nil // many pages may wait to be folded
	slices.SortStableFunc(p.Findings, Compare)
}

// maxPageFindings bounds what one page keeps one by one; the rest is counted.
const maxPageFindings = 4096

func (p *Page) addFinding(fd Finding) {
	if len(p.Findings) < maxPageFindings {
		p.Findings = append(p.Findings, fd)
		return
	}
	i := slices.IndexFunc(p.Unlisted, func(c FindingCount) bool { return c.Detector == fd.Detector && c.Kind == fd.Kind })
	if i < 0 {
		i = len(p.Unlisted)
		p.Unlisted = append(p.Unlisted, FindingCount{Detector: fd.Detector, Kind: fd.Kind})
	}
	p.Unlisted[i].Count++
	p.Unlisted[i].Bytes += fd.Length
}
