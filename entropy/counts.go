package entropy

// counts says how often each byte value occurs in a block: of at most 65536 bytes, so that
// 32 bits would do for more.
type counts = [symbols]uint32

// countInto adds the bytes of b to h. Eight at a time is what the compiler needs to keep up with the memory.
func countInto(h *counts, b []byte) {
	for ; len(b) >= 8; b = b[8:] {
		h[b[0]]++
		h[b[1]]++
		h[b[2]]++
		h[b[3]]++
		h[b[4]]++
		h[b[5]]++
		h[b[6]]++
		h[b[7]]++
	}
	for _, c := range b {
		h[c]++
	}
}

// takeGeneric moves the counts of a sector into h, leaves zeros in their place, and gives the sum of their
// squares: the chi-square statistic of n bytes is 256/n Σ n_c² - n.
func takeGeneric(h, sector *counts) (squares uint64) {
	for c, v := range sector {
		h[c] += v
		squares += uint64(v) * uint64(v)
	}
	*sector = counts{}
	return squares
}
