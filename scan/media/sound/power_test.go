package sound

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

var powerOn = flag.String("power", "", "measure what is noticed of the files that match `PATTERN`")

// TestPower says of how many pieces of files in random bytes anything is found, where that is asked for:
// go test -run Power -v -power '/somewhere/*'
func TestPower(t *testing.T) {
	paths, err := filepath.Glob(*powerOn)
	if err != nil {
		t.Fatal(err)
	}
	const n = 200
	r := rand.New(rand.NewPCG(1, 2))
	var f Finder
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		line := []int{}
		for _, size := range []int{512, 4 << 10, 16 << 10, 64 << 10, 256 << 10} {
			found, sectors := 0, (len(b)-4096-size)/512
			if sectors < 1 {
				break
			}
			for range n {
				at := 4096 + 512*r.IntN(sectors)
				buf := make([]byte, size+2048)
				for i := range buf {
					buf[i] = byte(r.Uint32())
				}
				copy(buf[1024:], b[at:at+size])
				any := false
				f.Find(buf, need, func(o proof.Observation) { any = any || o.End > 1024 && o.Start < 1024+size })
				if any {
					found++
				}
			}
			line = append(line, found*100/n)
		}
		t.Logf("%-24s %v", filepath.Base(p), line)
	}
}
