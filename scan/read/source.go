package read

import (
	"io"

	"shokyo.dev/shokyo/scan/plan"
)

// Source is the medium as the engine sees it. ReadAt must be safe for
// concurrent use; Size is in bytes and does not change.
type Source interface {
	io.ReaderAt
	Size() int64
}

// ContextBytes is read before and behind a page, so that what crosses an
// edge is seen whole by both sides.
const ContextBytes = 64 << 10

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

// HoleReason is the reason of the fill that is nothing stored.
const HoleReason = "hole"

// HoleFinder asks a source for its holes, once for each as long as questions ascend.
// One goroutine asks, in page order.
type HoleFinder struct {
	src    Sparse // nil: it has none
	size   int64
	known  plan.Span // what src said last
	stored bool
}

func NewHoleFinder(src Source, size int64) *HoleFinder {
	sparse, _ := src.(Sparse)
	return &HoleFinder{src: sparse, size: size}
}

// Around lists the holes in a page and its context, ascending and apart.
func (f *HoleFinder) Around(p *plan.Page) (out []plan.Span) {
	if f.src == nil {
		return nil
	}
	all := Widened(p.Wants[0], f.size)
	all.Hi = Widened(plan.Span{Lo: p.End(), Hi: p.End()}, f.size).Hi
	for at := all.Lo; at < all.Hi; at = f.known.Hi {
		f.ask(at)
		if s := (plan.Span{Lo: at, Hi: min(f.known.Hi, all.Hi)}); !f.stored {
			out = append(out, s)
		}
	}
	return out
}

func (f *HoleFinder) ask(at int64) {
	if f.known.Lo <= at && at < f.known.Hi {
		return
	}
	end, stored := f.src.Stored(at)
	if end <= at { // no answer
		end, stored = f.size, true
	}
	f.known, f.stored = plan.Span{Lo: at, Hi: end}, stored
}

// Widened is a span with its context.
func Widened(s plan.Span, size int64) plan.Span {
	return plan.Span{Lo: max(0, s.Lo-ContextBytes), Hi: min(size, s.Hi+ContextBytes)}
}
