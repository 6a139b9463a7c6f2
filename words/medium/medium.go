// Package medium has what is noted of a medium before it is read: of the files of its
// image, of its sector layout, of its partition table. Reports have these notes in English
// only (words/reason: image-note, partition-table-note).
package medium

import "shokyo.dev/shokyo/words"

// The files of an image.
var (
	PartsUnseen = words.Sentence{"whether other parts of %[1]s lie beside it could not be seen: %[2]v",
		"%[1]s の隣に分割イメージの他の部分があるかどうかを確認できませんでした: %[2]v"}
	TakenRaw = words.Sentence{"%[1]s was taken for the medium as it is, as the call said (--format raw)",
		"指定(--format raw)に従い、%[1]s をそのまま媒体の内容として扱いました"}
	// EvidenceSays takes a list.
	EvidenceSays = words.Sentence{"the evidence file says of itself, and nothing of it was checked: %[1]s", "証拠ファイルの記載(未確認): %[1]s"}
	// EvidenceStates takes digests.
	EvidenceStates = words.Sentence{"the evidence file states digests of the medium, which were not compared: %[1]s", "証拠ファイルに媒体のダイジェストの記載がありますが、照合していません: %[1]s"}
	// ContainerUnseen takes what it is.
	ContainerUnseen = words.Sentence{"the container holds what is not part of the disk as it is now, and was not examined: %[1]s", "コンテナには、現在のディスクの内容に含まれず、検査していないものがあります: %[1]s"}
	PartTooLong     = words.Sentence{"image part %[1]s holds %[2]d bytes where the first holds %[3]d: the first may be cut off, and all behind it be out of place",
		"分割イメージの %[1]s は %[2]d バイトですが、最初の部分は %[3]d バイトです。最初の部分が途中で切れており、以降の位置がずれている可能性があります"}
)

// The sector layout.
var (
	// BrokenUnit takes the bytes, the layout, and how many of them count.
	BrokenUnit = words.Sentence{"the last %[1]d bytes make no whole unit of the sector layout %[2]s; %[3]d of them count as data",
		"末尾の %[1]d バイトはセクタ配置 %[2]s の 1 単位に満たず、そのうち %[3]d バイトをデータとして扱います"}
	OffsetsCountData = words.Text{EN: "offsets count data bytes only", JA: "オフセットはデータのバイトのみを数えます"}
	// Checksums takes how many were looked at, zeros, ones, guards, those of type 1, others.
	Checksums = words.Sentence{"of the checksums of %[1]d units looked at, %[2]d are zeros, %[3]d are FFh, %[4]d are T10 protection information that fits the data (%[5]d of type 1), %[6]d are something else",
		"確認した %[1]d 単位のチェックサムのうち、ゼロ %[2]d、FFh %[3]d、データと一致する T10 保護情報 %[4]d(うちタイプ 1 は %[5]d)、その他 %[6]d"}
	ChecksumsUnread = words.Sentence{", %[1]d could not be read", "、読取り不能 %[1]d"}
)
