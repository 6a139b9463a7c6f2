// Package data knows the beginnings of databases and of what operating systems and tools
// record: logs, registries, caches, captures, repositories.
//
// To add a kind, add a row to Formats and a parser that reads like the header does.
package data

import (
	"hash/adler32"
	"hash/crc32"

	"shokyo.dev/shokyo/scan/compressed/deflate"
	"shokyo.dev/shokyo/scan/proof"
)

// Formats are databases and what operating systems record, in the order in which they are tried.
var Formats = []proof.Format{
	proof.File("SQLite format 3\x00", sqlite, "sqlite"),
	proof.File("\x37\x7f\x06", sqliteWAL, "sqlite-wal"),
	proof.File("ElfFile\x00", evtx, "evtx"),
	proof.File("ElfChnk\x00", evtxChunk, "evtx"),
	proof.File("regf", regf, "regf"),
	proof.File("hbin", hbin, "regf"),
	proof.File("\x4c\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46", lnk, "lnk"),
	proof.File("!BDN", pst, "pst"),
	proof.FileAt(4, "\xef\xcd\xab\x89", ese, "ese"),
	proof.File("\x00\x01\x00\x00Standard ", jet, "access"),
	proof.File("CMMM", thumbcache, "thumbcache"),
	proof.FileAt(4, "SCCA", prefetch, "prefetch"),
	proof.File("LPKSHHRH", journal, "journal"),
	proof.File("\xd4\xc3\xb2\xa1", pcap, "pcap"),
	proof.File("\xa1\xb2\xc3\xd4", pcap, "pcap"),
	proof.File("\x4d\x3c\xb2\xa1", pcap, "pcap"),
	proof.File("\xa1\xb2\x3c\x4d", pcap, "pcap"),
	proof.File("\x0a\x0d\x0d\x0a", pcapng, "pcapng"),
	proof.File("PACK", gitPack, "git-pack"),
	proof.File("\xfftOc\x00\x00\x00\x02", gitIndex, "git-index"),
	proof.File("CWS", swf, "swf"),
}

// sqlite (database file format §1.3): magic 128, page size 13, versions 14,
// payload fractions 24, schema format and encoding 60, reserved 160.
func sqlite(p *proof.Cursor) {
	size := p.BEOneOf(2, 512, 1024, 2048, 4096, 8192, 16384, 32768, 1)
	p.U8(1, 2)
	p.U8(1, 2)
	p.U8(0, 64)
	p.Lit("\x40\x20\x20")
	p.SkipTo(44)
	p.BE(4, 0, 4)
	p.Skip(8)
	p.BE(4, 0, 3)
	p.Skip(12)
	p.Zeros(20)
	if size == 1 {
		size = 1 << 16
	}
	p.Found("SQLite 3, pages of %d bytes", size)
}

// sqliteWAL (file format §4.1): magic 31, version 32, page size 29.
func sqliteWAL(p *proof.Cursor) {
	p.In("\x82\x83")
	p.Lit("\x00\x2d\xe2\x18")
	p.BEOneOf(4, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536)
	p.Found("SQLite write-ahead log")
}

// evtx (MS-EVEN6; libevtx §2): magic 64, header sizes and version 80, CRC 32.
func evtx(p *proof.Cursor) {
	p.SkipTo(32)
	p.Lit("\x80\x00\x00\x00")
	p.Skip(2)
	p.Lit("\x03\x00\x00\x10")
	crc := int64(crc32.ChecksumIEEE(p.Span(0, 120)))
	p.SkipTo(124)
	p.LE(4, crc, crc)
	p.Found("Windows event log")
}

// evtxChunk: magic 64, header length 32, CRC of the header and the string
// tables 32.
func evtxChunk(p *proof.Cursor) {
	p.SkipTo(40)
	p.Lit("\x80\x00\x00\x00")
	head, tables := p.Span(0, 120), p.Span(128, 512)
	crc := int64(crc32.Update(crc32.ChecksumIEEE(head), crc32.IEEETable, tables))
	p.SkipTo(124)
	p.LE(4, crc, crc)
	p.SkipTo(512)
	p.Found("chunk of a Windows event log")
}

// regf (regf specification §base block): magic 32, versions and type 126,
// checksum 32.
func regf(p *proof.Cursor) {
	p.SkipTo(20)
	p.Lit("\x01\x00\x00\x00")
	p.LE(4, 3, 6)
	p.Zeros(4)
	p.Lit("\x01\x00\x00\x00")
	var sum int64
	for i := 0; i < 508 && p.Alive(); i += 4 {
		sum ^= int64(p.LE32At(i))
	}
	if sum == 0xffffffff {
		sum--
	} else if sum == 0 {
		sum++
	}
	p.SkipTo(508)
	p.LE(4, sum, sum)
	p.Found("Windows registry hive")
}

// hbin is a block of a registry hive: magic 32, offset and size in pages 12 + 20,
// reserved 64, and a first cell of a size that fits 19.
func hbin(p *proof.Cursor) {
	offset, size := p.LEAny(4), p.LEAny(4)
	p.Want(offset&0xfff == 0 && offset < 1<<31, 13)
	p.Want(size&0xfff == 0 && size > 0 && size <= 1<<24, 20)
	p.Zeros(8)
	p.Found("block of a Windows registry hive")
}

// lnk (MS-SHLLINK 2.1): magic 160, flags 5, attributes 16, show command 30,
// reserved 80.
func lnk(p *proof.Cursor) {
	p.LE(4, 0, 1<<27-1)
	p.LE(4, 0, 1<<16-1)
	p.SkipTo(60)
	p.LEOneOf(4, 1, 3, 7)
	p.Skip(2)
	p.Zeros(10)
	p.Found("Windows shortcut")
}

// pst (MS-PST 2.2.2.6): magic 32, client 15, versions 30, platform 16, and
// the CRC of the 471 bytes from the client on, 32.
func pst(p *proof.Cursor) {
	crc := p.LEAny(4)
	from := p.Pos()
	p.OneOf("SM", "SO", "AB")
	p.LEOneOf(2, 14, 15, 23, 36, 37)
	p.Skip(2)
	p.Lit("\x01\x01")
	span := p.Span(from, from+471)
	p.Want(int64(proof.RawCRC32(0, span)) == crc, 32)
	p.Found("Outlook store")
}

// ese is the header of an Extensible Storage Engine database: magic 32, version
// 31, file type 31.
func ese(p *proof.Cursor) {
	p.Skip(4)
	p.Lit("\xef\xcd\xab\x89")
	p.LEOneOf(4, 0x620, 0x623)
	p.LE(4, 0, 1)
	p.Found("ESE database")
}

// jet: magic 152 and more with the name, version 29.
func jet(p *proof.Cursor) {
	name := p.OneOf("Jet DB\x00", "ACE DB\x00")
	p.LE(4, 0, 5)
	p.Found("Access database (%s)", [...]string{"Jet", "ACE"}[name])
}

// thumbcache: magic 32, version 29, type 28, first entry 27.
func thumbcache(p *proof.Cursor) {
	p.LEOneOf(4, 0x14, 0x15, 0x1a, 0x1c, 0x1e, 0x1f, 0x20)
	p.LE(4, 0, 15)
	p.LE(4, 24, 64)
	p.Found("Windows thumbnail cache")
}

// prefetch: version 29, magic 32, and a size; the name is UTF-16 of which we
// look at the zero bytes of the first two units only.
func prefetch(p *proof.Cursor) {
	p.LEOneOf(4, 17, 23, 26, 30, 31)
	p.Lit("SCCA")
	p.Skip(4)
	p.LE(4, 512, 1<<24)
	for range 2 {
		p.Each(1, proof.Printable)
		p.Zeros(1)
	}
	p.Found("Windows prefetch")
}

// journal (systemd JOURNAL_FILE_FORMAT): magic 64, flags 24, state 6, reserved 56.
func journal(p *proof.Cursor) {
	p.LE(4, 0, 7)
	p.LE(4, 0, 255)
	p.U8(0, 2)
	p.Zeros(7)
	p.Found("systemd journal")
}

// pcap (draft-ietf-opsawg-pcap §4): magic 32, version 32, reserved 64, snap
// length 12, link type 23.
func pcap(p *proof.Cursor) {
	order := proof.Little
	if p.Bytes()[0] == 0xa1 {
		order = proof.Big
	}
	p.Number(2, order, 2, 2)
	p.Number(2, order, 4, 4)
	p.Zeros(8)
	p.Number(4, order, 1, 1<<20)
	link := p.Number(4, order, 0, 511)
	p.Found("packet capture, link type %d", link)
}

// pcapng (draft-ietf-opsawg-pcapng §4.1): magic 32, byte order 31, length 18,
// version 32, length again 32.
func pcapng(p *proof.Cursor) {
	order := proof.Little
	if len(p.Bytes()) > 8 && p.Bytes()[8] == 0x1a {
		order = proof.Big
	}
	length := p.Number(4, order, 28, 1<<14)
	p.OneOf("\x4d\x3c\x2b\x1a", "\x1a\x2b\x3c\x4d")
	p.Number(2, order, 1, 1)
	p.Number(2, order, 0, 2)
	p.Want(length%4 == 0, 2)
	p.SkipTo(length - 4)
	p.Number(4, order, length, length)
	p.Found("packet capture")
}

// gitPack (gitformat-pack): magic 32, version 31, count 8, then the first object:
// its zlib stream has to decode to the length it states.
func gitPack(p *proof.Cursor) {
	p.BE(4, 2, 3)
	n := p.BE(4, 1, 1<<24)
	c := p.In(packTypes)
	length, shift := int64(c&15), 4
	for c&0x80 != 0 && shift < 32 && p.Alive() {
		c = byte(p.U8(0, 255))
		length |= int64(c&0x7f) << shift
		shift += 7
	}
	zlibHeader(p)
	deflate.Pass(p, func(out []byte) {
		p.Want(int64(len(out)) == length, 0)
		adler := int64(adler32.Checksum(out))
		p.BE(4, adler, adler)
	})
	p.Found("git pack, %d objects", n)
}

// packTypes are the first bytes of a commit, tree, blob or tag.
const packTypes = "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f" +
	"\x20\x21\x22\x23\x24\x25\x26\x27\x28\x29\x2a\x2b\x2c\x2d\x2e\x2f" +
	"\x30\x31\x32\x33\x34\x35\x36\x37\x38\x39\x3a\x3b\x3c\x3d\x3e\x3f" +
	"\x40\x41\x42\x43\x44\x45\x46\x47\x48\x49\x4a\x4b\x4c\x4d\x4e\x4f" +
	"\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f" +
	"\xa0\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae\xaf" +
	"\xb0\xb1\xb2\xb3\xb4\xb5\xb6\xb7\xb8\xb9\xba\xbb\xbc\xbd\xbe\xbf" +
	"\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf"

// zlibHeader (RFC 1950 §2.2) with a window of 32 KiB: 14 bits.
func zlibHeader(p *proof.Cursor) {
	p.Lit("\x78")
	p.In("\x01\x5e\x9c\xda")
}

// gitIndex of a pack, version 2: magic 64, then 256 counts that never fall and
// of which all are below 2^24, 8 each for the 64 looked at.
func gitIndex(p *proof.Cursor) {
	last := int64(0)
	for range 64 {
		last = p.BE(4, last, 1<<24)
	}
	p.Found("git pack index")
}

// swf, compressed (SWF 19 chapter 2): magic 24, version 2, length 5, zlib 14,
// and what the stream is worth.
func swf(p *proof.Cursor) {
	version := p.U8(3, 50)
	p.LE(4, 64, 1<<27)
	zlibHeader(p)
	deflate.Pass(p, func(out []byte) {
		adler := int64(adler32.Checksum(out))
		p.BE(4, adler, adler)
	})
	p.Found("Flash %d", version)
}
