// Package document knows the beginnings of documents and of text with a structure: office
// files before they were ZIP archives, PDF, mark-up, mail, calendars. Plain text is package text's. Where a
// format is text all the way, plain text that goes on is what confirms it.
//
// To add a kind, add a row to Formats and a parser that reads like the header does.
package document

import (
	"bytes"

	"shokyo.dev/shokyo/scan/proof"
)

// Formats are documents and text with structure, in the order in which they are tried.
var Formats = []proof.Format{
	proof.File("%PDF-", pdf, "pdf"),
	proof.File("%!PS-Adobe-", postscript, "ps"),
	proof.File("{\\rtf1", rtf, "rtf"),
	proof.File("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ole, "ole-cfb", "doc", "xls", "ppt", "visio", "msg", "thumbs-db"),
	proof.File("<?xml version=", xml, "xml", "svg"),
	proof.File("\xef\xbb\xbf<?xml version=", xml, "xml", "svg"),
	proof.File("<!D", htmlType, "html"),
	proof.File("<!d", htmlType, "html"),
	proof.File("<h", htmlTag, "html"),
	proof.File("<H", htmlTag, "html"),
	proof.File("Return-Path: <", mail, "eml"),
	proof.File("Received: ", mail, "eml"),
	proof.File("Delivered-To: ", mail, "eml"),
	proof.File("From: ", mail, "eml"),
	proof.File("Date: ", mail, "eml"),
	proof.File("Subject: ", mail, "eml"),
	proof.File("Message-ID: <", mail, "eml"),
	proof.File("MIME-Version: 1.0", mail, "eml"),
	proof.File("From ", mbox, "mbox"),
	proof.File("BEGIN:VCARD", card, "vcard"),
	proof.File("BEGIN:VCALENDAR", calendar, "icalendar"),
	proof.File("#!", script, "script"),
	proof.File("\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", oneNote, "onenote"),
	proof.File("ITSF", chm, "chm"),
	proof.File("AC10", dwg, "dwg"),
	proof.File("BLENDER", blend, "blend"),
	proof.File("\x89HDF\r\n\x1a\n", hdf5, "hdf5"),
	proof.File("bplist00", plist, "bplist"),
	proof.FileAt(60, "BOOKMOBI", mobi, "mobi"),
	proof.File("d8:announce", torrent, "torrent"),
}

// Sets of this room.
var (
	fieldName    = proof.NewCharset("A-Za-z0-9:-")       // header fields of mail, with the colon that ends them
	wordOrEnd    = proof.NewCharset("A-Za-z0-9+./ _\n-") // interpreter line of a script, with its end
	digitOrColon = proof.NewCharset("0-9:")
)

// pdf: "%PDF-1." or "%PDF-2." 55, minor version 5, end of line 6.4, and then
// " obj" behind a digit within 4 KiB, 36.7 less 12 for the places tried
// (ISO 32000-1 §7.5.2).
func pdf(p *proof.Cursor) {
	major := p.In("12")
	p.Lit(".")
	minor := p.In("01234567")
	p.In("\r\n ")
	body := p.Rest()
	body = body[:min(len(body), 4096)]
	for i := 1; i+4 <= len(body); i++ {
		if body[i] == ' ' && string(body[i:i+4]) == " obj" && proof.Digits.Has(body[i-1]) {
			p.Skip(i + 4)
			p.Want(true, 32+proof.Digits.Bits()-12)
			p.Found("PDF %c.%c", major, minor)
			return
		}
	}
}

// postscript: magic 88, version 16, and a comment line behind the first line.
func postscript(p *proof.Cursor) {
	p.Each(1, proof.Digits)
	p.Lit(".")
	p.Each(1, proof.Digits)
	line := p.Until('\n', 0, 80, proof.Text)
	p.Lit("%%")
	p.Each(4, proof.Letters)
	if bytes.Contains(line, []byte("EPSF")) {
		p.Found("Encapsulated PostScript")
	}
	p.Found("PostScript")
}

// rtf: magic 48, a control word 6, and plain text 43.
func rtf(p *proof.Cursor) {
	p.In("\\ {\r\n}")
	p.Each(32, proof.ASCIIText)
	p.Found("RTF")
}

// oleStreams name the main stream of each kind of document.
func oleStreams() []string {
	return []string{"WordDocument", "Workbook", "Book", "PowerPoint Document", "VisioDocument", "__properties_version1.0",
		"Catalog", "EncryptedPackage"}
}

// ole (MS-CFB 2.2): magic 64, class 128, version and byte order 31, sector
// sizes 32, reserved 48.
func ole(p *proof.Cursor) {
	p.Zeros(16)
	p.Skip(2)
	major := p.LEOneOf(2, 3, 4)
	p.Lit("\xfe\xff")
	shift := int64(9)
	if major == 4 {
		shift = 12
	}
	p.LE(2, shift, shift)
	p.Lit("\x06\x00")
	p.Zeros(6)
	p.Skip(4)
	p.LE(4, 1, 1<<20)
	directory := p.LEAny(4)
	p.Skip(4)
	p.Lit("\x00\x10\x00\x00") // streams below 4096 bytes live in the mini stream
	p.SkipTo(512)
	p.Found("OLE2 compound file")
	at := (directory + 1) << shift
	p.SkipTo(at)
	oleDirectory(p, int(shift))
}

// oleDirectory looks for a stream that tells the application.
func oleDirectory(p *proof.Cursor, shift int) {
	names := []string{"doc", "xls", "xls", "ppt", "visio", "msg", "thumbs-db", "ole-cfb"}
	entries := p.Rest()
	for i := 0; i+128 <= len(entries) && i < 1<<shift; i += 128 {
		for n, stream := range oleStreams() {
			if utf16Prefix(entries[i:i+64], stream+"\x00") {
				p.Kind = names[n]
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
func xml(p *proof.Cursor) {
	p.In("\"'")
	p.Lit("1.")
	p.In("01")
	p.In("\"'")
	decl := p.Until('>', 1, 100, proof.Text)
	p.Want(len(decl) > 0 && decl[len(decl)-1] == '?', 0)
	body := p.Rest()
	p.Each(min(len(body), 64), proof.Text)
	p.Want(len(body) >= 64, 0)
	switch body = body[:min(len(body), 1024)]; {
	case bytes.Contains(body, []byte("<svg")):
		p.Kind = "svg"
		p.Found("SVG")
	case bytes.Contains(body, []byte("<plist")):
		p.Found("XML property list")
	default:
		p.Found("XML")
	}
}

// html: the document type or the opening tag, then text.
func htmlType(p *proof.Cursor) {
	p.Fold("octype")
	p.In(" \t\r\n")
	p.Fold("html")
	p.In("> \t\r\n")
	p.Each(64, proof.Text)
	p.Found("HTML")
}

func htmlTag(p *proof.Cursor) {
	p.Fold("tml")
	p.In("> \t\r\n")
	p.Each(192, proof.Text)
	p.Found("HTML without document type")
}

// mail: a first field from the table, then three lines that are header fields
// or their continuation, 1.9 bits for each byte of a field's name (RFC 5322 §2.2).
func mail(p *proof.Cursor) {
	p.Until('\n', 0, 998, proof.Text)
	names := 0
	for n := 0; p.Alive() && n < 64; n++ {
		p.Alternatives(2)
		if c := p.Peek(1, proof.Little); c == ' ' || c == '\t' {
			p.In(" \t")
			p.Until('\n', 1, 998, proof.Text)
			continue
		}
		p.Until(':', 2, 40, fieldName)
		p.In(" \t\r\n")
		p.Until('\n', 0, 998, proof.Text)
		if names++; names >= 3 {
			p.Found("mail message")
		}
	}
}

// mbox (RFC 4155): "From ", an address, and a date as asctime writes it, 160.
func mbox(p *proof.Cursor) {
	p.Until(' ', 1, 128, proof.Printable)
	p.Maybe(" ")
	p.OneOf("Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun ")
	p.OneOf("Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ", "Jul ", "Aug ", "Sep ", "Oct ", "Nov ", "Dec ")
	p.In(" 0123")
	p.Each(1, proof.Digits)
	for _, c := range []string{" ", ":", ":"} {
		p.Lit(c)
		p.Each(2, proof.Digits)
	}
	p.Found("mailbox")
}

// card and calendar: magic 88 and more, then the line that must follow
// (RFC 6350 §6.7.9) or any property (RFC 5545 §3.1).
func card(p *proof.Cursor) {
	p.Maybe("\r")
	p.Lit("\nVERSION:")
	p.In("234")
	p.Lit(".")
	p.In("01")
	p.Found("vCard")
}

func calendar(p *proof.Cursor) {
	p.Maybe("\r")
	p.Lit("\n")
	p.OneOf("VERSION:", "PRODID:", "METHOD:", "CALSCALE:", "X-WR-")
	p.Until('\n', 1, 998, proof.Text)
	p.Found("iCalendar")
}

// script: "#!" 16, a path 32 and more, then text.
func script(p *proof.Cursor) {
	p.Maybe(" ")
	p.OneOf("/bin/", "/usr/bin/", "/usr/local/bin/", "/usr/sbin/", "/sbin/")
	p.Until('\n', 2, 80, wordOrEnd)
	p.Each(48, proof.Text)
	p.Found("script")
}

// oneNote: file type GUID in the magic, zero GUID 128, format GUID 128
// (MS-ONESTORE 2.3.1).
func oneNote(p *proof.Cursor) {
	p.Skip(16)
	p.Zeros(16)
	p.Lit("\x3f\xdd\x9a\x10\x1b\x91\xf5\x49\xa5\xd0\x17\x91\xed\xc8\xae\xd8")
	p.Found("OneNote")
}

// chm: magic 32, version 31, header length 31, constant 32.
func chm(p *proof.Cursor) {
	p.LEOneOf(4, 2, 3)
	p.LEOneOf(4, 0x58, 0x60)
	p.Lit("\x01\x00\x00\x00")
	p.Found("compiled HTML help")
}

// dwg: "AC10" 32, version 13, five zeros 40; the sixth byte is the maintenance
// release, the seventh 0, 1 or 3 (Open Design Specification §3.1).
func dwg(p *proof.Cursor) {
	version := []string{"R13", "R14", "2000", "2004", "2007", "2010", "2013", "2018"}
	i := p.OneOf("12", "14", "15", "18", "21", "24", "27", "32")
	p.Zeros(5)
	p.Skip(1)
	p.In("\x00\x01\x03")
	p.Found("DWG %s", version[i])
}

// blend: magic 56, pointer size and byte order 14, version 14, first block 30.
func blend(p *proof.Cursor) {
	p.In("_-")
	p.In("vV")
	p.Each(3, proof.Digits)
	p.OneOf("REND", "TEST", "GLOB", "DATA")
	p.Found("Blender")
}

// hdf5 (file format 2.0, superblock): magic 64, then version, reserved bytes
// and the sizes of offsets and lengths.
func hdf5(p *proof.Cursor) {
	p.Alternatives(2)
	old := p.Peek(1, proof.Little) < 2
	if old {
		p.U8(0, 1)
		p.Zeros(4)
	} else {
		p.U8(2, 3)
	}
	p.In("\x02\x04\x08")
	p.In("\x02\x04\x08")
	p.Masked(0xf8, 0)
	if !old {
		p.Zeros(8) // base address
	}
	p.Found("HDF5")
}

// plist (Apple binary property list): magic 64, then the layout that
// CoreFoundation writes: a dictionary first, whose keys are ASCII strings that
// follow it. Keys are worth 4 and 1.4 a character; three of them are wanted, or
// all.
func plist(p *proof.Cursor) {
	n := p.U8(0xd1, 0xdf) & 15
	if n == 15 {
		p.Lit("\x10")
		n = p.U8(15, 255)
	}
	if p.Maybe("\x00\x01") { // two bytes a reference; the first key is the next object
		p.Skip(int(4*n) - 2)
	} else {
		p.Lit("\x01")
		p.Skip(int(2*n) - 1)
	}
	for i := int64(0); p.Alive() && i < n; i++ {
		length := p.U8(0x51, 0x5f) & 15
		if length == 15 {
			p.Lit("\x10")
			length = p.U8(15, 127)
		}
		p.Each(int(length), proof.Printable)
		if i >= 2 || i == n-1 {
			p.Found("binary property list, %d keys", n)
		}
	}
}

// mobi: a Palm database whose type is "BOOKMOBI" at 60.
func mobi(p *proof.Cursor) {
	p.Each(1, proof.Printable)
	p.SkipTo(31)
	p.Zeros(1)
	p.Skip(28)
	p.Lit("BOOKMOBI")
	p.Skip(4)
	p.Zeros(4)
	n := p.BE(2, 2, 1<<14)
	first := p.BE(4, 78+8*n, 78+8*n+64)
	p.SkipTo(first)
	p.Found("Mobipocket")
	p.SkipTo(first + 16)
	p.Lit("MOBI")
	p.Mark()
}

// torrent (BEP 3): magic 88, length, and the tracker's scheme.
func torrent(p *proof.Cursor) {
	p.Each(1, proof.Digits)
	p.Until(':', 0, 3, digitOrColon)
	p.OneOf("http://", "https://", "udp://")
	p.Found("BitTorrent metadata")
}
