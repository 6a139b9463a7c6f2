package program

import (
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/filetest"
)

var (
	file = filetest.File
	le   = filetest.LE
	be   = filetest.BE
	z    = filetest.Zeros
)

func TestFormats(t *testing.T) { filetest.Check(t, Formats, samples(t)) }
func TestBounds(t *testing.T)  { filetest.Bounds(t, Formats, samples(t)) }
func FuzzFormats(f *testing.F) { filetest.Fuzz(f, Formats, samples(f)) }

func BenchmarkHostile(b *testing.B) { filetest.Hostile(b, Formats, samples(b)) }

func samples(t testing.TB) []filetest.Sample {
	return []filetest.Sample{
		file("elf", elfSample(), 53,
			60, 212.75, "ELF 64-bit shared object, machine 62", "24-51 56-57"),
		file("pe", "MZ"+z(58)+le(4, 128)+z(64)+"PE\x00\x00"+le(2, 0x8664)+le(2, 6)+z(12)+le(2, 240)+z(2)+le(2, 0x20b), 129,
			154, 105.94, "PE32+, 6 sections", "2-59 64-127 136-147 150-151"),
		file("mach-o", "\xcf\xfa\xed\xfe"+le(4, 0x0100000c)+z(4)+le(4, 2)+le(4, 2)+le(4, 48)+z(8)+le(4, 0x19)+le(4, 24)+z(16)+
			le(4, 0x80000028)+le(4, 24)+z(16), 12,
			80, 221.89, "Mach-O 64-bit", "8-11 24-31 40-55 64-79"),
		file("mach-o", "\xce\xfa\xed\xfe"+le(4, 7)+z(4)+le(4, 2)+le(4, 1)+le(4, 48)+z(4)+le(4, 1)+le(4, 48), 12,
			76, 170.25, "Mach-O 32-bit", "8-11 24-27 36-75"),
		file("mach-o", "\xca\xfe\xba\xbe"+be(4, 2)+strings.Repeat(be(4, 0x01000007)+z(4)+be(4, 4096)+be(4, 900)+be(4, 12), 2), 9,
			48, 169.77, "Mach-O for 2 processors", "12-15 17 19-23 32-35 37 39-43"),
		file("java-class", classSample(), 10,
			65, 179.28, "Java class, version 52", "13-16 23-26 33-36 43-46 53-56"),
		file("dex", "dex\n035\x00"+z(28)+"\x70\x00\x00\x00\x78\x56\x34\x12", 41,
			44, 117.68, "Dalvik executable", "8-35"),
		file("wasm", "\x00asm\x01\x00\x00\x00\x01\x04\x01\x60\x00\x00\x03\x02\x01\x00\x07\x05\x01\x01f\x00\x00\x0a\x04\x01\x02\x00\x0b", 14,
			87, 192.97, "WebAssembly", "10-13 16-17 20-24 27-30"),
		file("pyc", "\xa7\x0d\x0d\x0a"+z(4)+"\x12\x34\x56\x65"+le(4, 900)+"\xe3"+z(12), 16,
			29, 156, "Python bytecode", "0 8-14"),
		file("pyc", "\x2b\x0e\x0d\x0a"+z(4)+"\x12\x34\x56\x65"+le(4, 900)+"\xe3"+z(12), 20,
			29, 156, "Python bytecode", "0 8-14"),
		file("lua", "\x1bLua\x51\x00\x01\x04\x08\x04\x08\x00", 7,
			11, 75, "Lua bytecode 5.1", ""),
		file("lua", "\x1bLua\x54\x00\x19\x93\r\n\x1a\n", 8,
			12, 86, "Lua bytecode 5.4", ""),
		file("ttf", fontSample("\x00\x01\x00\x00"), 7,
			76, 120.67, "font, 4 tables", "16-19 21-22 24-27 32-35 37-38 40-43 48-51 53-54 56-59 64-67 69-70 72-75"),
		file("ttf", fontSample("true"), 9,
			76, 120.67, "font, 4 tables", "16-19 21-22 24-27 32-35 37-38 40-43 48-51 53-54 56-59 64-67 69-70 72-75"),
		file("otf", fontSample("OTTO"), 12,
			76, 120.67, "font, 4 tables", "16-19 21-22 24-27 32-35 37-38 40-43 48-51 53-54 56-59 64-67 69-70 72-75"),
		file("ttc", "ttcf"+be(4, 1<<16)+be(4, 2)+be(4, 20)+be(4, 400), 5,
			20, 93, "font collection, 2 fonts", "13-14 17-19"),
		file("woff", "wOFF\x00\x01\x00\x00"+be(4, 900)+be(2, 10)+z(2)+z(28)+"OS/2"+be(4, 244), 14,
			52, 95.65, "WOFF, 10 tables", "9-11 16-43 49-50"),
		file("woff2", "wOF2\x00\x01\x00\x00"+be(4, 900)+be(2, 10)+z(2)+z(28), 14,
			16, 84, "WOFF2, 10 tables", "9-11"),
		file("pfb", "\x80\x01"+le(4, 900)+"%!PS-AdobeFont-1.0", 5,
			21, 120, "Type 1 font", "2-3"),
		file("gettext-mo", "\xde\x12\x04\x95"+z(4)+le(4, 10)+le(4, 28)+le(4, 108), 16,
			20, 120.04, "message catalogue, 10 messages", ""),
		file("gettext-mo", "\x95\x04\x12\xde"+z(4)+be(4, 10)+be(4, 28)+be(4, 108), 19,
			20, 120.04, "message catalogue, 10 messages", ""),
		file("tzif", "TZif2"+z(15), 9,
			20, 150, "time zone", ""),
	}
}

func fontSample(magic string) string {
	s := magic + be(2, 4) + be(2, 64) + be(2, 2) + be(2, 0)
	for _, tag := range []string{"OS/2", "cmap", "glyf", "head"} {
		s += tag + z(4) + be(4, 200) + be(4, 100)
	}
	return s
}

func classSample() string {
	s := "\xca\xfe\xba\xbe" + be(2, 0) + be(2, 52) + be(2, 12)
	for range 5 {
		s += "\x01" + be(2, 4) + "Code" + "\x07" + be(2, 1)
	}
	return s + "\x0a" + be(2, 2) + be(2, 3)
}

func elfSample() string {
	return "\x7fELF\x02\x01\x01\x00" + z(8) + le(2, 3) + le(2, 62) + le(4, 1) + z(24) + z(4) + le(2, 64) + le(2, 56) + le(2, 9) + le(2, 64)
}
