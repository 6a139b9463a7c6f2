package report

import "shokyo.dev/shokyo/words"

// How it was examined.
var (
	MethodFull   = words.Text{EN: "Full: every byte of the regions", JA: "全数(対象領域の全バイト)"}
	MethodNIST   = words.Text{EN: "Sample: NIST SP 800-88r1 4.7", JA: "標本(NIST SP 800-88r1 4.7)"}
	MethodRandom = words.Text{EN: "Sample: random blocks", JA: "標本(無作為抽出)"}
)

// Depths are how hard what was read was looked at.
var Depths = words.Table{
	"":     {"depth not stated", "検査の深さの記載なし"},
	"deep": {"Deep: every detector looked at every byte that was read", "詳細検査(読み取った全バイトをすべての検出器で検査)"},
	"quick": {"Quick: the detectors that take long looked only where a first look left doubt",
		"簡易検査(時間のかかる検出器は、一次検査で疑いの残った箇所のみを検査)"},
}

// By what rule it is decided.
var (
	// Rule takes the threshold, the number of tests and the false-alarm budget.
	// Sure takes one in how many.
	Sure = words.Sentence{"A perfectly erased medium would raise a false alarm in at most one examination of %[1]s. How much residue may have been missed depends on its kind and size.",
		"完全に消去された媒体で誤警報が生じるのは、多くとも %[1]s 回の検査に 1 回です。見逃しの可能性は残留データの種類と大きさによって異なります。"}
	// FiguresFollow stands behind it where what was measured is printed.
	FiguresFollow = words.Text{EN: " The measured figures follow.", JA: "実測値を後に示します。"}
	Rule          = words.Sentence{"Every detector gives a score in bits with a proven bound: on uniformly random bytes a score of s bits or more occurs with probability at most 2^-s. " +
		"What scores at least %[1]s bits counts as structured. This is log2(%[2]s / %[3]s): with %[2]s tests, the probability that a perfectly erased medium is reported as residue anywhere is at most %[3]s (false rejection). " +
		"The probability to overlook residue (false acceptance) depends on its kind and size, and is not bounded by this rule; measured values are published with the tool.",
		"各検出器の得点はビットで表され、一様乱数に対して s ビット以上となる確率が 2^-s 以下であることが証明されています。%[1]s ビット以上の得点を「構造あり」と判定します。" +
			"このしきい値は log2(%[2]s / %[3]s) であり、%[2]s 回の検定全体を通じて、完全に消去された媒体を誤って「残留あり」とする確率(誤不合格)は %[3]s 以下です。" +
			"残留データの見逃し(誤合格)の確率は残留データの種類と大きさに依存し、この規則では上限が定まりません。実測値はツールとともに公開されています。"}
)

// How far the examination came: bytes read, planned, and unreadable.
var (
	Ended = words.Sentence{"The examination ended before the end of its plan: %[1]s of %[2]s planned bytes were read, %[3]s could not be read.",
		"検査は計画の終わりに達する前に終了しました。計画 %[2]s バイトのうち %[1]s バイトを読み取り、%[3]s バイトは読み取れませんでした。"}
	Completed = words.Sentence{"The examination reached the end of its plan: %[1]s of %[2]s planned bytes were read, %[3]s could not be read.",
		"検査は計画の終わりまで完了しました。計画 %[2]s バイトのうち %[1]s バイトを読み取り、%[3]s バイトは読み取れませんでした。"}
)

// What the report says of the system it was made on.
var (
	Attested = words.Text{EN: "This machine's TPM signed which system was booted, together with the digest of this report (attestation.json). Whether it is the published image, “shokyo verify --manifest” says.",
		JA: "本機の TPM が、起動されたシステムの測定値と本報告書のダイジェストに署名しています(attestation.json)。公開されたイメージかどうかは「shokyo verify --manifest」で確認できます。"}
	NotAsked = words.Text{EN: "No TPM was asked which system was booted.",
		JA: "起動されたシステムについて TPM への問い合わせは行っていません。"}
)

// NoteReasons are what a reader of a valid bundle should know.
var NoteReasons = words.Table{
	"untrusted": {"signed by a certificate that came with the bundle; pass --cert FILE to check whose it is",
		"バンドルに同梱の証明書で署名されています。誰のものかを確かめるには --cert FILE を指定してください"},
	"throw-away": {"signed by a throw-away identity: this proves that the bundle is unchanged, not who made it",
		"使い捨ての署名者で署名されています。バンドルが変更されていないことを示しますが、作成者は示しません"},
	"clock": {"the report's time lies outside the certificate's validity: a clock was wrong, or the report was dated",
		"報告書の時刻が証明書の有効期間外です。時計が正しくなかったか、日付が変えられています"},
}
