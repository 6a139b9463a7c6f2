package terminal

import "shokyo.dev/shokyo/words"

// What comes to a bundle after it was signed.
var (
	// Timestamp takes the time, the authority, and TimestampTrusted or TimestampUnknown.
	Timestamp        = words.Sentence{"timestamp: %[1]s, by %[2]s; %[3]s", "タイムスタンプ: %[1]s、発行者 %[2]s。%[3]s"}
	TimestampTrusted = words.Text{EN: "by an authority that the given certificates vouch for", JA: "指定された証明書により確認された時刻認証局です"}
	TimestampUnknown = words.Text{EN: "whose authority was not asked for: --tsa-cert FILE says whom you trust", JA: "時刻認証局の確認は行っていません。信頼する証明書は --tsa-cert FILE で指定します"}
	NotStamped       = words.Text{EN: "there is no timestamp, so that the report was there at its time is the word of the signer alone", JA: "タイムスタンプがなく、報告書がその時刻に存在したことは署名者の申告のみに基づきます"}

	OtherQR = words.Text{EN: "the QR code is of another report, or of another version of this one", JA: "QR コードは別の報告書、または本報告書の別の版のものです"}

	// Concurred takes the name, its certificate's digest and the time.
	Concurred = words.Sentence{"concurrence: by %[1]s (certificate SHA-256 %[2]s), %[3]s", "確認: %[1]s(証明書 SHA-256 %[2]s)、%[3]s"}
	// Validated takes besides the decision, in front, and the reason, behind.
	Validated   = words.Sentence{"validation: %[1]s by %[2]s (certificate SHA-256 %[3]s), %[4]s%[5]s", "決裁: %[1]s、%[2]s(証明書 SHA-256 %[3]s)、%[4]s%[5]s"}
	NotTheirs   = words.Text{EN: "second signatures are by certificates that came with the bundle: compare their SHA-256 with those of whom they name", JA: "二人目の署名の証明書はバンドルに同梱のものです。SHA-256 を本人の証明書と照合してください"}
	MadeRequest = words.Sentence{"wrote the request %[1]s: take it to a timestamp authority, and come back with its answer: --request %[1]s --response FILE", "要求ファイル %[1]s を作成しました。時刻認証局の応答を得てから --request %[1]s --response FILE を指定してください"}
	DidStamp    = words.Sentence{"%[1]s has a timestamp of %[2]s by %[3]s, %[4]s", "%[1]s にタイムスタンプを付与しました。時刻 %[2]s、発行者 %[3]s。%[4]s"}
	DidSign     = words.Sentence{"%[1]s has the second signature of %[2]s", "%[1]s に %[2]s の署名を追加しました"}
)

// Decisions of a validation.
var Decisions = words.Table{
	"approved": {"approved", "承認"},
	"rejected": {"rejected", "不承認"},
}
