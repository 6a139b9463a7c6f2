//go:build !amd64 || purego

package entropy

func addPairs(sums *[numLearned]int32, t *pairTable, b []byte) { addPairsGeneric(sums, t, b) }
