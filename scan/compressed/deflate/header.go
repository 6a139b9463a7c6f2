package deflate

import (
	"encoding/binary"
	"math"
	"math/bits"
)

const (
	maxLiterals  = 286
	maxDistances = 30
	endOfBlock   = 256
	noLength     = 16 // before the first code length

	// A hasty reader gives up below these scores: random headers soon are.
	precodeFloor = 7
	lengthsFloor = -12
)

// codeOrder is the order of the lengths of the precode (RFC 1951 §3.2.7).
var codeOrder = [precodeSymbols]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// Symbols 16, 17 and 18 of the precode repeat: extra bits, and the least that is repeated.
var (
	repeatBits  = [3]uint8{2, 3, 7}
	repeatLeast = [3]uint8{3, 3, 11}
)

// header is the header of a dynamic block while it is read.
type header struct {
	m         *model
	pow       *[2048]float64
	precode   [precodeSymbols]uint8
	table     [128]uint8      // symbol<<3 | length by the next bits
	words     [2*128 + 8]byte // for fits: symbol, length<<5, length with extra bits<<8, by the next bits
	used      [precodeSymbols]uint8
	numUsed   int
	literals  int
	distances int
	lens      [maxLiterals + maxDistances + 140]uint8
	symbols   int // how many there were
	// hasty is for a start that nothing speaks for: a header that is not likely to be one is
	// given up. That is where the reader stops, which a supermartingale allows; it costs power alone.
	hasty bool

	lengthState
}

// lengthState is what is known when a code length is read.
type lengthState struct {
	at     int
	room   int // in the code that is being filled, in 1/2^15
	before [3]uint8
	run    int
}

// read reads the header behind the two bits of its type and gives its score, if it is
// one: log2 of how much more likely these bits are in the model than in uniform ones.
//
// The bits behind the type are HLIT, HDIST, HCLEN, the lengths of the precode, and
// symbols of it. For each the model has chances Q that add up to 1, given all that was
// read before; uniform bits have P = 2^-n for n of them, or for a symbol whose code has n. So
// the product of Q/P is a supermartingale. The lengths of the precode are taken together:
// of all that the model could have written only the complete ones are kept, and Q is
// divided by the chance of those (completeChance). Half of that is a model in which all complete ones
// are as likely.
func (h *header) read(r *bitReader) (score float64, ok bool) {
	h.symbols = 0
	score, ok = h.readPrecode(r)
	if !ok || h.hasty && (score < precodeFloor || !h.fits(r)) {
		return score, false
	}
	h.symbols = 0
	h.buildPrecode()
	h.start()
	for h.at < h.literals+h.distances {
		gain, ok := h.some(r)
		if score += gain; !ok || h.hasty && score < lengthsFloor {
			return score, false
		}
	}
	return score, !r.over() && h.at == h.literals+h.distances && h.valid()
}

// fits says whether a header may follow on the precode: the code of literals and lengths is at no symbol
// overfull, and full behind its last. That of a random header nearly never is, and to see it no
// chance has to be computed: eight symbols are as much work as one is with its chance. What
// fits is read once more.
func (h *header) fits(r *bitReader) bool {
	h.sketch()
	at, room, share := 0, 1<<maxLength, 0
	for bit, n := r.at, 0; ; n += 4 {
		h.symbols = n / 8
		v := bits.Reverse64((&bitReader{r.b, bit}).peek()) // four symbols are in it
		for range 4 {
			e := binary.LittleEndian.Uint16(h.words[v>>57<<1:])
			m := meanings[e&31]
			extra := int(bits.Reverse8(uint8(v<<(e>>5&7)>>56)) & m.extra)
			v <<= e >> 8 & 63
			bit += int(e >> 8)
			if e&31 != repeatLast {
				share = int(m.share)
			}
			count := int(m.least) + extra
			if at+count >= h.literals {
				return room == (h.literals-at)*share
			}
			at, room = at+count, room-count*share
			if room < 0 {
				return false
			}
		}
	}
}

// sketch makes the table that fits reads the precode with: of each seven bits, the first the highest, what they
// begin with. A symbol has a run of places, so that it is written four at a time, and
// what is too much by the next.
func (h *header) sketch() {
	var of [8]uint32 // the symbols of a length, a bit each
	for s, n := range h.precode {
		of[n&7] |= 1 << s
	}
	at := 0
	for n := 1; n <= 7; n++ {
		for m := of[n]; m != 0; m &= m - 1 {
			s := bits.TrailingZeros32(m)
			e := uint64(s | n<<5 | (n+bits.Len8(meanings[s].extra))<<8)
			for i := at; i < at+256>>n; i += 8 {
				binary.LittleEndian.PutUint64(h.words[i:], e*0x0001_0001_0001_0001)
			}
			at += 256 >> n
		}
	}
}

// meanings are what the symbols of the precode mean, for all 32 that five bits could be: how often the least a length
// comes, which extra bits say how often more, and what it takes of the room of a code, in 1/2^15.
var meanings = func() (t [32]struct {
	share        uint16
	least, extra uint8
}) {
	for n := range t {
		t[n].least = 1
		if n > 0 && n <= maxLength {
			t[n].share = 1 << maxLength >> n
		}
	}
	for i, n := range repeatBits {
		t[repeatLast+i].least, t[repeatLast+i].extra = repeatLeast[i], 1<<n-1
	}
	return
}()

const repeatLast = 16 // the symbol that repeats the length before

// some reads a few symbols of the precode and gives what they gain.
func (h *header) some(r *bitReader) (gain float64, ok bool) {
	factor := 1.0
	for range 8 {
		f, ok := h.readLength(r)
		if !ok {
			return 0, false
		}
		if factor *= f; h.at >= h.literals+h.distances {
			break
		}
	}
	return math.Log2(factor), true
}

// start is before the first code length.
func (h *header) start() {
	h.lengthState = lengthState{room: 1 << maxLength, before: [3]uint8{noLength, noLength, noLength}}
}

// valid says that the code lengths are those of a block: the code of literals and lengths
// complete, and with an end; that of distances complete, or one code of one bit, or none.
func (h *header) valid() bool {
	return h.lens[endOfBlock] != 0 && complete(h.lens[:h.literals]) == completeCode &&
		complete(h.lens[h.literals:h.literals+h.distances]) != wrongCode
}

// readPrecode reads up to where the symbols begin.
func (h *header) readPrecode(r *bitReader) (score float64, ok bool) {
	v := r.peek()
	nlit, ndist, ncode := int(v&31), int(v>>5&31), int(v>>10&15)
	h.literals, h.distances = nlit+257, ndist+1
	if h.literals > maxLiterals || h.distances > maxDistances {
		return 0, false
	}
	r.at += 14
	lens := r.take(3 * (ncode + 4))
	if kraft128(lens) != 128 {
		return 0, false
	}
	m := h.m
	gain := float32(0)
	steps := m.steps[:ncode+4]
	pairs := lens << 3 // a length and the one before it
	for i := range steps {
		gain += steps[i][pairs&63]
		pairs >>= 3
	}
	fields := float64(m.fields[0][nlit] + m.fields[1][ndist] + m.fields[2][ncode])
	fitted, flat := float64(gain+m.whole[ncode]), float64(m.flat[ncode])
	if h.hasty && fields+max(fitted, flat) < precodeFloor { // more than that either is not
		return 0, false
	}
	h.precode = [precodeSymbols]uint8{}
	for _, s := range codeOrder[:ncode+4] {
		h.precode[s] = uint8(lens & 7)
		lens >>= 3
	}
	return fields + either(fitted, flat), true
}

// either is the score of two models that count half each.
func either(a, b float64) float64 {
	if math.Abs(a-b) > 50 {
		return max(a, b) - 1
	}
	return max(a, b) + math.Log2(1+math.Exp2(-math.Abs(a-b))) - 1
}

func (h *header) buildPrecode() {
	code := 0
	h.numUsed = 0
	for n := 1; n <= 7; n++ {
		for s, l := range h.precode {
			if int(l) != n {
				continue
			}
			for i := int(bits.Reverse8(uint8(code)) >> (8 - n)); i < 128; i += 1 << n {
				h.table[i] = uint8(s<<3 | n)
			}
			code++
			h.used[h.numUsed] = uint8(s)
			h.numUsed++
		}
		code <<= 1
	}
}

// readLength reads one symbol of the precode, carries it out and gives its factor: Q/P.
func (h *header) readLength(r *bitReader) (factor float64, ok bool) {
	v := r.peek()
	e := h.table[v&127]
	s, n := int(e>>3), int(e&7)
	factor = h.chance(s) * inverse[n]
	h.symbols++
	count, value := 1, uint8(s)
	if s >= 16 {
		k := int(repeatBits[s-16])
		extra := int(v >> n & (1<<k - 1))
		factor *= h.m.repeats[s-16][extra]
		n += k
		count, value = int(repeatLeast[s-16])+extra, 0
		if s == 16 {
			if value = h.before[0]; value == noLength {
				return 0, false
			}
		}
		if h.at+count > h.literals+h.distances {
			return 0, false
		}
	}
	r.at += n
	return factor, h.put(value, count, s < 16)
}

// put takes a length several times. It is no longer ok where the code is overfull.
func (h *header) put(value uint8, count int, single bool) bool {
	if single && value == h.before[0] {
		h.run = min(h.run+1, 3)
	} else {
		h.run = 0
	}
	for range count {
		if h.at == h.literals { // the code of distances begins
			if h.room != 0 {
				return false
			}
			h.room = 1 << maxLength
		}
		h.lens[h.at] = value
		h.at++
		if value != 0 {
			h.room -= 1 << maxLength >> value
		}
		h.before[2], h.before[1], h.before[0] = h.before[1], h.before[0], value
	}
	return h.room >= 0
}

// chance is the model's of a symbol. Its weight is that which the precode
// gives it (2^-length: what the encoder knew of its own symbols), times one for each
// table; only symbols that have a code count.
func (h *header) chance(symbol int) float64 {
	var rows [numTables]*[precodeSymbols]int8
	for t, c := range h.contexts() {
		rows[t] = &h.m.weights[t][c]
	}
	sum, own := 0.0, 0.0
	for _, s := range h.used[:h.numUsed] {
		w := -unit * int(h.precode[s])
		for t := range rows {
			w += int(rows[t][s])
		}
		p := h.pow[(w+1024)&2047]
		sum += p
		if int(s) == symbol {
			own = p
		}
	}
	return own / sum
}

// contexts is the row of each table that holds for the next symbol.
func (h *header) contexts() [numTables]int {
	region, left := 0, h.literals-h.at
	switch {
	case h.at < endOfBlock:
		region = h.at / 16
	case h.at == endOfBlock:
		region = 16
	case h.at < h.literals:
		region = 17 + min(2, (h.at-endOfBlock-1)/10)
	default:
		region = 20 + min(3, (h.at-h.literals)/8)
		left += h.distances
	}
	room, full := bits.Len(uint(h.room)), min(bits.Len(uint(left)), 9)
	if h.at == h.literals {
		room = maxLength + 1
	}
	if left <= 8 {
		full = left + 9
	}
	other := noLength
	if h.at >= 32 && h.at < endOfBlock {
		other = int(h.lens[h.at-32])
	}
	a, b, c := int(h.before[0]), int(h.before[1]), int(h.before[2])
	return [numTables]int{region*17 + a, a*17 + b, full*17 + room, other*17 + a, (b*17+c)*4 + h.run}
}
