package stick

import "shokyo.dev/shokyo/words"

// Why a disk has no verdict.
var (
	Stopped          = words.Text{EN: "stopped before it was done", JA: "完了前に中止されました"}
	ProgramFailed    = words.Text{EN: "the program of this appliance failed while the disk was examined: examine it again", JA: "ディスクの検査中に本装置のプログラムが異常終了しました。再度検査してください"}
	NoVerdict        = words.Text{EN: "the examination ended without a verdict", JA: "検査は判定なしで終了しました"}
	BrokeOff         = words.Sentence{"the examination broke off (%[1]v)", "検査が途中で終了しました(%[1]v)"}
	ReportUnreadable = words.Sentence{"its report can not be read: %[1]v", "報告書を読み取れません: %[1]v"}
	// OtherDisk takes where it was and what it is.
	OtherDisk = words.Sentence{"another disk was at %[1]s when its turn came (%[2]s), and has the report: this one was not examined",
		"順番が来たとき %[1]s には別のディスク(%[2]s)があり、報告書はそのディスクのものです。このディスクは検査されていません"}
)

// Why a job passes one by.
var (
	NoSize      = words.Text{EN: "it gives no size, so there is nothing that could be read", JA: "容量を示さないため、読み取る対象がありません"}
	NotAttached = words.Text{EN: "no such disk is attached", JA: "該当するディスクは接続されていません"}
	CameLate    = words.Text{EN: "it came when the examination had begun", JA: "検査の開始後に接続されました"}
	LateDisks   = words.Text{EN: "disks that came when the examination had begun", JA: "検査の開始後に接続されたディスク"}
)

// What is said of a disk, and of a verdict.
var (
	Nameless = words.Sentence{"a disk without a name, of %[1]s", "名称のないディスク(%[1]s)"}
	NoMedium = words.Text{EN: "it holds no medium, or does not answer", JA: "媒体がないか、応答しません"}
	// PartOfDisk is what a verdict is about of which nothing nearer is known.
	PartOfDisk = words.Text{EN: "part of the disk", JA: "ディスクの一部"}
	// UnknownVerdict is that of a report whose verdict this image has no word for.
	UnknownVerdict = words.Text{EN: "no verdict that is known here", JA: "不明な判定"}
	// AnswerIn takes the verdict and what it is about.
	AnswerIn = words.Sentence{"%[1]s, in %[2]s", "%[1]s(%[2]s)"}
)
