package entropy

import (
	"math"
	"sync"
)

const (
	// Sector is the piece of a block that Block also looks at on its own: 512 bytes, the
	// least that a drive reads.
	Sector = 512

	// tableSize covers what a block of 4096 bytes asks for, Γ(2a + n) with a ≤ 256, and most of what windows up to 256 KiB do.
	tableSize = 16384

	// plainly is a score of the whole block at which its sectors are not looked at any more.
	plainly = 128

	// oddSector is a value of the chi-square statistic with 255 degrees of freedom,
	// 2.5 standard deviations above its mean, that one uniform sector in 100 exceeds.
	oddSector = 311
)

// Weights of the average in Meter.Block.
const (
	blockWeight         = 24. / 64
	sectorWeight        = 12. / 64
	blockStuffingWeight = 11. / 64
	blockHistoryWeight  = 8. / 64
	blockLanesWeight    = 8. / 64
)

// Meter measures blocks. It holds the scratch of one worker: it is not for
// concurrent use, allocates nothing, and carries nothing from one block to the next.
// The zero value is ready for use.
type Meter struct {
	*tables

	bytes  counts // of the last block
	sector counts // scratch: zeros between sectors
	odd    []int  // offsets of the sectors whose statistic is high
	coins  coins

	runs    runCounter
	history History
	lanes   Lanes
}

// Block measures the bytes of one block: a multiple of 512 up to 65536, possibly joined from
// several sectors. (Another length is measured as well; a short piece at its end is a sector.) It adds
// the counts to t, unless t is nil, and returns the score: log2 of the average of
//
//   - the histogram models over the whole block, as in Tally.UniformBits (weight 24/64),
//   - the same over each 512-byte sector, averaged over the sectors (12/64): a block may hold the
//     end of a file and random bytes behind it,
//   - JPEG stuffing over the whole block, as in Tally.StuffingBits (11/64),
//   - the history of bits over the whole block, as in Window.Bits (8/64),
//   - the lanes over all sectors and every run of them, as there (8/64),
//   - the constant 1 (1/64), so that no score is below -6.
//
// On uniform bytes P(Block ≥ s) ≤ 2^-s. What a cheap look finds not worth the logarithms
// is counted as 0, which can only lower the score: histograms without a high chi-square statistic,
// fewer than two stuffed FF, the sectors, the lanes and the history of a block that is plainly structured as a whole.
func (m *Meter) Block(b []byte, t *Tally) float64 { return m.block(b, t, true, true) }

// WithoutHistory is Block without the history of bits, which takes longer than all else: it counts as 0.
func (m *Meter) WithoutHistory(b []byte, t *Tally) float64 { return m.block(b, t, true, false) }

// Cheaply is Block without the lanes and the history of bits: they count as 0.
func (m *Meter) Cheaply(b []byte, t *Tally) float64 { return m.block(b, t, false, false) }

func (m *Meter) block(b []byte, t *Tally, lanes, history bool) float64 {
	m.prepare()
	m.count(b)
	ff, stuffed := m.stuffing(b)
	if t != nil {
		add(t, &m.bytes, ff, stuffed)
	}
	if len(b) == 0 {
		return 0
	}
	var score average
	score.add(floorWeight, 0)
	if stuffed >= 2 {
		score.add(blockStuffingWeight, stuffingBits(ff, stuffed))
	}
	if n := fill(&m.coins, &m.bytes); m.coins.suspicious(n) {
		score.add(blockWeight, m.histogram(n))
	}
	if len(m.odd) > 0 && score.bits() < plainly {
		score.add(sectorWeight, m.sectors(b))
	}
	m.lanes = Lanes{Lacks: !lanes}
	m.history.reset(!history)
	if lanes && score.bits() < plainly {
		m.lanes.Add(b)
		m.lanes.add(&score, blockLanesWeight)
	}
	if history && score.bits() < plainly {
		m.runs.count(&m.history, b)
		m.history.counted = true
		m.history.add(&score, blockHistoryWeight, m.coinBits)
	}
	return score.bits()
}

// History is what was counted of the last block; nothing where it is plainly structured.
func (m *Meter) History() *History { return &m.history }

// Lanes is what the lanes say of the last block; nothing where it is plainly structured.
func (m *Meter) Lanes() *Lanes { return &m.lanes }

// Shannon is the plug-in entropy -Σ p log2 p of the last block in bits per byte. It is a
// description for a picture, not a test: it depends on the number of bytes (uniform random
// bytes have 7.59 ± 0.02 in 512 bytes and 7.955 ± 0.004 in 4096).
func (m *Meter) Shannon() float64 {
	var n uint64
	var sum float64
	for _, v := range m.bytes {
		n += uint64(v)
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

// tables are logarithms of small numbers, the same for all.
type tables struct {
	lg    [tableSize]float64 // log2 Γ(i)
	nlogn [tableSize]float64 // i log2 i
}

var theTables = sync.OnceValue(func() *tables {
	t := new(tables)
	for i := 1; i < tableSize; i++ {
		t.lg[i] = logGamma(uint64(i))
		t.nlogn[i] = float64(i) * math.Log2(float64(i))
	}
	return t
})

func (m *Meter) prepare() {
	if m.tables == nil {
		m.tables = theTables()
	}
}

// count fills m.bytes and m.odd.
func (m *Meter) count(b []byte) {
	m.bytes, m.odd = counts{}, m.odd[:0]
	for at := 0; at < len(b); at += Sector {
		piece := b[at:min(at+Sector, len(b))]
		countInto(&m.sector, piece)
		if n := uint64(len(piece)); symbols*take(&m.bytes, &m.sector) > n*(n+oddSector) {
			m.odd = append(m.odd, at)
		}
	}
}

// sectors averages the histogram models over the sectors, of which those that are not odd
// are counted as 0: log2 of (Σ e-values)/(number of sectors).
func (m *Meter) sectors(b []byte) float64 {
	number := (len(b) + Sector - 1) / Sector
	var score average
	for _, at := range m.odd {
		var part counts
		countInto(&part, b[at:min(at+Sector, len(b))])
		score.add(1/float64(number), m.histogram(fill(&m.coins, &part)))
	}
	return score.bits()
}

// stuffing is countStuffing with the help of the histogram, which knows the number of FF.
func (m *Meter) stuffing(b []byte) (ff, stuffed uint64) {
	ff = uint64(m.bytes[0xFF])
	if ff > 0 && b[len(b)-1] == 0xFF {
		ff--
	}
	if ff == 0 {
		return 0, 0
	}
	return ff, countStuffed(b)
}

// histogram is coins.models for no more bytes than lnΓ from a table is exact enough for:
// the average over models and priors, without the floor.
func (m *Meter) histogram(n uint64) float64 {
	var score average
	ones := m.coins.ones()
	list, k := priors(n)
	for _, a := range list[:k] {
		leaves, inner := m.sums(a)
		score.add(symbolsWeight/float64(k), m.symbols(n, a, leaves))
		score.add(treeWeight/float64(k), m.tree(n, a, leaves+inner))
		score.add(positionsWeight/float64(k), m.positions(n, a, &ones))
	}
	return score.bits()
}

// sums adds up what symbols and tree need of the nodes for the prior a: log2 Γ(a+n_j) for the
// leaves, log2 Γ(a+n_j)/Γ(2a+n_j) for the nodes between them and the root.
func (m *Meter) sums(a uint64) (leaves, inner float64) {
	c := &m.coins
	for i := symbols; i < len(c); i += 4 { // four sums wait for each other less than one
		leaves += m.logGamma(a+c[i]) + m.logGamma(a+c[i+1]) + (m.logGamma(a+c[i+2]) + m.logGamma(a+c[i+3]))
	}
	for i := 2; i < symbols; i += 2 {
		inner += m.logGamma(a+c[i]) - m.logGamma(2*a+c[i]) + (m.logGamma(a+c[i+1]) - m.logGamma(2*a+c[i+1]))
	}
	return leaves, inner
}

// symbols is the Dirichlet-multinomial e-value as it is usually written:
// 256^n · Γ(256α)/Γ(256α+n) · Π_c Γ(α+n_c)/Γ(α).
func (m *Meter) symbols(n, alpha uint64, leaves float64) float64 {
	return 8*float64(n) + m.logGamma(symbols*alpha) - m.logGamma(symbols*alpha+n) - symbols*m.logGamma(alpha) + leaves
}

// tree is 2^8n · Π B(a+s, a+r)/B(a, a) over the 255 coins. Every node but the root is heads or tails of a coin,
// and every node but a leaf is a coin: their product has Γ(a+n_j) of the former, 1/Γ(2a+n_j) of the latter.
func (m *Meter) tree(n, a uint64, nodesBelow float64) float64 {
	return 8*float64(n) - nodes*m.logBeta(a, a) - m.logGamma(2*a+n) + nodesBelow
}

// positions is the same with one coin for each bit position.
func (m *Meter) positions(n, a uint64, ones *[levels]uint64) float64 {
	bits := 8*float64(n) - levels*m.logBeta(a, a)
	for _, v := range ones {
		bits += m.logBeta(a+n-v, a+v)
	}
	return bits
}

// coinBits is as the function of this name.
func (m *Meter) coinBits(e []float64, a uint64, runs []uint32) {
	prior := m.logBeta(a, a)
	for i := range e {
		n0, n1 := uint64(runs[2*i]), uint64(runs[2*i+1])
		e[i] = float64(n0+n1) + m.logBeta(a+n0, a+n1) - prior
	}
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

// logGamma is log2 Γ(i). It stays out of line so that looking into the table does not.
//
//go:noinline
func logGamma(i uint64) float64 {
	lg, _ := math.Lgamma(float64(i))
	return lg / math.Ln2
}
