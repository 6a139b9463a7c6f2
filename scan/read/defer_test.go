package read

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/plan"
)

// Groups are read from left to right: w well, t trouble, s slow counts as trouble;
// a dot was skipped.
func TestSkipping(t *testing.T) {
	for _, c := range []struct {
		groups     int
		bad        [2]int // groups from, to
		want, name string
	}{
		{1000, [2]int{2, 2}, "wwwwwwwwwwwwwwwwwwww", "healthy"},
		{1000, [2]int{2, 3}, "wwtwwwwwwwwwwwwwwwww", "one bad group costs no other"},
		{1000, [2]int{2, 4}, "wwtt.wwwwwwwwwwwwwww", "two"},
		{1000, [2]int{0, 8}, "tt.t..t....wwwwwwwww", "a bad head"},
		{1000, [2]int{2, 20}, "wwtt.t..t....t......", "twice as many each time"},
		{199, [2]int{2, 9}, "wwtt.t.t.wwwwwwwwwww", "never more than 1 %"},
		{5, [2]int{0, 5}, "tt.t.", "but one"},
	} {
		got, s := "", Skipping{}
		for g := range min(20, c.groups) {
			switch {
			case g < s.To:
				got += "."
			case g >= c.bad[0] && g < c.bad[1]:
				s.Trouble(g, c.groups)
				got += "t"
			default:
				s.Well()
				got += "w"
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	s := Skipping{Streak: 1 << 40}
	if s.Trouble(7, 1_000_000); s.To != 8+10_000 {
		t.Errorf("after a long streak the next is %d", s.To)
	}
}

func TestPace(t *testing.T) {
	var p Pace
	for i, c := range []struct {
		bytes int64
		took  time.Duration
		slow  bool
	}{
		{16 << 20, time.Minute, false}, // nothing to compare with
		{16 << 20, time.Minute, false},
		{16 << 20, 16*time.Minute + time.Second, true},
		{16 << 20, 15 * time.Minute, false},
		{4096, 1900 * time.Millisecond, false}, // too little to be called slow
		{4096, 2100 * time.Millisecond, true},
	} {
		if got := p.Slow(c.bytes, c.took); got != c.slow {
			t.Errorf("group %d: slow %v", i, got)
		}
	}
}

func TestAllowance(t *testing.T) {
	var used atomic.Int64
	if a := Allow(&plan.Page{}, 0, &used); a.spent(true) || a.spent(false) {
		t.Error("patience without end ended")
	}
	second := Allow(&plan.Page{Start: 17 * look.PageBytes}, 4*time.Minute, &used) // has its own share and that of the first
	second.charge(2*time.Minute - 1)
	if second.spent(false) {
		t.Error("spent before its end")
	}
	second.charge(1)
	third := Allow(&plan.Page{Start: 18 * look.PageBytes}, 4*time.Minute, &used)
	if !second.spent(false) || second.spent(true) || third.spent(false) {
		t.Error("a page's share is not its own")
	}
	second.charge(2 * time.Minute)
	if !third.spent(true) {
		t.Error("the group has more than its time")
	}
}

func TestStretches(t *testing.T) {
	p := &plan.Plan{BlockBytes: 4096, Regions: []plan.Region{{Length: 20 * look.PageBytes}}}
	var pages []plan.Page
	for pg := range p.Pages() {
		pages = append(pages, pg)
	}
	var l Stretches
	for _, i := range []int{1, 2, 5, 9, 10, 11} {
		l.Add(&pages[i])
	}
	want := Stretches{
		{1, 3, look.PageBytes, 3 * look.PageBytes, 2 * look.PageBytes},
		{5, 6, 5 * look.PageBytes, 6 * look.PageBytes, look.PageBytes},
		{9, 12, 9 * look.PageBytes, 12 * look.PageBytes, 3 * look.PageBytes}}
	if !slices.Equal(l, want) || l.Bytes() != 6*look.PageBytes {
		t.Errorf("%v of %d bytes, want %v", l, l.Bytes(), want)
	}
	for _, i := range []int{1, 2, 5, 9} {
		l.Drop(&pages[i])
	}
	if want := (Stretches{{10, 12, 10 * look.PageBytes, 12 * look.PageBytes, 2 * look.PageBytes}}); !slices.Equal(l, want) {
		t.Errorf("%v, want %v", l, want)
	}
}
