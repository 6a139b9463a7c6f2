package video

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

var films = flag.String("films", "", "measure the power on the films in this `folder`")

// TestPower prints how many pieces of the films of a folder are noticed, in %.
func TestPower(t *testing.T) {
	if *films == "" {
		t.Skip("only with -films")
	}
	paths, _ := filepath.Glob(filepath.Join(*films, "*"))
	var f Finder
	r := rand.New(rand.NewPCG(1, 2))
	sizes := []int{4 << 10, 16 << 10, 64 << 10, 256 << 10}
	sums, counts := map[string][4]float64{}, map[string][4]float64{}
	for _, p := range paths {
		if !strings.Contains(p, *without) {
			continue
		}
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := strings.Cut(filepath.Base(p), "_")
		line := ""
		for i, n := range sizes {
			if len(b) < n+4096 {
				line += "    -"
				continue
			}
			hits, trials := 0, 60
			for range trials {
				at := 4096 + r.IntN((len(b)-n-4096)/512+1)*512
				buf := append(append(random(byte(r.IntN(256)), 5000), b[at:at+n]...), random(7, 5000)...)
				hit := false
				f.Find(buf, need, func(proof.Observation) { hit = true })
				if hit {
					hits++
				}
			}
			line += fmt.Sprintf("%5d", 100*hits/trials)
			s, c := sums[kind], counts[kind]
			s[i] += float64(100*hits) / float64(trials)
			c[i]++
			sums[kind], counts[kind] = s, c
		}
		kinds := ""
		f.Find(b, need, func(o proof.Observation) {
			if len(kinds) < 100 {
				kinds += fmt.Sprintf(" %s %s %d-%d %.0f", o.Kind, o.Detail, o.Start, o.End, o.Bits)
			}
		})
		t.Logf("%-24s %8d %s   %s", filepath.Base(p), len(b), line, kinds)
	}
	for k, s := range sums {
		line := ""
		for i := range s {
			line += fmt.Sprintf("%6.1f", s[i]/counts[k][i])
		}
		t.Logf("%-10s %s", k, line)
	}
}
