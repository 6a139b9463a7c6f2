package terminal

import "shokyo.dev/shokyo/words"

// What a bundle is, in a word.
var (
	Valid         = words.Text{EN: "VALID", JA: "有効"}
	NotValid      = words.Text{EN: "NOT VALID", JA: "無効"}
	SignerUnknown = words.Text{EN: "WHOLE, SIGNER UNKNOWN", JA: "変更なし、署名者不明"}
	NotChecked    = words.Text{EN: "NOT CHECKED", JA: "未検証"}
)

// Of several bundles.
var (
	Verified = words.Text{EN: "VERIFIED", JA: "検証結果"}
	// Bundles takes how many there are, and the Counts of what they are.
	Bundles = words.Sentence{"%[1]d bundles: %[2]s", "報告書一式 %[1]d 件: %[2]s"}
	Counts  = words.Table{
		"valid":          {"%[1]d valid", "有効 %[1]d"},
		"signer-unknown": {"%[1]d whole, signer unknown", "変更なし・署名者不明 %[1]d"},
		"not-valid":      {"%[1]d not valid", "無効 %[1]d"},
		"not-checked":    {"%[1]d not checked", "未検証 %[1]d"},
	}
)

// The lines of a valid bundle.
var (
	VerdictAbout = words.Sentence{"verdict: %[1]s, about %[2]s", "判定: %[1]s、対象: %[2]s"}
	MoreReasons  = words.Sentence{"… and %[1]d more reasons, all in report.json", "… ほか %[1]d 件の理由(report.json に全件を記載)"}
	Part         = words.Sentence{"%[1]s of %[2]s", "%[2]s のうち %[1]s"}
	Read         = words.Sentence{"read: %[1]s of %[2]s", "読取済: %[2]s のうち %[1]s"}
	Medium       = words.Sentence{"medium: %[1]s", "媒体: %[1]s"}
	SignedBy     = words.Sentence{"signed by: %[1]s", "署名者: %[1]s"}
	VouchedBy    = words.Sentence{"whose certificate the authority %[1]s vouches for", "署名者の証明書は、指定された認証局 %[1]s により確認されました"}
)

// The summary of a batch.
var (
	NobodySigned = words.Text{EN: "nobody signed this summary: rows can have been taken out or changed", JA: "この一覧には署名がありません。行が削除または変更されている可能性があります"}
	// NotBy takes who signed, and of whom a certificate was given.
	NotBy       = words.Sentence{"it is signed by %[1]q, not by the given certificate of %[2]q", "署名者は「%[1]s」であり、指定された証明書(「%[2]s」)のものではありません"}
	NoTime      = words.Text{EN: "it does not say when it was made", JA: "作成日時の記載がありません"}
	OtherReport = words.Sentence{"is another report than %[1]s lists", "%[1]s に記載された報告書とは異なります"}
)

// Which system made the report.
var (
	// System takes BootedSigned or ThisImage, and InTPM behind it.
	System       = words.Sentence{"system: %[1]s", "システム: %[1]s"}
	BootedSigned = words.Text{EN: "which one was booted is signed for this report by the attestation key", JA: "起動されたシステムについて、本報告書に対する証明鍵の署名があります"}
	// ThisImage takes the name of the image and of its set of PCRs.
	ThisImage = words.Sentence{"made by exactly this image: %[1]s (%[2]s), command line not overridden", "まさにこのイメージで作成: %[1]s(%[2]s)、コマンドラインの変更なし"}
	InTPM     = words.Text{EN: "; that holds if the key lies in a TPM, which --tpm-key would show", JA: "。ただし鍵が TPM 内にある場合に限ります(--tpm-key で確認できます)"}

	AttestationKey = words.Sentence{"attestation key: %[1]s", "証明鍵: %[1]s"}
	EventLog       = words.Sentence{"event log: %[1]s", "イベントログ: %[1]s"}
	KeyKnown       = words.Sentence{"attestation key is known: %[1]s", "既知の証明鍵: %[1]s"}
	KeyNamed       = words.Text{EN: "it is the one you named", JA: "指定された鍵です"}
	Endorsement    = words.Sentence{"endorsement certificate: by %[1]s; that it is of the TPM that signed is not shown", "EK 証明書: 発行者 %[1]s。署名した TPM のものであることは示されません"}
)

// What is wrong with it, or was not looked at.
var (
	// NotAttested takes why there is none.
	NotAttested = words.Sentence{"there is none, so which system made the report is not shown (%[1]s)", "証明がないため、どのシステムが報告書を作成したかは示されません(%[1]s)"}
	OtherSystem = words.Sentence{"the signature holds, but the report was made on another system than %[1]s, or on a changed one", "署名は有効ですが、報告書は %[1]s 以外のシステム、または変更されたシステムで作成されました"}
	// OtherTPM takes the key's name and how many are known.
	OtherTPM    = words.Sentence{"the signature holds, but the key that made it, %[1]s, is none of the %[2]d you named", "署名は有効ですが、署名に用いられた鍵 %[1]s は、指定された %[2]d 個の鍵のいずれでもありません"}
	Contradicts = words.Text{EN: "does not say what report.json says: this shokyo made the report, and renders it otherwise", JA: "report.json と内容が異なります。報告書を作成したのはこの shokyo ですが、生成結果が一致しません"}
	// NotCompared takes the pages and ToolVersion or NoVersion.
	NotCompared = words.Sentence{"%[1]s: that this says what report.json says is the word of the signer alone, and this shokyo can not tell (the report was made by %[2]s). shokyo report prints what report.json says",
		"%[1]s: report.json と同じ内容であることは署名者の申告のみに基づき、この shokyo では確認できません(報告書を作成した shokyo: %[2]s)。report.json の内容は shokyo report で表示できます"}
	ToolVersion = words.Sentence{"version %[1]s", "バージョン %[1]s"}
	NoVersion   = words.Text{EN: "one without a version", JA: "バージョンなし"}
)
