//go:build !purego

package brotli

import "golang.org/x/sys/cpu"

// withoutPlain is withoutPlainGeneric, faster.
func withoutPlain(b []byte, n int) int {
	if cpu.X86.HasAVX2 && n > 0 {
		_ = b[stride*(n-1)+strideReach-1]
		return withoutPlainAVX2(&b[0], n)
	}
	return withoutPlainGeneric(b, n)
}

//go:noescape
func withoutPlainAVX2(b *byte, n int) int
