package entropy

import "math"

const (
	// Sector is the piece of a block that Block also looks at on its own: 512 bytes, the
	// least that a drive reads.
	Sector = 512

	// tableSize covers what a block of 4096 bytes asks for: Γ(2a + n) with a ≤ 256.
	tableSize = 4096 + 2*256 + 1

	// plainly is a score of the whole block at which its sectors are not looked at any more.
	plainly = 128

	// oddSector is a value of the chi-square statistic with 255 degrees of freedom,
	// 2.5 standard deviations above its mean, that one uniform sector in 100 exceeds.
	oddSector = 311
)

// Weights of the average in Meter.Block.
const (
	blockWeight         = 32. / 64
	sectorWeight        = 16. / 64
	blockStuffingWeight = 15. / 64
)

// Meter measures blocks. It holds the tables and the scratch of one worker: it is not for
// concurrent use, allocates nothing, and carries nothing from one block to the next.
// The zero value is ready for use.
type Meter struct {
	ready bool
	lg    [tableSize]float64 // log2 Γ(i)
	nlogn [tableSize]float64 // i log2 i

	bytes  [symbols]uint64 // of the last block
	part   [symbols]uint64 // of a sector looked at again
	counts [symbols]uint16
	coins  coins
}

// Block measures the bytes of one block: a multiple of 512 up to 65536, possibly joined from
// several sectors. (Another length is measured as well; a short piece at its end is a sector.) It adds
// the counts to t, unless t is nil, and returns the score: log2 of the average of
//
//   - the histogram models over the whole block, as in Tally.UniformBits (weight ½),
//   - the same over each 512-byte sector, averaged over the sectors (¼): a block may hold the
//     end of a file and random bytes behind it,
//   - JPEG stuffing over the whole block, as in Tally.StuffingBits (15/64),
//   - the constant 1 (1/64), so that no score is below -6.
//
// On uniform bytes P(Block ≥ s) ≤ 2^-s. What a cheap look finds not worth the logarithms
// is counted as 0, which can only lower the score: histograms without a high chi-square statistic,
// fewer than two stuffed FF, the sectors of a block that is plainly structured as a whole.
func (m *Meter) Block(b []byte, t *Tally) float64 {
	if !m.ready {
		m.prepare()
	}
	odd := m.count(b)
	ff, stuffed := m.stuffing(b)
	if t != nil {
		t.add(&m.bytes, ff, stuffed)
	}
	if len(b) == 0 {
		return 0
	}
	var score average
	score.add(floorWeight, 0)
	if stuffed >= 2 {
		score.add(blockStuffingWeight, stuffingBits(ff, stuffed))
	}
	if n := m.coins.fill(&m.bytes); m.coins.suspicious(n) {
		score.add(blockWeight, m.histogram(n))
	}
	if odd && score.bits() < plainly {
		score.add(sectorWeight, m.sectors(b))
	}
	return score.bits()
}

// Shannon is the plug-in entropy -Σ p log2 p of the last block in bits per byte. It is a
// description for a picture, not a test: it depends on the number of bytes (uniform random
// bytes have 7.59 ± 0.02 in 512 bytes and 7.955 ± 0.004 in 4096).
func (m *Meter) Shannon() float64 {
	var n uint64
	var sum float64
	for _, v := range m.bytes {
		n += v
		if v < tableSize {
			sum += m.nlogn[v]
		} else {
			sum += float64(v) * math.Log2(float64(v))
		}
	}
	if n == 0 {
		return 0
	}
	return math.Log2(float64(n)) - sum/float64(n)
}

func (m *Meter) prepare() {
	for i := 1; i < tableSize; i++ {
		m.lg[i] = logGamma(uint64(i))
		m.nlogn[i] = float64(i) * math.Log2(float64(i))
	}
	m.ready = true
}

// count fills m.bytes and says whether any sector is odd by itself.
func (m *Meter) count(b []byte) (odd bool) {
	clear(m.bytes[:])
	for ; len(b) > Sector; b = b[Sector:] {
		if m.addSector(&m.bytes, b[:Sector]) {
			odd = true
		}
	}
	return m.addSector(&m.bytes, b) || odd
}

// addSector adds the counts of at most 512 bytes to h and says whether their chi-square
// statistic, 256/n Σ n_c² - n, is high.
func (m *Meter) addSector(h *[symbols]uint64, b []byte) (odd bool) {
	counts := &m.counts
	clear(counts[:])
	for _, c := range b {
		counts[c]++
	}
	var squares uint64
	for c, v := range counts {
		h[c] += uint64(v)
		squares += uint64(v) * uint64(v)
	}
	n := uint64(len(b))
	return symbols*squares > n*(n+oddSector)
}

// sectors averages the histogram models over the sectors: log2 of (Σ e-values)/(number of sectors).
func (m *Meter) sectors(b []byte) float64 {
	number := (len(b) + Sector - 1) / Sector
	var score average
	for ; len(b) > 0; b = b[min(Sector, len(b)):] {
		clear(m.part[:])
		if m.addSector(&m.part, b[:min(Sector, len(b))]) {
			score.add(1/float64(number), m.histogram(m.coins.fill(&m.part)))
		}
	}
	return score.bits()
}

// stuffing is countStuffing with the help of the histogram, which knows the number of FF.
func (m *Meter) stuffing(b []byte) (ff, stuffed uint64) {
	ff = m.bytes[0xFF]
	if ff > 0 && b[len(b)-1] == 0xFF {
		ff--
	}
	if ff == 0 {
		return 0, 0
	}
	return ff, countStuffed(b)
}

// histogram is coins.bits for the few bytes of a block, where lnΓ from a table is exact enough:
// the average over models and priors, without the floor.
func (m *Meter) histogram(n uint64) float64 {
	var score average
	list, k := priors(n)
	for _, a := range list[:k] {
		score.add(symbolsWeight/float64(k), m.symbols(n, a))
		score.add(treeWeight/float64(k), m.tree(n, a))
		score.add(positionsWeight/float64(k), m.positions(n, a))
	}
	return score.bits()
}

// symbols is the Dirichlet-multinomial e-value as it is usually written:
// 256^n · Γ(256α)/Γ(256α+n) · Π_c Γ(α+n_c)/Γ(α).
func (m *Meter) symbols(n, alpha uint64) float64 {
	bits := 8*float64(n) + m.logGamma(symbols*alpha) - m.logGamma(symbols*alpha+n) - symbols*m.logGamma(alpha)
	for _, v := range m.coins[symbols:] {
		bits += m.logGamma(alpha + v)
	}
	return bits
}

// tree is 2^8n · Π over the 255 coins of B(a+s, a+r)/B(a, a).
func (m *Meter) tree(n, a uint64) float64 {
	bits := 8*float64(n) - nodes*m.logBeta(a, a)
	for i := 1; i < symbols; i++ {
		bits += m.logBeta(a+m.coins[2*i], a+m.coins[2*i+1])
	}
	return bits
}

// positions is the same with one coin for each bit position.
func (m *Meter) positions(n, a uint64) float64 {
	bits := 8*float64(n) - levels*m.logBeta(a, a)
	for level := range levels {
		ones := m.coins.ones(level)
		bits += m.logBeta(a+n-ones, a+ones)
	}
	return bits
}

func (m *Meter) logBeta(x, y uint64) float64 {
	return m.logGamma(x) + m.logGamma(y) - m.logGamma(x+y)
}

func (m *Meter) logGamma(i uint64) float64 {
	if i < tableSize {
		return m.lg[i]
	}
	return logGamma(i)
}

// logGamma is log2 Γ(i).
func logGamma(i uint64) float64 {
	lg, _ := math.Lgamma(float64(i))
	return lg / math.Ln2
}
