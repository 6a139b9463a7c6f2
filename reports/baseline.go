package reports

import (
	"errors"
	"fmt"

	"shokyo.dev/shokyo/verdict"
)

// MaxUnchanged is how many offsets of unchanged blocks are listed at most; the count goes on.
const MaxUnchanged = 1000

// Baseline is what became of blocks that were recorded before an erasure (NIST SP 800-88r1 section 4.7.3).
type Baseline struct {
	ID          string `json:"id"`
	SealSHA256  string `json:"seal_sha256"`
	Signer      string `json:"signer"`
	ThrowAway   bool   `json:"throw_away"`   // it is signed with a key that was made for it alone
	SignerGiven bool   `json:"signer_given"` // its signer was demanded by the call
	Made        string `json:"made"`
	Expect      string `json:"expect_after"` // "changed", "same"
	Identified  bool   `json:"identified"`   // it is of this medium by its serial number or WWN
	BlockBytes  int64  `json:"block_bytes"`
	Recorded    int64  `json:"recorded_blocks"`
	Compared    int64  `json:"compared_blocks"`
	Unchanged   int64  `json:"unchanged_blocks"`
	Unreadable  int64  `json:"unreadable_blocks"`
	// LeftPercent is the part of the data recorded that may be unchanged though no block is, at 95 %; null where one is.
	LeftPercent *float64 `json:"left_percent"`
	Offsets     []int64  `json:"unchanged_at"`
	Text        string   `json:"text"`
	TextJA      string   `json:"text_ja"`
}

// checkBaseline: blocks that had to change and did not are no clean medium.
func (d *Document) checkBaseline() error {
	b := d.Baseline
	switch {
	case b == nil:
	case b.Unchanged < 0 || b.Compared < b.Unchanged || b.Unreadable < 0 || b.Recorded < b.Compared+b.Unreadable || len(b.Offsets) > MaxUnchanged:
		return errors.New("baseline: its figures do not add up")
	case b.Expect == "changed" && b.Unchanged > 0 && d.Verdict != verdict.ResidueFound.String():
		return fmt.Errorf("the verdict is %q, and %d blocks are unchanged that should not be", d.Verdict, b.Unchanged)
	}
	return nil
}
