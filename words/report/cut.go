// Package report has what a report says, in English and in Japanese.
package report

import "shokyo.dev/shokyo/words"

// What is said where a page shows the beginning of a list only.
var (
	ListsAll  = words.Text{EN: "report.json lists all", JA: "report.json には全件を記載"}
	ListsSome = words.Sentence{"report.json lists %[1]s of them", "report.json には %[1]s 件を記載"}
	Shown     = words.Sentence{"%[1]s of %[2]s are shown here; %[3]s", "全 %[2]s 件のうち %[1]s 件を表示。%[3]s"}
)
