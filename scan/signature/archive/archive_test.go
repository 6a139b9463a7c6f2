package archive

import (
	gotar "archive/tar"
	gozip "archive/zip"
	gogzip "compress/gzip"
	"encoding/hex"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"shokyo.dev/shokyo/internal/filetest"
)

var (
	file    = filetest.File
	le      = filetest.LE
	be      = filetest.BE
	z       = filetest.Zeros
	put     = filetest.Put
	crc     = filetest.CRC
	noise   = filetest.Noise
	written = filetest.Written
)

func TestFormats(t *testing.T) { filetest.Check(t, Formats, samples(t)) }
func TestBounds(t *testing.T)  { filetest.Bounds(t, Formats, samples(t)) }
func FuzzFormats(f *testing.F) { filetest.Fuzz(f, Formats, samples(f)) }

func BenchmarkHostile(b *testing.B) { filetest.Hostile(b, Formats, samples(b)) }

// directoryOf is the end of an archive, from its directory on.
func directoryOf(zip string) string { return zip[strings.Index(zip, "PK\x01\x02"):] }

func samples(t testing.TB) []filetest.Sample {
	start := le(8, 500) + le(8, 60) + le(4, 12345)
	rar4Head := "\x73" + le(2, 0) + le(2, 13) + z(6)
	rar5Head := "\x05\x01\x05\x00\x01\x00"
	long := strings.Repeat(filetest.Prose, 3) + noise(600, 10) + strings.Repeat(filetest.Prose, 2)
	types := "<Types>" + filetest.Prose + "</Types>"
	return []filetest.Sample{
		file("zip", zipped(t, gozip.Deflate, "a.txt", long), 8,
			35, 66.07, "ZIP", "10-25 30-34"),
		file("zip", storedZip("a.txt", filetest.Prose, "b.txt", filetest.Prose), 18,
			248, 232.97, "ZIP", "10-17 30-121 132-139 152-243"),
		file("zip-directory", directoryOf(zipped(t, gozip.Deflate, "a.txt", long, "b.txt", long)), 9,
			106, 243.55, "directory of a ZIP", "12-27 38-50 63-78 89-101"),
		file("zip-directory", "PK\x05\x06"+z(4)+le(2, 2)+le(2, 2)+le(4, 102)+le(4, 300)+z(2), 9,
			22, 77, "end of a ZIP", "12-20"),
		file("docx", storedZip("[Content_Types].xml", types, "word/document.xml", filetest.Prose), 9,
			289, 238.15, "ZIP", "10-17 49-150 161-168 186 188-284"),
		file("docx", zipped(t, gozip.Deflate, "[Content_Types].xml", types, "_rels/.rels", filetest.Prose, "word/document.xml", filetest.Prose), 9,
			49, 68.86, "ZIP", "10-25"),
		file("xlsx", storedZip("[Content_Types].xml", types, "_rels/.rels", types, "xl/workbook.xml", filetest.Prose), 9,
			430, 343.43, "ZIP", "10-17 49-150 161-168 181-293 304-311 327 329-331 334-425"),
		file("pptx", storedZip("_rels/.rels", types, "ppt/presentation.xml", filetest.Prose), 9,
			284, 237.15, "ZIP", "10-17 36-142 153-160 177-186 188-279"),
		file("odt", storedZip("mimetype", "application/vnd.oasis.opendocument.text", "content.xml", filetest.Prose), 9,
			209, 234.76, "ZIP", "10-17 87-94 107 109-204"),
		file("ods", storedZip("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", filetest.Prose), 9,
			216, 234.76, "ZIP", "10-17 94-101 114 116-211"),
		file("odp", storedZip("mimetype", "application/vnd.oasis.opendocument.presentation", "content.xml", filetest.Prose), 9,
			217, 234.76, "ZIP", "10-17 95-102 115 117-212"),
		file("odf", storedZip("mimetype", "application/vnd.oasis.opendocument.graphics", "content.xml", filetest.Prose), 9,
			213, 234.76, "ZIP", "10-17 73-80 91-98 111 113-208"),
		file("epub", storedZip("mimetype", "application/epub+zip", "a.html", filetest.Prose), 9,
			185, 233.77, "ZIP", "10-17 68-75 88-180"),
		file("jar", zipped(t, gozip.Deflate, "META-INF/MANIFEST.MF", long), 9,
			50, 69.06, "ZIP", "10-25 39-49"),
		file("apk", zipped(t, gozip.Deflate, "AndroidManifest.xml", long), 9,
			49, 68.86, "ZIP", "10-25"),
		file("7z", "7z\xbc\xaf\x27\x1c\x00\x04"+le(4, crc(start))+start, 20,
			32, 85.68, "7z", ""),
		file("rar", "Rar!\x1a\x07\x00"+le(2, crc(rar4Head)&0xffff)+rar4Head, 8,
			20, 88, "RAR 4", ""),
		file("rar", "Rar!\x1a\x07\x01\x00"+le(4, crc(rar5Head))+rar5Head, 13,
			18, 96.03, "RAR 5", ""),
		file("gzip", gzipped(t, long), 60,
			735, 124.13, "gzip", "4-7"),
		file("gzip", gzipped(t, "short"), 11,
			29, 109.85, "gzip", "4-7"),
		file("gzip", gzipped(t, strings.Repeat(filetest.Prose+noise(90, 11), 2000)), 13,
			300, 433.26, "gzip", "4-7"),
		file("gzip", gzipped(t, noise(200<<10, 12)), 13,
			204880, 305, "gzip", "4-7 15-511"),
		file("bzip2", unhex("425a68393141592653592ebd393600000311804000024c8820200021b5343410c08d2ca6a3c223a4ef1772453850902ebd3936"), 7,
			18, 73.05, "bzip2, level 9", "10-13 15-17"),
		file("bzip2", "BZh9\x17\x72\x45\x38\x50\x90"+z(4), 9,
			14, 99.83, "bzip2, empty", ""),
		file("xz", "\xfd7zXZ\x00\x00\x04"+le(4, crc("\x00\x04"))+xzBlock(), 20,
			24, 122, "xz", ""),
		file("xz", "\xfd7zXZ\x00\x00\x01"+le(4, crc("\x00\x01"))+z(4), 9,
			16, 110, "xz, empty", ""),
		file("xz", unhex("fd377a585a000004e6d6b4460200210116000000742fe5a3e0001700125d00341949ee8de9509603a46180584ea3d315b7"), 14,
			24, 122, "xz", ""),
		file("zstd", zstdFrameOf(t, long, true), 40,
			705, 80.4, "zstd", ""),
		file("zstd", zstdFrameOf(t, strings.Repeat(long, 2000), true), 4,
			947, 98.4, "zstd", "5-8 12-511"),
		file("zstd", zstdFrameOf(t, strings.Repeat(long, 100), false), 12,
			711, 64.4, "zstd", "14-511"),
		file("lz4", lz4Sample(), 6,
			42, 137.96, "LZ4 frame", "12-16 20 24-25 29 33-37"),
		file("lzma", "\x5d"+le(4, 1<<23)+strings.Repeat("\xff", 8)+"\x00\x34", 6,
			14, 98.19, "LZMA alone", ""),
		file("lzma", "\x5d"+le(4, 3<<18)+le(8, 900)+"\x00\x34", 11,
			14, 62.19, "LZMA alone", "5-8"),
		file("lzma", unhex("5d00008000ffffffffffffffff00341949ee8de9509603a46180584ec6f7dfd6fff0ecc000"), 13,
			14, 98.19, "LZMA alone", ""),
		file("cab", "MSCF"+z(4)+le(4, 900)+z(4)+le(4, 44)+z(4)+"\x03\x01", 20,
			26, 145, "cabinet", "8-10 16-18"),
		file("ar", "!<arch>\n/               1700000000  0     0     100644  60        `\n"+z(60), 66,
			68, 285.69, "ar archive", ""),
		file("deb", "!<arch>\ndebian-binary   1700000000  0     0     100644  4         `\n2.0\n", 66,
			68, 390.8, "deb archive", ""),
		file("cpio", "070701"+strings.Repeat("0000ABCD", 11)+"00000002"+"00000000"+"a\x00", 50,
			112, 415.42, "cpio", "110"),
		file("tar", tarSample(t), 150,
			1536, 272.85, "tar", ""),
		file("rpm", "\xed\xab\xee\xdb\x03\x00"+be(2, 0)+be(2, 1)+"name"+z(62)+be(2, 1)+be(2, 5)+z(16)+"\x8e\xad\xe8\x01"+z(4), 79,
			104, 254.99, "RPM", "5 8-77"),
		file("xar", "xar!"+be(2, 28)+be(2, 1)+be(8, 900)+be(8, 3000)+be(4, 1), 5,
			28, 139.02, "xar", "12-15 20-23"),
		file("lzh", lzhSample(), 1,
			32, 61.41, "LZH level 0", ""),
		file("lzh", lzh2Sample(), 29,
			29, 97.14, "LZH level 2", ""),
	}
}

func unhex(s string) string {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func zipped(t testing.TB, method uint16, files ...string) string {
	return written(t, func(w io.Writer) error {
		zw := gozip.NewWriter(w)
		for i := 0; i < len(files); i += 2 {
			f, err := zw.CreateHeader(&gozip.FileHeader{Name: files[i], Method: method})
			if err != nil {
				return err
			}
			if _, err := io.WriteString(f, files[i+1]); err != nil {
				return err
			}
		}
		return zw.Close()
	})
}

// storedZip has entries whose sizes stand in their headers, as most programs
// other than Go's write them.
func storedZip(files ...string) (out string) {
	for i := 0; i < len(files); i += 2 {
		name, data := files[i], files[i+1]
		out += "PK\x03\x04" + le(2, 20) + z(4) + le(4, 0x58214567) + le(4, crc(data)) +
			le(4, len(data)) + le(4, len(data)) + le(2, len(name)) + z(2) + name + data
	}
	return out + "PK\x01\x02"
}

func tarSample(t testing.TB) string {
	return written(t, func(w io.Writer) error {
		tw := gotar.NewWriter(w)
		for _, n := range []string{"one", "two"} {
			if err := tw.WriteHeader(&gotar.Header{Name: n, Mode: 0o644, Size: int64(len(filetest.Prose))}); err != nil {
				return err
			}
			if _, err := io.WriteString(tw, filetest.Prose); err != nil {
				return err
			}
		}
		return tw.Close()
	})
}

func lzhSample() string {
	body := "-lh5-" + le(4, 500) + le(4, 900) + z(4) + "\x20\x00\x08NAME.TXT" + le(2, 0x1234)
	sum := 0
	for _, c := range []byte(body) {
		sum += int(c)
	}
	return le(1, len(body)) + le(1, sum) + body
}

func lzh2Sample() string {
	head := le(2, 0) + "-lh5-" + le(4, 500) + le(4, 900) + z(4) + "\x20\x02" + le(2, 0x1234) + "U" + "\x05\x00\x00"
	at := len(head)
	head += z(2) + le(2, 0)
	head = put(head, 0, le(2, len(head)))
	var sum uint16
	for _, c := range []byte(head) {
		sum ^= uint16(c)
		for range 8 {
			sum = sum>>1 ^ 0xa001&-(sum&1)
		}
	}
	return put(head, at, le(2, int(sum)))
}

func gzipped(t testing.TB, s string) string {
	return written(t, func(w io.Writer) error {
		zw := gogzip.NewWriter(w)
		if _, err := io.WriteString(zw, s); err != nil {
			return err
		}
		return zw.Close()
	})
}

func zstdFrameOf(t testing.TB, s string, sum bool) string {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderCRC(sum))
	if err != nil {
		t.Fatal(err)
	}
	return string(e.EncodeAll([]byte(s), nil))
}

func xzBlock() string {
	head := "\x02\x00\x21\x01\x16" + z(3)
	return head + le(4, crc(head))
}

func lz4Sample() string {
	head := "\x64\x40"
	s := "\x04\x22\x4d\x18" + head + string([]byte{byte(xxh32([]byte(head)) >> 8)})
	block := "\x50hello" + le(2, 5) + "\x10x" + le(2, 9) + "\x20yz" + le(2, 4) + "\x10x" + le(2, 9) + "\x50world"
	return s + le(4, len(block)) + block + z(8)
}
