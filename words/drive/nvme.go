package drive

import "shokyo.dev/shokyo/words"

// Capacity that an NVMe drive hides.
var (
	NVMeNoManagement = words.Text{EN: "the drive does not report unallocated capacity (it has no namespace management)",
		JA: "装置は未割当容量を申告しない(名前空間管理機能がない)"}
	NVMeTooLarge = words.Sentence{"the drive reports an unallocated capacity of %[1]s bytes, which no drive has",
		"装置が申告した未割当容量 %[1]s バイトは、あり得ない値である"}
	NVMeUnallocated = words.Sentence{"%[1]s bytes are in no namespace", "%[1]s バイトがどの名前空間にも属していない"}
	NVMeDetached    = words.Sentence{"namespace %[1]d is attached to no block device here", "名前空間 %[1]d は、ここではどのブロック装置にも接続されていない"}
	NVMeAttached    = words.Sentence{"it is not known whether namespace %[1]d is attached", "名前空間 %[1]d が接続されているかどうかは不明"}
	NVMeUnlisted    = words.Text{EN: "the drive gives no complete list of its namespaces", JA: "装置は名前空間の完全な一覧を示さない"}
	NVMeHiddenNone  = words.Text{EN: "all capacity is in namespaces, and all namespaces are attached", JA: "全容量が名前空間に割り当てられ、全名前空間が接続されている"}
	NVMeNamespaces  = words.Sentence{" (%[1]d of them, each a block device of its own)", "(%[1]d 個、それぞれ独立したブロック装置)"}
)

// NVMeRPMB takes how many replay protected memory blocks there are, and their size.
var NVMeRPMB = words.Sentence{"%[1]d units of %[2]d bytes, readable with their key only", "%[2]d バイトの単位が %[1]d 個、専用の鍵でのみ読取可能"}

// The drive's own erasure.
var (
	NVMeNoSanitize = words.Text{EN: "the drive has no Sanitize command (SANICAP)", JA: "装置に Sanitize 命令がない(SANICAP)"}
	// NVMeNever takes NVMePristine or NVMeUsed.
	NVMeNever    = words.Sentence{"never sanitized; %[1]s", "サニタイズは一度も実行されていない。%[1]s"}
	NVMePristine = words.Text{EN: "no user data written since manufacture", JA: "製造後、利用者データは書き込まれていない"}
	NVMeUsed     = words.Text{EN: "user data has been written", JA: "利用者データが書き込まれたことがある"}
	// NVMeSucceeded and NVMeDeallocated take one of NVMeActions, and NVMeUntouched or NVMeWritten.
	NVMeSucceeded   = words.Sentence{"%[1]s succeeded; %[2]s", "%[1]sは成功した。%[2]s"}
	NVMeDeallocated = words.Sentence{"%[1]s succeeded, and deallocated all blocks although asked not to; %[2]s",
		"%[1]sは成功したが、指示に反して全ブロックの割り当てが解除された。%[2]s"}
	NVMeUntouched = words.Text{EN: "no user data written since", JA: "その後、利用者データは書き込まれていない"}
	NVMeWritten   = words.Text{EN: "user data has been written since", JA: "その後、利用者データが書き込まれている"}
	NVMeFailed    = words.Sentence{"%[1]s failed", "%[1]sは失敗した"}
	// NVMeSanitizing takes one of NVMeActions, and how far it is.
	NVMeSanitizing = words.Sentence{"%[1]s in progress, %[2]s", "%[1]sを実行中(%[2]s)"}
	NVMePercent    = words.Sentence{"%[1]d %% done", "%[1]d %% 完了"}
	NVMeVerifying  = words.Text{EN: "waiting for the media to be verified", JA: "媒体の検証待ち"}
	NVMeProgress   = words.Text{EN: "progress not stated", JA: "進捗は申告されていない"}
	NVMeReserved   = words.Text{EN: "sanitize state unknown: the drive answers with a reserved value",
		JA: "サニタイズの状態は不明: 装置の応答が予約値"}
)

// NVMeActions are the kinds of the drive's own erasure.
var NVMeActions = words.Table{
	"":             {"sanitize", "サニタイズ"},
	"block erase":  {"block erase", "ブロック消去"},
	"overwrite":    {"overwrite", "上書き消去"},
	"crypto erase": {"crypto erase", "暗号化消去"},
}

// What deallocated blocks read as.
var (
	NVMeZeros = words.Text{EN: "deallocated blocks read as zeros (DLFEAT): zeros read back say nothing of the cells below",
		JA: "割り当て解除されたブロックはゼロとして読み出される(DLFEAT)。ゼロが読めても、その下の記憶セルについては何も分からない"}
	NVMeOnes = words.Text{EN: "deallocated blocks read as FF (DLFEAT): FF read back says nothing of the cells below",
		JA: "割り当て解除されたブロックは FF として読み出される(DLFEAT)。FF が読めても、その下の記憶セルについては何も分からない"}
	NVMeFillUnsaid = words.Text{EN: "the drive does not say what deallocated blocks read as (DLFEAT)",
		JA: "割り当て解除されたブロックの読取値を装置は申告していない(DLFEAT)"}
	NVMeAfterErase = words.Text{EN: "NVMe has no statement about it beyond how deallocated blocks read",
		JA: "NVMe には、割り当て解除されたブロックの読取値のほかに、これに関する申告がない"}
)

// Why an NVMe drive was not asked, or gave no answer.
var (
	NVMeUseless = words.Sentence{"the drive's answer is of no use: %[1]v", "装置の応答が無効: %[1]v"}
	NVMeSilent  = words.Sentence{"not asked: the drive did not answer %[1]d commands before", "未問い合わせ: 直前の %[1]d 個の命令に装置が応答しなかった"}
	NVMeNoAsk   = words.Text{EN: "not asked: without Identify Controller it is not known whether the drive supports it",
		JA: "未問い合わせ: Identify Controller が得られず、装置が対応しているか不明"}
	NVMeNotCapable = words.Text{EN: "not asked: Identify Controller SANICAP says no sanitize", JA: "未問い合わせ: Identify Controller の SANICAP によれば、サニタイズ機能がない"}
	NVMeNoEffects  = words.Text{EN: "not asked: Identify Controller LPA says no commands and effects log",
		JA: "未問い合わせ: Identify Controller の LPA によれば、命令と影響のログがない"}
	NVMeUnmanaged   = words.Text{EN: "not asked: Identify Controller OACS says no namespace management", JA: "未問い合わせ: Identify Controller の OACS によれば、名前空間管理機能がない"}
	NVMeNotAttached = words.Text{EN: "not asked: the namespace is not attached", JA: "未問い合わせ: 名前空間が接続されていない"}
	NVMeTooOld      = words.Text{EN: "not asked: the drive's version is before 1.3, which brought the list",
		JA: "未問い合わせ: 装置の版が、この一覧を定めた 1.3 より前"}
	// NVMeUnsupported and NVMeRefused take the specification's name of a status.
	NVMeUnsupported = words.Sentence{"the drive does not support it (%[1]v)", "装置は対応していない(%[1]v)"}
	NVMeRefused     = words.Sentence{"the drive refused it (%[1]v)", "装置が拒否した(%[1]v)"}
)
