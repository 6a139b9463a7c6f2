package report

import "shokyo.dev/shokyo/words"

// What was found, in a sentence.
var (
	// FoundText takes how many and their size, as does FoundStatistics.
	FoundText       = words.Sentence{"pieces of readable text: %[1]s, %[2]s", "可読文字列 %[1]s 件(%[2]s)"}
	FoundStatistics = words.Sentence{"stretches of bytes that are not random: %[1]s, %[2]s",
		"乱数ではないバイト列 %[1]s 箇所(%[2]s)"}
	// FoundOne and FoundMany are about files: of which family, and which kinds there are.
	FoundOne  = words.Sentence{"at least 1 %[1]s (%[2]s)", "%[1]s 1 件以上(%[2]s)"}
	FoundMany = words.Sentence{"at least %[1]s %[2]s (%[3]s)", "%[2]s %[1]s 件以上(%[3]s)"}
	MoreKinds = words.Sentence{"and %[1]d more kinds", "ほか %[1]d 種類"}
)

// A kind with its number: of files before the name, of structures behind it.
var (
	FilesOfKind      = words.Sentence{"%[1]s %[2]s", "%[2]s %[1]s"}
	StructuresOfKind = words.Sentence{"%[2]s (%[1]s)", "%[2]s(%[1]s)"}
)

// BookKeepingJA is the Japanese of an explanation that is about no more than
// book-keeping: what the structure is called, and that it stays. The English comes with
// the explanation, which has the structure's own names and figures.
const BookKeepingJA = "%[1]s。消去後も設計上残る管理情報です。"

// ExplanationsJA are those that are more than that.
var ExplanationsJA = map[string]string{
	"luks1-wiped":        "LUKS1 ヘッダー。鍵スロットはすべて消去されており、復号できません。",
	"luks2-wiped":        "LUKS2 ヘッダー。鍵スロットはすべて消去されており、復号できません。",
	"grub-core":          "GRUB のコアイメージ。公開されている起動プログラムであり、消去後も設計上残ります。",
	"eraser-fingerprint": "消去ソフトウェアが残した記録(Blancco のフィンガープリントの形式)です。",
}
