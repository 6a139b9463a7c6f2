//go:build !amd64 || purego

package entropy

func sumPhases(sums *phaseSums, b []byte, at, stride int) { sumPhasesGeneric(sums, b, at, stride) }

func noneTold(sums *phaseSums) bool { return noneToldGeneric(sums) }
