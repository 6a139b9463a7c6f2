package look

import (
	"math"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/disktest/files"
	"shokyo.dev/shokyo/scan/detector"
)

func ciphertext(n int) []byte {
	buf := make([]byte, n)
	disktest.Keystream(1).ReadAt(buf, 0)
	return buf
}

// documents are files of many kinds, as a file system lays them: from the start of a block on, with zeros
// behind them.
func documents(n int) (buf []byte) {
	for len(buf) < n {
		for _, f := range files.Documents() {
			buf = append(buf, f.Data...)
			buf = append(buf, make([]byte, -len(buf)&4095)...)
		}
	}
	return buf[:n]
}

// BenchmarkLook is the look at a page with its context, without reading and hashing.
func BenchmarkLook(b *testing.B) {
	const context = 64 << 10
	const size = PageBytes + 2*context
	for _, medium := range []struct {
		name  string
		make  func(n int) []byte
		quick bool
	}{
		{"ciphertext", ciphertext, false},
		{"ciphertext-quick", ciphertext, true},
		{"zeros", zeros, false},
		{"documents", documents, false},
		{"documents-quick", documents, true},
	} {
		b.Run(medium.name, func(b *testing.B) {
			buf := medium.make(size)
			l := New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 48, Quick: medium.quick})
			v := Span{Buf: buf, Base: 1<<30 - context, Lo: context, Hi: context + PageBytes}
			l.Look(v) // makes tables and memory, once
			b.ReportAllocs()
			leastTime(b, PageBytes, func() { l.Look(v) })
		})
	}
}

func zeros(n int) []byte { return make([]byte, n) }

// leastTime runs something and gives the processor time that it took for each of so many bytes, on the average and at the least,
// which work beside it spoils least of all.
func leastTime(b *testing.B, n int, run func()) {
	b.SetBytes(int64(n))
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start, least := processorTime(), int64(math.MaxInt64)
	for b.Loop() {
		before := processorTime()
		run()
		least = min(least, processorTime()-before)
	}
	b.ReportMetric(float64(processorTime()-start)/float64(b.N*n), "cpu-ns/B")
	b.ReportMetric(float64(least)/float64(n), "least-ns/B")
}

// processorTime is that of this thread, in nanoseconds.
func processorTime() int64 {
	var t unix.Timespec
	unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t)
	return t.Nano()
}

// BenchmarkStructures asks every room at every sector of a page of ciphertext.
func BenchmarkStructures(b *testing.B) {
	s := New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 48}).segment
	s.base, s.buf, s.positions = 1<<30, ciphertext(PageBytes), 1
	s.hi = len(s.buf)
	s.classifySectors(nil)
	for b.Loop() {
		s.findStructures()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(s.buf)/SectorBytes), "ns/sector")
}

// BenchmarkDetectors is what each detector that sweeps costs on ciphertext, and what a look
// for doubt does: a dear one costs more than that.
func BenchmarkDetectors(b *testing.B) {
	buf := ciphertext(PageBytes)
	s := New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 48}).segment
	s.base, s.buf, s.hi, s.positions = 1<<30, buf, len(buf), 1
	s.classifySectors(nil)
	run := func(name string, sweep func(*segment)) {
		b.Run(name, func(b *testing.B) {
			leastTime(b, len(buf), func() { sweep(&s) })
		})
	}
	for d := range detector.Count {
		if sweep := ways[d].sweep; sweep != nil {
			run(d.String(), sweep)
		}
	}
	run("doubt", func(s *segment) { s.findDoubts(); s.weighed = false })
}
