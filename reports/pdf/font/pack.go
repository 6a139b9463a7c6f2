package font

// Pack is a font with the characters that keep wants, without hints and without what
// shaping needs.
func Pack(f *Font, keep func(rune) bool) []byte {
	c := &collector{from: f, parts: map[int]int{}}
	c.part(0)
	var list []group
	for _, g := range f.groups {
		for r := g.first; r <= g.last; r++ {
			if !keep(rune(r)) {
				continue
			}
			n := uint32(c.part(int(g.glyph + r - g.first)))
			if i := len(list) - 1; i >= 0 && list[i].last == r-1 && list[i].glyph+r-list[i].first == n {
				list[i].last = r
				continue
			}
			list = append(list, group{r, r, n})
		}
	}
	return build(f, c.glyphs, list)
}
