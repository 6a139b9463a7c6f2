package reason

import "shokyo.dev/shokyo/words"

// The sentences of codes that have several.
var (
	// excess-metadata
	ExcessStructures = words.Sentence{"%[1]d bytes look like partition tables and wiped key headers: more than media have, so something may hide there",
		"%[1]d バイトがパーティションテーブルや消去済み鍵ヘッダーに見えます。通常の媒体より多く、何かが隠されている可能性があります"}
	ExcessFreeFields = words.Sentence{"%[1]d bytes in fields of explained structures may have any value by their format: more than the labels of a disk have, so something may hide there",
		"既知の管理情報のうち、形式上どのような値でもよい項目が %[1]d バイトあります。1 台のディスクのラベルとしては多く、何かが隠されている可能性があります"}

	// medium-truncated: what it should have, and what it has.
	ShorterThanTable = words.Sentence{"the partition table describes %[1]d bytes but the medium has %[2]d: the end is missing",
		"パーティションテーブルは %[1]d バイトの媒体を示していますが、実際は %[2]d バイトで、末尾が欠けています"}
	ShorterThanStated = words.Sentence{"the medium is said to have %[1]d bytes (--size) but has %[2]d: the end is missing",
		"媒体の大きさは %[1]d バイトと指定されました(--size)が、実際は %[2]d バイトで、末尾が欠けています"}

	// medium-unchecked
	ChangesUnknown = words.Sentence{"whether the medium was written to during the examination is not known: %[1]v",
		"検査中に媒体へ書き込みがあったかどうか不明です: %[1]v"}
	NotAskedAgain = words.Sentence{"the drive could not be asked again at the end of the examination: %[1]v",
		"検査終了時に装置へ再度問い合わせることができませんでした: %[1]v"}

	// trailers-unexamined
	TrailersCompressed = words.Text{EN: "the checksums beside the data were not looked at, because the image is compressed: unpack it to have them looked at",
		JA: "圧縮イメージのため、データに付随するチェックサム領域を確認していません。展開したイメージで検査してください"}
	TrailersMayHold = words.Sentence{"the %[1]d bytes of checksums beside the data were not examined and may hold more than checksums: %[2]s; examine the medium with --sector-layout 512 as well",
		"データに付随するチェックサム領域 %[1]d バイトは検査しておらず、チェックサム以外のデータを含む可能性があります(標本の結果、英語: %[2]s)。--sector-layout 512 でも検査してください"}
	TrailersUnlikeSample = words.Sentence{"among the %[1]d bytes of checksums beside the data are some that are neither 00 nor FF nor protection information, unlike those of the sample; examine the medium with --sector-layout 512 as well",
		"データに付随するチェックサム領域 %[1]d バイトの中に、標本と異なり、一定値でも保護情報でもないものがあります。--sector-layout 512 でも検査してください"}

	// hidden-areas, with what the drive says.
	HiddenUnknown = words.Sentence{"Whether the drive hides capacity is not known: %[1]s.", "装置に隠し領域があるかどうかは不明です(理由: %[1]s)。"}
	HiddenNone    = words.Sentence{"Areas outside the address range that no command opens: boot partitions, RPMB, vendor areas. The drive says that it hides no capacity: %[1]s.",
		"コマンドで開けないアドレス範囲外の領域(ブートパーティション、RPMB、ベンダー領域)。装置は隠し容量がないと申告しています(%[1]s)。"}
)

// What goes into sentences.
var (
	LabelAt    = words.Sentence{"byte %[1]d (%[2]s)", "位置 %[1]d(%[2]s)"}
	MoreLabels = words.Sentence{"and %[1]d more", "ほか %[1]d 件"}

	IslandAt       = words.Sentence{"%[1]d bytes at offset %[2]d", "オフセット %[2]d に %[1]d バイト"}
	IslandIsHeader = words.Text{EN: "this may be the header of an encrypted container, or a key, that lives on",
		JA: "暗号化コンテナーのヘッダーや鍵が生きたまま残っている可能性があります"}
	IslandsAreContainer = words.Text{EN: "this is where VeraCrypt and TrueCrypt keep the header of a volume and its backup, and nothing else is on the medium; the key may live on",
		JA: "VeraCrypt や TrueCrypt がボリュームのヘッダーとその予備を置く位置であり、媒体にはほかに何もありません。鍵が生きたまま残っている可能性があります"}

	AllPartsFull = words.Sentence{"all %[1]d parts are of full size, the last one too", "最後の部分を含む %[1]d 個すべての部分が同じ大きさで"}
	OnlyPart     = words.Text{EN: "the name is one part's, and no other lies beside it",
		JA: "ファイル名は分割イメージの一部分を示していますが他の部分が見当たらず"}

	OpenElsewhere = words.Text{EN: "another program has it open for itself", JA: "他のプログラムが占有しています"}
)

// corpus-not-found, in all that was read, and in a sample: the name, how many sectors were looked for, and what part of
// them a sample leaves room for.
var (
	CorpusNotFound = words.Sentence{"none of the %[2]d probative sectors of the files in the corpus '%[1]s' was found in what was read",
		"読み取った範囲に、コーパス「%[1]s」のファイルの識別可能なセクタ %[2]d 個は 1 個も見つかりませんでした"}
	CorpusNotInSample = words.Sentence{"none of the %[2]d probative sectors of the files in the corpus '%[1]s' was found in the sample; of all of them the medium shows at most %[3]s (95 %% confidence)",
		"標本の中に、コーパス「%[1]s」のファイルの識別可能なセクタ %[2]d 個は 1 個も見つかりませんでした。媒体全体に残る割合の上限は %[3]s です(信頼度 95 %%)"}
)

// baseline-changed: how many blocks, and what part of the data may be as it was.
var (
	BaselineChanged = words.Sentence{"none of %[1]d blocks that were recorded before the erasure at random reads as it did then; of the data recorded at most %[2]s can be as it was (95 %% confidence)",
		"消去前に無作為に選んで記録したブロック %[1]d 個は、いずれも記録時の内容ではありません。記録時のまま残るデータの割合の上限は %[2]s です(信頼度 95 %%)"}
	BaselineUnidentified = words.Text{EN: "; that this is the medium that was recorded rests on who named it: no serial number or WWN says so",
		JA: "。ただし、シリアル番号または WWN による照合ができないため、記録した媒体と同一であることは指定者の申告によります"}
)
