package medium

import "shokyo.dev/shokyo/words"

// Which partition table there is.
var (
	GPTLeftover = words.Text{EN: "a GPT without a protective MBR is there as well: it is a leftover and was not used",
		JA: "保護 MBR のない GPT も残っていますが、過去のものとみなして使用していません"}
	GPTMissing = words.Text{EN: "LBA 0 is the protective MBR of a GPT, but neither the GPT nor its backup is there",
		JA: "LBA 0 は GPT の保護 MBR ですが、GPT もその予備もありません"}
	NoProtectiveMBR = words.Text{EN: "the GPT has no protective MBR", JA: "GPT に保護 MBR がありません"}
	HybridMBR       = words.Sentence{"the protective MBR has %[1]d further entries (a hybrid MBR); the GPT was used",
		"保護 MBR にほかに %[1]d 個のエントリーがあります(ハイブリッド MBR)。GPT を使用しました"}
	GPTUnusable = words.Sentence{"a GPT header is there that can not be used: %[1]v", "使用できない GPT ヘッダーがあります: %[1]v"}
	GPTDamaged  = words.Text{EN: "the primary GPT is damaged; its backup at the end of the medium was used",
		JA: "主 GPT が破損しているため、媒体末尾の予備を使用しました"}
	BackupDiffers = words.Text{EN: "the backup GPT has other entries than the primary", JA: "予備 GPT のエントリーが主 GPT と異なります"}
	BackupDamaged = words.Sentence{"the backup GPT at byte %[1]d is missing or damaged", "位置 %[1]d の予備 GPT がないか、破損しています"}
	BehindGPT     = words.Sentence{"%[1]d bytes lie behind the end of the GPT", "GPT の終わりより後ろに %[1]d バイトあります"}
)

// The partitions of a table.
var (
	EndsBeforeBegin = words.Sentence{"%[1]s ends before it begins", "%[1]s の終わりが始まりより前にあります"}
	BeginsBehindEnd = words.Sentence{"%[1]s begins at byte %[2]d, behind the end of the medium", "%[1]s は位置 %[2]d から始まり、媒体の終わりを超えています"}
	EndsBehindEnd   = words.Sentence{"%[1]s ends at byte %[2]d, behind the end of the medium: it is cut there",
		"%[1]s は位置 %[2]d で終わり、媒体の終わりを超えているため、そこで切り詰めました"}
	TableTruncated = words.Sentence{"the table describes a medium of %[1]d bytes, but this one ends at %[2]d: it is truncated",
		"テーブルは %[1]d バイトの媒体を示していますが、この媒体は %[2]d バイトで終わり、途中で切れています"}
	Overlap = words.Sentence{"%[1]s and %[2]s overlap", "%[1]s と %[2]s が重なっています"}
	More    = words.Text{EN: "more was odd in this partition table than is listed here",
		JA: "このパーティションテーブルには、ここに挙げた以外にも不審な点があります"}
)

// The chain of extended boot records of an MBR.
var (
	ChainReturns = words.Sentence{"the chain of logical partitions comes back to sector %[1]d: it was followed once",
		"論理パーティションの連鎖がセクタ %[1]d に戻っています。一度だけたどりました"}
	ChainTooLong = words.Sentence{"there are more than %[1]d extended boot records: the rest was not followed",
		"拡張ブートレコードが %[1]d 個を超えています。残りはたどっていません"}
	ChainLeaves = words.Sentence{"an extended boot record leads out of the extended partition, to sector %[1]d: it was not followed",
		"拡張ブートレコードが拡張パーティションの外のセクタ %[1]d を指しています。たどっていません"}
	RecordBehindEnd = words.Sentence{"an extended boot record is said to be at byte %[1]d, behind the end of the medium",
		"拡張ブートレコードの位置が %[1]d とされていますが、媒体の終わりを超えています"}
	RecordUnreadable = words.Sentence{"the extended boot record at byte %[1]d can not be read: logical partitions behind it are not known",
		"位置 %[1]d の拡張ブートレコードを読み取れません。その先の論理パーティションは不明です"}
	RecordDamaged = words.Sentence{"the extended boot record at byte %[1]d is damaged: logical partitions behind it are not known",
		"位置 %[1]d の拡張ブートレコードが破損しています。その先の論理パーティションは不明です"}
)
