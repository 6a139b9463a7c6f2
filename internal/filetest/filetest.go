// Package filetest holds the rooms of package signature to what they promise: each room
// makes its samples, and the checks here are the same for all of them. What is made here with LE, BE
// and Zeros reads like the header in its specification.
package filetest

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

// A Sample is one file, and what is to be said of it.
type Sample struct {
	Kind   string
	Data   string
	Broken int     // with this byte inverted it is nothing any more
	Length int     // of the part that is confirmed
	Bits   float64 // what is claimed, to a hundredth: no payment changes unnoticed
	Detail string
	// Free are the bytes of that part, of its first 512, that say nothing: "2-5 9". Any other one
	// changed in some way changes what is said.
	Free string
}

// File is a sample: its kind, bytes and the byte that breaks it, and then what is to be said of it.
func File(kind, data string, broken int, length int, bits float64, detail, free string) Sample {
	return Sample{Kind: kind, Data: data, Broken: broken, Length: length, Bits: bits, Detail: detail, Free: free}
}

// Prose is text that goes on.
const Prose = "Erasure is a promise, and a promise wants a witness. Nobody reads a disk for pleasure.\n"

// LE and BE are a number in so many bytes.
func LE(n int, v int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(v >> (8 * i))
	}
	return string(b)
}

func BE(n int, v int) string {
	b := []byte(LE(n, v))
	slices.Reverse(b)
	return string(b)
}

// Zeros is n of them.
func Zeros(n int) string { return strings.Repeat("\x00", n) }

// Put overwrites a part of a string.
func Put(s string, at int, part string) string { return s[:at] + part + s[at+len(part):] }

// CRC is CRC-32 as in Ethernet.
func CRC(s string) int { return int(crc32.ChecksumIEEE([]byte(s))) }

// Noise is n random bytes, the same for the same seed.
func Noise(n int, seed byte) string {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b)
	return string(b)
}

// Written is what f writes.
func Written(t testing.TB, f func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// page is a sample with zeros behind it up to a page at least, as it lies on a medium.
func (s *Sample) page() []byte {
	return append([]byte(s.Data), make([]byte, max(0, 4096-len(s.Data)))...)
}

func recognize(formats []proof.Format, b []byte) (best proof.Observation, ok bool) {
	new(proof.Cursor).Strongest(formats, b, 0, &best)
	return best, best.Kind != ""
}

// Check tries every sample: whole, cut off anywhere, and with each byte changed. Every row of the
// table must have a sample, and every kind.
func Check(t *testing.T, formats []proof.Format, samples []Sample) {
	for i := range samples {
		t.Run(fmt.Sprintf("%d-%s", i, samples[i].Kind), func(t *testing.T) { samples[i].check(t, formats) })
	}
	for i := range formats {
		f := &formats[i]
		if !slices.ContainsFunc(samples, func(s Sample) bool { return f.Fits([]byte(s.Data)) && slices.Contains(f.Kinds, s.Kind) }) {
			t.Errorf("no sample with magic number %q at %d", f.Magic, f.At)
		}
		for _, k := range f.Kinds {
			if !slices.ContainsFunc(samples, func(s Sample) bool { return s.Kind == k }) {
				t.Errorf("no sample of %q", k)
			}
		}
	}
}

func (s *Sample) check(t *testing.T, formats []proof.Format) {
	b := s.page()
	o, ok := recognize(formats, b)
	if !ok || o.Kind != s.Kind || o.Start != 0 || o.End != s.Length || o.Detail != s.Detail || o.Bits < proof.MinBits || o.Explained {
		t.Fatalf("%+v, want %d bytes of %s: %s", o, s.Length, s.Kind, s.Detail)
	}
	if math.Abs(o.Bits-s.Bits) > 0.0051 {
		t.Errorf("%.2f bits, want %v", o.Bits, s.Bits)
	}
	if free := freeBytes(formats, b, o); free != s.Free {
		t.Errorf("bytes that say nothing: %q, want %q", free, s.Free)
	}
	b[s.Broken] ^= 0xff
	if o, ok := recognize(formats, b); ok {
		t.Errorf("with byte %d inverted: %+v", s.Broken, o)
	}
	b[s.Broken] ^= 0xff
	for n := 0; n < min(2048, len(b)); n += 13 {
		if o, ok := recognize(formats, b[:n:n]); ok && (o.End > n || o.Bits < proof.MinBits) {
			t.Errorf("cut at %d: %+v", n, o)
		}
	}
}

// freeBytes lists the bytes of what is confirmed that can be anything: changed in four ways, they
// change nothing that is said.
func freeBytes(formats []proof.Format, b []byte, whole proof.Observation) string {
	var spans []string
	first := -1
	for at := 0; at <= min(whole.End, 512); at++ {
		free := at < min(whole.End, 512) && saysNothing(formats, b, at, whole)
		switch {
		case free && first < 0:
			first = at
		case !free && first == at-1 && first >= 0:
			spans, first = append(spans, fmt.Sprint(first)), -1
		case !free && first >= 0:
			spans, first = append(spans, fmt.Sprintf("%d-%d", first, at-1)), -1
		}
	}
	return strings.Join(spans, " ")
}

func saysNothing(formats []proof.Format, b []byte, at int, whole proof.Observation) bool {
	old := b[at]
	defer func() { b[at] = old }()
	for _, flip := range []byte{0xff, 0x80, 0x10, 0x01} {
		b[at] = old ^ flip
		if o, _ := recognize(formats, b); o.Kind != whole.Kind || o.End != whole.End || o.Bits != whole.Bits || o.Detail != whole.Detail {
			return false
		}
	}
	return true
}

// pool is random bytes; slice is a random part of it.
type pool string

func (p pool) slice(r *rand.Rand, n int) string {
	at := r.IntN(len(p) - n)
	return string(p[at : at+n])
}

// Bounds checks the claim of package proof itself, P(s more bits) ≤ 2^-s, and not only at the
// start: after every step of every sample, with random bytes from there on.
func Bounds(t *testing.T, formats []proof.Format, samples []Sample) {
	trials := 1500
	if testing.Short() {
		trials = 200
	}
	r, random := rand.New(rand.NewChaCha8([32]byte{2})), pool(Noise(1<<20, 31))
	for _, s := range samples {
		for i := range formats {
			row := &formats[i]
			data := s.page()
			data = data[:min(len(data), 4096)]
			if !row.Fits(data) || !slices.Contains(row.Kinds, s.Kind) {
				continue
			}
			for _, cut := range steps(row, data) {
				checkBound(t, row, data[:cut], trials, func() string { return random.slice(r, len(data)) })
			}
		}
	}
}

// reach is the bits of all checks that passed, also of those behind what was confirmed.
func reach(row *proof.Format, b []byte) float64 {
	var c proof.Cursor
	c.Confirm(row, b, 0)
	return c.Bits()
}

// steps lists offsets behind which a parser's next step begins: where one more
// byte adds bits. The first is the start of the file, or the end of its magic number.
func steps(row *proof.Format, data []byte) []int {
	cuts := []int{0}
	if row.At == 0 {
		cuts[0] = len(row.Magic)
	}
	last := reach(row, data[:cuts[0]])
	for k := cuts[0] + 1; k < min(len(data), 512) && len(cuts) < 24; k++ {
		if x := reach(row, data[:k:k]); x > last {
			cuts, last = append(cuts, k), x
		}
	}
	return cuts
}

func checkBound(t *testing.T, row *proof.Format, prefix []byte, trials int, random func() string) {
	t.Helper()
	b := []byte(random())
	copy(b, prefix)
	before := reach(row, b[:len(prefix):len(prefix)])
	if row.At == 0 && len(prefix) == len(row.Magic) {
		// A choice between forms that is made right behind the magic number is paid for
		// already; what is bounded is the gain over what stood before it.
		before = max(before, 8*float64(len(prefix)))
	}
	var counts [16]int
	for range trials {
		copy(b[len(prefix):], random())
		more := reach(row, b) - before
		for s := 1; s < len(counts); s++ {
			if more >= float64(s) {
				counts[s]++
			}
		}
	}
	for s, n := range counts {
		want := float64(trials) * math.Exp2(-float64(s))
		if s > 0 && float64(n) > want+6*math.Sqrt(want)+4 {
			t.Errorf("%s behind byte %d: %d of %d gain %d bits, at most %.0f expected", row.Kinds[0], len(prefix), n, trials, s, want)
			return
		}
	}
}

// Fuzz holds what is said of any bytes to its form, and to be said again.
func Fuzz(f *testing.F, formats []proof.Format, samples []Sample) {
	for _, s := range samples {
		if len(s.Data) <= 1<<14 {
			f.Add(s.page())
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		o, ok := recognize(formats, b)
		if ok && (o.Start != 0 || o.End < 1 || o.End > len(b) || math.IsNaN(o.Bits) || o.Bits < proof.MinBits || o.Detail == "") {
			t.Fatalf("%+v for %d bytes", o, len(b))
		}
		if again, _ := recognize(formats, b); again.Kind != o.Kind || again.Bits != o.Bits || again.End != o.End {
			t.Fatalf("%+v, and then %+v", o, again)
		}
	})
}

// Hostile measures a medium that has the start of a sample in every sector, each running on to
// the end.
func Hostile(b *testing.B, formats []proof.Format, samples []Sample) {
	for _, s := range samples {
		data := make([]byte, 1<<20)
		for at := 0; at < len(data); at += 512 {
			copy(data[at:], s.Data)
		}
		b.Run(s.Kind, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				for at := 0; at < len(data); at += 512 {
					recognize(formats, data[at:])
				}
			}
		})
	}
}
