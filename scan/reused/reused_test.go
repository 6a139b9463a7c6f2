package reused

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

const (
	need      = 48 + 7 // of a medium of 1 TB, with the share
	blockSize = 4096
)

func random(seed byte, n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

func find(b []byte, need float64) (seen []proof.Observation) {
	new(Finder).Find(Span{b, 0, 0, len(b), blockSize, func(lo, hi int) bool { return hi <= len(b) }}, need, func(o, other proof.Observation) {
		if seen = append(seen, o); other.End > 0 {
			seen = append(seen, other)
		}
	})
	return seen
}

// plaintexts are a text and a program.
func plaintexts(t testing.TB) map[string][]byte {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("../../docs/detection.md")
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"text": bytes.Repeat(source, 4)[:128<<10], "program": b[4096:][:128<<10]}
}

// sectors are encrypted in CTR mode with the same counter in each.
func sectors(plain []byte, size int) []byte {
	c, _ := aes.NewCipher(random(9, 16))
	out := make([]byte, len(plain))
	for at := 0; at < len(plain); at += size {
		cipher.NewCTR(c, make([]byte, 16)).XORKeyStream(out[at:min(len(plain), at+size)], plain[at:min(len(plain), at+size)])
	}
	return out
}

func xor(plain, key []byte) []byte {
	out := make([]byte, len(plain))
	for i := range out {
		out[i] = plain[i] ^ key[i%len(key)]
	}
	return out
}

// covered is which share of the blocks was found, and by which kind first.
func covered(seen []proof.Observation, n int) (share float64, kind string) {
	blocks := map[int]bool{}
	for _, o := range seen {
		blocks[o.Start/blockSize] = true
		kind = o.Kind
	}
	return float64(len(blocks)) / float64(n/blockSize), kind
}

// least is what share of the blocks must be found: a program is found by the 64 KiB or more.
func least(name string) float64 {
	if name == "text" {
		return 0.95
	}
	return 0.4
}

func TestReusedKeystream(t *testing.T) {
	for name, plain := range plaintexts(t) {
		for _, size := range []int{512, 4096, 16 << 10} {
			share, kind := covered(find(sectors(plain, size), need), len(plain))
			if share < least(name) || kind != "reused-keystream" {
				t.Errorf("%s in sectors of %d: %.0f %% of the blocks are found as %q", name, size, 100*share, kind)
			}
		}
	}
}

func TestShortKey(t *testing.T) {
	for name, plain := range plaintexts(t) {
		for _, n := range []int{5, 13, 16, 31, 32, 64} {
			share, kind := covered(find(xor(plain, random(byte(n), n)), need), len(plain))
			if share < least(name) || kind != "repeating-key-xor" && 512%n != 0 { // what comes again after 16 bytes does after 512
				t.Errorf("%s under a key of %d bytes: %.0f %% of the blocks are found as %q", name, n, 100*share, kind)
			}
		}
	}
}

// A keystream that does not come again is not found, nor is compressed plaintext.
func TestWhatIsFine(t *testing.T) {
	for name, plain := range plaintexts(t) {
		if seen := find(sectors(plain, len(plain)), 0); len(seen) > 3 {
			t.Errorf("%s: %+v", name, seen)
		}
	}
}

// E has mean 1: what a block scores keeps the bound, at each distance and in all.
func TestNull(t *testing.T) {
	n := 512
	if testing.Short() {
		n = 48
	}
	var one, all [24]int
	var tests, blocks int
	var f Finder
	use := func(lo, hi int) bool { return hi <= 1<<20 }
	r := rand.NewChaCha8([32]byte{1})
	b := make([]byte, 1<<20)
	for range n / 16 {
		_, _ = r.Read(b)
		v := Span{b, 0, 0, len(b), blockSize, use}
		f.extract(b)
		for lo := 0; lo < len(b); lo += blockSize {
			blocks++
			f.count(&v, lo, lo+blockSize)
			for i := range f.block {
				tests++
				for s := range min(len(one), int(max(0, score(int(f.block[i].pairs), int(f.block[i].ones))))) {
					one[s]++
				}
			}
			o, _ := f.block.strongest()
			for s := range min(len(all), int(max(0, o.Bits))) {
				all[s]++
			}
		}
	}
	check := func(counts []int, n int, what string) {
		for s := 3; s < len(counts); s++ {
			if mean := math.Ldexp(float64(n), -s-1); float64(counts[s]) > mean+4*math.Sqrt(mean) {
				t.Errorf("%s: %d of %d have more than %d bits", what, counts[s], n, s)
			}
		}
	}
	check(one[:], tests, "a distance")
	check(all[:], blocks, "a block")
}

// The exact mean of E over all n+1 outcomes is 1.
func TestMeanIsOne(t *testing.T) {
	for _, n := range []int{64, 1024, 16384} {
		sum := 0.0
		for k := range n + 1 {
			p := (logFactorial(n)-logFactorial(k)-logFactorial(n-k))/math.Ln2 - float64(n)
			if s := score(n, k); s != 0 {
				sum += math.Exp2(s + p)
			}
		}
		if sum > 1 {
			t.Errorf("n = %d: %v", n, sum)
		}
	}
}

// The tests that a block makes are paid for.
func TestTestsArePaidFor(t *testing.T) {
	if 3*distances > 1<<testBits {
		t.Errorf("%d tests, %d bits", 2*distances, testBits)
	}
	if distance(distances-1) != mostUnit {
		t.Errorf("the furthest distance is %d", distance(distances-1))
	}
}

func FuzzFind(f *testing.F) {
	f.Add(xor([]byte("The quick brown fox jumps over the lazy dog."), []byte{1, 2, 3}), uint16(512), uint16(0))
	f.Fuzz(func(t *testing.T, b []byte, block, lo uint16) {
		b = bytes.Repeat(b, 4096/max(1, len(b)))
		from := min(int(lo)/512*512, len(b)/512*512)
		v := Span{b, 512, from, len(b), (int(block)/512 + 1) * 512, func(lo, hi int) bool { return lo >= 0 && hi <= len(b) }}
		new(Finder).Find(v, need, func(o, other proof.Observation) {
			if other.End < 0 || other.End > len(b) || other.Start < 0 || other.End > 0 && other.Start < o.End || o.Start < 0 || o.End > len(b) || o.Start >= o.End || o.Bits < need {
				t.Errorf("%+v", o)
			}
		})
	})
}

func BenchmarkCiphertext(b *testing.B) {
	buf := random(2, 4<<20)
	var f Finder
	v := Span{buf, 0, 0, len(buf), blockSize, func(lo, hi int) bool { return hi <= len(buf) }}
	b.SetBytes(int64(len(buf)))
	for b.Loop() {
		f.Find(v, need, func(_, _ proof.Observation) {})
	}
}
