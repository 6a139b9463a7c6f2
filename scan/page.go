package scan

import (
	"slices"
	"strconv"
	"time"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/internal/aligned"
)

// pageResult is what a worker found in one page. It is folded into the state of
// the examination in page order.
type pageResult struct {
	page
	pieces    []piece
	findings  []Finding
	explained explained
	windows   []WindowTest   // of the sizes that lie inside a page
	tally     entropy.Tally  // ciphertext that no window raised an alarm over
	unlisted  []FindingCount // findings beyond maxPageFindings
	hashes    [][32]byte     // of its leaves
	probe     [32]byte       // hash of the last leaf, also when no digest is wanted
	data      []byte         // the page's bytes, only for the whole-medium digest
	holes     bool           // some of it could not be read
	passed    int64          // bytes that were not read, because nothing is stored there
	took      time.Duration  // that reading took, first pass only
	unit      repetition

	// One of these, and the rest is not there:
	unread  bool  // first pass: put off without being asked for
	trouble bool  // first pass: could not be read at once
	gone    error // the medium vanished while the page was read
}

// worker examines pages, one at a time.
type worker struct {
	plan      *Plan
	threshold float64
	reader    reader
	pass      pass
	left      allowance // of the page
	size      int64
	starts    []int64 // of the partitions
	digest    bool    // hash leaves
	keep      bool    // hand on the bytes
	buf       []byte
	detectors detectors
	segment   segment
}

// alignment is what O_DIRECT may ask of a buffer's address and a read's offset.
const alignment = 4096

// newBuffer has room for a page with its context, at an aligned address.
func newBuffer() []byte {
	return aligned.Bytes(PageBytes+2*contextBytes, alignment)
}

// page reads and classifies the wanted spans of one page.
func (w *worker) page(p page) *pageResult {
	r := &pageResult{page: p, windows: newWindows(w.plan, PageBytes)}
	levels := newLevels(r, w.threshold)
	for _, want := range p.wants {
		if w.hollow(want, p.holes) {
			w.passOver(want, r, levels)
			continue
		}
		if !w.look(want, r) {
			return r
		}
		s := &w.segment
		hashed := leaves(s.buf[s.lo:s.hi], want.lo, w.digest)
		if r.probe = hashed[len(hashed)-1]; w.digest {
			r.hashes = append(r.hashes, hashed...)
		}
		if w.keep {
			r.data = append(r.data, s.buf[s.lo:s.hi]...)
		}
		for _, fd := range s.out.findings {
			r.addFinding(fd)
		}
		r.explained.merge(&s.out.explained, maxExplanations, MaxLabels)
		nameHoles(s.out.pieces, p.holes)
		r.unit.merge(&s.out.unit)
		levels.add(s.out.pieces)
	}
	levels.close()
	slices.SortStableFunc(r.findings, compareFindings)
	return r
}

// maxPageFindings bounds what one page keeps one by one; the rest is counted.
const maxPageFindings = 4096

func (r *pageResult) addFinding(fd Finding) {
	if len(r.findings) < maxPageFindings {
		r.findings = append(r.findings, fd)
		return
	}
	i := slices.IndexFunc(r.unlisted, func(c FindingCount) bool { return c.Detector == fd.Detector && c.Kind == fd.Kind })
	if i < 0 {
		i = len(r.unlisted)
		r.unlisted = append(r.unlisted, FindingCount{Detector: fd.Detector, Kind: fd.Kind})
	}
	r.unlisted[i].Count++
	r.unlisted[i].Bytes += fd.Length
}

// look examines one span with its context. Scattered samples are read without
// context first, for it would be many times their size; only what looks like
// residue is looked at again, with all that could explain it. It is false when
// nothing could be examined, which is noted in r.
func (w *worker) look(want span, r *pageResult) bool {
	if w.plan.Mode == Random {
		if ok := w.load(want, 0, r); !ok || len(w.segment.out.findings) == 0 {
			return ok
		}
	}
	return w.load(want, contextBytes, r)
}

func (w *worker) load(want span, context int64, r *pageResult) bool {
	from, to := max(0, want.lo-context), min(w.size, want.hi+context)
	s := &w.segment
	s.detectors, s.plan, s.threshold = &w.detectors, w.plan, w.threshold
	s.size, s.starts, s.base, s.buf = w.size, w.starts, from, w.buf[:to-from]
	s.lo, s.hi = int(want.lo-from), int(want.hi-from)
	s.positions = float64(to-from) / float64(want.len())
	if w.plan.Mode == Random { // a second look at what the first already raised an alarm over
		s.positions = 1
	}
	s.out.reset()
	got := w.reader.read(s.buf, from, w.pass, w.left)
	r.took += got.took
	r.trouble, r.gone = got.trouble, got.gone
	if r.trouble || r.gone != nil {
		return false
	}
	s.examine(got.holes)
	return true
}

// leaves hashes data, which starts at off, in leaves aligned on the medium; only
// the last of them unless all are wanted.
func leaves(data []byte, off int64, all bool) (out [][32]byte) {
	for len(data) > 0 {
		n := min(int64(len(data)), LeafBytes-off%LeafBytes)
		if all || n == int64(len(data)) {
			out = append(out, leafHash(data[:n]))
		}
		data, off = data[n:], off+n
	}
	return out
}

// lastLeaf is the span of the last leaf of a page, the one leaves gave last.
func (p *page) lastLeaf() span {
	w := p.wants[len(p.wants)-1]
	return span{max(w.lo, (w.hi-1)/LeafBytes*LeafBytes), w.hi}
}

// newWindows lists the window tests of the sizes above a block and up to most.
func newWindows(p *Plan, most int64) (out []WindowTest) {
	for _, size := range windowSizes {
		if size > int64(p.BlockBytes) && size <= most {
			out = append(out, WindowTest{WindowBytes: size})
		}
	}
	return out
}

// record counts one test with its score, made at off.
func (t *WindowTest) record(bits float64, off int64, alarm bool) {
	one := WindowTest{Windows: 1, MaxBits: bits, MaxOffset: off}
	if alarm {
		one.Alarms = 1
	}
	t.merge(one)
}

// merge adds tests made elsewhere. Of equal scores the first on the medium is
// kept, not the first that was seen.
func (t *WindowTest) merge(o WindowTest) {
	higher := o.MaxBits > t.MaxBits || o.MaxBits == t.MaxBits && o.MaxOffset < t.MaxOffset
	if o.Windows > 0 && (t.Windows == 0 || higher) {
		t.MaxBits, t.MaxOffset = o.MaxBits, o.MaxOffset
	}
	t.Windows += o.Windows
	t.Alarms += o.Alarms
}

// levels adds up the evidence of ciphertext blocks over growing windows inside
// a page. A window over the threshold makes all its blocks residue and is left
// out of the larger ones, so that one file does not condemn its whole region.
type levels struct {
	r         *pageResult
	threshold float64
	open      []openWindow // one per r.windows, smallest first
}

type openWindow struct {
	tally entropy.Tally
	piece int // index in r.pieces where the window began
	start int64
}

func newLevels(r *pageResult, threshold float64) *levels {
	return &levels{r: r, threshold: threshold, open: make([]openWindow, len(r.windows))}
}

func (l *levels) add(pieces []piece) {
	for _, p := range pieces {
		l.closeUpTo(p.Start)
		tally := p.tally
		p.tally = nil
		l.r.pieces = append(l.r.pieces, p)
		l.r.holes = l.r.holes || p.Class == Unreadable
		if tally != nil {
			l.into(0).Merge(tally)
		}
	}
}

// into is where evidence of level i is gathered; behind the last, the page's own.
func (l *levels) into(i int) *entropy.Tally {
	if i < len(l.open) {
		return &l.open[i].tally
	}
	return &l.r.tally
}

// closeUpTo tests every window that ended before off and opens the next.
func (l *levels) closeUpTo(off int64) {
	for i := range l.open {
		if start := off / l.r.windows[i].WindowBytes * l.r.windows[i].WindowBytes; start != l.open[i].start || len(l.r.pieces) == 0 {
			l.test(i)
			l.open[i] = openWindow{piece: len(l.r.pieces), start: start}
		}
	}
}

func (l *levels) close() {
	for i := range l.open {
		l.test(i)
	}
}

func (l *levels) test(i int) {
	w := &l.open[i]
	if w.tally.N() == 0 {
		return
	}
	bits := w.tally.Bits()
	alarm := bits >= l.threshold
	l.r.windows[i].record(bits, w.start, alarm)
	if alarm {
		f := condemn(l.r.pieces[w.piece:], l.r.windows[i].WindowBytes, bits)
		l.r.findings = append(l.r.findings, f)
	} else {
		l.into(i + 1).Merge(&w.tally)
	}
	w.tally = entropy.Tally{}
}

// condemn turns the ciphertext among the pieces into residue and gives the finding.
func condemn(pieces []piece, window int64, bits float64) Finding {
	f := Finding{Detector: "statistics", Kind: "byte-distribution-" + sizeName(window), Bits: bits, Offset: -1}
	for i := range pieces {
		if p := &pieces[i]; p.Class == Ciphertext {
			if f.Offset < 0 {
				f.Offset = p.Start
			}
			f.Length = p.Start + p.Length - f.Offset
			p.Class, p.Reason = Residue, "statistics"
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
