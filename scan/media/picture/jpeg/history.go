package jpeg

import (
	_ "embed"
	"math"
	"math/bits"
)

// Where a scan has codes of its own, no book reads it. What is left is that its bits are uneven: how often
// a bit is 1, given the twelve before it and how many of the 52 before those were. Of two
// kinds of scans that was counted, of one pass with codes made to measure, and of several
// (progressive, T.81 G); train_test.go writes the tables. A chance is in 256ths, and those of 0 and 1
// add up to 1.

//go:embed history.bin
var histories string

const (
	historyBits = 12
	historyAges = 16
	historySize = historyAges << historyBits
	numHistory  = 2

	fine = 1024 // of scores, in a bit
)

// historyAt is the place in a table of the bits so far, the last the lowest.
func historyAt(h uint64) int {
	ones := bits.OnesCount64(h >> historyBits)
	return min(max(ones-16, 0)/2, historyAges-1)<<historyBits | int(h&(1<<historyBits-1))
}

// gains are what a bit is worth, by the chance of 1: log2 of twice its chance, rounded down.
var gains = func() (g [256][2]int32) {
	for p := 1; p < 256; p++ {
		g[p][1] = int32(math.Floor(fine * math.Log2(float64(p)/128)))
		g[p][0] = int32(math.Floor(fine * math.Log2(float64(256-p)/128)))
	}
	return g
}()

// sight is how far bits were read with a table, and what they were worth.
type sight struct {
	score, best int // in fine units
	end         int // in what was read
	bytes       int // that were read, for the budget
}

const sightDrop = 12 * fine

// see reads what was stuffed from its beginning on.
func (s *stuffed) see(table string) (v sight) {
	h, zeros, part := uint64(0x5555555555555555), 0, 0
	for i, c := range s.data {
		for part+1 < len(s.parts) && s.parts[part+1].lo <= i {
			part++
			v.score += s.turn(part) * (fine / unit)
		}
		for k := 7; k >= 0; k-- {
			bit := uint64(c>>k) & 1
			v.score += int(gains[table[historyAt(h)]][bit])
			h = h<<1 | bit
		}
		for zeros < len(s.at) && int(s.at[zeros]) <= i+1 {
			zeros++
			v.score += zeroBits * (fine / unit)
		}
		v.bytes++
		if v.score > v.best {
			v.best, v.end = v.score, s.raw(&s.parts[part], i+1, zeros)
		} else if v.score < v.best-sightDrop {
			return v
		}
	}
	return v
}

// turn is what the restart marker before a part is worth.
func (s *stuffed) turn(part int) int {
	switch before := s.parts[part-1].marker; {
	case before == 0:
		return restartBits
	case (before+1)&7 == s.parts[part].marker&7:
		return inTurnBits
	}
	return outOfTurnBits
}
