//go:build !purego

package deflate

import (
	"math/bits"

	"golang.org/x/sys/cpu"
)

// The search with AVX-512 VBMI: 64 starts at once, a byte for each. The sum of the lengths that a precode has is the
// difference of two running sums, over every third bit, of what three bits take of its room. So it is
// no more work than to make those sums once for all starts, and to pick one of 16 by HCLEN. They are
// kept modulo 256: one start in 500 passes, and onlyComplete tells the rest.

// vbmiTables has a byte for each lane, or for what six bits are.
type vbmiTables struct {
	spread                                [64]uint8 // lane 8·i + j: byte i + j
	shares                                [64]uint8 // of two lengths
	at1, at23, at9                        [64]uint8 // so many bits behind the start
	triple                                [64]uint8 // three times the low four bits
	lane                                  [64]uint8
	before6, before12, before24, before48 [64]uint8 // the lane so many before
	carry                                 [64]uint8 // that of the last six which is of the same sum
	base                                  [64]uint8 // twelve before, 64 for the first of the second vector
}

var tablesVBMI = func() (t vbmiTables) {
	for i := range 64 {
		t.spread[i] = uint8(i/8 + i%8)
		t.shares[i] = uint8(share(i&7) + share(i>>3))
		for at, table := range map[int]*[64]uint8{1: &t.at1, 23: &t.at23, 9: &t.at9} {
			table[i] = uint8(at + i%8)
		}
		t.triple[i] = uint8(3 * (i & 15))
		t.lane[i] = uint8(i)
		for n, table := range map[int]*[64]uint8{6: &t.before6, 12: &t.before12, 24: &t.before24, 48: &t.before48} {
			table[i] = uint8(i - n)
		}
		t.carry[i] = uint8(58 + i%6)
		t.base[i] = uint8(64 + i - 12)
	}
	return t
}()

var hasVBMI = cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VBMI

// headsVBMI sets bit j of masks[i] where a header can start at bit 64·i + j, n times. It reads 8 bytes before b,
// and 8 + 64 from the last word on.
//
//go:noescape
func headsVBMI(b *byte, masks *uint64, n int, t *vbmiTables)

const (
	vbmiBytes  = 8
	vbmiBehind = 8 + 64
)

// searchVBMI is searchGeneric; what is too near to either end is left to that.
func (s *scratch) searchVBMI(b []byte) []uint16 {
	all := min(chunk, words(len(b)))
	n := min((len(b)-vbmiBehind)/vbmiBytes, all*stride/vbmiBytes-1) // besides the first
	if n < 1 {
		return s.searchGeneric(b)
	}
	headsGeneric(b, s.masks[:2])
	s.masks[0] |= s.masks[1] << (8 * stride)
	headsVBMI(&b[vbmiBytes], &s.masks[1], n, &tablesVBMI)
	list := s.sparse(s.masks[:1+n])

	done := (1 + n) * vbmiBytes
	i := done / stride
	headsGeneric(b[stride*i:], s.masks[:all-i])
	s.masks[0] &^= 1<<(8*(done-stride*i)) - 1
	rest := places(s.places[len(list):], s.masks[:all-i], 8*stride*i, 8*stride)
	return onlyComplete(b, s.places[:len(list)+len(rest)])
}

// sparse is places for words of 64 starts, of which most are empty: those are passed without a branch.
func (s *scratch) sparse(masks []uint64) []uint16 {
	some := 0
	for i, m := range masks {
		masks[some], s.word[some&(chunk-1)] = m, uint16(i)
		some += int((m | -m) >> 63)
	}
	n := 0
	for i, m := range masks[:some] {
		for ; m != 0; m &= m - 1 {
			s.places[n] = 64*s.word[i&(chunk-1)] + uint16(bits.TrailingZeros64(m))
			n++
		}
	}
	return s.places[:n]
}
