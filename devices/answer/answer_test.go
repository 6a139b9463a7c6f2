package answer

import "testing"

// TestAnswers: what nobody has answered is not known.
func TestAnswers(t *testing.T) {
	var silence Answer
	for a, want := range map[Answer]string{silence: "unknown", Of(false): "no", Of(true): "yes", 3: "unknown"} {
		if a.String() != want {
			t.Errorf("%d is %s, want %s", a, a, want)
		}
	}
}
