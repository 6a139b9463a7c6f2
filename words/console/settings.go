package console

import "shokyo.dev/shokyo/words"

// The form.
var (
	HowExamined = words.Sentence{"How shall %[1]s be examined?", "%[1]s をどのように検査しますか?"}
	LeftEmpty   = words.Text{EN: "What is left empty is empty in the report.", JA: "空欄は報告書でも空欄になります。"}
	GoOn        = words.Text{EN: "[ Go on ]", JA: "[ 次へ ]"}
	Mode        = words.Text{EN: "Mode", JA: "方式"}
	SignedWith  = words.Text{EN: "Signed with", JA: "署名"}
	MinutesMay  = words.Text{EN: "Minutes", JA: "時間(分)"}
	Operator    = words.Text{EN: "Operator", JA: "担当者"}
	Case        = words.Text{EN: "Case", JA: "案件番号"}
	Customer    = words.Text{EN: "Customer", JA: "顧客"}
	Site        = words.Text{EN: "Site", JA: "場所"}
	Note        = words.Text{EN: "Note", JA: "備考"}
	LabName     = words.Text{EN: "Lab name", JA: "検査機関名"}
	Passphrase  = words.Text{EN: "Passphrase", JA: "パスフレーズ"}
	OnceMore    = words.Text{EN: "Once more", JA: "もう一度"}
	NoName      = words.Text{EN: "(no name)", JA: "(名称なし)"}
)

// Modes.
var (
	ModeFull  = words.Text{EN: "full", JA: "全体"}
	ModeNIST  = words.Text{EN: "NIST sample", JA: "NIST 標本"}
	ModeTimed = words.Text{EN: "timed sample", JA: "時間指定の標本"}
)

// Who signs.
var (
	NewLab    = words.Text{EN: "a new lab identity", JA: "検査機関の新しい署名用鍵"}
	Lab       = words.Sentence{"lab identity: %[1]s", "検査機関の署名用鍵: %[1]s"}
	ThrowAway = words.Text{EN: "throw-away identity", JA: "使い捨ての署名用鍵"}
)

// What each field is for.
var (
	HelpOperator = words.Text{EN: "Who examines: the name that stands in the report.", JA: "検査する人: 報告書に記載される名前です。"}
	HelpCase     = words.Text{EN: "The number under which you keep this case or batch.", JA: "この案件またはロットの管理番号です。"}
	HelpCustomer = words.Text{EN: "Whose disks these are.", JA: "ディスクの所有者です。"}
	HelpSite     = words.Text{EN: "Where the examination is made.", JA: "検査を行う場所です。"}
	HelpNote     = words.Text{EN: "Anything else the report shall say.", JA: "その他、報告書に記載する事項です。"}
	HelpGoOn     = words.Text{EN: "Press Enter. Nothing starts yet: the next page shows what will be done.", JA: "Enter を押してください。まだ何も始まりません。次の画面で実行内容を確認できます。"}
	HelpThrow    = words.Text{EN: "A throw-away identity proves that a report was not changed, but not who made it. Change it with Left/Right to a lab identity.",
		JA: "使い捨ての署名用鍵では、報告書が変更されていないことは証明できますが、作成者は証明できません。Left/Right で検査機関の署名用鍵に変更できます。"}
	HelpNewLab = words.Text{EN: "A key is made for your lab and kept on this stick, encrypted with the passphrase. Nobody can recover a lost passphrase: write it down.",
		JA: "検査機関の鍵を作成し、パスフレーズで暗号化してこのスティックに保存します。パスフレーズは失うと復元できません。控えておいてください。"}
	HelpLab = words.Text{EN: "The lab's key lies on this stick, encrypted. Its passphrase is needed once for each round.",
		JA: "検査機関の鍵は暗号化されてこのスティックにあります。パスフレーズは検査のたびに 1 回必要です。"}
)

// What is missing.
var (
	EnterMinutes    = words.Text{EN: "Enter how many minutes it may take.", JA: "検査にかけられる時間を分単位で入力してください。"}
	EnterLabName    = words.Text{EN: "Enter the name of the lab: it stands in every report.", JA: "検査機関名を入力してください。すべての報告書に記載されます。"}
	EnterPassphrase = words.Text{EN: "Enter the passphrase of the lab's key, or choose the throw-away identity.", JA: "検査機関の鍵のパスフレーズを入力するか、使い捨ての署名用鍵を選択してください。"}
	ShortPassphrase = words.Text{EN: "Use a passphrase of 8 characters or more: whoever has the stick can try many.", JA: "8 文字以上のパスフレーズを使用してください。スティックを入手した者は何度でも試せます。"}
	PhrasesDiffer   = words.Text{EN: "The two passphrases differ. Enter the same again.", JA: "2 つのパスフレーズが一致しません。同じものをもう一度入力してください。"}
)

// What a mode comes to. Each takes About how long, and what that rests on.
var (
	TypicalSpeed  = words.Text{EN: "from a typical speed", JA: "標準的な速度による推定"}
	MeasuredSpeed = words.Text{EN: "from the speed measured before", JA: "前回の実測速度による推定"}
	OfNIST        = words.Sentence{"At least 10 %% of each disk, in 1,000 parts: the representative sample of NIST SP 800-88r1. About %[1]s for the slowest disk (%[2]s). What is not read is not judged.",
		"各ディスクの 10 %% 以上を 1,000 箇所で読み取ります(NIST SP 800-88r1 の代表標本)。最も遅いディスクで約 %[1]s(%[2]s)。読み取らない部分は判定しません。"}
	OfAllInTime = words.Sentence{"The time is enough for every byte of each disk, so all of it is read. About %[1]s for the slowest disk (%[2]s).",
		"指定時間内に各ディスクの全バイトを読み取れるため、全体を読み取ります。最も遅いディスクで約 %[1]s(%[2]s)。"}
	OfAll = words.Sentence{"Every byte of each disk is read. About %[1]s for the slowest disk (%[2]s). The surest: only this finds a small remainder.",
		"各ディスクの全バイトを読み取ります。最も遅いディスクで約 %[1]s(%[2]s)。最も確実で、わずかな残留データも検出できるのはこの方式だけです。"}
	// OfTimed takes the Minutes, the share that is read, and the chance to meet a remainder.
	OfTimed = words.Sentence{"A sample of about %[1]s: %[2]s %% of each disk, single blocks drawn at random. What is not read is not judged. A remainder of 0.01 %% of a disk would be met with a chance of at least %[3]s %%.",
		"約 %[1]s の標本: 各ディスクの %[2]s %% を、無作為に選んだ単独ブロックで読み取ります。読み取らない部分は判定しません。ディスクの 0.01 %% に残留データがある場合、それに当たる確率は %[3]s %% 以上です。"}
)

// What will be done.
var (
	Ready      = words.Sentence{"Ready to examine %[1]s:", "%[1]s の検査準備ができました:"}
	MoreDisks  = words.Sentence{"... and %[1]d more", "… ほか %[1]d 台"}
	How        = words.Text{EN: "How", JA: "方法"}
	Details    = words.Text{EN: "Details", JA: "詳細"}
	NoDetails  = words.Text{EN: "none", JA: "なし"}
	Signed     = words.Text{EN: "Signed", JA: "署名"}
	WithThe    = words.Sentence{"with the %[1]s", "%[1]s を使用"}
	Reported   = words.Text{EN: "Reports", JA: "報告書"}
	ToMemory   = words.Text{EN: "stay in memory until there is an evidence stick to save them to", JA: "証拠スティックに保存できるまでメモリ内に保持"}
	ToStick    = words.Sentence{"go to the evidence stick, %[1]s free", "証拠スティックに保存(空き %[1]s)"}
	Proof      = words.Text{EN: "Proof", JA: "証明"}
	TPMAttests = words.Text{EN: "the TPM of this machine attests in each report which image was running.", JA: "各報告書で、実行中のイメージをこのコンピュータの TPM が証明します。"}
	NoTPM      = words.Text{EN: "this machine has no TPM 2.0, or it is off in the firmware setup. Reports are valid, but nothing attests which image made them.",
		JA: "このコンピュータには TPM 2.0 がないか、ファームウェアの設定で無効になっています。報告書は有効ですが、作成したイメージは証明されません。"}
	DisksLocked = words.Text{EN: "Nothing is written to the disks: this stick has locked them against writing.", JA: "ディスクには書き込みません。このスティックが書込みを禁止しています。"}
	PressEnter  = words.Text{EN: "Press Enter to START.", JA: "Enter を押すと開始します。"}
)
