package marks

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
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
}

func crafted(t testing.TB) []craft {
	return []craft{
		{kind: "lvm2-label", buf: lvmVolume(), off: 512, explained: true},
		{kind: "lvm2-metadata", buf: lvmVolume(), off: 4096, explained: true},
		{kind: "lvm2-metadata", buf: lvmVolume(), off: 4096 + lvmCurrent, explained: true},
		{kind: "lvm2-metadata-old", buf: lvmVolume(), off: 4096 + 512, explained: true},
		{kind: "md-raid-superblock", buf: mdVolume(), off: 4096, explained: true},
		{kind: "md-raid-superblock", buf: mdOld(), off: 0},
	}
}

// recognize asks about offset off of a medium that is buf.
func recognize(buf []byte, off int) (proof.Structure, bool) {
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

// checkForm: what was recognised is plausible in itself.
func checkForm(t *testing.T, buf []byte, s proof.Structure) {
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
		rounds /= 20
	}
	src := noise(1)
	buf := make([]byte, 1024*sector+lvmMaxText)
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
