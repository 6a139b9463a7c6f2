package dasd

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

// ebcdicOf writes a text in code page 037.
func ebcdicOf(s string) (b []byte) {
	for _, c := range []byte(s) {
		b = append(b, byte(bytes.IndexByte(fromEBCDIC[:], c)))
	}
	return b
}

// TestEndsOfFiles: the last bytes of a file with zeros behind them are no record of a table of contents, though they have the identifier of
// one where a record has it: with bytes of no name they are nothing, and a text or few bytes are not explained.
func TestEndsOfFiles(t *testing.T) {
	recognize := func(end []byte) (proof.Observation, bool) {
		b := make([]byte, sector)
		copy(b, end)
		b[0], b[44] = b[0]|0xC1, 0xF1
		return proof.Recognize(Rows, proof.Place{Buf: b, Base: 49152, Size: 1 << 30})
	}
	random := make([]byte, 140)
	rand.NewChaCha8([32]byte{}).Read(random)
	text := ebcdicOf(strings.Repeat("PAYROLL 2026 ", 11))
	for n := 45; n <= 140; n++ {
		if s, ok := recognize(random[:n]); ok {
			t.Errorf("%d random bytes: %+v", n, s)
		}
		if s, _ := recognize(text[:n]); s.Explained {
			t.Errorf("a text of %d bytes is explained", n)
		}
	}
	if s, _ := recognize(nil); s.Explained {
		t.Error("two bytes are explained")
	}
}
