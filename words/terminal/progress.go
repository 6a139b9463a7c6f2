package terminal

import "shokyo.dev/shokyo/words"

// What an examination is at.
var (
	Waiting   = words.Text{EN: "waiting", JA: "待機中"}
	Opening   = words.Text{EN: "opening", JA: "準備中"}
	Measuring = words.Text{EN: "measuring the compressed image", JA: "圧縮イメージのサイズを測定中"}
	Finishing = words.Text{EN: "finishing", JA: "仕上げ中"}
	TimeLeft  = words.Sentence{"%[1]s left", "残り %[1]s"}
)

// In a file: a line every few seconds.
var (
	MeasuringSource = words.Sentence{"%[1]s: measuring the compressed image, %[2]d%%", "%[1]s: 圧縮イメージのサイズを測定中、%[2]d%%"}
	// Progress takes source, percent, how much of how much, speed, time and time left, and
	// what must not be missed.
	Progress = words.Sentence{"%[1]s: %[2]d%%, %[3]s of %[4]s, %[5]s/s, %[6]s so far, %[7]s left, %[8]s",
		"%[1]s: %[2]d%%、%[4]s のうち %[3]s、毎秒 %[5]s、経過 %[6]s、残り %[7]s、%[8]s"}
	NotKnown = words.Text{EN: "unknown", JA: "不明"}
)

// At the foot of the screen.
var (
	// Done takes how much of how much, and how long it took.
	Done      = words.Sentence{"%[1]s in %[2]s", "%[1]s(経過 %[2]s)"}
	Sum       = words.Sentence{"%[1]d of %[2]d done, %[3]d waiting", "%[2]d 件のうち %[1]d 件完了、%[3]d 件待機中"}
	SumHidden = words.Sentence{", %[1]d not shown", "、%[1]d 件は非表示"}
)

// What a person must not miss while it runs.
var (
	NoneYet       = words.Text{EN: "no residue so far", JA: "これまでに残留データの検出なし"}
	ResidueYet    = words.Sentence{"residue %[1]s", "残留データ %[1]s"}
	UnreadableYet = words.Sentence{"unreadable %[1]s", "読取不能 %[1]s"}
	SecondPass    = words.Text{EN: "second pass", JA: "2 回目の読取り"}
	PutOff        = words.Sentence{"put off %[1]s", "後回し %[1]s"}
)
