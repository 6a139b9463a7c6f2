package marks

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

// Marks that no tool of the test machine makes without a kernel driver, written
// here field by field from their documents.

type craft struct {
	kind      string
	buf       []byte
	off       int
	explained bool
	free      []span // of the label: fields that can have other values by their format
	strict    bool   // one bit, and it is nothing: its parser goes by what is whole
}

func crafted(t testing.TB) []craft {
	list := []craft{
		{kind: "lvm2-label", buf: lvmVolume(), off: 512, explained: true, free: []span{{8, 9}}, strict: true},
		{kind: "lvm2-metadata", buf: lvmVolume(), off: 4096, explained: true, strict: true},
		{kind: "lvm2-metadata", buf: lvmVolume(), off: 4096 + lvmCurrent, explained: true, strict: true},
		{kind: "lvm2-metadata-old", buf: lvmVolume(), off: 4096 + 512, explained: true, free: []span{{0, 4096}}, strict: true},
		{kind: "md-raid-superblock", buf: mdVolume(), off: 4096, explained: true},
		{kind: "md-raid-superblock", buf: mdOldVolume(), off: 0, explained: true},
		{kind: "md-raid-superblock", buf: turned(mdOldVolume()), off: 0, explained: true},
		{kind: "eraser-fingerprint", buf: fingerprintDisk(blanccoText), off: 200 * sector, explained: true, free: []span{{0, sector}}, strict: true},
	}
	return append(append(list, raidCrafts()...), volumeCrafts()...)
}

// recognize asks about offset off of a medium that is buf.
func recognize(buf []byte, off int) (proof.Observation, bool) {
	return Recognize(proof.Place{Buf: buf, Off: off, Size: int64(len(buf))})
}

func TestCrafted(t *testing.T) {
	for _, c := range crafted(t) {
		s, ok := recognize(c.buf, c.off)
		if !ok || s.Kind != c.kind || s.Explained != c.explained {
			t.Errorf("%s at %d: %v %+v", c.kind, c.off, ok, s)
			continue
		}
		checkForm(t, c.buf, s)
		t.Logf("%-22s %7.1f bits  %s", s.Kind, s.Bits, s.Detail)
	}
}

// TestEveryByte changes each byte of each label: it may stay explained only where
// the format lets that field have other values, and it is still called what it is
// unless its magic number was hit.
func TestEveryByte(t *testing.T) {
	bits := []int{0, 1, 2, 3, 4, 5, 6, 7}
	for i, c := range crafted(t) {
		whole, _ := recognize(c.buf, c.off)
		magic := magicOf(c)
		for at := whole.Start; at < whole.End; at++ {
			if pick := at & 7; whole.End-whole.Start > 1024 || testing.Short() {
				bits = []int{pick}
			}
			for _, bit := range bits {
				c.buf[at] ^= 1 << bit
				s, ok := recognize(c.buf, c.off)
				if ok && s.Explained && s.End >= whole.End && !in(c.free, at-whole.Start) {
					t.Errorf("%d %s: explained with bit %d of byte %#x changed", i, c.kind, bit, at-whole.Start)
				}
				if (!ok || s.Kind != whole.Kind) && !in(magic, at-c.off) && !c.strict {
					t.Errorf("%d %s: with bit %d of byte %#x changed: %v %s", i, c.kind, bit, at-whole.Start, ok, s.Kind)
				}
				c.buf[at] ^= 1 << bit
			}
		}
	}
}

func in(spans []span, at int) bool {
	return slices.ContainsFunc(spans, func(f span) bool { return at >= f[0] && at < f[1] })
}

// magicOf is where the magic numbers lie that a label begins with.
func magicOf(c craft) (list []span) {
	for _, r := range rows {
		if string(c.buf[c.off+r.At:][:len(r.Magic)]) == r.Magic {
			list = append(list, span{r.At, r.At + len(r.Magic)})
		}
	}
	return list
}

// TestForeignText hides a text in each label, at each place: it stays explained
// only with some of the text handed on.
func TestForeignText(t *testing.T) {
	const hidden = "meet me at noon by the old harbour wall"
	step := 1
	if testing.Short() {
		step = 5
	}
	for i, c := range crafted(t) {
		whole, _ := recognize(c.buf, c.off)
		for at := whole.Start; at+len(hidden) <= whole.End; at += step {
			old := bytes.Clone(c.buf[at:][:len(hidden)])
			copy(c.buf[at:], hidden)
			s, ok := recognize(c.buf, c.off)
			if ok && s.Explained && s.End >= whole.End && !handsOn(s.Texts, hidden) {
				t.Errorf("%d %s: a text at byte %#x is explained: %q", i, c.kind, at-whole.Start, s.Texts)
			}
			copy(c.buf[at:], old)
		}
	}
}

// handsOn says that eight letters of a text are among others.
func handsOn(texts []string, hidden string) bool {
	all := strings.Join(texts, "\x00")
	for i := range len(hidden) - 7 {
		if strings.Contains(all, hidden[i:i+8]) {
			return true
		}
	}
	return false
}

// turned is the words of a superblock in big endian order.
func turned(b []byte) []byte {
	for at := 0; at+4 <= len(b); at += 4 {
		slices.Reverse(b[at : at+4])
	}
	return b
}

// checkForm: what was recognised is plausible in itself.
func checkForm(t *testing.T, buf []byte, s proof.Observation) {
	t.Helper()
	if s.Start < 0 || s.End > len(buf) || s.Start >= s.End || s.Bits < proof.MinBits || s.Kind == "" || s.Detail == "" {
		t.Errorf("%+v in %d bytes", s, len(buf))
	}
}

// noise is a generator of uniform random bytes: ChaCha8 from a seed.
func noise(seed byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{seed}) }

func random(seed byte, n int) []byte {
	b := make([]byte, n)
	noise(seed).Read(b)
	return b
}

// TestRandomBytes: no mark in random sectors, each with a magic number planted
// where it belongs, nor in those without.
func TestRandomBytes(t *testing.T) {
	rounds := 1_000_000 / 1024
	if testing.Short() {
		rounds /= 60
	}
	src := noise(1)
	buf := make([]byte, 1024*sector+(512<<10))
	pick := rand.New(noise(2))
	for round := range rounds {
		src.Read(buf)
		for off := 0; off < 1024*sector; off += sector {
			if round%8 != 0 {
				m := magics()[pick.IntN(len(magics()))]
				copy(buf[off+m.At:], m.Magic)
			}
		}
		for off := 0; off < 1024*sector; off += sector {
			if s, ok := recognize(buf, off); ok {
				t.Fatalf("round %d offset %d: %+v", round, off, s)
			}
		}
	}
}

// magics are the rows and the opening of a volume group's text.
func magics() []proof.Row { return append([]proof.Row{{Magic: "vg {\nid = \""}}, rows...) }

// TestCutting: at any end of the buffer nothing panics, and what is recognised
// lies inside.
func TestCutting(t *testing.T) {
	for i, c := range crafted(t) {
		for n := 0; n <= len(c.buf); n += 1 + n/7 {
			for off := 0; off < len(c.buf); off += sector {
				if s, ok := recognize(c.buf[:n], off); ok && (s.Start < 0 || s.End > n) {
					t.Fatalf("%d %s cut at %d: %+v", i, c.kind, n, s)
				}
			}
		}
	}
}

func FuzzRecognize(f *testing.F) {
	for _, c := range crafted(f) {
		f.Add(c.buf, uint16(c.off/sector), int64(0), int64(len(c.buf)))
	}
	for _, m := range magics() {
		b := random(9, 4*sector)
		copy(b[m.At:], m.Magic)
		f.Add(b, uint16(0), int64(0), int64(0))
	}
	f.Fuzz(func(t *testing.T, buf []byte, n uint16, base, size int64) {
		if base < 0 || base > 1<<60 {
			base = 0
		}
		before := bytes.Clone(buf)
		s, ok := Recognize(proof.Place{Buf: buf, Off: int(n) * sector, Base: base &^ (sector - 1), Size: max(size, 0)})
		if !bytes.Equal(before, buf) {
			t.Fatal("the buffer was changed")
		}
		if ok {
			checkForm(t, buf, s)
		}
	})
}

// put writes numbers in little or big endian order.
func put(b []byte, at int, v any) { must(binary.Encode(b[at:], binary.LittleEndian, v)) }
func big(b []byte, at int, v any) { must(binary.Encode(b[at:], binary.BigEndian, v)) }

func must(_ int, err error) {
	if err != nil {
		panic(fmt.Sprint("test data: ", err))
	}
}

func BenchmarkRecognize(b *testing.B) {
	for name, buf := range map[string][]byte{
		"random": random(5, 1<<20),
		"zero":   make([]byte, 1<<20),
		"text":   bytes.Repeat([]byte("It was the best of times, it was the worst of times. "), 1<<20/53),
	} {
		b.Run(name, func(b *testing.B) {
			sectors := 0
			for b.Loop() {
				for off := 0; off <= len(buf)-sector; off += sector {
					if _, ok := Recognize(proof.Place{Buf: buf, Off: off, Base: 1 << 30}); ok {
						b.Fatal("recognised")
					}
					sectors++
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(sectors), "ns/sector")
		})
	}
}
