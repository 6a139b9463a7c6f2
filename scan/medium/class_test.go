package medium

import "testing"

func TestEveryClassHasASeverity(t *testing.T) {
	for c := range NumClasses {
		if Severity(Class(c)) < 0 {
			t.Errorf("%v has none", Class(c))
		}
	}
}
