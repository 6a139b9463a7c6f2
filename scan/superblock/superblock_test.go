package superblock

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

func TestCrafts(t *testing.T) {
	for i, c := range crafts {
		b, off := c.build()
		s, ok := recognize(b, off)
		if !ok || s.Kind != c.kind || s.Keys != c.keys || s.Explained || strings.Contains(s.Detail, "damaged") {
			t.Errorf("%d %s: %v %+v", i, c.kind, ok, s)
			continue
		}
		if s.Start < 0 || s.End > len(b) || s.Start >= s.End || s.Bits < proof.MinBits || s.Detail == "" {
			t.Errorf("%d %s: range %d…%d of %d, %.1f bits, detail %q", i, c.kind, s.Start, s.End, len(b), s.Bits, s.Detail)
		}
		for _, f := range c.fields {
			if f.checked {
				c.damage(t, i, b, off, f)
			}
		}
	}
}

// damage changes the highest bit of a checked field: the structure is not
// recognised, or named as damaged, or its evidence is less.
func (c *craft) damage(t *testing.T, i int, b []byte, off int, f field) {
	t.Helper()
	before, _ := recognize(b, off)
	at := c.start + f.top(c.order)
	b[at] ^= 0x80
	if s, ok := recognize(b, off); ok && s.Kind == c.kind && s.Bits > before.Bits-4 && !strings.Contains(s.Detail, "damaged") {
		t.Errorf("%d %s: the field at %d is not looked at: %+v", i, c.kind, f.at, s)
	}
	b[at] ^= 0x80
}

// TestStrength: nothing claims more bits than the bytes that decide it have. Each bit
// of the structure is changed; those that make a difference are at least as many.
func TestStrength(t *testing.T) {
	for i, c := range crafts {
		b, off := c.build()
		s, ok := recognize(b, off)
		if !ok {
			continue // TestCrafts says so
		}
		decide := 0
		for at := c.start; at < len(b) && float64(decide) < s.Bits; at++ {
			for bit := range 8 {
				b[at] ^= 1 << bit
				if again, ok := recognize(b, off); !ok || again.Kind != s.Kind || again.Bits != s.Bits {
					decide++
				}
				b[at] ^= 1 << bit
			}
		}
		if float64(decide) < s.Bits {
			t.Errorf("%d %s: %.0f bits claimed, %d decide", i, c.kind, s.Bits, decide)
		}
	}
}

// TestEveryRowIsReached: for each row of the table there is a structure with its magic
// number, and Recognize gives it to the row's parser. A row whose magic number no gate
// lets through fails here.
func TestEveryRowIsReached(t *testing.T) {
	for i := range rows {
		r := &rows[i]
		if !slices.ContainsFunc(crafts, func(c craft) bool { return c.reaches(r) }) {
			t.Errorf("no structure reaches the row of %q at byte %d", r.Magic, r.At)
		}
	}
	if len(rows) > proof.MaxKinds {
		t.Errorf("%d rows: more than proof.Evidence pays for", len(rows))
	}
}

// reaches says that the structure, with this row's magic number in place of its own,
// passes the gates of Recognize.
func (c *craft) reaches(r *proof.Row) bool {
	b, off := c.build()
	own := slices.IndexFunc(rows, func(o proof.Row) bool {
		return sameParser(&o, r) && string(b[off+o.At:off+o.At+len(o.Magic)]) == o.Magic
	})
	if own < 0 {
		return false
	}
	copy(b[off+r.At:], r.Magic)
	s := (*[sector]byte)(b[off:])
	small := smallNumbers(proof.LE64(s[:]), proof.LE64(s[8:]), proof.LE64(s[16:]), proof.LE64(s[24:]), proof.LE64(s[48:]))
	return heads.Has(s) || small && middles.Has(s) || endings[s[511]] && endings[s[510]] && tails.Has(s)
}

// TestRandomBytes: no structure in a million random sectors, each with a magic number
// planted where it belongs.
func TestRandomBytes(t *testing.T) {
	rounds := 4_000
	if testing.Short() {
		rounds /= 20
	}
	src, pick := noise(1), rand.New(noise(2))
	buf := make([]byte, 1024*sector+(64<<10))
	for round := range rounds {
		src.Read(buf)
		for off := 0; off < 1024*sector; off += 9 * sector { // no two where one looks for the other
			r := &rows[pick.IntN(len(rows))]
			magic := r.Magic
			if len(magic) >= 8 { // can be enough as it is
				magic = magic[:4]
			}
			copy(buf[off+r.At:], magic)
			clear(buf[off+26 : off+28]) // so that every gate is passed
			if r.At >= 502 && r.At+len(magic) <= 511 {
				clear(buf[max(off+510, off+r.At+len(magic)) : off+512])
			}
		}
		for off := 0; off < 1024*sector; off += sector {
			if s, ok := recognize(buf, off); ok {
				t.Fatalf("round %d offset %d: %+v", round, off, s)
			}
		}
	}
}

// TestDamagedChecksum: where only the checksum is wrong the structure keeps its name.
func TestDamagedChecksum(t *testing.T) {
	for _, c := range crafts {
		if c.seal == nil || slices.Contains([]string{"jffs2-node", "amiga-block", "udf"}, c.kind) {
			continue // their other fields are too few
		}
		b, off := c.build()
		at := map[string]int{"nilfs2-superblock": 16, "ubi-erase-counter": 60, "ubi-volume-id": 60, "mpool-superblock": 62, "romfs-superblock": 40,
			"erofs-superblock": 4, "zonefs-superblock": 4, "qnx6-superblock": 4, "ubifs-node": 4}[c.kind]
		b[c.start+at] ^= 1
		if s, ok := recognize(b, off); !ok || s.Kind != c.kind || !strings.Contains(s.Detail, "its checksum does not fit") {
			t.Errorf("%s: %v %+v", c.kind, ok, s)
		}
	}
}

// TestCutting: at any end of the buffer nothing panics, and what is recognised lies
// inside.
func TestCutting(t *testing.T) {
	for i, c := range crafts {
		b, _ := c.build()
		for n := 0; n <= len(b); n += 1 + n/7 {
			for off := 0; off < len(b); off += sector {
				if s, ok := recognize(b[:n], off); ok && (s.Start < 0 || s.End > n) {
					t.Fatalf("%d %s cut at %d: %+v", i, c.kind, n, s)
				}
			}
		}
	}
}

// TestMutations: whatever the fields of a structure say, what is recognised lies inside
// the buffer and is strong enough.
func TestMutations(t *testing.T) {
	pick := rand.New(noise(99))
	for i, c := range crafts {
		for range 40 {
			b, off := c.build()
			for range 60 {
				at := c.start + pick.IntN(min(1400, len(b)-c.start))
				b[at] = []byte{0, 0xFF, b[at] ^ 1<<pick.IntN(8), byte(pick.Uint32())}[pick.IntN(4)]
				end := len(b) - pick.IntN(2)*pick.IntN(len(b))
				if s, ok := recognize(b[:end], off); ok && (s.Start < 0 || s.End > end || s.Start >= s.End || s.Bits < proof.MinBits) {
					t.Fatalf("%d %s: %+v in %d bytes", i, c.kind, s, end)
				}
			}
		}
	}
}

func FuzzRecognize(f *testing.F) {
	for _, c := range crafts {
		b, off := c.build()
		f.Add(b, uint16(off/sector))
	}
	f.Fuzz(func(t *testing.T, buf []byte, n uint16) {
		before := bytes.Clone(buf)
		s, ok := recognize(buf, int(n)*sector)
		if !bytes.Equal(before, buf) {
			t.Fatal("the buffer was changed")
		}
		if ok && (s.Start < 0 || s.End > len(buf) || s.Start >= s.End || s.Bits < proof.MinBits || s.Kind == "" || s.Detail == "" || s.Explained) {
			t.Fatalf("%+v in %d bytes", s, len(buf))
		}
	})
}

func BenchmarkRecognize(b *testing.B) {
	for name, buf := range map[string][]byte{"random": random(5, 256<<10), "zero": make([]byte, 256<<10)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(buf)))
			for b.Loop() {
				for off := 0; off <= len(buf)-sector; off += sector {
					if _, ok := recognize(buf, off); ok {
						b.Fatal("recognised")
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(buf)/sector), "ns/sector")
		})
	}
}

// sameParser compares functions, which Go lets only reflection do.
func sameParser(a, b *proof.Row) bool {
	return reflect.ValueOf(a.Parse).Pointer() == reflect.ValueOf(b.Parse).Pointer()
}
