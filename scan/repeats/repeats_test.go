package repeats

import (
	"crypto/aes"
	"crypto/cipher"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func random(seed byte, n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

func find(f *Finder, b []byte, skip func(int) bool) (offsets []int) {
	f.Find(b, skip, func(off int) { offsets = append(offsets, off) })
	return offsets
}

// slowFind is the definition.
func slowFind(b []byte, skip func(int) bool) (offsets []int) {
	count := map[[Unit]byte]int{}
	entered := func(i int) bool { return skip == nil || !skip(i/sector) }
	for i := 0; i+Unit <= len(b); i += Unit {
		if entered(i) {
			count[[Unit]byte(b[i:])]++
		}
	}
	for i := 0; i+Unit <= len(b); i += Unit {
		if entered(i) && count[[Unit]byte(b[i:])] > 1 {
			offsets = append(offsets, i)
		}
	}
	return offsets
}

// TestPlanted plants one duplicate at every distance that a power of two is near to, and in
// buffers of many sizes.
func TestPlanted(t *testing.T) {
	var f Finder
	for _, size := range []int{32, 48, 511, 512, 1000, 4096, 65536 + 16, 1 << 20, 4 << 20} {
		b := random(1, size)
		units := size / Unit
		for distance := 1; distance < units; distance = max(distance+1, distance*7/4) {
			for _, from := range []int{0, units - 1 - distance} {
				to := (from + distance) * Unit
				old := [Unit]byte(b[to:])
				copy(b[to:], b[from*Unit:][:Unit])
				if got, want := find(&f, b, nil), []int{from * Unit, to}; !slices.Equal(got, want) {
					t.Fatalf("%d bytes: repeats at %v, planted at %v", size, got, want)
				}
				copy(b[to:], old[:])
			}
		}
	}
}

func TestRandomHasNone(t *testing.T) {
	var f Finder
	for seed := range byte(4) {
		if got := find(&f, random(seed, 4<<20), nil); got != nil {
			t.Errorf("seed %d: repeats at %v", seed, got)
		}
	}
}

// TestHalfEqual: units that agree in eight bytes are not repeats, nor are equal units that
// do not start at a multiple of 16.
func TestHalfEqual(t *testing.T) {
	var f Finder
	b := random(2, 4096)
	for i := 0; i < 2048; i += Unit {
		copy(b[i+i%32/2:][:8], "the same")
	}
	copy(b[2048+4:], b[3000:3040])
	if got := find(&f, b, nil); got != nil {
		t.Errorf("repeats at %v", got)
	}
}

func TestSkip(t *testing.T) {
	var f Finder
	b := random(3, 8*sector)
	copy(b[1*sector:], b[0:Unit])
	copy(b[5*sector:], b[0:Unit])
	for _, c := range []struct {
		skipped []int
		want    []int
	}{
		{nil, []int{0, 512, 2560}},
		{[]int{0}, []int{512, 2560}},
		{[]int{1}, []int{0, 2560}},
		{[]int{0, 5}, nil},
		{[]int{0, 1, 2, 3, 4, 5, 6, 7}, nil},
	} {
		got := find(&f, b, func(s int) bool { return slices.Contains(c.skipped, s) })
		if !slices.Equal(got, c.want) {
			t.Errorf("without sectors %v: repeats at %v, want %v", c.skipped, got, c.want)
		}
	}
}

// TestModes encrypts text of short lines: ECB shows it, CTR does not.
func TestModes(t *testing.T) {
	text := make([]byte, 1<<20)
	r := rand.New(rand.NewPCG(1, 2))
	for i := 0; i < len(text); i += Unit {
		copy(text[i:], []string{"name: Sato      ", "name: Suzuki    ", "city: Kyoto     ", "city: Sapporo   "}[r.IntN(4)])
	}
	key, err := aes.NewCipher(random(4, 32))
	if err != nil {
		t.Fatal(err)
	}
	ecb, ctr := make([]byte, len(text)), make([]byte, len(text))
	for i := 0; i < len(text); i += Unit {
		key.Encrypt(ecb[i:], text[i:])
	}
	cipher.NewCTR(key, random(5, 16)).XORKeyStream(ctr, text)
	var f Finder
	if got := len(find(&f, ecb, nil)); got != len(text)/Unit {
		t.Errorf("ECB: %d of %d units repeat", got, len(text)/Unit)
	}
	if got := find(&f, ctr, nil); got != nil {
		t.Errorf("CTR: repeats at %v", got)
	}
}

// TestReuse: what one call leaves in the tables does not reach the next, larger or smaller.
func TestReuse(t *testing.T) {
	var f Finder
	for _, size := range []int{1 << 20, 4096, 0, 15, 33, 2 << 20, 512} {
		b := random(byte(size>>8), size)
		if size >= 512 {
			copy(b[size-Unit:], b[:Unit])
		}
		if got, want := find(&f, b, nil), slowFind(b, nil); !slices.Equal(got, want) {
			t.Errorf("%d bytes: repeats at %v, want %v", size, got, want)
		}
	}
}

// TestWorkIsBounded counts, on inputs made to be awkward, how many entries the exact table
// takes and how long its chains are. A hash without keys would fail it.
func TestWorkIsBounded(t *testing.T) {
	const units = 1 << 16
	inputs := map[string]func(unit []byte, i int){
		"counter at the front": func(u []byte, i int) { u[0], u[1], u[2] = byte(i), byte(i>>8), byte(i>>16) },
		"counter at the end":   func(u []byte, i int) { u[15], u[14], u[13] = byte(i), byte(i>>8), byte(i>>16) },
		"high bits of words":   func(u []byte, i int) { u[3], u[7], u[11] = byte(i), byte(i>>8), byte(i>>16) },
		"pairs":                func(u []byte, i int) { i /= 2; u[0], u[5], u[10] = byte(i), byte(i>>8), byte(i>>16) },
	}
	for name, fill := range inputs {
		b := make([]byte, units*Unit)
		for i := range units {
			fill(b[i*Unit:][:Unit], i)
		}
		var f Finder
		f.Find(b, nil, func(int) {})
		var longest int
		for _, head := range f.heads {
			n := 0
			for i := head; i != 0; i = f.entries[i-1].next {
				n++
			}
			longest = max(longest, n)
		}
		if len(f.entries) > units || longest > 256 {
			t.Errorf("%s: %d entries, a chain of %d", name, len(f.entries), longest)
		}
	}
}

func TestMemory(t *testing.T) {
	b := make([]byte, 4<<20+128<<10)
	for i := 0; i < len(b); i += Unit { // each unit twice: all of them reach the table
		b[i], b[i+1], b[i+2] = byte(i>>5), byte(i>>13), byte(i>>21)
	}
	var f Finder
	f.Find(b, nil, func(int) {})
	bytes := 8*(cap(f.filter)+cap(f.noted)+cap(f.repeats)) + 4*(cap(f.heads)+cap(f.hashes)) + 12*cap(f.entries)
	t.Logf("%d bytes of tables for %d of input", bytes, len(b))
	if bytes > 8<<20 {
		t.Errorf("%d bytes of tables for 4 MiB of input", bytes)
	}
}

func TestBits(t *testing.T) {
	for _, c := range []struct {
		units int
		want  float64
	}{{0, 0}, {1, 0}, {2, 128}, {3, 128 - math.Log2(3)}, {1 << 18, 93.0000055}} {
		if got := Bits(c.units); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%d units: %.7f bits, want %.7f", c.units, got, c.want)
		}
	}
}

// FuzzFind holds Find against the definition. Bytes are thinned out so that repeats are common.
func FuzzFind(f *testing.F) {
	f.Add([]byte(nil), uint64(0), byte(0xFF))
	f.Add(random(1, 2048), uint64(2), byte(0xFF))
	f.Add(random(1, 4096+7), uint64(0), byte(0x01))
	f.Add(make([]byte, 1040), uint64(1), byte(0))
	var used Finder
	f.Fuzz(func(t *testing.T, b []byte, skipped uint64, mask byte) {
		b = slices.Clone(b)
		for i := range b {
			if b[i] &= mask; i%Unit > 1 {
				b[i] = 0
			}
		}
		skip := func(s int) bool { return skipped>>(s%64)&1 != 0 }
		if got, want := find(&used, b, skip), slowFind(b, skip); !slices.Equal(got, want) {
			t.Fatalf("repeats at %v, want %v", got, want)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	pairs := random(1, 4<<20)
	copy(pairs[2<<20:], pairs[:2<<20])
	for name, data := range map[string][]byte{"random": random(1, 4<<20), "zeros": make([]byte, 4<<20), "pairs": pairs} {
		b.Run(name, func(b *testing.B) {
			var f Finder
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				f.Find(data, nil, func(int) {})
			}
		})
	}
}
