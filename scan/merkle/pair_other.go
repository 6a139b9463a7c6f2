//go:build !amd64 || purego

package merkle

func pair(a, b []byte) (ha, hb [32]byte) { return pairGeneric(a, b) }
