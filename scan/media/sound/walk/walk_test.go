package walk

import (
	"math"
	"testing"
)

func budget() *Budget { return &Budget{Short: 1000, Long: 100, Need: 50} }

// The chances of all values a field can have come to 1.
func TestFieldsAreNormalised(t *testing.T) {
	for name, take := range map[string]func(*Walk){
		"mostly": func(w *Walk) { w.Mostly(4, 3, .9) },
		"is":     func(w *Walk) { w.Is(4, 9) },
		"one of": func(w *Walk) { w.OneOf(4, []float64{.5, 0, .25, .125, 0, 0, .125, 15: 0}) },
	} {
		sum := 0.
		for v := range 16 {
			w := From([]byte{byte(v << 4)}, 0, budget())
			take(&w)
			sum += math.Exp2(w.Now()) / 16
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s: %v", name, sum)
		}
	}
}

// The score is the best there was, and ends where it was.
func TestBest(t *testing.T) {
	w := From([]byte{0xaa, 0xaa, 0, 0}, 0, budget())
	w.Is(12, 0xaaa)
	w.Mostly(4, 5, .99)
	w.Is(4, 0)
	if w.Bits() != 12 || w.Now() > 10 || w.End() != 2 {
		t.Errorf("%v bits up to %d", w.Bits(), w.End())
	}
	if w.Is(8, 1); w.Alive() || w.Bits() != 12 {
		t.Errorf("after a field that does not fit: %v bits", w.Bits())
	}
}

// Bits of long chains are counted right.
func TestHuge(t *testing.T) {
	b := make([]byte, 1000)
	w := From(b, 0, &Budget{Short: 1000, Need: 1e9})
	for range 150 {
		w.Is(50, 0)
	}
	if w.Bits() != 7500 || w.Now() != 7500 {
		t.Errorf("%v bits, now %v", w.Bits(), w.Now())
	}
}

// Where bytes end a walk ends, in the last field that was there.
func TestEnd(t *testing.T) {
	w := From([]byte{1, 2, 3}, 0, budget())
	w.Is(8, 1)
	w.Take(17)
	if w.Skip(1); w.Alive() || w.Pos() != 8 || w.Bits() != 8 {
		t.Errorf("alive %v at %d", w.Alive(), w.Pos())
	}
}

// No bit is read twice.
func TestNeverBack(t *testing.T) {
	w := From([]byte{1, 2, 3}, 0, budget())
	w.Is(16, 0x102)
	if w.To(1); w.Alive() || w.Bits() != 16 {
		t.Error("went back")
	}
}

// Candidates share a budget; those that are believed have another.
func TestBudget(t *testing.T) {
	b := make([]byte, 10_000)
	for _, x := range []struct {
		bits, want int
	}{{1, 30}, {2, 60}} { // bits a field
		budget := &Budget{Short: 30, Long: 29, Need: 50}
		w, n := From(b, 0, budget), 0
		for ; w.Alive(); n++ {
			w.Is(x.bits, 0)
		}
		if n-1 != x.want || budget.Spent != n {
			t.Errorf("%d bits a field: %d fields, want %d", x.bits, n-1, x.want)
		}
	}
}

// What came of late comes again, and nothing else does.
func TestRepeated(t *testing.T) {
	var r Repeated
	for i := range byte(40) {
		if r.Again([]byte{i, 1, 2, 3, 4, 5, 6, 7}) {
			t.Errorf("%d came before", i)
		}
	}
	if !r.Again([]byte{30, 1, 2, 3, 4, 5, 6, 7, 8}) || r.Again([]byte{2, 1, 2, 3, 4, 5, 6, 7}) || r.Again([]byte{39, 1}) {
		t.Error("of late, long ago, too short")
	}
}
