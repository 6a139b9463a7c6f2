package fold

import (
	"slices"
	"testing"

	"shokyo.dev/shokyo/scan/medium"
)

func TestLiveMapOfFewCells(t *testing.T) {
	for cells := 1; cells <= 200; cells++ {
		st := &State{Cells: make([]cellState, cells)}
		for i := range st.Cells {
			st.Cells[i].Classes[medium.Ciphertext] = 1
		}
		st.Cells[cells-1].Classes[medium.Residue] = 1
		got := st.Map()
		if slices.Contains(got[:], medium.Unread) || got[len(got)-1] != medium.Residue {
			t.Errorf("%d cells: %v", cells, got)
		}
	}
	var none State
	if got := none.Map(); got != (LiveMap{}) {
		t.Errorf("no cells: %v", got)
	}
}

func BenchmarkLiveMap(b *testing.B) {
	st := &State{Cells: make([]cellState, MaxCells)}
	for b.Loop() {
		st.Map()
	}
}
