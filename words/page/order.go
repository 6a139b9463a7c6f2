package page

import "shokyo.dev/shokyo/words"

// Order are the labels of what the laboratory states: reports/render/sheet takes them.
var Order = words.Table{
	"who":     {"Laboratory and customer", "試験所及び依頼者"},
	"item":    {"Item received", "受領した品目"},
	"erasure": {"Erasure, as stated", "消去(申告内容)"},
	"conduct": {"Conduct of the examination", "検査の実施"},

	"lab":           {"Laboratory", "試験所"},
	"address":       {"Address", "所在地"},
	"contact":       {"Contact", "連絡先"},
	"accreditation": {"Accreditation", "認定"},
	"customer":      {"Customer", "依頼者"},
	"number":        {"Order number", "依頼番号"},
	"case":          {"Case", "案件番号"},

	"asset":        {"Asset number", "管理番号"},
	"manufacturer": {"Manufacturer", "製造者"},
	"model":        {"Model, on the label", "型式(銘板)"},
	"serial":       {"Serial number, on the label", "製造番号(銘板)"},
	"type":         {"Kind of medium", "媒体の種類"},
	"source":       {"Where the medium comes from", "媒体の出所"},
	"condition":    {"Condition", "受領時の状態"},
	"received":     {"Received", "受領日"},
	"sampled":      {"Taken out of use", "採取日"},
	"before":       {"Confidentiality before erasure", "消去前の機密性"},
	"after":        {"Confidentiality after erasure", "消去後の機密性"},
	"backup":       {"Backup of the data", "データの控え"},
	"destination":  {"Destination", "消去後の取扱い"},

	"category":    {"Category (NIST SP 800-88)", "区分(NIST SP 800-88)"},
	"technique":   {"Technique", "消去方式"},
	"details":     {"Details", "方式の詳細"},
	"tool":        {"Tool and version", "使用ツール及び版"},
	"by":          {"Erased by", "消去実施者"},
	"date":        {"Date of erasure", "消去日"},
	"certificate": {"Erasure certificate", "消去証明書番号"},
	"processing":  {"Processing number (ADEC)", "処理番号(ADEC)"},

	"operator":   {"Examined by", "検査者"},
	"witness":    {"Witness", "立会者"},
	"authorised": {"Authorised by", "発行責任者"},
	"place":      {"Place", "実施場所"},
	"conditions": {"Conditions of the place", "環境条件"},
	"deviation":  {"Deviation from the method", "方法からの逸脱"},
	"external":   {"Result from an external provider", "外部から提供された結果"},
	"note":       {"Note", "備考"},
	"case file":  {"SHA-256 of the case file", "案件ファイルの SHA-256"},
	"job file":   {"SHA-256 of the job file", "ジョブファイルの SHA-256"},
}

// Categories are those of NIST SP 800-88, as the IPA's translation has them.
var Categories = words.Table{
	"clear":   {"Clear", "消去(Clear)"},
	"purge":   {"Purge", "除去(Purge)"},
	"destroy": {"Destroy", "破壊(Destroy)"},
}

// StatedNote stands above them.
var StatedNote = words.Text{EN: "The laboratory states this; the tool takes it over and vouches for none of it.",
	JA: "試験所の申告による記載です。ツールはそのまま転記し、内容を保証しません。"}

// Term is a word of the glossary and what it means.
type Term struct{ Word, Meaning words.Text }

func term(en, ja, means, meansJA string) Term {
	return Term{words.Text{EN: en, JA: ja}, words.Text{EN: means, JA: meansJA}}
}

// GlossaryTitle heads the glossary.
var GlossaryTitle = words.Text{EN: "Words for readers who are not experts", JA: "用語の説明"}

// Glossary is for the last page: a dozen words for laymen.
var Glossary = []Term{
	term("cryptographic erasure", "暗号化消去", "Data is stored encrypted; destroying the key makes it unreadable at once, though the encrypted bytes stay on the medium.",
		"暗号化して保存されたデータの鍵を破棄し、読めなくする消去方法。暗号化されたバイト列そのものは媒体に残ります。"),
	term("ciphertext", "暗号文", "Encrypted data. Without the key it looks like random bytes and can not be told from them.",
		"暗号化されたデータ。鍵がなければ乱数と区別できません。"),
	term("residue", "残留データ", "Data on the medium that is neither ciphertext nor an explained part: something that may be recoverable.",
		"媒体に残り、暗号文でも既知の管理情報でもないデータ。復元できる可能性があります。"),
	term("explained structure", "既知の管理情報", "Book-keeping of the medium, such as a partition table, that was recognised and holds no data of users.",
		"パーティションテーブルなど、内容を識別できた媒体の管理情報。利用者のデータを含みません。"),
	term("fill", "一定値", "The same byte over and over, as after an overwriting with zeros, or as a drive shows blocks it has discarded.",
		"同じ値の繰り返し。ゼロでの上書き後や、装置が破棄したブロックを読んだときに見られます。"),
	term("block", "ブロック", "The smallest part that gets a class in this report, usually 4096 bytes.",
		"本報告書で分類の単位となる最小の区画。通常 4096 バイトです。"),
	term("hidden area", "検査していない隠し領域", "Capacity that the drive keeps from programs. What can not be read can not be judged.",
		"装置がプログラムから隠している容量。読めない部分は判定できません。"),
	term("sampling", "抜取検査", "Only a part chosen at random is read. What lies elsewhere may have been missed.",
		"無作為に選んだ一部だけを読む方法。それ以外の場所にあるものは見逃すおそれがあります。"),
	term("false alarm and miss", "誤警報と見逃し", "A false alarm takes what is erased for residue; a miss leaves residue unnoticed. The decision rule says how likely the first is, the table of what would have been noticed how likely the second.",
		"誤警報は消去済みのものを残留データと誤ること、見逃しは残留データに気付かないこと。前者の確率は判定規則に、後者は検出できるものの表に示しています。"),
	term("bit of evidence", "証拠のビット数", "How surprising a thing would be on erased media: each bit halves the chance that it came about by accident; 20 bits are one in a million.",
		"消去済みの媒体でそれが偶然現れる確率の低さを示す値。1 ビットごとに確率が半分になり、20 ビットで約 100 万分の 1 です。"),
	term("hash, hash tree", "ハッシュ値、ハッシュ木", "A fingerprint of data: if one bit changes, it is another. A hash tree makes one fingerprint of many parts.",
		"データの指紋に当たる値。1 ビットでも変われば別の値になります。ハッシュ木は多数の部分から一つの指紋を作ります。"),
	term("verification and validation", "検証と妥当性確認", "Verification is what the tool measured. Validation is a person's decision to accept it.",
		"検証はツールによる測定結果、妥当性確認は人が採否を決める行為です。"),
	term("electronic signature", "電子署名", "Shows who issued a file, and that not a bit of it was changed since.",
		"ファイルの発行者と、その後 1 ビットも変更されていないことを示すものです。"),
}
