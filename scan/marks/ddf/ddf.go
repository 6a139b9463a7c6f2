// Package ddf knows the records of SNIA's Common RAID Disk Data Format.
//
// To add a record, add it to ddfRecords, and its signature in both byte orders to Rows.
package ddf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"

	"shokyo.dev/shokyo/scan/marks/label"
	"shokyo.dev/shokyo/scan/proof"
)

const sector = proof.SectorSize

// Rows are the marks of this room, in the order in which they are tried.
var Rows = []proof.Row{
	{Magic: "\xDE\x11\xDE\x11", Parse: ddfRecord},
	{Magic: "\x11\xDE\x11\xDE", Parse: ddfRecord},
	{Magic: "\xAD\x11\x11\x11", Parse: ddfRecord},
	{Magic: "\x11\x11\x11\xAD", Parse: ddfRecord},
	{Magic: "\x22\x22\x22\x22", Parse: ddfRecord},
	{Magic: "\x33\x33\x33\x33", Parse: ddfRecord},
	{Magic: "\xDD\xDD\xDD\xDD", Parse: ddfRecord},
	{Magic: "\xEE\xEE\xEE\xEE", Parse: ddfRecord},
	{Magic: "\x88\x88\x88\x88", Parse: ddfRecord},
	{Magic: "\x55\x55\x55\x55", Parse: ddfRecord},
	{Magic: "\xAB\xAD\xB1\x0C", Parse: ddfRecord},
	{Magic: "\x0C\xB1\xAD\xAB", Parse: ddfRecord},
	{Magic: "\x01\xDB\xEE\xF0", Parse: ddfRecord},
	{Magic: "\xF0\xEE\xDB\x01", Parse: ddfRecord},
}

// SNIA's Common RAID Disk Data Format, revisions 1.2 and 2.0, as controllers of
// LSI, Dell, HP, Adaptec and others write it, and mdadm: an anchor header in the
// last sector (or 256 before it), and a workspace of sections, each of records
// with a signature of four bytes and a CRC-32. Numbers are big endian; some makers
// turned them round. Reserved bytes and unused entries are FF (§4: "filled with
// 0xFF"), with some makers 00.

// ddf reads one record.
type ddf struct {
	*label.Reader
	order binary.ByteOrder
}

// ddfRecords are the signatures, as big endian numbers, and who reads them.
var ddfRecords = []struct {
	signature uint32
	read      func(d ddf) string
	lengths   []int // of the record in sectors: the one whose CRC fits
}{
	{0xDE11DE11, ddf.header, []int{1}},
	{0xAD111111, ddf.controller, []int{1}},
	{0x22222222, ddf.disks, ddfTables},
	{0x33333333, ddf.disk, []int{1}},
	{0x33333333, ddf.disks, ddfTables}, // mdadm before 3.1.3 signed the table so
	{0xDDDDDDDD, ddf.volumes, ddfTables},
	{0xEEEEEEEE, ddf.configuration, ddfConfigs},
	{0x88888888, ddf.vendorRecord, ddfConfigs},
	{0x55555555, ddf.spares, ddfConfigs},
	{0xABADB10C, ddf.badBlocks, ddfLogs},
	{0x01DBEEF0, ddf.vendorLog, ddfLogs},
}

var (
	// A table has 64 bytes and as many for each of 15 to 4095 entries, or 256.
	ddfTables = []int{2, 8, 32, 33, 128, 512}
	// A configuration record has a sector, and 12 bytes for each of 16 to 4096 disks.
	ddfConfigs = []int{2, 3, 7, 25, 97, 1}
	ddfLogs    = []int{1, 2, 4, 8, 16, 32, 64, 128}
)

const ddfCRCAt = 4

// ddfRecord reads whichever record begins with this signature.
func ddfRecord(p proof.Place) (best proof.Observation, ok bool) {
	b := p.Sector()
	// A disk overwritten with 55 begins like a record. Of a record's first sector a
	// part is reserved: without that it is not worth the sums.
	if bytes.Equal(b[:4], b[4:8]) || label.Count(b, 0)+label.Count(b, 0xFF) < 32 {
		return best, false
	}
	for _, order := range []binary.ByteOrder{binary.BigEndian, binary.LittleEndian} {
		signature := order.Uint32(b)
		for _, r := range ddfRecords {
			if r.signature != signature {
				continue
			}
			n, sum := recordLength(p, order, r.lengths)
			if _, inside := p.Window(n); !inside {
				continue
			}
			d := ddf{label.Bounded(p, n), order}
			d.Hold(true, 32) // the signature
			d.Alternatives(2)
			d.Next(4)
			d.Sum(sum, 32-4) // one of at most eight lengths
			d.Next(4)
			detail := r.read(d)
			d.Pad(d.Left())
			d.Overrun()
			if s, found := d.Found("ddf", detail); found && (!ok || s.Explained) {
				best, ok = s, true
			}
		}
	}
	return best, ok
}

// recordLength is the number of bytes over which the CRC fits, or else the least.
func recordLength(p proof.Place, order binary.ByteOrder, sectors []int) (n int, fits bool) {
	for _, s := range sectors {
		if b, ok := p.Window(s * sector); ok && ddfCRC(b, order.Uint32(b[ddfCRCAt:])) {
			return s * sector, true
		}
	}
	return slices.Min(sectors) * sector, false
}

// ddfCRC: the CRC is computed with FF in its own place (§4.1). FreeBSD and the
// controllers it was tried with compute it as Ethernet does, mdadm without the
// inversions before and behind.
func ddfCRC(b []byte, want uint32) bool {
	sum := func(start uint32) uint32 {
		sum := crc32.Update(start, crc32.IEEETable, b[:ddfCRCAt])
		sum = crc32.Update(sum, crc32.IEEETable, []byte{0xFF, 0xFF, 0xFF, 0xFF})
		return crc32.Update(sum, crc32.IEEETable, b[ddfCRCAt+4:])
	}
	return sum(0) == want || ^sum(1<<32-1) == want
}

func (d ddf) u16() uint16 { return d.order.Uint16(d.Number(2)) }

// header: anchor, primary or secondary (§4.2). What it says of places is numbers.
func (d ddf) header() string {
	d.Mixed(24)
	d.Letters(8, func(c byte) bool { return c >= '0' && c <= '9' || c == '.' || c == 0 || c == ' ' }, 4)
	d.Number(4 + 4) // sequence, time
	d.Number(3)     // open, foreign, grouping
	d.Pad(13)
	d.Pad(32)
	d.Number(8 + 8) // places of the two headers
	kind := d.Byte8(0, 2)
	d.Pad(3)
	d.Number(4 + 8)   // workspace
	d.Number(2*5 + 4) // how many of what
	d.Pad(50)
	d.Number(8 * 8) // sections: place and length
	d.Pad(256)
	return "SNIA DDF RAID label: " + []string{"anchor header", "primary header", "secondary header"}[min(kind, 2)]
}

func (d ddf) controller() string {
	d.Mixed(24)
	d.Number(8) // PCI identities
	d.Text(16)
	d.Pad(8)
	d.Vendor(448)
	return "SNIA DDF RAID label: the controller"
}

// disks is the table of physical disks (§4.4).
func (d ddf) disks() string {
	used := d.u16()
	d.u16()
	d.Pad(52)
	d.entries(func(d ddf) {
		d.Mixed(24)
		d.Number(4 + 2 + 2 + 8) // reference, type, state, size
		d.Mixed(18)             // path
		d.Number(2)             // block size, since 2.0
		d.Pad(4)
	})
	return "SNIA DDF RAID label: " + proof.Count(int(used), "physical disk")
}

// volumes is the table of virtual disks (§4.5), with their names.
func (d ddf) volumes() string {
	used := d.u16()
	d.u16()
	d.Pad(52)
	d.entries(func(d ddf) {
		d.Mixed(24)
		d.Number(2)
		d.Pad(2)
		d.Number(2 + 2) // type, CRC of the controller's GUID
		d.Byte8(0, 0x1F)
		d.Number(1 + 1) // initialised, failures left
		d.Pad(13)
		d.Text(16)
	})
	return "SNIA DDF RAID label: " + proof.Count(int(used), "virtual disk")
}

// entries of 64 bytes each, as many as the record has; an unused one is FF.
func (d ddf) entries(read func(ddf)) {
	const size = 64
	for d.Left() >= size {
		if b := d.Ahead(size); label.Count(b, 0xFF) == size || label.Count(b, 0) == size {
			d.Next(size)
			continue
		}
		read(d)
	}
}

// disk is what the disk says of itself (§4.6).
func (d ddf) disk() string {
	d.Mixed(24)
	d.Number(4)
	d.Byte8(0, 1)
	d.Byte8(0, 1)
	d.Mixed(32)
	d.Pad(442)
	return "SNIA DDF RAID label: this disk"
}

// configuration of a virtual disk (§4.7.1).
func (d ddf) configuration() string {
	d.Mixed(24)
	d.Number(4 + 4)
	d.Pad(24)
	members := d.u16()
	stripe := d.Byte8(0, 32)
	level := d.Next(1)[0]
	d.Number(4)     // qualifier; secondary elements
	d.Number(8 + 8) // sizes
	d.Number(2 + 1) // block size, parity, since 2.0
	d.Pad(5)
	for range 8 {
		d.Number(4) // spares
	}
	d.Number(8 + 1) // cache, background rate
	d.Pad(3)
	d.Number(1 + 2)
	d.Pad(1)
	d.Number(1)
	d.Pad(47)
	d.Pad(192)
	for _, n := range []int{32, 32, 16, 16, 32} { // the vendor's own
		d.Vendor(n)
	}
	most := d.Left() / 12 // disks: their references, then their places
	used := min(int(members), most)
	d.Number(4 * used)
	d.Pad(4 * (most - used))
	d.Number(8 * used)
	d.Pad(8 * (most - used))
	return fmt.Sprintf("SNIA DDF RAID label: configuration of a virtual disk, level %d, %s, stripes of %s",
		level, proof.Count(int(members), "disk"), proof.BytesOf(512<<min(stripe, 32)))
}

// vendorRecord is a configuration that only its maker can read (§4.7.3).
func (d ddf) vendorRecord() string {
	d.Mixed(24)
	d.Vendor(d.Left())
	return "SNIA DDF RAID label: vendor-unique configuration record"
}

// spares is a record of spare assignment (§4.7.2).
func (d ddf) spares() string {
	d.Number(4)
	d.Pad(7)
	d.Byte8(0, 0x0F)
	used := d.u16()
	d.u16()
	d.Pad(8)
	for range min(int(used), d.Left()/32) {
		d.Mixed(24)
		d.Number(2)
		d.Pad(6)
	}
	return "SNIA DDF RAID label: spare disk"
}

// badBlocks is the log of bad blocks (§4.8).
func (d ddf) badBlocks() string {
	used := d.u16()
	d.Number(4)
	d.Pad(10)
	d.Number(8)
	for range min(int(used), d.Left()/16) {
		d.Number(8 + 4 + 2)
		d.Pad(2)
	}
	return "SNIA DDF RAID label: log of " + proof.Count(int(used), "bad block")
}

func (d ddf) vendorLog() string {
	d.Number(8)
	d.Pad(16)
	d.Vendor(d.Left())
	return "SNIA DDF RAID label: vendor's log"
}
