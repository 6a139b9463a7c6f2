package zstd

import "encoding/binary"

// starts are the bytes of 64, the first the lowest bit, that may be the first of a block's header, or the modes of sequences.
type starts struct{ blocks, tables uint64 }

const (
	startsBytes = 64
	startsReach = 3 // bytes behind one that are asked
)

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// findStartsGeneric asks each of 64·len(marks) bytes and those behind it. Every bit is a test of the format:
//   - Block_Type 2, a Block_Size below 2^17, literals that are coded or treeless;
//   - three codes that are described or repeated, the first of them described with at most 2^9 states.
func findStartsGeneric(b []byte, marks []starts) {
	for i := range marks {
		m := &marks[i]
		*m = starts{}
		for k := 0; k < startsBytes; k += 8 {
			x := (*[8 + startsReach]byte)(b[startsBytes*i+k:])
			w0, w1 := binary.LittleEndian.Uint64(x[:]), binary.LittleEndian.Uint64(x[1:])
			w2, w3 := binary.LittleEndian.Uint64(x[2:]), binary.LittleEndian.Uint64(x[3:])
			m.blocks |= zeros((w0^4*ones)&(6*ones)|w2&(0xF0*ones)|^w3&(2*ones)) << k
			m.tables |= zeros((w0^0xA8*ones)&(0xEB*ones)|(w1&(0x0F*ones)+0x0B*ones)&(0x10*ones)) << k
		}
	}
}

// zeros are the bytes that are 0, a bit each.
func zeros(v uint64) uint64 {
	z := ^((v&^highs + 0x7F*ones) | v) & highs
	return z >> 7 * 0x0102040810204080 >> 56
}
