package text

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/japanese"
)

const (
	proseJA = "市役所の窓口で受け付けた申請書は、担当課が内容を確認した後、五年間保存します。\r\n" +
		"住民票の写しを請求するときは、本人を確認できる書類（運転免許証など）をお持ちください。\r\n" +
		"データを消去したハードディスクは、検査に合格してから倉庫に移す。記録は台帳に残すこと。\r\n" +
		"お問い合わせは総務部情報システム課（内線２３４５）まで。メールでも受け付けています。\r\n"
	proseEN = "The applications received at the counter are checked by the section in charge\n" +
		"and kept for five years. A disk is moved to the store only after it has passed\n" +
		"the examination; what was done to it, when and by whom is entered in the register.\n"
)

// encode writes text in an encoding; every character of the prose exists in all of them
// but ASCII, which is given English.
func encode(t testing.TB, s string, e Encoding) []byte {
	t.Helper()
	switch e {
	case ASCII, UTF8:
		return []byte(s)
	case UTF16LE, UTF16BE:
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			lo, hi := byte(u), byte(u>>8)
			if e == UTF16BE {
				lo, hi = hi, lo
			}
			b = append(b, lo, hi)
		}
		return b
	}
	enc := japanese.ShiftJIS.NewEncoder()
	if e == EUCJP {
		enc = japanese.EUCJP.NewEncoder()
	}
	b, err := enc.Bytes([]byte(s))
	if err != nil {
		t.Fatalf("encode %s: %v", e, err)
	}
	return b
}

var samples = []struct {
	encoding Encoding
	prose    string
}{
	{ASCII, proseEN}, {UTF8, proseJA}, {ShiftJIS, proseJA}, {EUCJP, proseJA},
	{UTF16LE, proseJA}, {UTF16BE, proseJA}, {UTF16LE, proseEN}, {UTF16BE, proseEN},
}

func randomBytes(seed byte, n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

func find(b []byte, minBits float64) (runs []Run) {
	new(Finder).Find(b, minBits, func(r Run) { runs = append(runs, r) })
	return runs
}

// findPlainly is the definition: every alphabet is read from every byte, and the
// overlaps are settled once. Find must not differ from it.
func findPlainly(b []byte, minBits float64) (runs []Run) {
	var f Finder
	f.begin(b, minBits, func(r Run) { runs = append(runs, r) })
	for l := range f.lanes {
		if f.alphabet(l).unit == 1 && phase(l) == 1 {
			continue
		}
		for f.lanes[l].next < len(b) {
			f.step(l)
		}
	}
	f.settle()
	return runs
}

// checkRuns is what holds for any input.
func checkRuns(t *testing.T, b []byte, minBits float64, runs []Run) {
	t.Helper()
	end := 0
	for _, r := range runs {
		if r.Start < end || r.End <= r.Start || r.End > len(b) || r.Encoding == Unknown ||
			r.Chars < 1 || r.Chars > r.End-r.Start || r.Bits < minBits || r.Bits > MaxBits {
			t.Fatalf("bad run %+v behind %d", r, end)
		}
		end = r.End
	}
}

// Text planted in random bytes is found where it is, at every alignment and
// across the edges of windows. A byte or two of chance may join at either end.
func TestFindPlanted(t *testing.T) {
	for _, s := range samples {
		plant := encode(t, s.prose, s.encoding)
		for at := 4096; at < 4096+16; at++ {
			b := randomBytes(5, 16384)
			copy(b[at:], plant)
			runs := find(b, 51)
			checkRuns(t, b, 51, runs)
			if len(runs) != 1 {
				t.Fatalf("%s at %d: %d runs: %+v", s.encoding, at, len(runs), runs)
			}
			r := runs[0]
			// The byte order of UTF-16 without kana or kanji shows at the edges
			// only, where chance may join in: 00 54 00 68 00 as well as 54 00 68 00.
			slack := 0
			if s.prose == proseEN && s.encoding != ASCII {
				slack = 1
			}
			if r.Encoding != s.encoding && slack == 0 || r.Start > at+slack || r.Start < at-16 ||
				r.End < at+len(plant)-slack || r.End > at+len(plant)+16 {
				t.Errorf("%s at %d+%d: found %+v", s.encoding, at, len(plant), r)
			}
		}
	}
}

// Text at the very beginning and end of the buffer, and as all of it.
func TestFindEdges(t *testing.T) {
	for _, s := range samples {
		plant := encode(t, s.prose, s.encoding)
		n := len(plant)
		for _, before := range []int{0, 1, 7, 8, 9} {
			for _, after := range []int{0, 1, 7, 8, 9} {
				b := slices.Concat(bytes.Repeat([]byte{0xFF}, before), plant, bytes.Repeat([]byte{0xFF}, after))
				runs := find(b, 51)
				if len(runs) != 1 || runs[0].Start != before || runs[0].End != before+n || runs[0].Encoding != s.encoding {
					t.Errorf("%s behind %d bytes before %d: %+v, want [%d,%d)", s.encoding, before, after, runs, before, before+n)
				}
			}
		}
	}
}

// printable bytes of no language, and what ends them
func TestShortestByLengthAlone(t *testing.T) {
	for _, c := range []struct {
		alphabet int
		minBits  float64
		least    int
	}{
		{inASCII, 24, 21}, {inASCII, 51, 40}, {inASCII, 65, 50}, {inASCII, 69, 53},
		{inUTF8, 51, 50}, {inUTF8, 65, 62}, {inUTF8, 69, 66},
		{inShiftJIS, 51, 68}, {inShiftJIS, 65, 85}, {inShiftJIS, 69, 90},
		{inEUCJP, 51, 68}, {inEUCJP, 65, 85}, {inEUCJP, 69, 90},
		{inJapaneseLE, 51, 69}, {inJapaneseLE, 65, 85}, {inJapaneseLE, 69, 91},
		{inLatinLE, 51, 13}, {inLatinLE, 65, 17}, {inLatinLE, 69, 17},
	} {
		a, n := &alphabets()[c.alphabet], 0
		for float64(a.chance(n)-unionCost) < c.minBits*bit {
			n++
		}
		if n != c.least {
			t.Errorf("alphabet %d: a run reaches %v bits at %d bytes, documented: %d", c.alphabet, c.minBits, n, c.least)
		}
	}
	b := append(bytes.Repeat([]byte("#$%&'()*+,"), 4), 0)
	if runs := find(b, 51); len(runs) != 1 || runs[0].End != 40 || runs[0].Chars != 40 {
		t.Errorf("40 printable bytes: %+v", runs)
	}
	if runs := find(b[1:], 51); len(runs) != 0 {
		t.Errorf("39 printable bytes: %+v", runs)
	}
}

// Short pieces of prose: the share that is found at 51 and 69 bits (a medium of
// 96 MiB, of 20 TB). Floors, a little under what was measured.
func TestPowerOnShortText(t *testing.T) {
	for _, c := range []struct {
		sample, bytes int
		at51, at69    float64
	}{
		{0, 24, .99, .90}, {0, 32, .99, .99}, {1, 24, .98, .85}, {1, 36, .99, .99},
		{2, 24, .70, .18}, {2, 36, .99, .95}, {3, 24, .70, .20}, {3, 36, .99, .95},
		{4, 24, .42, .10}, {4, 40, .96, .65}, {4, 60, .99, .99}, {6, 16, .99, .99},
	} {
		s := samples[c.sample]
		for minBits, floor := range map[float64]float64{51: c.at51, 69: c.at69} {
			if got := power(t, s.prose, s.encoding, c.bytes, minBits); got < floor {
				t.Errorf("%s: %d bytes at %v bits: %.3f found, want %.2f", s.encoding, c.bytes, minBits, got, floor)
			} else {
				t.Logf("%s: %d bytes at %v bits: %.3f", s.encoding, c.bytes, minBits, got)
			}
		}
	}
}

func power(t *testing.T, prose string, e Encoding, n int, minBits float64) float64 {
	plant := encode(t, strings.ReplaceAll(prose, "\n", ""), e)
	b, hits, all := randomBytes(6, 1024), 0, 0
	for p := 0; p+n <= len(plant); p++ {
		c := bytes.Clone(b)
		copy(c[400+p%16:], plant[p:p+n])
		hits += min(len(find(c, minBits)), 1)
		all++
	}
	return float64(hits) / float64(all)
}

// One sentence over and over is text; so are megabytes.
func TestFindLong(t *testing.T) {
	for _, s := range samples {
		b := bytes.Repeat(encode(t, s.prose, s.encoding), 10_000)
		runs := find(b, 51)
		if len(runs) != 1 || runs[0].End != len(b) || runs[0].Bits != MaxBits {
			t.Errorf("%s: %d runs in %d bytes: %+v", s.encoding, len(runs), len(b), runs[:min(2, len(runs))])
		}
	}
}

// Long text reaches the cap in every alphabet that has its characters. Chance
// bytes at its ends, which fit some other alphabet, must not decide what it is.
func TestPlainTextIsPlain(t *testing.T) {
	english := []byte(strings.Repeat(proseEN, 150)) // 35 kB, as a licence
	utf8JA := []byte(strings.Repeat(proseJA, 100))
	for seed := range 60 {
		for e, plant := range map[Encoding][]byte{ASCII: english, UTF8: utf8JA} {
			b := randomBytes(byte(100+seed), 64<<10)
			at := 4096 + seed%16
			copy(b[at:], plant)
			for _, minBits := range []float64{24, 51} {
				runs := find(b, minBits)
				checkRuns(t, b, minBits, runs)
				if len(runs) != 1 || runs[0].Encoding != e || runs[0].Bits != MaxBits || runs[0].Start > at || runs[0].End < at+len(plant) {
					t.Errorf("seed %d, %s at %d+%d: %+v", seed, e, at, len(plant), runs)
				}
			}
		}
	}
}

// Plain text wins where it is nearly all of a run, and only there: what is
// mostly Japanese is not cut up for the ASCII in it, nor UTF-8 for its accents.
func TestPlainOnlyWhereItIsAll(t *testing.T) {
	for _, c := range []struct {
		name  string
		e     Encoding
		parts []string
		want  []Encoding
	}{
		{"a line of Japanese at the end", ShiftJIS, []string{strings.Repeat(proseEN, 40), "山田"}, []Encoding{ASCII}},
		{"a page of Japanese at the end", ShiftJIS, []string{strings.Repeat(proseEN, 40), strings.Repeat(proseJA, 40)}, []Encoding{ShiftJIS}},
		{"Japanese in the middle", EUCJP, []string{strings.Repeat(proseEN, 20), proseJA, strings.Repeat(proseEN, 20)}, []Encoding{EUCJP}},
		{"accents", UTF8, []string{strings.Repeat(proseEN, 60), "é", strings.Repeat(proseEN, 4)}, []Encoding{UTF8}},
		{"one accent at the end", UTF8, []string{strings.Repeat(proseEN, 60), "é"}, []Encoding{ASCII}},
	} {
		b := slices.Concat([]byte{0, 0, 0}, encode(t, strings.Join(c.parts, ""), c.e), []byte{0, 0, 0})
		var got []Encoding
		for _, r := range find(b, 51) {
			got = append(got, r.Encoding)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// A medium may hold several encodings side by side: nothing gets lost.
func TestFindMixed(t *testing.T) {
	var b []byte
	var ends []int
	for _, s := range samples {
		b = append(b, encode(t, s.prose, s.encoding)...)
		b = append(b, 0xFF, 0xFE, 0xFF) // or else UTF-8 goes on where ASCII ends
		ends = append(ends, len(b))
	}
	covered := 0
	seen := make([]Encoding, len(ends))
	runs := find(b, 51)
	checkRuns(t, b, 51, runs)
	for _, r := range runs {
		covered += r.End - r.Start
		i, _ := slices.BinarySearch(ends, (r.Start+r.End)/2)
		seen[i] = r.Encoding
	}
	if covered < len(b)-16*len(ends) {
		t.Errorf("%d of %d bytes covered by %+v", covered, len(b), runs)
	}
	for i, s := range samples {
		if seen[i] != s.encoding {
			t.Errorf("sample %d is %s, found as %s", i, s.encoding, seen[i])
		}
	}
}

// Random bytes: at most one run in 2^s start positions has s bits.
func TestFindNull(t *testing.T) {
	size := 64 << 20
	if testing.Short() {
		size >>= 4
	}
	const least = 16.0
	var reached [40]float64
	r, b := rand.NewChaCha8([32]byte{7}), make([]byte, 4<<20)
	var f Finder
	for range size / len(b) {
		r.Read(b)
		f.Find(b, least, func(r Run) { reached[min(int(r.Bits), len(reached)-1)]++ })
	}
	for s := len(reached) - 2; s >= least; s-- {
		reached[s] += reached[s+1]
		allowed := float64(size) * math.Exp2(float64(-s))
		if reached[s] > allowed+4*math.Sqrt(allowed) {
			t.Errorf("%.0f runs of %d bits or more, %.1f allowed", reached[s], s, allowed)
		}
	}
	t.Logf("%.0f runs of 16 bits, %.0f of 20, %.0f of 24 in %d MiB", reached[16], reached[20], reached[24], size>>20)
}

// hostile is input that keeps the search busy: bytes that fit several alphabets,
// cut now and then, pieces of text, copies of what came before.
func hostile(r *rand.Rand, n int) (b []byte) {
	sets := []string{"ab \x00", "\x00a\x00\x30", "\x81\x40\xA4\xE3\x82", "\xA4\xA2\xB0\xE0\x30",
		"\xE3\x81\x82\x00", "0Nn\xFF\x00", "\xF0\x90\x80\xC2\xA0", "\xE6\x97\xA5\x82\xA0"}
	for len(b) < n {
		switch r.IntN(4) {
		case 0:
			set := sets[r.IntN(len(sets))]
			for range r.IntN(64) {
				b = append(b, set[r.IntN(len(set))])
			}
		case 1:
			b = append(b, randomText(r, &alphabets()[r.IntN(numAlphabets)], r.IntN(48))...)
		case 2:
			if len(b) > 0 {
				p := r.IntN(len(b))
				b = append(b, b[p:min(len(b), p+r.IntN(40))]...)
			}
		default:
			b = append(b, byte(r.Uint32()))
		}
	}
	return b[:n]
}

func TestFindEqualsDefinition(t *testing.T) {
	rounds := 4000
	if testing.Short() {
		rounds /= 10
	}
	r := rand.New(rand.NewChaCha8([32]byte{8}))
	found := 0
	for i := range rounds {
		b := hostile(r, 1+r.IntN(600))
		if i%8 == 0 {
			b = randomBytes(byte(i), 4096)
		}
		minBits := []float64{0, 4, 12, 24, 40, 60}[r.IntN(6)]
		got, want := find(b, minBits), findPlainly(b, minBits)
		checkRuns(t, b, minBits, got)
		if !slices.Equal(got, want) {
			t.Fatalf("round %d at %v bits in % x:\n got %+v\nwant %+v", i, minBits, b, got, want)
		}
		found += len(got)
	}
	if found < rounds {
		t.Errorf("only %d runs in %d rounds: the inputs are too tame", found, rounds)
	}
}

// So it does where runs reach the cap, and length or plainness decides.
func TestFindEqualsDefinitionAtTheCap(t *testing.T) {
	r := rand.New(rand.NewChaCha8([32]byte{14}))
	for i := range 60 {
		var b []byte
		for range 2 + r.IntN(4) {
			s := samples[r.IntN(len(samples))]
			plant := encode(t, strings.Repeat(s.prose, 1+r.IntN(12)), s.encoding)
			b = slices.Concat(b, hostile(r, r.IntN(80)), plant[r.IntN(9):])
		}
		got, want := find(b, 24), findPlainly(b, 24)
		checkRuns(t, b, 24, got)
		if !slices.Equal(got, want) {
			t.Fatalf("round %d:\n got %+v\nwant %+v", i, got, want)
		}
	}
}

// A Finder that is used again gives what a new one gives, and keeps nothing of the caller's.
func TestFinderReuse(t *testing.T) {
	r := rand.New(rand.NewChaCha8([32]byte{9}))
	var f Finder
	for range 200 {
		b := hostile(r, 1+r.IntN(2000))
		var got []Run
		f.Find(b, 20, func(r Run) { got = append(got, r) })
		if want := find(b, 20); !slices.Equal(got, want) {
			t.Fatalf("used again: %+v\nnew: %+v", got, want)
		}
		if f.b != nil || f.emit != nil {
			t.Fatal("the buffer is still held")
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range samples {
		f.Add(encode(f, s.prose, s.encoding)[:80], uint8(40))
	}
	r := rand.New(rand.NewChaCha8([32]byte{10}))
	for range 8 {
		f.Add(hostile(r, 300), uint8(24))
	}
	f.Fuzz(func(t *testing.T, b []byte, minBits uint8) {
		got, want := find(b, float64(minBits)), findPlainly(b, float64(minBits))
		checkRuns(t, b, float64(minBits), got)
		if !slices.Equal(got, want) {
			t.Fatalf("got %+v\nwant %+v", got, want)
		}
		for _, r := range got {
			checkMask(t, Mask(b[r.Start:r.End], r.Encoding, 60), 60)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	r := rand.New(rand.NewChaCha8([32]byte{11}))
	inputs := []struct {
		name string
		data []byte
	}{
		{"random", randomBytes(11, 4<<20)},
		{"english", bytes.Repeat([]byte(proseEN), 4<<20/len(proseEN))},
		{"shift_jis", bytes.Repeat(encode(b, proseJA, ShiftJIS), 16<<10)},
		{"utf-16le", bytes.Repeat(encode(b, proseJA, UTF16LE), 16<<10)},
		{"hostile", hostile(r, 4<<20)},
		{"near-miss", bytes.Repeat([]byte("\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x00"), 4<<20/31)},
	}
	for _, in := range inputs {
		for _, minBits := range []float64{24, 51} {
			b.Run(fmt.Sprintf("%s/%v", in.name, minBits), func(b *testing.B) {
				var f Finder
				b.SetBytes(int64(len(in.data)))
				for b.Loop() {
					f.Find(in.data, minBits, func(Run) {})
				}
			})
		}
	}
}
