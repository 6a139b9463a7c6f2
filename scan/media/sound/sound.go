// Package sound finds pieces of sound files without their header: chains of frames, blocks and pages, each of which
// says where the next begins.
//
// The rooms know a format each. This one knows where they may begin: at a byte of their own, which nearly all
// other bytes are not, and so the passes over ciphertext look for single bytes and little else.
//
// # The bound
//
// A start is a byte of the buffer, and there each family of formats is one test with the bound of package walk. They
// share the chance of a start: each pays its part, and the parts add up to at most 1. So
//
//	P(an observation of s bits in B uniform bytes) ≤ B·2^-s
//
// and its caller pays log2 B.
package sound

import (
	"fmt"

	"shokyo.dev/shokyo/scan/media/sound/dolby"
	"shokyo.dev/shokyo/scan/media/sound/dts"
	"shokyo.dev/shokyo/scan/media/sound/flac"
	"shokyo.dev/shokyo/scan/media/sound/mpeg"
	"shokyo.dev/shokyo/scan/media/sound/ogg"
	"shokyo.dev/shokyo/scan/media/sound/walk"
	"shokyo.dev/shokyo/scan/media/sound/wavpack"
	"shokyo.dev/shokyo/scan/pairs"
	"shokyo.dev/shokyo/scan/proof"
)

// family is what may begin with a byte.
type family struct {
	first byte
	// second has the bytes that may follow it: those whose bits under mask are want.
	mask, want byte
	share      float64 // bits that it pays
	chain      func(*walk.Walk) (kind string, parts int)
}

// Those that begin alike stand together.
var families = []family{
	{0xff, 0xe0, 0xe0, 1, mpeg.Chain},
	{0xff, 0xe0, 0xe0, 5, mpeg.Headers},
	{0xff, 0xfe, 0xf8, 2, flac.Chain},
	{'O', 0xff, 'g', 6, ogg.Chain},
	{'w', 0xff, 'v', 6, wavpack.Chain},
	{0x0b, 0xff, 0x77, 6, dolby.Chain},
	{0x7f, 0xff, 0xfe, 6, dts.Chain},
	{0x56, 0xe0, 0xe0, 4, mpeg.Broadcast},
	{0x21, 0x80, 0x00, 5, mpeg.Bare},
	{0x20, 0xc0, 0x80, 5, mpeg.Bare}, // a usual gain
	{0x01, 0x81, 0x00, 5, mpeg.Bare},
}

// leastBits is below anything that is of interest to anybody.
const leastBits = 8

// mostShare is the most that any of them pays.
const mostShare = 6

// Finder finds them. The zero value is ready; it is for one goroutine.
type Finder struct {
	budget walk.Budget
	walk   walk.Walk // here lest each be allocated
	starts []int     // of a stretch
}

// Work on crafted input: so many fields, of some 5 ns, are read for each stretch of the buffer, and so many more for each
// byte of it by chains that are believed.
const (
	stretch       = 64 << 10
	stretchFields = stretch
	longFields    = 1
)

// Find reports what has need bits, in ascending order and without overlap. Start and End are those of what is proven: of
// the last frame that part of which the fields are known.
func (f *Finder) Find(b []byte, need float64, report func(proof.Observation)) {
	until := 0
	f.budget.Long, f.budget.Need = longFields*len(b), need+mostShare
	for lo := 0; lo < len(b); lo += stretch {
		f.budget.Short = stretchFields
		hi := min(lo+stretch, len(b))
		f.starts = openings.Append(f.starts[:0], b, min(max(lo, until), hi), hi)
		for _, at := range f.starts {
			if at < until || f.budget.Short <= 0 {
				continue
			}
			if c := f.best(b, at); c.bits >= need {
				report(proof.Observation{Kind: c.kind, Start: at, End: c.end, Bits: c.bits, Detail: fmt.Sprintf("%d in a row", c.parts)})
				until = c.end
			}
		}
	}
	f.walk = walk.Walk{}
}

// openings are how the families begin; a few others begin so too.
var openings = pairs.New(
	pairs.Of([]byte{0xff}, pairs.Range(0xe0, 0xff)),
	pairs.Of([]byte{'O'}, []byte{'g'}),
	pairs.Of([]byte{'w', 0x7f}, []byte{'v', 0xfe}),
	pairs.Of([]byte{0x0b}, []byte{0x77}),
	pairs.Of([]byte{0x56}, pairs.Range(0xe0, 0xff)),
	pairs.Of([]byte{0x21}, pairs.Range(0x00, 0x7f)),
	pairs.Of([]byte{0x20}, pairs.Range(0x80, 0xbf)),
	pairs.Of([]byte{0x01}, []byte{0x00, 0x12, 0x24, 0x36, 0x48, 0x5a, 0x6c, 0x7e}),
)

// beginning has the families by their first byte.
var beginning = func() (of [256][]*family) {
	for i := range families {
		first := families[i].first
		of[first] = append(of[first], &families[i])
	}
	return of
}()

// chain is what begins at a byte.
type chain struct {
	kind       string
	parts, end int
	bits       float64
}

// best is the strongest chain that begins at a byte.
func (f *Finder) best(b []byte, at int) (best chain) {
	for _, x := range beginning[b[at]] {
		if b[at+1]&x.mask != x.want {
			continue
		}
		f.walk = walk.From(b, at, &f.budget)
		kind, parts := x.chain(&f.walk)
		if f.walk.Under(leastBits) {
			continue
		}
		if bits := f.walk.Bits() - x.share; bits > best.bits {
			best = chain{kind, parts, f.walk.End(), bits}
		}
	}
	return best
}
