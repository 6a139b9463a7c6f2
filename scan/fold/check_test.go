package fold

import (
	"testing"

	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/plan"
)

// A checkpoint is made between groups: one that ends inside a group was not.
func TestFollowsWholeGroups(t *testing.T) {
	p := &plan.Plan{BlockBytes: 4096, Regions: []plan.Region{{Length: 20 << 20}}}
	for next, want := range map[int]bool{0: true, 1: false, 3: false, 4: true, 5: true, 6: false} {
		c := &State{Next: next, Done: min(int64(next)*look.PageBytes, 20<<20)}
		if err := c.follows(Terms{Plan: p, NoDigest: true}); (err == nil) != want {
			t.Errorf("%d pages: %v", next, err)
		}
	}
}

// A state is gone on with only where windows are of the sizes that are tested now.
func TestTestsWindowsOf(t *testing.T) {
	p := &plan.Plan{BlockBytes: 4096, Regions: []plan.Region{{Length: 20 << 20}}}
	for name, c := range map[string]struct {
		change func([]gather.WindowTest) []gather.WindowTest
		want   bool
	}{
		"as it is":     {func(w []gather.WindowTest) []gather.WindowTest { return w }, true},
		"one is less":  {func(w []gather.WindowTest) []gather.WindowTest { return w[1:] }, false},
		"another size": {func(w []gather.WindowTest) []gather.WindowTest { w[0].WindowBytes *= 2; return w }, false},
	} {
		st := NewState(p, 20<<20)
		if st.Windows = c.change(st.Windows); st.TestsWindowsOf(p) != c.want {
			t.Errorf("%s: %v", name, !c.want)
		}
	}
}
