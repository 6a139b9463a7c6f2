package verdict

import (
	"math"

	"shokyo.dev/shokyo/baseline"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/reason"
)

// Baseline is what became of blocks that were recorded before an erasure (package baseline).
type Baseline struct {
	Expect     baseline.Expect
	Compared   int64
	Unchanged  int64 // of these
	Unreadable int64 // besides
	Identified bool  // the medium is the recorded one by its serial number or WWN
}

// unchangedBlocks: what a drive wrote with a key that is gone can not be read as it was.
func (b *Baseline) unchangedBlocks() []Reason {
	if b == nil || b.Expect != baseline.Changed || b.Unchanged == 0 {
		return nil
	}
	return []Reason{because(ReasonUnchangedBlock, b.Unchanged, b.Compared)}
}

// doubts: a comparison that was asked for and shows nothing, or another medium, leaves no verdict.
func (b *Baseline) doubts() []Reason {
	switch {
	case b == nil:
		return nil
	case b.Compared < baseline.MinBlocks:
		return []Reason{because(ReasonBaselineFew, b.Compared, b.Unreadable, baseline.MinBlocks)}
	case b.Expect == baseline.Same && b.Unchanged == 0:
		return []Reason{because(ReasonBaselineOther, b.Compared)}
	}
	return nil
}

// remarks say what a comparison is worth.
func (b *Baseline) remarks() []Reason {
	switch {
	case b == nil:
		return nil
	case b.Expect == baseline.Same:
		return []Reason{because(ReasonBaselineSame, b.Unchanged, b.Compared)}
	}
	said := reason.BaselineChanged.Say(b.Compared, words.Percent(int64(math.Ceil(baseline.Left(b.Compared)*1e6)), 1e6))
	if !b.Identified {
		said = said.Then(reason.BaselineUnidentified)
	}
	return []Reason{saying(ReasonBaselineChanged, said)}
}
