package examine

import (
	"maps"
	"testing"

	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/report"
)

// Every state that a drive can report has a word in the report's pages, in both languages,
// and the table has no other.
func TestStatesHaveWords(t *testing.T) {
	left := maps.Clone(report.States)
	said[statements.RotationState](t, left)
	said[statements.HiddenState](t, left)
	said[statements.SanitizeState](t, left)
	said[statements.SecurityState](t, left)
	said[statements.DeallocatedState](t, left)
	said[statements.AfterEraseState](t, left)
	for word := range left {
		t.Errorf("%q is the word of no state", word)
	}
}

func said[S statements.AnyState](t *testing.T, left words.Table) {
	t.Helper()
	for _, s := range statements.States[S]() {
		if text := report.States[s.String()]; text[0] == "" || text[1] == "" {
			t.Errorf("%T %q has no word", s, s)
		}
		delete(left, s.String())
	}
}
