// Package cases has what is said of a case: its outcome, its lines, why each is what it is, and
// what is wrong with evidence.
package cases

import "shokyo.dev/shokyo/words"

// Outcomes are the joint answers, in a word and in a sentence.
var (
	Outcomes = words.Table{
		"erased":       {"erased", "消去済"},
		"not-erased":   {"not erased", "未消去"},
		"void":         {"void", "無効"},
		"insufficient": {"insufficient", "証拠不足"},
	}
	Meanings = words.Table{
		"erased":       {"Every line that the case asks for is met by the evidence listed.", "本案件で求められるすべての項目が、列挙した証拠によって満たされています。"},
		"not-erased":   {"Evidence shows that data, or a key that opens it, is still there.", "データ、またはデータを開くことのできる鍵が残っていることを示す証拠があります。"},
		"void":         {"The test did not see what it had to see on the control. It proves nothing about the target.", "対照媒体で検出できるはずのものを検出できませんでした。この試験は対象媒体について何も示しません。"},
		"insufficient": {"Evidence is missing, refused, or does not suffice. Nothing is shown either way.", "証拠が欠けているか、採用できないか、十分ではありません。消去されたとも、されていないとも示されません。"},
	}
)

// Lines are what a case may ask for.
var Lines = words.Table{
	"vouched":        {"It is stated whose evidence is taken, and all that is signed is theirs", "証拠を採用する署名者が定められ、署名のある証拠がすべてその者によるものであること"},
	"target-clean":   {"On every target, all of the medium was examined and nothing readable was found", "すべての対象媒体で、全体を検査し、読み取れるデータが見つからないこと"},
	"corpus-absent":  {"Files known to have been stored were looked for on every target, and none was found", "保存されていたことが分かっているファイルをすべての対象媒体で探し、見つからないこと"},
	"blocks-changed": {"Blocks of every target that were recorded before the erasure all read differently", "消去前に記録したブロックが、すべての対象媒体で、いずれも変化していること"},
	"control-sees":   {"On the control, which was not erased, the same test sees the same files", "消去していない対照媒体では、同じ試験で同じファイルが見えること"},
	"survivor-whole": {"What was not to be erased is unharmed", "消去の対象でないものが損なわれていないこと"},
	"keys-gone":      {"Every key of the erased volumes is gone, and no copy is left", "消去したボリュームのすべての鍵が破棄され、写しも残っていないこと"},
	"logs-agree":     {"Logs tell of the whole life of each of these keys, and agree with themselves", "これらの鍵の経過の全体がログに記録され、矛盾がないこと"},
	"checklist":      {"Every item of the checklists is answered, and met", "チェックリストの全項目に回答があり、満たされていること"},
}

// Results are those of a line.
var Results = words.Table{
	"open":    {"not shown", "示されていない"},
	"met":     {"met", "満たす"},
	"refuted": {"refuted", "反証あり"},
	"void":    {"void", "無効"},
}

// Reasons say why a line is what it is.
var Reasons = words.Table{
	"no-signers":            {"the case names no signers: anybody can have made the evidence (case.toml, signers)", "案件に署名者の指定がなく、証拠は誰でも作成できたものです(case.toml の signers)"},
	"signers-named":         {"signers whose evidence is taken: %[1]d", "証拠を採用する署名者 %[1]d 名"},
	"case-open":             {"%[1]s: does not say for which case it was made", "%[1]s: どの案件のために作成されたかの記載がありません"},
	"no-target":             {"there is no report of a target", "対象媒体の検査報告書がありません"},
	"target-residue":        {"%[1]s: residue was found", "%[1]s: 残留データが検出されています"},
	"target-open":           {"%[1]s: the examination is inconclusive", "%[1]s: 検査結果は判定不能です"},
	"target-part":           {"%[1]s: only a part of the medium, or a sample, was judged", "%[1]s: 媒体の一部または標本のみの判定です"},
	"target-met":            {"%[1]s: no residue on the whole medium", "%[1]s: 媒体全体で残留データは検出されませんでした"},
	"no-corpus":             {"%[1]s: no known files were looked for", "%[1]s: 既知のファイルを探していません"},
	"corpus-differs":        {"%[1]s: not the files that were looked for on the targets", "%[1]s: 対象媒体で探したものと異なるファイルを探しています"},
	"corpus-found":          {"%[1]s: %[2]d sectors of known files were found", "%[1]s: 既知ファイルのセクタが %[2]d 個見つかっています"},
	"corpus-none":           {"%[1]s: none of %[2]d sectors of known files was found", "%[1]s: 既知ファイルの %[2]d セクタはいずれも見つかりませんでした"},
	"no-baseline":           {"%[1]s: not held against blocks recorded before the erasure of a drive that encrypts by itself", "%[1]s: 消去前に記録したブロック(装置自身が暗号化する場合)と比較していません"},
	"blocks-unchanged":      {"%[1]s: %[2]d of %[3]d recorded blocks are unchanged", "%[1]s: 記録したブロック %[3]d 個のうち %[2]d 個が変化していません"},
	"blocks-few":            {"%[1]s: only %[2]d recorded blocks were compared", "%[1]s: 比較できた記録ブロックが %[2]d 個しかありません"},
	"blocks-changed":        {"%[1]s: all of %[2]d recorded blocks read differently", "%[1]s: 記録したブロック %[2]d 個はすべて変化しています"},
	"baseline-unvouched":    {"%[1]s: whose record the blocks were was not demanded (scan --baseline-cert)", "%[1]s: ブロックの記録者を指定していません(scan --baseline-cert)"},
	"baseline-unidentified": {"%[1]s: no serial number or WWN says that this is the medium that was recorded", "%[1]s: 記録した媒体と同一であることは、シリアル番号または WWN では確認できません"},
	"no-control":            {"there is no report of a control", "対照媒体の検査報告書がありません"},
	"control-blind":         {"%[1]s: only %[2]s of the known files was seen, %[3]s is demanded", "%[1]s: 既知ファイルのうち %[2]s しか検出されていません(要求は %[3]s)"},
	"control-saw":           {"%[1]s: %[2]s of the known files was seen, %[3]s is demanded", "%[1]s: 既知ファイルのうち %[2]s を検出しました(要求は %[3]s)"},
	"settings-differ":       {"%[1]s: examined with other settings or another version than the targets", "%[1]s: 対象媒体と異なる設定または版で検査されています"},
	"same-medium":           {"%[1]s: has the serial number of a target", "%[1]s: 対象媒体と製造番号が同じです"},
	"no-survivor":           {"there is no list of what had to survive from before and after", "存続すべきものの消去前後の一覧がありません"},
	"survivor-same":         {"the lists from before and after are the same", "消去前後の一覧は一致しています"},
	"survivor-changed":      {"the lists from before and after differ", "消去前後の一覧が異なります"},
	"no-keys":               {"nothing is said of any key, or no erased volume is stated", "鍵に関する証拠がないか、消去したボリュームが申告されていません"},
	"key-gone":              {"key %[1]s of %[2]s: complete", "%[2]s の鍵 %[1]s: 完全"},
	"key-there":             {"key %[1]s of %[2]s: the key or a copy is there (%[3]s)", "%[2]s の鍵 %[1]s: 鍵または写しが存在します(%[3]s)"},
	"key-open":              {"key %[1]s of %[2]s: not shown (%[3]s)", "%[2]s の鍵 %[1]s: 示されていません(%[3]s)"},
	"no-logs":               {"no log tells of a key", "鍵に関するログがありません"},
	"logs-consistent":       {"key %[1]s of %[2]s: the logs are consistent", "%[2]s の鍵 %[1]s: ログは整合しています"},
	"logs-inconsistent":     {"key %[1]s of %[2]s: the logs are inconsistent (%[3]s)", "%[2]s の鍵 %[1]s: ログが整合しません(%[3]s)"},
	"logs-insufficient":     {"key %[1]s of %[2]s: the logs do not suffice (%[3]s)", "%[2]s の鍵 %[1]s: ログが十分ではありません(%[3]s)"},
	"no-checklist":          {"there is no checklist", "チェックリストがありません"},
	"items-met":             {"checklist items that are met: %[1]d", "満たされた項目 %[1]d 件"},
	"item-unanswered":       {"item %[1]s is not answered", "項目 %[1]s に回答がありません"},
	"item-not-met":          {"item %[1]s is not met", "項目 %[1]s が満たされていません"},
	"item-unsigned":         {"item %[1]s names no auditor, date or reason", "項目 %[1]s に監査者、日付または理由がありません"},
	"item-unsupported":      {"item %[1]s names evidence that is not in the case", "項目 %[1]s の証拠が案件にありません"},
}

// Problems say why evidence is refused.
var Problems = words.Table{
	"missing":        {"is missing", "見つかりません"},
	"changed":        {"is not as it was added: it was damaged or changed", "追加時から変化しています(破損または改変)"},
	"not-valid":      {"is not valid: %[1]s", "有効ではありません: %[1]s"},
	"another-case":   {"belongs to another case: %[1]s", "別の案件のものです: %[1]s"},
	"future":         {"is from the future: %[1]s", "未来の日時のものです: %[1]s"},
	"another-signer": {"is signed by another than the case allows: %[1]s", "案件で認められていない者の署名です: %[1]s"},
	"rejected":       {"was rejected by %[1]s", "%[1]s により不承認とされています"},
	"repeated":       {"is the same as %[1]s", "%[1]s と同一です"},
}

// Kinds and Roles are those of evidence.
var (
	Kinds = words.Table{
		"bundle":          {"report of an examination", "検査報告書"},
		"keys":            {"evidence of keys", "鍵の証拠"},
		"checklist":       {"checklist", "チェックリスト"},
		"survivor-before": {"list of what survives, before", "存続対象の一覧(消去前)"},
		"survivor-after":  {"list of what survives, after", "存続対象の一覧(消去後)"},
		"certificate":     {"certificate of others", "他者の証明書"},
		"photograph":      {"photograph", "写真"},
		"document":        {"document", "文書"},
	}
	Roles = words.Table{
		"target":   {"target", "対象"},
		"control":  {"control", "対照"},
		"survivor": {"survivor", "存続"},
	}
)

// Page has the labels of the joint report.
var Page = words.Table{
	"Title":    {"Joint report on an erasure", "消去に関する総合報告書"},
	"Case":     {"Case", "案件"},
	"Customer": {"Customer", "依頼者"},
	"Made":     {"Made", "作成日時"},
	"Signer":   {"Signed by", "署名者"},
	"Tool":     {"Made with", "作成ツール"},
	"Lines":    {"What the case asks for", "案件で求められる項目"},
	"Line":     {"Line", "項目"},
	"Required": {"required", "必須"},
	"Result":   {"Result", "結果"},
	"Why":      {"Why", "理由"},
	"Evidence": {"Evidence", "証拠"},
	"Kind":     {"Kind", "種類"},
	"Digest":   {"SHA-256", "SHA-256"},
	"Refused":  {"Evidence that was refused", "採用しなかった証拠"},
	"Keys":     {"Keys", "鍵"},
	"ThrowAway": {"The signature is of a throw-away identity: it shows that the report is unchanged, not who made it.",
		"この署名は使い捨ての識別によるもので、報告書が変更されていないことは示しますが、作成者は示しません。"},
	"NotShown": {"This report joins what the evidence says. It does not show that the evidence given is all there is, nor that volumes, keys and times were stated truthfully.",
		"本報告書は、提出された証拠の内容を総合したものです。証拠がすべて提出されていること、ならびに申告されたボリューム、鍵および日時が真実であることは示しません。"},
}
