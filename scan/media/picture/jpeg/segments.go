package jpeg

import (
	"bytes"
	"fmt"
	"math"

	"shokyo.dev/shokyo/scan/media/picture/three"
	"shokyo.dev/shokyo/scan/proof"
)

// Between the scans of a progressive file, and at the beginning of each picture of a film, stand marker segments:
// FF, a marker, the length of what follows with its own two bytes (T.81 B.2). Of tables of codes (DHT) and the header of
// a scan (SOS) each byte is held against a model, given those before it; the chances add up to at most 1. A row of them goes on
// up to the first that is neither.

const (
	markerDHT = 0xC4
	markerSOS = 0xDA

	segmentsAhead = 64 << 10 // bytes that may be looked at besides as many as there are
)

// Segments reports the rows of segments in b that have need bits, in ascending order and without overlap.
func (f *Finder) Segments(b []byte, need float64, report func(proof.Observation)) {
	short := three.Bytes{Value: [3]byte{0xFF, 0, 0}, Behind: [2]int{2, 2}} // a marker, and a length below 256
	next, spent := 0, 0
	for at := 0; at+4 < len(b); at++ {
		i := short.Index(b[at : len(b)-2])
		if i < 0 {
			return
		}
		if at += i; at < next || spent > segmentsAhead+at || b[at+1] != markerDHT && b[at+1] != markerSOS {
			continue
		}
		r := row{b: b, at: at}
		for r.segment() {
		}
		spent += r.at - at
		if r.best >= need {
			next = r.end
			report(proof.Observation{Kind: "jpeg-segments", Start: at, End: r.end, Bits: r.best,
				Detail: fmt.Sprintf("%d segments of JPEG", r.segments)})
		}
	}
}

// row is segments one behind the other.
type row struct {
	b           []byte
	at, end     int
	score, best float64
	segments    int
}

// byte takes the next byte, and what it is worth that a model gives it this chance.
func (r *row) byte(chance func(c byte) float64) byte {
	if r.at >= len(r.b) {
		r.score = math.Inf(-1)
		return 0
	}
	c := r.b[r.at]
	r.at++
	r.score += 8 + math.Log2(chance(c))
	return c
}

// is wants one value, with a chance.
func is(want byte, chance float64) func(byte) float64 {
	return func(c byte) float64 {
		if c == want {
			return chance
		}
		return 0
	}
}

// oneOf wants one of some values, each alike.
func oneOf(values string) func(byte) float64 {
	return func(c byte) float64 {
		if bytes.IndexByte([]byte(values), c) < 0 {
			return 0
		}
		return 1 / float64(len(values))
	}
}

// segment takes one segment, and says whether there may be another behind it.
func (r *row) segment() bool {
	r.byte(is(0xFF, 1))
	switch m := r.byte(oneOf("\xc4\xda")); {
	case math.IsInf(r.score, -1):
		return false
	case m == markerDHT:
		r.codes()
		return r.mark()
	}
	r.scan()
	r.mark()
	return false
}

func (r *row) mark() bool {
	if r.score > r.best {
		r.best, r.end = r.score, r.at
		r.segments++
	}
	return !math.IsInf(r.score, -1)
}

// codes takes one code, and those behind it in the same segment. The length follows from the counts, so it is worth its 16 bits.
func (r *row) codes() {
	if r.at+2 > len(r.b) {
		r.score = math.Inf(-1)
		return
	}
	end := r.at + int(r.b[r.at])<<8 + int(r.b[r.at+1])
	r.at += 2
	for more := true; more; {
		r.code()
		if math.IsInf(r.score, -1) || r.at > end {
			r.score = math.Inf(-1)
			return
		}
		if more = r.at < end; more {
			r.score-- // it ends, or goes on
		}
	}
	r.score += 16 - 1
}

// code takes one code: its class and number, 16 counts, and the symbols.
func (r *row) code() {
	class := r.byte(oneOf("\x00\x01\x10\x11\x02\x12\x03\x13"))
	total, room := 0, 1<<16
	for l := 1; l <= 16 && !math.IsInf(r.score, -1); l++ {
		n := int(r.byte(func(c byte) float64 { return 1 / float64((int(c)+1)*(int(c)+2)) }))
		total += n
		if room -= n << (16 - l); room < 0 {
			r.score = math.Inf(-1)
		}
	}
	var seen [256]bool
	symbols := 176. // of coefficients: 0 to 10 bits behind 0 to 15 zeros
	if class < 0x10 {
		symbols = 12
	}
	for range total {
		if math.IsInf(r.score, -1) {
			return
		}
		c := r.byte(func(c byte) float64 {
			if seen[c] || class < 0x10 && c > 11 || c&15 > 10 && class >= 0x10 {
				return 0
			}
			return 1 / symbols
		})
		seen[c] = true
		symbols--
	}
}

// scan takes the header of a scan: its length, components with their codes, the part of the
// coefficients, and the bits of them.
func (r *row) scan() {
	r.byte(is(0, 1))
	n := int(r.byte(oneOf("\x08\x0a\x0c\x0e"))-6) / 2
	r.byte(is(byte(n), 1))
	for range n {
		if math.IsInf(r.score, -1) {
			return
		}
		r.byte(oneOf("\x00\x01\x02\x03\x04RGB"))
		r.byte(oneOf("\x00\x10\x01\x11"))
	}
	from := r.byte(func(c byte) float64 { return map[byte]float64{0: .5, 1: .25, 2: .05, 3: .05, 6: .1, 9: .05}[c] })
	r.byte(func(c byte) float64 {
		switch {
		case from == 0 && (c == 0 || c == 63):
			return .5
		case from > 0 && c == 63:
			return .5
		case from > 0 && c >= from && c < 63:
			return .5 / 63
		}
		return 0
	})
	r.byte(oneOf("\x00\x01\x02\x03\x10\x21\x32\x12"))
}
