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
		"a choice of 4":   {func(e *Evidence) { e.Matched(8); e.Want(true, 2); e.Alternatives(4) }, 0, true},
		"a choice of 8":   {func(e *Evidence) { e.Matched(8); e.Want(true, 2); e.Alternatives(8) }, 0, false},
		"too weak":        {func(e *Evidence) { e.Matched(7); e.Want(true, 7.9) }, 0, false},
		"strong enough":   {func(e *Evidence) { e.Matched(7); e.Want(true, 8) }, MinBits, true},
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

// TestSealed: over a checksum of 8 bits that fits one value, the mean of 2^bits is 1,
// and one that does not fit makes a structure damaged.
func TestSealed(t *testing.T) {
	mean := 0.0
	for v := range 256 {
		var e Evidence
		e.Sealed(v == 7, 8)
		if e.Broken() || e.damaged != (v != 7) {
			t.Errorf("%d: broken %v, damaged %v", v, e.Broken(), e.damaged)
		}
		mean += math.Exp2(e.Bits()) / 256
	}
	if mean > 1 {
		t.Errorf("mean of 2^bits %v", mean)
	}
	var e Evidence
	e.Want(true, 100)
	e.Sealed(false, 32)
	if s, ok := e.Found("x", 0, 512, "a thing"); !ok || s.Detail != "a thing; damaged: its checksum does not fit" {
		t.Errorf("%v %+v", ok, s)
	}
}

// TestTable: a table finds what its rows, one after the other, find, at any place in a
// sector and for magic numbers that begin with zeros.
func TestTable(t *testing.T) {
	row := func(at int, magic string) Row {
		return Row{At: at, Magic: magic, Parse: func(p Place) (Observation, bool) { return Observation{Kind: magic, Start: at}, true }}
	}
	rows := []Row{row(0, "AB"), row(0, "ABC"), row(0, "\x00\x00\x00\x02"), row(6, "44"), row(3, "\x00\x01"), row(508, "tail"), row(510, "\x55\xAA")}
	table := NewTable(rows)
	for _, r := range rows {
		b := make([]byte, 1024)
		copy(b[512+r.At:], r.Magic)
		p := Place{Buf: b, Off: 512}
		want, ok := Recognize(rows, p)
		if s, found := table.Recognize(p); !ok || !found || s.Kind != want.Kind || !table.Has((*[512]byte)(b[512:])) {
			t.Errorf("%q: %v %+v, want %+v", r.Magic, found, s, want)
		}
	}
	for _, off := range []int{-512, 513, 1024} {
		if _, ok := table.Recognize(Place{Buf: make([]byte, 1024), Off: off}); ok {
			t.Errorf("found at %d", off)
		}
	}
	if table.Has(new([512]byte)) {
		t.Error("a sector of zeros")
	}
	// A row that declines leaves the place to the next.
	declines := Row{Magic: "AB", Parse: func(Place) (Observation, bool) { return Observation{}, false }}
	if s, ok := NewTable([]Row{declines, row(0, "AB")}).Recognize(Place{Buf: append([]byte("AB"), make([]byte, 510)...)}); !ok || s.Kind != "AB" {
		t.Errorf("%v %+v", ok, s)
	}
}
