package look

import (
	"bytes"
	"os"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
)

// TestSeamPower measures what is still noticed in the last sector before zeros, behind ciphertext: the table in
// docs/detection.md. Everything else beside fill is judged as it was.
func TestSeamPower(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	const tries = 200
	var meter segment
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
		seen := 0
		for i := range tries {
			if !meter.plainSeam(c.piece(c.n, i)) {
				seen++
			}
		}
		t.Logf("%s of %d bytes: %d %%", c.kind, c.n, seen*100/tries)
		if seen*100 < c.want*tries {
			t.Errorf("%s of %d bytes: %d of %d are noticed", c.kind, c.n, seen, tries)
		}
	}
}
