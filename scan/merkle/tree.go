// Package merkle is the tree hash over what was read, RFC 6962 §2.1, with SHA-256. Leaves come
// in whatever order they were read, and what has to be remembered of them is little: of each
// stretch without a gap the hashes of its largest complete subtrees. A checkpoint holds that.
package merkle

import (
	"crypto/sha256"
	"math/bits"
	"slices"
)

// Leaf is the hash of one leaf, RFC 6962 §2.1: SHA-256(0x00 || data).
func Leaf(data []byte) [32]byte {
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(data)
	return [32]byte(h.Sum(nil))
}

func nodeHash(left, right [32]byte) [32]byte {
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

// Tree is the growing Merkle tree of RFC 6962 §2.1 (the same as RFC 9162 §2.1.1)
// in logarithmic memory. Leaves may come in any order, in runs: each stretch of
// leaves without a gap is a Run, and two that meet become one. Complete, it is
// a single run from leaf 0.
type Tree struct {
	Runs []Run // ascending, never touching
}

// Run is what has to be known of the leaves [From, To): the hashes of the
// largest complete subtrees inside, from left to right. Nothing else of them
// enters the root. (Transparency logs call this a compact range.) The sizes
// follow from From and To: they grow, then shrink, so there are at most two of each.
type Run struct {
	From, To uint64
	Nodes    [][32]byte
}

// push appends the complete subtree of size leaves that begins at r.To, a
// multiple of size, and joins what are now two halves of one larger subtree.
func (r *Run) push(node [32]byte, size uint64) {
	at := r.To
	r.To += size
	for at/size%2 == 1 && at-size >= r.From { // it is a right half, and the left one is here
		n := len(r.Nodes) - 1
		node, r.Nodes = nodeHash(r.Nodes[n], node), r.Nodes[:n]
		at -= size
		size *= 2
	}
	r.Nodes = append(r.Nodes, node)
}

// subtree is the size of the first node of the leaves [from, to): as large as the
// place where it begins allows, and as what is left does.
func subtree(from, to uint64) uint64 {
	largest := uint64(1) << (bits.Len64(to-from) - 1)
	if from == 0 {
		return largest
	}
	return min(largest, from&-from)
}

// size is how many nodes a run must have.
func (r *Run) size() (n int) {
	for at := r.From; at < r.To; at += subtree(at, r.To) {
		n++
	}
	return n
}

// join appends a run that begins where r ends.
func (r *Run) join(next Run) {
	at := next.From
	for _, node := range next.Nodes {
		size := subtree(at, next.To)
		r.push(node, size)
		at += size
	}
}

// Add takes leaves that follow each other, the first of them leaf number from of
// the whole tree. None of them may have been added before.
func (t *Tree) Add(from uint64, leaves ...[32]byte) {
	if len(leaves) == 0 {
		return
	}
	i, _ := slices.BinarySearchFunc(t.Runs, from, func(r Run, at uint64) int {
		if r.To < at {
			return -1
		}
		return 1
	})
	if i == len(t.Runs) || t.Runs[i].To != from {
		t.Runs = slices.Insert(t.Runs, i, Run{From: from, To: from})
	}
	r := &t.Runs[i]
	for _, h := range leaves {
		r.push(h, 1)
	}
	if i+1 < len(t.Runs) && t.Runs[i+1].From == r.To {
		r.join(t.Runs[i+1])
		t.Runs = slices.Delete(t.Runs, i+1, i+2)
	}
}

// Mark is Add without the hashes, for leaves in order: it only keeps the runs.
func (t *Tree) Mark(from, n uint64) {
	if last := len(t.Runs) - 1; last >= 0 && t.Runs[last].To == from {
		t.Runs[last].To += n
		return
	}
	t.Runs = append(t.Runs, Run{From: from, To: from + n})
}

// Fits says whether a tree that was loaded has the runs of one that was marked, and the
// hashes that they need.
func (t *Tree) Fits(marked *Tree) bool {
	return slices.EqualFunc(marked.Runs, t.Runs, func(a, b Run) bool { return a.From == b.From && a.To == b.To && a.size() == len(b.Nodes) })
}

// Root is the hash of the whole tree, once no leaf is missing; that of no leaves
// is SHA-256 of nothing.
func (t *Tree) Root() [32]byte {
	if len(t.Runs) == 0 {
		return sha256.Sum256(nil)
	}
	nodes := t.Runs[0].Nodes
	h := nodes[len(nodes)-1]
	for _, left := range slices.Backward(nodes[:len(nodes)-1]) {
		h = nodeHash(left, h)
	}
	return h
}
