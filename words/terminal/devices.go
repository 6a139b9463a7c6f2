package terminal

import "shokyo.dev/shokyo/words"

// The media that are attached.
var (
	NoMedia        = words.Text{EN: "no media are attached", JA: "媒体は接続されていません"}
	NoMedium       = words.Text{EN: "no medium, or sectors the kernel can not read", JA: "媒体がないか、カーネルが読み取れないセクタ形式です"}
	Serial         = words.Sentence{"serial %[1]s", "シリアル番号 %[1]s"}
	SectorsUnknown = words.Text{EN: "sectors unknown", JA: "セクタ長不明"}
	// Sectors takes the sizes of the logical and the physical ones.
	Sectors = words.Sentence{"sectors %[1]d/%[2]d", "セクタ長 %[1]d/%[2]d"}
)

// OfDrive says what stands in the lines below a drive.
var OfDrive = words.Table{
	"firmware":        {"firmware", "ファームウェア"},
	"world-wide name": {"world-wide name", "世界識別名"},
	"rotation":        {"rotation", "回転"},
	"removable":       {"removable", "取外し可能"},
	"read-only":       {"read-only", "読取専用"},
	"in use":          {"in use", "使用中"},
	"hidden capacity": {"hidden capacity", "隠し領域"},
	"sanitize":        {"sanitize", "サニタイズ"},
	"locks":           {"locks", "ロック"},
	"trimmed reads":   {"trimmed reads", "破棄済ブロックの読取値"},
}
