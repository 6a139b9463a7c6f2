//go:build !purego

package merkle

import (
	"encoding/binary"

	"golang.org/x/sys/cpu"
)

var hasPairs = cpu.X86.HasSSSE3 && hasSHA()

// state is a through h in the order that the instructions want: f e b a, h g d c.
type state = [8]uint32

var (
	// initial is FIPS 180-4 §5.3.3.
	initial = state{0x9b05688c, 0x510e527f, 0xbb67ae85, 0x6a09e667, 0x5be0cd19, 0x1f83d9ab, 0xa54ff53a, 0x3c6ef372}
	// order is where a, b … h are in it.
	order = [8]int{3, 2, 7, 6, 1, 0, 5, 4}
)

const (
	blockBytes  = 64
	lengthBytes = 8 // the length of the message in bits, at the end of the last block
)

// pair is pairGeneric, faster.
func pair(a, b []byte) (ha, hb [32]byte) {
	if !hasPairs || len(a) != len(b) || len(a) < blockBytes {
		return pairGeneric(a, b)
	}
	s, t := initial, initial
	firstA, firstB := firstBlock(a), firstBlock(b)
	blocksSHA(&s, &t, &firstA[0], &firstB[0], 1)
	a, b = a[blockBytes-1:], b[blockBytes-1:]
	if n := len(a) / blockBytes; n > 0 {
		blocksSHA(&s, &t, &a[0], &b[0], n)
	}
	lastA, n := lastBlocks(a)
	lastB, _ := lastBlocks(b)
	blocksSHA(&s, &t, &lastA[0], &lastB[0], n)
	return sum(&s), sum(&t)
}

// firstBlock is the 00 of a leaf and what follows it.
func firstBlock(leaf []byte) (block [blockBytes]byte) {
	copy(block[1:], leaf)
	return block
}

// lastBlocks is the rest of a message with its padding (FIPS 180-4 §5.1.1), in one block or two. Given is all of it that
// is behind the first block.
func lastBlocks(b []byte) (blocks [2 * blockBytes]byte, n int) {
	rest := copy(blocks[:], b[len(b)/blockBytes*blockBytes:])
	blocks[rest] = 0x80
	n = (rest + 1 + lengthBytes + blockBytes - 1) / blockBytes
	binary.BigEndian.PutUint64(blocks[n*blockBytes-lengthBytes:], uint64(blockBytes+len(b))*8)
	return blocks, n
}

func sum(s *state) (h [32]byte) {
	for i, at := range order {
		binary.BigEndian.PutUint32(h[4*i:], s[at])
	}
	return h
}

// blocksSHA is so many blocks of a into s, and of b into t.
//
//go:noescape
func blocksSHA(s, t *state, a, b *byte, n int)

// hasSHA says that the processor has the instructions for SHA-256.
func hasSHA() bool
