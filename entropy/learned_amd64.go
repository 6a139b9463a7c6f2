//go:build !purego

package entropy

// addPairs is addPairsGeneric, faster.
func addPairs(sums *[numLearned]int32, t *pairTable, b []byte) {
	if !hasAVX2 {
		addPairsGeneric(sums, t, b)
		return
	}
	for ; len(b) > mostPairs; b = b[mostPairs:] {
		addPairsAVX2(sums, t, b[:mostPairs+1])
	}
	if len(b) > 1 {
		addPairsAVX2(sums, t, b)
	}
}

// addPairsAVX2 is addPairsGeneric for 1 to mostPairs pairs.
//
//go:noescape
func addPairsAVX2(sums *[numLearned]int32, t *pairTable, b []byte)
