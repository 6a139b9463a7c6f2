package look

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan/detector"
)

// TestSeamPower measures what is still noticed in the last sector before zeros, behind ciphertext: the table in
// docs/detection.md. Everything else beside fill is judged as it was.
func TestSeamPower(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	const tries = 200
	meter := segment{detectors: new(detectors)}
	english := bytes.Repeat([]byte("It was the best of times, it was the worst of times, it was the age of wisdom. "), 8)
	records := func(n, seed int) []byte { // records: counters, small numbers, some random bytes
		b := make([]byte, n)
		disktest.Keystream(uint64(seed)).ReadAt(b, 0)
		for i := range b {
			if i%4 >= 2 {
				b[i] = 0
			}
		}
		return b
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	code := func(n, i int) []byte { return program[len(program)/8+i*1009:][:n] }
	for _, c := range []struct {
		kind  string
		n     int
		want  int // % noticed at least
		piece func(n, i int) []byte
	}{
		{"text", 16, 0, func(n, i int) []byte { return english[i:][:n] }},
		{"text", 24, 90, func(n, i int) []byte { return english[i:][:n] }},
		{"text", 32, 99, func(n, i int) []byte { return english[i:][:n] }},
		{"records", 8, 0, records}, {"records", 12, 0, records}, {"records", 16, 99, records}, {"records", 32, 100, records},
		{"code", 16, 0, code}, {"code", 32, 0, code}, {"code", 64, 50, code}, {"code", 128, 90, code}, {"code", 256, 95, code},
	} {
		saw := 0
		for i := range tries {
			if !meter.plainSeam(c.piece(c.n, i)) {
				saw++
			}
		}
		t.Logf("%s of %d bytes: %d %%", c.kind, c.n, saw*100/tries)
		if saw*100 < c.want*tries {
			t.Errorf("%s of %d bytes: %d of %d are noticed", c.kind, c.n, saw, tries)
		}
	}
}

// seamed is 8 KiB of ciphertext with fill of a value behind it from a byte of its last sector on.
func seamed(last []byte, value byte) []byte {
	const whole = 8 << 10
	b := bytes.Repeat([]byte{value}, 2*whole)
	disktest.Keystream(5).ReadAt(b[:whole], 0)
	copy(b[whole:], last)
	return b
}

var strict = sync.OnceValue(func() *Looker { return New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 30}) })

// clean fails the test where anything is found in a buffer.
func clean(t *testing.T, name string, b []byte) {
	t.Helper()
	if saw := strict().Look(Span{Buf: b, Base: 1 << 30, Hi: len(b)}); len(saw.Findings) > 0 {
		t.Errorf("%s: %+v", name, saw.Findings)
	}
}

// Fill of any value is fill: it begins no structure whose fields may all be 04 or F1.
func TestFillIsNoStructure(t *testing.T) {
	for value := range 256 {
		clean(t, "fill", bytes.Repeat([]byte{byte(value)}, 4<<10))
	}
}

// A structure is none that only the fill behind two bytes of ciphertext makes one: here those of
// a record of a DASD's table of contents, and of a RAID label. The buffer stays what was read.
func TestFillMakesNoStructure(t *testing.T) {
	random := func(n int) []byte {
		b := make([]byte, n)
		disktest.Keystream(6).ReadAt(b, 0)
		return b
	}
	record := random(200)
	record[0], record[44] = 0xC5, 0xF1
	clean(t, "a record of a table of contents", seamed(record, 0))
	label := random(236)
	copy(label, "JM")
	b := seamed(label, 0)
	clean(t, "a RAID label", b)
	if !bytes.Equal(b, seamed(label, 0)) {
		t.Error("the buffer was changed")
	}
}

// Where the ciphertext ends in the context the fill is no data either.
func TestSeamsInContext(t *testing.T) {
	for _, hi := range []int{4096, 8192} {
		l := strict()
		l.Look(Span{Buf: seamed([]byte{0x5b}, 0), Base: 1 << 30, Hi: hi})
		if x := l.segment.sectors[8<<10/SectorBytes]; !x.seam || x.tail != SectorBytes-1 {
			t.Errorf("up to %d: %+v", hi, x)
		}
	}
}

// Fill that ends or begins a sector is no data of statistics or finders, as short as it may be.
func TestShortFill(t *testing.T) {
	for n := 1; n <= 16; n += 3 {
		for i := range 15 {
			last := make([]byte, SectorBytes-n)
			rand.NewChaCha8([32]byte{byte(n), byte(i)}).Read(last)
			clean(t, "short fill", seamed(last, []byte{0, 0xFF, 0x20}[i%3]))
		}
	}
}

// A structure that depends on bytes of its own is one, also with fill behind it: here a wrapped
// passphrase.
func TestStructuresBeforeFill(t *testing.T) {
	random := make([]byte, 128)
	disktest.Keystream(6).ReadAt(random, 0)
	wrapped := slices.Concat([]byte(":\x02"), random[:8], []byte("0123456789abcdef"), random[:80])
	saw := strict().Look(Span{Buf: seamed(wrapped, 0), Base: 1 << 30, Hi: 16 << 10})
	if len(of(saw.Findings, detector.Keys)) != 1 {
		t.Errorf("%+v", saw.Findings)
	}
}
