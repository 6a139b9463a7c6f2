// Package volumes knows the labels of the volume managers of Windows and FreeBSD.
//
// To add a kind, add a row to Rows and a function that accounts for the label byte by byte.
package volumes

import (
	"fmt"

	"shokyo.dev/shokyo/scan/marks/label"
	"shokyo.dev/shokyo/scan/proof"
)

const sector = proof.SectorSize

// Rows are the marks of this room, in the order in which they are tried.
var Rows = []proof.Row{
	{Magic: "GEOM::MIRROR", Parse: geom},
	{Magic: "GEOM::RAID3", Parse: geom},
	{Magic: "GEOM::STRIPE", Parse: geom},
	{Magic: "GEOM::CONCAT", Parse: geom},
	{Magic: "GEOM::LABEL", Parse: geom},
	{Magic: "PRIVHEAD", Parse: ldmHeader},
	{Magic: "TOCBLOCK", Parse: ldmContents},
	{Magic: "VMDB", Parse: ldmDatabase},
	{Magic: "VBLK", Parse: ldmRecords},
	{Magic: "SPACEDB ", Parse: storageSpaces},
}

// Windows' Logical Disk Manager: dynamic disks have a private header and, in a
// database of 1 MiB, a table of contents, a volume database and its records; all
// big endian (kernel, block/partitions/ldm.c and ldm.h).

// ldmHeader is the private header, in sector 6 and twice more.
func ldmHeader(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("PRIVHEAD")
	l.Number(4) // checksum
	l.BE16(2, 2)
	l.BE16(0, 64)
	l.Number(8)           // time
	l.Number(0x30 - 0x18) // sequence, places of the headers
	for range 3 {         // disk, host, disk group: GUIDs as text
		guidText(l, 64)
	}
	l.Text(32) // name of the disk group
	l.Zero(0x11B - 0x110)
	l.BE64(0, 1<<55)
	length := l.BE64(0, 1<<55)
	l.BE64(0, 1<<55) // database
	l.BE64(0, 1<<55)
	l.BE64(0, 16) // tables of contents
	l.BE64(0, 1<<24)
	l.BE32(0, 16)
	l.BE32(0, 16)
	l.BE64(0, 1<<24)
	l.BE64(0, 1<<24)
	l.Number(4 + 16 + 16) // disk's signature, set
	l.Zero(max(0, sector-l.Size()))
	return l.Found("ldm-header", "private header of a Windows dynamic disk of "+proof.BlocksOf(length, sector))
}

// guidText is a GUID in letters and then zeros.
func guidText(l *label.Reader, n int) {
	b := l.Next(n)
	text := label.TrimPad(b)
	for _, c := range text {
		l.Hold(label.HexDigit(c) || c >= 'A' && c <= 'F' || c == '-', 3.5)
	}
	l.Need(len(text) == 36 || len(text) == 0)
	l.Same(b[len(text):], 0)
}

// ldmContents is the table of contents: two regions of the database.
func ldmContents(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("TOCBLOCK")
	l.Number(4 + 8 + 8) // checksum, sequences
	l.Zero(0x24 - 0x1C)
	for range 2 {
		l.Text(8)
		l.BE16(0, 0xFF)
		l.BE64(0, 1<<40)
		l.BE64(0, 1<<40)
		l.Number(8) // flags
	}
	l.Zero(sector - l.Size())
	return l.Found("ldm-database", "table of contents of a Windows dynamic disk's database")
}

// ldmDatabase is the head of the volume database.
func ldmDatabase(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("VMDB")
	l.BE32(0, 1<<20)
	l.BE32(128, 512) // size of a record
	l.BE32(512, 512) // where they begin
	l.BE16(0, 3)     // being changed?
	l.BE16(4, 4)
	l.BE16(0, 64)
	l.Text(31) // disk group
	guidText(l, 64)
	l.Number(8 + 8) // committed, pending
	l.Number(8 * 4) // how many of what, each twice
	l.Number(8)     // time
	l.Zero(sector - l.Size())
	return l.Found("ldm-database", "head of a Windows dynamic disk's database")
}

// ldmRecords are four records of 128 bytes: components, partitions, volumes,
// disks, groups, with their names.
func ldmRecords(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	used := 0
	for range sector / 128 {
		l.Is("VBLK")
		l.BE32(0, 1<<20)
		group := l.BE32(0, 1<<20)
		number := l.BE16(0, 16)
		l.BE16(0, 16)
		if group == 0 {
			l.Zero(112)
			continue
		}
		used++
		body := 112
		if number == 0 { // the first part says how long all of it is
			l.Number(4)
			length := int(min(l.BE32(0, 1<<12), 104))
			l.Mixed(length)
			body = 104 - length
			l.Zero(body)
			continue
		}
		l.Mixed(body)
	}
	return l.Found("ldm-database", fmt.Sprintf("four records of a Windows dynamic disk's database, %d in use", used))
}

// storageSpaces is the head of a Storage Spaces database, of which nobody has said
// in public what its bytes mean: named, not explained.
func storageSpaces(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("SPACEDB ")
	l.Zero(sector - 8) // much of it is
	l.Need(false)
	return l.Found("storage-spaces", "metadata of Windows Storage Spaces, whose layout is not public")
}
