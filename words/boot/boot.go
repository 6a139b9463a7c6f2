// Package boot has what a TPM's quote says of the system that was booted, and how far that
// goes. It is printed in English.
package boot

import "shokyo.dev/shokyo/words"

// What came of the event log.
var (
	LogAbsent     = words.Text{EN: "absent", JA: "なし"}
	LogUnreadable = words.Text{EN: "unreadable", JA: "読取り不能"}
	LogDiffers    = words.Text{EN: "does not fit", JA: "一致しません"}
	LogFits       = words.Text{EN: "its digests fit; what it says beside them is not signed", JA: "ダイジェストは一致しますが、ログのその他の記述は署名されていません"}
)

// What differs. Differs takes the PCR, one of Measured, what it is and what the image gives.
var (
	Overridden = words.Text{EN: "PCR 12 is not zero: the kernel's command line was overridden when the machine was started",
		JA: "PCR 12 がゼロではありません。起動時にカーネルのコマンドラインが変更されています"}
	Differs = words.Sentence{"PCR %[1]d (%[2]s) is %[3]x, the image gives %[4]x", "PCR %[1]d(%[2]s)の値は %[3]x ですが、イメージの値は %[4]x です"}
)

// What the PCRs measure.
var (
	Program     = words.Text{EN: "the program that was booted", JA: "起動されたプログラム"}
	CommandLine = words.Text{EN: "kernel command line and initramfs", JA: "カーネルのコマンドラインと initramfs"}
	KernelParts = words.Text{EN: "parts of the kernel image", JA: "カーネルイメージの各部"}
	Override    = words.Text{EN: "override of the command line", JA: "コマンドラインの変更"}
)

// Recorded is what to do about the notes ak-….
var Recorded = words.Text{EN: "compare the key's name with the one you recorded of this machine",
	JA: "鍵の名前を、この機器について記録した名前と比較してください"}

// What a certificate is told by.
var (
	IssuedBy              = words.Sentence{"issued by %[1]s", "発行者: %[1]s"}
	CertificateUnreadable = words.Text{EN: "unreadable", JA: "読取り不能"}
)

// Notes are what a reader of a valid quote should know, by code. Those of ak-certified and
// ak-not-bound take the name in a certificate and Recorded, that of ak-unproven Recorded.
var Notes = words.Table{
	"ak-certified": {"a certificate of the attestation key names %[1]s as its issuer; nobody has checked that, and anybody can make one with that name: %[2]s",
		"アテステーション鍵の証明書に発行者として %[1]s が記載されています。これは検証されておらず、その名前の証明書は誰でも作成できます。%[2]s"},
	"ak-not-bound": {"an endorsement certificate of a TPM (%[1]s) is there, but a quote on file can not show that the attestation key lies in that TPM: %[2]s",
		"TPM のエンドースメント証明書(%[1]s)がありますが、保存されたクォートからは、アテステーション鍵がその TPM にあることは示せません。%[2]s"},
	"ak-unproven": {"no certificate says that the attestation key lies in a real TPM: a program can imitate one; %[1]s",
		"アテステーション鍵が実際の TPM にあることを示す証明書がありません。TPM はプログラムで模倣できます。%[1]s"},
	"event-log-unreadable": {"the event log is damaged; the quote does not depend on it", "イベントログが破損しています。クォートの有効性には影響しません"},
	"event-log-differs": {"the event log does not give the values that were quoted; the quote does not depend on it, but do not believe the log",
		"イベントログから得られる値はクォートの値と一致しません。クォートの有効性には影響しませんが、ログを信用しないでください"},
	"not-compared": {"the quote was not compared with an image: pass --manifest FILE", "クォートをイメージと比較していません。--manifest FILE を指定してください"},
}
