package marks

import "testing"

// Craft is a label on a medium, for tests from outside.
type Craft struct {
	Kind      string
	Medium    []byte
	FromStart bool // its place counts from the beginning of the medium, not from its end
	Label     int  // where it begins
}

func Crafts(t testing.TB) (list []Craft) {
	for _, c := range crafted(t) {
		start := c.off == 9*sector || c.off == 200*sector
		list = append(list, Craft{c.kind, c.buf, start, c.off})
	}
	return list
}
