//go:build !purego

package zstd

import "golang.org/x/sys/cpu"

// findStarts is findStartsGeneric, faster.
func findStarts(b []byte, marks []starts) {
	if cpu.X86.HasAVX2 && len(marks) > 0 {
		_ = b[startsBytes*len(marks)+startsReach-1]
		findStartsAVX2(&b[0], &marks[0], len(marks))
		return
	}
	findStartsGeneric(b, marks)
}

//go:noescape
func findStartsAVX2(b *byte, marks *starts, n int)
