package entropy

import (
	"compress/flate"
	_ "embed"
	"io"
	"strings"
	"sync"
)

// Of compressed sound and pictures a sector is too short to learn their code from, but the codes are always the same: those of
// the standard, or those that the encoders of a format usually choose. So it is learned beforehand how often each byte follows
// each other byte in files of a format (train_test.go): a model of order 1, fixed for good. Huffman and range codes begin at any
// bit, and a pair of bytes holds eight bits of history for the first bit of the second byte, fifteen for its last.
//
// The table has round(16 log2(256 · P(byte | the one before))) for each pair and model. What rounding adds is taken away again, so
// that every row is an e-value exactly: Σ over the second byte of 2^(entry/16) ≤ 256, for every first byte (TestRows). The
// score of a stretch is the sum of the entries of its pairs: given the bytes before, a uniform byte multiplies its e-value by at most 1 on average. The
// first byte of a stretch, which nothing is known before, has no factor.

const (
	// numLearned is the number of models: as many entries as are added at once.
	numLearned = 16
	pairs      = symbols * symbols
)

// firstJPEG is the first of the models of JPEG, of which there are two.
const firstJPEG = 9

// JPEGBits is what the models of JPEG's scans say of b, the best of them: on uniform bytes some 20 bits below zero in 512 bytes. It is
// no score, but says soon where looking for one is worth while.
func JPEGBits(b []byte) float64 {
	var sums [numLearned]int32
	addPairs(&sums, learned(), b)
	return float64(max(sums[firstJPEG], sums[firstJPEG+1])) / laneUnit
}

// pairTable has the entries of all models for a pair of bytes one behind the other: that of the later one times 256, and the first.
type pairTable = [pairs * numLearned]int8

//go:embed learned.bin
var learnedBin string

// learned is the table. It is unpacked when first asked for.
var learned = sync.OnceValue(func() *pairTable {
	var packed [pairs * numLearned]byte
	if _, err := io.ReadFull(flate.NewReader(strings.NewReader(learnedBin)), packed[:]); err != nil {
		panic("the table of learned models cannot be unpacked: " + err.Error())
	}
	return unplane(&packed)
})

// unplane turns models one behind the other, as differences do not pack but like entries do, into entries side by side.
func unplane(packed *[pairs * numLearned]byte) *pairTable {
	t := new(pairTable)
	for model := range numLearned {
		for pair, v := range packed[model*pairs:][:pairs] {
			t[pair*numLearned+model] = int8(v)
		}
	}
	return t
}

// mostPairs is how many entries a sum of 16 bits holds.
const mostPairs = 256

// addPairsGeneric adds the entries of all pairs in b.
func addPairsGeneric(sums *[numLearned]int32, t *pairTable, b []byte) {
	for i := 1; i < len(b); i++ {
		row := t[(int(b[i])<<8|int(b[i-1]))*numLearned:][:numLearned]
		for model, v := range row {
			sums[model] += int32(v)
		}
	}
}
