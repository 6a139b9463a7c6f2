package lzma

import "math"

// kind is what a control byte says.
type kind uint8

const (
	noChunk kind = iota
	ending
	copyReset // uncompressed, after a reset of the dictionary
	copied    // uncompressed
	plain
	stateReset
	newProperties
	dictReset
	numKinds
)

// headerSize is that of a compressed chunk with properties, without the 00 behind it.
const headerSize = 6

// maxChunk is the longest chunk with its header.
const maxChunk = headerSize + 1<<16

// header is the header of a chunk.
type header struct {
	kind         kind
	at           int
	size         int // of it, with the 00 that a compressed payload begins with
	compressed   int
	uncompressed int
	properties   byte
}

func (h *header) packed() bool { return h.kind >= plain }

// full says that the chunk may have been closed because it was full. Any other ends a chain.
func (h *header) full() bool {
	return !h.packed() || h.compressed > 1<<15 || h.uncompressed > maxUncompressed-lookahead
}

// next is where the chunk ends.
func (h *header) next() int {
	switch {
	case h.packed():
		return h.at + h.size - 1 + h.compressed
	case h.kind == ending:
		return h.at + h.size
	}
	return h.at + h.size + h.uncompressed
}

// parse reads the header at an offset; false: there is none, or not all of it.
func parse(b []byte, at int) (h header, ok bool) {
	if at >= len(b) {
		return h, false
	}
	b = b[at:]
	h.at, h.size = at, 1
	control := b[0]
	switch {
	case control == 0:
		h.kind = ending
		return h, true
	case control < 3:
		h.kind, h.size = copyReset+kind(control-1), 3
	case control < 0x80:
		return h, false
	default:
		h.kind, h.size = plain+kind(control>>5&3), headerSize
		if h.kind >= newProperties {
			h.size++
		}
	}
	if len(b) < h.size {
		return h, false
	}
	h.uncompressed = int(b[1])<<8 + int(b[2]) + 1
	if h.packed() {
		h.uncompressed += int(control&31) << 16
		h.compressed = int(b[3])<<8 + int(b[4]) + 1
		h.properties = b[5]
		if b[h.size-1] != 0 || h.kind >= newProperties && !validProperties(h.properties) {
			return h, false
		}
	}
	return h, true
}

// usualProperties are lc=3, lp=0, pb=2.
const usualProperties = 0x5d

// validProperties says that a byte is (pb·5 + lp)·9 + lc with lc + lp ≤ 4 and pb ≤ 4.
func validProperties(p byte) bool { return p < 9*5*5 && p%9+p/9%5 <= 4 }

// chain is the evidence of the chunks that follow each other from a start on.
type chain struct {
	start  int
	next   int     // where the next header must be
	bits   float64 // log2 of Q/P so far
	best   float64 // the most it has been
	end    int     // of the header that made it so
	behind int     // where the last header ends
	rim    rim
	weight [numEncoders]float64
	before kind   // of the last header
	packed header // the last one of a compressed chunk
	copy   int    // size of the last uncompressed one
	holds  int    // uncompressed size of the last one of either
}

func begin(start int) chain { return chain{start: start, weight: prior} }

// add weighs the next header.
func (c *chain) add(h header) {
	ratio := followers[c.before][h.kind]
	switch {
	case h.packed():
		ratio *= c.weighPacked(h)
		c.packed = h
	case h.kind != ending:
		ratio *= c.weighCopied(h)
		c.copy = h.uncompressed
	}
	c.bits += math.Log2(ratio)
	c.before, c.next, c.holds = h.kind, h.next(), h.uncompressed
	c.behind = h.at + h.size
	if c.bits > c.best {
		c.best, c.end = c.bits, h.at+h.size
	}
}
