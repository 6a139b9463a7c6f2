// Package console has what a person reads on the screens of the stick, a file for each
// step and one for the frame around them. Linux's console has no Japanese letters: the
// English half is shown, and must be ASCII. Indentation is the screens' own.
package console

import (
	"time"

	"shokyo.dev/shokyo/words"
)

// Sorts of things that are counted.
var (
	oneDisk     = words.Text{EN: "1 disk", JA: "ディスク 1 台"}
	manyDisks   = words.Sentence{"%[1]d disks", "ディスク %[1]d 台"}
	oneReport   = words.Text{EN: "1 report", JA: "報告書 1 件"}
	reports     = words.Sentence{"%[1]d reports", "報告書 %[1]d 件"}
	oneMinute   = words.Text{EN: "1 minute", JA: "1 分"}
	manyMinutes = words.Sentence{"%[1]d minutes", "%[1]d 分"}
	oneLine     = words.Text{EN: "1 line", JA: "1 行"}
	lines       = words.Sentence{"%[1]d lines", "%[1]d 行"}
)

func counted(n int, one words.Text, many words.Sentence) words.Text {
	if n == 1 {
		return one
	}
	return many.Say(n)
}

// Disks are so many of them, as are the next.
func Disks(n int) words.Text   { return counted(n, oneDisk, manyDisks) }
func Reports(n int) words.Text { return counted(n, oneReport, reports) }
func Minutes(n int) words.Text { return counted(n, oneMinute, manyMinutes) }
func Lines(n int) words.Text   { return counted(n, oneLine, lines) }

// Units of an estimate.
var (
	aMinute = words.Text{EN: "a minute", JA: "1 分"}
	hours   = words.Sentence{"%[1]d hours", "%[1]d 時間"}
	days    = words.Sentence{"%[1]d days", "%[1]d 日"}
)

// About is for estimates of time: no more digits than they are worth.
func About(d time.Duration) words.Text {
	minutes := int64(d/time.Minute) + 1
	switch {
	case minutes < 2:
		return aMinute
	case minutes <= 100:
		return manyMinutes.Say(minutes)
	case minutes <= 48*60:
		return hours.Say((minutes + 59) / 60)
	}
	return days.Say((minutes + 24*60 - 1) / (24 * 60))
}

// What stands for rows, or members of a list, that there is no room for.
var (
	More  = words.Sentence{"... %[1]s more", "… ほか %[1]s"}
	Shown = words.Sentence{"%[1]d of %[2]d are shown.", "全 %[2]d 件のうち %[1]d 件を表示。"}
)

// Heads of tables.
var (
	Device  = words.Text{EN: "Device", JA: "デバイス"}
	Model   = words.Text{EN: "Model", JA: "型式"}
	Serial  = words.Text{EN: "Serial", JA: "シリアル番号"}
	Size    = words.Text{EN: "Size", JA: "容量"}
	Bus     = words.Text{EN: "Bus", JA: "接続"}
	Health  = words.Text{EN: "Health", JA: "状態"}
	Verdict = words.Text{EN: "Verdict", JA: "判定"}
	Report  = words.Text{EN: "Report", JA: "報告書"}
)
