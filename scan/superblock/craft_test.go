package superblock

import (
	"encoding/binary"
	"math/rand/v2"

	"shokyo.dev/shokyo/scan/proof"
)

var (
	little binary.ByteOrder = binary.LittleEndian
	big    binary.ByteOrder = binary.BigEndian
)

// A craft is one structure, written field by field from its document on a ground of
// random bytes.
type craft struct {
	kind   string
	keys   bool
	order  binary.ByteOrder
	size   int // of the buffer
	start  int // where the structure begins, and the place that is asked about
	fields []field
	seal   func(b []byte) // checksums
}

// A field is a number, a text or a run of zeros. The parser holds a checked one to
// its value or range: with its highest bit changed the structure is lost or damaged.
type field struct {
	at      int
	value   any // string, uint8 … uint64, zeros
	checked bool
}

type zeros int

func is(at int, value any) field  { return field{at, value, true} }
func has(at int, value any) field { return field{at, value, false} }

// noise is a generator of uniform random bytes: ChaCha8 from a seed.
func noise(seed byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{seed}) }

func random(seed byte, n int) []byte {
	b := make([]byte, n)
	noise(seed).Read(b)
	return b
}

// build makes the buffer and says where to ask.
func (c *craft) build() (b []byte, off int) {
	b = random(7, max(c.size, c.start+sector))
	s := b[c.start:]
	for _, f := range c.fields {
		f.write(s, c.order)
	}
	if c.seal != nil {
		c.seal(s)
	}
	return b, c.place()
}

// place is the sector with the magic number; for most it is the first.
func (c *craft) place() int {
	switch c.kind {
	case "ufs-superblock":
		return c.start + 1024
	case "xenix-superblock":
		return c.start + 512
	case "swap":
		return c.size - sector
	}
	return c.start
}

func (f field) write(b []byte, order binary.ByteOrder) {
	switch v := f.value.(type) {
	case string:
		copy(b[f.at:], v)
	case zeros:
		clear(b[f.at : f.at+int(v)])
	case uint8:
		b[f.at] = v
	default:
		if _, err := binary.Encode(b[f.at:], order, v); err != nil {
			panic(err)
		}
	}
}

// top is the byte with the highest bit of the field.
func (f field) top(order binary.ByteOrder) int {
	switch v := f.value.(type) {
	case string, zeros, uint8:
		return f.at
	default:
		if order == little {
			return f.at + binary.Size(v) - 1
		}
		return f.at
	}
}

func put32(at int, sum func(b []byte) uint32, order binary.ByteOrder) func([]byte) {
	return func(b []byte) { order.PutUint32(b[at:], sum(b)) }
}

func recognize(b []byte, off int) (proof.Observation, bool) {
	return Recognize(proof.Place{Buf: b, Off: off})
}
