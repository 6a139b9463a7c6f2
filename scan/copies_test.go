package scan

import (
	"bytes"
	"reflect"
	"syscall"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
)

// Ciphertext that stands at two places in different pages is a doubt, in whatever order pages come; a sample does not say.
func TestCopiesFarApart(t *testing.T) {
	const size = 24 << 20
	for _, apart := range []bool{false, true} {
		m := disktest.New(size, 4)
		if apart {
			b := make([]byte, 256<<10)
			m.ReadAt(b, 1<<20)
			m.Plant(17<<20, b)
		}
		fill := bytes.Repeat([]byte{0xAD}, 5000) // a value whose digest is among the least
		m.Plant(9<<20, fill)
		m.Plant(13<<20+1024, fill[:1024])
		m.Fail(10<<20, 512, syscall.EIO)
		p := planOver(size, Full)
		var saved [][]byte
		want := examine(t, p, m, Options{Due: func() bool { return true }, Save: func(b []byte, _ int64) error { saved = append(saved, b); return nil }})
		if c := want.Copies; (c.Again > 0) != apart || apart && (c.First/(256<<10) != 4 || c.Two != c.First+16<<20) {
			t.Errorf("apart %v: %+v", apart, c)
		}
		for i, b := range saved {
			if got := examine(t, p, m, Options{Resume: b, Workers: 1 + i%7}); !reflect.DeepEqual(got, want) {
				t.Errorf("resumed from checkpoint %d, the result differs", i)
			}
		}
		p.Mode, p.Fraction, p.Seed = Random, 0.5, [32]byte{7}
		if c := examine(t, p, m, Options{}).Copies; c.Units > 0 {
			t.Errorf("of a sample: %+v", c)
		}
	}
}
