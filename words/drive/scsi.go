package drive

import "shokyo.dev/shokyo/words"

// Capacity that a SCSI drive hides.
var (
	SCSIHiddenUnknown = words.Text{EN: "SCSI has no command that tells whether capacity was taken away", JA: "SCSI には、容量が隠されたかどうかを示す命令がない"}
	SCSIHidden        = words.Text{EN: "the drive says it is larger than the kernel shows", JA: "装置の申告容量が、カーネルの示す容量より大きい"}
)

// The drive's own erasure.
var (
	SCSINoSanitize = words.Text{EN: "the drive has no SANITIZE command (REPORT SUPPORTED OPERATION CODES)",
		JA: "装置に SANITIZE 命令がない(REPORT SUPPORTED OPERATION CODES)"}
	SCSINoFailure = words.Text{EN: "no sanitize runs or has failed; SCSI does not tell whether one ever succeeded",
		JA: "実行中または失敗したサニタイズはない。過去に成功したかどうかは SCSI では分からない"}
	SCSISanitize = words.Text{EN: "SCSI does not tell whether a sanitize succeeded", JA: "サニタイズが成功したかどうかは SCSI では分からない"}
)

// What a read gives after an erasure. SCSIAfterErase takes one of the others.
var (
	SCSIAfterErase   = words.Sentence{"%[1]s after a cryptographic erase (VPD page B1h, WACEREQ)", "暗号化消去の後、%[1]s(VPD ページ B1h、WACEREQ)"}
	SCSIAfterUnsaid  = words.Text{EN: "the drive does not say (VPD page B1h, WACEREQ)", JA: "装置は申告していない(VPD ページ B1h、WACEREQ)"}
	SCSIReads        = words.Text{EN: "reads succeed and give indeterminate data", JA: "読み取りは成功し、不定の値が返る"}
	SCSIReadsFail    = words.Text{EN: "reads fail with a medium error", JA: "読み取りは媒体エラーで失敗する"}
	SCSIReadsRefused = words.Text{EN: "reads fail with the error WRITE AFTER SANITIZE REQUIRED", JA: "読み取りはエラー WRITE AFTER SANITIZE REQUIRED で失敗する"}
	SCSINotSpecified = words.Text{EN: "not specified", JA: "規定なし"}
)

// What unmapped blocks read as.
var (
	SCSIZerosB2 = words.Text{EN: "unmapped blocks read as zeros (VPD page B2h, LBPRZ): zeros read back say nothing of the cells below",
		JA: "マップ解除されたブロックはゼロとして読み出される(VPD ページ B2h、LBPRZ)。ゼロが読めても、その下の記憶セルについては何も分からない"}
	SCSIZerosCapacity = words.Text{EN: "unmapped blocks read as zeros (READ CAPACITY (16), LBPRZ): zeros read back say nothing of the cells below",
		JA: "マップ解除されたブロックはゼロとして読み出される(READ CAPACITY (16)、LBPRZ)。ゼロが読めても、その下の記憶セルについては何も分からない"}
	SCSINoUnmap = words.Text{EN: "the drive unmaps no blocks (READ CAPACITY (16), LBPME)", JA: "装置はブロックのマップを解除しない(READ CAPACITY (16)、LBPME)"}
	// SCSIUnmapped takes one of those below.
	SCSIUnmapped = words.Sentence{"unmapped blocks read as %[1]s (VPD page B2h, LBPRZ)", "マップ解除されたブロックの読取値: %[1]s(VPD ページ B2h、LBPRZ)"}
	SCSIVendor   = words.Text{EN: "vendor specific", JA: "ベンダー依存"}
	SCSIZeros    = words.Text{EN: "zeros", JA: "ゼロ"}
	SCSIPattern  = words.Text{EN: "the provisioning initialization pattern", JA: "プロビジョニング初期化パターン"}
	SCSIReserved = words.Text{EN: "a reserved value", JA: "予約値"}
)

// Why a SCSI drive was not asked, or gave no answer.
var (
	SCSISimple = words.Text{EN: "not asked: the device has no list of VPD pages and claims no standard later than SPC-2, like USB bridges that hang on commands they do not know",
		JA: "未問い合わせ: 装置に VPD ページの一覧がなく、SPC-2 より新しい規格への準拠も申告していない(未知の命令で応答しなくなる USB ブリッジと同じ特徴)"}
	SCSIOld = words.Text{EN: "not asked: the device claims no standard later than SPC-2, and all its blocks are known without",
		JA: "未問い合わせ: 装置は SPC-2 より新しい規格への準拠を申告しておらず、全ブロックはこれなしで分かる"}
	SCSIGone       = words.Sentence{"not asked: %[1]d commands before did not come back", "未問い合わせ: 直前の %[1]d 個の命令が戻らなかった"}
	SCSINoVPD      = words.Text{EN: "not asked: the drive gives no list of VPD pages", JA: "未問い合わせ: 装置が VPD ページの一覧を示さない"}
	SCSINotVPD     = words.Text{EN: "not asked: the drive does not list it among its VPD pages", JA: "未問い合わせ: 装置の VPD ページ一覧にない"}
	SCSINoLogs     = words.Text{EN: "not asked: the drive gives no list of log pages", JA: "未問い合わせ: 装置がログページの一覧を示さない"}
	SCSINotLog     = words.Text{EN: "not asked: the drive does not list it among its log pages", JA: "未問い合わせ: 装置のログページ一覧にない"}
	SCSITranslated = words.Text{EN: "not asked: an ATA drive answers for itself", JA: "未問い合わせ: ATA 装置には ATA 命令で問い合わせる"}
	SCSINoSecurity = words.Text{EN: "not asked: the drive gives no list of security protocols", JA: "未問い合わせ: 装置がセキュリティプロトコルの一覧を示さない"}
	SCSINoTCG      = words.Text{EN: "not asked: the drive does not list the TCG among its security protocols", JA: "未問い合わせ: 装置のセキュリティプロトコル一覧に TCG がない"}
	SCSINonsense   = words.Sentence{"the answer is not understood: %[1]v", "応答を解釈できない: %[1]v"}
	SCSIOddError   = words.Sentence{"the drive reported an error that is not understood: %[1]s", "装置が解釈できないエラーを報告した: %[1]s"}
	// SCSIUnsupported and SCSIRefused take the standard's name of a code.
	SCSIUnsupported = words.Sentence{"the drive does not support it (%[1]s)", "装置は対応していない(%[1]s)"}
	SCSIRefused     = words.Sentence{"the drive refused: %[1]v", "装置が拒否した: %[1]v"}
)
