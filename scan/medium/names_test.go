package medium

import "testing"

func TestPatternNameDoesNotTurn(t *testing.T) {
	p := []byte{0x92, 0x49, 0x24}
	for range 3 {
		if got := PatternName(p, len(p)); got != "249249" {
			t.Errorf("%x is called %s", p, got)
		}
		p = append(p[1:], p[0])
	}
}
