package deflate

import (
	"bytes"
	"compress/flate"
	"strings"
	"testing"
)

const prose = "Erasure is a promise, and a promise wants a witness. Nobody reads a disk for pleasure.\n"

// What Go's encoder writes comes out again, up to the limit.
func TestStreams(t *testing.T) {
	texts := []string{"", "a", prose, string(noise(300, 1)), string(noise(70<<10, 2)), strings.Repeat(prose, 1000)}
	var d decoder
	for i, s := range texts {
		for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
			b := deflated(t, level, []byte(s))
			end := d.stream(append(bytes.Clone(b), "tail"...))
			if string(d.out) != s[:min(len(d.out), len(s))] {
				t.Fatalf("text %d level %d: wrong output", i, level)
			}
			if len(s) < passLimit && (end != stopEnd || (d.at+7)/8 != len(b) || d.size != len(s)) {
				t.Errorf("text %d level %d: end %d after %d of %d bytes, %d put out", i, level, end, d.at/8, len(b), d.size)
			}
			if len(s) >= passLimit && (end == stopBroken || d.size < passLimit) {
				t.Errorf("text %d level %d: end %d after %d bytes of output", i, level, end, d.size)
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

func TestStrict(t *testing.T) {
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
	var d decoder
	for _, c := range cases {
		if end := d.stream(bitString(c.bits)); end != stopBroken || d.best > 3 {
			t.Errorf("%s: end %d, %v bits", c.name, end, d.best)
		}
	}
}

// A stream whose beginning is known is worth no more than its chance on random bytes.
func TestStreamsAreRare(t *testing.T) {
	random := noise(1<<20, 50)
	var d decoder
	var counts [16]int
	trials := 1 << 17
	for i := range trials {
		d.stream(random[7*i%(1<<20-2048):][:2048])
		for s := range counts {
			if d.best >= float64(s) {
				counts[s]++
			}
		}
	}
	for s, n := range counts {
		if allowed := float64(trials) / float64(int(1)<<s); float64(n) > allowed*1.1+20 {
			t.Errorf("%d of %d have %d bits", n, trials, s)
		}
	}
}
