package merkle

import (
	"crypto/sha256"
	"math/rand/v2"
	"slices"
	"testing"
)

// The recursive definition of RFC 6962 §2.1, as it stands there.
func definedRoot(leaves [][]byte) [32]byte {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, leaves[0]...))
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	l, r := definedRoot(leaves[:k]), definedRoot(leaves[k:])
	return sha256.Sum256(slices.Concat([]byte{1}, l[:], r[:]))
}

func TestTreeIsRFC6962(t *testing.T) {
	var leaves [][]byte
	var grown Tree
	for n := range 70 {
		if grown.Root() != definedRoot(leaves) {
			t.Fatalf("%d leaves: root differs from the definition", n)
		}
		leaf := []byte{byte(n), 7}
		leaves = append(leaves, leaf)
		grown.Add(uint64(n), Leaf(leaf))
	}
}

// Leaves that come in runs of any length, in any order, give the same root.
func TestTreeOfRunsInAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		var leaves [][]byte
		var hashes [][32]byte
		for i := range 1 + rng.IntN(200) {
			leaves = append(leaves, []byte{byte(i), byte(i >> 8)})
			hashes = append(hashes, Leaf(leaves[i]))
		}
		var cuts [][2]int
		for at := 0; at < len(leaves); {
			n := min(len(leaves)-at, 1+rng.IntN(9))
			cuts = append(cuts, [2]int{at, at + n})
			at += n
		}
		rng.Shuffle(len(cuts), func(i, j int) { cuts[i], cuts[j] = cuts[j], cuts[i] })
		var grown Tree
		for _, c := range cuts {
			grown.Add(uint64(c[0]), hashes[c[0]:c[1]]...)
			for i, r := range grown.Runs {
				if r.size() != len(r.Nodes) || r.To <= r.From || i > 0 && grown.Runs[i-1].To >= r.From {
					t.Fatalf("runs %+v", grown.Runs)
				}
			}
		}
		if len(grown.Runs) != 1 || grown.Root() != definedRoot(leaves) {
			t.Fatalf("%d leaves in the order %v: %d runs, or another root than defined", len(leaves), cuts, len(grown.Runs))
		}
	}
}
