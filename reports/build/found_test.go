package build

import (
	"testing"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/kinds"
)

func TestSummary(t *testing.T) {
	count := func(detector, kind string, n, bytes int64) reports.FindingCount {
		k := kinds.Of(detector, kind)
		return reports.FindingCount{Detector: detector, Kind: kind, Count: n, Bytes: bytes, Family: k.Family, Name: k.EN, NameJA: k.JA}
	}
	got := summary([]reports.FindingCount{
		count("text", "utf-8", 1234, 5<<20), count("signature", "docx", 6, 348), count("signature", "jpeg", 8, 1), count("signature", "png", 2, 1),
		count("signature", "pdf", 14, 1), count("statistics", "byte-distribution", 3, 12288), count("filesystem", "ext-superblock", 1, 1024),
		count("filesystem", "ext-directory", 4, 4096), count("keys", scan.LiveKeySlot, 2, 1), count("signature", "brand-new", 1, 1), count("augury", "unheard-of", 1, 1),
	})
	want := words.Text{EN: "keys: LUKS header with live key slots (2); file systems: ext2/3/4 (5); at least 20 documents (14 PDF, 6 Word (docx)); at least 10 pictures (8 JPEG, 2 PNG); " +
		"at least 1 other file (1 brand-new); pieces of readable text: 1,234, 5 MiB; stretches of bytes that are not random: 3, 12 KiB; augury: unheard-of (1)",
		JA: "鍵: 有効な鍵スロットを持つ LUKS ヘッダー(2)、ファイルシステム: ext2/3/4(5)、文書 20 件以上(PDF 14、Word (docx) 6)、画像 10 件以上(JPEG 8、PNG 2)、" +
			"その他のファイル 1 件以上(brand-new 1)、可読文字列 1,234 件(5 MiB)、乱数ではないバイト列 3 箇所(12 KiB)、augury: unheard-of(1)"}
	if got != want {
		t.Errorf("got\n%s\n%s\nwant\n%s\n%s", got.EN, got.JA, want.EN, want.JA)
	}
	if got := summary(nil); got != (words.Text{}) {
		t.Errorf("nothing found gives %+v", got)
	}
}
