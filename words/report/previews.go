package report

import "shokyo.dev/shokyo/words"

// What a finding shows where the bytes themselves have nothing to show. Reports have
// previews in English only.
var (
	PartlyFilled = words.Text{EN: "data that end within a sector and go on as one byte value, too often on this medium for the ends of overwriting",
		JA: "セクタの途中でデータが終わり、以降が一定値となる箇所。上書きの終端としては、この媒体では多すぎます"}
	RepeatedUnit = words.Text{EN: "the same bytes over and over, beside data that do not repeat",
		JA: "反復しないデータの隣にある、同じバイト列の繰り返し"}
	LUKS2Metadata = words.Text{EN: "part of the metadata of LUKS2 without their header", JA: "ヘッダーのない LUKS2 メタデータの一部"}
	// Damaged goes behind what a structure shows.
	Damaged = words.Text{EN: "; damaged: its checksum does not fit", JA: "。破損: チェックサムが一致しません"}
)
