package reports

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// Every sentence a reader of a report sees is in this file, in English and in
// Japanese. Sentences of scan and of the callers come in English: they are put
// into Japanese here, by their code.

// bi is one text in both languages.
type bi struct{ EN, JA string }

var title = bi{"Erasure verification report", "消去検証報告書"}

// verdictText is the verdict in large letters, and what it means.
func verdictText(d *Document) (name, meaning bi) {
	switch d.Verdict {
	case verdict.NoResidue.String():
		return noResidue(d),
			bi{"Everything that was to be read was read, and nothing in it could be told from what a complete erasure leaves behind. The limits stand under “Not checked”.",
				"読み取るべき範囲はすべて読み取られ、完全な消去の後に残るものと区別できるデータはありませんでした。本結果の限界は「確認していない事項」に記載しています。"}
	case verdict.ResidueFound.String():
		return bi{"Residue found", "残留データを検出しました"},
			bi{"The medium holds data that a complete erasure would not have left, or a key with which it can be read. It must not be treated as erased.",
				"完全な消去の後には残らないはずのデータ、またはそれを復号できる鍵が媒体上に存在します。消去済みとして扱ってはなりません。"}
	}
	return bi{"Inconclusive", "判定不能"},
		bi{"The examination does not answer the question: the medium may or may not hold residue. The reasons say what is missing.",
			"本検査では結論が得られませんでした。残留データの有無はいずれとも言えません。不足している事項は理由に示します。"}
}

// noResidue may not claim more than was looked at.
func noResidue(d *Document) bi {
	switch {
	case d.WholeMedium():
		return bi{"No residue found", "残留データは検出されませんでした"}
	case d.Scope.Kind != "":
		return bi{"No residue found in " + d.Scope.Text, "残留データは検出されませんでした(" + d.Scope.TextJA + ")"}
	case d.Plan.Mode != "full":
		return bi{"No residue found in the sample", "標本から残留データは検出されませんでした"}
	}
	return bi{"No residue found in the regions of the plan", "計画した領域から残留データは検出されませんでした"}
}

func claimName(claim string) bi {
	switch claim {
	case verdict.ClaimLogical.String():
		return bi{"Logical claim", "論理的"}
	case verdict.ClaimPhysicalCiphertext.String():
		return bi{"Like ciphertext, as stored or as shown", "暗号文と区別不能"}
	}
	return bi{"No claim", "主張なし"}
}

// ruleStatement is the decision rule with its figures.
func ruleStatement(d *DecisionRule) bi {
	tests, theta, budget := grouped(d.Tests), number(d.ThresholdBits), number(d.FalseAlarmBudget)
	return bi{fmt.Sprintf("Every detector gives a score in bits with a proven bound: on uniformly random bytes a score of s bits or more occurs with probability at most 2^-s. "+
		"What scores at least %s bits counts as structured. This is log2(%s / %s): with %s tests, the probability that a perfectly erased medium is reported as residue anywhere is at most %s (false rejection). "+
		"The probability to overlook residue (false acceptance) depends on its kind and size, and is not bounded by this rule; measured values are published with the tool.",
		theta, tests, budget, tests, budget),
		fmt.Sprintf("各検出器の得点はビットで表され、一様乱数に対して s ビット以上となる確率が 2^-s 以下であることが証明されています。%s ビット以上の得点を「構造あり」と判定します。"+
			"このしきい値は log2(%s / %s) であり、%s 回の検定全体を通じて、完全に消去された媒体を誤って「残留あり」とする確率(誤不合格)は %s 以下です。"+
			"残留データを見落とす確率(誤合格)は残留データの種類と大きさに依存し、この規則では上限が定まりません。実測値はツールとともに公開されています。",
			theta, tests, budget, tests, budget)}
}

func verificationText(r *scan.Result) bi {
	bad := r.Classes[scan.Unreadable]
	if !r.Complete {
		return bi{fmt.Sprintf("The examination ended before the end of its plan: %s of %s planned bytes were read, %s could not be read.", grouped(r.Read()), grouped(r.Planned), grouped(bad)),
			fmt.Sprintf("検査は計画の終わりに達する前に終了しました。計画 %[2]s バイトのうち %[1]s バイトを読み取り、%[3]s バイトは読み取れませんでした。", grouped(r.Read()), grouped(r.Planned), grouped(bad))}
	}
	return bi{fmt.Sprintf("The examination reached the end of its plan: %s of %s planned bytes were read, %s could not be read.", grouped(r.Read()), grouped(r.Planned), grouped(bad)),
		fmt.Sprintf("検査は計画の終わりまで完了しました。計画 %[2]s バイトのうち %[1]s バイトを読み取り、%[3]s バイトは読み取れませんでした。", grouped(r.Read()), grouped(r.Planned), grouped(bad))}
}

// What the report says of the system it was made on.
var (
	attestedText = bi{"This machine's TPM signed which system was booted, together with the digest of this report (attestation.json). Whether it is the published image, “shokyo verify --manifest” says.",
		"本機の TPM が、起動されたシステムの測定値と本報告書のダイジェストに署名しています(attestation.json)。公開されたイメージかどうかは「shokyo verify --manifest」で確認できます。"}
	notAskedText = bi{"No TPM was asked which system was booted.", "起動されたシステムについて TPM への問い合わせは行っていません。"}
)

// Notes of Verify.
var (
	noteUntrusted = Reason{"untrusted", "signed by a certificate that came with the bundle; pass --cert FILE to check whose it is",
		"バンドルに同梱の証明書で署名されています。誰のものかを確かめるには --cert FILE を指定してください"}
	noteThrowAway = Reason{"throw-away", "signed by a throw-away identity: this proves that the bundle is unchanged, not who made it",
		"使い捨ての署名者で署名されています。バンドルが変更されていないことを示しますが、作成者は示しません"}
	noteClock = Reason{"clock", "the report's time lies outside the certificate's validity: a clock was wrong, or the report was dated",
		"報告書の時刻が証明書の有効期間外です。時計が正しくなかったか、日付が変えられています"}
)

// className is what a class is called in a report.
func className(class string) bi {
	english := []string{"Not read", "Unreadable", "Fill", "Pattern", "Ciphertext", "Explained", "Residue"}
	for i := range scan.NumClasses {
		if c := scan.Class(i); c.String() == class {
			return bi{english[i], c.Japanese()}
		}
	}
	return bi{class, ""}
}

// classMeaning is the legend.
func classMeaning(class string) bi {
	switch class {
	case "unread":
		return bi{"nobody looked", "検査していない"}
	case "unreadable":
		return bi{"the medium refused to give it", "媒体が読み出しを拒否した"}
	case "fill":
		return bi{"one byte value repeated", "同一バイト値の連続"}
	case "pattern":
		return bi{"a short period repeated", "短い周期の繰り返し"}
	case "ciphertext":
		return bi{"cannot be told from random bytes", "乱数と区別できない"}
	case "metadata":
		return bi{"structured, and it is known why", "構造があり、理由が説明できる"}
	case "residue":
		return bi{"structured, and not explained", "構造があり、説明がつかない"}
	}
	return bi{}
}

func expectName(e string) bi {
	switch e {
	case "erased":
		return bi{"erased", "消去済み"}
	case "ciphertext":
		return bi{"ciphertext", "暗号文"}
	case "fill":
		return bi{"fill", "一定値"}
	case "any":
		return bi{"any (described, not judged)", "任意(記述のみ、判定せず)"}
	}
	return bi{e, ""}
}

func detectorName(d string) bi {
	switch d {
	case "text":
		return bi{"printable text", "印字可能な文字列"}
	case "statistics":
		return bi{"byte statistics", "バイト統計"}
	case "repeats":
		return bi{"repeated units", "反復ブロック"}
	case "signature":
		return bi{"file signature, confirmed", "ファイル署名(構造確認済)"}
	case "filesystem":
		return bi{"file-system structure", "ファイルシステム構造"}
	case "keys":
		return bi{"key material", "鍵情報"}
	}
	return bi{d, ""}
}

// explanationJA is the sentence for a kind of explanation.
func explanationJA(kind string) string {
	if s, ok := explanationsJA[kind]; ok {
		return s
	}
	if name := nameOf("", kind); name.JA != "" {
		return name.JA + "。消去後も設計上残る管理情報です。"
	}
	return ""
}

// explanationsJA are those that are more than book-keeping.
var explanationsJA = map[string]string{
	"luks1-wiped":        "LUKS1 ヘッダー。鍵スロットはすべて消去されており、復号できません。",
	"luks2-wiped":        "LUKS2 ヘッダー。鍵スロットはすべて消去されており、復号できません。",
	"grub-core":          "GRUB のコアイメージ。公開されている起動プログラムであり、消去後も設計上残ります。",
	"eraser-fingerprint": "消去ソフトウェアが残した記録(Blancco のフィンガープリントの形式)です。",
}

func methodName(mode string, s *Sample) bi {
	if mode == "full" {
		return bi{"Full: every byte of the regions", "全数(対象領域の全バイト)"}
	}
	if s != nil && s.Method == scan.NIST.String() {
		return bi{"Sample: NIST SP 800-88r1 4.7", "標本(NIST SP 800-88r1 4.7)"}
	}
	return bi{"Sample: random blocks", "標本(無作為抽出)"}
}

func statusName(status string) bi {
	switch status {
	case "completed":
		return bi{"completed", "完了"}
	case "incomplete":
		return bi{"incomplete", "未完了"}
	case "open":
		return bi{"open", "未判断"}
	}
	return bi{status, ""}
}

func counterName(name string) bi {
	switch name {
	case "write_ios":
		return bi{"write requests", "書込み要求数"}
	case "write_sectors":
		return bi{"sectors written", "書込みセクタ数"}
	case "discard_ios":
		return bi{"discard requests", "破棄要求数"}
	case "discard_sectors":
		return bi{"sectors discarded", "破棄セクタ数"}
	case "size_bytes":
		return bi{"file size", "ファイルサイズ"}
	case "modified_unix_us":
		return bi{"time of last change", "最終更新時刻"}
	}
	if own, ok := strings.CutPrefix(name, "drive."); ok {
		return bi{"the drive's own count, " + own, "装置自身の計数 " + own}
	}
	return bi{name, ""}
}

// amount writes a counter's figure.
func amount(name string, n int64) string {
	if name == "modified_unix_us" {
		return time.UnixMicro(n).UTC().Format(time.RFC3339Nano)
	}
	return grouped(n)
}

// stateName is the word for a state that a drive is in.
func stateName(state string) bi {
	japanese, ok := map[string]string{
		"unknown": "不明", "none": "なし", "hidden": "あり", "not-supported": "非対応", "never": "未実施", "succeeded": "成功",
		"no-failure": "失敗の記録なし", "in-progress": "実行中", "failed": "失敗", "off": "無効", "unlocked": "ロック解除中",
		"shadowed": "MBR シャドウ有効", "locked": "ロック中", "zeros": "ゼロ", "ones": "FF", "undefined": "不定", "data": "データ",
		"error": "エラー", "rotating": "回転型", "solid-state": "半導体",
	}[state]
	if !ok {
		return bi{state, ""}
	}
	return bi{state, japanese}
}

// isoItems fills ISO/IEC 17025:2017 clause 7.8.2.1 as far as the tool knows.
func isoItems(d *Document) []ISOItem {
	item := func(letter, en, ja string, text ...string) ISOItem {
		i := ISOItem{Clause: "7.8.2.1 " + letter, Name: en, NameJA: ja}
		switch len(text) {
		case 1:
			i.Text, i.TextJA = &text[0], &text[0]
		case 2:
			i.Text, i.TextJA = &text[0], &text[1]
		}
		return i
	}
	lab := item("b", "laboratory, name and address", "試験所の名称及び住所")
	if !d.Identity.ThrowAway && d.Identity.Name != "" {
		lab = item("b", "laboratory, name and address", "試験所の名称及び住所",
			d.Identity.Name+" (name from the certificate; address not stated)", d.Identity.Name+"(証明書による名称。住所は記載なし)")
	}
	method := methodName(d.Plan.Mode, d.Plan.Sample)
	sampling := bi{"none: every byte of the regions was to be read", "なし(対象領域の全バイトを対象)"}
	if d.Plan.Mode != "full" {
		sampling = bi{method.EN + "; seed and regions under “Plan”", method.JA + "。シード値と領域は「計画」に記載"}
	}
	deviations := bi{"none recorded", "記録なし"}
	if n := len(d.Interrupted); n > 0 {
		deviations = bi{fmt.Sprintf("%d interruptions, listed under “Times”", n), fmt.Sprintf("中断 %d 回(「時刻」に記載)", n)}
	}
	tool := d.Tool.Name + " " + d.Tool.Version
	about := strings.Join(strings.Fields(d.Medium.Path+" "+d.Medium.Model+" "+d.Medium.Serial), " ")
	identification := bi{d.ID, d.ID}
	if c := d.Examination.Case; c != "" {
		identification = bi{d.ID + "; case " + c, d.ID + "。案件番号 " + c}
	}
	dates := d.Times.Started + " – " + d.Times.Finished
	return []ISOItem{
		item("a", "title", "標題", d.Title, d.TitleJA),
		lab,
		item("c", "place where it was done", "実施場所", stated(d.Examination.Site)...),
		item("d", "unique identification", "固有の識別", identification.EN, identification.JA),
		item("e", "customer", "顧客", stated(d.Examination.Customer)...),
		item("f", "method", "方法", tool+"; "+method.EN, tool+"。"+method.JA),
		item("g", "item", "品目", about),
		item("h", "date of receipt", "受領日"),
		item("i", "dates of performance", "実施日", dates),
		item("j", "date of issue", "発行日", d.Times.Finished),
		item("k", "sampling plan", "サンプリング計画", sampling.EN, sampling.JA),
		item("l", "scope of the results", "結果の範囲", "The results relate only to the item examined, and of it to "+d.Scope.Text+".", "結果は検査した品目のうち、次の範囲にのみ関するものです("+d.Scope.TextJA+")。"),
		item("m", "results with units", "結果及び単位", "this report; bytes, bits, bits per byte", "本報告書。単位はバイト、ビット、ビット毎バイト"),
		item("n", "deviations from the method", "方法からの逸脱", deviations.EN, deviations.JA),
		item("o", "authorised by", "承認者"),
		item("p", "results from external providers", "外部提供者の結果", "none", "なし"),
	}
}

// stated is what was given, or nothing.
func stated(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// labels are the headings and short words of report.html.
type labels struct {
	Title, ID, Issued, Lead                                                  bi
	ThrowAway, ThrowAwayText                                                 bi
	Verdict, Reasons, Claim, ClaimNote                                       bi
	Item, Path, Size, Model, Serial, Kind, Parts, Blocks, OfMedium           bi
	ReadOnly, Untouched, Counter, Before, After, Table                       bi
	MapTitle, MapNote, GridTitle, GridNote, Entropy, EntropyNote, RandomLine bi
	Legend, MapRow, Partitions, Examined                                     bi
	Plan, Method, Fraction, Seed, Power, PowerNote, Region, Expect, Planned  bi
	Coverage, Read, Unread, Unreadable, Share, Interval, Name, Type          bi
	Holes, HoleNote                                                          bi
	Regions, RegionsNote, Class, Meaning, Bytes, Offset, Length, Reason      bi
	Findings, FindingsNote, Counts, Detector, KindOf, Count, Bits, Preview   bi
	Place, NoFindings, Live                                                  bi
	Explanations, ExplanationsNote, NoExplanations, What                     bi
	Tests, TestsNote, Window, Windows, Highest, Alarms, WholeRegion          bi
	Rule, Formula, Budget, Threshold, TestCount                              bi
	NotChecked, NotCheckedNote                                               bi
	Evidence, Digest, Tree, NoDigest, Covers, Signed, Certificate            bi
	Tool, Times, Started, Finished, Interruptions, Stopped, Resumed          bi
	Verification, DriveStatus, Status, Validation, ValidationNote            bi
	Approved, Rejected, Person, Function, Date, Signature, Concurrence       bi
	ISO, NoneRecorded, NotStated, Unknown, End                               bi
	Labels, LabelsNote, Masked, Examples, AtLeast, Noticed, Piece, About     bi
	NotShown                                                                 bi
	Drive, DriveNote, Bus, Firmware, WorldWide, Rotation, Hidden, Sanitize   bi
	Security, Deallocated, AfterErase, Written, Users, Layout, Guard         bi
	Claimed, Descriptor, Commands, CommandsNote, Facts, FactsNote, From      bi
	Assignment, Operator, Case, Customer, Site, Note, Job                    bi
	Release, Attestation                                                     bi
}

func reportLabels() labels {
	return labels{
		Title: title, ID: bi{"Report", "報告書番号"}, Issued: bi{"Finished", "完了"},
		Lead:      bi{"Is anything recoverable left on this medium?", "復元可能なデータは残っているか"},
		ThrowAway: bi{"Throw-away identity", "使い捨て署名"},
		ThrowAwayText: bi{"This report is signed with a key made for this one use. The signature shows that the bundle is unchanged; it does not show who made it.",
			"本報告書は、この一回のために作られた鍵で署名されています。署名はバンドルが変更されていないことを示しますが、作成者を示すものではありません。"},
		Verdict: bi{"Verdict", "判定"}, Reasons: bi{"Reasons", "理由"}, Claim: bi{"What this proves of the erasure", "消去について示されること"},
		ClaimNote: bi{"It rests on", "根拠"},
		Item:      bi{"Item examined", "検査対象"}, Path: bi{"Source", "入力"}, Size: bi{"Size", "容量"}, Model: bi{"Model", "型式"}, Serial: bi{"Serial number", "製造番号"},
		Kind: bi{"Kind", "種別"}, OfMedium: bi{"Read, of the medium", "読取済(媒体比)"}, Parts: bi{"Parts", "分割ファイル"}, Blocks: bi{"Block size, logical / physical", "ブロック長(論理/物理)"},
		ReadOnly: bi{"Kernel's read-only flag", "カーネルの読取専用フラグ"}, Untouched: bi{"Unchanged during the examination", "検査中の変更なし"},
		Counter: bi{"Counter", "計数"}, Before: bi{"before", "検査前"}, After: bi{"after", "検査後"}, Table: bi{"Partition table", "パーティションテーブル"},
		Drive: bi{"What the drive says of itself", "装置自身の申告"},
		DriveNote: bi{"The drive was asked before the examination. Its answers are its own; they are not proof. Where it did not answer, the reason stands instead.",
			"検査前に装置へ問い合わせた結果です。装置の申告であり、証明ではありません。回答がない項目には理由を記載しています。"},
		Bus: bi{"Attached by", "接続"}, Firmware: bi{"Firmware", "ファームウェア"}, WorldWide: bi{"World-wide names", "世界識別名"}, Rotation: bi{"Rotation", "回転"},
		Hidden: bi{"Hidden capacity", "隠し領域"}, Sanitize: bi{"Sanitize state", "サニタイズの状態"}, Security: bi{"Locks", "ロック"},
		Deallocated: bi{"Trimmed blocks read as", "破棄済ブロックの読取値"}, AfterErase: bi{"Reads after a cryptographic erase give", "暗号化消去後の読取"},
		Written: bi{"Written in its life", "総書込量"}, Users: bi{"In use by", "使用者"}, Layout: bi{"Sector layout", "セクタ配置"},
		Guard: bi{"Write protection", "書込み防止"}, Claimed: bi{"Claimed for this program alone", "本プログラムが専有"}, Descriptor: bi{"Opened", "オープン方法"},
		Commands: bi{"Commands sent to the drive", "装置へ送った命令"},
		CommandsNote: bi{"Each is on the list of commands that move no data to the drive and change nothing in it. The bytes of all commands and answers are in report.json.",
			"いずれも、装置へデータを送らず何も変更しない命令の一覧にあるものです。全命令と応答のバイト列は report.json にあります。"},
		Facts: bi{"Every fact", "全項目"}, FactsNote: bi{"With the command it was read from, or why it is not known.", "読み取りに用いた命令、または不明である理由を併記しています。"}, From: bi{"From", "出所"},
		MapTitle: bi{"Map of the medium", "媒体の地図"},
		MapNote: bi{"Position on the medium from left to right, to scale. Residue, unreadable and explained parts are drawn larger than they are, and marked above, so that none is too small to be seen.",
			"左から右へ媒体上の位置を縮尺どおりに示します。残留データ、読取不能、説明済構造は、小さくても見落とされないよう実際より大きく描き、上に印を付けています。"},
		GridTitle: bi{"Map in detail", "詳細地図"},
		GridNote: bi{"The same cells in reading order: 64 to a row, each standing for the same number of bytes. The offset of the first cell stands before each row.",
			"同じ区画を左上から順に、一行に 64 個ずつ並べたものです。各区画は同じバイト数を表します。行頭の数字は先頭区画の位置です。"},
		Entropy: bi{"Entropy", "エントロピー"},
		EntropyNote: bi{"Entropy in bits per byte: mean (line) and range (area) of the blocks that are not fill. Alone it proves nothing: compressed data is high, too.",
			"エントロピー(ビット毎バイト): 一定値以外のブロックの平均(線)と範囲(面)。高いだけでは何も示されません(圧縮データも同程度)。"},
		RandomLine: bi{"random 4 KiB blocks: 7.955", "乱数の 4 KiB ブロック: 7.955"},
		Legend:     bi{"Legend", "凡例"}, MapRow: bi{"Map", "地図"}, Partitions: bi{"Partitions", "区画"}, Examined: bi{"Plan", "検査計画"},
		Plan: bi{"Plan and coverage", "計画と実施範囲"}, Method: bi{"Method", "方法"}, Fraction: bi{"Fraction", "割合"}, Seed: bi{"Seed", "シード値"},
		Power: bi{"Chance to meet residue", "残留データに当たる確率"},
		PowerNote: bi{"The least chance that a sampled block lies wholly inside one contiguous piece of residue of this size, wherever it starts.",
			"連続した残留データがこの大きさで一つあるとき、その位置にかかわらず、標本ブロックの少なくとも一つが完全にその中に入る確率の下限です。"},
		Region: bi{"Region", "領域"}, Expect: bi{"Expected", "期待"}, Planned: bi{"Planned", "計画"},
		Coverage: bi{"Coverage", "実施範囲"}, Read: bi{"Read", "読取済"}, Unread: bi{"Not read", "未読"}, Unreadable: bi{"Unreadable", "読取不能"},
		Holes: bi{"of “Read”: holes, nothing stored", "「読取済」のうちホール(格納なし)"}, HoleNote: bi{": nothing stored", "(ホール。何も格納されていません)"},
		Share:    bi{"Share", "割合"},
		Interval: bi{"Start – end", "始点 – 終点"}, Name: bi{"Name", "名称"}, Type: bi{"Type", "種類"},
		Regions:     bi{"Regions by class", "分類別の領域"},
		RegionsNote: bi{"The most important are listed here, in the order of the medium.", "重要なものを媒体上の順に示します。"},
		Class:       bi{"Class", "分類"}, Meaning: bi{"Meaning", "意味"}, Bytes: bi{"Bytes", "バイト"}, Offset: bi{"Offset", "位置"}, Length: bi{"Length", "長さ"}, Reason: bi{"Reason", "理由"},
		Findings: bi{"Findings", "検出"},
		FindingsNote: bi{"A finding is structured data that is not explained. Previews are masked: x for a letter, 9 for a digit, あ for kana, 漢 for kanji; they show the shape, never the content. Of a file only the part that was checked counts in its length: the file is at least that long.",
			"検出とは、構造があり説明のつかないデータです。抜粋は伏せ字です(x は英字、9 は数字、あ は仮名、漢 は漢字)。形だけを示し、内容は示しません。ファイルの長さは、検査で確認できた部分だけを数えた最小値です。"},
		Labels: bi{"Readable names, labels and tags", "読み取れる名称・ラベル・タグ"},
		LabelsNote: bi{"These can be read on the medium. They are not names that tools give by default: somebody chose them, and they may name a person. Only their shape is shown.",
			"媒体上で読み取れる文字列です。ツールの既定の名称ではなく、利用者が付けたもので、個人名を含む可能性があります。形だけを示します。"},
		Masked: bi{"Shape", "形(伏せ字)"}, Examples: bi{"First places (hexadecimal)", "最初の位置(16 進)"}, AtLeast: bi{"at least", "以上"},
		Noticed: bi{"What would have been noticed", "検出できたはずのもの"}, Piece: bi{"Contiguous piece of", "連続した断片"},
		About:    bi{"What it is about", "判定の対象"},
		NotShown: bi{"Not shown by this", "示されない事項"},
		Counts:   bi{"All findings, by kind", "種類別の全件数"}, Detector: bi{"Detector", "検出器"}, KindOf: bi{"Kind", "種類"}, Count: bi{"Count", "件数"},
		Bits: bi{"Bits", "ビット"}, Preview: bi{"Masked preview", "抜粋(伏せ字)"}, Place: bi{"Place", "場所"},
		NoFindings: bi{"No finding.", "検出はありません。"}, Live: bi{"Live key slots", "有効な鍵スロット"},
		Explanations: bi{"Explained structures", "説明済構造"},
		ExplanationsNote: bi{"These parts are structured, and it is known why: each byte of them has its meaning in its format. Texts in them that somebody chose are not shown here; they are listed below, masked.",
			"構造がありますが、理由が説明できます。各バイトは形式上の意味を持ちます。利用者が付けた文字列は表示せず、下に伏せ字で示します。"},
		NoExplanations: bi{"No structure needed an explanation.", "説明を要する構造はありません。"}, What: bi{"What it is", "内容"},
		Tests: bi{"Statistical tests", "統計的検定"},
		TestsNote: bi{"Weak evidence is added up over windows. The highest score of each size is given, before anything was explained.",
			"弱い証拠は窓の中で合算されます。各窓長での最高得点(説明による除外の前)を示します。"},
		Window: bi{"Window", "窓長"}, Windows: bi{"Windows", "窓数"}, Highest: bi{"Highest score, bits", "最高得点(ビット)"}, Alarms: bi{"At or over threshold", "しきい値以上"}, WholeRegion: bi{"whole region", "領域全体"},
		Rule: bi{"Decision rule", "判定規則"}, Formula: bi{"Formula", "計算式"}, Budget: bi{"False-alarm budget δ", "誤警報の許容確率 δ"}, Threshold: bi{"Threshold θ", "しきい値 θ"}, TestCount: bi{"Tests N", "検定数 N"},
		NotChecked:     bi{"Not checked", "確認していない事項"},
		NotCheckedNote: bi{"Nothing in this report says anything about:", "本報告書は、次の事項について何も述べません。"},
		Evidence:       bi{"Identification and evidence", "識別と証拠"}, Digest: bi{"SHA-256 of the medium", "媒体の SHA-256"}, Tree: bi{"SHA-256 tree (RFC 6962)", "SHA-256 木(RFC 6962)"},
		NoDigest: bi{"No digest of the medium was taken.", "媒体のダイジェストは計算されていません。"}, Covers: bi{"over", "対象"},
		Signed: bi{"Signed by", "署名者"}, Certificate: bi{"Certificate SHA-256", "証明書の SHA-256"},
		Assignment: bi{"Assignment", "依頼"}, Operator: bi{"Operator", "作業者"}, Case: bi{"Case", "案件番号"}, Customer: bi{"Customer", "顧客"},
		Site: bi{"Place", "実施場所"}, Note: bi{"Note", "備考"}, Job: bi{"SHA-256 of the job file", "ジョブファイルの SHA-256"},
		Release: bi{"Booted image", "起動イメージ"}, Attestation: bi{"Attestation of the system", "システムの構成証明"},
		Tool: bi{"Tool", "ツール"}, Times: bi{"Times (UTC, examining machine's clock)", "時刻(UTC、検査機の時計)"}, Started: bi{"Started", "開始"}, Finished: bi{"Finished", "終了"},
		Interruptions: bi{"Interruptions", "中断"}, Stopped: bi{"stopped", "停止"}, Resumed: bi{"resumed", "再開"},
		Verification: bi{"Verification", "検証"}, DriveStatus: bi{"Drive status", "装置の状態"}, Status: bi{"Status", "状態"},
		Validation: bi{"Validation", "妥当性確認"},
		ValidationNote: bi{"The tool verifies; it does not decide. Whether the erasure is accepted is decided by a person, who signs here.",
			"ツールは検証を行うだけで、採否を決定しません。消去を承認するかどうかは、下に署名する者が決定します。"},
		Approved: bi{"approved", "承認"}, Rejected: bi{"rejected", "不承認"}, Person: bi{"Name", "氏名"}, Function: bi{"Function", "役職"}, Date: bi{"Date", "日付"},
		Signature: bi{"Signature", "署名"}, Concurrence: bi{"Concurrence", "同意"},
		ISO: bi{"Items of ISO/IEC 17025:2017, 7.8.2.1", "ISO/IEC 17025:2017 の記載事項"}, NoneRecorded: bi{"none recorded", "記録なし"}, NotStated: bi{"not stated", "記載なし"},
		Unknown: bi{"not known", "不明"}, End: bi{"End of report", "報告書終わり"},
	}
}

// yesNo says a three-state answer.
func yesNo(b *bool) bi {
	switch {
	case b == nil:
		return bi{"not known", "不明"}
	case *b:
		return bi{"yes", "はい"}
	}
	return bi{"no", "いいえ"}
}

// grouped prints an integer with commas.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	digits := strings.TrimPrefix(s, "-")
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return s[:len(s)-len(digits)] + b.String()
}

// number prints a float as short as it can be said exactly.
func number(x float64) string {
	if x != 0 && math.Abs(x) < 1e-4 {
		return strings.Replace(strconv.FormatFloat(x, 'e', -1, 64), "e-0", "e-", 1)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

func binarySize(n int64) string { return bytesize.Report(n) }

// percent says part of whole. It says 100 only of all and 0 only of nothing.
func percent(part, whole int64) string {
	if whole <= 0 || part <= 0 {
		return "0 %"
	}
	if part >= whole {
		return "100 %"
	}
	p := 100 * float64(part) / float64(whole)
	switch {
	case p < 0.01:
		return "< 0.01 %"
	case p > 99.99:
		return "> 99.99 %"
	}
	return strconv.FormatFloat(p, 'f', 2, 64) + " %"
}

// sentence turns a reason, a clause without capital and stop, into a sentence.
func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:] + "."
}

// figures groups the digits of large numbers of bytes, for reading only.
func figures(s string) string {
	re := regexp.MustCompile(`(\d{5,}) (bytes|planned bytes|of|are|バイト)`)
	return re.ReplaceAllStringFunc(s, func(m string) string {
		digits, rest, _ := strings.Cut(m, " ")
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return m
		}
		return grouped(n) + " " + rest
	})
}

func sentenceJA(s string) string {
	if s == "" || strings.HasSuffix(s, "。") {
		return s
	}
	return s + "。"
}
