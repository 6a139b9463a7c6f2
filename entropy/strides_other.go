//go:build !amd64 || purego

package entropy

func sumPhases(sums *phaseSums, b []byte, at, stride int) (below bool) {
	return sumPhasesGeneric(sums, b, at, stride)
}
