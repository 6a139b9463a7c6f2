package superblock

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"

	"shokyo.dev/shokyo/scan/proof"
)

var (
	little binary.ByteOrder = binary.LittleEndian
	big    binary.ByteOrder = binary.BigEndian
)

// view is one candidate: its bytes, the byte order of its numbers, and the evidence
// that its fields add up to. A field that lies outside the buffer does not fit.
type view struct {
	proof.Evidence
	place proof.Place
	start int // in the buffer
	b     []byte
	order binary.ByteOrder
}

// look opens a candidate of n bytes which begins back bytes before the place.
func look(p proof.Place, back, n int, order binary.ByteOrder) *view {
	v := &view{place: p, start: p.Off - back, order: order}
	b, ok := proof.Window(p.Buf, p.Off-back, n)
	if !ok {
		v.Fail()
	}
	v.b = b
	return v
}

// all is n bytes from the structure's start on, or nothing where the buffer ends before.
func (v *view) all(n int) ([]byte, bool) { return proof.Window(v.place.Buf, v.start, n) }

// get is the number in a field.
func (v *view) get(at, size int) uint64 {
	f, ok := proof.Window(v.b, at, size)
	if !ok {
		v.Fail()
		return 0
	}
	switch size {
	case 1:
		return uint64(f[0])
	case 2:
		return uint64(v.order.Uint16(f))
	case 4:
		return uint64(v.order.Uint32(f))
	}
	return v.order.Uint64(f)
}

func (v *view) u8(at int) uint64  { return v.get(at, 1) }
func (v *view) u16(at int) uint64 { return v.get(at, 2) }
func (v *view) u32(at int) uint64 { return v.get(at, 4) }
func (v *view) u64(at int) uint64 { return v.get(at, 8) }

// magic holds a field to one number in either byte order, and chooses the order.
func (v *view) magic(at, size int, want uint64) {
	v.order = little
	if v.get(at, size) != want {
		v.order = big
	}
	v.Is(v.get(at, size), want, size)
	v.Alternatives(2)
}

func (v *view) is(at, size int, want uint64)       { v.Is(v.get(at, size), want, size) }
func (v *view) within(at, size int, lo, hi uint64) { v.Within(v.get(at, size), lo, hi, size) }
func (v *view) power(at, size int, lo, hi uint64)  { v.Power(v.get(at, size), lo, hi, size) }
func (v *view) mask(at, size int, used uint64)     { v.Mask(v.get(at, size), used, size) }

// below says that the upper bits of a field are zero: no more than n are used.
func (v *view) below(at, size, n int) { v.mask(at, size, 1<<n-1) }

// multiple holds a field to multiples of a power of two.
func (v *view) multiple(at, size int, unit uint64) {
	v.Want(v.get(at, size)%unit == 0, float64(bits.TrailingZeros64(unit)))
}

// log holds a field to the logarithm of a power of two.
func (v *view) log(at, size int, power uint64) {
	v.is(at, size, uint64(bits.Len64(power)-1))
}

func (v *view) zero(at, n int) {
	f, ok := proof.Window(v.b, at, n)
	v.Want(ok && proof.AllZero(f), float64(8*n))
}

func (v *view) text(at int, s string) {
	f, ok := proof.Window(v.b, at, len(s))
	v.Want(ok && string(f) == s, float64(8*len(s)))
}

// either takes one of several texts.
func (v *view) either(at int, texts ...string) (which string) {
	for _, s := range texts {
		if f, ok := proof.Window(v.b, at, len(s)); ok && string(f) == s {
			v.Want(true, float64(8*len(s)))
			v.Alternatives(len(texts))
			return s
		}
	}
	v.Fail()
	return ""
}

// padded takes a text of any length that is filled up with zeros: one of n+1
// lengths is chosen, and given the length the rest is zero.
func (v *view) padded(at, n int) {
	f, ok := proof.Window(v.b, at, n)
	if !ok {
		v.Fail()
		return
	}
	used := bytes.IndexByte(f, 0)
	if used < 0 {
		used = n
	}
	if proof.AllZero(f[used:]) {
		v.Add(max(0, float64(8*(n-used))-math.Log2(float64(n+1))))
	} else {
		v.Fail()
	}
}

// found makes the structure of n bytes, or as many as the buffer has, if the evidence
// carries it.
func (v *view) found(kind string, n int, detail string) (proof.Observation, bool) {
	if v.Broken() {
		return proof.Observation{}, false
	}
	return v.Found(kind, v.start, min(v.start+n, len(v.place.Buf)), detail)
}

// size is "name of SIZE" for a volume of so many units.
func (v *view) size(name string, n, unit uint64) string {
	return name + " of " + proof.BlocksOf(n, unit)
}

// bigCRC is the unreflected CRC of a polynomial of the given width.
func bigCRC(width int, poly uint32, b []byte) (sum uint32) {
	top := uint32(1) << (width - 1)
	for _, c := range b {
		sum ^= uint32(c) << (width - 8)
		for range 8 {
			over := sum&top != 0
			sum <<= 1
			if over {
				sum ^= poly
			}
		}
	}
	return sum & (top<<1 - 1)
}
