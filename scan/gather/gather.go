// Package gather makes one of what was seen in a page, span by span. It adds up the evidence
// of blocks that alone raise no alarm to windows (windows.go), finds where in a window that
// raised one it lies (strongest.go) and how far what was found goes (beside.go), bounds what
// a page may keep, and joins chains over the edges of pages (edge.go). It knows one page,
// and nothing of the order in which pages come.
package gather

import (
	"slices"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/explained"
	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/repeats"
	"shokyo.dev/shokyo/scan/seen"
)

// Page gathers what was seen in one page, span by span, in ascending order.
type Page struct {
	Pieces     []seen.Piece
	Findings   []seen.Finding
	Unlisted   []FindingCount // findings beyond maxPageFindings
	Explained  explained.Explained
	Windows    []WindowTest // of the sizes that lie inside a page
	Left       []Left       // ciphertext that no window raised an alarm over
	Unit       repeats.Repetition
	Edges      []seen.Edge
	Known      []seen.KnownRun
	Unreadable bool // some of it could not be read

	meter     *entropy.Meter
	threshold float64
	open      []openWindow // one for each of Windows, smallest first
	parts     []part       // of the largest that is open
}

// Left is what is left of the largest window that lies inside a page.
type Left struct {
	Tally    entropy.Tally
	From, To int // its pieces
}

// Pages makes pages, of which one is not closed at a time: they share working memory.
type Pages struct {
	BlockBytes int
	Threshold  float64 // in bits

	meter entropy.Meter
	parts []part
}

// New is a page of which nothing was seen yet.
func (m *Pages) New() *Page {
	p := &Page{Windows: NewWindows(m.BlockBytes, look.PageBytes), meter: &m.meter, threshold: m.Threshold}
	p.open = make([]openWindow, len(p.Windows))
	if n := len(p.Windows); n > 0 {
		m.parts = slices.Grow(m.parts[:0], int(p.Windows[n-1].WindowBytes/p.Windows[0].WindowBytes))
		p.parts = m.parts
	}
	return p
}

// Add takes what was seen in the next span.
func (p *Page) Add(s *seen.Span) {
	for _, fd := range s.Findings {
		p.addFinding(fd)
	}
	p.Explained.Merge(&s.Explained)
	p.Unit.Merge(&s.Unit)
	for _, e := range s.Edges {
		p.Edges = addEdge(p.Edges, e)
	}
	p.Known = append(p.Known, s.Known...)
	p.AddPieces(s.Pieces...)
}

// Close ends the page: all its spans were added.
func (p *Page) Close() {
	for i := range p.open {
		p.test(i)
	}
	p.forget()
	p.extendBlocks()
	p.meter, p.open, p.parts = nil, nil, nil // many pages may wait to be folded
	slices.SortStableFunc(p.Findings, seen.Compare)
}

// maxPageFindings bounds what one page keeps one by one; the rest is counted.
const maxPageFindings = 4096

func (p *Page) addFinding(fd seen.Finding) {
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

// FindingCount sums the findings of one detector and kind, all of them, also
// those that were too many to be listed.
type FindingCount struct {
	Detector detector.ID
	Kind     string
	Count    int64
	Bytes    int64
}
