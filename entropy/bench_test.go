package entropy

import (
	"math/rand/v2"
	"testing"
)

func random(seed byte, n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

func benchmarkBlock(b *testing.B, data []byte, size int) {
	var m Meter
	var t Tally
	m.Block(data[:size], &t)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		for i := 0; i+size <= len(data); i += size {
			m.Block(data[i:i+size], &t)
		}
	}
}

func BenchmarkBlock(b *testing.B) {
	b.Run("random-512", func(b *testing.B) { benchmarkBlock(b, random(1, 1<<20), 512) })
	b.Run("random-4096", func(b *testing.B) { benchmarkBlock(b, random(1, 1<<20), 4096) })
	b.Run("random-65536", func(b *testing.B) { benchmarkBlock(b, random(1, 1<<20), 65536) })
	b.Run("prose-4096", func(b *testing.B) { benchmarkBlock(b, prose(1, 1<<20), 4096) })
}

func BenchmarkShannon(b *testing.B) {
	var m Meter
	m.Block(random(1, 4096), nil)
	b.SetBytes(4096)
	for b.Loop() {
		m.Shannon()
	}
}

func BenchmarkTallyBits(b *testing.B) {
	for name, data := range map[string][]byte{"random": random(1, 1<<16), "prose": prose(1, 1<<16)} {
		b.Run(name, func(b *testing.B) {
			var t Tally
			t.Add(data)
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				t.Bits()
			}
		})
	}
}

func BenchmarkPeriod(b *testing.B) {
	for name, data := range map[string][]byte{"random": random(1, 512), "zeros": make([]byte, 512)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				Period(data)
			}
		})
	}
}

func prose(seed uint64, n int) []byte {
	words := []string{"the ", "record ", "of ", "erasure ", "is ", "kept ", "by ", "a ", "laboratory, ", "and ", "signed.\n", "Page ", "12 ", "says ", "which ", "disk "}
	r := rand.New(rand.NewPCG(seed, 0))
	b := make([]byte, 0, n+16)
	for len(b) < n {
		b = append(b, words[r.IntN(len(words))]...)
	}
	return b[:n]
}
