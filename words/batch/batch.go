// Package batch has what a batch says of its rows, and of those of a ledger.
package batch

import "shokyo.dev/shokyo/words"

var (
	// Note stands at the head of batch.json.
	Note = words.Text{EN: "This list is an index, not evidence: it is not signed. Each row names a signed bundle and pins it by SHA-256; verify the bundle before relying on the row.",
		JA: "この一覧は索引であり、署名された証拠ではありません。各行は署名済みの報告書一式を SHA-256 で指し示しています。行の内容を用いる前に、その報告書一式を検証してください。"}
)

// Exceptions: what a person has to look at.
var (
	NoSerial = words.Text{EN: "the medium was examined but told no serial number, so it cannot be matched with an asset",
		JA: "検査した媒体がシリアル番号を示さなかったため、資産と照合できません。"}
	NotListed = words.Text{EN: "the medium was examined but its serial number is not in the ledger",
		JA: "検査した媒体のシリアル番号が台帳にありません。"}
	CouldNotRun = words.Sentence{"the medium was not examined: %[1]s", "この媒体は検査できませんでした(理由は英語): %[1]s"}
	Residue     = words.Sentence{"residue was found (%[1]s bytes; reasons: %[2]s): the medium must not be treated as erased",
		"残留データを検出しました(%[1]s バイト、理由コード: %[2]s)。消去済みとして扱ってはなりません。"}
	Inconclusive = words.Sentence{"the examination gives no answer (reasons: %[1]s)",
		"検査では結論が得られませんでした(理由コード: %[1]s)。"}
	TwoDrives = words.Sentence{"more than one medium of this batch has this serial number: %[1]s", "この一括検査の複数の媒体が同じシリアル番号を示しています: %[1]s"}
	// TwoLines takes how many, the lines, and MoreLines.
	TwoLines = words.Sentence{"the ledger has this serial number %[1]d times, on the lines %[2]s%[3]s",
		"台帳に同じシリアル番号が %[1]d 件あります(行: %[2]s%[3]s)。"}
	MoreLines = words.Sentence{" and %[1]d more", " ほか %[1]d 行"}
	// NotExamined takes the line and Asset.
	NotExamined = words.Sentence{"the ledger lists this serial number (line %[1]d%[2]s), but this batch has no report of it",
		"台帳にある(%[1]d 行目%[2]s)シリアル番号ですが、この一括検査に報告書がありません。"}
	Asset = words.Sentence{", asset %[1]s", "、資産番号 %[1]s"}
	Model = words.Sentence{"the ledger (line %[1]d) says model %[2]q, the medium says %[3]q", "台帳(%[1]d 行目)の型番は「%[2]s」ですが、媒体は「%[3]s」を示しています。"}
	Size  = words.Sentence{"the ledger (line %[1]d) says %[2]s bytes, the medium has %[3]s",
		"台帳(%[1]d 行目)の容量は %[2]s バイトですが、媒体は %[3]s バイトです。"}
	SizeRange = words.Sentence{"the capacity in the ledger (line %[1]d) means %[2]s to %[3]s bytes, the medium has %[4]s",
		"台帳(%[1]d 行目)の容量は %[2]s ~ %[3]s バイトに相当しますが、媒体は %[4]s バイトです。"}
	// Doubt takes the cell, the line, what stands there and one of Doubts.
	Doubt = words.Sentence{`cell %[1]s of the ledger (line %[2]d), "%[3]s", %[4]s, so it was matched with no drive: format the column as text and type the serial number again, from the drive's label`,
		"台帳のセル %[1]s(%[2]d 行目)の値「%[3]s」%[4]s。どの装置とも照合していません。列の書式を「文字列」にして、装置のラベルを見ながらシリアル番号を入力し直してください。"}
)

// Doubts are what can be wrong with a serial number of a ledger, by the code of the
// exception; each goes on with the sentence Doubt.
var Doubts = words.Table{
	"ledger-serial-number":      {"is a number that a spreadsheet has rounded or reformatted", "は、表計算ソフトが数値に変換した値です(桁が丸められたか、書式が変わっています)"},
	"ledger-serial-date":        {"is a date or a time", "は、日付または時刻です"},
	"ledger-serial-error":       {"is the error word of a spreadsheet or a database", "は、表計算ソフトまたはデータベースのエラー表示です"},
	"ledger-serial-truth-value": {"is a truth value", "は、真偽値です"},
	"ledger-serial-invisible":   {"holds invisible characters", "には、目に見えない文字が含まれています"},
}
