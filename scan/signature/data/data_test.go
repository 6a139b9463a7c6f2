package data

import (
	"compress/zlib"
	"hash/crc32"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

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

func samples(t testing.TB) []filetest.Sample {
	index := "\xfftOc" + be(4, 2)
	for i := range 256 {
		index += be(4, 3*i)
	}
	object := strings.Repeat(filetest.Prose, 2)
	return []filetest.Sample{
		file("sqlite", "SQLite format 3\x00"+be(2, 4096)+"\x01\x01\x00\x40\x20\x20"+z(20)+be(4, 4)+z(8)+be(4, 1)+z(12)+z(20), 80,
			92, 392.66, "SQLite 3, pages of 4096 bytes", "24-43 48-55 60-71"),
		file("sqlite-wal", "\x37\x7f\x06\x82"+be(4, 3007000)+be(4, 4096), 6,
			12, 84, "SQLite write-ahead log", ""),
		file("evtx", evtxSample(), 100,
			128, 152, "Windows event log", "120-123"),
		file("evtx", evtxChunkSample(), 300,
			512, 120, "chunk of a Windows event log", "120-123"),
		file("regf", regfSample(), 100,
			512, 182, "Windows registry hive", ""),
		file("regf", "hbin"+le(4, 0)+le(4, 4096)+z(8), 14,
			20, 121, "block of a Windows registry hive", "6 10"),
		file("lnk", "\x4c\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"+le(4, 0x9b)+le(4, 0x20)+z(32)+le(4, 1)+z(12), 70,
			76, 283.42, "Windows shortcut", "20-22 24-25 28-59 64-65"),
		file("pst", pstSample(), 300,
			16, 100.09, "Outlook store", ""),
		file("ese", z(4)+"\xef\xcd\xab\x89"+le(4, 0x620)+le(4, 0), 10,
			16, 86, "ESE database", "0-3"),
		file("access", "\x00\x01\x00\x00Standard Jet DB\x00"+le(4, 1), 22,
			24, 180.42, "Access database (Jet)", ""),
		file("access", "\x00\x01\x00\x00Standard ACE DB\x00"+le(4, 2), 22,
			24, 180.42, "Access database (ACE)", ""),
		file("thumbcache", "CMMM"+le(4, 0x20)+le(4, 1)+le(4, 24), 9,
			16, 107.84, "Windows thumbnail cache", ""),
		file("prefetch", le(4, 30)+"SCCA"+le(4, 17)+le(4, 9000)+u16("CMD.EXE"), 17,
			20, 80.54, "Windows prefetch", "8-14"),
		file("journal", "LPKSHHRH"+le(4, 1)+le(4, 12)+"\x01"+z(7), 20,
			24, 171.42, "systemd journal", "12"),
		file("pcap", "\xd4\xc3\xb2\xa1"+le(2, 2)+le(2, 4)+z(8)+le(4, 65535)+le(4, 1), 6,
			24, 155, "packet capture, link type 1", "16-17"),
		file("pcap", "\xa1\xb2\xc3\xd4"+be(2, 2)+be(2, 4)+z(8)+be(4, 65535)+be(4, 1), 6,
			24, 155, "packet capture, link type 1", "18-19"),
		file("pcap", "\x4d\x3c\xb2\xa1"+le(2, 2)+le(2, 4)+z(8)+le(4, 65535)+le(4, 1), 6,
			24, 155, "packet capture, link type 1", "16-17"),
		file("pcap", "\xa1\xb2\x3c\x4d"+be(2, 2)+be(2, 4)+z(8)+be(4, 65535)+be(4, 1), 6,
			24, 155, "packet capture, link type 1", "18-19"),
		file("pcapng", "\x0a\x0d\x0d\x0a"+le(4, 28)+"\x4d\x3c\x2b\x1a"+le(2, 1)+le(2, 0)+strings.Repeat("\xff", 8)+le(4, 28), 24,
			28, 137.42, "packet capture", "16-23"),
		file("pcapng", "\x0a\x0d\x0d\x0a"+be(4, 28)+"\x1a\x2b\x3c\x4d"+be(2, 1)+be(2, 0)+strings.Repeat("\xff", 8)+be(4, 28), 9,
			28, 137.42, "packet capture", "16-23"),
		file("git-pack", "PACK"+be(4, 2)+be(4, 3)+"\xbe\x0a"+zlibbed(t, object), 30,
			100, 146.06, "git pack, 3 objects", ""),
		file("git-index", index, 100,
			264, 568, "git pack index", "261-262"),
		file("swf", "CWS\x0a"+le(4, 9000)+zlibbed(t, object+noise(300, 13)), 40,
			410, 103.3, "Flash 10", "4-6"),
	}
}

func u16(s string) (out string) {
	for _, u := range utf16.Encode([]rune(s)) {
		out += le(2, int(u))
	}
	return out
}

func zlibbed(t testing.TB, s string) string {
	return written(t, func(w io.Writer) error {
		zw := zlib.NewWriter(w)
		if _, err := io.WriteString(zw, s); err != nil {
			return err
		}
		return zw.Close()
	})
}

func regfSample() string {
	head := "regf" + z(16) + le(4, 1) + le(4, 5) + z(4) + le(4, 1) + z(476)
	head = head[:508]
	var sum uint32
	for i := 0; i < 508; i += 4 {
		sum ^= uint32(head[i]) | uint32(head[i+1])<<8 | uint32(head[i+2])<<16 | uint32(head[i+3])<<24
	}
	return head + le(4, int(sum))
}

func pstSample() string {
	body := "SM" + le(2, 23) + le(2, 19) + "\x01\x01" + noise(471-8, 3)
	return "!BDN" + le(4, int(^crc32.Update(^uint32(0), crc32.IEEETable, []byte(body)))) + body
}

func evtxSample() string {
	s := "ElfFile\x00" + z(24) + le(4, 128) + le(2, 1) + le(2, 3) + le(2, 4096) + z(78)
	return s + z(4) + le(4, crc(s))
}

func evtxChunkSample() string {
	s := put("ElfChnk\x00"+noise(504, 4), 40, le(4, 128))
	return put(s, 124, le(4, crc(s[:120]+s[128:])))
}
