//go:build !purego

package deflate

// variants are all ways to search for heads on this machine.
func variants() map[string]func([]byte, []uint64) {
	all := map[string]func([]byte, []uint64){"generic": headsGeneric}
	for _, k := range kernels() {
		all[map[int]string{4: "AVX2", 8: "AVX-512"}[k.words]] = k.heads
	}
	return all
}
