package terminal

import "shokyo.dev/shokyo/words"

// Evidence of keys: what was read, and what comes of it.
var (
	// MadeKeys takes keys, events, files and the folder.
	MadeKeys          = words.Sentence{"sealed what is said of keys (%[1]d statements, %[2]d events, from files: %[3]d) in %[4]s", "鍵に関する記録(状態 %[1]d 件、事象 %[2]d 件、ファイル %[3]d 個)を %[4]s に封印しました"}
	UnreadLines       = words.Sentence{"%[1]s: lines that are none of the format, and were not read: %[2]d", "%[1]s: 形式に合わず読めなかった行 %[2]d"}
	UnmappedOperation = words.Sentence{"%[1]s: the operation %[2]s means nothing to the format, and was left out %[3]d times", "%[1]s: 操作 %[2]s は形式に定義がなく、%[3]d 件を除外しました"}
	// KeyOf takes a key, its volume and its state.
	KeyOf          = words.Sentence{"key %[1]s of volume %[2]s (state: %[3]s)", "ボリューム %[2]s の鍵 %[1]s(状態: %[3]s)"}
	SealerUnknown  = words.Text{EN: "who sealed the evidence is not known: name the laboratory's certificate with --cert", JA: "記録を封印した者を確認していません。試験所の証明書を --cert で指定してください"}
	LogsOf         = words.Sentence{"logs about key %[1]s of volume %[2]s", "ボリューム %[2]s の鍵 %[1]s に関するログ"}
	NoVolumeErased = words.Text{EN: "no volume is stated to be erased: nothing was checked", JA: "消去したと申告されたボリュームがなく、何も確認していません"}
)
