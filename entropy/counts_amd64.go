//go:build !purego

package entropy

import "golang.org/x/sys/cpu"

var hasAVX2 = cpu.X86.HasAVX2 && cpu.X86.HasPOPCNT

// take is takeGeneric, faster.
func take(h, sector *counts) (squares uint64) {
	if hasAVX2 {
		return takeAVX2(h, sector)
	}
	return takeGeneric(h, sector)
}

// takeAVX2 is takeGeneric for sectors of less than 32768 bytes.
//
//go:noescape
func takeAVX2(h, sector *counts) (squares uint64)

// countStuffed is countStuffedGeneric, faster.
func countStuffed(b []byte) (n uint64) {
	if hasAVX2 && len(b) > 32 {
		n = countStuffedAVX2(b)
		b = b[(len(b)-1)/32*32:]
	}
	return n + countStuffedGeneric(b)
}

// countStuffedAVX2 counts the pairs of which the first byte is in the first (len(b)-1)/32*32 bytes.
//
//go:noescape
func countStuffedAVX2(b []byte) uint64
