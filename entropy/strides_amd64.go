//go:build !purego

package entropy

// sumPhases is sumPhasesGeneric, faster.
func sumPhases(sums *phaseSums, b []byte, at, stride int) (below bool) {
	if hasAVX2 {
		return sumPhasesAVX2(sums, &sizeWeights, &b[at], (len(b)-at)/strideStep, stride)
	}
	return sumPhasesGeneric(sums, b, at, stride)
}

// sumPhasesAVX2 is sumPhasesGeneric for 1 to 18 steps from a byte on.
//
//go:noescape
func sumPhasesAVX2(sums *phaseSums, weights *[2][16]int8, b *byte, steps, stride int) (below bool)
