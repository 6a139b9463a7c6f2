package zstd

import (
	"math"
)

// alphabet is what a code of sequences may be like (RFC 8878 §3.1.1.3.2).
type alphabet struct {
	symbols, maxLog int
	standard        counts  // which needs no description
	base            []int   // what a symbol means, without
	extra           []uint8 // so many bits more; nil: a symbol s has s of them, its base is 2^s
}

var alphabets = [weights]alphabet{
	litLengths: {36, 9, standard(6, 4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1),
		[]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536},
		[]uint8{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}},
	offsets: {32, 8, standard(5, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1), nil, nil},
	matchLengths: {53, 9, standard(6, 1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1),
		[]int{3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539},
		[]uint8{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}},
}

func standard(log int, of ...int16) (c counts) {
	c.log, c.n = log, len(of)
	copy(c.of[:], of)
	return c
}

// mode is where a code's table comes from.
type mode uint8

const (
	standardTable mode = iota
	oneSymbol
	described
	repeated // from the block before
)

// modesBits is what the byte with the modes of the three codes is worth.
var modesBits = func() (bits [256]float64) {
	for m := range bits {
		bits[m] = math.Log2(256 * modesShare(byte(m)))
	}
	return bits
}()

// modesShare is how often the modes are so: of most blocks all three codes are described.
func modesShare(modes byte) float64 {
	switch modes {
	case 0xA8:
		return .65
	case 0xAC:
		return .08
	case 0xB8, 0xE8:
		return .025
	}
	return .21 / 60
}

// tables are the codes of sequences, as far as they are known.
type tables struct {
	known  [weights]bool
	modes  byte
	one    [weights]uint8
	counts [weights]counts
	states [weights]states
}

// read takes the modes and the descriptions behind them, as far as they are right, and gives the offsets behind each.
func (t *tables) read(b []byte) (ends [weights]int, n code) {
	if len(b) == 0 || b[0]&3 != 0 {
		return ends, 0
	}
	t.modes = b[0]
	at := 1
	for ; n < weights; n++ {
		a := &alphabets[n]
		switch t.mode(n) {
		case oneSymbol:
			if at >= len(b) || int(b[at]) >= a.symbols {
				return ends, n
			}
			t.one[n] = b[at]
			at++
		case described:
			d := &t.counts[n]
			if !d.read(b[at:], a.symbols, a.maxLog) || d.pad != 0 {
				return ends, n
			}
			at += d.size()
		}
		ends[n] = at
	}
	return ends, n
}

// worth is what the tables are worth, in bits, without the modes.
func (t *tables) worth(c code) float64 {
	switch t.mode(c) {
	case oneSymbol:
		return 8 - math.Log2(float64(alphabets[c].symbols))
	case described:
		return theModel().bits(c, &t.counts[c])
	}
	return 0
}

func (t *tables) mode(c code) mode { return mode(t.modes >> (6 - 2*c) & 3) }

// build makes the tables that decode.
func (t *tables) build() {
	for c := range weights {
		s := &t.states[c]
		switch t.mode(c) {
		case standardTable:
			s.build(&alphabets[c].standard)
		case oneSymbol:
			s.log, s.of[0] = 0, state{symbol: t.one[c]}
		case described:
			s.build(&t.counts[c])
		case repeated:
			continue
		}
		t.known[c] = true
	}
}

// count reads how many sequences there are.
func count(b []byte) (n, size int, bits float64, ok bool) {
	switch {
	case len(b) < 3:
		return 0, 0, 0, false
	case b[0] < 128:
		return int(b[0]), 1, math.Log2(2 * .23), true
	case b[0] < 255:
		return int(b[0]-128)<<8 + int(b[1]), 2, math.Log2(256. / 127 * .76), true
	}
	return int(b[1]) + int(b[2])<<8 + 0x7F00, 3, math.Log2(256 * .01), true
}
