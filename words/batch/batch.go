// Package batch has what a batch says of its rows, and of those of a ledger.
package batch

import "shokyo.dev/shokyo/words"

var (
	// Note stands at the head of batch.json.
	Note = words.Text{EN: "This list is an index of signed reports. Its signature shows that no row was taken out, added or changed since it was made. Each row pins its report by SHA-256; verify that report before relying on the row.",
		JA: "この一覧は、署名済みの報告書の索引です。一覧の署名は、作成後に行の削除、追加および変更がないことを示します。各行は報告書を SHA-256 で特定しています。行の内容を用いる前に、その報告書を検証してください。"}
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

// Page has the titles and labels of batch.html, by the name that its template has for each.
var Page = words.Table{
	"Title":       {"Erasure verification: summary of a batch", "消去検証 一括検査一覧"},
	"Performed":   {"Performed", "検査期間"},
	"Signer":      {"Signed by", "署名者"},
	"Tool":        {"Tool", "検査ツール"},
	"Result":      {"Result", "集計"},
	"Media":       {"Media", "検査対象媒体"},
	"Ledger":      {"Asset ledger", "資産台帳"},
	"Number":      {"No.", "番号"},
	"Medium":      {"Medium", "媒体"},
	"Serial":      {"Serial number", "製造番号"},
	"Asset":       {"Asset number", "管理番号"},
	"Size":        {"Capacity", "容量"},
	"Verdict":     {"Verdict", "判定"},
	"Read":        {"Read", "読取済"},
	"Report":      {"Report, and its SHA-256", "報告書とその SHA-256"},
	"NotExamined": {"Not examined", "検査していません"},
	"Exceptions":  {"What a person has to look at", "確認を要する事項"},
	"NoException": {"Nothing.", "ありません。"},
	"Subject":     {"Medium or serial number", "媒体または製造番号"},
	"Text":        {"What it is", "内容"},
	"ThrowAway": {"The signature is of a throw-away identity: it shows that the list is unchanged, not who made it.",
		"この署名は使い捨ての識別によるもので、一覧が変更されていないことは示しますが、作成者は示しません。"},
	"End": {"End of the summary", "一覧 以上"},
}

// Sentences of the page.
var (
	// Totals takes how many sources, then how many of each outcome.
	Totals = words.Sentence{"%[1]d media: %[2]d without residue found, %[3]d with residue, %[4]d inconclusive, %[5]d not examined",
		"媒体 %[1]d 件: 残留データの検出なし %[2]d 件、残留データを検出 %[3]d 件、判定不能 %[4]d 件、検査できなかったもの %[5]d 件"}
	InPart = words.Sentence{"Of those without residue %[1]d were examined in part only.", "検出なしのうち %[1]d 件は、媒体の一部のみを検査したものです。"}
	// Books takes the ledger's name, how many serial numbers it has, and how many of these have no report.
	Books = words.Sentence{"%[1]s: %[2]d serial numbers, %[3]d of them without a report in this batch", "%[1]s: 製造番号 %[2]d 件、うちこの一括検査に報告書のないもの %[3]d 件"}
	// More takes how many exceptions are not listed.
	More = words.Sentence{"%[1]d more are counted and not listed.", "ほか %[1]d 件は件数のみを数え、一覧には示していません。"}
)
