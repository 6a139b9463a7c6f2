package ground

import (
	"bytes"
	"testing"

	"shokyo.dev/shokyo/entropy"
)

// However a disk is read, it holds the same; and no two modes, seeds or sectors are alike.
func TestReadAt(t *testing.T) {
	seen := map[string]string{}
	for _, mode := range Modes {
		for _, seed := range []uint64{1, 2} {
			g := New(mode, seed)
			whole, parts := make([]byte, 5*unit), make([]byte, 5*unit)
			g.ReadAt(whole, 3*unit)
			for i, step := 0, 1; i < len(parts); i, step = i+step, step*2+1 {
				g.ReadAt(parts[i:min(i+step, len(parts))], int64(3*unit+i))
			}
			if !bytes.Equal(whole, parts) {
				t.Errorf("%s: read in parts it holds something else", mode)
			}
			for i := 0; i < len(whole); i += 16 {
				was := string(whole[i : i+16])
				if seen[was] != "" {
					t.Fatalf("%s: 16 bytes of %s come again", mode, seen[was])
				}
				seen[was] = string(mode)
			}
		}
	}
}

// What was decrypted under another key is as random as ciphertext.
func TestUniform(t *testing.T) {
	for _, mode := range Modes {
		b := make([]byte, 1<<20)
		New(mode, 7).ReadAt(b, 0)
		var tally entropy.Tally
		tally.Add(b)
		if bits := tally.Bits(); bits > 20 {
			t.Errorf("%s: %.1f bits", mode, bits)
		}
	}
}
