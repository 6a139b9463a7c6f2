package signature

import (
	"bytes"
	"hash/crc32"
)

// sqlite (database file format §1.3): magic 128, page size 13, versions 14,
// payload fractions 24, schema format and encoding 60, reserved 160.
func sqlite(p *proof) {
	size := p.beOneOf(2, 512, 1024, 2048, 4096, 8192, 16384, 32768, 1)
	p.u8(1, 2)
	p.u8(1, 2)
	p.u8(0, 64)
	p.lit("\x40\x20\x20")
	p.seek(44)
	p.be(4, 0, 4)
	p.skip(8)
	p.be(4, 0, 3)
	p.skip(12)
	p.zeros(20)
	if size == 1 {
		size = 1 << 16
	}
	p.found("SQLite 3, pages of %d bytes", size)
}

// sqliteWAL (file format §4.1): magic 31, version 32, page size 29.
func sqliteWAL(p *proof) {
	p.in("\x82\x83")
	p.lit("\x00\x2d\xe2\x18")
	p.beOneOf(4, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536)
	p.found("SQLite write-ahead log")
}

// evtx (MS-EVEN6; libevtx §2): magic 64, header sizes and version 80, CRC 32.
func evtx(p *proof) {
	p.seek(32)
	p.lit("\x80\x00\x00\x00")
	p.skip(2)
	p.lit("\x03\x00\x00\x10")
	crc := int64(crc32.ChecksumIEEE(p.span(0, 120)))
	p.seek(124)
	p.le(4, crc, crc)
	p.found("Windows event log")
}

// evtxChunk: magic 64, header length 32, CRC of the header and the string
// tables 32.
func evtxChunk(p *proof) {
	p.seek(40)
	p.lit("\x80\x00\x00\x00")
	head, tables := p.span(0, 120), p.span(128, 512)
	crc := int64(crc32.Update(crc32.ChecksumIEEE(head), crc32.IEEETable, tables))
	p.seek(124)
	p.le(4, crc, crc)
	p.seek(512)
	p.found("chunk of a Windows event log")
}

// regf (regf specification §base block): magic 32, versions and type 126,
// checksum 32.
func regf(p *proof) {
	p.seek(20)
	p.lit("\x01\x00\x00\x00")
	p.le(4, 3, 6)
	p.zeros(4)
	p.lit("\x01\x00\x00\x00")
	var sum int64
	for i := 0; i < 508 && p.alive(); i += 4 {
		sum ^= int64(p.le32(i))
	}
	if sum == 0xffffffff {
		sum--
	} else if sum == 0 {
		sum++
	}
	p.seek(508)
	p.le(4, sum, sum)
	p.found("Windows registry hive")
}

// hbin is a block of a registry hive: magic 32, offset and size in pages 12 + 20,
// reserved 64, and a first cell of a size that fits 19.
func hbin(p *proof) {
	offset, size := p.leAny(4), p.leAny(4)
	p.check(offset&0xfff == 0 && offset < 1<<31, 13)
	p.check(size&0xfff == 0 && size > 0 && size <= 1<<24, 20)
	p.zeros(8)
	p.found("block of a Windows registry hive")
}

// lnk (MS-SHLLINK 2.1): magic 160, flags 5, attributes 16, show command 30,
// reserved 80.
func lnk(p *proof) {
	p.le(4, 0, 1<<27-1)
	p.le(4, 0, 1<<16-1)
	p.seek(60)
	p.leOneOf(4, 1, 3, 7)
	p.skip(2)
	p.zeros(10)
	p.found("Windows shortcut")
}

// pst (MS-PST 2.2.2.6): magic 32, client 15, versions 30, platform 16, and
// the CRC of the 471 bytes from the client on, 32.
func pst(p *proof) {
	crc := p.leAny(4)
	from := p.at
	p.oneOf("SM", "SO", "AB")
	p.leOneOf(2, 14, 15, 23, 36, 37)
	p.skip(2)
	p.lit("\x01\x01")
	span := p.span(from, from+471)
	p.check(int64(^crc32.Update(^uint32(0), crc32.IEEETable, span)) == crc, 32)
	p.found("Outlook store")
}

// ese is the header of an Extensible Storage Engine database: magic 32, version
// 31, file type 31.
func ese(p *proof) {
	p.skip(4)
	p.lit("\xef\xcd\xab\x89")
	p.leOneOf(4, 0x620, 0x623)
	p.le(4, 0, 1)
	p.found("ESE database")
}

// jet: magic 152 and more with the name, version 29.
func jet(p *proof) {
	name := p.oneOf("Jet DB\x00", "ACE DB\x00")
	p.le(4, 0, 5)
	p.found("Access database (%s)", [...]string{"Jet", "ACE"}[name])
}

// thumbcache: magic 32, version 29, type 28, first entry 27.
func thumbcache(p *proof) {
	p.leOneOf(4, 0x14, 0x15, 0x1a, 0x1c, 0x1e, 0x1f, 0x20)
	p.le(4, 0, 15)
	p.le(4, 24, 64)
	p.found("Windows thumbnail cache")
}

// prefetch: version 29, magic 32, and a size; the name is UTF-16 of which we
// look at the zero bytes of the first two units only.
func prefetch(p *proof) {
	p.leOneOf(4, 17, 23, 26, 30, 31)
	p.lit("SCCA")
	p.skip(4)
	p.le(4, 512, 1<<24)
	for range 2 {
		p.each(1, printable)
		p.zeros(1)
	}
	p.found("Windows prefetch")
}

// journal (systemd JOURNAL_FILE_FORMAT): magic 64, flags 24, state 6, reserved 56.
func journal(p *proof) {
	p.le(4, 0, 7)
	p.le(4, 0, 255)
	p.u8(0, 2)
	p.zeros(7)
	p.found("systemd journal")
}

// pcap (draft-ietf-opsawg-pcap §4): magic 32, version 32, reserved 64, snap
// length 12, link type 23.
func pcap(p *proof) {
	order := little
	if p.b[0] == 0xa1 {
		order = big
	}
	p.number(2, order, 2, 2)
	p.number(2, order, 4, 4)
	p.zeros(8)
	p.number(4, order, 1, 1<<20)
	link := p.number(4, order, 0, 511)
	p.found("packet capture, link type %d", link)
}

// pcapng (draft-ietf-opsawg-pcapng §4.1): magic 32, byte order 31, length 18,
// version 32, length again 32.
func pcapng(p *proof) {
	order := little
	if len(p.b) > 8 && p.b[8] == 0x1a {
		order = big
	}
	length := p.number(4, order, 28, 1<<14)
	p.oneOf("\x4d\x3c\x2b\x1a", "\x1a\x2b\x3c\x4d")
	p.number(2, order, 1, 1)
	p.number(2, order, 0, 2)
	p.check(length%4 == 0, 2)
	p.seek(length - 4)
	p.number(4, order, length, length)
	p.found("packet capture")
}

// vmdk (Virtual Disk Format 5.0): magic 32, version 30, flags 14, grain 56,
// table length 32, end-of-line test 32.
func vmdk(p *proof) {
	p.le(4, 1, 3)
	p.le(4, 0, 0x3ffff)
	p.skip(8)
	p.leOneOf(8, 8, 16, 32, 64, 128, 256, 512, 1024)
	p.skip(16)
	p.le(4, 512, 512)
	p.seek(73)
	p.lit("\n \r\n")
	p.found("VMDK extent")
}

// vmdkText is a descriptor file: magic 21 bytes, then its first setting.
func vmdkText(p *proof) {
	p.maybe("\r")
	p.lit("\n")
	p.oneOf("version=", "version =", "VERSION=")
	p.found("VMDK descriptor")
}

// qcow2 (QEMU docs/interop/qcow2): magic 32, version 31, clusters 28, encryption
// 30, table sizes 12.
func qcow2(p *proof) {
	version := p.be(4, 2, 3)
	p.be(8, 0, 1<<40)
	p.be(4, 0, 1023)
	bits := p.be(4, 9, 21)
	size := p.be(8, 0, 1<<56)
	p.be(4, 0, 2)
	p.be(4, 0, 1<<25)
	p.found("QCOW%d, %d MiB, clusters of %d bytes", version, size>>20, 1<<bits)
}

// vhd footer (Virtual Hard Disk Image Format): magic 64, features 30, version
// 32, type 30, checksum 32.
func vhd(p *proof) {
	p.beOneOf(4, 0, 1, 2, 3)
	p.lit("\x00\x01\x00\x00")
	p.seek(60)
	kind := p.be(4, 2, 4)
	sum := int64(0)
	for i, c := range p.span(0, 512) {
		if i < 64 || i >= 68 {
			sum += int64(c)
		}
	}
	sum ^= 0xffffffff
	p.be(4, sum, sum)
	p.found("VHD, %s", [...]string{"", "", "fixed", "dynamic", "differencing"}[kind])
}

// vhdx (MS-VHDX 2.2.1): magic 64, then the creator's name in UTF-16, of which
// eight units are below U+0100: 64.
func vhdx(p *proof) {
	for range 8 {
		p.skip(1)
		p.zeros(1)
	}
	p.found("VHDX")
	p.seek(64 << 10)
	p.lit("head")
	p.mark()
}

// vdi: a sentence of which 32 bits are checked, signature 32, version 32, header 25, type 30.
func vdi(p *proof) {
	p.seek(64)
	p.lit("\x7f\x10\xda\xbe\x01\x00\x01\x00")
	p.le(4, 0x150, 0x200)
	p.le(4, 1, 4)
	p.found("VirtualBox disk")
}

// e01 (EWF specification §3): magic 64, constants 24, segment, then the first
// section with its Adler-32 checksum 32.
func e01(p *proof) {
	p.lit("\x01")
	segment := p.le(2, 1, 1<<15)
	p.lit("\x00\x00")
	from := p.at
	p.oneOf("header2\x00", "header\x00\x00", "volume\x00\x00", "data\x00\x00\x00\x00", "sectors\x00")
	p.zeros(8)
	p.skip(16)
	p.zeros(40)
	adler := int64(adler32(p.span(from, p.at)))
	p.le(4, adler, adler)
	p.found("EnCase evidence, segment %d", segment)
}

// adler32 as RFC 1950 §8.2 defines it.
func adler32(b []byte) uint32 {
	a, s := uint32(1), uint32(0)
	for _, c := range b {
		a = (a + uint32(c)) % 65521
		s = (s + a) % 65521
	}
	return s<<16 | a
}

// gitPack (gitformat-pack): magic 32, version 31, count 8, then the first object:
// its zlib stream has to decode to the length it states.
func gitPack(p *proof) {
	p.be(4, 2, 3)
	n := p.be(4, 1, 1<<24)
	c := p.in(packTypes)
	length, shift := int64(c&15), 4
	for c&0x80 != 0 && shift < 32 && p.alive() {
		c = byte(p.u8(0, 255))
		length |= int64(c&0x7f) << shift
		shift += 7
	}
	zlibHeader(p)
	deflated(p, func(z *inflater) {
		p.check(int64(len(z.out)) == length, 0)
		adler := int64(adler32(z.out))
		p.be(4, adler, adler)
	})
	p.found("git pack, %d objects", n)
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
func zlibHeader(p *proof) {
	p.lit("\x78")
	p.in("\x01\x5e\x9c\xda")
}

// gitIndex of a pack, version 2: magic 64, then 256 counts that never fall and
// of which all are below 2^24, 8 each for the 64 looked at.
func gitIndex(p *proof) {
	last := int64(0)
	for range 64 {
		last = p.be(4, last, 1<<24)
	}
	p.found("git pack index")
}

// swf, compressed (SWF 19 chapter 2): magic 24, version 2, length 5, zlib 14,
// dynamic block 27.
func swf(p *proof) {
	version := p.u8(3, 50)
	p.le(4, 64, 1<<27)
	zlibHeader(p)
	deflated(p, func(z *inflater) {
		adler := int64(adler32(z.out))
		p.be(4, adler, adler)
	})
	p.found("Flash %d", version)
}

// pem is a block of PEM armour (RFC 7468): magic 88, label, and 32 characters of
// base 64, 2 bits each.
func pem(p *proof) {
	kinds := []string{"pem-private-key", "pem-private-key", "pem-private-key", "pem-private-key", "pem-private-key",
		"openssh-private-key", "pem-certificate", "pem-certificate", "pem-certificate", "pem-public-key", "pem-certificate",
		"pgp-armored", "pgp-armored", "pgp-armored", "pgp-armored"}
	names := []string{"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY",
		"OPENSSH PRIVATE KEY", "CERTIFICATE", "CERTIFICATE REQUEST", "X509 CRL", "PUBLIC KEY", "TRUSTED CERTIFICATE",
		"PGP MESSAGE", "PGP PRIVATE KEY BLOCK", "PGP PUBLIC KEY BLOCK", "PGP SIGNATURE"}
	var labels []string
	for _, n := range names {
		labels = append(labels, n+"-----")
	}
	i := p.oneOf(labels...)
	p.kind = kinds[i]
	p.maybe("\r")
	p.lit("\n")
	for n := 0; p.alive() && n < 8; n++ { // fields before the body
		p.pay(2)
		line, _, _ := bytes.Cut(p.rest(), []byte("\n"))
		if len(bytes.TrimSpace(line)) > 0 && !bytes.Contains(line, []byte(":")) {
			break
		}
		p.until('\n', 0, 200, asciiText)
	}
	if p.kind == "openssh-private-key" {
		p.lit("b3BlbnNzaC1rZXktdjE")
	} else {
		p.each(32, base64set)
	}
	p.found("%s", names[i])
}

// pkcs8, pkcs1, pkcs12 and x509 in DER (X.690 §8): each length has two bytes,
// and an inner one has to fit into the outer.
func der(p *proof) {
	outer := p.be(2, 64, 1<<16-1)
	p.pay(3)
	switch {
	case hasPrefix(p.rest(), "\x02\x01\x03\x30"):
		p.lit("\x02\x01\x03\x30")
		p.kind = "pkcs12"
		pkcs12(p)
	case hasPrefix(p.rest(), "\x02\x01\x00"):
		p.lit("\x02\x01\x00")
		p.kind = "der-private-key"
		if p.oneOf("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x04\x82", "\x02\x82") == 0 {
			p.be(2, 32, outer)
			p.lit("\x30\x82")
			p.be(2, 32, outer)
			p.lit("\x02\x01\x00")
			p.found("PKCS #8 RSA key")
			return
		}
		length := p.be(2, 65, 1025)
		p.lit("\x00")
		p.skip(int(length) - 1)
		p.lit("\x02\x03\x01\x00\x01")
		p.found("PKCS #1 RSA key of %d bits", 8*(length-1))
	default:
		p.kind = "x509"
		p.lit("\x30\x82")
		p.be(2, 32, outer)
		p.lit("\xa0\x03\x02\x01\x02\x02")
		p.skip(int(p.u8(1, 21)))
		p.lit("\x30")
		p.u8(10, 64)
		p.lit("\x06")
		p.found("X.509 certificate")
	}
}

// pkcs12 (RFC 7292 §4): the content type is data, 72 bits.
func pkcs12(p *proof) {
	p.oneOf("\x82", "\x80")
	if p.alive() && p.b[p.at-1] == 0x82 {
		p.skip(2)
	}
	p.lit("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0")
	p.found("PKCS #12")
}

// jks is a Java key store: magic 32, version 31, count 22, first tag 31, alias 8.
func jks(p *proof) {
	p.be(4, 1, 2)
	n := p.be(4, 1, 1023)
	p.be(4, 1, 3)
	p.each(int(p.be(2, 1, 255)), fileName)
	p.found("Java key store, %d entries", n)
}

// kdbx (KeePass): magic 64, version 26, then header fields, 4 for each kind and
// the lengths they have.
func kdbx(p *proof) {
	p.le(2, 0, 15)
	version := p.le(2, 3, 4)
	width := 2
	if version == 4 {
		width = 4
	}
	for n := 0; p.alive() && n < 4; n++ {
		if p.u8(1, 12) == 0 {
			return
		}
		p.skip(int(p.le(width, 0, 255)))
	}
	p.found("KeePass %d", version)
}
