package scan

import (
	"bytes"

	"shokyo.dev/shokyo/internal/aligned"
	"shokyo.dev/shokyo/scan/copies"
	"shokyo.dev/shokyo/scan/fold"
	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/merkle"
	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/read"
	"shokyo.dev/shokyo/scan/seen"
)

// page is a page of the plan on its way through the engine.
type page struct {
	plan.Page
	holes []span // of the source, in it and its context
}

// worker examines pages, one at a time.
type worker struct {
	plan    *Plan
	reader  read.Reader
	pass    read.Pass
	left    read.Allowance // of the page
	size    int64
	digest  bool // hash leaves
	keep    bool // hand on the bytes
	buf     []byte
	looker  *look.Looker
	pages   gather.Pages
	chooser copies.Chooser
}

// alignment is what O_DIRECT may ask of a buffer's address and a read's offset.
const alignment = 4096

// newBuffer has room for a page with its context, at an aligned address.
func newBuffer() []byte {
	return aligned.Bytes(PageBytes+2*read.ContextBytes, alignment)
}

// page reads and classifies the wanted spans of one page.
func (w *worker) page(p page) *fold.Page {
	r := &fold.Page{Page: p.Page, Seen: w.pages.New()}
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
		if r.Probe = hashed[len(hashed)-1]; w.digest {
			r.Hashes = append(r.Hashes, hashed...)
		}
		if w.keep {
			r.Data = append(r.Data, data...)
		}
		if w.plan.Mode == Full {
			r.Marks = w.marks(r.Marks, seen.Pieces, data, want.Lo)
		}
		nameHoles(seen.Pieces, p.holes)
		r.Seen.Add(seen)
	}
	r.Seen.Close()
	return r
}

// marks adds those of the blocks in data, which starts at off, that are ciphertext from end to end.
func (w *worker) marks(marks []copies.Mark, pieces []seen.Piece, data []byte, off int64) []copies.Mark {
	for i := range pieces {
		if p := &pieces[i]; p.Class == Ciphertext && p.Length == int64(w.plan.BlockBytes) && p.Fill == 0 && p.Rim == nil {
			marks = w.chooser.Choose(marks, data[p.Start-off:p.End()-off], p.Start)
		}
	}
	return marks
}

// look examines one span with its context. Scattered samples are read without
// context first, for it would be many times their size; only what looks like
// residue is looked at again, with all that could explain it. It gives what was seen
// and the bytes of the span, or nothing when nothing could be examined, which is
// noted in r.
func (w *worker) look(want span, r *fold.Page) (*seen.Span, []byte) {
	if w.plan.Mode == Random {
		if seen, data := w.load(want, 0, r); seen == nil || len(seen.Findings) == 0 {
			return seen, data
		}
	}
	return w.load(want, read.ContextBytes, r)
}

func (w *worker) load(want span, context int64, r *fold.Page) (*seen.Span, []byte) {
	from, to := max(0, want.Lo-context), min(w.size, want.Hi+context)
	span := look.Span{Buf: w.buf[:to-from], Base: from, Lo: int(want.Lo - from), Hi: int(want.Hi - from)}
	got := w.reader.Read(span.Buf, from, w.pass, w.left)
	r.Took += got.Took
	r.Trouble, r.Gone = got.Trouble, got.Gone
	if r.Trouble || r.Gone != nil {
		return nil, nil
	}
	span.Holes = got.Holes
	return w.looker.Look(span), span.Buf[span.Lo:span.Hi]
}

// leaves hashes data, which starts at off, in leaves aligned on the medium; only
// the last of them unless all are wanted. The hash of zeros is known, and two are hashed side by side.
func leaves(data []byte, off int64, all bool) (out [][32]byte) {
	list := split(data, off)
	if !all && len(list) > 0 {
		list = list[len(list)-1:]
	}
	for len(list) > 0 {
		switch {
		case len(list[0]) == LeafBytes && bytes.Equal(list[0], zeros[:]):
			out, list = append(out, zeroLeaf()), list[1:]
		case len(list) > 1:
			a, b := merkle.Pair(list[0], list[1])
			out, list = append(out, a, b), list[2:]
		default:
			out, list = append(out, merkle.Leaf(list[0])), list[1:]
		}
	}
	return out
}

// split cuts data, which starts at off, into the leaves that it touches.
func split(data []byte, off int64) (list [][]byte) {
	for len(data) > 0 {
		n := min(int64(len(data)), LeafBytes-off%LeafBytes)
		list = append(list, data[:n])
		data, off = data[n:], off+n
	}
	return list
}
