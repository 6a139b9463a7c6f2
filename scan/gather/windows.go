package gather

import (
	"strconv"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/seen"
)

// WindowTest sums up the tests at one window size (bytes; 0 is the whole region).
type WindowTest struct {
	WindowBytes int64
	Windows     int64
	MaxBits     float64 // the highest score seen, before any reclassification
	MaxOffset   int64   // where
	Alarms      int64
}

// NewWindows lists the window tests of the sizes above a block and up to most.
func NewWindows(blockBytes int, most int64) (out []WindowTest) {
	for _, size := range seen.WindowSizes {
		if size > int64(blockBytes) && size <= most {
			out = append(out, WindowTest{WindowBytes: size})
		}
	}
	return out
}

// Record counts one test with its score, made at off.
func (t *WindowTest) Record(bits float64, off int64, alarm bool) {
	one := WindowTest{Windows: 1, MaxBits: bits, MaxOffset: off}
	if alarm {
		one.Alarms = 1
	}
	t.Merge(one)
}

// Merge adds tests made elsewhere. Of equal scores the first on the medium is
// kept, not the first that was seen.
func (t *WindowTest) Merge(o WindowTest) {
	higher := o.MaxBits > t.MaxBits || o.MaxBits == t.MaxBits && o.MaxOffset < t.MaxOffset
	if o.Windows > 0 && (t.Windows == 0 || higher) {
		t.MaxBits, t.MaxOffset = o.MaxBits, o.MaxOffset
	}
	t.Windows += o.Windows
	t.Alarms += o.Alarms
}

// Windows add up the evidence of ciphertext blocks over growing stretches inside
// a page. A window over the threshold makes residue of the blocks that carry its
// evidence (strongest.go), and these are left out of the larger ones, so that one
// file does not condemn its whole region.
type openWindow struct {
	counts entropy.Window
	piece  int // index in Page.Pieces where the window began
	part   int // in Page.parts, where it began
	start  int64
}

// AddPieces takes the blocks that follow.
func (p *Page) AddPieces(pieces ...seen.Piece) {
	for _, x := range pieces {
		p.closeUpTo(x.Start)
		tally := x.Tally
		x.Tally = nil
		p.Pieces = append(p.Pieces, x)
		p.Unreadable = p.Unreadable || x.Class == medium.Unreadable
		if tally != nil {
			p.gather(0, tally)
		}
	}
}

// gather adds up the evidence of level i; behind the last level it is left to windows of several pages, without the
// history of bits.
func (p *Page) gather(i int, w *entropy.Window) {
	switch last := len(p.open) - 1; {
	case i <= last:
		p.open[i].counts.Merge(w)
	case w.N() > 0:
		p.Left = append(p.Left, Left{w.Tally, p.open[last].piece, len(p.Pieces)})
	}
}

// closeUpTo tests every window that ended before off and opens the next.
func (p *Page) closeUpTo(off int64) {
	for i := range p.open {
		if start := off / p.Windows[i].WindowBytes * p.Windows[i].WindowBytes; start != p.open[i].start || len(p.Pieces) == 0 {
			p.test(i)
			if i == len(p.open)-1 {
				p.forget()
			}
			w := &p.open[i]
			w.piece, w.part, w.start = len(p.Pieces), len(p.parts), start
		}
	}
}

// forget drops the parts of the largest window, which was tested.
func (p *Page) forget() {
	p.extendParts()
	p.parts = p.parts[:0]
	for i := range p.open {
		p.open[i].part = 0
	}
}

func (p *Page) test(i int) {
	w, t := &p.open[i], &p.Windows[i]
	if w.counts.N() == 0 {
		return
	}
	bits, alarm := 0., false
	if t.Windows > 0 && p.meter.Below(&w.counts, min(t.MaxBits, p.threshold)) {
		t.Windows++ // its score is neither an alarm nor the highest
	} else {
		bits = w.counts.Bits()
		alarm = bits >= p.threshold
		t.Record(bits, w.start, alarm)
	}
	switch {
	case i > 0 && alarm:
		p.locate(i, bits)
	case alarm:
		p.Findings = append(p.Findings, Condemn(p.Pieces[w.piece:], t.WindowBytes, bits))
		w.counts.Reset()
	case i == 0:
		p.addPart(w)
	}
	p.gather(i+1, &w.counts)
	w.counts.Reset()
}

// Condemn turns the ciphertext among the pieces into residue and gives the finding.
func Condemn(pieces []seen.Piece, window int64, bits float64) seen.Finding {
	f := seen.Finding{Detector: detector.Statistics, Kind: "byte-distribution-" + sizeName(window), Bits: bits, Offset: -1}
	for i := range pieces {
		if p := &pieces[i]; p.Class == medium.Ciphertext {
			if f.Offset < 0 {
				f.Offset = p.Start
			}
			f.Length = p.Start + p.Length - f.Offset
			p.Class, p.Reason = medium.Residue, detector.Statistics.String()
		}
	}
	return f
}

// sizeName writes a power of two as people do: 64K, 1M.
func sizeName(n int64) string {
	units := []string{"", "K", "M", "G", "T"}
	i := 0
	for n >= 1024 && n%1024 == 0 && i < len(units)-1 {
		n, i = n/1024, i+1
	}
	return strconv.FormatInt(n, 10) + units[i]
}
