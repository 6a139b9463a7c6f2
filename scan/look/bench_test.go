package look

import (
	"runtime"
	"syscall"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/disktest/files"
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

// BenchmarkLook is the look at a page with its context, without reading and hashing. Besides the time
// that passed it gives that of the processor, which other work on the machine spoils less.
func BenchmarkLook(b *testing.B) {
	const context = 64 << 10
	const size = PageBytes + 2*context
	for _, medium := range []struct {
		name  string
		buf   []byte
		quick bool
	}{
		{"ciphertext", ciphertext(size), false},
		{"ciphertext-quick", ciphertext(size), true},
		{"zeros", make([]byte, size), false},
		{"documents", documents(size), false},
	} {
		b.Run(medium.name, func(b *testing.B) {
			l := New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 48, Quick: medium.quick})
			v := Span{Buf: medium.buf, Base: 1<<30 - context, Lo: context, Hi: context + PageBytes}
			l.Look(v) // makes tables and memory, once
			b.SetBytes(PageBytes)
			b.ReportAllocs()
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			start := processorTime()
			for b.Loop() {
				l.Look(v)
			}
			b.ReportMetric(float64(processorTime()-start)/float64(b.N*PageBytes), "cpu-ns/B")
		})
	}
}

// processorTime is that of this thread, in nanoseconds.
func processorTime() int64 {
	const thisThread = 1 // getrusage(2): RUSAGE_THREAD
	var u syscall.Rusage
	syscall.Getrusage(thisThread, &u)
	return u.Utime.Nano() + u.Stime.Nano()
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
			b.SetBytes(int64(len(buf)))
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			start := processorTime()
			for b.Loop() {
				sweep(&s)
			}
			b.ReportMetric(float64(processorTime()-start)/float64(b.N*len(buf)), "cpu-ns/B")
		})
	}
	for _, r := range table {
		if r.sweep != nil {
			run(r.Name, r.sweep)
		}
	}
	run("doubt", func(s *segment) { s.findDoubts(); s.weighed = false })
}
