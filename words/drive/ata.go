package drive

import "shokyo.dev/shokyo/words"

// Capacity that an ATA drive hides.
var (
	ATAChecksum = words.Text{EN: "IDENTIFY DEVICE data fail their checksum (word 255)",
		JA: "IDENTIFY DEVICE データのチェックサムが合わない(ワード 255)"}
	// ATAHidden takes the sectors, and the features that hide them.
	ATAHidden     = words.Sentence{"the drive has %[1]d sectors more than it shows (%[2]s)", "装置の実容量は、示している容量より %[1]d セクタ大きい(%[2]s)"}
	ATAHiddenNone = words.Text{EN: "no host protected area, configuration overlay or accessible max address makes the drive smaller",
		JA: "HPA、DCO、最大アドレス設定のいずれによっても容量は縮小されていない"}
	ATASizeInUse = words.Text{EN: "the size in use is not known", JA: "使用中の容量が不明"}
	ATATooSmall  = words.Sentence{"contradictory: %[1]d sectors, fewer than the %[2]d in use", "矛盾: %[1]d セクタで、使用中の %[2]d セクタより少ない"}
	ATANoSize    = words.Text{EN: "IDENTIFY DEVICE names no size", JA: "IDENTIFY DEVICE に容量の記載がない"}
	ATATwoSizes  = words.Sentence{"contradictory: IDENTIFY DEVICE says %[1]d sectors, log 30h says %[2]d",
		"矛盾: IDENTIFY DEVICE では %[1]d セクタ、ログ 30h では %[2]d セクタ"}
)

// The drive's own erasure.
var (
	ATANoSanitize = words.Text{EN: "the drive has no sanitize commands (IDENTIFY word 59)",
		JA: "装置にサニタイズ命令がない(IDENTIFY ワード 59)"}
	ATANoFailure = words.Text{EN: "no sanitize operation has failed; a drive that was never sanitized says the same, so this proves no erasure",
		JA: "失敗したサニタイズはない。一度もサニタイズされていない装置も同じ回答をするため、消去の証明にはならない"}
	ATAIncomplete = words.Text{EN: "the last sanitize operation did not complete without error", JA: "最後のサニタイズは正常に完了しなかった"}
	ATASanitizing = words.Sentence{"a sanitize operation is in progress, %.1[1]f %% done", "サニタイズを実行中(%.1[1]f %% 完了)"}
	ATAFailed     = words.Text{EN: "the last sanitize operation failed", JA: "最後のサニタイズは失敗した"}
	ATASanitize   = words.Text{EN: "the sanitize state is not known", JA: "サニタイズの状態は不明"}
	// Why the drive aborted the question.
	ATAUnsuccessful = words.Text{EN: "sanitize command unsuccessful (01h)", JA: "サニタイズ命令の失敗(01h)"}
	ATAFrozen       = words.Text{EN: "the drive is in the sanitize frozen state (03h)", JA: "装置はサニタイズ凍結状態にある(03h)"}
	ATAAntifreeze   = words.Text{EN: "sanitize antifreeze lock is set (04h)", JA: "サニタイズの凍結禁止ロックが設定されている(04h)"}
)

// What trimmed sectors read as.
var (
	ATATrimZeros = words.Text{EN: "trimmed sectors read as zeros (IDENTIFY word 69): zeros read back say nothing of the cells below",
		JA: "TRIM 済セクタはゼロとして読み出される(IDENTIFY ワード 69)。ゼロが読めても、その下の記憶セルについては何も分からない"}
	ATATrimSame = words.Text{EN: "trimmed sectors read the same every time, but the drive does not say as what (IDENTIFY word 69)",
		JA: "TRIM 済セクタは毎回同じ値で読み出されるが、その値を装置は申告していない(IDENTIFY ワード 69)"}
	ATANoTrim     = words.Text{EN: "the drive has no TRIM (IDENTIFY word 169)", JA: "装置に TRIM 機能がない(IDENTIFY ワード 169)"}
	ATATrimUnsaid = words.Text{EN: "the drive does not say what trimmed sectors read as (IDENTIFY words 69 and 169)",
		JA: "TRIM 済セクタの読取値を装置は申告していない(IDENTIFY ワード 69 及び 169)"}
)

// Locks with a password.
var (
	// ATASecurity takes why nothing is known.
	ATASecurity = words.Sentence{"ATA security: %[1]s", "ATA セキュリティ: %[1]s"}
	ATALocked   = words.Text{EN: "ATA security: locked with a password, so that reads fail",
		JA: "ATA セキュリティ: パスワードでロックされており、読み取りは失敗する"}
	ATANoSecurity = words.Text{EN: "no ATA security", JA: "ATA セキュリティなし"}
	ATAUnlocked   = words.Text{EN: "ATA security: a password is set, the drive is unlocked",
		JA: "ATA セキュリティ: パスワードが設定されているが、ロックは解除されている"}
	ATAOff            = words.Text{EN: "ATA security: no password is set", JA: "ATA セキュリティ: パスワードは設定されていない"}
	ATASecurityUnsaid = words.Text{EN: "ATA security: the drive does not say (IDENTIFY word 128)",
		JA: "ATA セキュリティ: 装置は申告していない(IDENTIFY ワード 128)"}
)

// Why an ATA drive was not asked.
var (
	ATARemovable = words.Text{EN: "a removable USB medium: ATA commands are not sent to it, because some hang on them",
		JA: "リムーバブル USB 媒体のため、ATA 命令は送っていない(応答しなくなる機種がある)"}
	ATANoIdentify = words.Text{EN: "not asked: the drive gave no IDENTIFY DEVICE data",
		JA: "未問い合わせ: 装置から IDENTIFY DEVICE データが得られなかった"}
	ATANotListed = words.Text{EN: "not asked: not on the reading list", JA: "未問い合わせ: 読取命令の一覧にない"}
	ATAShort     = words.Text{EN: "not asked: the bridge passes only ATA PASS-THROUGH(12), which has no room for 48-bit commands",
		JA: "未問い合わせ: ブリッジが ATA PASS-THROUGH(12) しか通さず、48 ビット命令を送れない"}
	ATAStopped = words.Text{EN: "not asked: the drive stopped answering", JA: "未問い合わせ: 装置が応答しなくなった"}
	// ATAHasNot and ATANotValid take the word of IDENTIFY DEVICE data and one of ATAFeatures.
	ATAHasNot        = words.Sentence{"not asked: IDENTIFY word %[1]d says no %[2]s", "未問い合わせ: IDENTIFY ワード %[1]d によれば、%[2]sはない"}
	ATANotValid      = words.Sentence{"not asked: IDENTIFY word %[1]d is not valid, %[2]s unknown", "未問い合わせ: IDENTIFY ワード %[1]d が無効で、%[2]sの有無は不明"}
	ATANoLogs        = words.Text{EN: "not asked: there is no log directory", JA: "未問い合わせ: ログディレクトリがない"}
	ATANoLog         = words.Sentence{"not asked: the log directory has no log %02[1]Xh", "未問い合わせ: ログディレクトリにログ %02[1]Xh がない"}
	ATANoPages       = words.Text{EN: "not asked: there is no list of the log's pages", JA: "未問い合わせ: ログのページ一覧がない"}
	ATANoPage        = words.Sentence{"not asked: the log has no page %02[1]Xh", "未問い合わせ: ログにページ %02[1]Xh がない"}
	ATATrustedUnsaid = words.Text{EN: "IDENTIFY word 48 does not say whether the drive has it", JA: "IDENTIFY ワード 48 からは、この機能の有無が分からない"}
)

// ATAFeatures are those without which something is not asked.
var ATAFeatures = words.Table{
	"accessible maximum address": {"accessible maximum address", "最大アドレス設定機能"},
	"configuration overlay":      {"configuration overlay", "装置構成オーバーレイ(DCO)"},
	"host protected area":        {"host protected area", "ホスト保護領域(HPA)"},
	"sanitize":                   {"sanitize", "サニタイズ機能"},
	"SMART":                      {"SMART", "SMART 機能"},
	"SMART switched on":          {"SMART switched on", "SMART 機能の有効化"},
	"general purpose logging":    {"general purpose logging", "汎用ログ機能"},
}

// What the drive, or what stands between it and the kernel, answers in place of what it was asked.
var (
	ATANoRegisters = words.Text{EN: "no registers came back: the bridge or controller does not pass them on",
		JA: "レジスタが返らなかった: ブリッジまたはコントローラーが渡さない"}
	ATATooFew = words.Sentence{"only %[1]d of %[2]d bytes came", "%[2]d バイト中 %[1]d バイトしか返らなかった"}
	ATAFault  = words.Text{EN: "the drive reports a device fault", JA: "装置が故障(device fault)を報告した"}
	ATAAbort  = words.Text{EN: "the drive aborted the command (ABRT): not supported, or not in this state",
		JA: "装置が命令を中止した(ABRT): 非対応、または現在の状態では実行できない"}
	ATANoAddress = words.Text{EN: "the drive found no such address (IDNF)", JA: "装置に該当するアドレスがない(IDNF)"}
	ATAUnread    = words.Text{EN: "the drive could not read its own data (UNC)", JA: "装置が自身のデータを読み取れなかった(UNC)"}
	// ATAError takes two registers.
	ATAError       = words.Sentence{"the drive failed the command (STATUS %02[1]Xh, ERROR %02[2]Xh)", "装置で命令が失敗した(STATUS %02[1]Xh、ERROR %02[2]Xh)"}
	ATANonsense    = words.Sentence{"the answer cannot be understood: %[1]v", "応答を解釈できない: %[1]v"}
	ATANotItsOwn   = words.Sentence{"the registers that came back are not the drive's (STATUS %02[1]Xh): the bridge or controller does not pass them on", "返ったレジスタは装置のものではない(STATUS %02[1]Xh): ブリッジまたはコントローラーが渡さない"}
	ATANotPassed   = words.Text{EN: "the bridge or controller does not pass ATA commands (Invalid Command Operation Code)", JA: "ブリッジまたはコントローラーが ATA 命令を通さない(Invalid Command Operation Code)"}
	ATAThisRefused = words.Text{EN: "the bridge or controller does not pass this ATA command (Invalid Field in CDB)", JA: "ブリッジまたはコントローラーがこの ATA 命令を通さない(Invalid Field in CDB)"}
	ATANoReason    = words.Text{EN: "the command was aborted, and no registers say why", JA: "命令が中止され、理由を示すレジスタもない"}
)
