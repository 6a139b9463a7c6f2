package lzma

import (
	"syscall"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

func cpu() int64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

func BenchmarkCPU(b *testing.B) {
	bufs := map[string][]byte{"cipher": randomBytes(1, 4<<20)}
	for n, c := range crafted(4 << 20) {
		bufs[n] = c
	}
	for n, buf := range bufs {
		b.Run(n, func(b *testing.B) {
			var f Finder
			t := cpu()
			k := 0
			for b.Loop() {
				f.FindAtRims(buf, 65536, len(buf)-65536, 65, func(proof.Observation) {}, func(Edge) {})
				k++
			}
			b.ReportMetric(float64(cpu()-t)/float64(k)/float64(len(buf)), "cpu-ns/B")
		})
	}
}
