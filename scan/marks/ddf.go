package marks

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
)

// SNIA's Common RAID Disk Data Format, revisions 1.2 and 2.0, as controllers of
// LSI, Dell, HP, Adaptec and others write it, and mdadm: an anchor header in the
// last sector (or 256 before it), and a workspace of sections, each of records
// with a signature of four bytes and a CRC-32. Numbers are big endian; some makers
// turned them round. Reserved bytes and unused entries are FF (§4: "filled with
// 0xFF"), with some makers 00.

// ddf reads one record.
type ddf struct {
	*label
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
	if bytes.Equal(b[:4], b[4:8]) || count(b, 0)+count(b, 0xFF) < 32 {
		return best, false
	}
	for _, order := range []binary.ByteOrder{binary.BigEndian, binary.LittleEndian} {
		signature := order.Uint32(b)
		for _, r := range ddfRecords {
			if r.signature != signature {
				continue
			}
			d := ddf{open(p), order}
			n, sum := d.length(p, r.lengths)
			whole, inside := p.Window(n)
			if !inside {
				continue
			}
			d.buf = p.Buf[: p.Off+len(whole) : p.Off+len(whole)] // the record's end is the buffer's
			d.hold(true, 32)                                     // the signature
			d.e.Alternatives(2)
			d.next(4)
			d.sum(sum, 32-4) // one of at most eight lengths
			d.next(4)
			detail := r.read(d)
			d.pad(len(d.buf) - d.at)
			d.overrun()
			if s, found := d.found("ddf", detail); found && (!ok || s.Explained) {
				best, ok = s, true
			}
		}
	}
	return best, ok
}

// length is the number of bytes over which the CRC fits, or else the least.
func (d ddf) length(p proof.Place, sectors []int) (n int, fits bool) {
	for _, s := range sectors {
		if b, ok := p.Window(s * sector); ok && ddfCRC(b, d.order.Uint32(b[ddfCRCAt:])) {
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

func (d ddf) u16() uint16 { return d.order.Uint16(d.number(2)) }

// header: anchor, primary or secondary (§4.2). What it says of places is numbers.
func (d ddf) header() string {
	d.mixed(24)
	d.letters(8, func(c byte) bool { return c >= '0' && c <= '9' || c == '.' || c == 0 || c == ' ' }, 4)
	d.number(4 + 4) // sequence, time
	d.number(3)     // open, foreign, grouping
	d.pad(13)
	d.pad(32)
	d.number(8 + 8) // places of the two headers
	kind := d.byte8(0, 2)
	d.pad(3)
	d.number(4 + 8)   // workspace
	d.number(2*5 + 4) // how many of what
	d.pad(50)
	d.number(8 * 8) // sections: place and length
	d.pad(256)
	return "SNIA DDF RAID label: " + []string{"anchor header", "primary header", "secondary header"}[min(kind, 2)]
}

func (d ddf) controller() string {
	d.mixed(24)
	d.number(8) // PCI identities
	d.text(16)
	d.pad(8)
	d.vendor(448)
	return "SNIA DDF RAID label: the controller"
}

// disks is the table of physical disks (§4.4).
func (d ddf) disks() string {
	used := d.u16()
	d.u16()
	d.pad(52)
	d.entries(func(d ddf) {
		d.mixed(24)
		d.number(4 + 2 + 2 + 8) // reference, type, state, size
		d.mixed(18)             // path
		d.number(2)             // block size, since 2.0
		d.pad(4)
	})
	return "SNIA DDF RAID label: " + proof.Count(int(used), "physical disk")
}

// volumes is the table of virtual disks (§4.5), with their names.
func (d ddf) volumes() string {
	used := d.u16()
	d.u16()
	d.pad(52)
	d.entries(func(d ddf) {
		d.mixed(24)
		d.number(2)
		d.pad(2)
		d.number(2 + 2) // type, CRC of the controller's GUID
		d.byte8(0, 0x1F)
		d.number(1 + 1) // initialised, failures left
		d.pad(13)
		d.text(16)
	})
	return "SNIA DDF RAID label: " + proof.Count(int(used), "virtual disk")
}

// entries of 64 bytes each, as many as the record has; an unused one is FF.
func (d ddf) entries(read func(ddf)) {
	const size = 64
	for len(d.buf)-d.at >= size {
		if b := d.buf[d.at : d.at+size]; count(b, 0xFF) == size || count(b, 0) == size {
			d.next(size)
			continue
		}
		read(d)
	}
}

// disk is what the disk says of itself (§4.6).
func (d ddf) disk() string {
	d.mixed(24)
	d.number(4)
	d.byte8(0, 1)
	d.byte8(0, 1)
	d.mixed(32)
	d.pad(442)
	return "SNIA DDF RAID label: this disk"
}

// configuration of a virtual disk (§4.7.1).
func (d ddf) configuration() string {
	d.mixed(24)
	d.number(4 + 4)
	d.pad(24)
	members := d.u16()
	stripe := d.byte8(0, 32)
	level := d.next(1)[0]
	d.number(4)     // qualifier; secondary elements
	d.number(8 + 8) // sizes
	d.number(2 + 1) // block size, parity, since 2.0
	d.pad(5)
	for range 8 {
		d.number(4) // spares
	}
	d.number(8 + 1) // cache, background rate
	d.pad(3)
	d.number(1 + 2)
	d.pad(1)
	d.number(1)
	d.pad(47)
	d.pad(192)
	for _, n := range []int{32, 32, 16, 16, 32} { // the vendor's own
		d.vendor(n)
	}
	most := (len(d.buf) - d.at) / 12 // disks: their references, then their places
	used := min(int(members), most)
	d.number(4 * used)
	d.pad(4 * (most - used))
	d.number(8 * used)
	d.pad(8 * (most - used))
	return fmt.Sprintf("SNIA DDF RAID label: configuration of a virtual disk, level %d, %s, stripes of %s",
		level, proof.Count(int(members), "disk"), proof.BytesOf(512<<min(stripe, 32)))
}

// vendorRecord is a configuration that only its maker can read (§4.7.3).
func (d ddf) vendorRecord() string {
	d.mixed(24)
	d.vendor(len(d.buf) - d.at)
	return "SNIA DDF RAID label: vendor-unique configuration record"
}

// spares is a record of spare assignment (§4.7.2).
func (d ddf) spares() string {
	d.number(4)
	d.pad(7)
	d.byte8(0, 0x0F)
	used := d.u16()
	d.u16()
	d.pad(8)
	for range min(int(used), (len(d.buf)-d.at)/32) {
		d.mixed(24)
		d.number(2)
		d.pad(6)
	}
	return "SNIA DDF RAID label: spare disk"
}

// badBlocks is the log of bad blocks (§4.8).
func (d ddf) badBlocks() string {
	used := d.u16()
	d.number(4)
	d.pad(10)
	d.number(8)
	for range min(int(used), (len(d.buf)-d.at)/16) {
		d.number(8 + 4 + 2)
		d.pad(2)
	}
	return "SNIA DDF RAID label: log of " + proof.Count(int(used), "bad block")
}

func (d ddf) vendorLog() string {
	d.number(8)
	d.pad(16)
	d.vendor(len(d.buf) - d.at)
	return "SNIA DDF RAID label: vendor's log"
}
