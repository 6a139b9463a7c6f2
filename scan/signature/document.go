package signature

import "bytes"

// pdf: "%PDF-1." or "%PDF-2." 55, minor version 5, end of line 6.4, and then
// " obj" behind a digit within 4 KiB, 36.7 less 12 for the places tried
// (ISO 32000-1 §7.5.2).
func pdf(p *proof) {
	major := p.in("12")
	p.lit(".")
	minor := p.in("01234567")
	p.in("\r\n ")
	body := p.rest()
	body = body[:min(len(body), 4096)]
	for i := 1; i+4 <= len(body); i++ {
		if body[i] == ' ' && string(body[i:i+4]) == " obj" && digit.has[body[i-1]] {
			p.skip(i + 4)
			p.check(true, 32+digit.bits-12)
			p.found("PDF %c.%c", major, minor)
			return
		}
	}
}

// postscript: magic 88, version 16, and a comment line behind the first line.
func postscript(p *proof) {
	p.each(1, digit)
	p.lit(".")
	p.each(1, digit)
	line := p.until('\n', 0, 80, text)
	p.lit("%%")
	p.each(4, letters)
	if bytes.Contains(line, []byte("EPSF")) {
		p.found("Encapsulated PostScript")
	}
	p.found("PostScript")
}

// rtf: magic 48, a control word 6, and plain text 43.
func rtf(p *proof) {
	p.in("\\ {\r\n}")
	p.each(32, asciiText)
	p.found("RTF")
}

// oleStreams name the main stream of each kind of document.
func oleStreams() []string {
	return []string{"WordDocument", "Workbook", "Book", "PowerPoint Document", "VisioDocument", "__properties_version1.0",
		"Catalog", "EncryptedPackage"}
}

// ole (MS-CFB 2.2): magic 64, class 128, version and byte order 31, sector
// sizes 32, reserved 48.
func ole(p *proof) {
	p.zeros(16)
	p.skip(2)
	major := p.leOneOf(2, 3, 4)
	p.lit("\xfe\xff")
	shift := int64(9)
	if major == 4 {
		shift = 12
	}
	p.le(2, shift, shift)
	p.lit("\x06\x00")
	p.zeros(6)
	p.skip(4)
	p.le(4, 1, 1<<20)
	directory := p.leAny(4)
	p.skip(4)
	p.lit("\x00\x10\x00\x00") // streams below 4096 bytes live in the mini stream
	p.seek(512)
	p.found("OLE2 compound file")
	at := (directory + 1) << shift
	p.seek(at)
	oleDirectory(p, int(shift))
}

// oleDirectory looks for a stream that tells the application.
func oleDirectory(p *proof, shift int) {
	names := []string{"doc", "xls", "xls", "ppt", "visio", "msg", "thumbs-db", "ole-cfb"}
	entries := p.rest()
	for i := 0; i+128 <= len(entries) && i < 1<<shift; i += 128 {
		for n, stream := range oleStreams() {
			if utf16Prefix(entries[i:i+64], stream+"\x00") {
				p.kind = names[n]
			}
		}
	}
}

// utf16Prefix says whether b starts with s, an ASCII string, in UTF-16LE.
func utf16Prefix(b []byte, s string) bool {
	for i := range len(s) {
		if 2*i+2 > len(b) || b[2*i] != s[i] || b[2*i+1] != 0 {
			return false
		}
	}
	return true
}

// xml: magic 112, version and quotes 30, then text 64 (XML 1.0 §2.8).
func xml(p *proof) {
	p.in("\"'")
	p.lit("1.")
	p.in("01")
	p.in("\"'")
	decl := p.until('>', 1, 100, text)
	p.check(len(decl) > 0 && decl[len(decl)-1] == '?', 0)
	body := p.rest()
	p.each(min(len(body), 64), text)
	p.check(len(body) >= 64, 0)
	switch body = body[:min(len(body), 1024)]; {
	case bytes.Contains(body, []byte("<svg")):
		p.kind = "svg"
		p.found("SVG")
	case bytes.Contains(body, []byte("<plist")):
		p.found("XML property list")
	default:
		p.found("XML")
	}
}

// html: the document type or the opening tag, then text.
func htmlType(p *proof) {
	p.fold("octype")
	p.in(" \t\r\n")
	p.fold("html")
	p.in("> \t\r\n")
	p.each(64, text)
	p.found("HTML")
}

func htmlTag(p *proof) {
	p.fold("tml")
	p.in("> \t\r\n")
	p.each(192, text)
	p.found("HTML without document type")
}

// mail: a first field from the table, then three lines that are header fields
// or their continuation, 1.9 bits for each byte of a field's name (RFC 5322 §2.2).
func mail(p *proof) {
	p.until('\n', 0, 998, text)
	names := 0
	for n := 0; p.alive() && n < 64; n++ {
		p.pay(2)
		if c := p.peek(1, little); c == ' ' || c == '\t' {
			p.in(" \t")
			p.until('\n', 1, 998, text)
			continue
		}
		p.until(':', 2, 40, fieldName)
		p.in(" \t\r\n")
		p.until('\n', 0, 998, text)
		if names++; names >= 3 {
			p.found("mail message")
		}
	}
}

// mbox (RFC 4155): "From ", an address, and a date as asctime writes it, 160.
func mbox(p *proof) {
	p.until(' ', 1, 128, printable)
	p.maybe(" ")
	p.oneOf("Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun ")
	p.oneOf("Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ", "Jul ", "Aug ", "Sep ", "Oct ", "Nov ", "Dec ")
	p.in(" 0123")
	p.each(1, digit)
	for _, c := range []string{" ", ":", ":"} {
		p.lit(c)
		p.each(2, digit)
	}
	p.found("mailbox")
}

// card and calendar: magic 88 and more, then the line that must follow
// (RFC 6350 §6.7.9) or any property (RFC 5545 §3.1).
func card(p *proof) {
	p.maybe("\r")
	p.lit("\nVERSION:")
	p.in("234")
	p.lit(".")
	p.in("01")
	p.found("vCard")
}

func calendar(p *proof) {
	p.maybe("\r")
	p.lit("\n")
	p.oneOf("VERSION:", "PRODID:", "METHOD:", "CALSCALE:", "X-WR-")
	p.until('\n', 1, 998, text)
	p.found("iCalendar")
}

// script: "#!" 16, a path 32 and more, then text.
func script(p *proof) {
	p.maybe(" ")
	p.oneOf("/bin/", "/usr/bin/", "/usr/local/bin/", "/usr/sbin/", "/sbin/")
	p.until('\n', 2, 80, wordOrEnd)
	p.each(48, text)
	p.found("script")
}

// oneNote: file type GUID in the magic, zero GUID 128, format GUID 128
// (MS-ONESTORE 2.3.1).
func oneNote(p *proof) {
	p.skip(16)
	p.zeros(16)
	p.lit("\x3f\xdd\x9a\x10\x1b\x91\xf5\x49\xa5\xd0\x17\x91\xed\xc8\xae\xd8")
	p.found("OneNote")
}

// chm: magic 32, version 31, header length 31, constant 32.
func chm(p *proof) {
	p.leOneOf(4, 2, 3)
	p.leOneOf(4, 0x58, 0x60)
	p.lit("\x01\x00\x00\x00")
	p.found("compiled HTML help")
}

// dwg: "AC10" 32, version 13, five zeros 40; the sixth byte is the maintenance
// release, the seventh 0, 1 or 3 (Open Design Specification §3.1).
func dwg(p *proof) {
	version := []string{"R13", "R14", "2000", "2004", "2007", "2010", "2013", "2018"}
	i := p.oneOf("12", "14", "15", "18", "21", "24", "27", "32")
	p.zeros(5)
	p.skip(1)
	p.in("\x00\x01\x03")
	p.found("DWG %s", version[i])
}

// blend: magic 56, pointer size and byte order 14, version 14, first block 30.
func blend(p *proof) {
	p.in("_-")
	p.in("vV")
	p.each(3, digit)
	p.oneOf("REND", "TEST", "GLOB", "DATA")
	p.found("Blender")
}

// hdf5 (file format 2.0, superblock): magic 64, then version, reserved bytes
// and the sizes of offsets and lengths.
func hdf5(p *proof) {
	p.pay(2)
	old := p.peek(1, little) < 2
	if old {
		p.u8(0, 1)
		p.zeros(4)
	} else {
		p.u8(2, 3)
	}
	p.in("\x02\x04\x08")
	p.in("\x02\x04\x08")
	p.masked(0xf8, 0)
	if !old {
		p.zeros(8) // base address
	}
	p.found("HDF5")
}

// plist (Apple binary property list): magic 64, then the layout that
// CoreFoundation writes: a dictionary first, whose keys are ASCII strings that
// follow it. Keys are worth 4 and 1.4 a character; three of them are wanted, or
// all.
func plist(p *proof) {
	n := p.u8(0xd1, 0xdf) & 15
	if n == 15 {
		p.lit("\x10")
		n = p.u8(15, 255)
	}
	if p.maybe("\x00\x01") { // two bytes a reference; the first key is the next object
		p.skip(int(4*n) - 2)
	} else {
		p.lit("\x01")
		p.skip(int(2*n) - 1)
	}
	for i := int64(0); p.alive() && i < n; i++ {
		length := p.u8(0x51, 0x5f) & 15
		if length == 15 {
			p.lit("\x10")
			length = p.u8(15, 127)
		}
		p.each(int(length), printable)
		if i >= 2 || i == n-1 {
			p.found("binary property list, %d keys", n)
		}
	}
}

// mobi: a Palm database whose type is "BOOKMOBI" at 60.
func mobi(p *proof) {
	p.each(1, printable)
	p.seek(31)
	p.zeros(1)
	p.skip(28)
	p.lit("BOOKMOBI")
	p.skip(4)
	p.zeros(4)
	n := p.be(2, 2, 1<<14)
	first := p.be(4, 78+8*n, 78+8*n+64)
	p.seek(first)
	p.found("Mobipocket")
	p.seek(first + 16)
	p.lit("MOBI")
	p.mark()
}

// tzif (RFC 8536 §3.1): magic 32, version 6, unused 120.
func tzif(p *proof) {
	p.in("\x00234")
	p.zeros(15)
	p.found("time zone")
}

// mo is a gettext catalogue: magic 32, revision 30, counts and tables 60.
func mo(p *proof) {
	order := little
	if p.b[0] == 0x95 {
		order = big
	}
	p.numberOneOf(4, order, []int64{0, 1, 1 << 16, 1<<16 + 1})
	n := p.number(4, order, 1, 1<<20)
	originals := p.number(4, order, 28, 1<<10)
	p.number(4, order, originals+8*n, originals+8*n)
	p.found("message catalogue, %d messages", n)
}

// torrent (BEP 3): magic 88, length, and the tracker's scheme.
func torrent(p *proof) {
	p.each(1, digit)
	p.until(':', 0, 3, digitOrColon)
	p.oneOf("http://", "https://", "udp://")
	p.found("BitTorrent metadata")
}

// svg without an XML declaration: magic 32, and the name space within 1 KiB, 208
// less 10 for the places tried.
func svg(p *proof) {
	p.in(" \t\r\n")
	body := p.rest()
	i := bytes.Index(body[:min(len(body), 1024)], []byte("http://www.w3.org/2000/svg"))
	p.check(i >= 0, 26*8-10)
	p.skip(i + 26)
	p.found("SVG")
}
