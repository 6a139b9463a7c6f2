package picture

import (
	"image"
	"image/color/palette"
	gogif "image/gif"
	gojpeg "image/jpeg"
	gopng "image/png"
	"io"
	"testing"

	"shokyo.dev/shokyo/internal/filetest"
)

var (
	file    = filetest.File
	le      = filetest.LE
	be      = filetest.BE
	z       = filetest.Zeros
	noise   = filetest.Noise
	written = filetest.Written
)

func TestFormats(t *testing.T) { filetest.Check(t, Formats, samples(t)) }
func TestBounds(t *testing.T)  { filetest.Bounds(t, Formats, samples(t)) }
func FuzzFormats(f *testing.F) { filetest.Fuzz(f, Formats, samples(f)) }

func BenchmarkHostile(b *testing.B) { filetest.Hostile(b, Formats, samples(b)) }

func samples(t testing.TB) []filetest.Sample {
	m := picture()
	return []filetest.Sample{
		file("jpeg", written(t, func(w io.Writer) error { return gojpeg.Encode(w, m, nil) }), 4,
			589, 148.32, "JPEG baseline 64x48", "7-70 72-135 146 149 152 159-511"),
		file("jpeg", "\xff\xd8\xff\xe0"+be(2, 16)+"JFIF\x00"+z(9)+"\xff\xdb", 8,
			22, 68.08, "JPEG JFIF", "11-19"),
		file("jpeg", "\xff\xd8\xff\xe1"+be(2, 64)+"Exif\x00\x00"+z(56)+"\xff\xdb", 8,
			70, 76.08, "JPEG Exif", "12-67"),
		file("png", written(t, func(w io.Writer) error { return gopng.Encode(w, m) }), 30,
			3973, 314.95, "PNG 64x48", ""), // to the end of IEND: every chunk has its CRC
		file("gif", written(t, func(w io.Writer) error { return gogif.Encode(w, m, nil) }), 12,
			4967, 106.75, "GIF 64x48", "11 13-511"),
		file("bmp", "BM"+le(4, 9000)+z(4)+le(4, 54)+le(4, 40)+le(4, 64)+le(4, 48)+le(2, 1)+le(2, 24)+z(24), 26,
			34, 180.02, "BMP 64x48, 24 bit", "2-5"),
		file("tiff", tiffSample(), 8+2+2+1,
			82, 149.82, "TIFF 100x101, 6 entries", "15-16 27-28 39-40 42-45 51-52 54-57 63-64 66-69 75-76 78-81"),
		file("tiff", "MM\x00*"+be(4, 8)+be(2, 5)+bigEntries(5), 8,
			70, 133.52, "TIFF 100x101, 5 entries", "15-16 27-28 39-40 42-45 51-52 54-57 59 63-64 66-69"),
		file("psd", "8BPS"+be(2, 1)+z(6)+be(2, 3)+be(4, 48)+be(4, 64)+be(2, 8)+be(2, 3), 7,
			26, 151.8, "PSD 64x48", ""),
		file("xcf", "gimp xcf v011\x00"+be(4, 64)+be(4, 48)+be(4, 0), 14,
			26, 152.77, "XCF 64x48", ""),
		file("xcf", "gimp xcf file\x00"+be(4, 64)+be(4, 48)+be(4, 0), 22,
			26, 159.42, "XCF 64x48", ""),
		file("ico", "\x00\x00\x01\x00"+le(2, 1)+"\x20\x20\x00\x00"+le(2, 1)+le(2, 32)+le(4, 4136)+le(4, 22)+
			le(4, 40)+le(4, 32)+le(4, 64)+le(2, 1)+le(2, 32), 9,
			36, 152, "icon, 1 pictures", "6-8 10-15 26 30"),
		file("cur", "\x00\x00\x02\x00"+le(2, 1)+"\x20\x20\x00\x00"+le(2, 5)+le(2, 5)+le(4, 4136)+le(4, 22)+
			le(4, 40)+le(4, 32)+le(4, 64)+le(2, 1)+le(2, 1), 9,
			36, 152, "icon, 1 pictures", "6-8 10-15 26 30"),
		file("icns", "icns"+be(4, 48)+"TOC "+be(4, 16)+z(8)+"ic07"+be(4, 24)+z(16), 8,
			48, 137.42, "Apple icon", "16-23 32-47"),
		file("djvu", "AT&TFORM"+be(4, 800)+"DJVUINFO"+be(4, 10), 17,
			24, 125.68, "DjVu, page", "9-11 21-23"),
		file("jpeg2000", "\x00\x00\x00\x0cjP  \r\n\x87\n"+be(4, 20)+"ftypjp2 ", 17,
			24, 173.77, "JPEG 2000", ""),
		file("jpeg-xl", "\x00\x00\x00\x0cJXL \r\n\x87\n"+be(4, 20)+"ftypjxl ", 17,
			24, 176.09, "JPEG XL", ""),
		file("emf", "\x01\x00\x00\x00"+le(4, 108)+z(32)+" EMF\x00\x00\x01\x00"+z(12), 41,
			60, 120, "EMF", "4-5 8-39 48-57"),
		file("wmf", wmfSample(), 20,
			26, 120.71, "WMF", ""),
		file("dicom", z(128)+"DICM\x02\x00\x00\x00UL\x04\x00"+le(4, 200)+"\x02\x00\x01\x00OB", 136,
			150, 141.67, "DICOM", "0-127 140-141"),
		file("svg", "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'>"+filetest.Prose, 15,
			38, 228, "SVG", "5-11"),
	}
}

func picture() *image.Paletted {
	m := image.NewPaletted(image.Rect(0, 0, 64, 48), palette.Plan9)
	copy(m.Pix, noise(len(m.Pix), 1))
	return m
}

func tiffSample() string {
	s := "II*\x00" + le(4, 8) + le(2, 6)
	for i := range 6 {
		s += le(2, 256+i) + le(2, 3) + le(4, 1) + le(4, 100+i)
	}
	return s
}

func bigEntries(n int) (s string) {
	for i := range n {
		s += be(2, 256+i) + be(2, 4) + be(4, 1) + be(4, 100+i)
	}
	return s
}

func wmfSample() string {
	s := "\xd7\xcd\xc6\x9a" + z(2) + le(2, 0) + le(2, 0) + le(2, 100) + le(2, 100) + le(2, 1440) + z(4)
	sum := 0
	for i := 0; i < 20; i += 2 {
		sum ^= int(s[i]) | int(s[i+1])<<8
	}
	return s + le(2, sum) + le(2, 1) + le(2, 9)
}
