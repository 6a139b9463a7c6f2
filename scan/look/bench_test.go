package look

import (
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
)

// BenchmarkStructures asks every room at every sector of a page of ciphertext.
func BenchmarkStructures(b *testing.B) {
	buf := make([]byte, PageBytes)
	disktest.Keystream(1).ReadAt(buf, 0)
	s := New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 48}).segment
	s.base, s.buf, s.hi, s.positions = 1<<30, buf, len(buf), 1
	s.classifySectors(nil)
	for b.Loop() {
		s.findStructures()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(buf)/SectorBytes), "ns/sector")
}
