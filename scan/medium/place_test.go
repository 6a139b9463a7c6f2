package medium

import (
	"encoding/json"
	"slices"
	"testing"
)

// A path is written as one string, and read again step by step.
func TestPath(t *testing.T) {
	places := []Place{{Name: "p1", Start: 4096, Length: 4096}, {Name: "p2", Start: 16384, Length: 4096}}
	for off, want := range map[int64]string{0: "", 4095: "", 4096: "p1", 8191: "p1", 8192: "", 20479: "p2", 20480: ""} {
		if got := PathOf(places, off).String(); got != want {
			t.Errorf("byte %d lies in %q, want %q", off, got, want)
		}
	}
	for _, p := range []Path{nil, {"p1"}, {"p1", "lv0", "disk.qcow2"}} {
		b, err := json.Marshal(struct{ Path Path }{p})
		if err != nil {
			t.Fatal(err)
		}
		var f struct{ Path Path }
		if err := json.Unmarshal(b, &f); err != nil || !slices.Equal(f.Path, p) || (f.Path == nil) != (p == nil) {
			t.Errorf("%s: %+v, %v", b, f, err)
		}
	}
}
