package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"math/bits"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/media/picture/three"
	"shokyo.dev/shokyo/scan/proof"
)

// A PNG file (ISO/IEC 15948) is a row of chunks: length (4 bytes, big endian), type (four
// letters), data, CRC-32 of type and data. The compressed picture is cut into chunks of type
// IDAT, all but the last as long as the encoder's buffer: 8192 bytes by libpng, unless told
// otherwise, 32768 by ImageMagick and Go, 4096 by FFmpeg. APNG has fdAT, JNG JDAT besides.
//
// The row is held against a model of what encoders write: the chances of types and lengths add up
// to 1, given the chunk before. A CRC is 32 bits. So the product of Q/P is a supermartingale, and
// its maximum counts (Ville).
//
// Of a piece of 4 KiB often one border alone is there, and its type and length are
// worth 62 bits. What lies on both sides of it is then asked for its statistics: given
// the border these bytes are uniform, so their e-value may be multiplied with it. The row
// and this product are two tests, for one bit.

// pngTypes are the types at which a row may begin, with their chances.
var pngTypes = []struct {
	name   string
	chance float64
}{{"IDAT", .96}, {"IEND", .02}, {"fdAT", .01}, {"JDAT", .01}}

// pngLengths are usual lengths of IDAT, with their chances. The rest goes to all others.
var pngLengths = map[uint32]float64{
	8192: .52, 32768: .16, 4096: .09, 16384: .04, 65536: .03, 65524: .02, 65535: .01, 32752: .01, 1 << 18: .01, 1 << 19: .005, 1 << 20: .005,
}

const (
	pngOther = .1 // chance of an unusual length
	pngSame  = .9 // that a chunk has the length of the one before
	twoTests = 1  // bits

	mostBeside = 200       // bits
	besideWork = 256 << 10 // what the statistics of both sides cost, in bytes of a CRC
)

// png looks for rows of chunks.
func (f *Finder) png(b []byte, need float64, report func(proof.Observation)) {
	f.spent = 0
	for i := range pngTypes {
		next := 0
		for at := range occurrences(b, pngTypes[i].name) {
			if at -= 4; at < next {
				continue
			}
			r := pngRow{b: b, end: at, spent: &f.spent}
			r.read(at)
			if r.best -= twoTests; r.best < need {
				r.beside(&f.meter, at)
			}
			if next = r.end; r.best >= need {
				report(proof.Observation{Kind: "png-chunks", Start: at, End: r.end, Bits: r.best,
					Detail: fmt.Sprintf("%d whole chunks of PNG", r.whole)})
			}
		}
	}
}

// occurrences are where a name begins.
func occurrences(b []byte, name string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		most := three.Bytes{Value: [3]byte{name[0], name[1], name[2]}, Behind: [2]int{1, 2}} // of its letters
		for at := 0; at+len(name) <= len(b); at++ {
			i := most.Index(b[at:])
			if i < 0 {
				return
			}
			at += i
			if bytes.HasPrefix(b[at:], []byte(name)) && !yield(at) {
				return
			}
		}
	}
}

// pngRow is a row of chunks as far as it was read.
type pngRow struct {
	b       []byte
	score   float64 // log2 of Q/P so far
	first   float64 // of the first type and length
	best    float64
	end     int // behind what gave the most
	whole   int // chunks with a CRC that is right
	spent   *work
	started bool
	last    uint32 // length of the chunk before
}

func (r *pngRow) read(at int) {
	for at >= 0 && at+8 <= len(r.b) {
		n, name := binary.BigEndian.Uint32(r.b[at:]), string(r.b[at+4:at+8])
		r.score += 64 + math.Log2(r.chance(name, n))
		if r.proven(at + 8); r.score < r.best {
			return
		}
		if !r.started {
			r.first, r.started = r.score, true
		}
		end := at + 8 + int(n)
		if int(n) > len(r.b) || end+4 > len(r.b) || !r.spent.allows(int(n), at) ||
			crc32.ChecksumIEEE(r.b[at+4:end]) != binary.BigEndian.Uint32(r.b[end:]) {
			return
		}
		r.score += 32
		r.whole++
		at, r.last = end+4, n
		if r.proven(at); name == "IEND" {
			return
		}
	}
}

func (r *pngRow) proven(end int) {
	if r.score > r.best {
		r.best, r.end = r.score, end
	}
}

// chance is Q of a chunk's type and length.
func (r *pngRow) chance(name string, n uint32) float64 {
	for _, t := range pngTypes {
		switch {
		case t.name != name:
		case name == "IEND" && n != 0:
			return 0
		case name == "IEND":
			return t.chance
		case r.started && n == r.last:
			return t.chance * pngSame
		case r.started:
			return t.chance * (1 - pngSame) * pngLength(n)
		default:
			return t.chance * pngLength(n)
		}
	}
	return 0
}

// pngLength is the chance of a length that follows from nothing: a usual one, or any of up to 30
// bits, where each number of bits is equally likely.
func pngLength(n uint32) float64 {
	if n == 0 || n >= 1<<30 {
		return 0
	}
	return pngLengths[n] + math.Ldexp(pngOther/30, 1-bits.Len32(n))
}

// beside multiplies the first border with the statistics of what lies on either side of it.
func (r *pngRow) beside(m *entropy.Meter, at int) {
	if !r.started || !r.spent.allows(besideWork, at) {
		return
	}
	before, after := at-4, at+8 // the CRC of the chunk before is no data
	bits := r.first - twoTests + statistics(m, r.b, before, -1) + statistics(m, r.b, after, 1)
	if bits > r.best {
		r.best, r.end = bits, at+8
	}
}

// statistics is the mean e-value of stretches of 1, 2 and 4 KiB on one side of a place, and of
// nothing, in bits.
func statistics(m *entropy.Meter, b []byte, at, way int) float64 {
	sum := 1.
	for n := 1 << 10; n <= 4<<10; n *= 2 {
		lo := at
		if way < 0 {
			lo = at - n
		}
		if lo >= 0 && lo+n <= len(b) {
			sum += math.Exp2(min(m.Block(b[lo:lo+n], nil), mostBeside)) // a table has more than a number can hold
		}
	}
	return math.Log2(sum / 4)
}
