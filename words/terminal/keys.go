package terminal

import "shokyo.dev/shokyo/words"

// Evidence of keys: what was read, and what comes of it.
var (
	// MadeKeys takes keys, events, files or servers, and the folder.
	MadeKeys          = words.Sentence{"sealed what is said of keys (%[1]d statements, %[2]d events, from files or servers: %[3]d) in %[4]s", "鍵に関する記録(状態 %[1]d 件、事象 %[2]d 件、ファイルまたはサーバ %[3]d 件)を %[4]s に封印しました"}
	UnreadLines       = words.Sentence{"%[1]s: lines that are none of the format, and were not read: %[2]d", "%[1]s: 形式に合わず読めなかった行 %[2]d"}
	UnmappedOperation = words.Sentence{"%[1]s: the operation %[2]s means nothing to the format, and was left out %[3]d times", "%[1]s: 操作 %[2]s は形式に定義がなく、%[3]d 件を除外しました"}
	// ServerOfKeys takes its vendor, the protocol, and its certificate: who it is for, and its digest.
	ServerOfKeys       = words.Sentence{"asked the key server %[1]s by %[2]s; its certificate: %[3]s, SHA-256 %[4]s", "鍵サーバ %[1]s に %[2]s で問い合わせました。サーバ証明書: %[3]s、SHA-256 %[4]s"}
	ServerClockOff     = words.Sentence{"the server's clock is %[1]s ahead of this machine's", "サーバの時計は、この機械の時計より %[1]s 進んでいます"}
	ServerClockUnknown = words.Text{EN: "the server does not say what time it has: its dates are as good as its clock", JA: "サーバは自身の時刻を示していません。日付の正しさはサーバの時計に依存します"}
	KeyNotFound        = words.Sentence{"not found: %[1]s (less than destroyed: earlier evidence has to show that it was there)", "記録なし: %[1]s(「破棄済」より弱い証拠です。以前に存在したことを示す別の証拠が必要です)"}
	KeyNotShown        = words.Sentence{"the server does not say the state of: %[1]s", "サーバが状態を示さない鍵: %[1]s"}
	// KeyOf takes a key, its volume and its state.
	KeyOf          = words.Sentence{"key %[1]s of volume %[2]s (state: %[3]s)", "ボリューム %[2]s の鍵 %[1]s(状態: %[3]s)"}
	SealerUnknown  = words.Text{EN: "who sealed the evidence is not known: name the laboratory's certificate with --cert", JA: "記録を封印した者を確認していません。試験所の証明書を --cert で指定してください"}
	LogsOf         = words.Sentence{"logs about key %[1]s of volume %[2]s", "ボリューム %[2]s の鍵 %[1]s に関するログ"}
	NoVolumeErased = words.Text{EN: "no volume is stated to be erased: nothing was checked", JA: "消去したと申告されたボリュームがなく、何も確認していません"}
)
