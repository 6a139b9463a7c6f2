// Package program knows the beginnings of programs, of what they are translated to and of what systems load
// with them: executables, byte code, fonts, message catalogues, time zones.
//
// To add a kind, add a row to Formats and a parser that reads like the header does.
package program

import (
	"math/bits"

	"shokyo.dev/shokyo/scan/proof"
)

// Formats are programs and fonts, in the order in which they are tried.
var Formats = []proof.Format{
	proof.File("\x7fELF", elf, "elf"),
	proof.File("MZ", pe, "pe"),
	proof.File("\xce\xfa\xed\xfe", machO, "mach-o"),
	proof.File("\xcf\xfa\xed\xfe", machO, "mach-o"),
	proof.File("\xca\xfe\xba\xbe", cafe, "java-class", "mach-o"),
	proof.File("dex\n", dex, "dex"),
	proof.File("\x00asm", wasm, "wasm"),
	proof.FileAt(1, "\x0d\x0d\x0a\x00", pyc, "pyc"),
	proof.FileAt(1, "\x0e\x0d\x0a\x00", pyc, "pyc"),
	proof.File("\x1bLua", lua, "lua"),
	proof.File("\x00\x01\x00\x00", sfnt, "ttf"),
	proof.File("true", sfnt, "ttf"),
	proof.File("OTTO", sfnt, "otf"),
	proof.File("ttcf", ttc, "ttc"),
	proof.File("wOFF", woff, "woff"),
	proof.File("wOF2", woff2, "woff2"),
	proof.File("\x80\x01", pfb, "pfb"),
	proof.File("\xde\x12\x04\x95", mo, "gettext-mo"),
	proof.File("\x95\x04\x12\xde", mo, "gettext-mo"),
	proof.File("TZif", tzif, "tzif"),
}

// elf (System V ABI, ELF header): magic 32, identification 80 and more, type
// 14, machine 7, version 32, sizes of the headers 46.
func elf(p *proof.Cursor) {
	class := p.U8(1, 2)
	order := proof.Little
	if p.U8(1, 2) == 2 {
		order = proof.Big
	}
	p.Lit("\x01")
	p.U8(0, 18)
	p.Zeros(8)
	kind := p.Number(2, order, 1, 4)
	machine := p.Number(2, order, 0, 0x1ff)
	p.Number(4, order, 1, 1)
	word, header, program, section := int(class)*4, int64(52), int64(32), int64(40)
	if class == 2 {
		header, program, section = 64, 56, 64
	}
	p.Skip(3*word + 4)
	p.Number(2, order, header, header)
	p.NumberOneOf(2, order, 0, program)
	p.Skip(2)
	p.NumberOneOf(2, order, 0, section)
	p.Found("ELF %d-bit %s, machine %d", 32*class, [...]string{"", "object", "executable", "shared object", "core"}[kind], machine)
}

// pe (PE format): MZ 16, the offset of the PE header 20, its signature 32,
// machine 12, sections 9, optional header 15 + 30.
func pe(p *proof.Cursor) {
	p.SkipTo(60)
	at := p.LE(4, 64, 4096)
	p.SkipTo(at)
	p.Lit("PE\x00\x00")
	p.LEOneOf(2, 0x14c, 0x8664, 0xaa64, 0x1c0, 0x1c4, 0x200, 0x5032, 0x5064, 0xebc, 0x6264)
	sections := p.LE(2, 1, 96)
	p.Skip(12)
	p.LE(2, 96, 240)
	p.Skip(2)
	wide := p.LEOneOf(2, 0x10b, 0x20b) == 0x20b
	name := "PE32"
	if wide {
		name = "PE32+"
	}
	p.Found("%s, %d sections", name, sections)
}

// machO (mach-o/loader.h): magic 32, processor 29, file type 28, load commands
// 23 + 14, first command 24.
func machO(p *proof.Cursor) {
	word := 4 << (p.Bytes()[0] & 1) // bytes
	p.LEOneOf(4, 7, 0x01000007, 12, 0x0100000c, 0x0200000c, 18, 0x01000012)
	p.Skip(4)
	p.LE(4, 1, 12)
	n := p.LE(4, 1, 512)
	length := p.LE(4, 8*n, 1<<18)
	p.Skip(word) // flags, and what 64 bits are filled up with
	for range n {
		p.LE(3, 1, 0x40)
		p.In("\x00\x80")
		p.Skip(int(p.LE(4, 8, length)) - 8)
		p.Found("Mach-O %d-bit", 8*word)
	}
}

// cafe is what Java classes and Mach-O files for several processors share; the
// next four bytes tell them apart.
func cafe(p *proof.Cursor) {
	p.Alternatives(2)
	if p.Peek(4, proof.Big) < 45 {
		fat(p)
	} else {
		class(p)
	}
}

// fat: magic 32, count 28, then for each part processor 29, offset behind the
// table, alignment 28.
func fat(p *proof.Cursor) {
	p.Kind = "mach-o"
	n := p.BE(4, 1, 16)
	for range n {
		p.BEOneOf(4, 7, 0x01000007, 12, 0x0100000c, 0x0200000c, 18, 0x01000012)
		p.Skip(4)
		p.BE(4, 8+20*n, 1<<30)
		p.Skip(4)
		p.BE(4, 2, 15)
	}
	p.Found("Mach-O for %d processors", n)
}

// class (JVM specification §4.1, table 4.4-A): magic 32, version 25, then the
// constant pool, 3.9 for each tag and 16 less log2 of the count for each index.
func class(p *proof.Cursor) {
	p.Kind = "java-class"
	p.BEOneOf(2, 0, 3, 65535)
	version := p.BE(2, 45, 75)
	n := p.BE(2, 4, 1<<16-1)
	for i := int64(1); i < n && p.Alive() && i < 4096; i++ {
		switch p.In("\x01\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0f\x10\x11\x12\x13\x14") {
		case 1:
			p.Skip(int(p.BEAny(2)))
		case 3, 4:
			p.Skip(4)
		case 5, 6:
			p.Skip(8)
			i++
		case 7, 8, 16, 19, 20:
			p.BE(2, 1, n-1)
		case 9, 10, 11, 12:
			p.BE(2, 1, n-1)
			p.BE(2, 1, n-1)
		case 15:
			p.U8(1, 9)
			p.BE(2, 1, n-1)
		case 17, 18:
			p.Skip(2)
			p.BE(2, 1, n-1)
		}
		if i >= 16 || i >= n-1 {
			p.Found("Java class, version %d", version)
		}
	}
}

// dex: magic 32, version 46, header length 32, byte order 32.
func dex(p *proof.Cursor) {
	p.Lit("03")
	p.In("56789")
	p.Lit("\x00")
	p.SkipTo(36)
	p.Lit("\x70\x00\x00\x00\x78\x56\x34\x12")
	p.Found("Dalvik executable")
}

// wasm (core specification §5.5): magic 32, version 32, then sections whose
// numbers are at most 13, 4 each. The first is the types, or a custom one.
func wasm(p *proof.Cursor) {
	p.Lit("\x01\x00\x00\x00")
	for n := 0; p.Alive() && n < 32; n++ {
		if n == 0 {
			p.U8(0, 1)
		} else {
			p.U8(0, 13)
		}
		p.Skip(int(leb128(p)))
		if n >= 3 {
			p.Found("WebAssembly")
		}
	}
}

// leb128 is an unsigned number of at most five bytes; above 2^28 it fails.
func leb128(p *proof.Cursor) (v int64) {
	for shift := 0; shift < 28; shift += 7 {
		c := p.U8(0, 255)
		v |= c & 0x7f << shift
		if c < 0x80 {
			return v
		}
	}
	p.Fail()
	return 0
}

// pyc (PEP 552, importlib/_bootstrap_external.py): magic 40 with the flags'
// first byte, flags 24, size 6, and a code object of a module, which has no
// arguments, 7 + 96.
func pyc(p *proof.Cursor) {
	p.Skip(1)
	p.In("\x0d\x0e")
	p.Lit("\x0d\x0a\x00\x00\x00\x00")
	p.Skip(4)
	p.LE(4, 0, 1<<26)
	p.In("\xe3\x63")
	p.Zeros(12)
	p.Found("Python bytecode")
}

// lua (lundump.h): magic 32, version 6, format 8, then sizes 24 and more or the
// conversion check 48.
func lua(p *proof.Cursor) {
	version := p.In("\x51\x52\x53\x54")
	p.Lit("\x00")
	if version >= 0x53 {
		p.Lit("\x19\x93\r\n\x1a\n")
	} else {
		p.In("\x00\x01")
		p.Lit("\x04")
		p.In("\x04\x08")
		p.Lit("\x04")
		p.In("\x04\x08")
	}
	p.Found("Lua bytecode 5.%d", version&15)
}

// sfnt is a TrueType or OpenType font (OpenType 1.9 "Table directory"): magic
// 32, tables 10, three numbers that follow from it 48, then tags that rise.
func sfnt(p *proof.Cursor) {
	n := p.BE(2, 4, 64)
	log := int64(bits.Len64(uint64(max(n, 1))) - 1)
	p.BE(2, 16<<log, 16<<log)
	p.BE(2, log, log)
	p.BE(2, 16*n-16<<log, 16*n-16<<log)
	for range n {
		p.Each(4, proof.FourCC)
		p.Skip(4)
		p.BE(4, 12+16*n, 1<<30)
		p.Skip(4)
	}
	p.Found("font, %d tables", n)
}

// ttc: magic 32, version 31, fonts 26, offsets behind the header.
func ttc(p *proof.Cursor) {
	p.BEOneOf(4, 1<<16, 2<<16)
	n := p.BE(4, 1, 64)
	for range n {
		p.BE(4, 12+4*n, 1<<26)
	}
	p.Found("font collection, %d fonts", n)
}

// woff and woff2 (WOFF 1.0 §4, 2.0 §4): magic 32, flavour 30, tables 10,
// reserved 16, and in WOFF the first table.
func woff(p *proof.Cursor) {
	n := woffHeader(p)
	p.SkipTo(44)
	p.Each(4, proof.FourCC)
	p.BE(4, 44+20*n, 1<<28)
	p.Found("WOFF, %d tables", n)
}

func woff2(p *proof.Cursor) {
	n := woffHeader(p)
	p.Found("WOFF2, %d tables", n)
}

func woffHeader(p *proof.Cursor) (tables int64) {
	p.OneOf("\x00\x01\x00\x00", "OTTO", "true", "ttcf")
	p.BE(4, 44, 1<<28)
	tables = p.BE(2, 1, 64)
	p.Zeros(2)
	return tables
}

// pfb is a Type 1 font: marker 16 in the magic, length 16, first line 88.
func pfb(p *proof.Cursor) {
	p.LE(4, 32, 1<<16)
	p.OneOf("%!PS-AdobeFont-", "%!FontType1-")
	p.Found("Type 1 font")
}

// tzif (RFC 8536 §3.1): magic 32, version 6, unused 120.
func tzif(p *proof.Cursor) {
	p.In("\x00234")
	p.Zeros(15)
	p.Found("time zone")
}

// mo is a gettext catalogue: magic 32, revision 30, counts and tables 60.
func mo(p *proof.Cursor) {
	order := proof.Little
	if p.Bytes()[0] == 0x95 {
		order = proof.Big
	}
	p.NumberOneOf(4, order, 0, 1, 1<<16, 1<<16+1)
	n := p.Number(4, order, 1, 1<<20)
	originals := p.Number(4, order, 28, 1<<10)
	p.Number(4, order, originals+8*n, originals+8*n)
	p.Found("message catalogue, %d messages", n)
}
