package form

import "testing"

// A stick with an identity offers it; when the stick is gone, nobody is asked for
// its passphrase, and what somebody chose by hand stays while nothing changes.
func TestHaveIdentity(t *testing.T) {
	f := New()
	for i, c := range []struct {
		name   string
		exists bool
		turn   bool
		want   string
	}{
		{"", false, false, "throw-away identity"},
		{"Lab", true, false, "lab identity: Lab"},
		{"Lab", true, true, "throw-away identity"},
		{"Lab", true, false, "throw-away identity"},
		{"Lab", true, true, "lab identity: Lab"},
		{"", false, false, "throw-away identity"},
		{"", false, true, "a new lab identity"},
		{"", false, false, "a new lab identity"},
		{"", true, false, "lab identity: (no name)"},
	} {
		f.Cursor = FieldIdentity
		if f = f.HaveIdentity(c.name, c.exists); c.turn {
			f = f.Turn(1)
		}
		if got := f.IdentityWords(); got != c.want {
			t.Errorf("%d: %s, want %s", i, got, c.want)
		}
	}
}
