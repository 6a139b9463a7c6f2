package signature

import (
	"fmt"
	"hash/crc32"
	"math"
)

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
func jpeg(p *proof) {
	name := ""
	for n := 0; p.alive() && n < 256; n++ {
		if n > 0 {
			p.lit("\xff")
		}
		marker := p.in(jpegMarkers)
		if name != "" {
			p.found("%s", name)
		}
		length := p.beAny(2)
		p.check(length >= 2, 0)
		end := p.at + int(length) - 2
		switch {
		case marker == 0xdb:
			jpegTables(p, int(length)-2)
		case marker == 0xc0 || marker == 0xc1 || marker == 0xc2:
			name = jpegFrame(p, marker, length)
		case marker == 0xda:
			jpegScan(p, length)
			p.mark()
			return
		case n == 0:
			switch p.pay(3); {
			case hasPrefix(p.rest(), "JFIF\x00"):
				p.lit("JFIF\x00")
				name = "JPEG JFIF"
			case hasPrefix(p.rest(), "Exif\x00\x00"):
				p.lit("Exif\x00\x00")
				name = "JPEG Exif"
			}
		}
		p.seek(int64(end))
	}
}

// jpegTables: precision and slot of each table can have 8 of 256 values, and
// the tables have to fill the segment, which leaves 14 of 2^16 lengths.
func jpegTables(p *proof, size int) {
	valid := false
	for a := range 5 {
		for b := range 5 - a {
			valid = valid || a+b > 0 && size == 65*a+129*b
		}
	}
	p.check(valid, 12)
	for size > 0 && p.alive() {
		c := p.in("\x00\x01\x02\x03\x10\x11\x12\x13")
		n := 64 << (c >> 4)
		p.skip(n)
		size -= 1 + n
	}
	p.check(size == 0, 0)
}

func jpegFrame(p *proof, marker byte, length int64) string {
	p.check(length == 11 || length == 14 || length == 17 || length == 20, 14)
	p.in("\x08\x0c")
	h, w := p.be(2, 0, 1<<16-1), p.be(2, 1, 1<<16-1)
	components := (length - 8) / 3
	p.u8(components, components)
	for range components {
		p.skip(1)
		p.masked(0x88, 0) // sampling factors 1 to 4
		p.u8(0, 3)
	}
	kind := "baseline"
	if marker == 0xc2 {
		kind = "progressive"
	} else if marker == 0xc1 {
		kind = "extended"
	}
	return "JPEG " + kind + " " + size(w, h)
}

func jpegScan(p *proof, length int64) {
	p.check(length == 8 || length == 10 || length == 12 || length == 6, 14)
	p.u8((length-6)/2, (length-6)/2)
	p.seek(int64(p.at) + length - 3)
}

// png: the magic 64, then IHDR with its CRC 160, then the chunk chain with a
// CRC each (PNG, third edition, §5.3).
func png(p *proof) {
	start := p.at
	p.lit("\x00\x00\x00\x0dIHDR")
	w, h := p.be(4, 1, 1<<31-1), p.be(4, 1, 1<<31-1)
	p.in("\x01\x02\x04\x08\x10")
	p.in("\x00\x02\x03\x04\x06")
	p.lit("\x00\x00")
	p.in("\x00\x01")
	p.checkCRC(start+4, p.at)
	p.found("PNG %s", size(w, h))
	for n := 0; p.alive() && n < 1024; n++ {
		start, length := p.at+4, p.be(4, 0, 1<<31-1)
		p.each(4, letters)
		p.seek(int64(p.at) + length)
		if p.at < maxCRC {
			p.checkCRC(start, p.at)
		} else {
			p.skip(4)
		}
		p.mark()
		if hasPrefix(p.b[min(start, len(p.b)):], "IEND") {
			return
		}
	}
}

// checkCRC wants the big-endian CRC-32 of what lies between.
func (p *proof) checkCRC(from, to int) {
	span := p.span(from, to)
	p.check(p.peek(4, big) == int64(crc32.ChecksumIEEE(span)), 32)
	p.skip(4)
}

// gif: version 47, aspect ratio 7, then blocks: an extension is worth 14 and
// more, an image descriptor what its place on the canvas leaves out
// (GIF89a §18-26).
func gif(p *proof) {
	p.in("79")
	p.lit("a")
	w, h := p.le(2, 1, 1<<16-1), p.le(2, 1, 1<<16-1)
	flags := p.u8(0, 255)
	p.skip(1)
	p.in("\x00\x31") // square pixels
	if flags&0x80 != 0 {
		p.skip(3 << (flags&7 + 1))
	}
	left := 4096 // sub-blocks, over the whole file
	for n := 0; p.alive() && n < 1024; n++ {
		if n > 0 && p.bits > Floor+kindCost+8 {
			p.found("GIF %s", size(w, h))
		}
		switch c := p.in("\x21\x2c\x3b"); c {
		case 0x21:
			gifExtension(p, &left)
		case 0x2c:
			gifImage(p, w, h, &left)
		default:
			p.mark()
			return
		}
	}
}

func gifExtension(p *proof, left *int) {
	switch p.in("\xf9\xfe\xff\x01") {
	case 0xf9:
		p.lit("\x04")
		p.masked(0xe0, 0)
		p.skip(3)
		p.lit("\x00")
		return
	case 0xff:
		p.lit("\x0b")
		p.each(8, printable)
		p.skip(3)
	}
	gifBlocks(p, left)
}

// gifImage: x+w ≤ W and y+h ≤ H hold for at most W² and H² of 2^32 pairs each.
func gifImage(p *proof, w, h int64, left *int) {
	x, y, iw, ih := p.leAny(2), p.leAny(2), p.leAny(2), p.leAny(2)
	p.check(x+iw <= w && y+ih <= h && iw > 0 && ih > 0,
		64-2*math.Log2(float64(w)+1)-2*math.Log2(float64(h)+1))
	flags := p.masked(0x18, 0)
	if flags&0x80 != 0 {
		p.skip(3 << (flags&7 + 1))
	}
	p.u8(2, 8)
	gifBlocks(p, left)
}

// gifBlocks walks sub-blocks up to the empty one; a length byte proves nothing.
func gifBlocks(p *proof, left *int) {
	for ; p.alive() && *left > 0; *left-- {
		n := p.u8(0, 255)
		p.skip(int(n))
		if n == 0 {
			return
		}
	}
	p.fail()
}

// bmp: BM 16, reserved 32, header size 29, planes 16, depth 13, compression 29,
// data offset 22.
func bmp(p *proof) {
	p.skip(4)
	p.zeros(4)
	data := p.leAny(4)
	header := p.leOneOf(4, 40, 52, 56, 64, 108, 124)
	p.check(data >= 14+header && data < 14+header+1024+1024, 21)
	w := p.le(4, 1, 1<<16)
	h := p.leAny(4)
	if h >= 1<<31 { // negative: rows from top to bottom
		h = 1<<32 - h
	}
	p.lit("\x01\x00")
	depth := p.leOneOf(2, 1, 4, 8, 16, 24, 32)
	p.le(4, 0, 6)
	p.check(h <= 1<<16 && h > 0, 15)
	p.found("BMP %s, %d bit", size(w, h), depth)
}

// tiff: the first directory has to lie in what is there. Each entry has one of
// 13 types of 2^16, 12.3 bits; the tags rise (TIFF 6.0 §2).
func tiff(p *proof) {
	order := little
	if p.b[0] == 'M' {
		order = big
	}
	p.seek(p.number(4, order, 8, int64(len(p.b))))
	n := p.number(2, order, 4, 256)
	var w, h, last int64
	for range n {
		tag := p.pass(2, p.peek(2, order))
		p.check(tag > last, 0)
		last = tag
		p.number(2, order, 1, 13)
		p.number(4, order, 1, 1<<28)
		value := p.peek(4, order)
		if order == big && value >= 1<<16 {
			value >>= 16 // a short stands in the upper half
		}
		switch p.skip(4); tag {
		case 256:
			w = value
		case 257:
			h = value
		}
	}
	p.found("TIFF %s, %d entries", size(w, h), n)
}

// psd: magic 32, version 16, reserved 48, channels 10, depth 14, mode 13.
func psd(p *proof) {
	p.be(2, 1, 2)
	p.zeros(6)
	p.be(2, 1, 56)
	h, w := p.be(4, 1, 300000), p.be(4, 1, 300000)
	p.beOneOf(2, 1, 8, 16, 32)
	p.beOneOf(2, 0, 1, 2, 3, 4, 7, 8, 9)
	p.found("PSD %s", size(w, h))
}

// xcf: magic 72, version 38, width and height 26, type 30.
func xcf(p *proof) {
	if !p.maybe("file\x00") {
		p.lit("v0")
		p.each(2, digit)
		p.lit("\x00")
	}
	w, h := p.be(4, 1, 524288), p.be(4, 1, 524288)
	p.be(4, 0, 2)
	p.found("XCF %s", size(w, h))
}

// ico: 31, count 10, then each entry's reserved byte 8, planes 15 and depth 13,
// and the first picture where the entries end 16, with a header of its own 31.
func ico(p *proof) {
	n := p.le(2, 1, 64)
	first := int64(1 << 32)
	for range n {
		p.skip(3)
		p.zeros(1)
		p.skip(4) // planes and depth, or a cursor's hot spot
		p.le(4, 40, 1<<22)
		at := p.leAny(4)
		p.check(at >= 6+16*n && at < 1<<22, 10)
		first = min(first, at)
	}
	p.seek(first)
	if !p.maybe("\x89PNG\r\n\x1a\n") {
		p.lit("\x28\x00\x00\x00")
		p.le(4, 1, 1024)
		p.le(4, 1, 2048)
		p.lit("\x01\x00")
	}
	p.found("icon, %d pictures", n)
}

// icnsTypes are the element types of Apple's icon files that are in use.
var icnsTypes = []string{"TOC ", "icnV", "name", "info", "ICON", "ICN#", "icm#", "icm4", "icm8", "ics#", "ics4", "ics8",
	"is32", "s8mk", "icl4", "icl8", "il32", "l8mk", "ich#", "ich4", "ich8", "ih32", "h8mk", "it32", "t8mk",
	"icp4", "icp5", "icp6", "ic04", "ic05", "ic07", "ic08", "ic09", "ic10", "ic11", "ic12", "ic13", "ic14"}

// icns: magic 32, size 6, element types 26.7 each.
func icns(p *proof) {
	total := p.be(4, 16, 1<<26)
	for n := 0; p.alive() && n < 256; n++ {
		p.oneOf(icnsTypes...)
		size := p.be(4, 8, total-8)
		p.seek(int64(p.at) + size - 8)
		if n > 0 || size == total-8 {
			p.found("Apple icon")
		}
	}
}

// djvu: magic 64 and form 30, then the first chunk 30.
func djvu(p *proof) {
	p.be(4, 16, 1<<30)
	form := p.oneOf("DJVU", "DJVM", "DJVI", "THUM")
	p.oneOf("INFO", "DIRM", "INCL", "Djbz", "TH44")
	p.be(4, 1, 1<<24)
	p.found("DjVu, %s", []string{"page", "document", "shared data", "thumbnails"}[form])
}

// jp2 and jxl boxes: signature 96 bits, then the file type box.
func jp2(p *proof) {
	boxed(p, "JPEG 2000", "jp2 ", "jpx ", "jpm ", "mjp2", "jph ")
}

func jxl(p *proof) { boxed(p, "JPEG XL", "jxl ") }

func boxed(p *proof, name string, brands ...string) {
	p.be(4, 16, 256)
	p.lit("ftyp")
	p.oneOf(brands...)
	p.found("%s", name)
}

// emf: a header record of 88 to 2^16 bytes, " EMF" 32, version 32, handles and
// reserved 16 (MS-EMF 2.3.4.2).
func emf(p *proof) {
	p.le(4, 88, 1<<16)
	p.skip(32)
	p.lit(" EMF\x00\x00\x01\x00")
	p.skip(10)
	p.zeros(2)
	p.found("EMF")
}

// wmf with a placeable header: magic 32, handle 16, reserved 32, XOR of the ten
// words 16 (MS-WMF 2.3.2.3).
func wmf(p *proof) {
	p.zeros(2)
	p.skip(8)
	p.le(2, 1, 20000)
	p.zeros(4)
	var sum int64
	for i := 0; i < 20 && p.alive(); i += 2 {
		sum ^= int64(p.b[i]) | int64(p.b[i+1])<<8
	}
	p.le(2, sum, sum)
	p.le(2, 1, 2)
	p.lit("\x09\x00")
	p.found("WMF")
}

// dicom: "DICM" behind 128 bytes, then the group length element 96
// (PS3.10 §7.1).
func dicom(p *proof) {
	p.skip(128)
	p.lit("DICM\x02\x00\x00\x00UL\x04\x00")
	p.le(4, 8, 1<<16)
	p.lit("\x02\x00")
	p.le(2, 1, 0x102)
	p.oneOf("OB", "UI", "SH", "AE", "UL")
	p.found("DICOM")
}

func size(w, h int64) string { return fmt.Sprintf("%dx%d", w, h) }
