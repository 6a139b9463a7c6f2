package entropy

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"
)

// TestStrideModels: over all differences the e-values of each model add up to no more than those of uniform bytes, and the weights of the models of a
// phase to no more than 1.
func TestStrideModels(t *testing.T) {
	for model, class := range []func(byte) byte{smallClass, smallishClass} {
		sum := 0.0
		for d := range symbols {
			sum += math.Exp2(float64(sizeWeights[model][class(sizeOf(byte(d)))]) * strideUnit / laneUnit)
		}
		if sum > symbols {
			t.Errorf("model %d: the e-values of all differences add up to %v", model, sum)
		}
	}
	if sum := math.Exp2(anyPhase/float64(laneUnit)) + 2*math.Exp2(toldPhase/float64(laneUnit)); sum > 1 {
		t.Errorf("the models of a phase have the weight %v", sum)
	}
}

func phasesAsDefined(t *testing.T, b []byte, at int) {
	t.Helper()
	for _, stride := range strides {
		got := phaseSums{by16: [2][16]int16{{7}}}
		var want phaseSums
		below, wantBelow := sumPhases(&got, b, at, stride), sumPhasesGeneric(&want, b, at, stride)
		if got != want {
			t.Fatalf("%d bytes from %d, stride %d: %v, want %v", len(b), at, stride, got, want)
		}
		if below != wantBelow {
			t.Fatalf("%d bytes from %d, stride %d: all below is %v", len(b), at, stride, below)
		}
		if score := int32(anyPhase * stride); below && got.score(stride) != score {
			t.Fatalf("%d bytes from %d, stride %d: all are below, and the score is %d, not %d", len(b), at, stride, got.score(stride), score)
		}
	}
}

func TestSumPhases(t *testing.T) {
	for n := 64; n <= 32+544; n += 32 {
		phasesAsDefined(t, random(byte(n), n), 32)
		phasesAsDefined(t, make([]byte, n), 32)
	}
	ramp := make([]byte, 600)
	for i := range ramp {
		ramp[i] = byte(i * i)
	}
	phasesAsDefined(t, ramp, 40)
}

func FuzzSumPhases(f *testing.F) {
	f.Add(make([]byte, 544))
	f.Add(random(1, 100))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= 64 {
			phasesAsDefined(t, b[:min(len(b), 544)], 32)
		}
	})
}

// samples are those of a loud tone with noise.
func samples(n, channels int, sample func([]byte, float64) []byte) (b []byte) {
	r := rand.New(rand.NewPCG(6, 6))
	for i := 0; len(b) < n; i++ {
		for c := range channels {
			b = sample(b, 0.9*math.Sin(float64(i)/40+float64(c))+0.02*r.NormFloat64())
		}
	}
	return b[:n]
}

func word24(b []byte, v float64) []byte {
	u := uint32(int32(v * (1 << 23)))
	return append(b, byte(u), byte(u>>8), byte(u>>16))
}

// TestStridePower: one sector of samples in a random block is above the threshold of a terabyte.
func TestStridePower(t *testing.T) {
	for name, sample := range map[string]func([]byte, float64) []byte{
		"24 bits": word24,
		"32 bits": func(b []byte, v float64) []byte { return binary.LittleEndian.AppendUint32(b, uint32(int32(v*(1<<31)))) },
		"float32": func(b []byte, v float64) []byte {
			return binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
		},
		"float64": func(b []byte, v float64) []byte { return binary.BigEndian.AppendUint64(b, math.Float64bits(v)) },
	} {
		for channels := 1; channels <= 2; channels++ {
			if channels == 2 && name == "float64" {
				continue
			}
			b := random(13, 4096)
			copy(b[1536:], samples(Sector, channels, sample))
			var m Meter
			if got := m.Block(b, nil); got < 50 {
				t.Errorf("%s, %d channels: %.1f bits", name, channels, got)
			}
		}
	}
}

func BenchmarkAddStrides(b *testing.B) {
	data := random(1, 1<<20)
	var scores [numStrides]int32
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for at := 0; at < len(data); at += Sector {
			addStrides(scores[:], data[:at+Sector], at)
		}
	}
}

// TestStrideScore holds the score of sums against what a phase pays.
func TestStrideScore(t *testing.T) {
	var s phaseSums
	s.by24[small][1], s.by24[small][4], s.by24[smallish][2] = 50, 20, 90 // modulo 3: phases 1 and 2
	s.by16[smallish][5], s.by16[small][13] = 60, 99                      // modulo 8: phase 5
	for stride, want := range map[int]int32{
		3: anyPhase + (70*strideUnit + toldPhase) + (90*strideUnit + toldPhase),
		8: 7*anyPhase + (99*strideUnit + toldPhase),
	} {
		if got := s.score(stride); got != want {
			t.Errorf("stride %d: %d, want %d", stride, got, want)
		}
	}
}

// TestAllBelow: one phase whose sums are not below zero is enough, wherever it is.
func TestAllBelow(t *testing.T) {
	var sums phaseSums
	for _, stride := range strides {
		b := random(byte(stride), 544)
		if !sumPhases(&sums, b, 32, stride) {
			t.Errorf("stride %d: random bytes are not all below", stride)
		}
		for _, period := range []int{16, 24} {
			for phase := range period {
				b := random(byte(stride), 544)
				for at := 32 + phase; at < len(b); at += period {
					b[at] = b[at-stride]
				}
				phasesAsDefined(t, b, 32)
				if sumPhases(&sums, b, 32, stride) {
					t.Errorf("stride %d: phase %d of %d is not below", stride, phase, period)
				}
			}
		}
	}
}
