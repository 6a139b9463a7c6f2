package report

import "shokyo.dev/shokyo/words"

// What residue would have been noticed.
var (
	NothingMeasured = words.Sentence{"Nothing was measured at a threshold as high as this examination's (%[1]s bits).",
		"本検査のしきい値(%[1]s ビット)ほど高いしきい値では測定されていません。"}
	// Measured takes the threshold that was measured at, and that of this examination.
	Measured = words.Sentence{"Measured, not proven: the chance, in percent, that one contiguous piece of data without its header is noticed by its bytes alone, wherever it lies. " +
		"The figures are those of a threshold of %[1]s bits; this examination's is %[2]s. They come from files of a few Debian packages; another program's files of the same type can differ much. " +
		"Readable text, file headers, file systems and keys are noticed by other detectors, from some 50 bytes up. " +
		"What stands at 0 is not noticed: a piece of xz or 7z looks like ciphertext, whatever its size.",
		"実測値であり、証明された値ではありません。ヘッダーのない連続した断片が、そのバイト列だけから検出される確率(%%)を、種類と大きさごとに示します。" +
			"しきい値 %[1]s ビットでの測定値です(本検査のしきい値は %[2]s ビット)。少数の Debian パッケージのファイルで測定したもので、同じ種類でも別のプログラムが作ったファイルでは大きく異なることがあります。" +
			"可読文字列、ファイルヘッダー、ファイルシステム、鍵は、別の検出器が 50 バイト程度から検出します。" +
			"0 の欄は検出されません。xz や 7z の断片は、大きさにかかわらず暗号文のように見えます。"}
	MeasuredOfSample = words.Sentence{" Only a sample was read (%[1]s of the regions): each figure is that of one block, times the chance that the sample meets the piece.",
		"標本のみを読み取ったため(領域の %[1]s)、各値は 1 ブロックの検出率に、標本が断片に当たる確率を掛けたものです。"}
	MeasuredBlocks = words.Sentence{" They were measured with blocks of 4,096 bytes; this examination's have %[1]s.",
		"測定時のブロック長は 4,096 バイトです(本検査は %[1]s バイト)。"}
	// NoticedBrief takes the size of the piece and the figures.
	NoticedBrief = words.Sentence{"The chance to notice one contiguous piece of %[1]s without its header by its bytes alone, as measured: %[2]s. The section of this name has the table.",
		"ヘッダーのない連続した %[1]s の断片 1 個が、そのバイト列だけから検出される確率(実測値): %[2]s。詳しい表は同名の節にあります。"}
)

// PieceTypes are the types of data that were measured, by the codes of scan/power.
var PieceTypes = words.Table{
	"text":        {"text, HTML, XML", "テキスト、HTML、XML"},
	"elf":         {"programs (ELF)", "プログラム(ELF)"},
	"wav":         {"sound, uncompressed (WAV)", "非圧縮音声(WAV)"},
	"jpeg":        {"JPEG pictures", "JPEG 画像"},
	"ogg":         {"Ogg Vorbis sound", "Ogg Vorbis 音声"},
	"png":         {"PNG pictures", "PNG 画像"},
	"bzip2":       {"bzip2", "bzip2"},
	"gzip-6":      {"gzip -6", "gzip -6"},
	"gzip-manual": {"gzip (manuals)", "gzip(マニュアル)"},
	"zip":         {"ZIP, JAR", "ZIP、JAR"},
	"zstd-3":      {"zstd -3", "zstd -3"},
	"zstd-12":     {"zstd -12", "zstd -12"},
	"webp":        {"WebP pictures", "WebP 画像"},
	"xz":          {"xz, 7z", "xz、7z"},
}
