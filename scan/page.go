package scan

import (
	"time"

	"shokyo.dev/shokyo/internal/aligned"
	"shokyo.dev/shokyo/scan/look"
)

// pageResult is what a worker found in one page. It is folded into the state of
// the examination in page order.
type pageResult struct {
	page
	*look.Page               // what was seen
	hashes     [][32]byte    // of its leaves
	probe      [32]byte      // hash of the last leaf, also when no digest is wanted
	data       []byte        // the page's bytes, only for the whole-medium digest
	passed     int64         // bytes that were not read, because nothing is stored there
	took       time.Duration // that reading took, first pass only

	// One of these, and the rest is not there:
	unread  bool  // first pass: put off without being asked for
	trouble bool  // first pass: could not be read at once
	gone    error // the medium vanished while the page was read
}

// worker examines pages, one at a time.
type worker struct {
	plan   *Plan
	reader reader
	pass   pass
	left   allowance // of the page
	size   int64
	digest bool // hash leaves
	keep   bool // hand on the bytes
	buf    []byte
	looker *look.Looker
}

// alignment is what O_DIRECT may ask of a buffer's address and a read's offset.
const alignment = 4096

// newBuffer has room for a page with its context, at an aligned address.
func newBuffer() []byte {
	return aligned.Bytes(PageBytes+2*contextBytes, alignment)
}

// page reads and classifies the wanted spans of one page.
func (w *worker) page(p page) *pageResult {
	r := &pageResult{page: p, Page: w.looker.NewPage()}
	for _, want := range p.Wants {
		if w.hollow(want, p.holes) {
			w.passOver(want, r)
			continue
		}
		seen, data := w.look(want, r)
		if seen == nil {
			return r
		}
		hashed := leaves(data, want.Lo, w.digest)
		if r.probe = hashed[len(hashed)-1]; w.digest {
			r.hashes = append(r.hashes, hashed...)
		}
		if w.keep {
			r.data = append(r.data, data...)
		}
		nameHoles(seen.Pieces, p.holes)
		r.Add(seen)
	}
	r.Close()
	return r
}

// look examines one span with its context. Scattered samples are read without
// context first, for it would be many times their size; only what looks like
// residue is looked at again, with all that could explain it. It gives what was seen
// and the bytes of the span, or nothing when nothing could be examined, which is
// noted in r.
func (w *worker) look(want span, r *pageResult) (*look.Seen, []byte) {
	if w.plan.Mode == Random {
		if seen, data := w.load(want, 0, r); seen == nil || len(seen.Findings) == 0 {
			return seen, data
		}
	}
	return w.load(want, contextBytes, r)
}

func (w *worker) load(want span, context int64, r *pageResult) (*look.Seen, []byte) {
	from, to := max(0, want.Lo-context), min(w.size, want.Hi+context)
	span := look.Span{Buf: w.buf[:to-from], Base: from, Lo: int(want.Lo - from), Hi: int(want.Hi - from)}
	got := w.reader.read(span.Buf, from, w.pass, w.left)
	r.took += got.took
	r.trouble, r.gone = got.trouble, got.gone
	if r.trouble || r.gone != nil {
		return nil, nil
	}
	span.Holes = got.holes
	return w.looker.Look(span), span.Buf[span.Lo:span.Hi]
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
	w := p.Wants[len(p.Wants)-1]
	return span{Lo: max(w.Lo, (w.Hi-1)/LeafBytes*LeafBytes), Hi: w.Hi}
}
