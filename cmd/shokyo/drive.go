package main

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/devices"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
)

// What a drive says of itself, on its way into the report and the verdict.

// driveDoubts are the statements of a drive that keep a medium from being called
// clean whatever was read: part of it was not to be seen, or what was seen may
// not last.
func driveDoubts(d *devices.Drive, readFailures int64) (out []scan.Reason) {
	if d == nil {
		return nil
	}
	add := func(code, text, textJA string) {
		out = append(out, scan.Reason{Code: code, Text: text, TextJA: textJA})
	}
	if d.Hidden.State == devices.HiddenSome {
		add("hidden-capacity",
			fmt.Sprintf("the drive has %d bytes or more that were not examined: %s", d.Hidden.Bytes, d.Hidden.Text),
			fmt.Sprintf("装置には検査していない領域が %d バイト以上あります(装置の申告: %s)", d.Hidden.Bytes, d.Hidden.Text))
	}
	switch d.Sanitize.State {
	case devices.SanitizeInProgress:
		add("sanitize-in-progress", "the drive is erasing itself, so what is read now may not be what stays: "+d.Sanitize.Text,
			"装置がサニタイズを実行中のため、今読み取れる内容は最終的な内容とは限りません(装置の申告: "+d.Sanitize.Text+")")
	case devices.SanitizeFailed:
		add("sanitize-failed", "the drive's own erasure failed: "+d.Sanitize.Text,
			"装置自身のサニタイズが失敗しています(装置の申告: "+d.Sanitize.Text+")")
	}
	switch d.Security.State {
	case devices.SecurityLocked:
		add("locked-range", "part of the drive is locked, so what was read there is not what is stored: "+d.Security.Text,
			"装置の一部がロックされており、読み取った内容は保存内容ではありません(装置の申告: "+d.Security.Text+")")
	case devices.SecurityShadowed:
		add("mbr-shadowed", "the drive shows a shadow MBR in place of its first blocks: "+d.Security.Text,
			"装置が先頭ブロックの代わりにシャドウ MBR を見せています(装置の申告: "+d.Security.Text+")")
	}
	if d.AfterErase.State == devices.AfterEraseError && readFailures > 0 {
		add("reads-fail-by-design", "read errors are what this drive gives for blocks that were erased and not written since, so they show no damage, but what the blocks hold was not seen: "+d.AfterErase.Text,
			"この装置は消去後に書き込まれていないブロックの読取りを仕様としてエラーにします。故障とは限りませんが、内容は確認できていません(装置の申告: "+d.AfterErase.Text+")")
	}
	return out
}

// driveRemarks are statements that bear on what a clean verdict is worth.
func driveRemarks(d *devices.Drive, r *scan.Result) (out []scan.Reason) {
	if d == nil {
		return nil
	}
	fill := int64(0)
	for _, g := range r.Regions {
		if g.Expect != scan.ExpectAny { // the claim is about what was judged
			fill += g.ReadBackFill
		}
	}
	if fill > 0 && (d.Deallocated.State == devices.DeallocatedZeros || d.Deallocated.State == devices.DeallocatedOnes) {
		out = append(out, scan.Reason{Code: "deallocated-reads",
			Text:   fmt.Sprintf("%d bytes were read back as fill, and %s; so the claim is logical", fill, d.Deallocated.Text),
			TextJA: fmt.Sprintf("%d バイトが一定値として読み取られました。この装置は破棄済ブロックを一定値として返すため、論理的な消去しか示されません(装置の申告: %s)", fill, d.Deallocated.Text)})
	}
	return out
}

// driveNotChecked are the statements that are not known, and so not ruled out.
func driveNotChecked(d *devices.Drive) (out []scan.Reason) {
	if d == nil || d.Bus == "file" {
		return nil
	}
	add := func(code, text, textJA string) {
		out = append(out, scan.Reason{Code: code, Text: text, TextJA: textJA})
	}
	switch d.Hidden.State {
	case devices.HiddenUnknown:
		add("hidden-areas", "Whether the drive hides capacity is not known: "+d.Hidden.Text+".",
			"装置に隠し領域があるかどうかは不明です(理由: "+d.Hidden.Text+")。")
	case devices.HiddenNone:
		add("hidden-areas", "Areas outside the address range that no command opens: boot partitions, RPMB, vendor areas. The drive says that it hides no capacity: "+d.Hidden.Text+".",
			"コマンドで開けないアドレス範囲外の領域(ブートパーティション、RPMB、ベンダー領域)。装置は隠し容量がないと申告しています("+d.Hidden.Text+")。")
	}
	if !d.Security.Known() {
		add("locks-unknown", "Whether ranges of the drive are locked is not known: "+d.Security.Text+".",
			"装置にロックされた範囲があるかどうかは不明です(理由: "+d.Security.Text+")。")
	}
	if !d.Sanitize.Known() {
		add("sanitize-unknown", "Whether the drive erases itself at the moment, or has failed to, is not known: "+d.Sanitize.Text+".",
			"装置がサニタイズを実行中か、失敗したかどうかは不明です(理由: "+d.Sanitize.Text+")。")
	}
	return out
}

// describe asks the drive of a block device; nil for image files.
func (e *examination) describe() (*devices.Drive, error) {
	f := e.media[0].Facts()
	if f.Kind != devices.BlockDevice {
		return nil, nil
	}
	d, err := devices.Describe(e.source)
	if err == nil && d.Name != f.Name {
		err = fmt.Errorf("%s led to the device %q and leads to %q now: name it by a path that stays", e.source, f.Name, d.Name)
	}
	if err != nil {
		return nil, fmt.Errorf("ask the drive: %w", err)
	}
	return d, nil
}

// settle adds to the plan what only the end of the examination can tell: what
// the drive said before and says now, and what happened to the medium meanwhile.
func (e *examination) settle(result *scan.Result) []devices.Changes {
	changes := e.checkMedia()
	after, err := e.describe()
	if err != nil {
		e.plan.Caveats = append(e.plan.Caveats, scan.Reason{Code: "medium-unchecked",
			Text:   fmt.Sprintf("the drive could not be asked again at the end of the examination: %v", err),
			TextJA: fmt.Sprintf("検査終了時に装置へ再度問い合わせることができませんでした: %v", err)})
	}
	failures := result.Classes[scan.Unreadable]
	for _, r := range append(driveDoubts(e.drive, failures), driveDoubts(after, failures)...) {
		if !slices.ContainsFunc(e.plan.Caveats, func(c scan.Reason) bool { return c.Code == r.Code }) {
			e.plan.Caveats = append(e.plan.Caveats, r)
		}
	}
	if e.drive != nil && after != nil {
		e.compareWritten(e.drive.Written, after.Written)
		e.after = after
	}
	e.plan.Caveats = append(e.plan.Caveats, inUseDoubts(e.media[0].Facts())...)
	e.plan.Remarks = append(e.plan.Remarks, driveRemarks(e.drive, result)...)
	e.judgeTrailers()
	return changes
}

// inUseDoubts: what something else has in use may change behind the examination.
func inUseDoubts(f devices.Facts) []scan.Reason {
	if f.Claimed != devices.No {
		return nil
	}
	by, byJA := f.InUseBy, f.InUseBy
	if by == "" {
		by, byJA = "another program has it open for itself", "他のプログラムが占有しています"
	}
	return []scan.Reason{{Code: "in-use",
		Text:   "the medium was in use while it was examined, so what was read may have changed since: " + by,
		TextJA: "検査中に媒体が使用されていたため、読取り後に内容が変わった可能性があります(" + byJA + ")"}}
}

// compareWritten holds the drive's own count of what was written against the
// kernel's, which does not see pass-through commands. Some drives count late, so
// a rise is a doubt and not a proof.
func (e *examination) compareWritten(before, after devices.Written) {
	if before.Known && after.Known && before.Name == after.Name && before.Value != after.Value {
		e.plan.Caveats = append(e.plan.Caveats, scan.Reason{Code: "drive-counted-writes",
			Text:   fmt.Sprintf("the drive's own counter %s went from %d to %d while it was examined: something wrote to it, or it counted earlier writes late; examine it again", before.Name, before.Value, after.Value),
			TextJA: fmt.Sprintf("検査中に装置自身の書込み計数 %s が %d から %d に変わりました。書込みがあったか、以前の書込みが遅れて計上されています。再検査してください", before.Name, before.Value, after.Value)})
	}
}

// reportDrive spells a drive out for the report and for programs.
func reportDrive(d *devices.Drive) *reports.Drive {
	if d == nil {
		return nil
	}
	out := &reports.Drive{
		Path: d.Path, Bus: d.Bus, Model: d.Model, Serial: d.Serial, Firmware: d.Firmware,
		WWN: d.WWN, EUI64: d.EUI64, NGUID: d.NGUID, WWID: d.WWID,
		SizeBytes: d.SizeBytes, LogicalBlockBytes: int64(d.LogicalBlockBytes), PhysicalBlockBytes: int64(d.PhysicalBlockBytes),
		Rotation: reportStatement(d.Rotation), Removable: answer(d.Removable), ReadOnly: answer(d.ReadOnlyFlag),
		InUse: answer(d.InUse), Users: d.Users,
		Hidden:   reports.Hidden{State: d.Hidden.State.String(), Bytes: d.Hidden.Bytes, Text: d.Hidden.Text},
		Sanitize: reportStatement(d.Sanitize), Security: reportStatement(d.Security),
		Deallocated: reportStatement(d.Deallocated), AfterErase: reportStatement(d.AfterErase),
	}
	if w := d.Written; w.Known {
		out.Written = &reports.Written{Counter: w.Name, Value: w.Value, UnitBytes: w.UnitBytes}
	}
	for _, f := range d.Details {
		out.Facts = append(out.Facts, reports.DriveFact(f))
	}
	for _, p := range d.Pages {
		out.Commands = append(out.Commands, reports.NewSentCommand(p.Bus, p.Name, p.Command, p.Data, p.Status, p.Error))
	}
	return out
}

func reportStatement[S devices.AnyState](s devices.Statement[S]) reports.Statement {
	return reports.Statement{State: s.State.String(), Text: s.Text}
}

// sentCommands names every command that went to a drive, once.
func sentCommands(drives ...*devices.Drive) (names []string) {
	for _, d := range drives {
		if d == nil {
			continue
		}
		for _, p := range d.Pages {
			if name := p.Bus + " " + p.Name; !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
