package scan

import (
	"bytes"
	"sync"

	"shokyo.dev/shokyo/scan/look"
)

// A sparse file is longer than what is stored of it: where it was never written it
// has holes, which read as zeros (lseek(2), SEEK_HOLE). An image of 1 TiB may be
// nearly all hole, and to read that takes ten minutes. So holes are asked for, and a
// page that lies in one with all its context is taken for the zeros it would give.
// One block of it is read all the same: a file system that is wrong about its holes
// is to be noticed (OpenZFS was, in 2023). Holes are a fill with a reason of its own.

// Sparse is what a Source may be besides: one that knows where nothing is stored.
type Sparse interface {
	// Stored says whether anything is stored at off, and behind off the end of the
	// stretch for which that holds. It may say so of what is not, never the contrary.
	Stored(off int64) (end int64, stored bool)
}

// holeReason is the reason of the fill that is nothing stored.
const holeReason = "hole"

// holeFinder asks a source for its holes, once for each as long as questions ascend.
// One goroutine asks, in page order.
type holeFinder struct {
	src    Sparse // nil: it has none
	size   int64
	known  span // what src said last
	stored bool
}

func newHoleFinder(src Source, size int64) *holeFinder {
	sparse, _ := src.(Sparse)
	return &holeFinder{src: sparse, size: size}
}

// around lists the holes in a page and its context, ascending and apart.
func (f *holeFinder) around(p *page) (out []span) {
	if f.src == nil {
		return nil
	}
	all := widened(p.Wants[0], f.size)
	all.Hi = widened(span{Lo: p.End(), Hi: p.End()}, f.size).Hi
	for at := all.Lo; at < all.Hi; at = f.known.Hi {
		f.ask(at)
		if s := (span{Lo: at, Hi: min(f.known.Hi, all.Hi)}); !f.stored {
			out = append(out, s)
		}
	}
	return out
}

func (f *holeFinder) ask(at int64) {
	if f.known.Lo <= at && at < f.known.Hi {
		return
	}
	end, stored := f.src.Stored(at)
	if end <= at { // no answer
		end, stored = f.size, true
	}
	f.known, f.stored = span{Lo: at, Hi: end}, stored
}

// widened is a span with its context.
func widened(s span, size int64) span {
	return span{Lo: max(0, s.Lo-contextBytes), Hi: min(size, s.Hi+contextBytes)}
}

// inside says whether a span lies in one of the holes.
func inside(s span, holes []span) bool {
	for _, h := range holes {
		if h.Lo <= s.Lo && s.Hi <= h.Hi {
			return true
		}
	}
	return false
}

// hollow says that nothing is stored in a span and its context, and that its first
// block reads so. Scattered blocks are read: nothing is saved there.
func (w *worker) hollow(want span, holes []span) bool {
	if w.plan.Mode == Random || w.reader.ctx.Err() != nil || !inside(widened(want, w.size), holes) {
		return false
	}
	buf := w.buf[:min(alignment, want.Len())]
	_, _, err := w.reader.once(buf, want.Lo)
	return err == nil && bytes.Count(buf, []byte{0}) == len(buf)
}

// passOver adds a hollow span as what reading it would have given.
func (w *worker) passOver(want span, r *pageResult) {
	r.passed += want.Len()
	hashed := zeroLeaves(want, w.digest)
	if r.probe = hashed[len(hashed)-1]; w.digest {
		r.hashes = append(r.hashes, hashed...)
	}
	for n := want.Len(); n > 0 && w.keep; n -= LeafBytes {
		r.data = append(r.data, zeros[:min(n, LeafBytes)]...)
	}
	cell := cellBytes(w.plan, w.size)
	for at := want.Lo; at < want.Hi; {
		end := min(want.Hi, (at/cell+1)*cell)
		r.AddPieces(look.Piece{Extent: Extent{Start: at, Length: end - at, Class: Fill, Reason: holeReason}, Fill: end - at})
		at = end
	}
}

// nameHoles gives zeros that lie in holes, whole blocks, their reason.
func nameHoles(pieces []look.Piece, holes []span) {
	for i := range pieces {
		p := &pieces[i]
		for len(holes) > 0 && holes[0].Hi <= p.Start {
			holes = holes[1:]
		}
		if len(holes) == 0 {
			return
		}
		if p.Class == Fill && p.Reason == "00" && holes[0].Lo <= p.Start && p.End() <= holes[0].Hi {
			p.Reason = holeReason
		}
	}
}

var (
	zeros    [LeafBytes]byte
	zeroLeaf = sync.OnceValue(func() [32]byte { return leafHash(zeros[:]) })
)

// zeroLeaves is leaves of nothing but zeros.
func zeroLeaves(s span, all bool) (out [][32]byte) {
	for at := s.Lo; at < s.Hi; {
		n := min(s.Hi-at, LeafBytes-at%LeafBytes)
		at += n
		switch {
		case !all && at < s.Hi:
		case n == LeafBytes:
			out = append(out, zeroLeaf())
		default:
			out = append(out, leafHash(zeros[:n]))
		}
	}
	return out
}
