package filesystem

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/tooltest"
	"shokyo.dev/shokyo/scan/proof"
)

// noise is a generator of uniform random bytes: ChaCha8 from a seed.
func noise(seed byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{seed}) }

func random(seed byte, n int) []byte {
	b := make([]byte, n)
	noise(seed).Read(b)
	return b
}

// magics are words at the places where Recognize looks for them.
var magics = []struct {
	at   int
	text string
}{
	{0, "RRaA"}, {0, ".          \x10"},
	{0, "FILE"}, {0, "INDX"}, {0, "RSTR"}, {0, "RCRD"}, {3, "NTFS    "}, {3, "EXFAT   "},
	{0, "XFSB"}, {0, "XAGF"}, {0, "XAGI"}, {0, "XAFL"}, {0, "XD2B"}, {0, "XDB3"}, {0, "XDD3"}, {0, "AB3B"}, {0, "AB3C"},
	{0, "IAB3"}, {0, "FIB3"}, {0, "IN\x81\xA4\x03\x02"}, {0, "\xC0\x3B\x39\x98"},
	{0x38, "\x53\xEF"}, {0x28, "\x0A\xF3"}, {510, "\x55\xAA"},
	{4, "\x0C\x00\x01\x02.\x00\x00\x00"}, {0, "\x85\x02"}, {0, "\x83\x04"}, {0x1A, "\x01\x00"}, {11, "\x0F\x00"}, {11, "\x20\x00"},
}

// TestRandomBytes: no structure in a million random sectors, each with a magic
// planted where it belongs, nor in those without.
func TestRandomBytes(t *testing.T) {
	rounds := 1_000_000 / 1024
	if testing.Short() {
		rounds /= 20
	}
	src := noise(1)
	buf := make([]byte, 1024*sector+maxBlock)
	pick := rand.New(noise(2))
	for round := range rounds {
		src.Read(buf)
		for off := 0; off < 1024*sector; off += sector {
			if round%8 != 0 {
				m := magics[pick.IntN(len(magics))]
				copy(buf[off+m.at:], m.text)
			}
			if pick.IntN(8) == 0 {
				buf[off+510], buf[off+511] = 0x55, 0xAA
			}
		}
		for off := 0; off < 1024*sector; off += sector {
			if s, ok := Recognize(proof.Place{Buf: buf, Off: off}); ok {
				t.Fatalf("round %d offset %d: %+v", round, off, s)
			}
		}
	}
}

// TestFieldChances checks the counted constants of the FAT entries.
func TestFieldChances(t *testing.T) {
	names, dates, times := 0, 0, 0
	for c := range 256 {
		if fatNameByte(byte(c)) || c == ' ' {
			names++
		}
	}
	for v := range 1 << 16 {
		if fatDate(uint16(v)) {
			dates++
		}
		if fatTime(uint16(v)) {
			times++
		}
	}
	if names != 181 || dates != 12*31*128+1 || times != 24*60*30 {
		t.Errorf("%d name bytes, %d dates, %d times", names, dates, times)
	}
}

// TestChains measures the two walkers that have no magic number: on random
// entries the expected value of 2^bits has to stay at 1 or below (Ville), so
// few walks may reach s bits: at most N·2^-s and some scatter.
func TestChains(t *testing.T) {
	n := 2_000_000
	if testing.Short() {
		n = 300_000
	}
	src := noise(3)
	buf := make([]byte, 512)
	walks := map[string]func(e *proof.Evidence){
		"ext":   func(e *proof.Evidence) { extEntry(e, buf) },
		"fat":   func(e *proof.Evidence) { fatChain(e, buf, 0) },
		"exfat": func(e *proof.Evidence) { exfatSet(e, buf) },
		"inode": func(e *proof.Evidence) { extInode(e, buf[:128]) },
	}
	over := map[string][64]int{}
	for range n {
		src.Read(buf[:96])
		for name, walk := range walks {
			var e proof.Evidence
			walk(&e)
			h := over[name]
			for s := 1; s < 64 && e.Bits() >= float64(s); s++ {
				h[s]++
			}
			over[name] = h
		}
	}
	for name, h := range over {
		for s := 1; s <= 24; s++ {
			allowed := float64(n) / float64(uint64(1)<<s)
			if float64(h[s]) > allowed+4*math.Sqrt(allowed)+3 {
				t.Errorf("%s: %d of %d walks reach %d bits, %.1f allowed", name, h[s], n, s, allowed)
			}
		}
	}
}

// TestDamage flips bits of structures that stand under a checksum: the same
// structure may not be recognised again, or only as damaged, and not be explained.
func TestDamage(t *testing.T) {
	whole := []string{"ext-superblock", "xfs-superblock", "xfs-ag-header", "xfs-directory", "xfs-btree", "xfs-inodes",
		"exfat-boot-sector"}
	for _, m := range media {
		if m.name != "ext4" && m.name != "xfs" && m.name != "exfat" {
			continue
		}
		t.Run(m.name, func(t *testing.T) {
			img := tooltest.Blank(t, m.mib)
			m.make(t, img)
			buf, hits := scanFile(t, img)
			pick := rand.New(noise(4))
			for _, kind := range whole {
				places := at(hits, kind)
				if len(places) == 0 {
					continue
				}
				damage(t, buf, places[0], pick)
			}
		})
	}
}

func damage(t *testing.T, buf []byte, off int, pick *rand.Rand) {
	t.Helper()
	s, _ := Recognize(proof.Place{Buf: buf, Off: off})
	end := s.End
	switch s.Kind {
	case "xfs-inodes":
		end = off + 512 // the first of the run
	case "exfat-boot-sector":
		end = s.Start + 11*sector
	}
	for range 300 {
		i := s.Start + pick.IntN(end-s.Start)
		if s.Kind == "exfat-boot-sector" && (i-s.Start == 106 || i-s.Start == 107 || i-s.Start == 112) {
			continue // not under the checksum
		}
		bit := byte(1) << pick.IntN(8)
		buf[i] ^= bit
		again, ok := Recognize(proof.Place{Buf: buf, Off: off})
		if ok && again.Kind == s.Kind && (again.Explained || !s.Explained) && !strings.Contains(again.Detail, "damaged") {
			t.Errorf("%s at %d: recognised with byte %d changed: %s", s.Kind, off, i-s.Start, again.Detail)
		}
		buf[i] ^= bit
	}
}

// TestCutting: at any end of the buffer nothing panics, and what is recognised
// lies inside.
func TestCutting(t *testing.T) {
	for i, c := range crafted(t) {
		for n := 0; n <= len(c.buf); n += 1 + n/7 {
			for off := 0; off < len(c.buf); off += sector {
				if s, ok := Recognize(proof.Place{Buf: c.buf[:n], Off: off}); ok && (s.Start < 0 || s.End > n) {
					t.Fatalf("%d %s cut at %d: %+v", i, c.kind, n, s)
				}
			}
		}
	}
}

func FuzzRecognize(f *testing.F) {
	for _, c := range crafted(f) {
		f.Add(c.buf, uint16(c.off/sector), int64(c.base))
	}
	for _, m := range magics {
		b := random(9, 4*sector)
		copy(b[m.at:], m.text)
		f.Add(b, uint16(0), int64(0))
	}
	f.Fuzz(func(t *testing.T, buf []byte, n uint16, base int64) {
		off := int(n) * sector
		if base < 0 || base > 1<<60 {
			base = 0
		}
		before := bytes.Clone(buf)
		s, ok := Recognize(proof.Place{Buf: buf, Off: off})
		if !bytes.Equal(before, buf) {
			t.Fatal("the buffer was changed")
		}
		if ok && (s.Start < 0 || s.End > len(buf) || s.Start >= s.End || s.Bits < proof.MinBits || s.Kind == "" || s.Detail == "") {
			t.Fatalf("%+v in %d bytes", s, len(buf))
		}
	})
}

func BenchmarkRecognize(b *testing.B) {
	inputs := []struct {
		name string
		buf  []byte
	}{
		{"random", random(5, 4<<20)},
		{"random, in cache", random(5, 256<<10)},
		{"zero", make([]byte, 4<<20)},
		{"text", bytes.Repeat([]byte("It was the best of times, it was the worst of times. "), 4<<20/53)},
	}
	for _, in := range inputs {
		b.Run(in.name, func(b *testing.B) {
			b.SetBytes(int64(len(in.buf)))
			sectors := 0
			for b.Loop() {
				for off := 0; off <= len(in.buf)-sector; off += sector {
					if _, ok := Recognize(proof.Place{Buf: in.buf, Off: off}); ok {
						b.Fatal("recognised")
					}
					sectors++
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(sectors), "ns/sector")
		})
	}
}

// put writes numbers in little or big endian order.
func put(b []byte, at int, v any) { must(binary.Encode(b[at:], binary.LittleEndian, v)) }
func big(b []byte, at int, v any) { must(binary.Encode(b[at:], binary.BigEndian, v)) }

func must(_ int, err error) {
	if err != nil {
		panic(fmt.Sprint("test data: ", err))
	}
}
