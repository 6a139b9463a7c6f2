package signature

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSamples(t *testing.T) {
	var f Finder
	for i, s := range samples(t) {
		t.Run(fmt.Sprintf("%d-%s", i, s.kind), func(t *testing.T) {
			m, ok := f.At([]byte(s.data))
			if !ok || m.Kind != s.kind {
				t.Fatalf("got %+v %v, want %s", m, ok, s.kind)
			}
			if m.Length < 1 || m.Length > len(s.data) || m.Bits < Floor || m.Detail == "" {
				t.Errorf("implausible match %+v", m)
			}
			if !slices.Contains(Kinds(), m.Kind) {
				t.Errorf("kind %q is not in Kinds", m.Kind)
			}
		})
	}
}

func TestBrokenFieldIsRejected(t *testing.T) {
	var f Finder
	for i, s := range samples(t) {
		b := []byte(s.data)
		b[s.broken] ^= 0xff
		if m, ok := f.At(b); ok {
			t.Errorf("%d: %s with byte %d inverted: %+v", i, s, s.broken, m)
		}
	}
}

// Every kind has a sample, and every row of the table is used by one.
func TestSamplesCoverTable(t *testing.T) {
	all := samples(t)
	for _, k := range Kinds() {
		if !slices.ContainsFunc(all, func(s sample) bool { return s.kind == k }) {
			t.Errorf("no sample of %q", k)
		}
	}
	for _, f := range formats() {
		if !slices.ContainsFunc(all, func(s sample) bool { return s.data[f.at:f.at+len(f.magic)] == f.magic }) {
			t.Errorf("no sample with magic %q at %d", f.magic, f.at)
		}
	}
	if n := len(formats()); n > 1<<kindCost {
		t.Errorf("%d rows, but kindCost pays for %d", n, 1<<kindCost)
	}
	if n := len(Kinds()); n < 60 {
		t.Errorf("%d kinds, want 60", n)
	}
}

// However b is cut off, the answer is about what is there.
func TestTruncated(t *testing.T) {
	var f Finder
	for _, s := range samples(t) {
		full, _ := f.At([]byte(s.data))
		for n := 0; n < 2048; n += 37 {
			m, ok := f.At([]byte(s.data)[:n:n])
			if ok && (m.Length > n || n < MinBytes) {
				t.Fatalf("%s cut at %d: %+v", s, n, m)
			}
		}
		if m, ok := f.At([]byte(s.data)[:len(s.data):len(s.data)]); !ok || m != full {
			t.Errorf("%s: second answer %+v, first %+v", s, m, full)
		}
	}
}

// pool is random bytes; slice(r) is a random part of it.
type pool []byte

func newPool(seed byte) pool { return pool(noise(1<<20, seed)) }

func (p pool) slice(r *rand.Rand, n int) []byte {
	at := r.IntN(len(p) - n)
	return p[at : at+n]
}

func TestPlantedMagicIsRejected(t *testing.T) {
	each := 20000
	if testing.Short() {
		each = 1000
	}
	var f Finder
	r, random := rand.New(rand.NewChaCha8([32]byte{1})), newPool(30)
	b := make([]byte, 4096)
	for _, row := range formats() {
		for range each {
			copy(b, random.slice(r, len(b)))
			copy(b[row.at:], row.magic)
			if m, ok := f.At(b); ok {
				t.Fatalf("magic %q over random bytes: %+v", row.magic, m)
			}
		}
	}
}

// reach runs one parser and returns the bits of all its passed checks, also
// those behind the last mark: the supremum of M in the package comment.
func reach(w *workspace, row format, b []byte) float64 {
	p := proof{b: b, kind: row.kinds[0], work: w}
	if row.at == 0 {
		p.lit(row.magic)
	}
	row.confirm(&p)
	return p.bits
}

// TestBitsAreBounds checks the claim itself, P(s more bits) ≤ 2^-s, and not only
// at the start: after every step of every sample, with random bytes from there on.
func TestBitsAreBounds(t *testing.T) {
	trials := 1500
	if testing.Short() {
		trials = 200
	}
	var w workspace
	r, random := rand.New(rand.NewChaCha8([32]byte{2})), newPool(31)
	for _, s := range samples(t) {
		for _, row := range formats() {
			if s.data[row.at:row.at+len(row.magic)] != row.magic || !slices.Contains(row.kinds, s.kind) {
				continue
			}
			data := []byte(s.data[:min(len(s.data), 4096)])
			for _, cut := range steps(&w, row, data) {
				checkBound(t, &w, row, data[:cut], trials, func() []byte { return random.slice(r, len(data)) })
			}
		}
	}
}

// steps lists offsets behind which a parser's next step begins: where one more
// byte adds bits. The first is the start of the file, or the end of its magic.
func steps(w *workspace, row format, data []byte) []int {
	cuts := []int{0}
	if row.at == 0 {
		cuts[0] = len(row.magic)
	}
	last := reach(w, row, data[:cuts[0]])
	for k := cuts[0] + 1; k < min(len(data), 512) && len(cuts) < 24; k++ {
		if x := reach(w, row, data[:k:k]); x > last {
			cuts, last = append(cuts, k), x
		}
	}
	return cuts
}

func checkBound(t *testing.T, w *workspace, row format, prefix []byte, trials int, random func() []byte) {
	t.Helper()
	b := slices.Clone(random())
	copy(b, prefix)
	before := reach(w, row, b[:len(prefix):len(prefix)])
	var counts [16]int
	for range trials {
		copy(b[len(prefix):], random())
		more := reach(w, row, b) - before
		for s := 1; s < len(counts); s++ {
			if more >= float64(s) {
				counts[s]++
			}
		}
	}
	for s, n := range counts {
		want := float64(trials) * math.Exp2(-float64(s))
		if s > 0 && float64(n) > want+6*math.Sqrt(want)+4 {
			t.Errorf("%s behind byte %d: %d of %d gain %d bits, at most %.0f expected", row.kinds[0], len(prefix), n, trials, s, want)
			return
		}
	}
}

func TestKindsAreDistinct(t *testing.T) {
	kinds := Kinds()
	slices.Sort(kinds)
	if n := len(slices.Compact(slices.Clone(kinds))); n != len(kinds) {
		t.Errorf("%d kinds, %d distinct", len(kinds), n)
	}
}

func FuzzAt(f *testing.F) {
	for _, s := range samples(f) {
		if len(s.data) <= 1<<14 {
			f.Add([]byte(s.data))
		}
	}
	var finder Finder
	f.Fuzz(func(t *testing.T, b []byte) {
		m, ok := finder.At(b)
		if ok && (m.Length < 1 || m.Length > len(b) || m.Bits < Floor || math.IsNaN(m.Bits) || m.Kind == "") {
			t.Fatalf("%+v for %d bytes", m, len(b))
		}
		if again, _ := new(Finder).At(b); again != m {
			t.Fatalf("%+v, but a fresh finder says %+v", m, again)
		}
	})
}

func BenchmarkRandom(b *testing.B) {
	data := []byte(noise(4<<20, 40))
	var f Finder
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for at := 0; at < len(data); at += 512 {
			if _, ok := f.At(data[at:]); ok {
				b.Fatal("match in random bytes")
			}
		}
	}
}

// BenchmarkHostile has the start of every sample in every sector, and what
// follows it runs on to the end.
func BenchmarkHostile(b *testing.B) {
	for _, s := range samples(b) {
		data := make([]byte, 1<<20)
		for at := 0; at < len(data); at += 512 {
			copy(data[at:], s.data)
		}
		var f Finder
		b.Run(s.kind, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				for at := 0; at < len(data); at += 512 {
					f.At(data[at:])
				}
			}
		})
	}
}
