// Package diskimage knows the beginnings of files that hold a disk: of virtual machines, and
// of forensic examiners.
//
// To add a kind, add a row to Formats and a parser that reads like the header does.
package diskimage

import (
	"hash/adler32"

	"shokyo.dev/shokyo/scan/proof"
)

// Formats are disk images, in the order in which they are tried.
var Formats = []proof.Format{
	proof.File("KDMV", vmdk, "vmdk"),
	proof.File("# Disk DescriptorFile", vmdkText, "vmdk"),
	proof.File("QFI\xfb", qcow2, "qcow2"),
	proof.File("conectix", vhd, "vhd"),
	proof.File("vhdxfile", vhdx, "vhdx"),
	proof.File("<<< ", vdi, "vdi"),
	proof.File("EVF\x09\x0d\x0a\xff\x00", e01, "e01"),
}

// vmdk (Virtual Disk Format 5.0): magic 32, version 30, flags 14, grain 56,
// table length 32, end-of-line test 32.
func vmdk(p *proof.Cursor) {
	p.LE(4, 1, 3)
	p.LE(4, 0, 0x3ffff)
	p.Skip(8)
	p.LEOneOf(8, 8, 16, 32, 64, 128, 256, 512, 1024)
	p.Skip(16)
	p.LE(4, 512, 512)
	p.SkipTo(73)
	p.Lit("\n \r\n")
	p.Found("VMDK extent")
}

// vmdkText is a descriptor file: magic 21 bytes, then its first setting.
func vmdkText(p *proof.Cursor) {
	p.Maybe("\r")
	p.Lit("\n")
	p.OneOf("version=", "version =", "VERSION=")
	p.Found("VMDK descriptor")
}

// qcow2 (QEMU docs/interop/qcow2): magic 32, version 31, clusters 28, encryption
// 30, table sizes 12.
func qcow2(p *proof.Cursor) {
	version := p.BE(4, 2, 3)
	p.BE(8, 0, 1<<40)
	p.BE(4, 0, 1023)
	bits := p.BE(4, 9, 21)
	size := p.BE(8, 0, 1<<56)
	p.BE(4, 0, 2)
	p.BE(4, 0, 1<<25)
	p.Found("QCOW%d, %d MiB, clusters of %d bytes", version, size>>20, 1<<bits)
}

// vhd footer (Virtual Hard Disk Image Format): magic 64, features 30, version
// 32, type 30, checksum 32.
func vhd(p *proof.Cursor) {
	p.BEOneOf(4, 0, 1, 2, 3)
	p.Lit("\x00\x01\x00\x00")
	p.SkipTo(60)
	kind := p.BE(4, 2, 4)
	sum := int64(0)
	for i, c := range p.Span(0, 512) {
		if i < 64 || i >= 68 {
			sum += int64(c)
		}
	}
	sum ^= 0xffffffff
	p.BE(4, sum, sum)
	p.Found("VHD, %s", [...]string{"", "", "fixed", "dynamic", "differencing"}[kind])
}

// vhdx (MS-VHDX 2.2.1): magic 64, then the creator's name in UTF-16, of which
// eight units are below U+0100: 64.
func vhdx(p *proof.Cursor) {
	for range 8 {
		p.Skip(1)
		p.Zeros(1)
	}
	p.Found("VHDX")
	p.SkipTo(64 << 10)
	p.Lit("head")
	p.Mark()
}

// vdi: a sentence of which 32 bits are checked, signature 32, version 32, header 25, type 30.
func vdi(p *proof.Cursor) {
	p.SkipTo(64)
	p.Lit("\x7f\x10\xda\xbe\x01\x00\x01\x00")
	p.LE(4, 0x150, 0x200)
	p.LE(4, 1, 4)
	p.Found("VirtualBox disk")
}

// e01 (EWF specification §3): magic 64, constants 24, segment, then the first
// section with its Adler-32 checksum 32.
func e01(p *proof.Cursor) {
	p.Lit("\x01")
	segment := p.LE(2, 1, 1<<15)
	p.Lit("\x00\x00")
	from := p.Pos()
	p.OneOf("header2\x00", "header\x00\x00", "volume\x00\x00", "data\x00\x00\x00\x00", "sectors\x00")
	p.Zeros(8)
	p.Skip(16)
	p.Zeros(40)
	adler := int64(adler32.Checksum(p.Span(from, p.Pos())))
	p.LE(4, adler, adler)
	p.Found("EnCase evidence, segment %d", segment)
}
