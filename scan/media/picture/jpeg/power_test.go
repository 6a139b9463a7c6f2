package jpeg

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

var power = flag.String("power", "", "pattern of files to measure power on")

func TestPower(t *testing.T) {
	names, _ := filepath.Glob(*power)
	if len(names) == 0 {
		t.Skip("no files")
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var f Finder
	for _, size := range []int{512, 4096, 16384} {
		found, n := 0, 0
		for n < 400 {
			b, err := os.ReadFile(names[rng.IntN(len(names))])
			if err != nil {
				t.Fatal(err)
			}
			if len(b) < 4096+size+512 {
				continue
			}
			at := 4096 + 512*rng.IntN((len(b)-4096-size)/512+1)
			buf, hit := random(byte(n), 8192+size), 0
			copy(buf[4096:], b[at:at+size])
			f.Find(buf, need+1.4, func(proof.Observation) { hit = 1 })
			found, n = found+hit, n+1
		}
		t.Logf("%d: %d of %d", size, found, n)
	}
}
