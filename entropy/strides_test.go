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
		sumPhases(&got, b, at, stride)
		sumPhasesGeneric(&want, b, at, stride)
		if got != want {
			t.Fatalf("%d bytes from %d, stride %d: %v, want %v", len(b), at, stride, got, want)
		}
		if noneTold(&got) != noneToldGeneric(&got) {
			t.Fatalf("%d bytes from %d, stride %d: noneTold is %v", len(b), at, stride, noneTold(&got))
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

// TestNoneTold: one sum that is not below zero, wherever it stands, is enough for phases to be looked at.
func TestNoneTold(t *testing.T) {
	var below phaseSums
	var sums []*int16
	for model := range below.by16 {
		for i := range below.by16[model] {
			sums = append(sums, &below.by16[model][i])
		}
		for i := range below.by24[model] {
			sums = append(sums, &below.by24[model][i])
		}
	}
	for i, v := range sums {
		*v = int16(-1 - 300*i)
	}
	for _, told := range []func(*phaseSums) bool{noneTold, noneToldGeneric} {
		if !told(&below) {
			t.Error("all sums are below zero, and some phase is told")
		}
		for i, v := range sums {
			was := *v
			if *v = int16(i); told(&below) {
				t.Errorf("sum %d is %d, and no phase is told", i, i)
			}
			*v = was
		}
	}
	for _, stride := range strides {
		if got, want := below.score(stride), int32(anyPhase*stride); got != want {
			t.Errorf("stride %d: %d, want %d", stride, got, want)
		}
	}
}
