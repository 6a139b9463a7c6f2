//go:build !purego

package entropy

// fold is foldGeneric, faster.
func fold(h []uint32, c []uint8) {
	if hasAVX2 {
		foldAVX2(h, c)
	} else {
		foldGeneric(h, c)
	}
}

// sum is sumGeneric, faster.
func sum(c []uint8) uint64 {
	if hasAVX2 {
		return sumAVX2(c)
	}
	return sumGeneric(c)
}

// foldAVX2 is foldGeneric for a len(h) of at least 16 and counts that add up to less than 16384.
//
//go:noescape
func foldAVX2(h []uint32, c []uint8)

// sumAVX2 is sumGeneric for whole pieces of 64 bytes.
//
//go:noescape
func sumAVX2(c []uint8) uint64

// addRuns is addRunsGeneric, faster.
func addRuns(dst, src []uint32) {
	if hasAVX2 && len(src)%16 == 0 {
		addRunsAVX2(dst, src)
	} else {
		addRunsGeneric(dst, src)
	}
}

// tossSums is tossSumsGeneric, faster.
func tossSums(runs []uint32) (differences, squares, tosses uint64) {
	if hasAVX2 && len(runs)%8 == 0 {
		return tossSumsAVX2(runs)
	}
	return tossSumsGeneric(runs)
}

// addRunsAVX2 is addRunsGeneric for whole pieces of 16.
//
//go:noescape
func addRunsAVX2(dst, src []uint32)

// tossSumsAVX2 is tossSumsGeneric for whole pieces of 8, two of which add up to less than 2^31.
//
//go:noescape
func tossSumsAVX2(runs []uint32) (differences, squares, tosses uint64)

// words is wordsGeneric, faster.
func (c *runCounter) words(b []byte) {
	if n := (len(b) - wordsReach) / wordsBytes; hasAVX2 && n > 0 {
		wordsAVX2(c, &b[0], n)
		b = b[n*wordsBytes:]
	}
	c.wordsGeneric(b)
}

const (
	wordsBytes = 32
	wordsReach = 3 // bytes behind them that are read
)

// wordsAVX2 counts the runs that begin in n times 32 bytes.
//
//go:noescape
func wordsAVX2(c *runCounter, b *byte, n int)
