package lzma

import (
	"math"
	"sync"

	"shokyo.dev/shokyo/scan/pairs"
)

// encoder is what is known of a program that writes LZMA2. It closes a chunk as soon as the
// compressed size comes to a limit; by how much that is passed is a matter of the last symbol
// (liblzma, Java, Go) or of the last run of the optimal parser (7-Zip).
type encoder struct {
	limit  int
	weight float64
	over   [3]float64 // weights of the three distributions in falls
	resets float64    // how often a compressed chunk behind an uncompressed one resets the state
}

// falls are geometric distributions of what is over the limit.
var falls = [3]float64{0.5, 0.97, 0.995}

const (
	numEncoders = 6
	unknown     = numEncoders - 1 // the encoder whose limit is learned from the chain
)

// encoders and their limits: liblzma 5 (lzma2_encoder.h: 64 KiB less 4097 bytes), 7-Zip and
// the LZMA SDK (kPackReserve), fast-lzma2 (kChunkSize), XZ for Java and what was
// ported from it, Go (ulikunitz/xz).
var encoders = [numEncoders]encoder{
	{61439, 0.35, [3]float64{0.93, 0.05, 0.02}, 0.95},
	{49157, 0.30, [3]float64{0.40, 0.35, 0.25}, 0.05},
	{57344, 0.05, [3]float64{0.30, 0.40, 0.30}, 0.50},
	{65511, 0.08, [3]float64{0.93, 0.05, 0.02}, 0.95},
	{65521, 0.07, [3]float64{0.93, 0.05, 0.02}, 0.05},
	{0, 0.15, [3]float64{}, 0.50},
}

// prior has the weights of the encoders, over has the chance of every size above an
// encoder's limit, times 2^16, and drift the chance of every distance from the size before.
var (
	prior [numEncoders]float64
	over  [numEncoders][1024]float64
	drift [1024]float64 // of compressed sizes
	sway  [1024]float64 // of uncompressed chunks
)

// ready fills the tables, 3,000 powers, when something is first looked for, not at the start of every program.
var ready = sync.OnceFunc(func() {
	for e := range encoders {
		prior[e] = encoders[e].weight
	}
	for k, fall := range falls {
		for j := range drift {
			power := math.Pow(fall, float64(j))
			for e := range encoders {
				over[e][j] += 65536 * encoders[e].over[k] * (1 - fall) * power
			}
			q := 65536 * (1 - fall) / (1 + fall) * power // two-sided: its sum is (1+fall)/(1-fall)
			drift[j] += [3]float64{0.45, 0.35, 0.2}[k] * q
			sway[j] += [3]float64{0.1, 0.65, 0.25}[k] * q
		}
	}
	for before, row := range follow {
		for kind, q := range row {
			followers[before][kind] = q / chance[kind]
		}
	}
	for _, bins := range [][]bin{packings, changes} {
		for k := range bins {
			bins[k].from = math.Exp2(bins[k].from)
		}
	}
	for _, e := range encoders[:unknown] {
		for from, to := growth(e.limit); from < to; from++ {
			givenUp[(from-1)>>8] = true
		}
	}
})

// chance is that of a kind's control byte and 00 in uniform bytes. Properties are weighed
// beside it.
var chance = [numKinds]float64{1, 1. / 256, 1. / 256, 1. / 256, 1. / 2048, 1. / 2048, 1. / 2048, 1. / 2048}

// follow is which kinds come first in what is seen of a chain, and which behind which.
var follow = [numKinds][numKinds]float64{
	noChunk:       {0, 0, 0.01, 0.10, 0.75, 0.04, 0.02, 0.08},
	copyReset:     {0, 0.02, 0.01, 0.55, 0.05, 0.02, 0.33, 0.02},
	copied:        {0, 0.02, 0.01, 0.55, 0.39, 0.39, 0.01, 0.02}, // one or the other, by encoder
	plain:         {0, 0.01, 0.005, 0.085, 0.86, 0.005, 0.005, 0.03},
	stateReset:    {0, 0.02, 0.01, 0.10, 0.80, 0.02, 0.02, 0.03},
	newProperties: {0, 0.02, 0.01, 0.10, 0.80, 0.02, 0.02, 0.03},
	dictReset:     {0, 0.03, 0.01, 0.10, 0.77, 0.01, 0.02, 0.06},
}

// followers is the same over the chance of each.
var followers [numKinds][numKinds]float64

const (
	full  = 0.93 // a chunk ends because of its compressed size,
	vast  = 0.03 // or because of its uncompressed size,
	other = 0.04 // or because the input does

	usual = 0.93
)

// weighPacked is Q/P of the sizes and properties of a compressed chunk.
func (c *chain) weighPacked(h header) float64 {
	ratio := 1.0
	if h.kind >= newProperties {
		ratio = (1 - usual) * 256 / 75 // the valid bytes
		if h.properties == usualProperties {
			ratio += usual * 256
		}
	}
	u := c.weighUncompressed(h)
	rest := vast*weighVast(h) + other
	sum := 0.0
	for e := range c.weight {
		c.weight[e] *= full*c.weighCompressed(e, h.compressed)*u + rest
		switch {
		case c.before != copied:
		case h.kind == stateReset:
			c.weight[e] *= encoders[e].resets
		case h.kind == plain:
			c.weight[e] *= 1 - encoders[e].resets
		}
		sum += c.weight[e]
	}
	for e := range c.weight {
		c.weight[e] /= sum
	}
	return ratio * sum
}

// floor is the part of a model that knows nothing of a size.
const floor = 0.02

func (c *chain) weighCompressed(e, size int) float64 {
	q := 0.0
	switch j := size - encoders[e].limit; {
	case e != unknown:
		if j >= 0 && j < len(over[e]) {
			q = over[e][j]
		}
		return floor + (1-floor)*q
	case c.packed.compressed == 0:
		if size > 1<<15 {
			q = 2
		}
		return 0.2 + 0.8*q
	}
	if d := max(size-c.packed.compressed, c.packed.compressed-size); d < len(drift) {
		q = drift[d]
	}
	return 0.25 + 0.75*q
}

// maxUncompressed is the most that a chunk can hold.
const maxUncompressed = 1 << 21

// bin is a range of ratios, in octaves, up to that of the next, and how often one falls into it.
type bin struct{ from, weight float64 }

var (
	// packings is how often a full chunk is compressed so many times.
	packings = []bin{{0, 0.03}, {0.03, 0.02}, {0.1, 0.02}, {0.5, 0.05}, {1, 0.08}, {1.5, 0.19}, {2, 0.23}, {2.5, 0.16}, {3, 0.10}, {3.5, 0.06}, {4, 0.03}, {4.5, 0.03}, {5, 0}}
	// changes is how often it holds so many times what the chunk before does.
	changes = []bin{{-2, 0.03}, {-1, 0.06}, {-0.5, 0.10}, {-0.25, 0.11}, {-0.125, 0.08}, {-0.0625, 0.05}, {-0.03125, 0.03}, {-0.015625, 0.08},
		{0.015625, 0.03}, {0.03125, 0.05}, {0.0625, 0.08}, {0.125, 0.11}, {0.25, 0.10}, {0.5, 0.06}, {1, 0.03}, {2, 0}}
)

// weighUncompressed is Q/P of the uncompressed size of a full chunk: by how much it is
// compressed, and half of it, by how much that differs from the chunk before.
func (c *chain) weighUncompressed(h header) float64 {
	q := density(h.uncompressed, h.compressed, packings)
	if c.holds > 0 {
		q = (q + density(h.uncompressed, c.holds, changes)) / 2
	}
	return maxUncompressed * q
}

// density is the chance of n when its ratio to another number falls into bins, every n in a
// bin alike.
func density(n, to int, bins []bin) float64 {
	k := 0
	for k < len(bins) && float64(n) >= float64(to)*bins[k].from {
		k++
	}
	if k == 0 || k == len(bins) {
		return 0
	}
	return bins[k-1].weight / float64(first(to, bins[k])-first(to, bins[k-1]))
}

// first is the first number of a bin.
func first(to int, b bin) int { return int(math.Ceil(float64(to) * b.from)) }

// A chunk that is closed because of its uncompressed size holds less than 2 MiB by no more
// than two matches are long, or the optimal parser of 7-Zip looks ahead.
const (
	matches   = 2 * 273
	lookahead = 4096 + 300
)

// weighVast is Q/P of the sizes of such a chunk.
func weighVast(h header) float64 {
	switch left := maxUncompressed - h.uncompressed; {
	case left < matches:
		return maxUncompressed * (0.7/matches + 0.3/lookahead)
	case left < lookahead:
		return maxUncompressed * 0.3 / lookahead
	}
	return 0
}

// weighCopied is Q/P of the size of an uncompressed chunk. Where a chunk did not get smaller
// it holds a little less than the limit, by what the range coder makes random bytes grow.
func (c *chain) weighCopied(h header) float64 {
	sum := 0.0
	for e := range c.weight {
		limit := encoders[e].limit
		if e == unknown {
			limit = max(c.packed.compressed, 1<<15)
		}
		c.weight[e] *= c.weighGivenUp(h.uncompressed, limit)
		sum += c.weight[e]
	}
	for e := range c.weight {
		c.weight[e] /= sum
	}
	return sum
}

func (c *chain) weighGivenUp(size, limit int) float64 {
	q := 0.15
	if size == 1<<16 {
		q += 0.05 * 65536
	}
	from, to := growth(limit)
	if size >= from && size < to {
		q += 0.50 * 65536 / float64(to-from)
	}
	if from := limit - limit/64; size >= from && size < limit {
		q += 0.30 * 65536 / float64(limit/64)
	}
	if c.copy == 0 {
		return q
	}
	if d := max(size-c.copy, c.copy-size); d < len(sway) {
		return 0.4*q + 0.6*sway[d]
	}
	return 0.4 * q
}

// growth is the sizes that grow to a limit: random bytes get longer by 1.2 to 1.6 %.
func growth(limit int) (from, to int) { return limit - limit*157/10000, limit - limit*117/10000 }

// givenUp are the upper bytes of these sizes.
var givenUp [256]bool

// stopsAt is 00 before anything, and 02 before one of them.
var stopsAt = sync.OnceValue(func() *pairs.Set {
	ready()
	var sizes []byte
	for c, up := range givenUp {
		if up {
			sizes = append(sizes, byte(c))
		}
	}
	return pairs.New(pairs.Of([]byte{0}, nil), pairs.Of([]byte{2}, sizes))
})
