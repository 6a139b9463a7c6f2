package video

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var trainFrom = flag.String("train", "", "fit priors.bin to the films of this `folder`")

var without = flag.String("without", "", "leave out films with this in their name")

// counted is what the chains of one film drew, by model.
type counted [numModels]bodies

// TestTrain fits what is expected of the first bits of payloads: for each bit the two figures of the beta distribution
// that make the first draws of all films likeliest. One more film, of even odds, stands for encoders that are not there.
func TestTrain(t *testing.T) {
	if *trainFrom == "" {
		t.Skip("only with -train")
	}
	paths, _ := filepath.Glob(filepath.Join(*trainFrom, "*"))
	var all []counted
	for _, p := range paths {
		if filepath.Ext(p) == ".packets" || *without != "" && strings.Contains(p, *without) {
			continue
		}
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		var c counted
		countChains(t, b, filepath.Base(p), &c)
		countFrames(b, p, &c)
		all = append(all, c)
	}
	out := make([]byte, 0, numModels*modelBytes)
	for m := range numModels {
		for class := range maxClasses {
			for i := range maxBody {
				for before := range befores {
					a := fit(all, func(c *counted) [2]float32 { return c[m][class][i][before] })
					out = append(out, a[:]...)
				}
			}
		}
	}
	if err := os.WriteFile("priors.bin", out, 0o644); err != nil {
		t.Fatal(err)
	}
}

// ofKind are formats that are looked for only in films that are named so.
var ofKind = map[string]bool{"h264": true, "hevc": true, "av1": true, "vp9": true, "mpeg": true}

// countChains takes what the chains of a film have learned.
func countChains(t *testing.T, b []byte, name string, out *counted) {
	var f Finder
	f.b = b
	for f.at = 0; f.at < len(b); f.at += stretch {
		f.scan(f.at, min(f.at+stretch, len(b)))
	}
	for id := range numFormats {
		best := slices.MaxFunc(f.open[id][:], func(a, b chain) int { return int(a.bits - b.bits) })
		if kind, _, _ := strings.Cut(formats[id].kind, "-"); best.bits < 300 || best.units < 20 || ofKind[kind] && !strings.HasPrefix(name, kind) {
			continue
		}
		t.Log(name, formats[id].kind, id, best.units, int(best.bits), "joined", best.joined)
		for class := range maxClasses {
			for i := range maxBody {
				for before := range befores {
					for bit := range 2 {
						out[modelOf[id]][class][i][before][bit] += best.body[class][i][before][bit] - id.prior().body[class][i][before][bit]
					}
				}
			}
		}
	}
}

// countFrames takes the frames of VP9 at the offsets that ffprobe gave.
func countFrames(b []byte, path string, out *counted) {
	list, err := os.ReadFile(path + ".packets")
	if err != nil {
		return
	}
	for _, line := range strings.Fields(string(list)) {
		at, err := strconv.Atoi(strings.Trim(line, ","))
		if err != nil {
			continue
		}
		if x, ok := readFrame(b, at); ok {
			var u urns
			u.learn(b, &x)
			for i := range maxBody {
				for before := range befores {
					for bit := range 2 {
						out[modelOf[vp9]][0][i][before][bit] += u.body[0][i][before][bit]
					}
				}
			}
		}
	}
}

func fit(all []counted, get func(*counted) [2]float32) (best [2]byte) {
	most := math.Inf(-1)
	for _, p := range []float64{.015, .03, .06, .1, .15, .2, .3, .4, .5, .6, .7, .8, .85, .9, .94, .97, .985} {
		for _, s := range []float64{.5, 1, 2, 4} {
			a0, a1 := s*(1-p), s*p
			score := first(a0, a1, 4, 4)
			for i := range all {
				n := get(&all[i])
				if total := n[0] + n[1]; total > 0 {
					part := min(8, total) / total
					score += first(a0, a1, float64(n[0]*part), float64(n[1]*part))
				}
			}
			if score > most {
				most, best = score, [2]byte{byte(max(1, math.Round(a0*figure))), byte(max(1, math.Round(a1*figure)))}
			}
		}
	}
	return best
}

// first is the logarithm of the chance of so many zeros and ones.
func first(a0, a1, n0, n1 float64) float64 {
	g := func(x float64) float64 { y, _ := math.Lgamma(x); return y }
	return g(a0+a1) - g(a0+a1+n0+n1) + g(a0+n0) - g(a0) + g(a1+n1) - g(a1)
}
