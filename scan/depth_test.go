package scan

import (
	"bytes"
	"compress/flate"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan/detector"
)

// What is found in compressed data that cross the edge of a page is the same for any number
// of workers, and at quick depth as at full depth where there was doubt; the report says the way in.
func TestDepthsAndWorkers(t *testing.T) {
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, flate.HuffmanOnly) // nothing is copied from the page before
	for rng := rand.New(rand.NewChaCha8([32]byte{5})); packed.Len() < 900<<10; {
		fmt.Fprintf(w, "%s %d\n", base32.StdEncoding.EncodeToString(binary.LittleEndian.AppendUint64(nil, rng.Uint64())), rng.IntN(365))
	}
	m := disktest.New(12<<20, 9)
	m.Plant(PageBytes-400_000, packed.Bytes())
	var streams [2][]Finding
	for i, depth := range []Depth{Deep, Quick} {
		p := planOver(12<<20, Full)
		p.Depth = depth
		want := examine(t, p, m, Options{Workers: 1})
		for _, workers := range []int{2, 7} {
			if got := examine(t, p, m, Options{Workers: workers}); !reflect.DeepEqual(got, want) {
				t.Errorf("%v: %d workers give another result", depth, workers)
			}
		}
		for _, f := range want.Findings {
			if f.Detector == detector.Deflate || f.Detector == detector.Decoded {
				streams[i] = append(streams[i], f)
			}
		}
	}
	if len(streams[0]) != 2 || !reflect.DeepEqual(streams[0], streams[1]) {
		t.Errorf("deep: %+v, quick: %+v", streams[0], streams[1])
	}
	if f := streams[0][0]; f.Kind != "ascii" || f.Length < 700<<10 || len(f.Path) != 1 {
		t.Errorf("inside: %+v", f)
	}
}
