// Package paper has what report.pdf says that report.html does not: page one, the headings
// in the order of a laboratory's report, and the fields that are signed by hand.
package paper

import "shokyo.dev/shokyo/words"

// Bytes takes a number, with its digits grouped.
var Bytes = words.Sentence{"%[1]s bytes", "%[1]s バイト"}

// Page one.
var (
	// Number takes the report's; Page a page and how many there are.
	Number    = words.Sentence{"Report no. %[1]s", "報告書番号 %[1]s"}
	Page      = words.Sentence{"page %[1]d of %[2]d", "%[1]d / %[2]d ページ"}
	Issued    = words.Text{EN: "Date of issue", JA: "発行日"}
	Performed = words.Text{EN: "Examined", JA: "検査日時"}
	SignedAs  = words.Sentence{"%[1]s (from the certificate of the signature)", "%[1]s(署名の証明書による名称)"}
	Medium    = words.Text{EN: "Medium", JA: "検査対象"}
	Labelled  = words.Sentence{"%[1]s (on its label)", "%[1]s(銘板)"}
	Proves    = words.Text{EN: "What it proves", JA: "証明できる事項"}
	Coverage  = words.Text{EN: "How much was read", JA: "読取範囲"}
	// Read takes what was read, of what, and the share of the medium.
	Read       = words.Sentence{"%[1]s of %[2]s, %[3]s of the medium", "%[2]s のうち %[1]s(媒体の %[3]s)"}
	Unreadable = words.Sentence{"; %[1]s could not be read", "。読取不能 %[1]s"}
	Why        = words.Text{EN: "Reasons", JA: "判定の理由"}
	WhyMore    = words.Sentence{"%[1]d more stand under “Reasons”.", "ほか %[1]d 件は「判定の理由」に記載しています。"}
	QR         = words.Text{EN: "Number, digest of report.json, verdict and serial number, for reading by machine",
		JA: "機械読取用: 報告書番号、report.json のハッシュ値、判定、製造番号"}
	Only = words.Text{EN: "The results relate only to the item examined. Limits stand under “Not checked”. The signed data are attached to this file (report.json).",
		JA: "結果は検査した品目のみに関するものです。限界は「確認していない事項」に記載しています。署名対象のデータ(report.json)は本ファイルに添付しています。"}
)

// Claims are in one sentence what a clean verdict proves, at length in words/report.
var Claims = words.Table{
	"logical": {"At the logical level: what can be read through the medium's interface holds nothing of the earlier data. That the memory cells below were erased is not shown.",
		"論理レベルの確認: 媒体のインターフェースから読み取れる範囲に、以前のデータは残っていません。その下の記憶セルの消去までは示されません。"},
	"physical-ciphertext": {"At the physical level: what was read cannot be told from ciphertext or random bytes. Where it is ciphertext, nothing of it can be turned back without the key; that no copy of the key exists is not shown.",
		"物理レベルの確認: 読み取られた内容は、暗号文や乱数と区別できません。暗号文であれば、鍵がない限り元に戻せません。鍵の複製がどこにも存在しないことまでは示されません。"},
}

// NoClaim is for any other verdict.
var NoClaim = words.Text{EN: "Nothing is proved about the erasure.", JA: "証明できる事項なし。"}

// Headings, in the order of the report.
var (
	Stated      = words.Text{EN: "Order, item and erasure, as stated", JA: "依頼・品目・消去の内容(申告による)"}
	Item        = words.Text{EN: "The medium, and what the drive says of itself", JA: "検査対象媒体及び装置の申告"}
	Method      = words.Text{EN: "Method and sampling plan", JA: "検査方法及び抜取計画"}
	Rule        = words.Text{EN: "Decision rule and its risks (ISO/IEC 17025, 7.8.6)", JA: "判定規則とそのリスク(ISO/IEC 17025 7.8.6)"}
	Findings    = words.Text{EN: "Findings by kind and place", JA: "検出結果(種類別・位置別)"}
	Regions     = words.Text{EN: "Where what lies", JA: "領域の一覧"}
	Verified    = words.Text{EN: "Verification (NIST SP 800-88r2, 4.5.1)", JA: "検証(NIST SP 800-88r2 4.5.1)"}
	Validated   = words.Text{EN: "Validation (NIST SP 800-88r2, 4.5.2)", JA: "妥当性確認(NIST SP 800-88r2 4.5.2)"}
	Signatures  = words.Text{EN: "Signatures", JA: "確認・決裁"}
	End         = words.Text{EN: "— End of report —", JA: "― 以上 ―"}
	EndOf       = words.Sentence{"— End of the report in this language; report %[1]s —", "― 日本語版 以上(報告書番号 %[1]s) ―"}
	Attachments = words.Text{EN: "Files attached to this PDF", JA: "本 PDF の添付ファイル"}
)

// Rows of tables.
var (
	FalseReject = words.Text{EN: "Risk of false rejection: an erased medium is reported as residue", JA: "誤って不合格とするリスク(消去済みの媒体を残留ありと判定)"}
	AtMost      = words.Sentence{"at most one examination in %[1]s", "多くとも %[1]s 回の検査に 1 回"}
	FalseAccept = words.Text{EN: "Risk of false acceptance: residue is missed", JA: "誤って合格とするリスク(残留データの見逃し)"}
	Depends     = words.Text{EN: "depends on kind and size of the residue; as measured: see “What would have been noticed”",
		JA: "残留データの種類と大きさによる。実測値は「検出できたはずのもの」に記載"}
	Applies = words.Text{EN: "Applied to", JA: "適用した結果"}
	// AppliesTo takes the verdict's scope.
	AppliesTo    = words.Sentence{"the verdict on %[1]s", "次の範囲に対する判定: %[1]s"}
	DriveAnswers = words.Text{EN: "The drive's answers are its own and no proof. All of them, with the bytes of command and answer, stand in report.json.",
		JA: "装置の回答は申告であり、証明ではありません。全項目と、命令及び応答のバイト列は report.json に記載しています。"}
	NoDeviation = words.Text{EN: "No deviation was stated or recorded.", JA: "逸脱の申告及び記録はありません。"}
	Stated1     = words.Sentence{"As stated: %[1]s", "申告: %[1]s"}
	// Leaves takes the size of a leaf of the hash tree, and what it is over (report.TreeCovers).
	Leaves = words.Sentence{"RFC 6962, over leaves of %[1]s; of %[2]s", "RFC 6962 のハッシュ木(葉 %[1]s)、対象: %[2]s"}
	// Paused takes two times and a place.
	Paused = words.Sentence{"The examination was interrupted at %[1]s (UTC) and went on at %[2]s (UTC) from byte %[3]s.",
		"検査は %[1]s(UTC)に中断し、%[2]s(UTC)にバイト位置 %[3]s から再開しました。"}
	// Clock is how a time is written, as Go's package time has it.
	Clock = words.Text{EN: "2 January 2006 15:04:05 UTC-07:00", JA: "2006年1月2日 15:04:05 UTC-07:00"}
	Local = words.Sentence{"%[1]s (%[2]s)", "%[1]s(%[2]s)"}
	// FromTo and Span take a begin and an end.
	FromTo = words.Sentence{"from %[1]s\nto %[2]s", "開始 %[1]s\n終了 %[2]s"}
	Span   = words.Sentence{"%[1]s to %[2]s", "%[1]s から %[2]s まで"}
)

// SignedBy are the boxes to be signed by hand.
var (
	BoxAuthorised = words.Text{EN: "Authorised by (7.8.2.1 o)", JA: "発行責任者(7.8.2.1 o)"}
	BoxValidation = words.Text{EN: "Validation: decision", JA: "妥当性確認の決裁"}
	ValidationOut = words.Text{EN: "The tool verifies and does not decide. Whether the erasure is accepted is decided by a named person, who signs here; until then this part is open.",
		JA: "ツールは検証を行うだけで、採否を決定しません。消去を承認するかどうかは、下に記名する者が決定します。記名されるまで、妥当性確認は未了です。"}
)

// Attached says what the files are that go along.
var Attached = words.Table{
	"report.dsse.json": {"Signature over all files of the bundle (DSSE, in-toto)", "一式の全ファイルに対する署名(DSSE、in-toto)"},
	"attestation.json": {"What the machine's TPM says of the system that was booted", "起動されたシステムについての TPM の証明"},
	"report.json":      {"The signed data that these pages print", "本書の内容の基となる署名対象データ"},
	"findings.dfxml":   {"Findings and regions in Digital Forensics XML", "検出結果と領域(Digital Forensics XML)"},
	"regions.map":      {"Map of what was read (GNU ddrescue)", "読取範囲のマップ(GNU ddrescue)"},
}
