package proof

import (
	"math/rand/v2"
	"testing"
)

// TestTableInOrder: a table finds what its rows find one after the other, and the first of
// those that fit.
func TestTableInOrder(t *testing.T) {
	row := func(at int, magic, kind string, fits bool) Row {
		return Row{at, magic, func(p Place) (Observation, bool) { return Observation{Kind: kind, Start: p.Off}, fits }}
	}
	rows := []Row{row(0, "AB", "ab", true), row(0, "AC", "refuses", false), row(0, "A", "a", true), row(510, "\x55\xAA", "end", true), row(7, "AB", "later", true)}
	table := NewTable(rows)
	src := rand.New(rand.NewChaCha8([32]byte{1}))
	buf := make([]byte, 1024)
	seen := map[string]int{}
	for range 2000 {
		clear(buf)
		off := 512 * src.IntN(2)
		for range src.IntN(4) {
			r := rows[src.IntN(len(rows))]
			copy(buf[off+r.At:], r.Magic)
		}
		want, wantOK := Recognize(rows, Place{Buf: buf, Off: off})
		got, ok := table.Recognize(Place{Buf: buf, Off: off})
		if ok != wantOK || got.Kind != want.Kind || got.Start != want.Start {
			t.Fatalf("%+v, one after the other %+v", got, want)
		}
		seen[got.Kind]++
	}
	for _, kind := range []string{"", "ab", "a", "end", "later"} {
		if seen[kind] == 0 {
			t.Errorf("%q was never found: %v", kind, seen)
		}
	}
	for _, off := range []int{-512, 513, 1024} {
		if _, ok := table.Recognize(Place{Buf: buf, Off: off}); ok {
			t.Errorf("found at %d", off)
		}
	}
}
