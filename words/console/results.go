package console

import "shokyo.dev/shokyo/words"

// Lines of the log.
var (
	// Examining takes how many Disks, and the mode.
	Examining   = words.Sentence{"console: examining %[1]s, mode %[2]s", "コンソール: %[1]s を検査、方式 %[2]s"}
	StoppedHere = words.Text{EN: "console: stopped by a person", JA: "コンソール: 操作により中止"}
)

// While it runs.
var (
	Stopping = words.Text{EN: "Stopping ...", JA: "中止しています …"}
	// Done takes how many, and of how many Disks.
	Done       = words.Sentence{"%[1]d of %[2]s done.", "%[2]s のうち %[1]d 台完了。"}
	DoNotFit   = words.Sentence{"%[1]d do not fit on the screen.", "%[1]d 台は画面に収まりません。"}
	Legend     = words.Text{EN: "# residue  ! unreadable  = ciphertext  m metadata  . fill  ? not read yet", JA: "# 残留データ  ! 読取不能  = 暗号文  m 説明済構造  . 一定値  ? 未読"}
	SecondPass = words.Text{EN: "reading bad places again", JA: "読取不良箇所を再読取り中"}
	Finishing  = words.Text{EN: "writing the report", JA: "報告書を作成中"}
	TimeLeft   = words.Sentence{"%[1]s left", "残り %[1]s"}
	Part       = words.Sentence{"%[1]s of %[2]s", "%[2]s のうち %[1]s"}
	Residue    = words.Text{EN: "residue", JA: "残留データ"}
	Unreadable = words.Text{EN: "unreadable", JA: "読取不能"}
	NoneSoFar  = words.Sentence{"%[1]s none so far", "%[1]s これまでになし"}
)

// Verdicts in large letters. Sample stands before that of a clean disk of which not all
// was read.
var (
	NoResidue    = words.Text{EN: "NO RESIDUE", JA: "残留データなし"}
	ResidueFound = words.Text{EN: "RESIDUE FOUND", JA: "残留データあり"}
	Inconclusive = words.Text{EN: "INCONCLUSIVE", JA: "判定不能"}
	NoVerdict    = words.Text{EN: "NO VERDICT", JA: "判定なし"}
	Sample       = words.Text{EN: "SAMPLE: ", JA: "標本: "}
)

// What they mean, and what to do.
var (
	NoResidueMeans = words.Text{EN: "Nothing recoverable was found where this examination looked.", JA: "本検査で調べた範囲では、復元可能なデータは見つかりませんでした。"}
	// SampleMeans takes where it looked.
	SampleMeans       = words.Sentence{"Nothing recoverable was found where this examination looked, which was only %[1]s.", "本検査で調べた範囲(%[1]s のみ)では、復元可能なデータは見つかりませんでした。"}
	ResidueFoundMeans = words.Text{EN: "Data that can be recovered is still on this disk. It is not erased: erase it again, then examine it again.",
		JA: "復元可能なデータがこのディスクに残っています。消去されていません。再度消去し、もう一度検査してください。"}
	InconclusiveMeans = words.Text{EN: "It can not be said whether anything is left. The reasons say why; do not treat this disk as erased.",
		JA: "データが残っているかどうかは判定できません。理由を確認してください。このディスクを消去済みとして扱ってはなりません。"}
	StoppedMeans = words.Text{EN: "The examination was stopped, so there is no verdict. Do not treat this disk as erased.",
		JA: "検査が中止されたため、判定はありません。このディスクを消去済みとして扱ってはなりません。"}
	NoVerdictMeans = words.Text{EN: "This disk was not examined to the end, so there is no verdict. Do not treat it as erased. If it does not answer, try another cable or port, then examine it again.",
		JA: "このディスクは最後まで検査されなかったため、判定はありません。消去済みとして扱ってはなりません。応答しない場合は、別のケーブルまたはポートを試し、もう一度検査してください。"}
)

// How much a clean result proves.
var (
	Proves          = words.Text{EN: "proves: ", JA: "証明事項: "}
	ClaimCiphertext = words.Text{EN: "what was read cannot be told from ciphertext; whether it is the old one, or random bytes written over it, reading cannot tell.",
		JA: "読み取った内容は暗号文と区別できません。元の暗号文か、上書きされた乱数かは、読取りからは区別できません。"}
	ClaimLogical = words.Text{EN: "zeros or another fill were read back. What lies in flash cells behind them was not seen: this proves less than reading ciphertext does.",
		JA: "ゼロまたは他の一定値が読み出されました。その背後のフラッシュセルの内容は確認していません。暗号文を読み取った場合より、示されることは少なくなります。"}
)

// Where the report is.
var (
	ReportSaved    = words.Text{EN: "report saved: ", JA: "報告書の保存先: "}
	ReportNotSaved = words.Text{EN: "REPORT NOT SAVED: it is in memory. Put an evidence stick in and press s.", JA: "報告書は未保存: メモリ内にあります。証拠スティックを挿し、s を押してください。"}
	NoReport       = words.Text{EN: "no report", JA: "報告書なし"}
	None           = words.Text{EN: "none", JA: "なし"}
	Saved          = words.Text{EN: "saved", JA: "保存済み"}
	NotSaved       = words.Text{EN: "NOT SAVED", JA: "未保存"}
	// Total is a word of how a round ended: how many, and the verdict.
	Total = words.Sentence{"%[1]d %[2]s", "%[2]s %[1]d"}
)
