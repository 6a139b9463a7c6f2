package report

import "shokyo.dev/shokyo/words"

// ISOItems are what ISO/IEC 17025:2017 clause 7.8.2.1 wants in a report, by their letters.
var ISOItems = words.Table{
	"a": {"title", "標題"},
	"b": {"laboratory, name and address", "試験所の名称及び住所"},
	"c": {"place where it was done", "実施場所"},
	"d": {"unique identification", "固有の識別"},
	"e": {"customer", "顧客"},
	"f": {"method", "方法"},
	"g": {"item", "品目"},
	"h": {"date of receipt", "受領日"},
	"i": {"dates of performance", "実施日"},
	"j": {"date of issue", "発行日"},
	"k": {"sampling plan", "サンプリング計画"},
	"l": {"scope of the results", "結果の範囲"},
	"m": {"results with units", "結果及び単位"},
	"n": {"deviations from the method", "方法からの逸脱"},
	"o": {"authorised by", "承認者"},
	"p": {"results from external providers", "外部提供者の結果"},
}

// What the tool can say to them.
var (
	ISOLaboratory    = words.Sentence{"%[1]s (name from the certificate; address not stated)", "%[1]s(証明書による名称。住所は記載なし)"}
	ISOCase          = words.Sentence{"%[1]s; case %[2]s", "%[1]s。案件番号 %[2]s"}
	ISOOrder         = words.Sentence{"%[1]s; order %[2]s", "%[1]s。依頼番号 %[2]s"}
	ISOLabelled      = words.Sentence{"%[1]s; labelled %[2]s", "%[1]s。銘板の表示 %[2]s"}
	ISOAsset         = words.Sentence{"%[1]s; asset number %[2]s", "%[1]s。管理番号 %[2]s"}
	ISOCondition     = words.Sentence{"%[1]s; condition: %[2]s", "%[1]s。状態: %[2]s"}
	ISOReceived      = words.Sentence{"received %[1]s", "受領 %[1]s"}
	ISOSampled       = words.Sentence{"taken out of use %[1]s", "採取 %[1]s"}
	ISOMethod        = words.Sentence{"%[1]s; %[2]s; %[3]s", "%[1]s。%[2]s。%[3]s"}
	ISONoSample      = words.Text{EN: "none: every byte of the regions was to be read", JA: "なし(対象領域の全バイトを対象)"}
	ISOSample        = words.Sentence{"%[1]s; seed and regions under “Plan”", "%[1]s。シード値と領域は「計画」に記載"}
	ISOScope         = words.Sentence{"The results relate only to the item examined, and of it to %[1]s.", "結果は検査した品目のうち、次の範囲にのみ関するものです(%[1]s)。"}
	ISOUnits         = words.Text{EN: "this report; bytes, bits, bits per byte", JA: "本報告書。単位はバイト、ビット、ビット毎バイト"}
	ISONoDeviation   = words.Text{EN: "none recorded", JA: "記録なし"}
	ISOInterruptions = words.Sentence{"%[1]d interruptions, listed under “Times”", "中断 %[1]d 回(「時刻」に記載)"}
	ISONone          = words.Text{EN: "none", JA: "なし"}
)
