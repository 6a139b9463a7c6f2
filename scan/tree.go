package scan

import (
	"crypto/sha256"
	"math/bits"
)

// LeafBytes is the leaf size of the tree hash.
const LeafBytes = 1 << 20

// leafHash is the hash of one leaf, RFC 6962 §2.1: SHA-256(0x00 || data).
func leafHash(data []byte) [32]byte {
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(data)
	return [32]byte(h.Sum(nil))
}

func nodeHash(left, right [32]byte) [32]byte {
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

// tree is the growing Merkle tree of RFC 6962 §2.1 in logarithmic memory: the
// roots of the complete subtrees, one for each bit set in Leaves, largest first.
type tree struct {
	Leaves uint64
	Roots  [][32]byte
}

func (t *tree) add(leaf [32]byte) {
	t.Roots = append(t.Roots, leaf)
	t.Leaves++
	for range bits.TrailingZeros64(t.Leaves) { // join subtrees of equal size
		n := len(t.Roots)
		t.Roots = append(t.Roots[:n-2], nodeHash(t.Roots[n-2], t.Roots[n-1]))
	}
}

// root is the hash of the whole tree; that of no leaves is SHA-256 of nothing.
func (t *tree) root() [32]byte {
	if len(t.Roots) == 0 {
		return sha256.Sum256(nil)
	}
	r := t.Roots[len(t.Roots)-1]
	for i := len(t.Roots) - 2; i >= 0; i-- {
		r = nodeHash(t.Roots[i], r)
	}
	return r
}
