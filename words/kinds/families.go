package kinds

import (
	"slices"

	"shokyo.dev/shokyo/words"
)

// Family is what kinds are summed up by.
type Family struct {
	Code string
	words.Text
	One, Many words.Text // in the sentence: "at least 10 pictures"; empty: no files
}

// Files says that the kinds of the family are kinds of files.
func (f *Family) Files() bool { return f.One != words.Text{} }

var none words.Text

// Families are in the order of their importance.
var Families = []Family{
	{"keys", words.Text{EN: "Keys", JA: "鍵"}, none, none},
	{"corpus", words.Text{EN: "Files known to have been stored", JA: "保存されていたことが分かっているファイル"}, none, none},
	{"filesystem", words.Text{EN: "File systems", JA: "ファイルシステム"}, none, none},
	{"partitions", words.Text{EN: "Partition tables and labels", JA: "パーティションテーブル・ラベル"}, none, none},
	{"marks", words.Text{EN: "Labels of arrays and volume managers", JA: "RAID・ボリュームマネージャーの構成情報"}, none, none},
	{"document", words.Text{EN: "Documents", JA: "文書"}, words.Text{EN: "document", JA: "文書"}, words.Text{EN: "documents", JA: "文書"}},
	{"picture", words.Text{EN: "Pictures", JA: "画像"}, words.Text{EN: "picture", JA: "画像"}, words.Text{EN: "pictures", JA: "画像"}},
	{"media", words.Text{EN: "Sound and film", JA: "音声・動画"}, words.Text{EN: "sound or film", JA: "音声・動画"}, words.Text{EN: "sounds or films", JA: "音声・動画"}},
	{"mail", words.Text{EN: "Mail, contacts, calendars", JA: "メール・連絡先・予定"}, words.Text{EN: "mail, contact or calendar file", JA: "メール・連絡先・予定ファイル"}, words.Text{EN: "mail, contact or calendar files", JA: "メール・連絡先・予定ファイル"}},
	{"archive", words.Text{EN: "Archives and compressed files", JA: "アーカイブ・圧縮ファイル"}, words.Text{EN: "archive", JA: "アーカイブ"}, words.Text{EN: "archives", JA: "アーカイブ"}},
	{"compressed", words.Text{EN: "Pieces of compressed data", JA: "圧縮データの断片"}, none, none},
	{"media-pieces", words.Text{EN: "Pieces of pictures, sound and film", JA: "画像・音声・動画の断片"}, none, none},
	{"embedded", words.Text{EN: "Parts of files, and files inside others", JA: "ファイルの一部・他のファイルに含まれるファイル"}, none, none},
	{"decoded", words.Text{EN: "What compressed data hold", JA: "圧縮データの中身"}, none, none},
	{"database", words.Text{EN: "Databases", JA: "データベース"}, words.Text{EN: "database", JA: "データベース"}, words.Text{EN: "databases", JA: "データベース"}},
	{"record", words.Text{EN: "What operating systems record", JA: "OS の記録"}, words.Text{EN: "record of an operating system", JA: "OS の記録ファイル"}, words.Text{EN: "records of operating systems", JA: "OS の記録ファイル"}},
	{"disk-image", words.Text{EN: "Disk images", JA: "ディスクイメージ"}, words.Text{EN: "disk image", JA: "ディスクイメージ"}, words.Text{EN: "disk images", JA: "ディスクイメージ"}},
	{"program", words.Text{EN: "Programs and fonts", JA: "プログラム・フォント"}, words.Text{EN: "program or font", JA: "プログラム・フォント"}, words.Text{EN: "programs or fonts", JA: "プログラム・フォント"}},
	{"file", words.Text{EN: "Other files", JA: "その他のファイル"}, words.Text{EN: "other file", JA: "その他のファイル"}, words.Text{EN: "other files", JA: "その他のファイル"}},
	{"text", words.Text{EN: "Readable text", JA: "可読文字列"}, none, none},
	{"statistics", words.Text{EN: "Bytes that are not random", JA: "乱数ではないバイト列"}, none, none},
}

// Rank is where a family stands; one that is not known comes last.
func Rank(code string) int {
	if i := slices.IndexFunc(Families, func(f Family) bool { return f.Code == code }); i >= 0 {
		return i
	}
	return len(Families)
}

// FamilyOf is the family of a code; one that is not known goes by it.
func FamilyOf(code string) Family {
	if i := Rank(code); i < len(Families) {
		return Families[i]
	}
	return Family{Code: code, Text: words.Text{EN: code, JA: code}}
}
