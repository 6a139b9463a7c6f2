package power

// Group is what a reader knows as one thing, and Kind a format in it. Types of a kind
// differ in the encoder or in its setting: the weakest speaks for it. What groups and
// kinds are called stands in words/report.
type (
	Group struct {
		Code  string
		Kinds []Kind
	}
	Kind struct {
		Code  string
		Types []string
	}
)

// one is a kind of one type.
func one(code string) Kind { return Kind{code, []string{code}} }

// Groups are all types that were or are measured, each once, in the order of a report.
var Groups = []Group{
	{"photographs", []Kind{one("jpeg"), one("heic"), one("webp"), one("png")}},
	{"music", []Kind{one("mp3"), one("aac"), {"vorbis", []string{"vorbis", "ogg"}}, one("opus"), one("flac"), one("wav")}},
	{"film", []Kind{one("h264"), one("hevc"), one("vp9"), one("av1")}},
	{"documents", []Kind{one("pdf"), one("ooxml")}},
	{"text", []Kind{{"text-latin", []string{"text", "text-ascii"}}, {"text-japanese", []string{"text-utf8-ja", "text-sjis", "text-eucjp", "text-utf16"}}}},
	{"archives", []Kind{
		one("zip"), {"gzip", []string{"gzip-1", "gzip-6", "gzip-9", "gzip-other", "gzip-manual"}}, one("bzip2"),
		{"zstd", []string{"zstd-3", "zstd-12", "zstd-19", "zstd-other"}}, one("lz4"), one("snappy"), one("brotli"),
		one("xz"), one("7z"), one("deb"), one("lzip"), one("lzma1"),
	}},
	{"programs", []Kind{one("elf")}},
	{"databases", []Kind{one("sqlite")}},
	{"fonts", []Kind{one("woff2")}},
}
