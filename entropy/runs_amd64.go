//go:build !purego

package entropy

// fold is foldGeneric, faster.
func fold(h []uint32, c []uint8) {
	if hasAVX2 {
		foldAVX2(h, c)
	} else {
		foldGeneric(h, c)
	}
}

// sum is sumGeneric, faster.
func sum(c []uint8) uint64 {
	if hasAVX2 {
		return sumAVX2(c)
	}
	return sumGeneric(c)
}

// foldAVX2 is foldGeneric for a len(h) of at least 16 and counts that add up to less than 16384.
//
//go:noescape
func foldAVX2(h []uint32, c []uint8)

// sumAVX2 is sumGeneric for whole pieces of 64 bytes.
//
//go:noescape
func sumAVX2(c []uint8) uint64
