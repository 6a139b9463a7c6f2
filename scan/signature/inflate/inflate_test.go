package inflate

import (
	"bytes"
	"compress/flate"
	"math/rand/v2"
	"testing"
)

const prose = "Erasure is a promise, and a promise wants a witness. Nobody reads a disk for pleasure.\n"

// noise is the same bytes for the same seed.
func noise(n int, seed byte) string {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b)
	return string(b)
}

// What Go's encoder writes comes out again, up to the limit.
func TestInflate(t *testing.T) {
	texts := []string{"", "a", prose, noise(300, 1), noise(70<<10, 2), string(bytes.Repeat([]byte(prose), 1000))}
	var z decoder
	for i, s := range texts {
		for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
			var b bytes.Buffer
			w, err := flate.NewWriter(&b, level)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(s)); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			size := b.Len()
			end := z.decode(append(b.Bytes(), "tail"...))
			if string(z.out) != s[:min(len(z.out), len(s))] {
				t.Fatalf("text %d level %d: wrong output", i, level)
			}
			if len(s) < inflateLimit && (end != streamDone || z.in != size || len(z.out) != len(s)) {
				t.Errorf("text %d level %d: end %d after %d of %d bytes, %d put out", i, level, end, z.in, size, len(z.out))
			}
			if len(s) >= inflateLimit && (end == streamBroken || len(z.out) < inflateLimit) {
				t.Errorf("text %d level %d: end %d after %d bytes of output", i, level, end, len(z.out))
			}
		}
	}
}

// bitString packs bits, the first one lowest, as DEFLATE does.
func bitString(bits string) []byte {
	var out []byte
	n := 0
	for _, c := range bits {
		if c == ' ' {
			continue
		}
		if n%8 == 0 {
			out = append(out, 0)
		}
		out[n/8] |= byte(c&1) << (n % 8)
		n++
	}
	return append(out, make([]byte, 64)...)
}

func TestInflateIsStrict(t *testing.T) {
	const (
		dynamic = "1 01 "             // final, type 2
		counts  = "00000 00000 0111 " // 257 literal, 1 distance, 18 code length codes
		lengths = "000 000 010 010"   // 16, 17: none; 18 and 0: two bits
		zeros14 = " 000 000 000 000 000 000 000 000 000 000 000 000 000 000"
	)
	cases := []struct{ name, bits string }{
		{"reserved block type", "1 11"},
		{"stored length without its complement", "1 00 00000" + "1010000000000000" + "1010000000000000"},
		{"padding that is not zero", "1 00 00100" + "0000000000000000" + "1111111111111111"},
		{"too many literal codes", dynamic + "11111 00000 0000"},
		{"too many distance codes", dynamic + "00000 01111 0000"},
		{"no code length code", dynamic + counts + "000 000 000 000" + zeros14},
		{"oversubscribed code length code", dynamic + counts + "100 100 100 000" + zeros14},
		{"no end-of-block symbol", dynamic + counts + lengths + zeros14[:4*13] + " 100" + "0 0 11 1111111 11 1101011 0 0 0 0"},
		{"distance before the start", "1 10 0000001 00000"},
	}
	var z decoder
	for _, c := range cases {
		if end := z.decode(bitString(c.bits)); end != streamBroken || z.bits != 0 {
			t.Errorf("%s: end %d, %v bits", c.name, end, z.bits)
		}
	}
}

// The worth of a dynamic header is 27 bits; here only that it is above 17.
func TestDynamicHeaderIsRare(t *testing.T) {
	random, r := []byte(noise(1<<20, 50)), rand.New(rand.NewChaCha8([32]byte{3}))
	var z decoder
	hits := 0
	for range 1 << 19 {
		if z.decode(random[r.IntN(len(random)-2048):][:2048]); z.bits >= dynamicBits {
			hits++
		}
	}
	if hits > 4 {
		t.Errorf("%d of 2^19 random starts have a valid dynamic header", hits)
	}
}
