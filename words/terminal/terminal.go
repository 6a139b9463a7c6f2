// Package terminal has what shokyo, and the builder of the stick's image, print for people
// on a terminal: the English half, for now. What is wrong is an error, and the help of the
// commands stands with their flags: both are in cmd.
package terminal

import "shokyo.dev/shokyo/words"

// UnknownCommit stands for the commit of a program that was built without one.
var UnknownCommit = words.Text{EN: "unknown (built outside a git clone, or without git)", JA: "不明(git クローン外、または git なしでビルド)"}

// Of the scan of several sources, and of one that is gone on with.
var (
	NothingToResume = words.Sentence{"%[1]s: there is nothing to resume: it is examined from the beginning", "%[1]s: 再開できる検査がないため、最初から検査します"}
	Unsaved         = words.Sentence{"%[1]s: interrupted, and the checkpoint could not be saved: %[2]s", "%[1]s: 中断しました。チェックポイントを保存できませんでした: %[2]s"}
	// Kept takes the source, how much of how much is done, and the checkpoint.
	Kept            = words.Sentence{"%[1]s: interrupted; %[2]s of %[3]s are done and kept in %[4]s", "%[1]s: 中断しました。%[3]s のうち %[2]s は完了し、%[4]s に保存されています"}
	HowToGoOn       = words.Text{EN: "shokyo scan with the same flags and --resume goes on", JA: "同じフラグに --resume を加えて shokyo scan を実行すると再開します"}
	ExaminedEarlier = words.Sentence{"examined earlier: this is the verdict of the bundle that is there; move %[1]s away to examine it again",
		"検査済み: 既存の報告書一式の判定です。再検査するには %[1]s を移動してください"}
)

// A batch in a few lines.
var (
	Batch = words.Text{EN: "BATCH", JA: "一括検査"}
	// Ended takes OneSource or Sources, and how many ended how; InPart stands behind the clean ones.
	Ended = words.Sentence{"%[1]s: %[2]d no residue%[3]s, %[4]d residue found, %[5]d inconclusive, %[6]d could not run",
		"%[1]s: 残留データなし %[2]d%[3]s、残留データあり %[4]d、判定不能 %[5]d、実行不能 %[6]d"}
	OneSource = words.Text{EN: "1 source", JA: "対象 1 件"}
	Sources   = words.Sentence{"%[1]d sources", "対象 %[1]d 件"}
	InPart    = words.Sentence{" (%[1]d of them in a sample or in regions only)", "(うち %[1]d は標本または一部の領域のみ)"}
	Ledger    = words.Sentence{"ledger %[1]s: %[2]d of %[3]d serial numbers have a report", "台帳 %[1]s: シリアル番号 %[3]d 件のうち %[2]d 件に報告書があります"}
	// Exceptions takes how many are shown, how many there are, and how many are listed.
	Exceptions = words.Sentence{"… %[1]d of %[2]d are shown; batch.json lists %[3]d", "… 全 %[2]d 件のうち %[1]d 件を表示。batch.json には %[3]d 件を記載"}
	Summary    = words.Sentence{"summary: %[1]s, %[2]s", "一覧: %[1]s、%[2]s"}
)

// The demo.
var (
	// SealedAs takes a kind: case, corpus, baseline, keys.
	SealedAs = words.Sentence{"a sealed folder, no report of a medium: %[1]s", "封印されたフォルダ(媒体の検査報告書ではありません): %[1]s"}
	// TrialDone takes the joint report.
	TrialDone = words.Sentence{"The trial is done: the joint report is %[1]s.", "試験が完了しました。総合報告書: %[1]s"}
	// DemoMark is in the file that says that a folder is a demo's.
	DemoMark    = words.Text{EN: "shokyo demo replaces the contents of this folder", JA: "shokyo demo はこのフォルダの内容を置き換えます"}
	TwoDisks    = words.Text{EN: "Two disks, the same documents, one examination each", JA: "2 台のディスク、同じ文書、1 回ずつの検査"}
	ErasedDisk  = words.Text{EN: "erased.img   LUKS2, its key slots destroyed", JA: "erased.img   LUKS2、鍵スロット破壊済み"}
	ControlDisk = words.Text{EN: "control.img  the same, never encrypted", JA: "control.img  同じ内容、暗号化なし"}
	Explained   = words.Sentence{"explained at %[1]d: %[2]s", "既知の管理情報(位置 %[1]d): %[2]s"}
	TestSees    = words.Text{EN: "The control was found, so the test can see; on the erased disk it saw nothing.", JA: "対照ディスクのデータは検出され、検査が有効であることが示されました。消去済みディスクからは何も検出されませんでした。"}
	CheckBundle = words.Sentence{"Check a bundle:  shokyo verify %[1]s", "報告書一式の検証:  shokyo verify %[1]s"}
)

// A lab's identity.
var (
	KeyOpens     = words.Sentence{"the passphrase opens the key in %[1]s", "このパスフレーズで %[1]s の鍵を開くことができます"}
	MadeIdentity = words.Sentence{"made the identity of %[1]q in %[2]s", "%[1]q の署名用鍵と証明書を %[2]s に作成しました"}
	KeepKey      = words.Sentence{"lab.key.pem   keep it, and its passphrase: shokyo scan --identity %[1]s", "lab.key.pem   パスフレーズとともに保管してください: shokyo scan --identity %[1]s"}
	KeepToken    = words.Sentence{"lab.pkcs11    says where the key is: keep the token, and its PIN: shokyo scan --identity %[1]s", "lab.pkcs11    鍵を格納したトークンの所在です。トークンと PIN を保管してください: shokyo scan --identity %[1]s"}
	GiveCert     = words.Text{EN: "lab.cert.pem  give it to those who verify: shokyo verify --cert lab.cert.pem", JA: "lab.cert.pem  検証する人に渡してください: shokyo verify --cert lab.cert.pem"}

	PassphraseOf  = words.Sentence{"Passphrase of %[1]s: ", "%[1]s のパスフレーズ: "}
	NewPassphrase = words.Text{EN: "New passphrase: ", JA: "新しいパスフレーズ: "}
	OnceMore      = words.Text{EN: "Once more: ", JA: "もう一度: "}
)
