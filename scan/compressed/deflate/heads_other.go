//go:build !amd64 || purego

package deflate

func heads(b []byte, masks []uint64) { headsGeneric(b, masks) }
