package repeats

import (
	"bytes"
	"testing"
)

func allSectors(b []byte, base int64) Sectors {
	return Sectors{Buf: b, Base: base, Use: func(int) bool { return true }, Hi: (len(b) + sector - 1) / sector}
}

// BenchmarkTiler is what random bytes pay for the question: no unit is found.
func BenchmarkTiler(b *testing.B) {
	data := random(1, 4<<20)
	var u Tiler
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if u.Find(allSectors(data, 0)) {
			b.Fatal("random bytes repeat")
		}
	}
}

// TestTiler: the unit is found wherever the buffer was cut out, and is the same.
func TestTiler(t *testing.T) {
	for _, p := range []int{65, 100, 511, 512, 513, 4096, 5000, 65536, 1 << 20, 3<<20 + 1} {
		unit := random(byte(p), p)
		for _, base := range []int64{0, 512, 4096 * 77} {
			b := make([]byte, 4<<20+1000)
			for i := range b {
				b[i] = unit[(base+int64(i))%int64(p)]
			}
			var u Tiler
			if !u.Find(allSectors(b, base)) || !bytes.Equal(u.Bytes, unit) {
				t.Fatalf("%d bytes, cut out at %d: %d bytes", p, base, len(u.Bytes))
			}
			s := allSectors(b, base)
			s.Use = func(i int) bool { return i > 2 } // something else stands there
			clear(b[:3*sector])
			if !u.Find(s) || !bytes.Equal(u.Bytes, unit) || u.Match[0] || !u.Match[3] {
				t.Fatalf("%d bytes, cut out at %d: not without its first sectors", p, base)
			}
			s = allSectors(b, base) // less than a period of something else, of short ones nothing
			copy(b, random(99, 3*sector))
			if got := u.Find(s); got != (p > 3*sector && p < len(b)/2) || got && u.Match[0] {
				t.Fatalf("%d bytes, cut out at %d: found %v behind something else", p, base, got)
			}
		}
	}
}

// TestTilerKnowsAllOrNothing: where part of the unit was not seen, or two are there, there is none.
func TestTilerKnowsAllOrNothing(t *testing.T) {
	unit := random(1, 3<<20)
	b := bytes.Repeat(unit, 2)[:4<<20]
	var u Tiler
	s := allSectors(b, 0)
	s.Use = func(i int) bool { return i != 3000 } // its neighbour is not in the buffer
	if u.Find(s) {
		t.Error("a unit with a gap")
	}
	two := append(bytes.Repeat(random(2, 4096), 500), bytes.Repeat(random(3, 4096), 500)...)
	if u.Find(allSectors(two, 0)) {
		t.Error("a unit of two")
	}
}

func FuzzTiler(f *testing.F) {
	f.Add(bytes.Repeat(random(1, 100), 40), int64(0))
	f.Add(bytes.Repeat(append(random(2, 600), make([]byte, 100)...), 9), int64(1024))
	f.Fuzz(func(t *testing.T, b []byte, base int64) {
		base = base & (1<<40 - 1) / sector * sector
		var u Tiler
		s := allSectors(b, base)
		if !u.Find(s) {
			return
		}
		for i, match := range u.Match {
			for k, c := range sectorOf(b, i) {
				if match && c != u.Bytes[(base+int64(i*sector+k))%int64(len(u.Bytes))] {
					t.Fatalf("byte %d of sector %d is not of the unit", k, i)
				}
			}
		}
		if u.odd(&s) >= len(u.Bytes) {
			t.Fatal("more than a period is something else")
		}
	})
}
