package scan

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/internal/disktest"
)

// TestSoak examines generated keystream, SHOKYO_SOAK gigabytes of it (20G), and
// wants not one alarm: `make soak`.
func TestSoak(t *testing.T) {
	gigabytes, err := strconv.ParseInt(strings.TrimSuffix(os.Getenv("SHOKYO_SOAK"), "G"), 10, 32)
	if err != nil || gigabytes <= 0 {
		t.Skip("a long test: set SHOKYO_SOAK=20G, or run make soak")
	}
	size := gigabytes << 30
	p := planOver(size, Full)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	s, err := New(p, disktest.New(size, seed), Options{})
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	r, err := s.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	checkResult(t, p, r)
	t.Logf("%d GiB in %v, threshold %.1f bits, windows %+v", gigabytes, time.Since(started).Round(time.Second), r.ThresholdBits, r.Windows)
	if v := Decide(p, r); v.Outcome != NoResidue || len(r.Findings) > 0 {
		t.Errorf("%v: %v", v.Outcome, r.Findings)
	}
}
