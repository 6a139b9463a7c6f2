package statements

import (
	"slices"
	"testing"
)

// TestLock: the worst statement counts, and all are told.
func TestLock(t *testing.T) {
	const none, off, unlocked, unknown, shadowed, locked = SecurityNone, SecurityOff, SecurityUnlocked, SecurityUnknown, SecurityShadowed, SecurityLocked
	for _, test := range []struct{ a, b, want SecurityState }{
		{none, off, off}, {none, none, none}, {unlocked, none, unlocked}, {unknown, none, unknown},
		{unlocked, unknown, unknown}, {locked, unknown, locked}, {shadowed, unknown, shadowed}, {shadowed, locked, locked},
	} {
		for _, got := range []Statement[SecurityState]{lock(Stated(test.a, "A"), Stated(test.b, "B")), lock(Stated(test.b, "A"), Stated(test.a, "B"))} {
			if got != Stated(test.want, "A; B") {
				t.Errorf("%s and %s: %+v", test.a, test.b, got)
			}
		}
	}
	if ranked := slices.Sorted(slices.Values(lockRank())); !slices.Equal(ranked, States[SecurityState]()) {
		t.Errorf("not every state has a rank, once: %v", ranked)
	}
}
