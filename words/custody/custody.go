// Package custody has what is said of keys: the rules that they have to keep, the results and the states.
package custody

import "shokyo.dev/shokyo/words"

// Rules are those of package custody that a key breaks, by code.
var Rules = words.Table{
	"no-key-named": {"No key is named for the volume.", "このボリュームの鍵が示されていません。"},
	"never-listed": {"Nothing that was handed in says anything of this key.", "提出された証拠のどこにも、この鍵についての記載がありません。"},
	"absent-unlisted": {"The system does not know the key, and no earlier evidence has it: a wrong name would look the same.",
		"システムはこの鍵を知らず、以前に存在した証拠もありません。識別子の誤りと区別できません。"},
	"absent-unseen": {"The client that did not find the key had never been shown it: to who may not see a key, a server answers the same.",
		"鍵を見つけられなかったクライアントには、以前にもこの鍵が示されていません。権限がない場合も同じ応答になります。"},
	"state-unknown": {"No evidence gives the state of the key.", "鍵の状態を示す証拠がありません。"},
	"systems-differ": {"Different key servers were asked of this key: the same name on another need not be the same key.",
		"この鍵について異なる鍵サーバに問い合わせています。識別子が同じでも同じ鍵とは限りません。"},
	"alive":          {"The key is not destroyed: whoever may ask for it still gets it.", "鍵は破棄されていません。権限のある者は現在も鍵を取得できます。"},
	"only-scheduled": {"The destruction of the key is only scheduled, and can be taken back.", "鍵の破棄は予約されただけで、取り消すことができます。"},
	"revived":        {"The key is said to be there after it was said to be destroyed.", "破棄されたとされた後に、鍵が存在するとされています。"},
	"dates-differ":   {"The evidence gives different times of destruction, more than 5 minutes apart.", "証拠によって破棄の時刻が 5 分を超えて異なります。"},
	"end-unknown":    {"When the key was destroyed is not known.", "鍵が破棄された時刻が分かりません。"},
	"before-last-write": {"The volume was written to after the key was destroyed, or after the last sign that the key was there.",
		"鍵が破棄された後、または鍵の存在が最後に確認された後に、ボリュームへの書込みがあります。"},
	"after-examination":   {"The key was destroyed only after the medium was examined.", "鍵が破棄されたのは、媒体の検査より後です。"},
	"said-too-early":      {"The evidence is older than the destruction that it tells of.", "証拠が、そこに記された破棄の時刻より前に作成されています。"},
	"state-against-dates": {"The state and the dates that the system gives cannot all be true.", "システムの示す状態と日付が互いに矛盾しています。"},
	"used-afterwards":     {"The key was used after it was destroyed.", "破棄された後に鍵が使用されています。"},
	"last-write-unknown":  {"When the volume was last written to was not stated.", "ボリュームへの最後の書込み時刻が申告されていません。"},
	"first-write-unknown": {"When the volume was first written to was not stated.", "ボリュームへの最初の書込み時刻が申告されていません。"},
	"examination-unknown": {"When the medium was examined was not stated.", "媒体の検査時刻が申告されていません。"},
	"activation-unknown": {"Since when the key was in use is not known: data may have been stored before.",
		"鍵の使用開始時刻が分かりません。それ以前に平文で保存された可能性があります。"},
	"activated-late": {"The key came into use only after the first write: what was written before was not encrypted by it.",
		"鍵の使用開始が最初の書込みより後です。それ以前に書き込まれたデータは、この鍵では暗号化されていません。"},
	"shared":           {"A volume that lives on has the same key.", "存続するボリュームが同じ鍵を使用しています。"},
	"shared-unstated":  {"The system names a volume under this key of which nothing was stated.", "この鍵を使用するボリュームのうち、申告のないものがシステムに記録されています。"},
	"derived-unstated": {"The system names keys that were made from this one, of which nothing was stated.", "この鍵から生成された鍵のうち、申告のないものがシステムに記録されています。"},
	"archived":         {"The key was archived, and can be recovered from there.", "鍵がアーカイブされており、そこから復元できます。"},
	"copy-alive":       {"The key was backed up, exported or replicated, and nothing says that the copy was destroyed.", "鍵のバックアップ、エクスポートまたは複製があり、その写しが破棄された記録がありません。"},
	"copy-afterwards":  {"A copy of the key was made after the key was destroyed.", "鍵が破棄された後に、鍵の写しが作成されています。"},
	"link-alive":       {"A clone, parent or replacement of the key is not destroyed.", "鍵の複製、親または更新後の鍵が破棄されていません。"},
	"link-open":        {"Of a clone, parent or replacement of the key it is not known that it is destroyed.", "鍵の複製、親または更新後の鍵が破棄されたことを確認できません。"},
	"wrapping-alive":   {"The key that it is wrapped by is there: a wrapped copy, on the medium or elsewhere, can be opened.", "この鍵を包む鍵が存在します。媒体上などにある包まれた写しを開くことができます。"},
	"wrapping-open":    {"Of the key that it is wrapped by it is not known that it is destroyed.", "この鍵を包む鍵が破棄されたことを確認できません。"},
	"copies-unknown": {"No log was handed in: a copy of the key that somebody made would not show.",
		"ログが提出されていないため、鍵の複製が作られていても分かりません。"},
	"absent": {"The system has forgotten the key. That is weaker than a state of destroyed; earlier evidence shows that it was there.",
		"システムに鍵の記録がありません。「破棄済」の状態より弱い証拠ですが、以前に存在したことは別の証拠で確認できます。"},
}

// Results are what comes of a key.
var Results = words.Table{
	"complete":      {"complete", "完全"},
	"gap":           {"gap", "不足あり"},
	"contradiction": {"contradiction", "矛盾"},
}

// States are those of a key.
var States = words.Table{
	"unknown":               {"unknown", "不明"},
	"pre-active":            {"not in use yet", "使用前"},
	"active":                {"in use", "使用中"},
	"deactivated":           {"revoked", "失効"},
	"compromised":           {"compromised", "危殆化"},
	"scheduled":             {"to be destroyed", "破棄予約"},
	"absent":                {"not found", "記録なし"},
	"destroyed":             {"destroyed", "破棄済"},
	"destroyed-compromised": {"destroyed (compromised)", "破棄済(危殆化)"},
}

// Life is what is wrong with what logs tell of a key, by code. step-missing takes a list of Steps.
var Life = words.Table{
	"step-missing":       {"The logs do not tell of: %[1]s.", "ログに記録がありません: %[1]s。"},
	"step-out-of-order":  {"A step of the key's life comes before one that has to be earlier.", "鍵の経過の順序が逆になっています。"},
	"step-repeated":      {"The key is created or destroyed more than once.", "鍵の作成または破棄が複数回記録されています。"},
	"encryption-late":    {"Encryption came after the first write.", "暗号化の開始が最初の書込みより後です。"},
	"after-destruction":  {"The key was used, copied or taken back after it was destroyed.", "破棄された後に、鍵の使用、写しの作成または復元が記録されています。"},
	"destruction-failed": {"The last that is told of the destruction is that it failed.", "破棄についての最後の記録は失敗です。"},
	"unknown-actor":      {"Somebody acted who is not among the persons stated.", "申告されていない者による操作があります。"},
	"chain-broken":       {"The hash chain of the log does not hold: a record was changed, taken out or put in.", "ログのハッシュ連鎖が一致しません。記録の変更、削除または挿入が行われています。"},
	"sequence-broken":    {"Sequence numbers of the log are left out, or come again.", "ログの連番に欠番または重複があります。"},
	"time-goes-back":     {"Times in a log go back by more than 5 minutes.", "ログの時刻が 5 分を超えて逆行しています。"},
	"clock-set":          {"The clock was set while the log was written.", "ログの記録中に時計が変更されています。"},
	"lines-unread":       {"Lines of a log could not be read: what they tell is not known.", "読めなかった行がログにあり、その内容は不明です。"},
}

// Steps of a key's life that have to be told, and LifeVerdicts on the logs.
var (
	Steps = words.Table{
		"create":   {"creation", "作成"},
		"activate": {"activation", "使用開始"},
		"destroy":  {"destruction", "破棄"},
	}
	LifeVerdicts = words.Table{
		"consistent":   {"consistent", "整合"},
		"inconsistent": {"inconsistent", "不整合"},
		"insufficient": {"insufficient", "証拠不足"},
	}
)
