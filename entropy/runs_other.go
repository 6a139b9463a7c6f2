//go:build !amd64 || purego

package entropy

func fold(h []uint32, c []uint8) { foldGeneric(h, c) }

func sum(c []uint8) uint64 { return sumGeneric(c) }
