//go:build !purego

package pairs

import "golang.org/x/sys/cpu"

// mark is markGeneric, faster.
func (s *Set) mark(b []byte, marks []uint64) {
	if cpu.X86.HasAVX2 && len(marks) > 0 {
		_ = b[step*len(marks)]
		markAVX2(&s.halves, &b[0], &marks[0], len(marks))
		return
	}
	s.markGeneric(b, marks)
}

//go:noescape
func markAVX2(halves *[4][16]byte, b *byte, marks *uint64, n int)
