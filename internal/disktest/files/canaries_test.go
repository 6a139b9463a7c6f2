package files

import "testing"

// The check digit of the number that the ministry's own explanations use as their example.
func TestCheckDigit(t *testing.T) {
	for n, want := range map[int64]string{12345678901: "123456789018", 0: "000000000000", 1: "000000000019", 99999999999: "999999999996"} {
		if got := testNumber(n); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
