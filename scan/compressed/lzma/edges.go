package lzma

// Edge is a chain at a rim of the wanted bytes. It consists of headers that begin in them.
type Edge struct {
	Kind       string
	Start, End int
	Next       int     // where it goes on behind the wanted bytes
	Bits       float64 // before EdgeShare
	Head       bool    // a chunk that began before the wanted bytes may end where it starts
	Tail       bool    // it goes on behind them
}

// EdgeShare is what a chain pays that is joined of edges: a quarter of a position's budget.
//
// Let a chain run through several pages. Its first header is a start position, and where all
// the others lie follows from it, also behind the edges of pages. In each page the evidence is
// gathered anew: the model forgets which encoder it was, which costs power. The product over pages
// is a supermartingale all the same, for in each, given those before, it starts at 1. So bits at
// the rim add up, where a chain ends also its maximum, and nothing is paid for choosing among edges.
const EdgeShare = 2

// edgeGate is what an edge must be worth to be handed on. By chance few rims have one.
const edgeGate = 12

// rims are those of the wanted bytes of the buffer.
type rims struct {
	lo, hi int
	enters int // where a chain that is known already has its first header in the wanted bytes
	edge   func(Edge)
}

// rim is where a chain comes into the wanted bytes, if it began before them, and what it was at the
// last header in them.
type rim struct {
	enters    int
	left      bool
	bits      float64
	end, next int
}

// pass notes where a chain that is to be followed comes into the wanted bytes and leaves them.
func (r *rims) pass(c *chain) {
	if c.start < r.lo && c.next >= r.lo && c.rim.enters == 0 {
		c.rim.enters = c.next
	}
	if c.next >= r.hi && !c.rim.left {
		c.rim.left, c.rim.bits, c.rim.end, c.rim.next = true, c.bits, c.behind, c.next
	}
}

// see hands on a chain that was followed, if it lies at a rim.
func (r *rims) see(c *chain) {
	if r.edge == nil || c.start < r.lo || c.start >= r.hi {
		return
	}
	e := Edge{Kind: chunks, Start: c.start, End: c.end, Bits: c.best, Head: c.start-r.lo < maxChunk}
	if c.rim.left {
		e.End, e.Next, e.Bits, e.Tail = c.rim.end, c.rim.next, c.rim.bits, true
	}
	if e.Bits >= edgeGate && (e.Head || e.Tail) {
		r.edge(e)
	}
}
