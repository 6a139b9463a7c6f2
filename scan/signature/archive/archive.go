// Package archive knows the beginnings of archives and compressed files, and tells what kind of
// document a ZIP archive is. Compressed streams are decoded a little way: random bytes do not
// decode (package deflate; Zstandard is fenced in zstd.go).
//
// To add a kind, add a row to Formats and a parser that reads like the header does.
package archive

import (
	"bytes"
	"hash/crc32"
	"math"
	"strings"

	"shokyo.dev/shokyo/scan/compressed/deflate"
	"shokyo.dev/shokyo/scan/proof"
)

// Formats are archives and compressed files, in the order in which they are tried.
var Formats = []proof.Format{
	proof.File("PK\x03\x04", zip, "zip", "docx", "xlsx", "pptx", "odt", "ods", "odp", "odf", "epub", "jar", "apk"),
	proof.File("PK\x01\x02", zipDirectory, "zip-directory"),
	proof.File("PK\x05\x06", zipEnd, "zip-directory"),
	proof.File("7z\xbc\xaf\x27\x1c", sevenZip, "7z"),
	proof.File("Rar!\x1a\x07\x00", rar4, "rar"),
	proof.File("Rar!\x1a\x07\x01\x00", rar5, "rar"),
	proof.File("\x1f\x8b\x08", gzip, "gzip"),
	proof.File("BZh", bzip2, "bzip2"),
	proof.File("\xfd7zXZ\x00", xz, "xz"),
	proof.File("\x28\xb5\x2f\xfd", zstdFrame, "zstd"),
	proof.File("\x04\x22\x4d\x18", lz4, "lz4"),
	proof.File("\x5d\x00\x00", lzma, "lzma"),
	proof.File("MSCF", cab, "cab"),
	proof.File("!<arch>\n", ar, "ar", "deb"),
	proof.File("07070", cpio, "cpio"),
	proof.FileAt(257, "ustar", tar, "tar"),
	proof.File("\xed\xab\xee\xdb", rpm, "rpm"),
	proof.File("xar!", xar, "xar"),
	proof.FileAt(2, "-lh", lzh, "lzh"),
	proof.FileAt(2, "-lh", lzh2, "lzh"),
}

// Sets of this room.
var (
	hexDigit  = proof.NewCharset("0-9A-Fa-f")
	octalOrNo = proof.NewCharset("0-7 \x00")         // tar's numbers and their padding
	digitOrNo = proof.NewCharset("0-9 ")             // ar's numbers and their padding
	nameOrEnd = proof.NewCharset("\x00 -~\x80-\xff") // a file's name with the zero that ends it
)

// zip: local file header (APPNOTE 4.3.7): magic 32, version 10, flags 7,
// method 13, lengths 11, and the next header 30 where the length is known, or
// equal sizes of a stored entry 32.
func zip(p *proof.Cursor) {
	first := ""
	for n := 0; p.Alive() && n < 256; n++ {
		if n > 0 {
			switch p.OneOf("PK\x03\x04", "PK\x01\x02", "PK\x05\x06") {
			case 1:
				p.Mark()
				zipDirectory(p)
				return
			case 2:
				p.Mark()
				return
			}
		}
		name, next := zipEntry(p)
		if n == 0 {
			first = name
			p.Kind = zipKind(name, p.Rest())
			p.Found("ZIP")
		} else if p.Kind == "zip" && isOOXML(first) {
			p.Kind = officeKind(name)
		}
		p.Mark()
		if next < 0 && p.Kind == "zip" && isOOXML(first) {
			p.Kind = officeInside(p.Rest())
		}
		p.SkipTo(next)
	}
}

// zipDirectory: central directory headers, one behind the other, and what follows the last (APPNOTE
// 4.3.12): magic 32, of each version and system 14, version, flags and method as in local headers, lengths
// 17, disk 15, attributes 13, its name.
func zipDirectory(p *proof.Cursor) {
	for n := 0; p.Alive() && n < 65536; n++ {
		if n > 0 && p.OneOf("PK\x01\x02", "PK\x05\x06", "PK\x06\x06") != 0 {
			p.Mark()
			return
		}
		p.U8(10, 63)
		p.U8(0, 30)
		zipVersion(p)
		p.Skip(4)
		p.Skip(4)
		p.Skip(8)
		nameLen, extra, remark := p.LE(2, 1, 512), p.LE(2, 0, 4096), p.LE(2, 0, 4096)
		p.LE(2, 0, 1)
		p.LE(2, 0, 7)
		p.Skip(8)
		p.Each(int(nameLen), proof.FileName)
		if !p.Confirmed() {
			p.Found("directory of a ZIP")
		}
		p.Skip(int(extra) + int(remark))
		p.Mark()
	}
}

// zipEnd (APPNOTE 4.3.16): magic 32, disks 32, as many entries here as in all 16, the remark's length 5.
func zipEnd(p *proof.Cursor) {
	p.Zeros(4)
	here, all := p.LEAny(2), p.LEAny(2)
	p.Want(here == all, 16)
	p.Skip(8)
	p.LE(2, 0, 2047)
	p.Found("end of a ZIP")
}

// zipVersion reads what local headers and those of the directory have in common: the version that is
// needed, flags and method.
func zipVersion(p *proof.Cursor) (flags, method int64) {
	p.LE(2, 10, 63)
	flags = p.LE(1, 0, 255)
	p.Want(flags&^0x4f == 0, 3)
	p.Masked(0xf0, 0) // language encoding and masked headers
	return flags, p.LEOneOf(2, 0, 8, 9, 12, 14, 93, 95, 98, 99)
}

// zipEntry reads a local header behind its magic; next is where its data end,
// or -1 if the header does not say.
func zipEntry(p *proof.Cursor) (name string, next int64) {
	flags, method := zipVersion(p)
	p.Skip(4)
	p.Skip(4)
	packed, plain := p.LEAny(4), p.LEAny(4)
	if method == 0 && flags&9 == 0 { // stored, not encrypted, sizes here
		p.Want(packed == plain, 32)
	}
	nameLen, extra := p.LE(2, 1, 512), p.LE(2, 0, 4096)
	at := p.Pos()
	p.Each(int(nameLen), proof.FileName)
	if p.Alive() {
		name = string(p.Bytes()[at:p.Pos()])
	}
	p.Skip(int(extra))
	if flags&8 != 0 || packed == 1<<32-1 {
		return name, -1
	}
	return name, int64(p.Pos()) + packed
}

// zipKind tells what the first entry says of the archive.
func zipKind(name string, data []byte) string {
	switch {
	case name == "mimetype":
		return mimeKind(data)
	case strings.HasPrefix(name, "META-INF/"):
		return "jar"
	case name == "AndroidManifest.xml" || name == "classes.dex":
		return "apk"
	}
	return officeKind(name)
}

func mimeKind(data []byte) string {
	types := []string{"application/epub+zip", "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
		"application/vnd.oasis.opendocument.presentation", "application/vnd.oasis.opendocument."}
	for i, t := range types {
		if bytes.HasPrefix(data, []byte(t)) {
			return []string{"epub", "odt", "ods", "odp", "odf"}[i]
		}
	}
	return "zip"
}

// isOOXML: the entry that Office Open XML packages begin with (ECMA-376 part 2).
func isOOXML(name string) bool {
	return name == "[Content_Types].xml" || strings.HasPrefix(name, "_rels/") || strings.HasPrefix(name, "docProps/")
}

func officeKind(name string) string {
	for i, prefix := range []string{"word/", "xl/", "ppt/"} {
		if strings.HasPrefix(name, prefix) {
			return []string{"docx", "xlsx", "pptx"}[i]
		}
	}
	return "zip"
}

// officeInside looks further for the part names, where the length of the
// entries is not known. It decides the name of the kind only.
func officeInside(data []byte) string {
	data = data[:min(len(data), 64<<10)]
	for _, part := range []string{"word/", "xl/", "ppt/"} {
		if bytes.Contains(data, []byte(part)) {
			return officeKind(part)
		}
	}
	return "zip"
}

// sevenZip (7zFormat.txt): magic 48, version 13, CRC of the start header 32.
func sevenZip(p *proof.Cursor) {
	p.Lit("\x00")
	p.U8(0, 4)
	p.Skip(4)
	p.Skip(20)
	head := p.Span(12, 32)
	p.Want(crc32.ChecksumIEEE(head) == p.LE32At(8), 32)
	p.Found("7z")
}

// rar4: magic 56, then the archive header: type 8, size 16, CRC-16 of it 16.
func rar4(p *proof.Cursor) {
	crc := p.LEAny(2)
	from := p.Pos()
	p.Lit("\x73")
	p.Skip(2)
	p.Lit("\x0d\x00")
	p.Skip(6)
	p.Want(int64(crc32.ChecksumIEEE(p.Span(from, p.Pos()))&0xffff) == crc, 16)
	p.Found("RAR 4")
}

// rar5: magic 64, then the archive header: CRC 32, type 8 and size.
func rar5(p *proof.Cursor) {
	crc := p.LEAny(4)
	from := p.Pos()
	length := p.U8(3, 127)
	end := int64(p.Pos()) + length
	p.In("\x01\x04") // archive header, or encryption header
	p.SkipTo(end)
	p.Want(int64(crc32.ChecksumIEEE(p.Span(from, p.Pos()))) == crc, 32)
	p.Found("RAR 5")
}

// gzip (RFC 1952): magic 24, flags 3, extra flags and system 10; then either
// the whole stream with CRC and length 64, or a dynamic block header 28.
func gzip(p *proof.Cursor) {
	flags := p.Masked(0xe0, 0)
	p.Skip(4)
	p.In("\x00\x02\x04")
	p.In("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\xff")
	if flags&4 != 0 {
		p.Skip(int(p.LEAny(2)))
	}
	for _, named := range [2]byte{8, 16} { // the file's name, a remark
		if flags&named != 0 {
			p.Until(0, 0, 1024, nameOrEnd)
		}
	}
	if flags&2 != 0 {
		p.Skip(2)
	}
	deflate.Pass(p, func(out []byte) {
		p.LE(4, int64(crc32.ChecksumIEEE(out)), int64(crc32.ChecksumIEEE(out)))
		p.LE(4, int64(len(out)), int64(len(out)))
	})
	p.Found("gzip")
}

// bzip2: magic 24, level 4.8, block magic (the digits of pi) 48 or the magic of
// the end of an empty stream.
func bzip2(p *proof.Cursor) {
	level := p.U8('1', '9')
	if p.OneOf("\x31\x41\x59\x26\x53\x59", "\x17\x72\x45\x38\x50\x90") == 1 {
		p.Zeros(4)
		p.Found("bzip2, empty")
		return
	}
	p.Skip(4)
	head := p.BEAny(4)
	p.Want(head>>31 == 0, 1) // never randomised since version 0.9.5
	p.Want(head>>7&(1<<24-1) < 100000*(level-'0'), 24-math.Log2(900000))
	p.Found("bzip2, level %c", byte(level))
}

// xz (file format 1.2.0 §2.1): magic 48, flags 14, CRC 32, then the block
// header: size and flags 6, CRC 32.
func xz(p *proof.Cursor) {
	p.Lit("\x00")
	p.In("\x00\x01\x04\x0a")
	p.LE(4, int64(crc32.ChecksumIEEE(p.Span(6, 8))), int64(crc32.ChecksumIEEE(p.Span(6, 8))))
	from := p.Pos()
	length := (p.U8(0, 255) + 1) * 4
	if length == 4 { // an index: the stream is empty
		p.Zeros(3)
		p.Found("xz, empty")
		return
	}
	p.Masked(0x3c, 0)
	p.SkipTo(int64(from) + length - 4)
	p.LE(4, int64(crc32.ChecksumIEEE(p.Span(from, p.Pos()))), int64(crc32.ChecksumIEEE(p.Span(from, p.Pos()))))
	p.Found("xz")
}

// zstdFrame (RFC 8878 §3.1.1): magic 32, descriptor 4, then blocks, 4.4 for each
// header. Six blocks are enough; a shorter frame is decoded, and its checksum
// and content size are worth their own size.
func zstdFrame(p *proof.Cursor) {
	flags := p.Masked(0x1b, 0) // no dictionary, reserved bits
	single := flags&0x20 != 0
	if !single {
		p.U8(0, 17<<3)
	}
	sizeBytes := 1 << (flags >> 6)
	if sizeBytes == 1 && !single {
		sizeBytes = 0
	}
	content := p.LEAny(sizeBytes)
	if sizeBytes == 2 {
		content += 256
	}
	out := int64(0) // at most, so far
	for n := 1; p.Alive() && n < 256; n++ {
		head := p.LEAny(3)
		kind, length := head>>1&3, head>>3
		p.Want(kind != 3 && length <= 128<<10, 4.4)
		if out += length; kind == 2 {
			out += 128<<10 - length
		}
		if kind == 1 {
			length = 1
		}
		if p.Skip(int(length)); n >= 6 {
			p.Found("zstd")
		}
		if head&1 != 0 {
			zstdTail(p, flags&4 != 0, sizeBytes, content, out)
			return
		}
	}
}

// zstdTail decodes a frame whose last block was found, unless it was long enough
// or could swell to more than 128 times its size (and one block): it would be
// decoded again in every sector of a hostile medium.
func zstdTail(p *proof.Cursor, sum bool, sizeBytes int, content, most int64) {
	sumBits := 0.0
	if sum {
		sumBits = 32
		p.Skip(4)
	}
	if frame := p.Span(0, p.Pos()); frame != nil && !p.Confirmed() {
		if sizeBytes > 0 {
			most = min(most, content)
		}
		p.Want(most <= 128<<10+128*int64(len(frame)), 0)
		if p.Broken() {
			return
		}
		n, ok := zstdSize(frame)
		p.Want(ok, sumBits)
		p.Want(sizeBytes == 0 || int64(n) == content, 8*float64(sizeBytes))
	}
	p.Found("zstd")
}

// lz4 (frame format 1.6.1): magic 32, descriptor 9, checksum byte 8, then the
// first block's size 9 and its sequences: an offset may not point before the
// start, 16 bits less the logarithm of the place.
func lz4(p *proof.Cursor) {
	flags := p.Masked(0xc2, 0x40)
	most := int64(1) << (8 + 2*(p.Masked(0x8f, 0)>>4&7))
	p.Want(most >= 1<<16, 1)
	if flags&8 != 0 {
		p.Skip(8)
	}
	if flags&1 != 0 {
		p.Skip(4)
	}
	sum := int64(xxh32(p.Span(4, p.Pos())) >> 8 & 0xff)
	p.U8(sum, sum)
	size := p.LEAny(4)
	p.Want(size&(1<<31-1) <= most && size != 0, 31-math.Log2(float64(most)))
	end := int64(p.Pos()) + size&(1<<31-1)
	if size>>31 == 0 {
		lz4Sequences(p, end)
	} else {
		p.SkipTo(end)
	}
	if int64(p.Pos()) == end { // a short block: it has to be the only one
		p.Skip(4 * int(flags>>4&1))
		p.Zeros(4)
	}
	p.Found("LZ4 frame")
	p.SkipTo(end)
	p.Mark()
}

// lz4Sequences walks up to 16 sequences of a block or up to its end.
func lz4Sequences(p *proof.Cursor, end int64) {
	out := int64(0)
	for n := 0; p.Alive() && n < 16; n++ {
		token := p.U8(0, 255)
		literals := lz4Length(p, token>>4)
		p.Skip(int(literals))
		out += literals
		if int64(p.Pos()) >= end {
			p.Want(int64(p.Pos()) == end, 0)
			return
		}
		limit := min(out, 1<<16-1)
		p.LE(2, 1, limit)
		out += lz4Length(p, token&15) + 4
		p.Want(int64(p.Pos()) < end, 0)
	}
}

func lz4Length(p *proof.Cursor, n int64) int64 {
	if n < 15 {
		return n
	}
	for range 1 << 15 {
		c := p.U8(0, 255)
		if n += c; c != 255 || p.Broken() {
			break
		}
	}
	return n
}

// xxh32 with seed 0, for inputs below 16 bytes (XXH32 specification §2).
func xxh32(b []byte) uint32 {
	const p1, p2, p3, p4, p5 = 2654435761, 2246822519, 3266489917, 668265263, 374761393
	h := uint32(p5) + uint32(len(b))
	for ; len(b) >= 4; b = b[4:] {
		h += (uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24) * p3
		h = (h<<17 | h>>15) * p4
	}
	for _, c := range b {
		h += uint32(c) * p5
		h = (h<<11 | h>>21) * p1
	}
	h = (h ^ h>>15) * p2
	h = (h ^ h>>13) * p3
	return h ^ h>>16
}

// lzma alone (lzma-file-format.txt): properties 8, dictionary size of 2^n or
// 2^n+2^(n-1), at least 64 KiB, 27, size unknown 63 or below 2^36 27, first byte 8.
func lzma(p *proof.Cursor) {
	p.LEOneOf(2, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072,
		4096, 6144, 8192, 12288, 16384)
	if !p.Maybe("\xff\xff\xff\xff\xff\xff\xff\xff") {
		p.LE(8, 1, 1<<36)
	}
	p.Zeros(1)
	p.Found("LZMA alone")
}

// cab (MS-CAB 2.1): magic 32, reserved 96, version 16.
func cab(p *proof.Cursor) {
	p.Zeros(4)
	p.LE(4, 44, 1<<31)
	p.Zeros(4)
	p.LE(4, 44, 1<<24)
	p.Zeros(4)
	p.Lit("\x03\x01")
	p.Found("cabinet")
}

// ar: magic 64, then member headers: padded numbers and an end mark, 16 and
// more each (ar(5)).
func ar(p *proof.Cursor) {
	for n := 0; p.Alive() && n < 256; n++ {
		if n == 0 && p.Maybe("debian-binary   ") {
			p.Kind = "deb"
		} else {
			p.Each(16, proof.Printable)
		}
		p.Each(12+6+6, digitOrNo)
		p.Each(8, octalOrNo)
		length := decimal(p, 10)
		p.Lit("`\n")
		p.Found("%s archive", p.Kind)
		p.SkipTo(int64(p.Pos()) + length + length&1)
	}
}

// decimal reads a number padded with spaces.
func decimal(p *proof.Cursor, n int) (v int64) {
	at := p.Pos()
	p.Each(n, digitOrNo)
	if p.Alive() {
		for _, c := range bytes.TrimRight(p.Bytes()[at:p.Pos()], " ") {
			v = v*10 + int64(c&15)
		}
	}
	return v
}

// cpio in the new format: magic 47, thirteen numbers of eight hexadecimal
// digits, 3.5 a digit (cpio(5)).
func cpio(p *proof.Cursor) {
	p.In("12")
	p.Each(11*8, hexDigit)
	length := hexadecimal(p)
	p.Each(8, hexDigit)
	p.Want(length > 0 && length <= 4096, 0)
	p.Each(int(length)-1, proof.FileName)
	p.Zeros(1)
	p.Found("cpio")
}

func hexadecimal(p *proof.Cursor) (v int64) {
	at := p.Pos()
	p.Each(8, hexDigit)
	if p.Alive() {
		for _, c := range p.Bytes()[at:p.Pos()] {
			v = v<<4 | int64(c&15) + 9*int64(c>>6)
		}
	}
	return v
}

// tar (POSIX ustar and GNU): mode 36, checksum 63, magic 40, then the next
// header at the distance that the size gives.
func tar(p *proof.Cursor) {
	for n := 0; p.Alive() && n < 32; n++ {
		base := p.Pos()
		if n > 0 && bytes.Count(p.Bytes()[base:min(len(p.Bytes()), base+512)], []byte{0}) == 512 {
			return // the end of the archive
		}
		size := tarHeader(p, base)
		if p.Found("tar"); size < 0 {
			return
		}
		p.SkipTo(int64(base) + 512 + (size+511)&^511)
	}
}

// tarHeader checks one header block and returns the size of what follows, or
// -1 when it is not in octal.
func tarHeader(p *proof.Cursor, base int) (size int64) {
	p.SkipTo(int64(base) + 100)
	p.Each(8, octalOrNo)
	p.SkipTo(int64(base) + 124)
	binary := false // GNU's base 256, for files over 8 GiB
	for range 12 {
		c := p.U8(0, 255)
		if c >= '0' && c <= '7' {
			size = size<<3 | c - '0'
		}
		binary = binary || c >= 0x80
	}
	p.SkipTo(int64(base) + 148)
	want := tarSum(p.Span(base, base+512))
	for shift := 15; shift >= 0; shift -= 3 {
		p.U8('0'+want>>shift&7, '0'+want>>shift&7)
	}
	p.OneOf("\x00 ", " \x00")
	p.SkipTo(int64(base) + 257)
	p.Lit("ustar")
	p.SkipTo(int64(base) + 512)
	if binary {
		return -1
	}
	return size
}

// tarSum adds up a header with its checksum field as spaces.
func tarSum(block []byte) (sum int64) {
	for i, c := range block {
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += int64(c)
	}
	return sum
}

// rpm: magic 32, version and type 30, signature type 16, reserved 128, then the
// signature header 64 (RPM file format §lead).
func rpm(p *proof.Cursor) {
	p.BE(2, 0x300, 0x401)
	p.BE(2, 0, 1)
	p.Skip(2 + 66 + 2)
	p.Lit("\x00\x05")
	p.Zeros(16)
	p.Lit("\x8e\xad\xe8\x01\x00\x00\x00\x00")
	p.Found("RPM")
}

// xar, Apple's package: magic 32, header length 16, version 16, lengths 52,
// checksum algorithm 30.
func xar(p *proof.Cursor) {
	p.BE(2, 28, 128)
	p.BE(2, 1, 1)
	p.BE(8, 1, 1<<32)
	p.BE(8, 1, 1<<36)
	p.BE(4, 0, 4)
	p.Found("xar")
}

// lzh, common in Japan, with header level 0 or 1: "-lh", method and "-" at 2,
// 37, lengths 4, attribute 8, level 7, sum of the header 8, length of the name 4.
func lzh(p *proof.Cursor) {
	length, sum := p.U8(22, 255), p.U8(0, 255)
	lzhMethod(p)
	level := p.U8(0, 1)
	nameLen := p.U8(1, 200)
	p.Want(length >= 22+nameLen && length < 22+nameLen+16, 3.5)
	p.Each(int(nameLen), proof.FileName)
	var got int64
	for _, c := range p.Span(2, 2+int(length)) {
		got += int64(c)
	}
	p.Want(got&0xff == sum, 8)
	p.Skip(2)
	if level == 1 {
		p.In(lzhSystems)
	}
	p.Found("LZH level %d", level)
}

// lzhMethod is what all levels share, up to the level.
func lzhMethod(p *proof.Cursor) {
	p.Lit("-lh")
	p.In("01234567d")
	p.Lit("-")
	p.LE(4, 0, 1<<30)
	p.LE(4, 0, 1<<30)
	p.Skip(4)
	p.Lit("\x20")
}

// lzhSystems are the operating systems that header level 1 and 2 name.
const lzhSystems = "\x00AHJMUaWw29Km"

// lzh2 is header level 2: size 4, method 37, lengths 4, attribute and level 16,
// system 4, and in the first extension the CRC-16 of the header, 40.
func lzh2(p *proof.Cursor) {
	length := p.LE(2, 26, 4096)
	lzhMethod(p)
	p.Lit("\x02")
	p.Skip(2)
	p.In(lzhSystems)
	p.Lit("\x05\x00\x00") // an extension of five bytes: the CRC
	crcAt := p.Pos()
	crc := p.LEAny(2)
	head := p.Span(0, int(length))
	var sum uint16
	for i, c := range head {
		if i == crcAt || i == crcAt+1 {
			c = 0
		}
		sum ^= uint16(c)
		for range 8 {
			sum = sum>>1 ^ 0xa001&-(sum&1)
		}
	}
	p.Want(int64(sum) == crc, 16)
	p.Found("LZH level 2")
}
