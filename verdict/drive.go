package verdict

import (
	"slices"

	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/words/reason"
)

// What a drive says of itself, before and after. A nil drive says nothing: an image has none.

// driveDoubts are the statements of a drive that keep a medium from being called
// clean whatever was read: part of it was not to be seen, or what was seen may
// not last. What it says both times is told once, as it was before.
func driveDoubts(in *Input) (out []Reason) {
	failures := in.Result.Classes[scan.Unreadable]
	for _, r := range append(statedDoubts(in.Before, failures), statedDoubts(in.After, failures)...) {
		if !slices.ContainsFunc(out, func(have Reason) bool { return have.Code == r.Code }) {
			out = append(out, r)
		}
	}
	if in.Before != nil && in.After != nil {
		out = append(out, writtenDoubts(in.Before.Written, in.After.Written)...)
	}
	return out
}

func statedDoubts(d *statements.Drive, readFailures int64) []Reason {
	if d == nil {
		return nil
	}
	return slices.Concat(hiddenDoubt(&d.Hidden), sanitizeDoubt(d.Sanitize), securityDoubt(d.Security), afterEraseDoubt(d.AfterErase, readFailures))
}

func hiddenDoubt(h *statements.Hidden) []Reason {
	switch h.State {
	case statements.HiddenSome:
		return []Reason{because(ReasonHiddenCapacity, h.Bytes, h.Text)}
	case statements.HiddenUnknown, statements.HiddenNone:
	}
	return nil
}

func sanitizeDoubt(s statements.Statement[statements.SanitizeState]) []Reason {
	switch s.State {
	case statements.SanitizeInProgress:
		return []Reason{because(ReasonSanitizeInProgress, s.Text)}
	case statements.SanitizeFailed:
		return []Reason{because(ReasonSanitizeFailed, s.Text)}
	case statements.SanitizeUnknown, statements.SanitizeNotSupported, statements.SanitizeNever, statements.SanitizeSucceeded, statements.SanitizeNoFailure:
	}
	return nil
}

func securityDoubt(s statements.Statement[statements.SecurityState]) []Reason {
	switch s.State {
	case statements.SecurityLocked:
		return []Reason{because(ReasonLockedRange, s.Text)}
	case statements.SecurityShadowed:
		return []Reason{because(ReasonMBRShadowed, s.Text)}
	case statements.SecurityUnknown, statements.SecurityNone, statements.SecurityOff, statements.SecurityUnlocked:
	}
	return nil
}

func afterEraseDoubt(s statements.Statement[statements.AfterEraseState], readFailures int64) []Reason {
	switch s.State {
	case statements.AfterEraseError:
		if readFailures > 0 {
			return []Reason{because(ReasonReadsFailByDesign, s.Text)}
		}
	case statements.AfterEraseUnknown, statements.AfterEraseData:
	}
	return nil
}

// writtenDoubts hold the drive's own count of what was written against the
// kernel's, which does not see pass-through commands. Some drives count late, so
// a rise is a doubt and not a proof.
func writtenDoubts(before, after statements.Written) []Reason {
	if !before.Known || !after.Known || before.Name != after.Name || before.Value == after.Value {
		return nil
	}
	return []Reason{because(ReasonDriveCountedWrites, before.Name, before.Value, after.Value)}
}

// driveRemarks are statements that bear on what a clean verdict is worth.
func driveRemarks(d *statements.Drive, r *scan.Result) []Reason {
	fill := judgedFill(r)
	if d == nil || fill == 0 {
		return nil
	}
	switch d.Deallocated.State {
	case statements.DeallocatedZeros, statements.DeallocatedOnes:
		return []Reason{because(ReasonDeallocatedReads, fill, d.Deallocated.Text)}
	case statements.DeallocatedUnknown, statements.DeallocatedUndefined:
	}
	return nil
}

// driveNotChecked are the statements that are not known, and so not ruled out.
func driveNotChecked(d *statements.Drive) (out []Reason) {
	if d == nil || d.Kind == kernel.File {
		return nil
	}
	switch d.Hidden.State {
	case statements.HiddenUnknown:
		out = append(out, saying(ReasonHiddenAreas, reason.HiddenUnknown.Say(d.Hidden.Text)))
	case statements.HiddenNone:
		out = append(out, saying(ReasonHiddenAreas, reason.HiddenNone.Say(d.Hidden.Text)))
	case statements.HiddenSome: // is a doubt
	}
	if !d.Security.Known() {
		out = append(out, because(ReasonLocksUnknown, d.Security.Text))
	}
	if !d.Sanitize.Known() {
		out = append(out, because(ReasonSanitizeUnknown, d.Sanitize.Text))
	}
	return out
}
