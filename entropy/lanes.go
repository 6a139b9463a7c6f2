package entropy

// A lane is a model that was fixed before any medium was seen, so that it has nothing to learn from the bytes: each
// sector of 512 bytes has a score of it, log2 of the e-value of the sector given the bytes before. Given the past each of these e-values has mean
// at most 1, so the product over any run of sectors has, and its logarithm is a sum.
//
// Data begin and end at any sector. So a lane is asked about every run of the n sectors that were counted,
// n(n+1)/2 of them, and about all together: the mean of the e-values of the runs is at least the largest one divided by their
// number. A largest sum over runs is kept without the sectors: what two neighbouring stretches know of theirs is enough for
// both together (Merge), so that windows add up as they do for a Tally.

const (
	numLanes = numLearned + numStrides

	// laneUnit is how many units of a score are a bit.
	laneUnit = 16
)

// laneScores are what the lanes say of one sector, in units of 1/16 bit.
type laneScores = [numLanes]int32

// Lanes is what the lanes say of a stretch. The zero value is ready for use.
type Lanes struct {
	// Lacks is as that of a History.
	Lacks   bool
	Sectors int64
	sum     laneScores // of all sectors
	head    laneScores // the largest sum of a run at the beginning, at least 0
	tail    laneScores // at the end
	best    laneScores // anywhere
}

// Merge adds what o says of the stretch that follows.
func (l *Lanes) Merge(o *Lanes) {
	l.Lacks = l.Lacks || o.Lacks
	l.Sectors += o.Sectors
	for i, sum := range &o.sum {
		l.best[i] = max(l.best[i], o.best[i], l.tail[i]+o.head[i])
		l.head[i] = max(l.head[i], l.sum[i]+o.head[i])
		l.tail[i] = max(o.tail[i], l.tail[i]+sum)
		l.sum[i] += sum
	}
}

// Add adds the sectors of b. Each knows the bytes before it in b.
func (l *Lanes) Add(b []byte) {
	t := learned()
	for at := 0; at < len(b); at += Sector {
		var scores laneScores
		end := min(at+Sector, len(b))
		addPairs((*[numLearned]int32)(scores[:]), t, b[max(at-1, 0):end])
		addStrides(scores[numLearned:], b[:end], at)
		l.follow(&scores)
	}
}

// follow adds a sector.
func (l *Lanes) follow(scores *laneScores) {
	l.Sectors++
	for i, v := range scores {
		l.sum[i] += v
		l.head[i] = max(l.head[i], l.sum[i])
		l.tail[i] = max(l.tail[i]+v, 0)
		l.best[i] = max(l.best[i], l.tail[i])
	}
}

// Half of the weight is that of all sectors together, half that of the runs.
const wholeOrRuns = 2

// add adds the e-values of all lanes.
func (l *Lanes) add(score *average, weight float64) {
	if l.Lacks || l.Sectors == 0 {
		return
	}
	each := weight / (wholeOrRuns * numLanes)
	n := float64(l.Sectors)
	run := each / (n * (n + 1) / 2)
	for i, best := range l.best {
		if best > 0 { // so has any sum above 0
			score.add(each, float64(l.sum[i])/laneUnit)
			score.add(run, float64(best)/laneUnit)
		}
	}
}
