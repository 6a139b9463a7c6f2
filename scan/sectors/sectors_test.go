package sectors

import (
	"encoding/json"
	"testing"
)

func TestSet(t *testing.T) {
	var p Set
	set := map[int64]bool{}
	for _, x := range [][2]int64{{0, 1}, {60, 10}, {4090, 10}, {9000, 1}, {9000, 1}, {1 << 40, 5}} {
		p.Add(x[0], x[1])
		for i := range x[1] {
			set[x[0]+i] = true
		}
	}
	p.Add(-1, 1)
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var loaded Set
	if err := json.Unmarshal(b, &loaded); err != nil {
		t.Fatal(err)
	}
	for _, q := range []*Set{&p, &loaded} {
		for _, r := range [][2]int64{{0, 1 << 62}, {0, 1}, {1, 60}, {61, 64}, {64, 4096}, {4095, 4097}, {4096, 4096}, {5000, 4000}, {9000, 9001}, {1 << 40, 1<<40 + 4}} {
			want := int64(0)
			for i := range set {
				if i >= r[0] && i < r[1] {
					want++
				}
			}
			if got := q.Count(r[0], r[1]); got != want {
				t.Errorf("%v: %d, want %d", r, got, want)
			}
		}
	}
	for _, bad := range []string{`[{"Number":-1,"Bits":""}]`, `[{"Number":1,"Bits":"AA=="}]`, `{}`} {
		if err := json.Unmarshal([]byte(bad), &loaded); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}
