package proof

import (
	"math"
	"testing"
)

// TestEvidence checks the bits of every kind of check against counting.
func TestEvidence(t *testing.T) {
	count := func(f func(e *Evidence, v uint64)) (passed int, bits float64) {
		for v := range uint64(1 << 16) {
			var e Evidence
			if f(&e, v); !e.Broken() {
				passed, bits = passed+1, e.Bits()
			}
		}
		return passed, bits
	}
	tests := []struct {
		name   string
		f      func(e *Evidence, v uint64)
		passed int
	}{
		{"is", func(e *Evidence, v uint64) { e.Is(v, 7, 2) }, 1},
		{"within", func(e *Evidence, v uint64) { e.Within(v, 10, 73, 2) }, 64},
		{"within all", func(e *Evidence, v uint64) { e.Within(v, 0, 1<<16-1, 2) }, 1 << 16},
		{"within empty", func(e *Evidence, v uint64) { e.Within(v, 9, 3, 2) }, 0},
		{"power", func(e *Evidence, v uint64) { e.Power(v, 512, 4096, 2) }, 4},
		{"mask", func(e *Evidence, v uint64) { e.Mask(v, 0x37, 2) }, 32},
		{"zero", func(e *Evidence, v uint64) { e.Zero([]byte{byte(v), byte(v >> 8)}) }, 1},
		{"text", func(e *Evidence, v uint64) { e.Text([]byte{byte(v), byte(v >> 8)}, "ab") }, 1},
	}
	for _, tt := range tests {
		passed, bits := count(tt.f)
		if passed != tt.passed {
			t.Errorf("%s: %d values pass, want %d", tt.name, passed, tt.passed)
		}
		if passed > 0 && float64(passed)*math.Exp2(bits) > 65536*1.0000001 {
			t.Errorf("%s: %.3f bits for %d of 65536 values", tt.name, bits, passed)
		}
	}
}

// A choice is paid for, and what does not fit or is too weak is no structure.
func TestFound(t *testing.T) {
	for name, c := range map[string]struct {
		steps func(e *Evidence)
		bits  float64
		ok    bool
	}{
		"strong":          {func(e *Evidence) { e.Matched(8) }, 64 - kindBits, true},
		"a choice of 4":   {func(e *Evidence) { e.Matched(8); e.Alternatives(4) }, 0, true},
		"a choice of 8":   {func(e *Evidence) { e.Matched(8); e.Alternatives(8) }, 0, false},
		"too weak":        {func(e *Evidence) { e.Matched(7); e.Want(true, 5.9) }, 0, false},
		"strong enough":   {func(e *Evidence) { e.Matched(7); e.Want(true, 6) }, MinBits, true},
		"broken":          {func(e *Evidence) { e.Matched(9); e.Want(false, 1) }, 0, false},
		"failed":          {func(e *Evidence) { e.Matched(9); e.Fail() }, 0, false},
		"mended too late": {func(e *Evidence) { e.Fail(); e.Matched(9) }, 0, false},
	} {
		var e Evidence
		c.steps(&e)
		s, ok := e.Found("k", 1, 2, "d")
		if ok != c.ok || ok && c.bits != 0 && s.Bits != c.bits || ok && (s.Kind != "k" || s.Start != 1 || s.End != 2 || s.Explained || s.Keys) {
			t.Errorf("%s: %+v %v", name, s, ok)
		}
	}
}
