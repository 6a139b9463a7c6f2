//go:build !purego

package deflate

import "golang.org/x/sys/cpu"

//go:noescape
func headsAVX2(b *byte, masks *uint64, n int)

const (
	avx2Words = 4
	avx2Reach = 9 + 14 + 16 // bytes that are read for them
)

// search is searchGeneric, faster.
func (s *scratch) search(b []byte) []uint16 {
	switch {
	case hasVBMI:
		return s.searchVBMI(b)
	case cpu.X86.HasAVX2:
		return s.searchAVX2(b)
	}
	return s.searchGeneric(b)
}

func (s *scratch) searchAVX2(b []byte) []uint16 {
	masks := s.masks[:min(chunk, words(len(b)))]
	wideHeads(b, masks)
	return onlyComplete(b, places(s.places[:], masks, 0, 8*stride))
}

// wideHeads leaves what is less than all words, or too near to the end, to headsGeneric.
func wideHeads(b []byte, masks []uint64) {
	done := 0
	if n := min(len(masks)/avx2Words, (len(b)-avx2Reach)/(stride*avx2Words)+1); len(b) >= avx2Reach && n > 0 {
		done = n * avx2Words
		headsAVX2(&b[0], &masks[0], n)
	}
	headsGeneric(b[stride*done:], masks[done:])
}
