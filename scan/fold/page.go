package fold

import (
	"time"

	"shokyo.dev/shokyo/scan/copies"
	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/plan"
)

// Page is what a worker found in one page. It is folded into the state of
// the examination in page order.
type Page struct {
	plan.Page                // which one
	Seen       *gather.Page  // what was seen
	Hashes     [][32]byte    // of its leaves
	Probe      [32]byte      // hash of the last leaf, also when no digest is wanted
	Marks      []copies.Mark // of its ciphertext
	Data       []byte        // the page's bytes, only for the whole-medium digest
	PassedOver int64         // bytes that were not read, because nothing is stored there
	Took       time.Duration // that reading took, first pass only

	// One of these, and the rest is not there:
	Trouble bool  // first pass: could not be read at once
	Gone    error // the medium vanished while the page was read
}

// lastLeaf is the span of the last leaf of a page, the one leaves gave last.
func (p *Page) lastLeaf() plan.Span {
	w := p.Wants[len(p.Wants)-1]
	return plan.Span{Lo: max(w.Lo, (w.Hi-1)/plan.LeafBytes*plan.LeafBytes), Hi: w.Hi}
}
