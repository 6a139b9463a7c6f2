package sound

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

const need = 48 + 18 // of a medium of 1 TB, with what a block's positions and its share cost

func random(seed byte, n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

func find(b []byte, need float64) (seen []proof.Observation) {
	new(Finder).Find(b, need, func(o proof.Observation) { seen = append(seen, o) })
	return seen
}

// files are what encoders made (README in each testdata), by name.
func files(t testing.TB) map[string][]byte {
	all := map[string][]byte{}
	paths, _ := filepath.Glob("*/testdata/*.*")
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(p)] = b
	}
	if len(all) != len(samples) {
		t.Fatalf("%d files in testdata, want %d", len(all), len(samples))
	}
	return all
}

var samples = map[string]struct {
	kind string
	size int // of a piece in which it is found wherever that is cut
}{
	"lame.mp3":      {"mp3-frames", 1024},
	"lame-mono.mp3": {"mp3-frames", 512},
	"shine.mp3":     {"mp3-frames", 1024},
	"ffmpeg.mp2":    {"mpeg-audio-frames", 1400},
	"ffmpeg.aac":    {"adts-frames", 1024},
	"oggenc.ogg":    {"ogg-pages", 4600},
	"ffmpeg.opus":   {"ogg-pages", 1400},
	"flac.flac":     {"flac-frames", 5000},
	"ffmpeg.flac":   {"flac-frames", 6000},
	"ffmpeg.latm":   {"loas-frames", 700},
	"ffmpeg.ac3":    {"ac3-frames", 1000},
	"ffmpeg.eac3":   {"eac3-frames", 1100},
	"ffmpeg.dts":    {"dts-frames", 2400},
	"ffmpeg.wv":     {"wavpack-blocks", 1800},
}

// Pieces of files are found wherever they are cut, and nothing beyond what is theirs.
func TestPieces(t *testing.T) {
	const around = 1000
	for name, b := range files(t) {
		x := samples[name]
		for at := min(len(b)/5, len(b)-x.size); at+x.size <= len(b); at += 97 {
			buf := slices.Concat(random(1, around), b[at:at+x.size], random(2, around))
			seen := find(buf, need)
			if len(seen) == 0 {
				t.Errorf("%s from %d: nothing", name, at)
				continue
			}
			for _, o := range seen {
				if o.Kind != x.kind || o.Start < around-1 || o.End > around+x.size+around {
					t.Errorf("%s from %d: %+v", name, at, o)
				}
			}
		}
	}
}

// A whole file is one chain, up to its end.
func TestWhole(t *testing.T) {
	for name, b := range files(t) {
		buf := slices.Concat(random(1, 1000), b, random(2, 1000))
		seen := find(buf, need)
		if len(seen) == 0 || seen[len(seen)-1].End < 1000+len(b)-1500 {
			t.Errorf("%s: %+v of %d", name, seen, len(b))
		}
	}
}

// Frames of MP3 whose side information no encoder wrote are found by their headers.
func TestHeadersAlone(t *testing.T) {
	buf := random(5, 417*10)
	for at := 417; at < len(buf); at += 417 {
		copy(buf[at:], "\xff\xfb\x90\x44")
	}
	if seen := find(buf, need); len(seen) != 1 || seen[0].Start != 417 || seen[0].End != 417*9+4 {
		t.Errorf("%+v", seen)
	}
}

// Wherever in a page a piece lies it is found, once.
func TestPlaces(t *testing.T) {
	b := files(t)["lame.mp3"][2000:5000]
	for _, at := range []int{0, stretch - 3000, stretch - 1, stretch, 3*stretch - 1500, 5*stretch - 3000} {
		buf := random(4, 5*stretch)
		copy(buf[at:], b)
		seen := find(buf, need)
		if len(seen) != 1 || seen[0].Start < at || seen[0].Start > at+500 || seen[0].End > at+len(b)+4 || seen[0].End < at+len(b)-500 {
			t.Errorf("at %d: %+v", at, seen)
		}
	}
}

// Of random bytes no more starts have s bits than N·2^-s.
func TestNull(t *testing.T) {
	n := 64 << 20
	if testing.Short() {
		n = 8 << 20
	}
	above := [64]int{}
	var f Finder
	for i := range n / (4 << 20) {
		f.Find(random(byte(100+i), 4<<20), 8, func(o proof.Observation) { above[int(o.Bits)]++ })
	}
	sum := 0
	for s := 63; s >= 8; s-- {
		sum += above[s]
		if want := float64(n) * math.Exp2(-float64(s)); float64(sum) > want+4*math.Sqrt(want) {
			t.Errorf("%d of %d starts have %d bits, want %.0f at most", sum, n, s, want)
		}
	}
	if above[8]+above[9]+above[10] == 0 {
		t.Error("nothing has any bits at all")
	}
}

// Families share the chance of a start.
func TestShares(t *testing.T) {
	sum := 0.
	for _, x := range families {
		sum += math.Exp2(-x.share)
		if x.share > mostShare {
			t.Errorf("%#x pays more than %d bits", x.first, mostShare)
		}
	}
	if sum > 1 {
		t.Errorf("they share %v", sum)
	}
}

// Wherever a family may begin it is looked for.
func TestOpenings(t *testing.T) {
	for _, x := range families {
		for second := range 256 {
			if byte(second)&x.mask == x.want && !openings.Has(x.first, byte(second)) {
				t.Errorf("nothing begins with %02x %02x", x.first, second)
			}
		}
	}
}

// Bytes made to be read in vain cost no more than the budget.
func TestWorkIsBounded(t *testing.T) {
	all := files(t)
	for name, unit := range map[string][]byte{
		"FF":     {0xff},
		"FF FB":  {0xff, 0xfb, 0x90, 0x64},
		"free":   {0xff, 0xfb, 0x00, 0x64},
		"adts":   all["ffmpeg.aac"][600:640],
		"OggS":   []byte("OggS\x00\x00"),
		"page":   all["ffmpeg.opus"][:60],
		"FF F8":  all["flac.flac"][86:120],
		"silent": {0xff, 0xf8, 0x69, 0x08, 0x00, 0xc2, 0, 0, 0, 0, 0, 0, 0},
		"lame":   all["lame.mp3"][2000:],
	} {
		b := make([]byte, 0, 1<<20)
		for len(b) < 1<<20 {
			b = append(b, unit...)
		}
		var f Finder
		f.Find(b, need, func(proof.Observation) {})
		if most := len(b)/stretch*stretchFields + longFields*len(b); f.budget.Spent > most+most/8 {
			t.Errorf("%s: %d fields, %d at most", name, f.budget.Spent, most)
		}
	}
}

func TestNothingIsAllocated(t *testing.T) {
	b := random(3, 1<<18)
	var f Finder
	run := func() { f.Find(b, need, func(proof.Observation) {}) }
	if run(); testing.AllocsPerRun(3, run) > 0 {
		t.Error("memory is allocated on random bytes")
	}
}

func FuzzFind(f *testing.F) {
	for _, b := range files(f) {
		f.Add(b[:min(len(b), 3000)])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		last := 0
		for _, o := range find(b, 30) {
			if o.Start < last || o.End <= o.Start || o.End > len(b) || o.Kind == "" {
				t.Errorf("%+v behind %d of %d", o, last, len(b))
			}
			last = o.End
		}
	})
}

func BenchmarkCiphertext(b *testing.B) {
	buf := random(1, 4<<20)
	var f Finder
	b.SetBytes(int64(len(buf)))
	for b.Loop() {
		f.Find(buf, need, func(proof.Observation) {})
	}
}
