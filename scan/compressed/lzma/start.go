package lzma

import "math"

// At the start of a stream of LZMA the decoder's state is known, and the stream can be read. A range decoder
// makes something of any bytes; but a match must not reach back before the first byte. Let the input be uniform. Then, given all decisions
// before, code is uniform below range: it is at first, the halves of a cut range leave it so, and a
// byte shifted in does. So a decision falls as its probability says, and the condition that a distance is
// one that can be has a known chance: that its slot is not above that of all bytes so far. Each time it is met it is
// worth log2 of one over that; the bytes after the slot are not counted on. Encoders never break it: a stream of text or
// programs is worth 60 bits and more after a few hundred symbols (LZMA specification of the LZMA SDK, lzma-specification.txt).

const (
	states    = 12
	half      = 1 << 10 // a probability of one half, in 2048ths
	mostBytes = 1 << 14 // that are decoded
	mostBits  = 128     // that are gathered

	// slack is what rounding the range down can add to the chance of a 1: 2048 in 2^24 at most.
	slack = 1. / (1 << 13)
)

// Where the probabilities of each kind of decision are.
const (
	isMatch    = 0
	isRep      = isMatch + states<<4
	isRep0     = isRep + states
	isRep1     = isRep0 + states
	isRep2     = isRep1 + states
	isLong     = isRep2 + states
	slots      = isLong + states<<4
	special    = slots + 4<<6
	align      = special + 128
	lengths    = align + 16
	lengthsRep = lengths + lengthSize
	literals   = lengthsRep + lengthSize
	numProbs   = literals + 0x300<<4

	lengthSize = 2 + 16<<3 + 16<<3 + 256
)

// stream is a decoder at the start of one.
type stream struct {
	b         []byte
	at        int
	rng, code uint32
	broken    bool
	prob      [numProbs]uint16
	out       [mostBytes]byte
	n         int
	reps      [4]uint32
	state     uint32
	lc        uint
	litMask   uint32
	posMask   uint32
}

// evidence reads the stream that begins at b, and gives what its distances prove, up to which byte, and how
// many symbols it took.
func (s *stream) evidence(b []byte, properties byte) (bits float64, end, symbols int) {
	if len(b) < 5 || b[0] != 0 || b[1] >= 0x80 || !validProperties(properties) { // the first symbol is no literal: nothing to begin with
		return 0, 0, 0
	}
	s.begin(b, properties)
	for ; s.n < mostBytes-273 && bits < mostBits; symbols++ {
		gain := s.symbol()
		if s.broken {
			break
		}
		if gain > 0 {
			bits, end = bits+gain, s.at
		}
	}
	s.b = nil
	return bits, end, symbols
}

func (s *stream) begin(b []byte, properties byte) {
	s.b, s.at, s.broken, s.n, s.state, s.reps = b, 5, false, 0, 0, [4]uint32{}
	s.lc = uint(properties % 9)
	s.litMask, s.posMask = 1<<(properties/9%5)-1, 1<<(properties/45)-1
	s.rng, s.code = math.MaxUint32, uint32(b[1])<<24|uint32(b[2])<<16|uint32(b[3])<<8|uint32(b[4])
	for i := range s.prob {
		s.prob[i] = half
	}
}

// bit is the next decision with the probability at an index.
func (s *stream) bit(i uint32) uint32 {
	p := &s.prob[i]
	bound := s.rng >> 11 * uint32(*p)
	bit := uint32(0)
	if s.code < bound {
		s.rng = bound
		*p += (2048 - *p) >> 5
	} else {
		s.rng, s.code = s.rng-bound, s.code-bound
		*p -= *p >> 5
		bit = 1
	}
	s.shift()
	return bit
}

func (s *stream) shift() {
	if s.rng >= 1<<24 {
		return
	}
	if s.at >= len(s.b) {
		s.broken = true
		return
	}
	s.rng, s.code = s.rng<<8, s.code<<8|uint32(s.b[s.at])
	s.at++
}

// tree is a number of so many bits, the highest first.
func (s *stream) tree(base, bits uint32) uint32 {
	m := uint32(1)
	for range bits {
		m = m<<1 | s.bit(base+m)
	}
	return m - 1<<bits
}

// reverse is one with the lowest bit first.
func (s *stream) reverse(base, bits uint32) (v uint32) {
	m := uint32(1)
	for i := range bits {
		b := s.bit(base + m)
		m, v = m<<1|b, v|b<<i
	}
	return v
}

// symbol decodes the next, and gives what it proves.
func (s *stream) symbol() (bits float64) {
	pos := uint32(s.n) & s.posMask
	first := float64(s.rng>>11*half) / float64(s.rng)
	if s.bit(isMatch+s.state<<4+pos) == 0 {
		if s.n == 0 { // the first symbol is a literal
			bits = -math.Log2(first)
		}
		s.literal()
		return bits
	}
	if s.n == 0 {
		s.broken = true
		return 0
	}
	length := uint32(1)
	if s.bit(isRep+s.state) == 1 {
		if length = s.repeat(pos); length == 1 {
			s.copy(1)
			return 0
		}
		s.state = after(s.state, 8)
	} else {
		s.reps = [4]uint32{0, s.reps[0], s.reps[1], s.reps[2]}
		length = s.length(lengths, pos)
		s.state = after(s.state, 7)
		bits = s.distance(min(length-2, 3))
	}
	s.copy(int(length))
	return bits
}

// after is the state behind a match, or behind a literal: one of the first seven.
func after(state, match uint32) uint32 {
	if state < 7 {
		return match
	}
	return match + 3
}

func (s *stream) literal() {
	before := byte(0)
	if s.n > 0 {
		before = s.out[s.n-1]
	}
	base := literals + 0x300*(uint32(s.n)&s.litMask<<s.lc+uint32(before)>>(8-s.lc))
	m := uint32(1)
	if s.state >= 7 {
		match := uint32(s.out[s.n-1-int(s.reps[0])])
		for m < 0x100 {
			bit := match >> 7 & 1
			match <<= 1
			b := s.bit(base + (1+bit)<<8 + m)
			m = m<<1 | b
			if b != bit {
				break
			}
		}
	}
	for m < 0x100 {
		m = m<<1 | s.bit(base+m)
	}
	s.out[s.n] = byte(m)
	s.n++
	switch {
	case s.state < 4:
		s.state = 0
	case s.state < 10:
		s.state -= 3
	default:
		s.state -= 6
	}
}

// repeat brings the distance that is repeated to the front, and gives the length: 1 for a byte.
func (s *stream) repeat(pos uint32) uint32 {
	k := 0
	switch {
	case s.bit(isRep0+s.state) == 0:
		if s.bit(isLong+s.state<<4+pos) == 0 {
			s.state = after(s.state, 9)
			if s.state == 12 {
				s.state = 11
			}
			return 1
		}
	case s.bit(isRep1+s.state) == 0:
		k = 1
	case s.bit(isRep2+s.state) == 0:
		k = 2
	default:
		k = 3
	}
	d := s.reps[k]
	copy(s.reps[1:k+1], s.reps[:k])
	s.reps[0] = d
	return s.length(lengthsRep, pos)
}

func (s *stream) length(base, pos uint32) uint32 {
	const low, mid, high = 2, 2 + 16<<3, 2 + 2*(16<<3)
	switch {
	case s.bit(base) == 0:
		return 2 + s.tree(base+low+pos<<3, 3)
	case s.bit(base+1) == 0:
		return 10 + s.tree(base+mid+pos<<3, 3)
	}
	return 18 + s.tree(base+high, 8)
}

// distance is one of at most as many bytes as there are; it gives what its slot proves.
func (s *stream) distance(length uint32) (bits float64) {
	tree := slots + length<<6
	most := slotOf(uint32(s.n - 1))
	bits = -math.Log2(s.chance(tree, most))
	slot := s.tree(tree, 6)
	if slot > most {
		s.broken = true
		return 0
	}
	d := slot
	if slot >= 4 {
		n := slot>>1 - 1
		d = (2 | slot&1) << n
		if slot < 14 {
			d += s.reverse(special+d-slot, n)
		} else {
			d += s.direct(n-4)<<4 + s.reverse(align, 4)
		}
	}
	s.reps[0] = d
	s.broken = s.broken || int(d) >= s.n
	return max(bits, 0)
}

// direct is so many bits of even odds.
func (s *stream) direct(bits uint32) (v uint32) {
	for range bits {
		s.rng >>= 1
		v <<= 1
		if s.code >= s.rng {
			s.code -= s.rng
			v |= 1
		}
		s.shift()
	}
	return v
}

// slotOf is the slot of a distance.
func slotOf(d uint32) uint32 {
	if d < 4 {
		return d
	}
	n := uint32(31)
	for d>>n == 0 {
		n--
	}
	return n<<1 | d>>(n-1)&1
}

// chance is at least that of a slot of at most so much: of all that leave the way to it to the left, and of itself.
func (s *stream) chance(tree, most uint32) float64 {
	sum, way, m := 0.0, 1.0, uint32(1)
	for i := 5; i >= 0; i-- {
		zero := float64(s.prob[tree+m]) / 2048
		bit := most >> i & 1
		if bit == 1 {
			sum += way * zero
			way *= 1 - zero + slack
		} else {
			way *= zero
		}
		m = m<<1 | bit
	}
	return min(1, sum+way)
}

// copy repeats bytes at the distance in front.
func (s *stream) copy(length int) {
	if s.broken || int(s.reps[0]) >= s.n {
		s.broken = true
		return
	}
	for range length {
		s.out[s.n] = s.out[s.n-1-int(s.reps[0])]
		s.n++
	}
}
