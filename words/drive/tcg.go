package drive

import "shokyo.dev/shokyo/words"

// Locks of the Trusted Computing Group.
var (
	TCGNone     = words.Text{EN: "no TCG locking", JA: "TCG ロック機能なし"}
	TCGUnknown  = words.Sentence{"TCG locking: %[1]s", "TCG ロック: %[1]s"}
	TCGNotAsked = words.Text{EN: "TCG locking: the drive was not asked", JA: "TCG ロック: 装置に問い合わせていない"}
	// The others take the names of the classes.
	TCGLocked   = words.Sentence{"TCG %[1]s: a range of blocks is locked, and reads as zeros or with errors", "TCG %[1]s: ロックされたブロック範囲があり、読み取りはゼロまたはエラーになる"}
	TCGShadowed = words.Sentence{"TCG %[1]s: the shadow MBR is shown in place of the first blocks", "TCG %[1]s: 先頭ブロックの代わりにシャドウ MBR が見えている"}
	TCGUnlocked = words.Sentence{"TCG %[1]s: in use, no range is locked", "TCG %[1]s: ロック機能は使用中、ロックされた範囲はない"}
	TCGOff      = words.Sentence{"TCG %[1]s: locking is not in use", "TCG %[1]s: ロック機能は使用されていない"}
	TCGNoLocks  = words.Sentence{"TCG %[1]s: no locking", "TCG %[1]s: ロック機能なし"}
	TCGUnsaid   = words.Sentence{"TCG %[1]s: the drive does not say whether ranges are locked", "TCG %[1]s: ロックされた範囲の有無を装置は申告していない"}
)

// Erasures that were asked for by TCG commands.
var (
	TCGRemoving    = words.Text{EN: "TCG data removal: the drive is erasing itself", JA: "TCG のデータ除去: 装置が自身を消去中"}
	TCGInterrupted = words.Text{EN: "TCG data removal: the last erasure was interrupted and did not end", JA: "TCG のデータ除去: 最後の消去は中断され、完了しなかった"}
)
