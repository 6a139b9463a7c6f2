package scan

import (
	"context"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
)

// BenchmarkKeystream is the whole examination of ciphertext on one worker.
func BenchmarkKeystream(b *testing.B) {
	const size = 64 << 20
	buf := make([]byte, size)
	disktest.Keystream(1).ReadAt(buf, 0)
	p := planOver(size, Full)
	b.SetBytes(size)
	for b.Loop() {
		s, err := New(p, bytesSource{buf}, Options{Workers: 1})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Run(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
