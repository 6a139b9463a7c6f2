//go:build !purego

package entropy

// sumPhases is sumPhasesGeneric, faster.
func sumPhases(sums *phaseSums, b []byte, at, stride int) {
	if hasAVX2 {
		sumPhasesAVX2(sums, &sizeWeights, &b[at], (len(b)-at)/strideStep, stride)
	} else {
		sumPhasesGeneric(sums, b, at, stride)
	}
}

// sumPhasesAVX2 is sumPhasesGeneric for 1 to 18 steps from a byte on.
//
//go:noescape
func sumPhasesAVX2(sums *phaseSums, weights *[2][16]int8, b *byte, steps, stride int)

// noneTold is noneToldGeneric, faster.
func noneTold(sums *phaseSums) bool {
	if hasAVX2 {
		return noneToldAVX2(sums)
	}
	return noneToldGeneric(sums)
}

//go:noescape
func noneToldAVX2(sums *phaseSums) bool
