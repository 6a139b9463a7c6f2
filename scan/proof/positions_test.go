package proof

import "testing"

// A detector pays for each place at which it looks.
func TestPrice(t *testing.T) {
	for tries, want := range map[Tries]float64{Once: 0, EverySector: 3, EveryByte: 12, EveryBit: 15} {
		if got := tries.Price(4096); got != want {
			t.Errorf("%d: %v bits for 4096 bytes, want %v", tries, got, want)
		}
	}
}
