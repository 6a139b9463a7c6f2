package entropy

// Samples of sound, pixels, measured values and numbers of a table stand at equal distances, and each is near the one
// before it. So a lane for every usual distance, the stride, looks at the difference of each byte to the one a stride before.
// Given the bytes before, every difference of a uniform byte is equally likely.
//
// Only the high bytes of samples are near each other, and where in a stride those stand is not known: each place, the phase,
// is told by a model of its own, which with the weights 3/4, 1/8, 1/8 says that differences are anything, small, or smallish.
// Of these the score takes the best, which is below their mean; the sum over all phases is that of a product of e-values, for no two phases have a
// difference in common. That no phase is told costs 0.44 bits for each.
//
// A difference d is small on both sides of -1/2, as that of high bytes is when the low ones carry: its size is d, or -1-d where d < 0, and
// so from 0 to 127. A model gives sixteen classes of sizes weights in units of 1/4 bit (TestStrideModels adds up what is proven of them).

// strides are those of 8 to 64 bits, alone, as pairs, and of three and four colours. Their rows end together after 48 bytes.
var strides = [...]int{1, 2, 3, 4, 6, 8, 12, 16}

const (
	numStrides = 8
	// strideStep is how many differences are looked at together; what is left at the end of a sector is not looked at.
	strideStep = 32
	// strideUnit is how many units of a score are one of a weight.
	strideUnit = laneUnit / 4

	anyPhase  = -7            // log2(3/4), rounded down
	toldPhase = -3 * laneUnit // log2(1/8)
	sizes     = symbols / 2
	small     = 0
	smallish  = 1
)

// sizeWeights are the weights of the classes: small are sizes of 0 and 1, 2 and 3, … 28 and 29, and above; smallish those from 0 to 7, 8 to 15, and so on.
var sizeWeights = [2][16]int8{
	small:    {16, 14, 12, 10, 8, 7, 5, 3, 1, -1, -3, -4, -6, -8, -9, -19},
	smallish: {9, 7, 4, 2, 0, -3, -5, -7, -10, -12, -14, -16, -18, -20, -20, -20},
}

// sizeOf is the size of a difference.
func sizeOf(d byte) byte { return d ^ byte(int8(d)>>7) }

func smallClass(size byte) byte    { return min(size>>1, 15) }
func smallishClass(size byte) byte { return size >> 3 }

// phaseSums are the sums of weights of each model: over the differences whose places are equal modulo 16, and modulo 24.
type phaseSums struct {
	by16 [2][16]int16
	by24 [2][24]int16
}

// sumPhasesGeneric sums up the weights of the differences of b[at:] to what is a stride before. It has as many steps as are whole, and at is at least stride.
// It says whether all sums are below zero, as those of bytes that are no samples are: then no phase of any stride is likelier
// told than not, and the score is that of differences that are anything.
func sumPhasesGeneric(sums *phaseSums, b []byte, at, stride int) (below bool) {
	*sums = phaseSums{}
	for i := range (len(b) - at) / strideStep * strideStep {
		size := sizeOf(b[at+i] - b[at+i-stride])
		for model, weight := range [2]int8{sizeWeights[small][smallClass(size)], sizeWeights[smallish][smallishClass(size)]} {
			sums.by16[model][i%16] += int16(weight)
			sums.by24[model][i%24] += int16(weight)
		}
	}
	return sums.allBelow()
}

// allBelow says that all sums are below zero.
func (s *phaseSums) allBelow() bool {
	and := int16(-1)
	for model := range s.by16 {
		for _, v := range s.by16[model] {
			and &= v
		}
		for _, v := range s.by24[model] {
			and &= v
		}
	}
	return and < 0
}

// score is that of one stride.
func (s *phaseSums) score(stride int) (score int32) {
	period := 24
	sums := [2][]int16{s.by24[small][:], s.by24[smallish][:]}
	if 16%stride == 0 {
		period = 16
		sums = [2][]int16{s.by16[small][:], s.by16[smallish][:]}
	}
	for phase := range stride {
		var a, b int32
		for i := phase; i < period; i += stride {
			a += int32(sums[small][i])
			b += int32(sums[smallish][i])
		}
		score += max(anyPhase, strideUnit*max(a, b)+toldPhase)
	}
	return score
}

// addStrides gives the lanes of strides what they say of b[at:], which is a sector at most. The first bytes of a stretch are only looked back at.
func addStrides(scores []int32, b []byte, at int) {
	var sums phaseSums
	at = max(at, strideStep)
	if len(b) < at+strideStep {
		return
	}
	for i, stride := range strides {
		if sumPhases(&sums, b, at, stride) {
			scores[i] = anyPhase * int32(stride)
		} else {
			scores[i] = sums.score(stride)
		}
	}
}
