package diskimage

import (
	"hash/adler32"
	"testing"
	"unicode/utf16"

	"shokyo.dev/shokyo/internal/filetest"
)

var (
	file = filetest.File
	le   = filetest.LE
	be   = filetest.BE
	z    = filetest.Zeros
	put  = filetest.Put
)

func TestFormats(t *testing.T) { filetest.Check(t, Formats, samples(t)) }
func TestBounds(t *testing.T)  { filetest.Bounds(t, Formats, samples(t)) }
func FuzzFormats(f *testing.F) { filetest.Fuzz(f, Formats, samples(f)) }

func BenchmarkHostile(b *testing.B) { filetest.Hostile(b, Formats, samples(b)) }

func samples(t testing.TB) []filetest.Sample {
	vmdkHead := "KDMV" + le(4, 1) + le(4, 3) + le(8, 2048) + le(8, 128) + le(8, 1) + le(8, 20) + le(4, 512) + z(25) + "\n \r\n"
	return []filetest.Sample{
		file("vmdk", vmdkHead, 74,
			77, 193.42, "VMDK extent", "8-9 12-19 28-43 48-72"),
		file("vmdk", "# Disk DescriptorFile\nversion=1\n", 25,
			30, 230, "VMDK descriptor", ""),
		file("qcow2", "QFI\xfb"+be(4, 3)+z(8)+z(4)+be(4, 16)+be(8, 1<<30)+z(4)+be(4, 2), 20,
			40, 174.71, "QCOW3, 1024 MiB, clusters of 65536 bytes", "11-15 19 30-31 37-39"),
		file("vhd", vhdSample(), 66,
			68, 180.42, "VHD, dynamic", ""),
		file("vhdx", "vhdxfile"+u16("Microsoft Windows 10"), 11,
			24, 120, "VHDX", "8 10 12 14 16 18 20 22"),
		file("vdi", "<<< Oracle VM VirtualBox Disk Image >>>\n"+z(24)+"\x7f\x10\xda\xbe\x01\x00\x01\x00"+le(4, 0x190)+le(4, 1), 66,
			80, 142.53, "VirtualBox disk", "4-63"),
		file("e01", e01Sample(), 60,
			89, 558.68, "EnCase evidence, segment 1", ""),
	}
}

func u16(s string) (out string) {
	for _, u := range utf16.Encode([]rune(s)) {
		out += le(2, int(u))
	}
	return out
}

func vhdSample() string {
	s := "conectix" + be(4, 2) + be(4, 0x10000) + z(44) + be(4, 3) + z(512-64)
	sum := 0
	for _, c := range []byte(s) {
		sum += int(c)
	}
	return put(s, 64, be(4, ^sum))
}

func e01Sample() string {
	section := "header2\x00" + z(8) + le(8, 500) + le(8, 400) + z(40)
	return "EVF\x09\x0d\x0a\xff\x00\x01" + le(2, 1) + z(2) + section + le(4, int(adler32.Checksum([]byte(section))))
}
