package verdict

import (
	"errors"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/written"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/reason"
)

// What is known of the medium besides its bytes: whether it is whole, whether it was changed, and
// who else has it.

// Medium is what can be said of its length before anything is read.
type Medium struct {
	SizeBytes   int64
	StatedBytes int64 // what the caller says that it has; 0: nothing
	Defect      error // an image that is damaged or ends early
	TableBytes  int64 // what the partition table describes; 0: there is none
	TableIsLast bool  // the table is known to have its backup in the last sector
	OpenEnded   bool  // by the names and sizes of its files more parts may follow
	Parts       int   // files of a split image
	ImageNotes  []string
	TableNotes  []string
}

// Change is what happened to one file of the medium since the examination began.
type Change struct {
	written.Changes
	Err error // why that is not known
}

// Foreseen are the reasons that are known before reading. A resumed examination must
// have those that it began with.
func Foreseen(m *Medium) []Reason {
	doubts, remarks := m.foreseen()
	return append(doubts, remarks...)
}

// foreseen: what keeps the medium from being seen whole, and what its end rests on.
func (m *Medium) foreseen() (doubts, remarks []Reason) {
	n, stated := m.SizeBytes, m.StatedBytes
	add := func(r Reason) { doubts = append(doubts, r) }
	if m.Defect != nil {
		add(because(ReasonImageDefect, m.Defect))
	}
	if m.TableBytes > n {
		add(saying(ReasonMediumTruncated, reason.ShorterThanTable.Say(m.TableBytes, n)))
	}
	if stated > n {
		add(saying(ReasonMediumTruncated, reason.ShorterThanStated.Say(stated, n)))
	}
	if stated == 0 && m.openEnded() {
		add(because(ReasonMaybeTruncated, m.whyOpenEnded(), n))
	}
	if stated == n && m.openEnded() {
		remarks = append(remarks, because(ReasonSizeStated, stated))
	}
	return doubts, remarks
}

// openEnded says whether parts may be missing and no table says otherwise. A GPT
// has its backup in the last sector (UEFI 2.10 §5.3.1); an MBR says where its
// partitions end, not where the medium does.
func (m *Medium) openEnded() bool {
	return m.OpenEnded && (m.TableBytes < m.SizeBytes || m.TableBytes == m.SizeBytes && !m.TableIsLast)
}

func (m *Medium) whyOpenEnded() words.Text {
	if m.Parts > 1 {
		return reason.AllPartsFull.Say(m.Parts)
	}
	return reason.OnlyPart
}

// changeReasons: a medium that was written to meanwhile supports no verdict of no residue.
func changeReasons(in *Input) (doubts, remarks []Reason) {
	for _, c := range in.Changes {
		switch {
		case c.Err != nil:
			doubts = append(doubts, saying(ReasonMediumUnchecked, reason.ChangesUnknown.Say(c.Err)))
		case c.Changed == answer.Yes:
			r := because(ReasonMediumChanged)
			r.Text = c.Text // what changed, which the Japanese does not tell
			doubts = append(doubts, r)
		case c.Changed == answer.Unknown && in.Resumed:
			remarks = append(remarks, because(ReasonAttachedAnew, c.Text))
		}
	}
	if why := in.notAsked(); why != nil {
		doubts = append(doubts, saying(ReasonMediumUnchecked, reason.NotAskedAgain.Say(why)))
	}
	return doubts, remarks
}

// notAsked says why it is not known what a drive says of itself after it was read; nil: it is,
// or there is no drive.
func (in *Input) notAsked() error {
	if in.NotAsked == nil && in.Before != nil && in.After == nil {
		return errors.New("nobody did")
	}
	return in.NotAsked
}

// useDoubts: what something else has in use may change behind the examination.
func useDoubts(f *kernel.Facts) []Reason {
	if f.Claimed != answer.No {
		return nil
	}
	by := words.Alike(f.InUseBy)
	if f.InUseBy == "" {
		by = reason.OpenElsewhere
	}
	return []Reason{because(ReasonInUse, by)}
}

// mediumNotChecked: what lies beside the bytes that were examined, and what was odd about them.
func mediumNotChecked(in *Input) (out []Reason) {
	if in.Facts.Partition == answer.Yes {
		out = append(out, because(ReasonRestOfDrive))
	}
	if t := in.Trailers; t != nil {
		out = append(out, because(ReasonSectorTrailers, t.Bytes, t.Layout))
	}
	for _, n := range in.Medium.ImageNotes {
		out = append(out, because(ReasonImageNote, n))
	}
	for _, n := range in.Medium.TableNotes {
		out = append(out, because(ReasonPartitionTableNote, n))
	}
	return out
}
