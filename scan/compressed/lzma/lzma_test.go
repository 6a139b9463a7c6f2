package lzma

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ulikunitz/xz"

	"shokyo.dev/shokyo/scan/proof"
)

// need is what the threshold of a medium of 1 TB asks for, with the price.
const need = 65

func randomBytes(seed byte, n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

func find(b []byte, bits float64) (all []proof.Observation) {
	new(Finder).Find(b, bits, func(o proof.Observation) { all = append(all, o) })
	return all
}

// header writes the header of a chunk, and the 00 behind it.
func (h header) bytes() (b []byte) {
	u, c := h.uncompressed-1, h.compressed-1
	switch {
	case h.kind == ending:
		return []byte{0}
	case !h.packed():
		return []byte{byte(h.kind - copyReset + 1), byte(u >> 8), byte(u)}
	}
	b = []byte{byte(0x80 + (h.kind-plain)<<5 + kind(u>>16)), byte(u >> 8), byte(u), byte(c >> 8), byte(c)}
	if h.kind >= newProperties {
		b = append(b, h.properties)
	}
	return append(b, 0)
}

// laid is the chunks one behind the other, on random bytes, from an offset on; with where each begins.
func laid(b []byte, at int, chunks []header) (starts []int) {
	for _, h := range chunks {
		h.at, h.size = at, len(h.bytes())
		copy(b[min(at, len(b)):], h.bytes())
		starts = append(starts, at)
		at = h.next()
	}
	return starts
}

// chainsOf reads testdata/chunks.txt.
func chainsOf(t testing.TB) (names []string, chains [][]header) {
	text, err := os.ReadFile("testdata/chunks.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		name, rest, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if strings.HasPrefix(line, "#") || !ok {
			continue
		}
		var chunks []header
		for _, word := range strings.Fields(rest) {
			var control byte
			h := header{properties: 0x5d}
			if _, err := fmt.Sscanf(word, "%02x,%d,%d", &control, &h.compressed, &h.uncompressed); err != nil {
				t.Fatal(word, err)
			}
			switch {
			case control >= 0x80:
				h.kind = plain + kind(control>>5&3)
			case control > 0:
				h.kind = copyReset + kind(control-1)
			default:
				h.kind = ending
			}
			chunks = append(chunks, h)
		}
		names, chains = append(names, name), append(chains, chunks)
	}
	return names, chains
}

// TestChains: of chains that programs wrote five chunks are found, in whatever place, from
// the first header to the last, to the byte.
func TestChains(t *testing.T) {
	names, chains := chainsOf(t)
	if len(chains) < 8 {
		t.Fatalf("only %d chains", len(chains))
	}
	for i, chunks := range chains {
		b := randomBytes(byte(i), 900_000)
		starts := laid(b, 12_345, chunks)
		all := find(b, need)
		last := len(starts) - 1
		for starts[last] >= len(b) {
			last--
		}
		end := starts[last] + len(chunks[last].bytes())
		if len(all) != 1 || all[0].Kind != "lzma2" || all[0].Start != 12_345 || all[0].End != end {
			t.Errorf("%s: %+v, want from 12345 to %d", names[i], all, end)
		}
		for from := 1; from+5 <= len(chunks); from++ {
			b := randomBytes(byte(i), 262_144+50_000)
			laid(b, 40_000, chunks[from:from+5])
			if best := strongest(b); best < 58 {
				t.Errorf("%s: five chunks from number %d on: %.1f bits", names[i], from, best)
			}
		}
	}
}

// TestWhatIsNeeded: a chain is reported when what it claims is what is needed, and not below.
func TestWhatIsNeeded(t *testing.T) {
	_, chains := chainsOf(t)
	b := randomBytes(1, 300_000)
	laid(b, 1000, chains[0])
	bits := strongest(b)
	if len(find(b, bits)) != 1 || len(find(b, bits+0.01)) != 0 {
		t.Errorf("%v bits: reported at %v, at more %v", bits, find(b, bits), find(b, bits+0.01))
	}
}

func strongest(b []byte) (bits float64) {
	for _, o := range find(b, 1) {
		bits = max(bits, o.Bits)
	}
	return bits
}

// TestChainEndsWhereItBreaks: what a byte was changed in is no header, and what lies behind
// it is a chain of its own.
func TestChainEndsWhereItBreaks(t *testing.T) {
	_, chains := chainsOf(t)
	for at := range headerSize {
		b := randomBytes(9, 900_000)
		starts := laid(b, 1000, chains[0])
		b[starts[6]+at] ^= 0x70 // of control, of the upper size, of the lower, …
		all := find(b, need)
		if at == 1 || at == 2 { // of the uncompressed size: it leads to the next chunk all the same
			if len(all) != 1 || all[0].End <= starts[7] {
				t.Errorf("byte %d: %+v", at, all)
			}
			continue
		}
		if len(all) != 2 || all[0].Start != 1000 || all[0].End < starts[5] || all[0].End > starts[7] || all[1].Start != starts[7] {
			t.Errorf("byte %d: %+v; chunks at %d", at, all, starts)
		}
	}
}

// TestAccidentBeforeAChain: random bytes that lead to a chain are not part of it.
func TestAccidentBeforeAChain(t *testing.T) {
	_, chains := chainsOf(t)
	b := randomBytes(3, 600_000)
	laid(b, 100_000, chains[0])
	h := header{kind: plain, compressed: 40_000, uncompressed: 100_000}
	copy(b[100_000-40_000-headerSize+1:], h.bytes())
	if all := find(b, need); len(all) != 1 || all[0].Start != 100_000 {
		t.Errorf("%+v", all)
	}
}

// TestGoXZ: a piece of a file that Go's xz wrote, without its beginning.
func TestGoXZ(t *testing.T) {
	var file bytes.Buffer
	w, err := xz.NewWriter(&file)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(randomBytes(1, 400_000))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	piece := file.Bytes()[4096:]
	b := slices.Concat(randomBytes(2, 5000), piece, randomBytes(3, 5000))
	all := find(b, 40)
	if len(all) != 2 || all[0].Kind != "lzma2" || all[1].Kind != "xz-index" {
		t.Fatalf("%+v", all)
	}
	if end := 5000 + len(piece); all[1].End != end || all[1].Bits != 32+12+8+6+16+8+32-partShare {
		t.Errorf("the index ends at %d, want %d: %+v", all[1].End, end, all[1])
	}
}

// TestPartsOfXZ: what a file begins with is found at any byte, and nothing is in which one
// byte was changed.
func TestPartsOfXZ(t *testing.T) {
	var file bytes.Buffer
	w, _ := xz.NewWriter(&file)
	w.Write(randomBytes(1, 1000))
	w.Close()
	f := file.Bytes()
	has := func(b []byte, kind string, start, end int) bool {
		return slices.ContainsFunc(find(b, need), func(o proof.Observation) bool { return o.Kind == kind && o.Start == start && o.End == end })
	}
	for _, at := range []int{0, 1, 777} {
		b := slices.Concat(randomBytes(4, at), f, randomBytes(5, 100))
		index := at + len(f) - 12 - 4*int(binary.LittleEndian.Uint32(f[len(f)-8:])+1)
		if !has(b, "xz-header", at, at+12) || !has(b, "xz-index", index, at+len(f)) {
			t.Errorf("at %d: %+v", at, find(b, need))
		}
		for i := range 12 {
			b[at+i] ^= 1
			if has(b, "xz-header", at, at+12) {
				t.Errorf("a header with byte %d changed", i)
			}
			b[at+i] ^= 1
		}
		for i := index; i < at+len(f); i++ {
			b[i] ^= 1
			if has(b, "xz-index", index, at+len(f)) {
				t.Errorf("an index with byte %d changed", i-index)
			}
			b[i] ^= 1
		}
	}
}

// TestPartsOfOthers: what 7z, plzip, xz --format=lzma and RAR 5 write, at any byte.
func TestPartsOfOthers(t *testing.T) {
	for name, c := range map[string]struct {
		kind  string
		bytes string // in hex
		bits  float64
	}{
		"7z, LZMA2":            {"7z-header", "00070b010001" + "21210118" + "0c", 81.6},
		"7z, LZMA":             {"7z-header", "00070b010001" + "23030101055d00100000" + "0c", 96.7},
		"plzip, second member": {"lzip-member", "8ecb5da1" + "0090010000000000" + "cd5a000000000000" + "4c5a4950017100", 96.9},
		"lzip":                 {"lzip-member", "4c5a4950010c00", 48.9},
		"lzma":                 {"lzma", "5d00008000ffffffffffffffff00", 106.1},
		"lzma, size known":     {"lzma", "5d00000001b17f39000000000000", 70.1},
		"RAR 5":                {"rar-end", "1d77565103050400", 64},
	} {
		part, err := hex.DecodeString(c.bytes)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []int{0, 1, 300} {
			end := at + len(part)
			b := slices.Concat(randomBytes(8, at), part, randomBytes(9, 300))
			all := find(b, 40)
			if len(all) != 1 || all[0].Kind != c.kind || all[0].Start != at || all[0].End != end || math.Abs(all[0].Bits+partShare-c.bits) > 0.1 {
				t.Errorf("%s at %d: %+v, want %d to %d", name, at, all, at, end)
			}
			b[end-1] ^= 0xc0
			if all := find(b, 40); len(all) > 0 {
				t.Errorf("%s with its last byte changed: %+v", name, all)
			}
		}
	}
	sizes := 0
	for c := range 256 {
		if isLzipSize(byte(c)) {
			sizes++
		}
	}
	alone := 0
	for top := range 32 {
		for _, n := range []uint32{1 << top, 1<<top + 1<<top>>1} {
			if isAloneSize(n) {
				alone++
			}
		}
	}
	if sizes != lzipSizes || alone != aloneSizes {
		t.Errorf("%d and %d sizes of dictionaries", sizes, alone)
	}
}

// block is a block header of xz with both sizes.
func block() []byte {
	h := []byte{0, 0xc0, 0xd6, 0xf9, 0x5e, 0x80, 0x80, 0xc0, 0x01, 0x21, 0x01, 0x16, 0, 0, 0, 0}
	h = append(h, make([]byte, 4)...)
	h[0] = byte(len(h)/4 - 1)
	binary.LittleEndian.PutUint32(h[len(h)-4:], crc32.ChecksumIEEE(h[:len(h)-4]))
	return h
}

// TestBlockHeader: with one chunk a block header of a file with many blocks is enough.
func TestBlockHeader(t *testing.T) {
	first := header{kind: dictReset, compressed: 61440, uncompressed: 200_000, properties: 0x5d}
	whole := slices.Concat(block(), first.bytes())
	b := randomBytes(6, 10_000)
	copy(b[5001:], whole)
	all := find(b, need)
	if len(all) != 1 || all[0].Start != 5001 || all[0].End != 5001+len(whole) {
		t.Fatalf("%+v", all)
	}
	for i := range block() {
		b[5001+i] ^= 4
		if all := find(b, need); len(all) > 0 {
			t.Errorf("with byte %d changed: %+v", i, all)
		}
		b[5001+i] ^= 4
	}
}

// TestModelIsNormalised: Q sums to at most 1, whatever came before. The sums go over all sizes.
func TestModelIsNormalised(t *testing.T) {
	for before, row := range follow {
		sum, byEncoder := 0.0, 0.0
		for kind, q := range row {
			if sum += q; before == int(copied) && kind == int(plain) {
				byEncoder = q
			}
		}
		if sum-byEncoder > 1+1e-9 {
			t.Errorf("behind %d: %v", before, sum)
		}
	}
	if q := follow[copied]; q[plain] != q[stateReset] {
		t.Error("what follows an uncompressed chunk is shared out by encoder, but not alike")
	}
	ready()
	for name, c := range map[string]chain{"first": begin(0), "later": {packed: header{compressed: 50_000}, holds: 200_000, copy: 60_000},
		"small": {packed: header{compressed: 9, kind: plain}, holds: 1, copy: 1}, "large": {packed: header{compressed: 65536}, holds: maxUncompressed, copy: 65536}} {
		for e := range encoders {
			compressed, given := 0.0, 0.0
			for size := 1; size <= 1<<16; size++ {
				compressed += c.weighCompressed(e, size) / 65536
				given += c.weighGivenUp(size, max(encoders[e].limit, 1<<15)) / 65536
			}
			if compressed > 1+1e-6 || given > 1+1e-6 {
				t.Errorf("%s, encoder %d: compressed %v, uncompressed %v", name, e, compressed, given)
			}
		}
		if name == "large" {
			continue
		}
		for _, size := range []int{100, 61439} {
			full, vast := 0.0, 0.0
			for u := 1; u <= maxUncompressed; u++ {
				h := header{compressed: size, uncompressed: u}
				full += c.weighUncompressed(h) / maxUncompressed
				vast += weighVast(h) / maxUncompressed
			}
			if full > 1+1e-6 || vast > 1+1e-6 {
				t.Errorf("%s, %d compressed: %v and %v", name, size, full, vast)
			}
		}
	}
	valid, usualToo := 0, false
	for p := range 256 {
		if validProperties(byte(p)) {
			valid++
			usualToo = usualToo || p == 0x5d
		}
	}
	sum := 0.0
	for e := range encoders {
		sum += encoders[e].weight
		if w := encoders[e].over; e != unknown && math.Abs(w[0]+w[1]+w[2]-1) > 1e-9 {
			t.Errorf("encoder %d: %v", e, w)
		}
	}
	if valid != 75 || !usualToo || sum > 1+1e-9 || full+vast+other > 1+1e-9 {
		t.Errorf("%d properties, encoders %v, reasons %v", valid, sum, full+vast+other)
	}
}

// TestNull: on keystream the count of scores of s bits stays under N·2^-s + 4σ.
func TestNull(t *testing.T) {
	rounds := 24 // of 4 MiB
	if testing.Short() {
		rounds = 6
	}
	var counts [64]float64
	n := 0.0
	for seed := range rounds {
		b := randomBytes(byte(100+seed), 4<<20)
		n += float64(len(b))
		for _, o := range find(b, 8) {
			for s := 8; s <= int(o.Bits); s++ {
				counts[s]++
			}
		}
	}
	for s := 8; s < len(counts); s++ {
		if most := n * math.Exp2(float64(-s)); counts[s] > most+4*math.Sqrt(most)+1 {
			t.Errorf("%v scores of %d bits in %v bytes, at most %v are allowed", counts[s], s, n, most)
		}
	}
	t.Logf("%v scores of 8 bits, %v of 12, %v of 16, %v of 20; allowed %v, %v, %v, %v", counts[8], counts[12], counts[16], counts[20], n/256, n/4096, n/65536, n/(1<<20))
}

// crafted is input on which a finder without a budget would not come to an end.
func crafted(n int) map[string][]byte {
	short := header{kind: plain, compressed: 1, uncompressed: 1}
	vast := header{kind: plain, compressed: 2, uncompressed: maxUncompressed}
	copies := header{kind: copied, uncompressed: 1}
	foot := []byte{0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 4, 'Y', 'Z'}
	binary.LittleEndian.PutUint32(foot, crc32.ChecksumIEEE(foot[4:10]))
	out := map[string][]byte{}
	for name, unit := range map[string][]byte{
		"short chunks": short.bytes(), "vast chunks": append(vast.bytes(), 0), "copies": append(copies.bytes(), 7),
		"zeros": {0}, "twos": {2}, "controls": {0x80, 0}, "footers": foot, "members": []byte("LZIP\x01\x0c\x00"), "E0": {0xe0, 0xff, 0xff, 0xf0, 0xff, 0x5d, 0},
	} {
		out[name] = bytes.Repeat(unit, n/len(unit))
	}
	return out
}

// TestWorkIsBounded: so many headers are weighed in each stretch, whatever the input is.
func TestWorkIsBounded(t *testing.T) {
	const n = 1 << 20
	for name, b := range crafted(n) {
		var f Finder
		f.Find(b, need, func(proof.Observation) {})
		if f.weighed > n/stretch*stretchSteps+n/bytesPerStep+2*stretchSteps {
			t.Errorf("%s: %d headers weighed in %d bytes", name, f.weighed, n)
		}
		if f.symbols < -mostBytes-symbolsToBegin {
			t.Errorf("%s: %d symbols decoded too many in %d bytes", name, -f.symbols, n)
		}
		if name == "vast chunks" && f.weighed < 1000 {
			t.Errorf("%s: only %d headers weighed", name, f.weighed)
		}
	}
}

// What was found before is forgotten, and nothing is allocated.
func TestFinderReuse(t *testing.T) {
	_, chains := chainsOf(t)
	b := randomBytes(1, 900_000)
	laid(b, 500, chains[0])
	want := find(b, need)
	var f Finder
	for range 2 {
		var got []proof.Observation
		f.Find(b, need, func(o proof.Observation) { got = append(got, o) })
		if !slices.EqualFunc(got, want, func(a, b proof.Observation) bool { return a.Start == b.Start && a.End == b.End && a.Bits == b.Bits }) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if n := testing.AllocsPerRun(3, func() { f.Find(b, need, func(proof.Observation) {}) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzFind(f *testing.F) {
	for _, b := range crafted(2000) {
		f.Add(b)
	}
	first := header{kind: dictReset, compressed: 30, uncompressed: 200, properties: 0x5d}
	f.Add(slices.Concat(block(), first.bytes(), make([]byte, 40)))
	f.Fuzz(func(t *testing.T, b []byte) {
		last := 0
		for _, o := range find(b, 10) {
			if o.Start < 0 || o.Start >= o.End || o.End > len(b) || o.Bits < 10 || o.Kind == "" {
				t.Errorf("%+v in %d bytes, after %d", o, len(b), last)
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	buf := randomBytes(1, 4<<20)
	var f Finder
	b.SetBytes(int64(len(buf)))
	for b.Loop() {
		f.Find(buf, need, func(proof.Observation) {})
	}
}
