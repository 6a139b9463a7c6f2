package terminal

import "shokyo.dev/shokyo/words"

// How an examination ended, in a word. That of a clean medium may claim no more than was
// looked at.
var (
	NoResidue          = words.Text{EN: "NO RESIDUE", JA: "残留データなし"}
	NoResidueInSample  = words.Text{EN: "NO RESIDUE IN SAMPLE", JA: "標本に残留データなし"}
	NoResidueInRegions = words.Text{EN: "NO RESIDUE IN REGIONS", JA: "指定領域に残留データなし"}
	ResidueFound       = words.Text{EN: "RESIDUE FOUND", JA: "残留データあり"}
	Inconclusive       = words.Text{EN: "INCONCLUSIVE", JA: "判定不能"}
	CouldNotRun        = words.Text{EN: "COULD NOT RUN", JA: "実行不能"}
	Interrupted        = words.Text{EN: "interrupted", JA: "中断"}
	// Early stands behind a verdict that was there before.
	Early = words.Text{EN: ", examined earlier", JA: "、検査済み"}
)

// The lines below it.
var (
	About = words.Sentence{"about: %[1]s", "判定の対象: %[1]s"}
	Claim = words.Sentence{"claim: %[1]s", "確認の水準: %[1]s"}
	// ClaimRests takes the claim and the amounts that it rests on.
	ClaimRests = words.Sentence{"%[1]s (read back: ciphertext %[2]s, fill %[3]s)", "%[1]s(読取値: 暗号文 %[2]s、一定値 %[3]s)"}
	Found      = words.Sentence{"found: %[1]s", "検出: %[1]s"}
	// Listed takes how many findings are listed and how many there are.
	Listed = words.Sentence{"report.json lists %[1]d of the %[2]d findings, the first of each kind among them",
		"report.json には検出結果 %[2]d 件のうち %[1]d 件を記載しています(各種類の最初のものを含みます)"}
	ThrowAway = words.Text{EN: "signed with a throw-away identity: the bundle proves that it is unchanged, not who made it (shokyo keygen)",
		JA: "使い捨ての鍵で署名: 変更されていないことは証明できますが、作成者は証明できません(shokyo keygen)"}
	StaysReadOnly = words.Sentence{"%[1]s stays read-only until you say otherwise: blockdev --setrw %[1]s", "%[1]s は解除するまで読取専用のままです: blockdev --setrw %[1]s"}
	Report        = words.Sentence{"report: %[1]s", "報告書: %[1]s"}
)

// Classes are the legend of the map.
var Classes = words.Table{
	"residue":    {"residue", "残留データ"},
	"unreadable": {"unreadable", "読取不能"},
	"ciphertext": {"ciphertext", "暗号文"},
	"metadata":   {"metadata", "既知の管理情報"},
	"fill":       {"fill", "一定値"},
	"unread":     {"unread", "未読"},
}
