package look

import (
	"archive/zip"
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/disktest/filesystems"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/seen"
)

// sight is a span of 64 KiB of ciphertext into which something is put, with what a
// look at it gives.
type sight struct {
	t      *testing.T
	buf    []byte
	lo, hi int
	base   int64
	holes  []Hole
	terms  Terms
}

func newSight(t *testing.T) *sight {
	buf := make([]byte, 64<<10)
	disktest.Keystream(3).ReadAt(buf, 0)
	return &sight{t: t, buf: buf, hi: len(buf), base: 1 << 30, terms: Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 45}}
}

func (s *sight) put(at int, b []byte) *sight { copy(s.buf[at:], b); return s }

func (s *sight) look() *seen.Span {
	s.t.Helper()
	saw := New(s.terms).Look(Span{Buf: s.buf, Base: s.base, Lo: s.lo, Hi: s.hi, Holes: s.holes})
	at := s.base + int64(s.lo)
	for _, p := range saw.Pieces {
		if p.Start != at || p.Length <= 0 {
			s.t.Fatalf("a piece of %d bytes at %d, want one at %d", p.Length, p.Start, at)
		}
		at = p.End()
	}
	if at != s.base+int64(s.hi) {
		s.t.Fatalf("the pieces end at %d, want %d", at, s.base+int64(s.hi))
	}
	return saw
}

// at is what the byte at an offset of the buffer became.
func (s *sight) at(saw *seen.Span, off int) seen.Piece {
	i := slices.IndexFunc(saw.Pieces, func(p seen.Piece) bool { return s.base+int64(off) < p.End() })
	return saw.Pieces[i]
}

// kinds are the findings as DETECTOR/KIND, in order.
func kinds(saw *seen.Span) string {
	var list []string
	for _, f := range saw.Findings {
		list = append(list, f.Detector.String()+"/"+f.Kind)
	}
	return strings.Join(list, " ")
}

// biased bytes are random but for their top bit, which is clear: no text, no pattern.
func biased(n int, seed byte) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	for i := range b {
		b[i] &= 0x7F
	}
	return b
}

const prose = "The applications received at the counter are checked by the section in charge and kept for five years. "

// TestClassesOfBlocks: what a block becomes, by the worst that it holds.
func TestClassesOfBlocks(t *testing.T) {
	zeros := func(n int) []byte { return make([]byte, n) }
	for name, c := range map[string]struct {
		put   []byte // at 8192
		want  medium.Class
		why   string
		kinds string // "": no finding
	}{
		"ciphertext":                   {nil, medium.Ciphertext, "", ""},
		"fill":                         {zeros(4096), medium.Fill, "00", ""},
		"another fill":                 {slices.Repeat([]byte{0xE5}, 4096), medium.Fill, "e5", ""},
		"fill in a block of data":      {zeros(1024), medium.Ciphertext, "", ""},
		"a pattern":                    {slices.Repeat([]byte{0x55, 0xAA}, 2048), medium.Pattern, "55aa", ""},
		"letters as a pattern":         {slices.Repeat([]byte("DCBA"), 1024), medium.Pattern, "41444342", ""},
		"a word over and over":         {slices.Repeat([]byte("Yamada, "), 512), medium.Residue, "text", "text/ascii"},
		"a sector of text":             {[]byte(strings.Repeat(prose, 5)[:512]), medium.Residue, "statistics", "text/ascii statistics/byte-distribution"},
		"a line of text":               {[]byte(prose), medium.Residue, "text", "text/ascii"},
		"bytes that are biased":        {biased(4096, 1), medium.Residue, "statistics", "statistics/byte-distribution"},
		"fill that ends in a sector":   {zeros(4096 + 200), medium.Fill, "00", ""},
		"zeros that end a sector only": {append(biased(312, 2), zeros(200)...), medium.Residue, "statistics", "statistics/byte-distribution"},
	} {
		s := newSight(t).put(8192, c.put)
		saw := s.look()
		p := s.at(saw, 8192)
		if p.Class != c.want || c.why != "" && p.Reason != c.why && c.kinds == "" {
			t.Errorf("%s: %v %q, want %v %q", name, p.Class, p.Reason, c.want, c.why)
		}
		for _, k := range strings.Fields(c.kinds) {
			if !slices.Contains(strings.Fields(kinds(saw)), k) {
				t.Errorf("%s: found %q, want %s", name, kinds(saw), k)
			}
		}
		if c.kinds == "" && len(saw.Findings) > 0 {
			t.Errorf("%s: found %q", name, kinds(saw))
		}
		if before, behind := s.at(saw, 4096), s.at(saw, 20480); before.Class != medium.Ciphertext || behind.Class != medium.Ciphertext {
			t.Errorf("%s: %v before it and %v behind it", name, before.Class, behind.Class)
		}
	}
}

// TestUnreadableStays: what was not read is neither what stands around it nor what its
// zeros look like.
func TestUnreadableStays(t *testing.T) {
	s := newSight(t).put(8192, make([]byte, 512))
	s.holes = []Hole{{8192, 8704, "EIO"}}
	saw := s.look()
	if p := s.at(saw, 8192); p.Class != medium.Unreadable || p.Reason != "EIO" || p.Length != 512 {
		t.Errorf("%+v", p)
	}
	if p := s.at(saw, 8704); p.Class != medium.Ciphertext || p.End() != s.base+12288 {
		t.Errorf("behind it: %+v", p)
	}
}

// TestStructuresPay: an observation counts from the threshold on, when positions and
// share are paid.
func TestStructuresPay(t *testing.T) {
	for d := detector.Keys; d <= detector.Marks; d++ {
		for _, c := range []struct {
			more float64
			want int
		}{{-0.01, 0}, {0.01, 1}} {
			s := &segment{Terms: Terms{BlockBytes: 4096, Threshold: 48}, positions: 3, buf: make([]byte, 4096), hi: 4096}
			s.classifySectors(nil)
			s.weigh(d, &proof.Observation{Kind: "x", Start: 0, End: 512, Bits: 48 + s.price(d) + c.more})
			if len(s.out.Findings) != c.want {
				t.Errorf("%s with %v bits above threshold and price: %d findings, want %d", d.Row().Title, c.more, len(s.out.Findings), c.want)
			}
			if c.want == 1 && (s.out.Findings[0].Bits < 48 || s.out.Findings[0].Bits > 48.1 || s.sectors[0].kind != residueSector) {
				t.Errorf("%s: %+v", d.Row().Title, s.out.Findings[0])
			}
		}
	}
}

// TestExplained: what is explained is metadata, what is not is residue, and residue and
// holes stay what they are whatever is explained there.
func TestExplained(t *testing.T) {
	for name, c := range map[string]struct {
		before    sectorKind
		explained bool
		want      sectorKind
		findings  int
	}{
		"data":           {dataSector, true, explainedSector, 0},
		"fill":           {fillSector, true, explainedSector, 0},
		"residue":        {residueSector, true, residueSector, 0},
		"a hole":         {holeSector, true, holeSector, 0},
		"not explained":  {dataSector, false, residueSector, 1},
		"no key, and it": {fillSector, false, residueSector, 1},
	} {
		s := &segment{Terms: Terms{BlockBytes: 4096}, buf: make([]byte, 4096), hi: 4096, sectors: make([]sector, 8)}
		s.sectors[1] = sector{kind: c.before, by: detector.Text}
		s.take(detector.Partitions, &proof.Observation{Kind: "x", Start: 512, End: 1024, Bits: 99, Explained: c.explained})
		if s.sectors[1].kind != c.want || len(s.out.Findings) != c.findings {
			t.Errorf("%s: %v with %d findings, want %v with %d", name, s.sectors[1].kind, len(s.out.Findings), c.want, c.findings)
		}
	}
}

// TestKeyHeaders: a volume that can be opened is a finding, one that was erased an explanation.
func TestKeyHeaders(t *testing.T) {
	for _, erase := range []bool{false, true} {
		v, err := filesystems.FormatLUKS2(make([]byte, 4096), "open sesame", 4)
		if err == nil && erase {
			err = v.Erase()
		}
		if err != nil {
			t.Fatal(err)
		}
		s := newSight(t)
		s.buf, s.hi = v.Image[:64<<10], 64<<10
		saw := s.look()
		live := strings.Contains(kinds(saw), "keys/live-key-slot")
		if p := s.at(saw, 0); live == erase || (p.Class == medium.Metadata) != erase || erase && len(saw.Explained.List) != 2 {
			t.Errorf("erased %v: %v, %q, %d explanations", erase, p.Class, kinds(saw), len(saw.Explained.List))
		}
	}
}

// TestContextIsTheNeighbours: what begins in the context is reported by the page that
// it belongs to, and what goes on from there is not lost.
func TestContextIsTheNeighbours(t *testing.T) {
	file, err := filesystems.FormatLUKS2(make([]byte, 4096), "open sesame", 4)
	if err != nil {
		t.Fatal(err)
	}
	s := newSight(t).put(8192, file.Image[:16384])
	s.lo = 16384
	if saw := s.look(); strings.Contains(kinds(saw), "keys/") {
		t.Errorf("a header in the context: %q", kinds(saw))
	}
	s = newSight(t).put(16384-600, []byte(strings.Repeat(prose, 12)))
	s.lo = 16384
	saw := s.look()
	if s.at(saw, 16384).Class != medium.Residue || !strings.Contains(kinds(saw), "text/ascii") || saw.Findings[0].Offset < s.base+16384 {
		t.Errorf("text across the edge: %v %q", s.at(saw, 16384).Class, kinds(saw))
	}
}

// TestSeamsHaveTheirPlace: fill that begins within a sector is taken for the end of
// overwriting only where fill of that value goes on, and plain data stands beside it.
func TestSeamsHaveTheirPlace(t *testing.T) {
	for name, c := range map[string]struct {
		behind []byte // of the sector at 4096, which is zeros from byte 44 on
		data   []byte // before
		want   medium.Class
	}{
		"fill goes on":         {make([]byte, 3584), nil, medium.Ciphertext},
		"another fill goes on": {slices.Repeat([]byte{0xFF}, 3584), nil, medium.Residue},
		"data go on":           {nil, nil, medium.Residue},
		// Too little to be seen by itself, and too odd for ciphertext.
		"fill goes on, beside few odd bytes": {make([]byte, 3584), biased(44, 7), medium.Residue},
	} {
		s := newSight(t).put(4096, c.data).put(4096+44, make([]byte, 468)).put(4608, c.behind)
		saw := s.look()
		if p := s.at(saw, 4096); p.Class != c.want || c.want == medium.Ciphertext && (p.Rim == nil || p.Rim.End != s.base+4096+44) {
			t.Errorf("%s: %v %+v (%q), want %v", name, p.Class, p.Rim, kinds(saw), c.want)
		}
	}
}

// tiles is a page made of one unit, laid end to end from the beginning of the medium.
func tiles(t *testing.T, unit []byte) *sight {
	s := newSight(t)
	s.base, s.hi = 0, max(s.hi, 12*len(unit))
	s.buf = slices.Repeat(unit, s.hi/len(unit)+1)[:s.hi]
	return s
}

// TestUnits: a page of one unit is a pattern only if nothing is seen in the unit.
func TestUnits(t *testing.T) {
	random := func(n int) []byte {
		b := make([]byte, n)
		disktest.Keystream(8).ReadAt(b, 0)
		return b
	}
	twice := random(5000)
	copy(twice[1600:], twice[:16]) // as ECB has it
	for name, c := range map[string]struct {
		unit []byte
		want medium.Class
	}{
		"random":              {random(5000), medium.Pattern},
		"biased":              {biased(5000, 3), medium.Residue},
		"16 bytes come again": {twice, medium.Residue},
	} {
		s := tiles(t, c.unit)
		saw := s.look()
		if got := s.at(saw, 32<<10).Class; (got == medium.Pattern) != (c.want == medium.Pattern) || (saw.Unit.Period > 0) != (c.want == medium.Pattern) {
			t.Errorf("%s: %v, %+v, want %v", name, got, saw.Unit, c.want)
		}
	}
}

// TestUnitsHold: a unit is no pattern where one of the detectors that sweep over bytes sees something in it.
func TestUnitsHold(t *testing.T) {
	file := func(name string) []byte {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	pieces := map[detector.ID][]byte{detector.Deflate: deflated(story(1500)), detector.Brotli: file("../compressed/brotli/testdata/c-11.br")[:2000],
		detector.Opus: file("../media/opus/testdata/opusenc.part")[5000:7500], detector.Zstd: file("../compressed/zstd/testdata/cli-19.zst")[6:6006], detector.Text: story(100),
		detector.Bzip2: file("../compressed/bzip2/testdata/bzip2-1.bz2")[:11_000], detector.LZMA: []byte("\x5d\x00\x00\x80\x00\x00\x10" + strings.Repeat("\x00", 7)),
		detector.Sound: file("../media/sound/dolby/testdata/ffmpeg.ac3"), detector.Pictures: file("../media/picture/jpeg/testdata/cjpeg-85.scan"), detector.Video: file("../media/video/testdata/hevc.hevc")[1200:]}
	for d := detector.KeySchedules; d < detector.Repeats; d++ {
		if (ways[d].dear || d == detector.Text) && pieces[d] == nil {
			t.Errorf("%s: no piece", d.Row().Title)
		}
	}
	for d, piece := range pieces {
		unit := make([]byte, 20_480)
		disktest.Keystream(8).ReadAt(unit, 0)
		copy(unit[9216:], piece)
		for _, quick := range []bool{false, true} {
			s := tiles(t, unit)
			s.terms.Quick = quick
			if saw := s.look(); saw.Unit.Period != 0 {
				t.Errorf("quick %v: a page of pieces of %s is a pattern", quick, d.Row().Title)
			}
		}
	}
}

// TestChainsAroundUnits: what leads from a header in a unit to the same header in the next is as likely as that one header:
// a chain of any length proves no more.
func TestChainsAroundUnits(t *testing.T) {
	unit := make([]byte, 64<<10)
	disktest.Keystream(8).ReadAt(unit, 0)
	for name, header := range map[string]string{
		"LZMA2 chunk":          "\x80\xff\xff\xff\xfa", // packed size less 1: with its five bytes a unit
		"length before a unit": "\x00\x00\xff\xfc\x65", // ISO/IEC 14496-15 5.3.3.1
	} {
		s := tiles(t, slices.Concat(unit[:30_001], []byte(header), unit[30_001+len(header):]))
		if saw := s.look(); saw.Unit.Period != len(unit) || len(saw.Findings) > 0 {
			t.Errorf("%s: %+v, %v", name, saw.Unit, kinds(saw))
		}
	}
}

// TestWindowsGather: the first block of a window has what was counted of all of its blocks, runs of bits as well.
func TestWindowsGather(t *testing.T) {
	saw := newSight(t).look()
	var whole entropy.Window
	windows := 0
	for _, p := range saw.Pieces {
		if p.Tally != nil {
			windows++
			whole.Merge(p.Tally)
		}
	}
	var runs uint64
	for _, n := range whole.History.Least {
		runs += uint64(n)
	}
	if blocks := uint64(len(saw.Pieces)); whole.N() != blocks*4096 || runs < blocks*(8*4096-16) || windows != 4 {
		t.Errorf("%d blocks: %d bytes, %d runs of bits, %d windows", blocks, whole.N(), runs, windows)
	}
}

// What is judged apart in a sector is masked: the partition table behind boot code, which is no seam,
// as well as the fill beyond one.
func TestHeadsAndTailsAreMasked(t *testing.T) {
	s := &segment{Terms: Terms{BlockBytes: 4096}, buf: make([]byte, 4*SectorBytes)}
	s.sectors = []sector{{tail: 72}, {}, {head: 100, seam: true}, {tail: 30, seam: true}}
	var got [][2]int
	for lo, hi := range s.unmasked(0, len(s.buf)) {
		got = append(got, [2]int{lo, hi})
	}
	if want := [][2]int{{0, 440}, {512, 1024}, {1124, 2018}}; !slices.Equal(got, want) {
		t.Errorf("left are %v, want %v", got, want)
	}
}

// A file that begins where no sector does is found as one that does.
func TestEmbeddedFiles(t *testing.T) {
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	for _, name := range []string{"one.txt", "two.txt"} {
		w, _ := z.CreateRaw(&zip.FileHeader{Name: name, UncompressedSize64: 700, CompressedSize64: 700, ReaderVersion: 20, CreatorVersion: 20})
		_, _ = w.Write(keystream(700))
	}
	z.Close()
	for _, at := range []int{8192, 8193, 8703} {
		buf := keystream(64 << 10)
		copy(buf[at:], zipped.Bytes())
		saw := New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 48}).Look(Span{Buf: buf, Base: 1 << 30, Hi: len(buf)})
		files := slices.Concat(of(saw.Findings, detector.Signatures), of(saw.Findings, detector.Embedded))
		slices.SortFunc(files, seen.Compare)
		if len(files) != 1 || files[0].Kind != "zip" || files[0].Offset != 1<<30+int64(at) || files[0].Length != int64(zipped.Len()-18) || (files[0].Detector == detector.Embedded) != (at%512 != 0) {
			t.Errorf("at %d: %+v", at, saw.Findings)
		}
	}
}

// A pattern of a few bytes that overwrites is none of what finders look for; text reads it, for a word may be one.
func TestFindersPassOverPatterns(t *testing.T) {
	s := &segment{Terms: Terms{BlockBytes: 4096}, buf: make([]byte, 4*SectorBytes+100)}
	s.sectors = []sector{{}, {kind: patternSector, period: 5}, {kind: patternSector, period: 5}, {}, {kind: patternSector, period: 7}}
	var got [][2]int
	for lo, hi := range s.searched(detector.Bzip2) {
		got = append(got, [2]int{lo, hi})
	}
	if want := [][2]int{{0, 512}, {1536, 2048}}; !slices.Equal(got, want) {
		t.Errorf("searched are %v, want %v", got, want)
	}
}

// A key that was written over and over is a pattern, and a key.
func TestKeyAsPattern(t *testing.T) {
	ed25519 := "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20" + string(keystream(32)) // RFC 8410 §7
	saw := newSight(t).put(8192, []byte(strings.Repeat(ed25519, 18*SectorBytes/len(ed25519)))).look()
	if keys := of(saw.Findings, detector.Keys); len(keys) == 0 || keys[0].Kind != "der-private-key" {
		t.Error(kinds(saw))
	}
}
