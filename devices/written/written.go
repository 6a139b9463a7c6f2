// Package written says whether a medium was written to while it was examined, by what can be seen of it before and after.
package written

import (
	"time"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// State is what can be seen of a medium at one moment that a write would change.
type State struct {
	SizeBytes int64
	ModTime   time.Time       // of files; zero for block devices
	Counters  kernel.Counters // of block devices
	Counted   bool            // false: the kernel shows no counters
	// Epoch identifies the attachment that the counters count, of block devices:
	// the kernel's boot and the disk's sequence number in it. Attached anew, or
	// after a restart, a drive has another, and its counters start from 0. Empty
	// if unknown (the kernel numbers disks since 5.15).
	Epoch string
}

// Changes compares the medium before and after.
type Changes struct {
	Before, After State
	// Changed is Yes if the medium was written to, or grew or shrank, while it
	// was open; Unknown if nothing was there to compare.
	Changed answer.Answer
	Text    string // one sentence, for people
	TextJA  string
}

// Between compares two states of one medium.
func Between(kind kernel.Kind, before, after State) Changes {
	changed, text := compare(kind, before, after)
	return Changes{before, after, changed, text.EN, text.JA}
}

func compare(kind kernel.Kind, before, after State) (changed answer.Answer, text words.Text) {
	switch {
	case before.SizeBytes != after.SizeBytes:
		return answer.Yes, drive.SizeChanged.Say(before.SizeBytes, after.SizeBytes)
	case kind != kernel.File:
		return compareCounters(before, after)
	case !before.ModTime.Equal(after.ModTime): // a time that went through JSON has lost its location
		return answer.Yes, drive.FileWritten
	}
	return answer.No, drive.FileSame
}

func compareCounters(before, after State) (changed answer.Answer, text words.Text) {
	b, a := before.Counters, after.Counters
	switch {
	case !before.Counted || !after.Counted:
		return answer.Unknown, drive.NoCounters
	case before.Epoch == "" || after.Epoch == "":
		return answer.Unknown, drive.MaybeAnew
	case before.Epoch != after.Epoch || a.FewerThan(b):
		return answer.Unknown, drive.AttachedAnew
	case b != a:
		return answer.Yes, drive.Counted.Say(a.Writes-b.Writes, a.WrittenSectors-b.WrittenSectors, a.Discards-b.Discards, a.DiscardedSectors-b.DiscardedSectors)
	}
	return answer.No, drive.CountersSame
}
