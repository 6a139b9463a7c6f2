package signature

import "math/bits"

// elf (System V ABI, ELF header): magic 32, identification 80 and more, type
// 14, machine 7, version 32, sizes of the headers 46.
func elf(p *proof) {
	class := p.u8(1, 2)
	order := little
	if p.u8(1, 2) == 2 {
		order = big
	}
	p.lit("\x01")
	p.u8(0, 18)
	p.zeros(8)
	kind := p.number(2, order, 1, 4)
	machine := p.number(2, order, 0, 0x1ff)
	p.number(4, order, 1, 1)
	word, header, program, section := int(class)*4, int64(52), int64(32), int64(40)
	if class == 2 {
		header, program, section = 64, 56, 64
	}
	p.skip(3*word + 4)
	p.number(2, order, header, header)
	p.numberOneOf(2, order, []int64{0, program})
	p.skip(2)
	p.numberOneOf(2, order, []int64{0, section})
	p.found("ELF %d-bit %s, machine %d", 32*class, [...]string{"", "object", "executable", "shared object", "core"}[kind], machine)
}

// pe (PE format): MZ 16, the offset of the PE header 20, its signature 32,
// machine 12, sections 9, optional header 15 + 30.
func pe(p *proof) {
	p.seek(60)
	at := p.le(4, 64, 4096)
	p.seek(at)
	p.lit("PE\x00\x00")
	p.leOneOf(2, 0x14c, 0x8664, 0xaa64, 0x1c0, 0x1c4, 0x200, 0x5032, 0x5064, 0xebc, 0x6264)
	sections := p.le(2, 1, 96)
	p.skip(12)
	p.le(2, 96, 240)
	p.skip(2)
	wide := p.leOneOf(2, 0x10b, 0x20b) == 0x20b
	p.found("PE%s, %d sections", [...]string{"32", "32+"}[b2i(wide)], sections)
}

// machO (mach-o/loader.h): magic 32, processor 29, file type 28, load commands
// 23 + 14, first command 24.
func machO(p *proof) {
	wide := p.b[0]&1 != 0
	p.leOneOf(4, 7, 0x01000007, 12, 0x0100000c, 0x0200000c, 18, 0x01000012)
	p.skip(4)
	p.le(4, 1, 12)
	n := p.le(4, 1, 512)
	length := p.le(4, 8*n, 1<<18)
	p.skip(4 + 4*b2i(wide))
	for range n {
		p.le(3, 1, 0x40)
		p.in("\x00\x80")
		p.skip(int(p.le(4, 8, length)) - 8)
		p.found("Mach-O %d-bit", 32+32*b2i(wide))
	}
}

// cafe is what Java classes and Mach-O files for several processors share; the
// next four bytes tell them apart.
func cafe(p *proof) {
	p.pay(2)
	if p.peek(4, big) < 45 {
		fat(p)
	} else {
		class(p)
	}
}

// fat: magic 32, count 28, then for each part processor 29, offset behind the
// table, alignment 28.
func fat(p *proof) {
	p.kind = "mach-o"
	n := p.be(4, 1, 16)
	for range n {
		p.beOneOf(4, 7, 0x01000007, 12, 0x0100000c, 0x0200000c, 18, 0x01000012)
		p.skip(4)
		p.be(4, 8+20*n, 1<<30)
		p.skip(4)
		p.be(4, 2, 15)
	}
	p.found("Mach-O for %d processors", n)
}

// class (JVM specification §4.1, table 4.4-A): magic 32, version 25, then the
// constant pool, 3.9 for each tag and 16 less log2 of the count for each index.
func class(p *proof) {
	p.kind = "java-class"
	p.beOneOf(2, 0, 3, 65535)
	version := p.be(2, 45, 75)
	n := p.be(2, 4, 1<<16-1)
	for i := int64(1); i < n && p.alive() && i < 4096; i++ {
		switch p.in("\x01\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0f\x10\x11\x12\x13\x14") {
		case 1:
			p.skip(int(p.beAny(2)))
		case 3, 4:
			p.skip(4)
		case 5, 6:
			p.skip(8)
			i++
		case 7, 8, 16, 19, 20:
			p.be(2, 1, n-1)
		case 9, 10, 11, 12:
			p.be(2, 1, n-1)
			p.be(2, 1, n-1)
		case 15:
			p.u8(1, 9)
			p.be(2, 1, n-1)
		case 17, 18:
			p.skip(2)
			p.be(2, 1, n-1)
		}
		if i >= 16 || i >= n-1 {
			p.found("Java class, version %d", version)
		}
	}
}

// dex: magic 32, version 46, header length 32, byte order 32.
func dex(p *proof) {
	p.lit("03")
	p.in("56789")
	p.lit("\x00")
	p.seek(36)
	p.lit("\x70\x00\x00\x00\x78\x56\x34\x12")
	p.found("Dalvik executable")
}

// wasm (core specification §5.5): magic 32, version 32, then sections whose
// numbers are at most 13, 4 each. The first is the types, or a custom one.
func wasm(p *proof) {
	p.lit("\x01\x00\x00\x00")
	for n := 0; p.alive() && n < 32; n++ {
		if n == 0 {
			p.u8(0, 1)
		} else {
			p.u8(0, 13)
		}
		p.skip(int(leb128(p)))
		if n >= 3 {
			p.found("WebAssembly")
		}
	}
}

// leb128 is an unsigned number of at most five bytes; above 2^28 it fails.
func leb128(p *proof) (v int64) {
	for shift := 0; shift < 28; shift += 7 {
		c := p.u8(0, 255)
		v |= c & 0x7f << shift
		if c < 0x80 {
			return v
		}
	}
	p.fail()
	return 0
}

// pyc (PEP 552, importlib/_bootstrap_external.py): magic 40 with the flags'
// first byte, flags 24, size 6, and a code object of a module, which has no
// arguments, 7 + 96.
func pyc(p *proof) {
	p.skip(1)
	p.in("\x0d\x0e")
	p.lit("\x0d\x0a\x00\x00\x00\x00")
	p.skip(4)
	p.le(4, 0, 1<<26)
	p.in("\xe3\x63")
	p.zeros(12)
	p.found("Python bytecode")
}

// lua (lundump.h): magic 32, version 6, format 8, then sizes 24 and more or the
// conversion check 48.
func lua(p *proof) {
	version := p.in("\x51\x52\x53\x54")
	p.lit("\x00")
	if version >= 0x53 {
		p.lit("\x19\x93\r\n\x1a\n")
	} else {
		p.in("\x00\x01")
		p.lit("\x04")
		p.in("\x04\x08")
		p.lit("\x04")
		p.in("\x04\x08")
	}
	p.found("Lua bytecode 5.%d", version&15)
}

// sfnt is a TrueType or OpenType font (OpenType 1.9 "Table directory"): magic
// 32, tables 10, three numbers that follow from it 48, then tags that rise.
func sfnt(p *proof) {
	n := p.be(2, 4, 64)
	log := int64(bits.Len64(uint64(max(n, 1))) - 1)
	p.be(2, 16<<log, 16<<log)
	p.be(2, log, log)
	p.be(2, 16*n-16<<log, 16*n-16<<log)
	for range n {
		p.each(4, fourCC)
		p.skip(4)
		p.be(4, 12+16*n, 1<<30)
		p.skip(4)
	}
	p.found("font, %d tables", n)
}

// ttc: magic 32, version 31, fonts 26, offsets behind the header.
func ttc(p *proof) {
	p.beOneOf(4, 1<<16, 2<<16)
	n := p.be(4, 1, 64)
	for range n {
		p.be(4, 12+4*n, 1<<26)
	}
	p.found("font collection, %d fonts", n)
}

// woff and woff2 (WOFF 1.0 §4, 2.0 §4): magic 32, flavour 30, tables 10,
// reserved 16, and in WOFF the first table.
func woff(p *proof) {
	n := woffHeader(p)
	p.seek(44)
	p.each(4, fourCC)
	p.be(4, 44+20*n, 1<<28)
	p.found("WOFF, %d tables", n)
}

func woff2(p *proof) {
	n := woffHeader(p)
	p.found("WOFF2, %d tables", n)
}

func woffHeader(p *proof) (tables int64) {
	p.oneOf("\x00\x01\x00\x00", "OTTO", "true", "ttcf")
	p.be(4, 44, 1<<28)
	tables = p.be(2, 1, 64)
	p.zeros(2)
	return tables
}

// pfb is a Type 1 font: marker 16 in the magic, length 16, first line 88.
func pfb(p *proof) {
	p.le(4, 32, 1<<16)
	p.oneOf("%!PS-AdobeFont-", "%!FontType1-")
	p.found("Type 1 font")
}
