package bar

import (
	"math"
	"testing"
)

func TestText(t *testing.T) {
	for _, c := range []struct {
		done, all int64
		n         int
		want      string
	}{
		{0, 100, 12, "[          ]"}, {1, 100, 12, "[          ]"}, {50, 100, 12, "[=====     ]"}, {99, 100, 12, "[========= ]"}, {100, 100, 12, "[==========]"},
		{-5, 100, 12, "[          ]"}, {500, 100, 12, "[==========]"}, {0, 0, 12, "[          ]"}, {5, -1, 8, "[======]"}, {1, 2, 8, "[===   ]"},
		{1, 2, 7, ""}, {1, 2, 0, ""}, {1, 2, -3, ""},
		{2 << 40, 4 << 40, 12, "[=====     ]"}, {math.MaxInt64, math.MaxInt64, 12, "[==========]"}, {math.MinInt64, math.MaxInt64, 12, "[          ]"},
	} {
		if got := Text(c.done, c.all, c.n); got != c.want {
			t.Errorf("%d of %d in %d columns: %q, want %q", c.done, c.all, c.n, got, c.want)
		}
	}
	for n := smallest; n < 200; n++ {
		if got := Text(1, 3, n); len(got) != n {
			t.Errorf("%d columns: %q", n, got)
		}
	}
}

func BenchmarkText(b *testing.B) {
	for range b.N {
		Text(1, 3, 24)
	}
}
