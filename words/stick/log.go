package stick

import "shokyo.dev/shokyo/words"

// Start.
var (
	UnknownRelease = words.Text{EN: "shokyo, of an unknown release", JA: "shokyo(リリース不明)"}
	CtrlAltDel     = words.Sentence{"Ctrl-Alt-Del may start the computer again at once: %[1]v", "Ctrl-Alt-Del を押すとコンピュータが直ちに再起動することがあります: %[1]v"}
	NoModules      = words.Sentence{"no kernel modules are loaded: %[1]v", "カーネルモジュールを読み込めません: %[1]v"}
	Module         = words.Sentence{"module %[1]s: %[2]v", "モジュール %[1]s: %[2]v"}
	Modules        = words.Sentence{"%[1]d of %[2]d kernel modules loaded", "カーネルモジュール %[2]d 個のうち %[1]d 個を読み込みました"}
	CardsUnnoticed = words.Sentence{"a card that is put into a reader later is not noticed: %[1]v", "後からリーダーに挿したカードは検知されません: %[1]v"}
)

// The stick that the computer was started from.
var (
	StartedFrom   = words.Sentence{"started from %[1]s", "起動元: %[1]s"}
	NewStick      = words.Text{EN: "a stick that was not used before", JA: "未使用のスティック"}
	Numbered      = words.Sentence{"stick %[1]s", "スティック %[1]s"}
	OfVolume      = words.Sentence{"the stick whose system volume is %[1]s", "システムボリューム %[1]s のスティック"}
	UnknownOrigin = words.Text{EN: "something that is not known: any stick will do", JA: "不明(どのスティックでも可)"}

	WaitingForStick = words.Sentence{"waiting for the stick, up to %[1]v", "スティックを待っています(最長 %[1]v)"}
	StickIsThere    = words.Text{EN: "the stick is there", JA: "スティックを検出しました"}
	NotPrepared     = words.Sentence{"the stick could not be prepared: %[1]v", "スティックを準備できませんでした: %[1]v"}
	OtherStick      = words.Sentence{"reports go to the stick %[1]s", "報告書の保存先: スティック %[1]s"}
	SavedIdentity   = words.Sentence{"saved /%[1]s: the lab identity of %[2]s", "/%[1]s に保存しました: %[2]s の署名用鍵"}
)

// The guard of the disks.
var (
	NoAnswer      = words.Text{EN: "a disk does not answer: going on without waiting for it", JA: "応答しないディスクがあります。待たずに続行します"}
	NotReadOnly   = words.Sentence{"%[1]s could not be set read-only: %[2]v (shokyo tries again before it reads, and refuses if it can not)", "%[1]s を読取専用に設定できませんでした: %[2]v(shokyo は読取り前に再試行し、設定できなければ検査しません)"}
	NotAnnounced  = words.Sentence{"disks that are attached from now on are only set read-only when they are listed: %[1]v", "以後に接続されたディスクは、一覧表示時に初めて読取専用に設定されます: %[1]v"}
	AnnouncedOver = words.Sentence{"new disks are not announced any more: %[1]v", "新しいディスクの通知を受け取れなくなりました: %[1]v"}
)

// A job.
var (
	// JobFound takes the file, how it examines, who signs, and what comes then.
	JobFound = words.Sentence{"%[1]s found: sample %[2]s, identity %[3]s, then %[4]s", "%[1]s を検出: 標本 %[2]s、署名用鍵 %[3]s、終了後 %[4]s"}
	// WaitingFor takes what is missing and how long.
	WaitingFor = words.Sentence{"waiting for %[1]s, up to %[2]v", "%[1]s を待っています(最長 %[2]v)"}
	// Tenth takes a source and how many tenths of it are done.
	Tenth        = words.Sentence{"%[1]s %[2]d0 %%, %[3]d bytes residue, %[4]d bytes unreadable", "%[1]s %[2]d0 %%、残留データ %[3]d バイト、読取不能 %[4]d バイト"}
	NotExamined  = words.Sentence{"NOT EXAMINED %[1]s: %[2]s", "未検査 %[1]s: %[2]s"}
	NoneExamined = words.Sentence{"NOT EXAMINED: %[1]v", "未検査: %[1]v"}
	NotToEnd     = words.Text{EN: "the job was not carried out to its end", JA: "ジョブは最後まで実行されませんでした"}
	Done         = words.Sentence{"done, %[1]s", "完了、%[1]s"}
	Count        = words.Sentence{"%[1]d examined, %[2]d saved", "検査 %[1]d、保存 %[2]d"}
	CountMissed  = words.Sentence{", %[1]d NOT EXAMINED", "、未検査 %[1]d"}
)

// The program that examines.
var (
	NotUnderstood  = words.Sentence{"shokyo said something that is not understood: %[1]s", "shokyo の出力を解釈できません: %[1]s"}
	CanNotRead     = words.Sentence{"what shokyo says can not be read: %[1]v", "shokyo の出力を読み取れません: %[1]v"}
	ReportIsThere  = words.Sentence{"%[1]s: %[2]s, but its report is there", "%[1]s: %[2]s。ただし報告書はあります"}
	NoteUnreadable = words.Sentence{"what %[1]s knew of an examination can not be read: %[2]v", "検査の記録 %[1]s を読み取れません: %[2]v"}
)

// Reports, and the log itself.
var (
	// Saved takes the folder and the verdict.
	Saved       = words.Sentence{"saved %[1]s %[2]s", "保存 %[1]s %[2]s"}
	SavedTable  = words.Sentence{"saved /%[1]s/%[2]s", "保存 /%[1]s/%[2]s"}
	NotSaved    = words.Sentence{"NOT SAVED %[1]s %[2]s: %[3]v", "未保存 %[1]s %[2]s: %[3]v"}
	NoTable     = words.Sentence{"no %[1]s: %[2]v", "%[1]s なし: %[2]v"}
	LogNotSaved = words.Sentence{"the log is not saved: %[1]v", "ログは保存されていません: %[1]v"}
	LogWasNot   = words.Sentence{"the log was not saved: %[1]v", "ログを保存できませんでした: %[1]v"}
	LogFull     = words.Text{EN: "the log is full: what came later is missing", JA: "ログが満杯です。以後の記録はありません"}
)

// The end.
var (
	Lost          = words.Text{EN: "reports that are not saved are lost", JA: "未保存の報告書は失われます"}
	SwitchingOff  = words.Text{EN: "switching off", JA: "電源を切ります"}
	StartingAgain = words.Text{EN: "starting again", JA: "再起動します"}
	CanNotDoSo    = words.Sentence{"can not do so: %[1]v: use the power button", "実行できません: %[1]v。電源ボタンを使用してください"}
	NothingLeft   = words.Text{EN: "nothing is left to do: switching the computer off", JA: "処理はすべて終了しました。コンピュータの電源を切ります"}
	NeverEnds     = words.Text{EN: "it ended, which it never does", JA: "終了するはずのないプログラムが終了しました"}
	OwnImageOnly  = words.Text{EN: "shokyo-init is what the stick starts: it runs in its own image only", JA: "shokyo-init はスティックが起動するプログラムです。専用のイメージでのみ動作します"}
)
