package filesystem

import (
	"fmt"
	"math"
	"strings"

	"shokyo.dev/shokyo/scan/proof"
)

// FAT12, FAT16 and FAT32 (Microsoft, FAT32 File System Specification 1.03;
// ECMA-107). Little endian. There are no checksums but the one byte that ties
// the parts of a long name to its short entry.

const fatEntryBytes = 32

// fatBoot recognises a boot sector with its BIOS parameter block (§3).
func fatBoot(buf []byte, off int) (proof.Observation, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Is(uint64(proof.LE16(b[510:])), 0xAA55, 2)
	e.Want(b[0] == 0xE9 || b[0] == 0xEB && b[2] == 0x90, 7.9)
	e.Power(uint64(proof.LE16(b[11:])), 512, 4096, 2)
	e.Power(uint64(b[13]), 1, 128, 1)
	e.Within(uint64(proof.LE16(b[14:])), 1, 1<<16-1, 2)
	e.Within(uint64(b[16]), 1, 2, 1)
	e.Want(b[21] == 0xF0 || b[21] >= 0xF8, math.Log2(256.0/9))
	if e.Broken() {
		return proof.Observation{}, false
	}
	name, at := string(b[54:62]), 54
	if proof.LE16(b[22:]) == 0 {
		name, at = string(b[82:90]), 82
		e.Zero(b[17:19]) // root entries; small volumes have a 16-bit size all the same
		e.Zero(b[42:44]) // version
	}
	sectors := uint64(proof.LE16(b[19:]))
	if sectors == 0 {
		sectors = uint64(proof.LE32(b[32:]))
	}
	e.Alternatives(2)
	if b[at-16] == 0x28 || b[at-16] == 0x29 {
		e.Want(true, 7)
		e.Want(fatType(name), 64-5.9) // three names of 2^3 spellings, one of 2^5
	} else {
		name = "FAT"
		fatUnnamed(&e, b, sectors)
	}
	return e.Found("fat-boot-sector", off, off+sector, fmt.Sprintf("boot sector of a %.5s volume of %s, clusters of %s",
		name, proof.BlocksOf(sectors, uint64(proof.LE16(b[11:]))), proof.BytesOf(uint64(proof.LE16(b[11:]))*uint64(b[13]))))
}

// fatType says whether the type text is one of those that are written, filled up with
// blanks or zeros.
func fatType(text string) bool {
	switch strings.TrimRight(text, " \x00") {
	case "FAT12", "FAT16", "FAT32", "FAT":
		return true
	}
	return false
}

// fatUnnamed checks what stands in a volume of DOS before version 4, and of cameras,
// which do not say what they are: few reserved sectors, a root of whole sectors, a
// size, in one of two places, and a table of the size that its clusters need.
func fatUnnamed(e *proof.Evidence, b []byte, sectors uint64) {
	reserved, root, table := uint64(proof.LE16(b[14:])), uint64(proof.LE16(b[17:])), uint64(proof.LE16(b[22:]))
	e.Want(reserved <= 32, 10.9)
	e.Want(root != 0 && root%16 == 0 && root <= 1024, 10)
	if proof.LE16(b[19:]) != 0 {
		e.Alternatives(2)
	} else {
		e.Want(proof.LE32(b[32:]) >= 1<<16 && proof.LE32(b[32:]) < 1<<24, 16+8-1)
	}
	clusters, entries := sectors/max(1, uint64(b[13])), table*uint64(proof.LE16(b[11:]))*8
	e.Want(entries >= 12*(clusters-min(clusters, 512)) && entries <= 16*(clusters+1024)+1<<14, 2)
}

// fatInfo recognises FAT32's FSInfo sector (§5): three signatures and 492
// reserved bytes.
func fatInfo(buf []byte, off int) (proof.Observation, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Text(b, "RRaA")
	e.Zero(b[4:484])
	e.Text(b[484:], "rrAa")
	e.Zero(b[496:510])
	e.Is(uint64(proof.LE16(b[510:])), 0xAA55, 2)
	if free := proof.LE32(b[488:]); free != 1<<32-1 {
		return e.Found("fat-fsinfo", off, off+sector, fmt.Sprintf("FAT32 FSInfo sector, %d free clusters", free))
	}
	return e.Found("fat-fsinfo", off, off+sector, "FAT32 FSInfo sector")
}

// fatDotDirectory recognises the start of a directory: "." and "..".
func fatDotDirectory(buf []byte, off int) (proof.Observation, bool) {
	var e proof.Evidence
	e.Text(buf[off:], ".          \x10")
	e.Text(buf[off+fatEntryBytes:], "..         \x10")
	pos, n := fatChain(&e, buf, off+2*fatEntryBytes)
	return e.Found("fat-directory", off, pos, "FAT directory with "+proof.Count(n+2, "entry"))
}

// fatDirectory recognises a piece of a directory by its chain of entries.
func fatDirectory(buf []byte, off int) (proof.Observation, bool) {
	var e proof.Evidence
	pos, n := fatChain(&e, buf, off)
	return e.Found("fat-directory", off, pos, "FAT directory with "+proof.Count(n, "entry"))
}

// fatChain walks entries until one does not fit or the directory ends. The
// parts of a long name are paid when the short entry they belong to comes.
func fatChain(e *proof.Evidence, buf []byte, off int) (end, entries int) {
	pos := off
	var long proof.Evidence // parts of a long name that wait for their short entry
	var sum byte
	for ; pos < off+maxBlock && pos <= len(buf)-fatEntryBytes; pos += fatEntryBytes {
		b := buf[pos : pos+fatEntryBytes]
		if b[0] == 0 {
			break
		}
		if b[11] == 0x0F {
			if !fatLong(&long, b, sum) {
				break
			}
			sum = b[13]
			continue
		}
		if long.Bits() > 0 && b[0] != 0xE5 && fatNameSum(b[:11]) != sum || !fatShort(e, b) {
			break
		}
		if long.Bits() > 0 && b[0] != 0xE5 {
			e.Add(8)
		}
		e.Add(long.Bits())
		long = proof.Evidence{}
		entries++
	}
	return pos, entries
}

// fatLong checks a part of a long name (§7): attribute 0F, type 0, cluster 0,
// order 1–20 or 0x40 with it (or E5, deleted), and the checksum of its parts
// equal. Two bits choose between the forms of an entry.
func fatLong(e *proof.Evidence, b []byte, sum byte) bool {
	order := b[0] &^ 0x40
	if b[0] != 0xE5 && (order < 1 || order > 20) || b[12] != 0 || proof.LE16(b[26:]) != 0 {
		return false
	}
	if e.Bits() > 0 {
		if b[13] != sum {
			return false
		}
		e.Add(8)
	}
	e.Add(8 + 8 + 16 + math.Log2(256.0/41) - 2)
	return true
}

// fatShort checks a short entry (§6). A field that may be zero or in a range
// is paid by the number of its valid values.
func fatShort(sum *proof.Evidence, b []byte) bool {
	var e proof.Evidence
	for i, c := range b[:11] {
		e.Want(fatNameByte(c) || c == ' ' && i > 0 || c == 0x05 && i == 0, math.Log2(256.0/181))
	}
	e.Want(b[11]&0xC0 == 0 && b[11]&0x18 != 0x18 && b[11] != 0x0F, 2.4)
	e.Want(b[12]&^0x18 == 0, 6)
	e.Within(uint64(b[13]), 0, 199, 1)
	for _, at := range []int{16, 18, 24} {
		e.Want(fatDate(proof.LE16(b[at:])), 0.45)
	}
	e.Want(fatTime(proof.LE16(b[14:])) && fatTime(proof.LE16(b[22:])), 1.1)
	e.Within(uint64(proof.LE16(b[20:])), 0, 0x0FFF, 2)
	if b[11]&0x18 != 0 { // a directory or the label has no size
		e.Is(uint64(proof.LE32(b[28:])), 0, 4)
	}
	if e.Broken() {
		return false
	}
	sum.Add(e.Bits() - 2)
	return true
}

// fatNameByte: 180 of 256 values may be in a short name (§6.1). Space fills up
// the end, and 05 stands for E5 in the first place.
func fatNameByte(c byte) bool {
	switch c {
	case '"', '*', '+', ',', '.', '/', ':', ';', '<', '=', '>', '?', '[', '\\', ']', '|', 0x7F:
		return false
	}
	return c > ' ' && (c < 'a' || c > 'z')
}

// fatDate: month 1–12 and day 1–31, or not set. 12·31·128+1 of 65536 values.
func fatDate(d uint16) bool {
	return d == 0 || d>>5&15 >= 1 && d>>5&15 <= 12 && d&31 >= 1
}

// fatTime: 24·60·30 of 65536 values.
func fatTime(t uint16) bool { return t>>11 < 24 && t>>5&63 < 60 && t&31 < 30 }

// fatNameSum is the checksum of a short name that its long name carries.
func fatNameSum(name []byte) (sum byte) {
	for _, c := range name {
		sum = sum>>1 | sum<<7
		sum += c
	}
	return sum
}
