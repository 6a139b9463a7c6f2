package pairs

import (
	"math/rand/v2"
	"slices"
	"testing"
)

var products = []Product{
	Of([]byte{0x20, 0x21}, []byte{0x80, 0x8f}),
	Of([]byte{0xff}, []byte("abcdefg")),
	Of([]byte{0}, nil),
	Of([]byte{0x7f, 0x80}, []byte{0xff, 0}),
	Of([]byte("w"), []byte("v")),
	Of([]byte{0x0b}, []byte{0x77}),
	Of([]byte{0x56}, []byte{0xe0, 0xff}),
	Of([]byte{0xf0, 0x0f}, []byte{0x77}),
}

func (p Product) has(first, second byte) bool { return p.first.has(first) && p.second.has(second) }

func (h halves) has(c byte) bool { return h.lower>>(c&15)&1 == 1 && h.upper>>(c>>4)&1 == 1 }

// check holds both ways to mark against the products.
func check(t *testing.T, b []byte, lo, hi int) int {
	t.Helper()
	s := New(products...)
	var want []int
	for at := lo; at < min(hi, len(b)-1); at++ {
		if slices.ContainsFunc(products, func(p Product) bool { return p.has(b[at], b[at+1]) }) {
			want = append(want, at)
		}
	}
	if got := s.Append(nil, b, lo, hi); !slices.Equal(got, want) {
		t.Fatalf("%x from %d to %d: %v, want %v", b, lo, hi, got, want)
	}
	n := max(0, len(b)-1) / step
	here, generic := make([]uint64, n), make([]uint64, n)
	s.mark(b, here)
	if s.markGeneric(b, generic); !slices.Equal(here, generic) {
		t.Fatalf("%x: %x, want %x", b, here, generic)
	}
	return len(want)
}

func TestPairs(t *testing.T) {
	b := make([]byte, 1<<16)
	rand.NewChaCha8([32]byte{1}).Read(b)
	if n := check(t, b, 0, len(b)); n < 300 || n > 3000 {
		t.Errorf("%d pairs", n)
	}
	for n := range 150 {
		check(t, b[:n], n/3, n)
		check(t, b[:n], 0, n-n/4)
	}
	b = b[:step+1]
	for v := range 1 << 16 {
		for i := range b {
			b[i] = byte(v >> (8 * (i & 1)))
		}
		check(t, b, 0, len(b))
	}
}

func TestOf(t *testing.T) {
	p := Of([]byte{0x12, 0x34}, []byte{0x56})
	for _, c := range []byte{0x12, 0x14, 0x32, 0x34} {
		if !p.has(c, 0x56) || p.has(c, 0x57) || p.has(c^0x40, 0x56) {
			t.Errorf("%02x", c)
		}
	}
}

func FuzzPairs(f *testing.F) {
	f.Add(make([]byte, 2*step+1), 3, 100)
	f.Fuzz(func(t *testing.T, b []byte, lo, hi int) {
		if lo >= 0 && lo <= len(b) {
			check(t, b, lo, min(hi, len(b)))
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	data := make([]byte, 1<<16)
	rand.NewChaCha8([32]byte{1}).Read(data)
	s := New(products[3:]...)
	list := []int(nil)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		list = s.Append(list[:0], data, 0, len(data))
	}
}
