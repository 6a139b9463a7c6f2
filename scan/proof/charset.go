package proof

import "math"

// Charset is a set of byte values and what one byte out of it is worth.
type Charset struct {
	has  [256]bool
	bits float64
}

// NewCharset reads ranges like "a-z"; a minus sign stands first or last.
func NewCharset(ranges string) *Charset {
	c := new(Charset)
	for i := 0; i < len(ranges); i++ {
		lo, hi := ranges[i], ranges[i]
		if i+2 < len(ranges) && ranges[i+1] == '-' {
			hi = ranges[i+2]
			i += 2
		}
		for x := int(lo); x <= int(hi); x++ {
			c.has[x] = true
		}
	}
	n := 0
	for _, has := range c.has {
		if has {
			n++
		}
	}
	c.bits = 8 - math.Log2(float64(n))
	return c
}

// Has says that the set has a byte.
func (c *Charset) Has(b byte) bool { return c.has[b] }

// Bits is what one byte out of the set is worth.
func (c *Charset) Bits() float64 { return c.bits }

// Sets that several formats use. Nobody writes to them.
var (
	Printable = NewCharset(" -~")
	Text      = NewCharset("\t\n\f\r -~\x80-\xff") // several such lines
	ASCIIText = NewCharset("\t\n\f\r -~")          // the same in plain ASCII
	Letters   = NewCharset("A-Za-z")
	Digits    = NewCharset("0-9")
	FourCC    = NewCharset("A-Za-z0-9 ._/\xa9-") // names of boxes, chunks and tables
	FileName  = NewCharset(" -~\x80-\xff")       // names in archives: no controls
)
