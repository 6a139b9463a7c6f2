//go:build !purego

package deflate

import "golang.org/x/sys/cpu"

// variants are all ways to search for heads on this machine.
func variants() map[string]func(*scratch, []byte) []uint16 {
	all := map[string]func(*scratch, []byte) []uint16{"generic": (*scratch).searchGeneric}
	if cpu.X86.HasAVX2 {
		all["AVX2"] = (*scratch).searchAVX2
	}
	if hasVBMI {
		all["AVX-512"] = (*scratch).searchVBMI
	}
	return all
}
