package statements

import (
	"slices"
	"testing"

	"shokyo.dev/shokyo/words"
)

// TestLock: the worst statement counts, and all are told.
func TestLock(t *testing.T) {
	const none, off, unlocked, unknown, shadowed, locked = SecurityNone, SecurityOff, SecurityUnlocked, SecurityUnknown, SecurityShadowed, SecurityLocked
	a, b := words.Text{EN: "A", JA: "甲"}, words.Text{EN: "B", JA: "乙"}
	for _, test := range []struct{ a, b, want SecurityState }{
		{none, off, off}, {none, none, none}, {unlocked, none, unlocked}, {unknown, none, unknown},
		{unlocked, unknown, unknown}, {locked, unknown, locked}, {shadowed, unknown, shadowed}, {shadowed, locked, locked},
	} {
		for _, got := range []Statement[SecurityState]{lock(Stated(test.a, a), Stated(test.b, b)), lock(Stated(test.b, a), Stated(test.a, b))} {
			if got != Stated(test.want, words.Text{EN: "A; B", JA: "甲。乙"}) {
				t.Errorf("%s and %s: %+v", test.a, test.b, got)
			}
		}
	}
	if ranked := slices.Sorted(slices.Values(lockRank())); !slices.Equal(ranked, States[SecurityState]()) {
		t.Errorf("not every state has a rank, once: %v", ranked)
	}
}
