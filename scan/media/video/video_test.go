package video

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// kindOf is what each film of testdata is found as, without its first bytes; some as either.
var kindOf = map[string]string{
	"av1.ivf": "av1-units ivf-frames", "av1.mp4": "av1-units", "film.flv": "flv-tags", "h264.mp4": "h264-units",
	"h264.ts":   "mpeg-ts-packets h264-units",
	"hevc.hevc": "hevc-units", "hevc.mp4": "hevc-units", "mpeg2.mpg": "mpeg-video", "mpeg4.avi": "avi-chunks", "vp9.mp4": "vp9-frames", "vp9.webm": "matroska-blocks",
}

func film(t testing.TB, name string) []byte {
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestFilmsWithoutTheirBeginning(t *testing.T) {
	for name, kind := range kindOf {
		b := film(t, name)[1200:]
		seen := find(slices.Concat(random(1, 3000), b, random(2, 3000)), need)
		if len(seen) != 1 || !strings.Contains(kind, seen[0].Kind) || seen[0].Start < 3000 || seen[0].End > 3000+len(b) || seen[0].End-seen[0].Start < len(b)/2 {
			t.Errorf("%s: %+v of %d bytes, want %s", name, seen, len(b), kind)
		}
	}
}

// Each kind of header, of random bytes with its magic numbers put in: how much rarer that makes them is known.
func TestUnitsAreFair(t *testing.T) {
	trials := 400_000
	if testing.Short() {
		trials = 60_000
	}
	for id, magic := range map[formatID]struct {
		at    int
		bytes string
	}{
		avc: {0, "\x00\x00"}, hevc: {0, "\x00\x00"}, avcCodes: {0, "\x00\x00\x01"}, hevcCodes: {0, "\x00\x00\x01"}, mpegCodes: {0, "\x00\x00\x01"},
		matroska: {0, "\xa3"}, av1: {0, "\x32"}, vp9: {0, "\x86"}, ivf: {2, "\x00\x00"}, ts188: {0, "\x47"}, flv: {0, "\x09\x00"}, avi: {0, "00dc"},
	} {
		source := rand.NewChaCha8([32]byte{byte(id)})
		b := make([]byte, 64)
		var counts [64]int
		for range trials {
			source.Read(b)
			copy(b[magic.at:], magic.bytes)
			if x, ok := formats[id].read(b, 0); ok {
				bits := id.prior().bits(b, &x)
				for s := 0; s < len(counts) && bits >= float64(s); s++ {
					counts[s]++
				}
			}
		}
		for s, n := range counts {
			allowed := math.Ldexp(float64(trials), 8*len(magic.bytes)-s)
			if float64(n) > allowed+4*math.Sqrt(allowed)+4 {
				t.Errorf("%s: %d of %d have %d bits or more, allowed are %.1f", formats[id].kind, n, trials, s, allowed)
			}
		}
	}
}

func TestCalibration(t *testing.T) {
	size := 32 << 20
	if testing.Short() {
		size = 8 << 20
	}
	var counts [40]int
	for _, o := range find(random(3, size), 4) {
		for s := 0; s < len(counts) && o.Bits >= float64(s); s++ {
			counts[s]++
		}
	}
	for s := 8; s < len(counts); s++ {
		allowed := math.Ldexp(float64(size), -s)
		if float64(counts[s]) > allowed+4*math.Sqrt(allowed) {
			t.Errorf("%d have %d bits or more, allowed are %.1f", counts[s], s, allowed)
		}
	}
	t.Log(counts)
}

// What is drawn from an urn, and from one that has learned, has chances that add up to 1.
func TestUrnsAreFair(t *testing.T) {
	b := film(t, "h264.mp4")
	u := *avc.prior()
	for range 3 {
		for _, urn := range [][]float32{u.symbols[:], u.sizes[:], u.gaps[:], u.joined[:]} {
			sum := 0.0
			for i := range urn {
				sum += math.Exp2(drawn(urn, i))
			}
			if math.Abs(sum-1) > 1e-5 {
				t.Errorf("chances add up to %v", sum)
			}
		}
		sum := 0.0
		for v := range 1 << 12 {
			bits, _ := draw(u.body[0][:12], []byte{byte(v >> 4), byte(v << 4)}, 0)
			sum += math.Exp2(bits) / (1 << 12)
		}
		if math.Abs(sum-1) > 1e-5 {
			t.Errorf("likelihood ratios have the mean %v", sum)
		}
		x, _ := readAVC(append([]byte{0, 0, 2, 0, 0x41}, b[1000:]...), 0)
		u.learn(b, &x)
	}
}

func TestSharesAddUp(t *testing.T) {
	sum := 0.0
	for _, k := range formats {
		sum += math.Exp2(-k.share)
	}
	if sum > 1 {
		t.Errorf("formats share %v of a start position", sum)
	}
}

// crafted is headers inside of headers.
func crafted(n int) map[string][]byte {
	all := map[string][]byte{
		"zeros":   make([]byte, n),
		"lengths": slices.Repeat([]byte{0, 0, 0, 4, 0x41, 0x9a, 0x20, 0x30}, n/8),
		"codes":   slices.Repeat([]byte{0, 0, 1, 0x41, 0x9a}, n/5),
		"heads":   slices.Repeat([]byte{0, 0, 1, 2, 1}, n/5),
		"blocks":  slices.Repeat([]byte{0xa3, 0x85, 0x81, 0, 0, 0x80}, n/6),
		"obus":    slices.Repeat([]byte{0x32, 9, 0x30}, n/3),
		"packets": slices.Repeat([]byte{0x47}, n),
		"frames":  slices.Repeat([]byte{0x86, 0, 0x40, 0x92, 0x9c, 0x30}, n/6),
	}
	mixed := random(9, n)
	for i := range mixed {
		mixed[i] = "\x00\x00\x00\x01\x41\x9a\x32\x47\x86\xa3\x81\x80\x00\x02\x06\x30"[mixed[i]&15]
	}
	all["mixed"] = mixed
	return all
}

func TestWorkIsBounded(t *testing.T) {
	for name, b := range crafted(1 << 20) {
		var f Finder
		f.Find(b, need, func(proof.Observation) {})
		if most := workAhead + len(b)/bytesPerWork; f.worked > most {
			t.Errorf("%s: %d units of work, at most %d are allowed", name, f.worked, most)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	b := random(5, 1<<20)
	var f Finder
	if n := testing.AllocsPerRun(3, func() { f.Find(b, need, func(proof.Observation) {}) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzFind(f *testing.F) {
	for name := range kindOf {
		f.Add(film(f, name)[1200:])
	}
	for _, b := range crafted(400) {
		f.Add(b)
	}
	var x Finder
	f.Fuzz(func(t *testing.T, b []byte) {
		last := 0
		x.Find(b, 20, func(o proof.Observation) {
			if o.Start < last || o.End <= o.Start || o.End > len(b) || o.Bits < 20 || o.Bits > 16*float64(len(b)) {
				t.Fatalf("%+v in %d bytes, behind %d", o, len(b), last)
			}
			last = o.End
		})
	})
}

func BenchmarkRandom(b *testing.B) { benchmark(b, random(1, 4<<20)) }
func BenchmarkCrafted(b *testing.B) {
	for name, buf := range crafted(1 << 20) {
		b.Run(name, func(b *testing.B) { benchmark(b, buf) })
	}
}

func benchmark(b *testing.B, buf []byte) {
	b.SetBytes(int64(len(buf)))
	var f Finder
	for b.Loop() {
		f.Find(buf, need, func(proof.Observation) {})
	}
}
