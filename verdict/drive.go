package verdict

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/scan"
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

func statedDoubts(d *statements.Drive, readFailures int64) (out []Reason) {
	if d == nil {
		return nil
	}
	for _, r := range []*Reason{hiddenDoubt(&d.Hidden), sanitizeDoubt(d.Sanitize), securityDoubt(d.Security), afterEraseDoubt(d.AfterErase, readFailures)} {
		if r != nil {
			out = append(out, *r)
		}
	}
	return out
}

func hiddenDoubt(h *statements.Hidden) *Reason {
	switch h.State {
	case statements.HiddenSome:
		return &Reason{ReasonHiddenCapacity,
			fmt.Sprintf("the drive has %d bytes or more that were not examined: %s", h.Bytes, h.Text),
			fmt.Sprintf("装置には検査していない領域が %d バイト以上あります(装置の申告: %s)", h.Bytes, h.Text)}
	case statements.HiddenUnknown, statements.HiddenNone:
	}
	return nil
}

func sanitizeDoubt(s statements.Statement[statements.SanitizeState]) *Reason {
	switch s.State {
	case statements.SanitizeInProgress:
		return &Reason{ReasonSanitizeInProgress, "the drive is erasing itself, so what is read now may not be what stays: " + s.Text,
			"装置がサニタイズを実行中のため、今読み取れる内容は最終的な内容とは限りません(装置の申告: " + s.Text + ")"}
	case statements.SanitizeFailed:
		return &Reason{ReasonSanitizeFailed, "the drive's own erasure failed: " + s.Text,
			"装置自身のサニタイズが失敗しています(装置の申告: " + s.Text + ")"}
	case statements.SanitizeUnknown, statements.SanitizeNotSupported, statements.SanitizeNever, statements.SanitizeSucceeded, statements.SanitizeNoFailure:
	}
	return nil
}

func securityDoubt(s statements.Statement[statements.SecurityState]) *Reason {
	switch s.State {
	case statements.SecurityLocked:
		return &Reason{ReasonLockedRange, "part of the drive is locked, so what was read there is not what is stored: " + s.Text,
			"装置の一部がロックされており、読み取った内容は保存内容ではありません(装置の申告: " + s.Text + ")"}
	case statements.SecurityShadowed:
		return &Reason{ReasonMBRShadowed, "the drive shows a shadow MBR in place of its first blocks: " + s.Text,
			"装置が先頭ブロックの代わりにシャドウ MBR を見せています(装置の申告: " + s.Text + ")"}
	case statements.SecurityUnknown, statements.SecurityNone, statements.SecurityOff, statements.SecurityUnlocked:
	}
	return nil
}

func afterEraseDoubt(s statements.Statement[statements.AfterEraseState], readFailures int64) *Reason {
	switch s.State {
	case statements.AfterEraseError:
		if readFailures > 0 {
			return &Reason{ReasonReadsFailByDesign, "read errors are what this drive gives for blocks that were erased and not written since, so they show no damage, but what the blocks hold was not seen: " + s.Text,
				"この装置は消去後に書き込まれていないブロックの読取りを仕様としてエラーにします。故障とは限りませんが、内容は確認できていません(装置の申告: " + s.Text + ")"}
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
	return []Reason{reason(ReasonDriveCountedWrites,
		"the drive's own counter %s went from %d to %d while it was examined: something wrote to it, or it counted earlier writes late; examine it again",
		"検査中に装置自身の書込み計数 %s が %d から %d に変わりました。書込みがあったか、以前の書込みが遅れて計上されています。再検査してください", before.Name, before.Value, after.Value)}
}

// driveRemarks are statements that bear on what a clean verdict is worth.
func driveRemarks(d *statements.Drive, r *scan.Result) []Reason {
	fill := judgedFill(r)
	if d == nil || fill == 0 {
		return nil
	}
	switch d.Deallocated.State {
	case statements.DeallocatedZeros, statements.DeallocatedOnes:
		return []Reason{reason(ReasonDeallocatedReads,
			"%d bytes were read back as fill, and %s; so the claim is logical",
			"%d バイトが一定値として読み取られました。この装置は破棄済ブロックを一定値として返すため、論理的な消去しか示されません(装置の申告: %s)", fill, d.Deallocated.Text)}
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
		out = append(out, Reason{ReasonHiddenAreas, "Whether the drive hides capacity is not known: " + d.Hidden.Text + ".",
			"装置に隠し領域があるかどうかは不明です(理由: " + d.Hidden.Text + ")。"})
	case statements.HiddenNone:
		out = append(out, Reason{ReasonHiddenAreas, "Areas outside the address range that no command opens: boot partitions, RPMB, vendor areas. The drive says that it hides no capacity: " + d.Hidden.Text + ".",
			"コマンドで開けないアドレス範囲外の領域(ブートパーティション、RPMB、ベンダー領域)。装置は隠し容量がないと申告しています(" + d.Hidden.Text + ")。"})
	case statements.HiddenSome: // is a doubt
	}
	if !d.Security.Known() {
		out = append(out, Reason{ReasonLocksUnknown, "Whether ranges of the drive are locked is not known: " + d.Security.Text + ".",
			"装置にロックされた範囲があるかどうかは不明です(理由: " + d.Security.Text + ")。"})
	}
	if !d.Sanitize.Known() {
		out = append(out, Reason{ReasonSanitizeUnknown, "Whether the drive erases itself at the moment, or has failed to, is not known: " + d.Sanitize.Text + ".",
			"装置がサニタイズを実行中か、失敗したかどうかは不明です(理由: " + d.Sanitize.Text + ")。"})
	}
	return out
}
