package keyschedule

import (
	"bytes"
	"crypto/aes"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"unsafe"

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

// expand is the schedule of a key by FIPS 197, figure 11, byte by byte.
func expand(key []byte) []byte {
	nk := len(key) / 4
	w := slices.Clone(key)
	for i := nk; i < 4*(nk+7); i++ {
		t := slices.Clone(w[4*i-4:])
		switch {
		case i%nk == 0:
			t = []byte{sbox[t[1]] ^ rcon[i/nk], sbox[t[2]], sbox[t[3]], sbox[t[0]]}
		case nk == 8 && i%8 == 4:
			t = []byte{sbox[t[0]], sbox[t[1]], sbox[t[2]], sbox[t[3]]}
		}
		for k := range t {
			w = append(w, w[4*(i-nk)+k]^t[k])
		}
	}
	return w
}

func gmul(a, b byte) (p byte) {
	for ; b > 0; b >>= 1 {
		if b&1 != 0 {
			p ^= a
		}
		a = a<<1 ^ a>>7*0x1B
	}
	return p
}

// kept is the schedule of a key in a layout.
func kept(l layout, key []byte, swapped bool) (b []byte) {
	w := expand(key)
	for r := 0; r <= l.rounds(); r++ {
		round := slices.Clone(w[16*r : 16*r+16])
		for c := 0; l.inverse && r > 0 && r < l.rounds() && c < 16; c += 4 {
			a := slices.Clone(round[c : c+4])
			for i := range a {
				round[c+i] = gmul(a[i], 14) ^ gmul(a[(i+1)&3], 11) ^ gmul(a[(i+2)&3], 13) ^ gmul(a[(i+3)&3], 9)
			}
		}
		for c := 0; swapped && c < 16; c += 4 {
			slices.Reverse(round[c : c+4])
		}
		if l.reversed {
			b = slices.Concat(round, b)
		} else {
			b = slices.Concat(b, round)
		}
	}
	return b
}

// The examples of FIPS 197, appendix A: the last words.
func TestExpansion(t *testing.T) {
	for key, last := range map[string]string{
		"2b7e151628aed2a6abf7158809cf4f3c":                                 "d014f9a8c9ee2589e13f0cc8b6630ca6",
		"8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b":                 "e98ba06f448c773c8ecc720401002202",
		"603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4": "fe4890d1e6188d0b046df344706c631e",
	} {
		k, _ := hex.DecodeString(key)
		if w := expand(k); hex.EncodeToString(w[len(w)-16:]) != last {
			t.Errorf("%s ends with %x, want %s", key, w[len(w)-16:], last)
		}
	}
	if got := mixColumn(0x305DBFD4); got != 0xE5816604 { // appendix B, round 1: d4 bf 5d 30 becomes 04 66 81 e5
		t.Errorf("mixColumn gives %08x", got)
	}
}

// Every layout is found at every byte, whole.
func TestEveryLayout(t *testing.T) {
	noise := random(1, 4096)
	for i, l := range layouts {
		for _, swapped := range []bool{false, true} {
			for at := 300; at < 340; at++ {
				want := kept(l, random(byte(at), 4*l.key), swapped)
				b := slices.Clone(noise)
				copy(b[at:], want)
				seen := find(b, need)
				if len(seen) != 1 || seen[0].Start != at || seen[0].End != at+len(want) || !seen[0].Keys || seen[0].Explained ||
					seen[0].Bits != float64(32*(l.words()-l.key)-choiceBits) || seen[0].Kind != fmt.Sprintf("aes-%d-key-schedule", 32*l.key) {
					t.Fatalf("layout %d, swapped %v, at %d: %+v", i, swapped, at, seen)
				}
			}
		}
	}
}

// XTS has two schedules, one behind the other.
func TestBackToBack(t *testing.T) {
	one, two := kept(layouts[8], random(2, 32), false), kept(layouts[2], random(3, 32), false)
	seen := find(slices.Concat(random(4, 777), one, two, random(5, 777)), need)
	if len(seen) != 2 || seen[0].Start != 777 || seen[0].End != 777+240 || seen[1].Start != 777+240 || seen[1].End != 777+480 {
		t.Errorf("%+v", seen)
	}
}

// A schedule of which the end, or the beginning, is missing is found by what is there, and
// nothing is claimed that is not.
func TestPart(t *testing.T) {
	for i, l := range layouts {
		whole := kept(l, random(6, 4*l.key), false)
		least := 0
		for n := len(whole); n >= 16; n-- {
			for side, b := range [][]byte{slices.Concat(random(7, 500), whole[:n]), slices.Concat(whole[len(whole)-n:], random(8, 500))} {
				lo, hi := 500, 500+n
				if side == 1 {
					lo, hi = 0, n
				}
				seen := find(b, need)
				for _, o := range seen {
					if o.Start < lo || o.End > hi || o.Bits > float64(8*(n-4*l.key)-choiceBits) {
						t.Fatalf("layout %d, %d bytes: %+v", i, n, o)
					}
				}
				if len(seen) == 0 {
					least = max(least, n+1)
				}
			}
		}
		if most := 4*l.key + 64; least > most {
			t.Errorf("layout %d: %d bytes are needed, want %d at most", i, least, most)
		}
	}
}

// What of a schedule was overwritten in the middle is two of them.
func TestBroken(t *testing.T) {
	b := slices.Concat(random(9, 100), kept(layouts[2], random(10, 32), false), random(11, 100))
	b[100+120] ^= 1
	seen := find(b, need)
	if len(seen) == 0 || seen[0].Start != 100 || seen[0].End != 100+120 {
		t.Errorf("%+v", seen)
	}
}

// What Go keeps of a cipher is found in its own memory.
func TestMemoryOfAProgram(t *testing.T) {
	for _, n := range []int{16, 24, 32} {
		block, err := aes.NewCipher(random(12, n))
		if err != nil {
			t.Fatal(err)
		}
		memory := bytes.Clone(unsafe.Slice((*byte)(unsafe.Pointer(reflect.ValueOf(block).Pointer())), reflect.TypeOf(block).Elem().Size()))
		seen := find(memory, need)
		if len(seen) < 2 { // to encrypt and to decrypt
			t.Errorf("AES-%d: %+v", 8*n, seen)
		}
	}
}

// What OpenSSL keeps of a cipher (testdata/README).
func TestMemoryOfOpenSSL(t *testing.T) {
	for name, want := range map[string][]int{"openssl-aes-256-cbc-decrypt": {200}, "openssl-aes-256-xts": {100, 348}} {
		memory, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		var at []int
		for _, o := range find(memory, need) {
			if at = append(at, o.Start); o.End-o.Start != 240 {
				t.Errorf("%s: %+v", name, o)
			}
		}
		if !slices.Equal(at, want) {
			t.Errorf("%s: schedules at %d, want %d", name, at, want)
		}
	}
}

// The choices that are made at a start position are paid for.
func TestChoices(t *testing.T) {
	n := 0
	for _, l := range layouts {
		n += 2 * (l.words() - l.key)
	}
	if n > 1<<choiceBits {
		t.Errorf("%d choices, %d bits", n, choiceBits)
	}
}

// On uniform bytes the best stretch at a start position keeps its bound.
func TestNull(t *testing.T) {
	starts := 1 << 17
	if testing.Short() {
		starts = 1 << 14
	}
	f := Finder{b: random(13, starts+256), tries: math.MaxInt}
	fits, tried := 0, 0
	for start := range starts {
		for i := range layouts {
			l := &layouts[i]
			for _, swapped := range []bool{false, true} {
				s := schedule{&f, l, start, swapped}
				// A word that fits is worth wordBits: 16 of these are counted.
				for j := l.key; j < l.words(); j += 5 {
					tried++
					if fits16(s, j) {
						fits++
					}
				}
			}
		}
	}
	if mean := math.Ldexp(float64(tried), -16); float64(fits) > mean+4*math.Sqrt(mean)+4 || float64(fits) < mean-4*math.Sqrt(mean)-4 {
		t.Errorf("%d of %d words fit in 16 bits, expected %.1f", fits, tried, mean)
	}
	if seen := find(random(14, 64<<20>>(4*boolInt(testing.Short()))), 0); len(seen) > 0 {
		t.Errorf("%+v", seen)
	}
}

// fits16 is fits of the lower half of a word, which changes in the buffer until it does.
func fits16(s schedule, i int) bool {
	k := s.l.key
	last := s.word(i - 1)
	switch {
	case i%k == 0:
		last = subWord(last>>8|last<<24) ^ uint32(rcon[i/k])
	case k == 8 && i%8 == 4:
		last = subWord(last)
	}
	return uint16(s.word(i)^s.word(i-k)^last) == 0
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Fill, text, counters and what repeats are no schedules.
func TestWhatIsNone(t *testing.T) {
	counter := make([]byte, 1<<16)
	for i := range counter {
		counter[i] = byte(i / 4 >> (8 * (i % 4)))
	}
	for name, b := range map[string][]byte{
		"zeros": make([]byte, 1<<16), "ones": bytes.Repeat([]byte{0xFF}, 1<<16), "counter": counter,
		"text": bytes.Repeat([]byte("the quick brown fox jumps over it. "), 2000), "period 4": bytes.Repeat([]byte{1, 2, 3, 4}, 1<<14),
		"period 16": bytes.Repeat(random(15, 16), 1<<12), "period 48": bytes.Repeat(slices.Concat(random(15, 16), random(16, 16), make([]byte, 16)), 1<<10),
	} {
		if seen := find(b, need); len(seen) > 0 {
			t.Errorf("%s: %+v", name, seen)
		}
	}
}

// crafted passes the first look everywhere: b[q] = b[q-4] ^ b[q-16].
func crafted(n int) []byte {
	b := random(17, n)
	for q := 16; q < n; q++ {
		b[q] = b[q-4] ^ b[q-16]
	}
	return b
}

func TestWorkIsBounded(t *testing.T) {
	b := crafted(1 << 20)
	f := new(Finder)
	f.Find(b, need, func(o proof.Observation) { t.Errorf("%+v", o) })
	if most := len(b)/4 + 5*stretchTries; f.tried > most || f.tried < len(b)/8 {
		t.Errorf("%d words tried in %d bytes", f.tried, len(b))
	}
	if n := testing.AllocsPerRun(3, func() { f.Find(b[:1<<16], need, nil) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzFind(f *testing.F) {
	for _, l := range layouts {
		f.Add(kept(l, random(18, 4*l.key), false), byte(3))
	}
	f.Fuzz(func(t *testing.T, b []byte, pad byte) {
		b = slices.Concat(make([]byte, pad), b)
		end := 0
		for _, o := range find(b, need) {
			if o.Start < 0 || o.End > len(b) || o.End <= end || o.Start >= o.End || o.Bits < need {
				t.Errorf("%+v", o)
			}
			end = o.End
		}
	})
}

func BenchmarkCiphertext(b *testing.B) { bench(b, random(19, 1<<20)) }
func BenchmarkCrafted(b *testing.B)    { bench(b, crafted(1<<20)) }
func BenchmarkZeros(b *testing.B)      { bench(b, make([]byte, 1<<20)) }

func bench(b *testing.B, buf []byte) {
	var f Finder
	b.SetBytes(int64(len(buf)))
	for b.Loop() {
		f.Find(buf, need, func(proof.Observation) {})
	}
}
