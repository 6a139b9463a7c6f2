package signature

import (
	"bytes"
	"hash/crc32"
	"math"
	"strings"
)

// zip: local file header (APPNOTE 4.3.7): magic 32, version 10, flags 7,
// method 13, lengths 11, and the next header 30 where the length is known, or
// equal sizes of a stored entry 32.
func zip(p *proof) {
	first := ""
	for n := 0; p.alive() && n < 256; n++ {
		if n > 0 {
			if p.oneOf("PK\x03\x04", "PK\x01\x02", "PK\x05\x06") != 0 {
				p.mark()
				return
			}
		}
		name, next := zipEntry(p)
		if n == 0 {
			first = name
			p.kind = zipKind(name, p.rest())
			p.found("ZIP")
		} else if p.kind == "zip" && isOOXML(first) {
			p.kind = officeKind(name)
		}
		p.mark()
		if next < 0 && p.kind == "zip" && isOOXML(first) {
			p.kind = officeInside(p.rest())
		}
		p.seek(next)
	}
}

// zipEntry reads a local header behind its magic; next is where its data end,
// or -1 if the header does not say.
func zipEntry(p *proof) (name string, next int64) {
	p.le(2, 10, 63)
	flags := p.le(1, 0, 255)
	p.check(flags&^0x4f == 0, 3)
	p.masked(0xf0, 0) // language encoding and masked headers
	method := p.leOneOf(2, 0, 8, 9, 12, 14, 93, 95, 98, 99)
	p.skip(4)
	p.skip(4)
	packed, plain := p.leAny(4), p.leAny(4)
	if method == 0 && flags&9 == 0 { // stored, not encrypted, sizes here
		p.check(packed == plain, 32)
	}
	nameLen, extra := p.le(2, 1, 512), p.le(2, 0, 4096)
	at := p.at
	p.each(int(nameLen), fileName)
	if p.alive() {
		name = string(p.b[at:p.at])
	}
	p.skip(int(extra))
	if flags&8 != 0 || packed == 1<<32-1 {
		return name, -1
	}
	return name, int64(p.at) + packed
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
		if hasPrefix(data, t) {
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
func sevenZip(p *proof) {
	p.lit("\x00")
	p.u8(0, 4)
	p.skip(4)
	p.skip(20)
	head := p.span(12, 32)
	p.check(crc32.ChecksumIEEE(head) == p.le32(8), 32)
	p.found("7z")
}

// rar4: magic 56, then the archive header: type 8, size 16, CRC-16 of it 16.
func rar4(p *proof) {
	crc := p.leAny(2)
	from := p.at
	p.lit("\x73")
	p.skip(2)
	p.lit("\x0d\x00")
	p.skip(6)
	p.check(int64(crc32.ChecksumIEEE(p.span(from, p.at))&0xffff) == crc, 16)
	p.found("RAR 4")
}

// rar5: magic 64, then the archive header: CRC 32, type 8 and size.
func rar5(p *proof) {
	crc := p.leAny(4)
	from := p.at
	length := p.u8(3, 127)
	end := int64(p.at) + length
	p.in("\x01\x04") // archive header, or encryption header
	p.seek(end)
	p.check(int64(crc32.ChecksumIEEE(p.span(from, p.at))) == crc, 32)
	p.found("RAR 5")
}

// gzip (RFC 1952): magic 24, flags 3, extra flags and system 10; then either
// the whole stream with CRC and length 64, or a dynamic block header 28.
func gzip(p *proof) {
	flags := p.masked(0xe0, 0)
	p.skip(4)
	p.in("\x00\x02\x04")
	p.in("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\xff")
	if flags&4 != 0 {
		p.skip(int(p.leAny(2)))
	}
	for range b2i(flags&8 != 0) + b2i(flags&16 != 0) {
		p.until(0, 0, 1024, nameOrEnd)
	}
	if flags&2 != 0 {
		p.skip(2)
	}
	deflated(p, func(z *inflater) {
		p.le(4, int64(crc32.ChecksumIEEE(z.out)), int64(crc32.ChecksumIEEE(z.out)))
		p.le(4, int64(len(z.out)), int64(len(z.out)))
	})
	p.found("gzip")
}

// deflated decodes a DEFLATE stream and passes it. If it ends, trailer checks
// what follows.
func deflated(p *proof, trailer func(*inflater)) {
	z := &p.work.inflate
	if p.dead {
		return
	}
	switch z.decode(p.rest()) {
	case streamDone:
		p.check(true, z.bits)
		p.skip(z.in)
		trailer(z)
	case streamOpen:
		p.check(len(z.out) >= 256, z.bits) // far beyond what any random start reaches
		p.skip(z.next)
	default:
		p.fail()
	}
}

// bzip2: magic 24, level 4.8, block magic (the digits of pi) 48 or the magic of
// the end of an empty stream.
func bzip2(p *proof) {
	level := p.u8('1', '9')
	if p.oneOf("\x31\x41\x59\x26\x53\x59", "\x17\x72\x45\x38\x50\x90") == 1 {
		p.zeros(4)
		p.found("bzip2, empty")
		return
	}
	p.skip(4)
	head := p.beAny(4)
	p.check(head>>31 == 0, 1) // never randomised since version 0.9.5
	p.check(head>>7&(1<<24-1) < 100000*(level-'0'), 24-math.Log2(900000))
	p.found("bzip2, level %c", byte(level))
}

// xz (file format 1.2.0 §2.1): magic 48, flags 14, CRC 32, then the block
// header: size and flags 6, CRC 32.
func xz(p *proof) {
	p.lit("\x00")
	p.in("\x00\x01\x04\x0a")
	p.le(4, int64(crc32.ChecksumIEEE(p.span(6, 8))), int64(crc32.ChecksumIEEE(p.span(6, 8))))
	from := p.at
	length := (p.u8(0, 255) + 1) * 4
	if length == 4 { // an index: the stream is empty
		p.zeros(3)
		p.found("xz, empty")
		return
	}
	p.masked(0x3c, 0)
	p.seek(int64(from) + length - 4)
	p.le(4, int64(crc32.ChecksumIEEE(p.span(from, p.at))), int64(crc32.ChecksumIEEE(p.span(from, p.at))))
	p.found("xz")
}

// zstdFrame (RFC 8878 §3.1.1): magic 32, descriptor 4, then blocks, 4.4 for each
// header. Six blocks are enough; a shorter frame is decoded, and its checksum
// and content size are worth their own size.
func zstdFrame(p *proof) {
	flags := p.masked(0x1b, 0) // no dictionary, reserved bits
	single := flags&0x20 != 0
	if !single {
		p.u8(0, 17<<3)
	}
	sizeBytes := 1 << (flags >> 6)
	if sizeBytes == 1 && !single {
		sizeBytes = 0
	}
	content := p.leAny(sizeBytes)
	if sizeBytes == 2 {
		content += 256
	}
	out := int64(0) // at most, so far
	for n := 1; p.alive() && n < 256; n++ {
		head := p.leAny(3)
		kind, length := head>>1&3, head>>3
		p.check(kind != 3 && length <= 128<<10, 4.4)
		if out += length; kind == 2 {
			out += 128<<10 - length
		}
		if kind == 1 {
			length = 1
		}
		if p.skip(int(length)); n >= 6 {
			p.found("zstd")
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
func zstdTail(p *proof, sum bool, sizeBytes int, content, most int64) {
	if sum {
		p.skip(4)
	}
	if frame := p.span(0, p.at); frame != nil && p.length == 0 {
		if sizeBytes > 0 {
			most = min(most, content)
		}
		p.check(most <= 128<<10+128*int64(len(frame)), 0)
		if p.dead {
			return
		}
		n, ok := p.work.zstd.size(frame)
		p.check(ok, 32*float64(b2i(sum)))
		p.check(sizeBytes == 0 || int64(n) == content, 8*float64(sizeBytes))
	}
	p.found("zstd")
}

// lz4 (frame format 1.6.1): magic 32, descriptor 9, checksum byte 8, then the
// first block's size 9 and its sequences: an offset may not point before the
// start, 16 bits less the logarithm of the place.
func lz4(p *proof) {
	flags := p.masked(0xc2, 0x40)
	most := int64(1) << (8 + 2*(p.masked(0x8f, 0)>>4&7))
	p.check(most >= 1<<16, 1)
	if flags&8 != 0 {
		p.skip(8)
	}
	if flags&1 != 0 {
		p.skip(4)
	}
	sum := int64(xxh32(p.span(4, p.at)) >> 8 & 0xff)
	p.u8(sum, sum)
	size := p.leAny(4)
	p.check(size&(1<<31-1) <= most && size != 0, 31-math.Log2(float64(most)))
	end := int64(p.at) + size&(1<<31-1)
	if size>>31 == 0 {
		lz4Sequences(p, end)
	} else {
		p.seek(end)
	}
	if int64(p.at) == end { // a short block: it has to be the only one
		p.skip(4 * int(flags>>4&1))
		p.zeros(4)
	}
	p.found("LZ4 frame")
	p.seek(end)
	p.mark()
}

// lz4Sequences walks up to 16 sequences of a block or up to its end.
func lz4Sequences(p *proof, end int64) {
	out := int64(0)
	for n := 0; p.alive() && n < 16; n++ {
		token := p.u8(0, 255)
		literals := lz4Length(p, token>>4)
		p.skip(int(literals))
		out += literals
		if int64(p.at) >= end {
			p.check(int64(p.at) == end, 0)
			return
		}
		limit := min(out, 1<<16-1)
		p.le(2, 1, limit)
		out += lz4Length(p, token&15) + 4
		p.check(int64(p.at) < end, 0)
	}
}

func lz4Length(p *proof, n int64) int64 {
	if n < 15 {
		return n
	}
	for range 1 << 15 {
		c := p.u8(0, 255)
		if n += c; c != 255 || p.dead {
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
func lzma(p *proof) {
	p.leOneOf(2, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072,
		4096, 6144, 8192, 12288, 16384)
	if !p.maybe("\xff\xff\xff\xff\xff\xff\xff\xff") {
		p.le(8, 1, 1<<36)
	}
	p.zeros(1)
	p.found("LZMA alone")
}

// cab (MS-CAB 2.1): magic 32, reserved 96, version 16.
func cab(p *proof) {
	p.zeros(4)
	p.le(4, 44, 1<<31)
	p.zeros(4)
	p.le(4, 44, 1<<24)
	p.zeros(4)
	p.lit("\x03\x01")
	p.found("cabinet")
}

// ar: magic 64, then member headers: padded numbers and an end mark, 16 and
// more each (ar(5)).
func ar(p *proof) {
	for n := 0; p.alive() && n < 256; n++ {
		if n == 0 && p.maybe("debian-binary   ") {
			p.kind = "deb"
		} else {
			p.each(16, printable)
		}
		p.each(12+6+6, digitOrNo)
		p.each(8, octalOrNo)
		length := decimal(p, 10)
		p.lit("`\n")
		p.found("%s archive", p.kind)
		p.seek(int64(p.at) + length + length&1)
	}
}

// decimal reads a number padded with spaces.
func decimal(p *proof, n int) (v int64) {
	at := p.at
	p.each(n, digitOrNo)
	if p.alive() {
		for _, c := range bytes.TrimRight(p.b[at:p.at], " ") {
			v = v*10 + int64(c&15)
		}
	}
	return v
}

// cpio in the new format: magic 47, thirteen numbers of eight hexadecimal
// digits, 3.5 a digit (cpio(5)).
func cpio(p *proof) {
	p.in("12")
	p.each(11*8, hexDigit)
	length := hexadecimal(p)
	p.each(8, hexDigit)
	p.check(length > 0 && length <= 4096, 0)
	p.each(int(length)-1, fileName)
	p.zeros(1)
	p.found("cpio")
}

func hexadecimal(p *proof) (v int64) {
	at := p.at
	p.each(8, hexDigit)
	if p.alive() {
		for _, c := range p.b[at:p.at] {
			v = v<<4 | int64(c&15) + 9*int64(c>>6)
		}
	}
	return v
}

// tar (POSIX ustar and GNU): mode 36, checksum 63, magic 40, then the next
// header at the distance that the size gives.
func tar(p *proof) {
	for n := 0; p.alive() && n < 32; n++ {
		base := p.at
		if n > 0 && bytes.Count(p.b[base:min(len(p.b), base+512)], []byte{0}) == 512 {
			return // the end of the archive
		}
		size := tarHeader(p, base)
		if p.found("tar"); size < 0 {
			return
		}
		p.seek(int64(base) + 512 + (size+511)&^511)
	}
}

// tarHeader checks one header block and returns the size of what follows, or
// -1 when it is not in octal.
func tarHeader(p *proof, base int) (size int64) {
	p.seek(int64(base) + 100)
	p.each(8, octalOrNo)
	p.seek(int64(base) + 124)
	binary := false // GNU's base 256, for files over 8 GiB
	for range 12 {
		c := p.u8(0, 255)
		if c >= '0' && c <= '7' {
			size = size<<3 | c - '0'
		}
		binary = binary || c >= 0x80
	}
	p.seek(int64(base) + 148)
	want := tarSum(p.span(base, base+512))
	for shift := 15; shift >= 0; shift -= 3 {
		p.u8('0'+want>>shift&7, '0'+want>>shift&7)
	}
	p.oneOf("\x00 ", " \x00")
	p.seek(int64(base) + 257)
	p.lit("ustar")
	p.seek(int64(base) + 512)
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
func rpm(p *proof) {
	p.be(2, 0x300, 0x401)
	p.be(2, 0, 1)
	p.skip(2 + 66 + 2)
	p.lit("\x00\x05")
	p.zeros(16)
	p.lit("\x8e\xad\xe8\x01\x00\x00\x00\x00")
	p.found("RPM")
}

// xar, Apple's package: magic 32, header length 16, version 16, lengths 52,
// checksum algorithm 30.
func xar(p *proof) {
	p.be(2, 28, 128)
	p.be(2, 1, 1)
	p.be(8, 1, 1<<32)
	p.be(8, 1, 1<<36)
	p.be(4, 0, 4)
	p.found("xar")
}

// lzh, common in Japan, with header level 0 or 1: "-lh", method and "-" at 2,
// 37, lengths 4, attribute 8, level 7, sum of the header 8, length of the name 4.
func lzh(p *proof) {
	length, sum := p.u8(22, 255), p.u8(0, 255)
	lzhMethod(p)
	level := p.u8(0, 1)
	nameLen := p.u8(1, 200)
	p.check(length >= 22+nameLen && length < 22+nameLen+16, 3.5)
	p.each(int(nameLen), fileName)
	var got int64
	for _, c := range p.span(2, 2+int(length)) {
		got += int64(c)
	}
	p.check(got&0xff == sum, 8)
	p.skip(2)
	if level == 1 {
		p.in(lzhSystems)
	}
	p.found("LZH level %d", level)
}

// lzhMethod is what all levels share, up to the level.
func lzhMethod(p *proof) {
	p.lit("-lh")
	p.in("01234567d")
	p.lit("-")
	p.le(4, 0, 1<<30)
	p.le(4, 0, 1<<30)
	p.skip(4)
	p.lit("\x20")
}

// lzhSystems are the operating systems that header level 1 and 2 name.
const lzhSystems = "\x00AHJMUaWw29Km"

// lzh2 is header level 2: size 4, method 37, lengths 4, attribute and level 16,
// system 4, and in the first extension the CRC-16 of the header, 40.
func lzh2(p *proof) {
	length := p.le(2, 26, 4096)
	lzhMethod(p)
	p.lit("\x02")
	p.skip(2)
	p.in(lzhSystems)
	p.lit("\x05\x00\x00") // an extension of five bytes: the CRC
	crcAt := p.at
	crc := p.leAny(2)
	head := p.span(0, int(length))
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
	p.check(int64(sum) == crc, 16)
	p.found("LZH level 2")
}
