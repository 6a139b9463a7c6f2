// Package view reads a superblock or header by its fields, at their offsets from the structure's
// start and in its byte order, and adds up what each says. The rooms below package superblock are
// lists of its steps that read like the structure in the format's header file; a way of
// holding a field that several formats need is added here.
package view

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"

	"shokyo.dev/shokyo/scan/proof"
)

const (
	// MaxBlock is the largest block of metadata that a format here has.
	MaxBlock = 64 << 10
)

// The orders of bytes.
var (
	Little binary.ByteOrder = binary.LittleEndian
	Big    binary.ByteOrder = binary.BigEndian
)

// View is one candidate: its bytes, the byte order of its numbers, and the evidence
// that its fields add up to. A field that lies outside the buffer does not fit.
type View struct {
	proof.Evidence
	place proof.Place
	start int // in the buffer
	b     []byte
	Order binary.ByteOrder
}

// Open opens a candidate of n bytes which begins back bytes before the place.
func Open(p proof.Place, back, n int, order binary.ByteOrder) *View {
	v := &View{place: p, start: p.Off - back, Order: order}
	b, ok := proof.Window(p.Buf, p.Off-back, n)
	if !ok {
		v.Fail()
	}
	v.b = b
	return v
}

// Bytes is what Open asked for, or nothing where the buffer ends before.
func (v *View) Bytes() []byte { return v.b }

// Left is how many bytes there are from the structure's start on.
func (v *View) Left() int { return len(v.place.Buf) - v.start }

// All is n bytes from the structure's start on, or nothing where the buffer ends before.
func (v *View) All(n int) ([]byte, bool) { return proof.Window(v.place.Buf, v.start, n) }

// Get is the number in a field.
func (v *View) Get(at, size int) uint64 {
	f, ok := proof.Window(v.b, at, size)
	if !ok {
		v.Fail()
		return 0
	}
	switch size {
	case 1:
		return uint64(f[0])
	case 2:
		return uint64(v.Order.Uint16(f))
	case 4:
		return uint64(v.Order.Uint32(f))
	}
	return v.Order.Uint64(f)
}

func (v *View) U8(at int) uint64  { return v.Get(at, 1) }
func (v *View) U16(at int) uint64 { return v.Get(at, 2) }
func (v *View) U32(at int) uint64 { return v.Get(at, 4) }
func (v *View) U64(at int) uint64 { return v.Get(at, 8) }

// Magic holds a field to one number in either byte order, and chooses the order.
func (v *View) Magic(at, size int, want uint64) {
	v.Order = Little
	if v.Get(at, size) != want {
		v.Order = Big
	}
	v.Evidence.Is(v.Get(at, size), want, size)
	v.Alternatives(2)
}

func (v *View) Is(at, size int, want uint64)       { v.Evidence.Is(v.Get(at, size), want, size) }
func (v *View) Within(at, size int, lo, hi uint64) { v.Evidence.Within(v.Get(at, size), lo, hi, size) }
func (v *View) Power(at, size int, lo, hi uint64)  { v.Evidence.Power(v.Get(at, size), lo, hi, size) }
func (v *View) Mask(at, size int, used uint64)     { v.Evidence.Mask(v.Get(at, size), used, size) }

// Below says that the upper bits of a field are zero: no more than n are used.
func (v *View) Below(at, size, n int) { v.Mask(at, size, 1<<n-1) }

// Multiple holds a field to multiples of a power of two.
func (v *View) Multiple(at, size int, unit uint64) {
	v.Want(v.Get(at, size)%unit == 0, float64(bits.TrailingZeros64(unit)))
}

// Log holds a field to the logarithm of a power of two.
func (v *View) Log(at, size int, power uint64) {
	v.Is(at, size, uint64(bits.Len64(power)-1))
}

func (v *View) Zero(at, n int) {
	f, ok := proof.Window(v.b, at, n)
	v.Want(ok && proof.AllZero(f), float64(8*n))
}

func (v *View) Text(at int, s string) {
	f, ok := proof.Window(v.b, at, len(s))
	v.Want(ok && string(f) == s, float64(8*len(s)))
}

// Either takes one of several texts.
func (v *View) Either(at int, texts ...string) (which string) {
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

// Padded takes a text of any length that is filled up with zeros: one of n+1
// lengths is chosen, and given the length the rest is zero.
func (v *View) Padded(at, n int) {
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

// SealedAt looks for the size at which a CRC-32C fits that stands at a place, over the bytes from
// one on, those of its own place taken as zeros; among the powers of two from lo to hi. It pays for
// the looking and returns the size. 0: none does, and where all of the bytes are there the
// structure is damaged.
func (v *View) SealedAt(lo, hi, from, at int) int {
	b, ok := v.All(lo)
	if v.Broken() || !ok {
		return 0
	}
	want, sum := proof.LE32(b[at:]), uint32(1<<32-1)
	if at >= from {
		sum = proof.RawCRC32C(sum, b[from:at])
		sum = proof.RawCRC32C(sum, []byte{0, 0, 0, 0})
		from = at + 4
	}
	for n := lo; n <= hi; n *= 2 {
		if b, ok = v.All(n); !ok {
			return 0
		}
		if sum = proof.RawCRC32C(sum, b[from:]); ^sum == want {
			v.Sealed(true, 32-math.Log2(float64(bits.Len(uint(hi/lo)))))
			return n
		}
		from = n
	}
	v.Sealed(false, 0)
	return 0
}

// Found makes the structure of n bytes, or as many as the buffer has, if the evidence
// carries it.
func (v *View) Found(kind string, n int, detail string) (proof.Observation, bool) {
	if v.Broken() {
		return proof.Observation{}, false
	}
	return v.Evidence.Found(kind, v.start, min(v.start+n, len(v.place.Buf)), detail)
}

// Size is "name of SIZE" for a volume of so many units.
func (v *View) Size(name string, n, unit uint64) string {
	return name + " of " + proof.BlocksOf(n, unit)
}

// ContainsAny says that one of the texts is somewhere in b.
func ContainsAny(b []byte, texts ...string) bool {
	for _, s := range texts {
		if bytes.Contains(b, []byte(s)) {
			return true
		}
	}
	return false
}
