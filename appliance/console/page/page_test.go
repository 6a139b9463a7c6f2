package page

import (
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{RoughTime(0), "0s"}, {RoughTime(245 * time.Second), "4m05s"}, {RoughTime(3720 * time.Second), "1h02m"}, {RoughTime(100 * time.Hour), "4d04h"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

// Nothing reaches the terminal but printable ASCII and our own colours, and no more of it
// than there is room for.
func TestPaint(t *testing.T) {
	r := Row{Plain.Of("a\x1b[2J"), Red.Of("bc"), Plain.Of("")}
	for width, want := range map[int]string{10: "a?[2J\x1b[1;31mbc\x1b[0m", 6: "a?[2J\x1b[1;31m~\x1b[0m", 5: "a?[2J", 2: "a~", 0: ""} {
		if got := r.Paint(width); got != want {
			t.Errorf("%d columns: %q, want %q", width, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	rows := Wrap(Plain, "", "a b c d", 1)
	for n, want := range map[int]int{5: 4, 4: 4, 3: 3, 1: 1, 0: 0, -1: 0} {
		if got := Cut(rows, n); len(got) != want {
			t.Errorf("cut to %d: %v", n, got)
		}
	}
	if last := Cut(rows, 3)[2][0].Text; last != "   ... 2 lines more" {
		t.Errorf("%q", last)
	}
}

func TestWindow(t *testing.T) {
	for _, c := range []struct{ cursor, all, n, first, last int }{{0, 10, 4, 0, 4}, {5, 10, 4, 3, 7}, {9, 10, 4, 6, 10}, {1, 2, 4, 0, 2}, {0, 0, 4, 0, 0}} {
		if first, last := Window(c.cursor, c.all, c.n); first != c.first || last != c.last {
			t.Errorf("%+v: %d to %d", c, first, last)
		}
	}
}
