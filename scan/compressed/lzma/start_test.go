package lzma

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/ulikunitz/xz/lzma"
)

// packed is a file of LZMA alone.
func packed(t *testing.T, plain []byte) []byte {
	t.Helper()
	var file bytes.Buffer
	w, err := lzma.WriterConfig{Properties: &lzma.Properties{LC: 3, LP: 0, PB: 2}}.NewWriter(&file)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(plain)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// prose is text with words again and again, and figures.
func prose(n int) []byte {
	words := strings.Fields("the key of a disk was destroyed and nobody can read what lies on it as long as no copy was kept elsewhere")
	r := randomBytes(5, n)
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString(words[int(r[i])%len(words)])
		b.WriteByte(" .,\n0123456789"[r[n-1-i]%14])
	}
	return []byte(b.String()[:n])
}

// TestStream: what an encoder wrote is decoded to what it was, and proven.
func TestStream(t *testing.T) {
	plain := prose(9000)
	file := packed(t, plain)
	var s stream
	bits, end, symbols := s.evidence(file[13:], usualProperties)
	if n := min(s.n, len(plain)); n < 1000 || !bytes.Equal(s.out[:n], plain[:n]) {
		t.Fatalf("%d bytes decoded, %q", s.n, s.out[:min(s.n, 60)])
	}
	if bits < 60 || end < 500 || end > len(file) || symbols < 300 {
		t.Errorf("%.1f bits up to byte %d, %d symbols", bits, end, symbols)
	}
	for _, at := range []int{14, 15, 17} { // what is changed soon reads as nothing
		spoilt := slices.Clone(file[13:])
		spoilt[at-13] ^= 0x55
		if bits, _, _ := s.evidence(spoilt, usualProperties); bits > 30 {
			t.Errorf("byte %d changed: %.1f bits", at, bits)
		}
	}
}

// TestStreamOfLzip: a file of lzip is found at any byte, with the header of no other member before it.
func TestStreamOfLzip(t *testing.T) {
	file := slices.Concat([]byte("LZIP\x01\x0c"), packed(t, prose(9000))[13:])
	all := find(slices.Concat(randomBytes(1, 777), file, randomBytes(2, 999)), need)
	if len(all) != 1 || all[0].Kind != "lzip-member" || all[0].Start != 777 || all[0].End < 777+500 || all[0].End > 777+len(file) {
		t.Errorf("%+v", all)
	}
}

// TestFirstChunk: the first chunk of all is proven alone, by its payload.
func TestFirstChunk(t *testing.T) {
	payload := packed(t, prose(9000))[13:]
	h := header{kind: dictReset, compressed: len(payload), uncompressed: 9000, properties: usualProperties}
	b := slices.Concat(randomBytes(1, 3000), h.bytes()[:6], payload, []byte{0}, randomBytes(2, 999))
	all := find(b, need)
	if len(all) != 1 || all[0].Start != 3000 || all[0].End != 3000+6+len(payload)+1 {
		t.Errorf("%+v, want up to %d", all, 3000+6+len(payload)+1)
	}
	h.kind = plain
	b = slices.Concat(randomBytes(1, 3000), h.bytes()[:5], payload, []byte{0}, randomBytes(2, 999))
	if all := find(b, need); len(all) > 0 {
		t.Errorf("not the first: %+v", all)
	}
}

// TestStreamNull: on random bytes a stream proves s bits no more often than it may.
func TestStreamNull(t *testing.T) {
	const n = 100_000
	var s stream
	var counts [40]float64
	r := randomBytes(77, n*64)
	for i := range n {
		b := r[i*64 : i*64+64]
		b[0] = 0
		bits, _, _ := s.evidence(b, byte([]int{usualProperties, 0, 4, 9 + 45, 4*45 + 36}[i%5]))
		for k := 1; k <= int(bits); k++ {
			counts[k]++
		}
	}
	for k := 1; k < len(counts); k++ {
		if most := n * math.Exp2(float64(-k)); counts[k] > most+4*math.Sqrt(most)+1 {
			t.Errorf("%v streams of %d bits, at most %v are allowed", counts[k], k, most)
		}
	}
	if counts[1] < n/4 {
		t.Errorf("only %v of %v streams begin with a literal", counts[1], n)
	}
}

// TestChanceOfSlots: the chance of a slot up to each is that of all of them together, and a little more.
func TestChanceOfSlots(t *testing.T) {
	var s stream
	for i := range 64 {
		s.prob[slots+i] = uint16(31 + (i*977)%1980)
	}
	sum := 0.0
	for slot := range uint32(64) {
		p, m := 1.0, uint32(1)
		for i := 5; i >= 0; i-- {
			zero := float64(s.prob[slots+m]) / 2048
			if bit := slot >> i & 1; bit == 1 {
				p, m = p*(1-zero), m<<1|1
			} else {
				p, m = p*zero, m<<1
			}
		}
		if sum += p; s.chance(slots, slot) < sum-1e-12 || s.chance(slots, slot) > sum+0.002 {
			t.Errorf("up to slot %d: %v, want %v", slot, s.chance(slots, slot), sum)
		}
	}
	for d := range uint32(1 << 14) {
		slot := slotOf(d)
		first := slot
		if slot >= 4 {
			first = (2 | slot&1) << (slot>>1 - 1)
		}
		if d < first || d > 0 && slotOf(d-1) > slot {
			t.Fatalf("distance %d has slot %d, which begins at %d", d, slot, first)
		}
	}
}

func FuzzStream(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8}, byte(usualProperties))
	f.Add(binary.LittleEndian.AppendUint64([]byte{0}, 1<<60), byte(4))
	var s stream
	f.Fuzz(func(t *testing.T, b []byte, properties byte) {
		if bits, end, _ := s.evidence(b, properties); bits < 0 || end > len(b) || math.IsNaN(bits) {
			t.Errorf("%v bits up to %d of %d", bits, end, len(b))
		}
	})
}
