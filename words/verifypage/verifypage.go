// Package verifypage has what the page says that checks a report in a browser.
package verifypage

import "shokyo.dev/shokyo/words"

// What stands on the page before anything is checked.
var (
	Title  = words.Text{EN: "Check a report of shokyo", JA: "shokyo 報告書の検証"}
	Drop   = words.Text{EN: "Drop report.pdf, or the ZIP of a bundle, here", JA: "report.pdf または報告書一式の ZIP をここにドロップ"}
	Choose = words.Text{EN: "Report (PDF or ZIP)", JA: "報告書(PDF または ZIP)"}
	Cert   = words.Text{EN: "Certificate of the laboratory, or of the authorities that vouch for it, from somebody you trust (PEM; may be left out)", JA: "信頼できる経路で入手した、試験所またはその認証局の証明書(PEM、省略可)"}
	More   = words.Text{EN: "More to hold it against", JA: "その他の確認資料"}
	Lists  = words.Text{EN: "Revocation lists of these authorities (may be left out)", JA: "上記認証局の失効リスト(省略可)"}
	Stamps = words.Text{EN: "Certificates of timestamp authorities, or of their roots (PEM; where given, the report must have a timestamp by one of them)", JA: "時刻認証局またはそのルートの証明書(PEM、省略可。指定した場合、その認証局によるタイムスタンプが必要)"}
	Local  = words.Text{EN: "Everything happens in this browser. The page works without a network and sends nothing.",
		JA: "検証はすべてこのブラウザー内で行われます。ネットワーク接続は不要で、何も送信しません。"}
	Loading  = words.Text{EN: "The program is being loaded …", JA: "プログラムを読み込んでいます…"}
	Ready    = words.Text{EN: "Ready.", JA: "準備ができました。"}
	Checking = words.Text{EN: "The report is being checked. This takes some seconds …", JA: "検証しています。数秒かかります…"}
	TooOld   = words.Text{EN: "This browser can not run the page: WebAssembly and DecompressionStream are needed.", JA: "このブラウザーでは動作しません。WebAssembly と DecompressionStream に対応したものが必要です。"}
)

// What the answer means.
var (
	ValidMeans         = words.Text{EN: "The report is as it was signed, by the key of the certificate that you gave, or of one that the authorities you gave vouch for.", JA: "報告書は署名時のままであり、指定された証明書の鍵、または指定された認証局が証明する鍵で署名されています。"}
	SignerUnknownMeans = words.Text{EN: "The report is as it was signed. Who signed is not known: anybody can make a certificate with any name. Give the certificate of the laboratory.",
		JA: "報告書は署名時のままです。ただし署名者は確認されていません。証明書の名称は誰でも任意に付けられるため、試験所の証明書を指定してください。"}
	NotValidMeans   = words.Text{EN: "Do not rely on this report.", JA: "この報告書は信頼できません。"}
	NotCheckedMeans = words.Text{EN: "It could not be checked, so nothing is known of it.", JA: "検証できなかったため、真偽は不明です。"}
)

// The lines of a report that is whole.
var (
	Verdict     = words.Text{EN: "Verdict", JA: "判定"}
	About       = words.Text{EN: "About", JA: "判定の対象"}
	Medium      = words.Text{EN: "Medium", JA: "媒体"}
	Number      = words.Text{EN: "Report", JA: "報告書番号"}
	Signer      = words.Text{EN: "Signed by (as the certificate says)", JA: "署名者(証明書の記載)"}
	Certificate = words.Text{EN: "SHA-256 of the certificate", JA: "証明書の SHA-256"}
	Signed      = words.Text{EN: "Signed, by the signer's clock", JA: "署名日時(署名者の時計)"}
	Timestamp   = words.Text{EN: "Timestamp", JA: "タイムスタンプ"}
	// StampedBy takes the time and the authority.
	StampedBy    = words.Sentence{"%[1]s, by %[2]s (whose word that is was not asked: give certificates of timestamp authorities)", "%[1]s、発行者 %[2]s(発行者は未確認。時刻認証局の証明書を指定すると確認できます)"}
	StampTrusted = words.Sentence{"%[1]s, by %[2]s, whom the given certificates vouch for", "%[1]s、発行者 %[2]s(指定された証明書により確認済み)"}
	Authority    = words.Text{EN: "Vouched for by the authority", JA: "署名者を証明した認証局"}
	NoStamp      = words.Text{EN: "none: the time is the signer's word alone", JA: "なし(日時は署名者の申告のみによります)"}
	Second       = words.Text{EN: "Second signature", JA: "第二署名"}
	ThrowAway    = words.Text{EN: "throw-away identity: nobody answers for it", JA: "使い捨ての署名鍵: 署名者を特定できません"}
	Problem      = words.Text{EN: "Not right", JA: "不備"}
	Note         = words.Text{EN: "Note", JA: "注意"}
	Attested     = words.Text{EN: "The word of a TPM lies with the report. This page does not look at it; shokyo verify does.", JA: "TPM による証明が付属していますが、本ページでは確認しません。shokyo verify で確認できます。"}
	Pages        = words.Text{EN: "The report, rendered from what was signed", JA: "署名された内容から生成した報告書"}
)
