//go:build !amd64 || purego

package pairs

func (s *Set) mark(b []byte, marks []uint64) { s.markGeneric(b, marks) }
