//go:build !amd64 || purego

package deflate

func (s *scratch) search(b []byte) []uint16 { return s.searchGeneric(b) }
