package report

import "shokyo.dev/shokyo/words"

// What residue would have been noticed.
var (
	// NothingMeasured takes the threshold and the depth.
	NothingMeasured = words.Sentence{"Nothing was measured for a threshold as high as this examination's (%[1]s bits) at its depth (%[2]s).",
		"本検査のしきい値(%[1]s ビット)と検査の深さ(%[2]s)に対応する測定値はありません。"}
	// Measured takes the threshold that was measured at, and that of this examination.
	Measured = words.Sentence{"Measured, not proven: of 100 contiguous pieces of data without the beginning of their file, laid into ciphertext, so many are noticed. " +
		"The figures are those of a threshold of %[1]s bits; this examination's is %[2]s. In brackets stands the low end of the 95 %% interval, and the sentences count with that. " +
		"The files come from Debian packages; another program's files of the same type can differ much. " +
		"The beginnings of files, file systems and keys are noticed besides, by their structure.",
		"実測値であり、証明された値ではありません。ファイルの先頭を含まない連続した断片を暗号文の中に置いたとき、100 個のうち何個が検出されるかを示します。" +
			"しきい値 %[1]s ビットでの測定値です(本検査のしきい値は %[2]s ビット)。括弧内は 95 %% 信頼区間の下限で、文章中の数はこの下限によります。" +
			"ファイルは Debian パッケージによるもので、同じ種類でも別のプログラムが作ったファイルでは大きく異なることがあります。" +
			"ファイルの先頭、ファイルシステム、鍵は、このほかに構造から検出されます。"}
	MeasuredOfSample = words.Sentence{" Only a sample was read (%[1]s of the regions): each figure is that of one block, times the chance that the sample meets the piece.",
		"標本のみを読み取ったため(領域の %[1]s)、各値は 1 ブロックの検出率に、標本が断片に当たる確率を掛けたものです。"}
	MeasuredBlocks = words.Sentence{" They were measured with blocks of 4,096 bytes; this examination's have %[1]s.",
		"測定時のブロック長は 4,096 バイトです(本検査は %[1]s バイト)。"}
)

// A group in sentences. NoticedFrom takes kinds, how many of 100 pieces, and from which size on;
// NoticedRarely the same of the largest size; NoticedNever kinds and the largest size.
var (
	NoticedFrom   = words.Sentence{"%[1]s: at least %[2]d of 100 pieces of %[3]s or more", "%[1]s: %[3]s 以上の断片 100 個のうち %[2]d 個以上"}
	NoticedRarely = words.Sentence{"%[1]s: at least %[2]d of 100 pieces of %[3]s, and fewer of smaller ones", "%[1]s: %[3]s の断片 100 個のうち %[2]d 個以上(より小さい断片ではさらに少なくなります)"}
	NoticedNever  = words.Sentence{"%[1]s: not noticed, also not a piece of %[2]s", "%[1]s: 検出できません(%[2]s の断片でも)"}
)

// NextKinds stands between kinds of which different things are said: a comma stands between
// those of which the same is.
var NextKinds = words.Text{EN: "; ", JA: " / "}

// The first page, and what can not be noticed.
var (
	// NoticedBrief takes how many of 100, and a list of BriefFrom.
	NoticedBrief = words.Sentence{"A contiguous piece of data without the beginning of its file would have been noticed, at least %[1]d times in 100 as measured: %[2]s.",
		"ファイルの先頭を含まない連続した断片が、実測で 100 回のうち %[1]d 回以上検出される大きさ: %[2]s。"}
	// BriefFrom takes a size and kinds.
	BriefFrom = words.Sentence{"from %[1]s: %[2]s", "%[1]s 以上: %[2]s"}
	// BriefNone takes the largest size and how many of 100.
	BriefNone = words.Sentence{"No piece of data of %[1]s or less would have been noticed %[2]d times in 100.",
		"%[1]s 以下の断片で、100 回のうち %[2]d 回以上検出されるものはありません。"}
	// NotNoticed takes how many of 100, and a list of NotNoticedOf.
	NotNoticed = words.Sentence{" Not noticed, or fewer than %[1]d times in 100: a piece of %[2]s.",
		"検出できない、または 100 回のうち %[1]d 回未満のもの: %[2]s。"}
	// NotNoticedOf takes a size and kinds.
	NotNoticedOf = words.Sentence{"%[1]s or less of %[2]s", "%[2]s の %[1]s 以下の断片"}
)

// PieceGroups are what a reader knows as one thing, by the codes of scan/power.
var PieceGroups = words.Table{
	"photographs": {"Photographs and pictures", "写真・画像"},
	"music":       {"Music and speech", "音楽・音声"},
	"film":        {"Film", "動画"},
	"documents":   {"Documents", "文書"},
	"text":        {"Text", "テキスト"},
	"archives":    {"Archives and compressed files", "アーカイブ・圧縮ファイル"},
	"programs":    {"Programs", "プログラム"},
	"databases":   {"Databases", "データベース"},
	"fonts":       {"Fonts", "フォント"},
}

// PieceKinds are the kinds in them.
var PieceKinds = words.Table{
	"jpeg": {"JPEG", "JPEG"}, "heic": {"HEIC", "HEIC"}, "webp": {"WebP", "WebP"}, "png": {"PNG", "PNG"},
	"mp3": {"MP3", "MP3"}, "aac": {"AAC", "AAC"}, "vorbis": {"Ogg Vorbis", "Ogg Vorbis"}, "opus": {"Opus", "Opus"}, "flac": {"FLAC", "FLAC"},
	"wav":  {"uncompressed sound (WAV)", "非圧縮音声(WAV)"},
	"h264": {"H.264", "H.264"}, "hevc": {"HEVC", "HEVC"}, "vp9": {"VP9", "VP9"}, "av1": {"AV1", "AV1"},
	"pdf": {"PDF", "PDF"}, "ooxml": {"office files", "Office 文書"},
	"text-latin": {"text in Latin letters", "欧文テキスト"}, "text-japanese": {"Japanese text", "日本語テキスト"},
	"zip": {"ZIP", "ZIP"}, "gzip": {"gzip", "gzip"}, "bzip2": {"bzip2", "bzip2"}, "zstd": {"Zstandard", "Zstandard"}, "lz4": {"LZ4", "LZ4"},
	"snappy": {"Snappy", "Snappy"}, "brotli": {"Brotli", "Brotli"}, "xz": {"xz", "xz"}, "7z": {"7-Zip", "7-Zip"}, "deb": {"Debian packages", "Debian パッケージ"},
	"lzip": {"lzip", "lzip"}, "lzma1": {"LZMA", "LZMA"},
	"elf": {"machine code", "機械語"}, "sqlite": {"SQLite", "SQLite"}, "woff2": {"WOFF2", "WOFF2"},
}

// PieceTypes are the types of data that were measured.
var PieceTypes = words.Table{
	"text": {"text, HTML, XML", "テキスト、HTML、XML"}, "text-ascii": {"text, ASCII", "テキスト(ASCII)"},
	"text-utf8-ja": {"Japanese, UTF-8", "日本語(UTF-8)"}, "text-sjis": {"Japanese, Shift_JIS", "日本語(Shift_JIS)"},
	"text-eucjp": {"Japanese, EUC-JP", "日本語(EUC-JP)"}, "text-utf16": {"text, UTF-16", "テキスト(UTF-16)"},
	"elf": {"programs (ELF)", "プログラム(ELF)"}, "sqlite": {"SQLite", "SQLite"}, "woff2": {"WOFF2", "WOFF2"},
	"wav":  {"sound, uncompressed (WAV)", "非圧縮音声(WAV)"},
	"jpeg": {"JPEG pictures", "JPEG 画像"}, "png": {"PNG pictures", "PNG 画像"}, "webp": {"WebP pictures", "WebP 画像"}, "heic": {"HEIC pictures", "HEIC 画像"},
	"mp3": {"MP3", "MP3"}, "aac": {"AAC", "AAC"}, "vorbis": {"Ogg Vorbis", "Ogg Vorbis"}, "ogg": {"Ogg Vorbis sound", "Ogg Vorbis 音声"},
	"opus": {"Opus", "Opus"}, "flac": {"FLAC", "FLAC"},
	"h264": {"H.264 film", "H.264 動画"}, "hevc": {"HEVC film", "HEVC 動画"}, "vp9": {"VP9 film", "VP9 動画"}, "av1": {"AV1 film", "AV1 動画"},
	"pdf": {"PDF", "PDF"}, "ooxml": {"office files (OOXML)", "Office 文書(OOXML)"},
	"zip": {"ZIP, JAR", "ZIP、JAR"}, "gzip-1": {"gzip -1", "gzip -1"}, "gzip-6": {"gzip -6", "gzip -6"}, "gzip-9": {"gzip -9", "gzip -9"},
	"gzip-other": {"gzip, other encoders", "gzip(他のエンコーダー)"}, "gzip-manual": {"gzip (manuals)", "gzip(マニュアル)"},
	"bzip2": {"bzip2", "bzip2"}, "zstd-3": {"zstd -3", "zstd -3"}, "zstd-12": {"zstd -12", "zstd -12"}, "zstd-19": {"zstd -19", "zstd -19"},
	"zstd-other": {"zstd, other encoders", "zstd(他のエンコーダー)"},
	"xz":         {"xz", "xz"}, "7z": {"7-Zip", "7-Zip"}, "deb": {"Debian packages", "Debian パッケージ"}, "lzip": {"lzip", "lzip"}, "lzma1": {"LZMA", "LZMA"},
	"brotli": {"Brotli", "Brotli"}, "lz4": {"LZ4", "LZ4"}, "snappy": {"Snappy", "Snappy"},
}
