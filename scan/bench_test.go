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

// BenchmarkStructures asks every room at every sector of a page of ciphertext.
func BenchmarkStructures(b *testing.B) {
	buf := make([]byte, PageBytes)
	disktest.Keystream(1).ReadAt(buf, 0)
	s := segment{plan: planOver(1<<40, Full), size: 1 << 40, base: 1 << 30, buf: buf, hi: len(buf), threshold: 48, positions: 1}
	s.classifySectors(nil)
	for b.Loop() {
		s.findStructures()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(buf)/SectorBytes), "ns/sector")
}
