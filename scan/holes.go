package scan

import (
	"bytes"
	"sync"

	"shokyo.dev/shokyo/scan/fold"
	"shokyo.dev/shokyo/scan/merkle"
	"shokyo.dev/shokyo/scan/read"
	"shokyo.dev/shokyo/scan/seen"
)

// hollow says that nothing is stored in a span and its context, and that its first
// block reads so. Scattered blocks are read: nothing is saved there.
func (w *worker) hollow(want span, holes []span) bool {
	if w.plan.Mode == Random || w.reader.Ctx.Err() != nil || !inside(read.Widened(want, w.size), holes) {
		return false
	}
	buf := w.buf[:min(alignment, want.Len())]
	_, _, err := w.reader.Once(buf, want.Lo)
	return err == nil && bytes.Count(buf, []byte{0}) == len(buf)
}

// passOver adds a hollow span as what reading it would have given.
func (w *worker) passOver(want span, r *fold.Page) {
	r.PassedOver += want.Len()
	hashed := zeroLeaves(want, w.digest)
	if r.Probe = hashed[len(hashed)-1]; w.digest {
		r.Hashes = append(r.Hashes, hashed...)
	}
	for n := want.Len(); n > 0 && w.keep; n -= LeafBytes {
		r.Data = append(r.Data, zeros[:min(n, LeafBytes)]...)
	}
	cell := fold.CellBytes(w.plan, w.size)
	for at := want.Lo; at < want.Hi; {
		end := min(want.Hi, (at/cell+1)*cell)
		r.Seen.AddPieces(seen.Piece{Extent: Extent{Start: at, Length: end - at, Class: Fill, Reason: read.HoleReason}, Fill: end - at})
		at = end
	}
}

// nameHoles gives zeros that lie in holes, whole blocks, their reason.
func nameHoles(pieces []seen.Piece, holes []span) {
	for i := range pieces {
		p := &pieces[i]
		for len(holes) > 0 && holes[0].Hi <= p.Start {
			holes = holes[1:]
		}
		if len(holes) == 0 {
			return
		}
		if p.Class == Fill && p.Reason == "00" && holes[0].Lo <= p.Start && p.End() <= holes[0].Hi {
			p.Reason = read.HoleReason
		}
	}
}

var (
	zeros    [LeafBytes]byte
	zeroLeaf = sync.OnceValue(func() [32]byte { return merkle.Leaf(zeros[:]) })
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
			out = append(out, merkle.Leaf(zeros[:n]))
		}
	}
	return out
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
