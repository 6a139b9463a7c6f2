// Package picture knows the beginnings of pictures: what cameras, browsers, scanners and
// drawing programs write. Each parser starts behind the magic number and holds the fields that
// the format's specification constrains to what they may be; its comment cites the
// specification and says what the checks are worth in bits.
//
// To add a kind, add a row to Formats and a parser that reads like the header does.
package picture

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"math"

	"shokyo.dev/shokyo/scan/proof"
)

// Formats are pictures, in the order in which they are tried.
var Formats = []proof.Format{
	proof.File("\xff\xd8\xff", jpeg, "jpeg"),
	proof.File("\x89PNG\r\n\x1a\n", png, "png"),
	proof.File("GIF8", gif, "gif"),
	proof.File("BM", bmp, "bmp"),
	proof.File("II*\x00", tiff, "tiff"),
	proof.File("MM\x00*", tiff, "tiff"),
	proof.File("8BPS", psd, "psd"),
	proof.File("gimp xcf ", xcf, "xcf"),
	proof.File("\x00\x00\x01\x00", ico, "ico"),
	proof.File("\x00\x00\x02\x00", ico, "cur"),
	proof.File("icns", icns, "icns"),
	proof.File("AT&TFORM", djvu, "djvu"),
	proof.File("\x00\x00\x00\x0cjP  \r\n\x87\n", jp2, "jpeg2000"),
	proof.File("\x00\x00\x00\x0cJXL \r\n\x87\n", jxl, "jpeg-xl"),
	proof.File("\x01\x00\x00\x00", emf, "emf"),
	proof.File("\xd7\xcd\xc6\x9a", wmf, "wmf"),
	proof.FileAt(128, "DICM", dicom, "dicom"),
	proof.File("<svg", svg, "svg"),
}

// maxCRC bounds the bytes that one call runs checksums over: a hostile medium
// can have a candidate in every sector.
const maxCRC = 64 << 10

// jpegMarkers may follow each other in a JPEG header (ITU-T T.81 table B.1):
// SOF0-3, DHT, SOF5-7, SOF9-11, DAC, SOF13-15, SOS, DQT, DNL, DRI, APPn, COM.
const jpegMarkers = "\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc9\xca\xcb\xcc\xcd\xce\xcf\xda\xdb\xdc\xdd" +
	"\xe0\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef\xfe"

// jpeg: FF D8 FF 24, then the chain of marker segments. A JFIF or Exif segment
// and the marker behind it are worth 24 + 2.9 + 36 + 8 + 2.9 = 73; without
// one, quantisation table and frame header are worth 24 + 2.9 + 17 + 10.9 + 43.
func jpeg(p *proof.Cursor) {
	name := ""
	for n := 0; p.Alive() && n < 256; n++ {
		if n > 0 {
			p.Lit("\xff")
		}
		marker := p.In(jpegMarkers)
		if name != "" {
			p.Found("%s", name)
		}
		length := p.BEAny(2)
		p.Want(length >= 2, 0)
		end := p.Pos() + int(length) - 2
		switch {
		case marker == 0xdb:
			jpegTables(p, int(length)-2)
		case marker == 0xc0 || marker == 0xc1 || marker == 0xc2:
			name = jpegFrame(p, marker, length)
		case marker == 0xda:
			jpegScan(p, length)
			p.Mark()
			return
		case n == 0:
			switch p.Alternatives(3); {
			case p.Ahead("JFIF\x00"):
				p.Lit("JFIF\x00")
				name = "JPEG JFIF"
			case p.Ahead("Exif\x00\x00"):
				p.Lit("Exif\x00\x00")
				name = "JPEG Exif"
			}
		}
		p.SkipTo(int64(end))
	}
}

// jpegTables: precision and slot of each table can have 8 of 256 values, and
// the tables have to fill the segment, which leaves 14 of 2^16 lengths.
func jpegTables(p *proof.Cursor, size int) {
	valid := false
	for a := range 5 {
		for b := range 5 - a {
			valid = valid || a+b > 0 && size == 65*a+129*b
		}
	}
	p.Want(valid, 12)
	for size > 0 && p.Alive() {
		c := p.In("\x00\x01\x02\x03\x10\x11\x12\x13")
		n := 64 << (c >> 4)
		p.Skip(n)
		size -= 1 + n
	}
	p.Want(size == 0, 0)
}

func jpegFrame(p *proof.Cursor, marker byte, length int64) string {
	p.Want(length == 11 || length == 14 || length == 17 || length == 20, 14)
	p.In("\x08\x0c")
	h, w := p.BE(2, 0, 1<<16-1), p.BE(2, 1, 1<<16-1)
	components := (length - 8) / 3
	p.U8(components, components)
	for range components {
		p.Skip(1)
		p.Masked(0x88, 0) // sampling factors 1 to 4
		p.U8(0, 3)
	}
	kind := "baseline"
	if marker == 0xc2 {
		kind = "progressive"
	} else if marker == 0xc1 {
		kind = "extended"
	}
	return fmt.Sprintf("JPEG %s %dx%d", kind, w, h)
}

func jpegScan(p *proof.Cursor, length int64) {
	p.Want(length == 8 || length == 10 || length == 12 || length == 6, 14)
	p.U8((length-6)/2, (length-6)/2)
	p.SkipTo(int64(p.Pos()) + length - 3)
}

// png: the magic 64, then IHDR with its CRC 160, then the chunk chain with a
// CRC each (PNG, third edition, §5.3).
func png(p *proof.Cursor) {
	start := p.Pos()
	p.Lit("\x00\x00\x00\x0dIHDR")
	w, h := p.BE(4, 1, 1<<31-1), p.BE(4, 1, 1<<31-1)
	p.In("\x01\x02\x04\x08\x10")
	p.In("\x00\x02\x03\x04\x06")
	p.Lit("\x00\x00")
	p.In("\x00\x01")
	pngCRC(p, start+4, p.Pos())
	p.Found("PNG %dx%d", w, h)
	for n := 0; p.Alive() && n < 1024; n++ {
		length := p.BE(4, 0, 1<<31-1)
		start := p.Pos() // the CRC covers the type and the data
		p.Each(4, proof.Letters)
		p.SkipTo(int64(p.Pos()) + length)
		if p.Pos() < maxCRC {
			pngCRC(p, start, p.Pos())
		} else {
			p.Skip(4)
		}
		p.Mark()
		if bytes.HasPrefix(p.Bytes()[min(start, len(p.Bytes())):], []byte("IEND")) {
			return
		}
	}
}

// pngCRC wants the big-endian CRC-32 of what lies between.
func pngCRC(p *proof.Cursor, from, to int) {
	span := p.Span(from, to)
	p.Want(p.Peek(4, proof.Big) == int64(crc32.ChecksumIEEE(span)), 32)
	p.Skip(4)
}

// gif: version 47, aspect ratio 7, then blocks: an extension is worth 14 and
// more, an image descriptor what its place on the canvas leaves out
// (GIF89a §18-26).
func gif(p *proof.Cursor) {
	p.In("79")
	p.Lit("a")
	w, h := p.LE(2, 1, 1<<16-1), p.LE(2, 1, 1<<16-1)
	flags := p.U8(0, 255)
	p.Skip(1)
	p.In("\x00\x31") // square pixels
	if flags&0x80 != 0 {
		p.Skip(3 << (flags&7 + 1))
	}
	left := 4096 // sub-blocks, over the whole file
	for n := 0; p.Alive() && n < 1024; n++ {
		if n > 0 && p.Strength() > proof.MinBits+8 {
			p.Found("GIF %dx%d", w, h)
		}
		switch c := p.In("\x21\x2c\x3b"); c {
		case 0x21:
			gifExtension(p, &left)
		case 0x2c:
			gifImage(p, w, h, &left)
		default:
			p.Mark()
			return
		}
	}
}

func gifExtension(p *proof.Cursor, left *int) {
	switch p.In("\xf9\xfe\xff\x01") {
	case 0xf9:
		p.Lit("\x04")
		p.Masked(0xe0, 0)
		p.Skip(3)
		p.Lit("\x00")
		return
	case 0xff:
		p.Lit("\x0b")
		p.Each(8, proof.Printable)
		p.Skip(3)
	}
	gifBlocks(p, left)
}

// gifImage: x+w ≤ W and y+h ≤ H hold for at most W² and H² of 2^32 pairs each.
func gifImage(p *proof.Cursor, w, h int64, left *int) {
	x, y, iw, ih := p.LEAny(2), p.LEAny(2), p.LEAny(2), p.LEAny(2)
	p.Want(x+iw <= w && y+ih <= h && iw > 0 && ih > 0,
		64-2*math.Log2(float64(w)+1)-2*math.Log2(float64(h)+1))
	flags := p.Masked(0x18, 0)
	if flags&0x80 != 0 {
		p.Skip(3 << (flags&7 + 1))
	}
	p.U8(2, 8)
	gifBlocks(p, left)
}

// gifBlocks walks sub-blocks up to the empty one; a length byte proves nothing.
func gifBlocks(p *proof.Cursor, left *int) {
	for ; p.Alive() && *left > 0; *left-- {
		n := p.U8(0, 255)
		p.Skip(int(n))
		if n == 0 {
			return
		}
	}
	p.Fail()
}

// bmp: BM 16, reserved 32, header size 29, planes 16, depth 13, compression 29,
// data offset 22.
func bmp(p *proof.Cursor) {
	p.Skip(4)
	p.Zeros(4)
	data := p.LEAny(4)
	header := p.LEOneOf(4, 40, 52, 56, 64, 108, 124)
	p.Want(data >= 14+header && data < 14+header+1024+1024, 21)
	w := p.LE(4, 1, 1<<16)
	h := p.LEAny(4)
	if h >= 1<<31 { // negative: rows from top to bottom
		h = 1<<32 - h
	}
	p.Lit("\x01\x00")
	depth := p.LEOneOf(2, 1, 4, 8, 16, 24, 32)
	p.LE(4, 0, 6)
	p.Want(h <= 1<<16 && h > 0, 15)
	p.Found("BMP %dx%d, %d bit", w, h, depth)
}

// tiff: the first directory has to lie in what is there. Each entry has one of
// 13 types of 2^16, 12.3 bits; the tags rise (TIFF 6.0 §2).
func tiff(p *proof.Cursor) {
	order := proof.Little
	if p.Bytes()[0] == 'M' {
		order = proof.Big
	}
	p.SkipTo(p.Number(4, order, 8, int64(len(p.Bytes()))))
	n := p.Number(2, order, 4, 256)
	var w, h, last int64
	for range n {
		tag := p.NumberAny(2, order)
		p.Want(tag > last, 0)
		last = tag
		p.Number(2, order, 1, 13)
		p.Number(4, order, 1, 1<<28)
		value := p.Peek(4, order)
		if order == proof.Big && value >= 1<<16 {
			value >>= 16 // a short stands in the upper half
		}
		switch p.Skip(4); tag {
		case 256:
			w = value
		case 257:
			h = value
		}
	}
	p.Found("TIFF %dx%d, %d entries", w, h, n)
}

// psd: magic 32, version 16, reserved 48, channels 10, depth 14, mode 13.
func psd(p *proof.Cursor) {
	p.BE(2, 1, 2)
	p.Zeros(6)
	p.BE(2, 1, 56)
	h, w := p.BE(4, 1, 300000), p.BE(4, 1, 300000)
	p.BEOneOf(2, 1, 8, 16, 32)
	p.BEOneOf(2, 0, 1, 2, 3, 4, 7, 8, 9)
	p.Found("PSD %dx%d", w, h)
}

// xcf: magic 72, version 38, width and height 26, type 30.
func xcf(p *proof.Cursor) {
	if !p.Maybe("file\x00") {
		p.Lit("v0")
		p.Each(2, proof.Digits)
		p.Lit("\x00")
	}
	w, h := p.BE(4, 1, 524288), p.BE(4, 1, 524288)
	p.BE(4, 0, 2)
	p.Found("XCF %dx%d", w, h)
}

// ico: 31, count 10, then each entry's reserved byte 8, planes 15 and depth 13,
// and the first picture where the entries end 16, with a header of its own 31.
func ico(p *proof.Cursor) {
	n := p.LE(2, 1, 64)
	first := int64(1 << 32)
	for range n {
		p.Skip(3)
		p.Zeros(1)
		p.Skip(4) // planes and depth, or a cursor's hot spot
		p.LE(4, 40, 1<<22)
		at := p.LEAny(4)
		p.Want(at >= 6+16*n && at < 1<<22, 10)
		first = min(first, at)
	}
	p.SkipTo(first)
	if !p.Maybe("\x89PNG\r\n\x1a\n") {
		p.Lit("\x28\x00\x00\x00")
		p.LE(4, 1, 1024)
		p.LE(4, 1, 2048)
		p.Lit("\x01\x00")
	}
	p.Found("icon, %d pictures", n)
}

// icnsTypes are the element types of Apple's icon files that are in use.
var icnsTypes = []string{"TOC ", "icnV", "name", "info", "ICON", "ICN#", "icm#", "icm4", "icm8", "ics#", "ics4", "ics8",
	"is32", "s8mk", "icl4", "icl8", "il32", "l8mk", "ich#", "ich4", "ich8", "ih32", "h8mk", "it32", "t8mk",
	"icp4", "icp5", "icp6", "ic04", "ic05", "ic07", "ic08", "ic09", "ic10", "ic11", "ic12", "ic13", "ic14"}

// icns: magic 32, size 6, element types 26.7 each.
func icns(p *proof.Cursor) {
	total := p.BE(4, 16, 1<<26)
	for n := 0; p.Alive() && n < 256; n++ {
		p.OneOf(icnsTypes...)
		size := p.BE(4, 8, total-8)
		p.SkipTo(int64(p.Pos()) + size - 8)
		if n > 0 || size == total-8 {
			p.Found("Apple icon")
		}
	}
}

// djvu: magic 64 and form 30, then the first chunk 30.
func djvu(p *proof.Cursor) {
	p.BE(4, 16, 1<<30)
	form := p.OneOf("DJVU", "DJVM", "DJVI", "THUM")
	p.OneOf("INFO", "DIRM", "INCL", "Djbz", "TH44")
	p.BE(4, 1, 1<<24)
	p.Found("DjVu, %s", []string{"page", "document", "shared data", "thumbnails"}[form])
}

// jp2 and jxl boxes: signature 96 bits, then the file type box.
func jp2(p *proof.Cursor) {
	boxed(p, "JPEG 2000", "jp2 ", "jpx ", "jpm ", "mjp2", "jph ")
}

func jxl(p *proof.Cursor) { boxed(p, "JPEG XL", "jxl ") }

func boxed(p *proof.Cursor, name string, brands ...string) {
	p.BE(4, 16, 256)
	p.Lit("ftyp")
	p.OneOf(brands...)
	p.Found("%s", name)
}

// emf: a header record of 88 to 2^16 bytes, " EMF" 32, version 32, handles and
// reserved 16 (MS-EMF 2.3.4.2).
func emf(p *proof.Cursor) {
	p.LE(4, 88, 1<<16)
	p.Skip(32)
	p.Lit(" EMF\x00\x00\x01\x00")
	p.Skip(10)
	p.Zeros(2)
	p.Found("EMF")
}

// wmf with a placeable header: magic 32, handle 16, reserved 32, XOR of the ten
// words 16 (MS-WMF 2.3.2.3).
func wmf(p *proof.Cursor) {
	p.Zeros(2)
	p.Skip(8)
	p.LE(2, 1, 20000)
	p.Zeros(4)
	var sum int64
	for i := 0; i < 20 && p.Alive(); i += 2 {
		sum ^= int64(p.Bytes()[i]) | int64(p.Bytes()[i+1])<<8
	}
	p.LE(2, sum, sum)
	p.LE(2, 1, 2)
	p.Lit("\x09\x00")
	p.Found("WMF")
}

// dicom: "DICM" behind 128 bytes, then the group length element 96
// (PS3.10 §7.1).
func dicom(p *proof.Cursor) {
	p.Skip(128)
	p.Lit("DICM\x02\x00\x00\x00UL\x04\x00")
	p.LE(4, 8, 1<<16)
	p.Lit("\x02\x00")
	p.LE(2, 1, 0x102)
	p.OneOf("OB", "UI", "SH", "AE", "UL")
	p.Found("DICOM")
}

// svg without an XML declaration: magic 32, and the name space within 1 KiB, 208
// less 10 for the places tried.
func svg(p *proof.Cursor) {
	p.In(" \t\r\n")
	body := p.Rest()
	i := bytes.Index(body[:min(len(body), 1024)], []byte("http://www.w3.org/2000/svg"))
	p.Want(i >= 0, 26*8-10)
	p.Skip(i + 26)
	p.Found("SVG")
}
