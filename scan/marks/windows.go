package marks

import (
	"fmt"

	"shokyo.dev/shokyo/scan/proof"
)

// Windows' Logical Disk Manager: dynamic disks have a private header and, in a
// database of 1 MiB, a table of contents, a volume database and its records; all
// big endian (kernel, block/partitions/ldm.c and ldm.h).

// ldmHeader is the private header, in sector 6 and twice more.
func ldmHeader(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("PRIVHEAD")
	l.number(4) // checksum
	l.be16(2, 2)
	l.be16(0, 64)
	l.number(8)           // time
	l.number(0x30 - 0x18) // sequence, places of the headers
	for range 3 {         // disk, host, disk group: GUIDs as text
		l.guidText(64)
	}
	l.text(32) // name of the disk group
	l.zero(0x11B - 0x110)
	l.be64(0, 1<<55)
	length := l.be64(0, 1<<55)
	l.be64(0, 1<<55) // database
	l.be64(0, 1<<55)
	l.be64(0, 16) // tables of contents
	l.be64(0, 1<<24)
	l.be32(0, 16)
	l.be32(0, 16)
	l.be64(0, 1<<24)
	l.be64(0, 1<<24)
	l.number(4 + 16 + 16) // disk's signature, set
	l.zero(max(0, sector-l.size()))
	return l.found("ldm-header", "private header of a Windows dynamic disk of "+proof.BlocksOf(length, sector))
}

// guidText is a GUID in letters and then zeros.
func (l *label) guidText(n int) {
	b := l.next(n)
	text := trimPad(b)
	for _, c := range text {
		l.hold(hexDigit(c) || c >= 'A' && c <= 'F' || c == '-', 3.5)
	}
	l.need(len(text) == 36 || len(text) == 0)
	l.same(b[len(text):], 0)
}

// ldmContents is the table of contents: two regions of the database.
func ldmContents(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("TOCBLOCK")
	l.number(4 + 8 + 8) // checksum, sequences
	l.zero(0x24 - 0x1C)
	for range 2 {
		l.text(8)
		l.be16(0, 0xFF)
		l.be64(0, 1<<40)
		l.be64(0, 1<<40)
		l.number(8) // flags
	}
	l.zero(sector - l.size())
	return l.found("ldm-database", "table of contents of a Windows dynamic disk's database")
}

// ldmDatabase is the head of the volume database.
func ldmDatabase(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("VMDB")
	l.be32(0, 1<<20)
	l.be32(128, 512) // size of a record
	l.be32(512, 512) // where they begin
	l.be16(0, 3)     // being changed?
	l.be16(4, 4)
	l.be16(0, 64)
	l.text(31) // disk group
	l.guidText(64)
	l.number(8 + 8) // committed, pending
	l.number(8 * 4) // how many of what, each twice
	l.number(8)     // time
	l.zero(sector - l.size())
	return l.found("ldm-database", "head of a Windows dynamic disk's database")
}

// ldmRecords are four records of 128 bytes: components, partitions, volumes,
// disks, groups, with their names.
func ldmRecords(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	used := 0
	for range sector / 128 {
		l.is("VBLK")
		l.be32(0, 1<<20)
		group := l.be32(0, 1<<20)
		number := l.be16(0, 16)
		l.be16(0, 16)
		if group == 0 {
			l.zero(112)
			continue
		}
		used++
		body := 112
		if number == 0 { // the first part says how long all of it is
			l.number(4)
			length := int(min(l.be32(0, 1<<12), 104))
			l.mixed(length)
			body = 104 - length
			l.zero(body)
			continue
		}
		l.mixed(body)
	}
	return l.found("ldm-database", fmt.Sprintf("four records of a Windows dynamic disk's database, %d in use", used))
}

// storageSpaces is the head of a Storage Spaces database, of which nobody has said
// in public what its bytes mean: named, not explained.
func storageSpaces(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("SPACEDB ")
	l.zero(sector - 8) // much of it is
	l.need(false)
	return l.found("storage-spaces", "metadata of Windows Storage Spaces, whose layout is not public")
}
