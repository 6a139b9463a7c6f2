package proof

import "math"

// Tries is how many positions a detector tries, for which it pays.
type Tries uint8

const (
	Once        Tries = iota
	EverySector       // those of a block, and its part of those of the context
	EveryByte
	EveryBit
)

// Price is what the positions in so many bytes cost, in bits.
func (t Tries) Price(bytes float64) float64 {
	switch t {
	case EverySector:
		return math.Log2(bytes / SectorSize)
	case EveryByte:
		return math.Log2(bytes)
	case EveryBit:
		return math.Log2(8 * bytes)
	}
	return 0
}
