package jpeg

import (
	_ "embed"
	"math"
	"math/bits"
)

// Where a scan has codes of its own, no book reads it. What is left is that its bits are uneven: how often
// a bit is 1, given the eleven before it and how many of the 53 before those were. That was counted of scans of one pass with codes made to
// measure, and of several passes (progressive, T.81 G), in eight tables; train_test.go sorts pieces of them into those
// that read them best. A chance is in 256ths, and those of 0 and 1
// add up to 1.

//go:embed history.bin
var allHistories string

// histories are the tables.
var histories = func() (t [numHistory]string) {
	for i := range t {
		t[i] = allHistories[i*historySize:][:historySize]
	}
	return t
}()

const (
	historyBits = 11
	historyAges = 16
	historySize = historyAges << historyBits
	numHistory  = 8

	fine = 1024 // of scores, in a bit
)

// historyAt is the place in a table of the bits so far, the last the lowest.
func historyAt(h uint64) int {
	ones := bits.OnesCount64(h >> historyBits)
	return min(max(ones-17, 0)/2, historyAges-1)<<historyBits | int(h&(1<<historyBits-1))
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
	end         int // in what was read, behind what gave the most

	marked int // of score: markers, and the stretches before
	gain   int // what the table gave in the stretch at hand

	at, zeros, part int    // in data, at and parts
	bits            uint64 // the last ones
}

const (
	sightDrop = 24 * fine
	sightFar  = math.MinInt / 2 // a gain that is never too low
	sightNear = -14 * fine      // one at which another table is tried

	// In each stretch the table is taken with a chance of 7/8, and with 1/8 none, so that where it does not fit what was
	// stuffed counts all the same.
	stretch   = 512
	tableCost = 198
	plainCost = 3 * fine
)

// mixed stands for the bits before the first: neither many nor few ones.
const mixed = 0x5555555555555555

// hopeful says that reading on may give more.
func (v *sight) hopeful() bool { return v.score >= v.best-sightDrop }

// see reads on while the table gains no less than least in a stretch, and says how many bytes.
func (s *stuffed) see(table string, least int, v *sight) (bytes int) {
	from := v.at
	for ; v.at < len(s.data) && v.hopeful() && v.gain >= least; v.at++ {
		if v.at%stretch == 0 {
			v.marked, v.gain = v.score, 0
		}
		for v.part+1 < len(s.parts) && s.parts[v.part+1].lo <= v.at {
			v.part++
			v.marked += s.turn(v.part) * (fine / unit)
		}
		c, h, gain := uint64(s.data[v.at]), v.bits, v.gain
		for k := 7; k >= 0; k-- {
			bit := c >> k & 1
			gain += int(gains[table[historyAt(h)]][bit])
			h = h<<1 | bit
		}
		v.bits, v.gain = h, gain
		for v.zeros < len(s.at) && int(s.at[v.zeros]) <= v.at+1 {
			v.zeros++
			v.marked += zeroBits * (fine / unit)
		}
		v.weigh(s)
	}
	return v.at - from
}

// weigh takes the likelier of the table and none, and keeps the best.
func (v *sight) weigh(s *stuffed) {
	if v.score = v.marked + max(v.gain-tableCost, -plainCost); v.score > v.best {
		v.best, v.end = v.score, s.raw(&s.parts[v.part], v.at+1, v.zeros)
	}
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
