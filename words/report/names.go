package report

import "shokyo.dev/shokyo/words"

// Short words that a report has codes for.

// Classes are the classes of blocks.
var Classes = words.Table{
	"unread":     {"Not read", "未読"},
	"unreadable": {"Unreadable", "読取不能"},
	"fill":       {"Fill", "一定値"},
	"pattern":    {"Pattern", "反復パターン"},
	"ciphertext": {"Ciphertext", "暗号文"},
	"metadata":   {"Explained", "既知の管理情報"},
	"residue":    {"Residue", "残留データ"},
}

// ClassMeanings are the legend.
var ClassMeanings = words.Table{
	"unread":     {"nobody looked", "検査していない"},
	"unreadable": {"the medium refused to give it", "媒体が読み出しを拒否した"},
	"fill":       {"one byte value repeated", "同一バイト値の連続"},
	"pattern":    {"a short period repeated", "短い周期の繰り返し"},
	"ciphertext": {"cannot be told from random bytes", "乱数と区別できない"},
	"metadata":   {"structured, and it is known why", "構造があり、理由が説明できる"},
	"residue":    {"structured, and not explained", "構造があり、説明がつかない"},
}

// MediumKinds are what is examined.
var MediumKinds = words.Table{
	"file":         {"image file", "イメージファイル"},
	"block-device": {"block device", "ブロックデバイス"},
}

// TreeCovers are what a hash tree is over.
var TreeCovers = words.Table{
	"medium":         {"the whole medium", "媒体全体"},
	"examined-bytes": {"what was examined", "検査した範囲"},
}

// FindingsListed takes how many findings there are, and how many of them a list has.
var FindingsListed = words.Sentence{"findings: %[1]s, of which listed: %[2]d", "検出 %[1]s 件、うち記載 %[2]d 件"}

// Causes are why a part of the medium has its class, by the reasons of scan/medium that are no detector's and no
// explanation's. Those in capitals are what Linux calls what a drive answered (block/blk-core.c, blk_errors).
var Causes = words.Table{
	"hole":        {"hole: nothing stored", "ホール(何も格納されていません)"},
	"time-budget": {"given up after its time was used", "所要時間の上限に達し打ち切り"},
	"ended-early": {"the medium ended early", "途中で媒体の終端に到達"},
	"short-read":  {"no bytes were given", "データが返されない"},
	"read-error":  {"read error", "読取りエラー"},
	"EIO":         {"input/output error (EIO)", "入出力エラー(EIO)"},
	"ENODATA":     {"error of the medium (ENODATA)", "媒体エラー(ENODATA)"},
	"EILSEQ":      {"protection information does not fit (EILSEQ)", "保護情報の不一致(EILSEQ)"},
	"ETIMEDOUT":   {"the drive did not answer in time (ETIMEDOUT)", "応答時間切れ(ETIMEDOUT)"},
	"ENOLINK":     {"error on the way to the drive (ENOLINK)", "接続経路のエラー(ENOLINK)"},
}

// Causes with a figure: a pattern's period, and an error that has no name.
var (
	Period = words.Sentence{"period of %[1]s bytes", "周期 %[1]s バイト"}
	Errno  = words.Sentence{"error %[1]s", "エラー番号 %[1]s"}
)

// Expectations are what a plan expects of a region.
var Expectations = words.Table{
	"erased":     {"erased", "消去済み"},
	"ciphertext": {"ciphertext", "暗号文"},
	"fill":       {"fill", "一定値"},
	"any":        {"any (described, not judged)", "任意(記述のみ、判定せず)"},
}

// Statuses are those of an examination and of the decision about it.
var Statuses = words.Table{
	"completed":  {"completed", "完了"},
	"incomplete": {"incomplete", "未完了"},
	"open":       {"open", "未判断"},
}

// Counters are what is counted of a medium before and after.
var Counters = words.Table{
	"write_ios":        {"write requests", "書込み要求数"},
	"write_sectors":    {"sectors written", "書込みセクタ数"},
	"discard_ios":      {"discard requests", "破棄要求数"},
	"discard_sectors":  {"sectors discarded", "破棄セクタ数"},
	"size_bytes":       {"file size", "ファイルサイズ"},
	"modified_unix_us": {"time of last change", "最終更新時刻"},
}

// OwnCounter is a count that the drive keeps.
var OwnCounter = words.Sentence{"the drive's own count, %[1]s", "装置自身の計数 %[1]s"}

// States are those that a drive is in.
var States = words.Table{
	"unknown":       {"unknown", "不明"},
	"none":          {"none", "なし"},
	"hidden":        {"hidden", "あり"},
	"not-supported": {"not-supported", "非対応"},
	"never":         {"never", "未実施"},
	"succeeded":     {"succeeded", "成功"},
	"no-failure":    {"no-failure", "失敗の記録なし"},
	"in-progress":   {"in-progress", "実行中"},
	"failed":        {"failed", "失敗"},
	"off":           {"off", "無効"},
	"unlocked":      {"unlocked", "ロック解除中"},
	"shadowed":      {"shadowed", "MBR シャドウ有効"},
	"locked":        {"locked", "ロック中"},
	"zeros":         {"zeros", "ゼロ"},
	"ones":          {"ones", "FF"},
	"undefined":     {"undefined", "不定"},
	"data":          {"data", "データ"},
	"error":         {"error", "エラー"},
	"rotating":      {"rotating", "回転型"},
	"solid-state":   {"solid-state", "半導体"},
}

// Answers to a question that may have none.
var (
	Yes      = words.Text{EN: "yes", JA: "はい"}
	No       = words.Text{EN: "no", JA: "いいえ"}
	NotKnown = words.Text{EN: "not known", JA: "不明"}
)
