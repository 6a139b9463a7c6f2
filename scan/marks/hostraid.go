package marks

import (
	"fmt"

	"shokyo.dev/shokyo/scan/proof"
)

// Labels of HighPoint, Adaptec HostRAID, ITE, SiS and of LSI's third version: as in
// fakeraid.go, with their layout from FreeBSD (sys/dev/ata/ata-raid.h) and dmraid
// (format/ataraid/asr.h, hpt37x.h, hpt45x.h).

// highpoint2: 36x, 37x and RocketRAID of that age, in sector 9 (struct
// hptv2_raid_conf). No checksum.
func highpoint2(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.zero(32)
	l.highpointMagic(0xF0)
	l.number(4 + 4) // identities
	l.le32(0, 7)    // order
	disks := l.byte8(0, 32)
	l.byte8(0, 32) // log2 of a stripe
	level := l.byte8(0, 7)
	l.byte8(0, 32)      // disk
	l.number(4 + 4 + 4) // sectors, modes
	l.byte8(0, 255)
	l.byte8(0, 255)
	errors := l.byte8(0, 32)
	l.byte8(0, 32)
	for i := range byte(32) {
		if i < errors {
			l.number(12)
		} else {
			l.zero(12)
		}
	}
	l.zero(16)
	l.number(4) // rebuilt
	l.zero(1)
	l.text(15)
	l.zero(1)
	l.text(15)
	l.zero(8)
	l.need(p.Base+int64(p.Off) == 9*sector)
	return l.found("highpoint-raid", fmt.Sprintf("HighPoint 37x RAID label: level %d, %s", level, proof.Count(int(disks), "disk")))
}

// highpointMagic is 5A7816 and the format's byte, or FD where the array is broken.
func (l *label) highpointMagic(format byte) {
	c := l.next(1)[0]
	l.hold(c == format || c == 0xFD, 7)
	l.is("\x16\x78\x5A")
}

// highpoint3: 45x and RocketRAID since, 11 sectors before the end (struct
// hptv3_raid_conf).
func highpoint3(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.highpointMagic(0xF3)
	l.number(4) // identity
	l.number(1) // checksum of what is below it
	l.number(1 + 1)
	configs := l.byte8(0, 2)
	level := byte(0)
	for i := range 2 {
		l.number(4)
		kind := l.byte8(0, 16)
		if i == 0 {
			level = kind
		}
		l.byte8(0, 32)
		l.byte8(0, 32)
		l.byte8(0, 32)
		l.le16(0, 0xFF) // state
		l.le16(0, 0xFFFF)
		l.number(4) // rebuilt
	}
	l.scraps(20) // names
	l.scraps(64) // description
	l.scraps(16) // made by
	l.number(1)  // checksum of what is above it
	l.number(1 + 1)
	l.byte8(0, 15)
	l.number(4 * 4) // high words
	l.zero(sector - l.size())
	l.need(fromEnd(p, 11))
	return l.found("highpoint-raid", fmt.Sprintf("HighPoint 45x RAID label: kind %d, %s", level, proof.Count(int(configs), "set")))
}

// adaptecBlock is HostRAID's reserved block in the last sector; numbers are big
// endian (struct asr_reservedblock). It says where the table is.
func adaptecBlock(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("\x37\xFC\x4D\x1E")
	l.pad(8)    // units
	l.zero(6)   // drive's type and geometry
	l.number(2) // flags
	l.zero(2)
	l.number(2)
	l.zero(0x34 - 0x18)
	l.number(4) // first reserved block
	l.number(4) // identities
	l.number(1 + 1 + 1)
	l.byte8(0, 16) // version
	l.number(4)    // this drive
	l.zero(0x6A - 0x44)
	l.text(32)
	l.zero(0xF0 - 0x8A)
	l.number(4 + 4)
	l.zero(8)
	l.is("DPTM")
	l.number(4) // the table's block
	l.be16(0, 127)
	l.zero(0xF6)
	l.need(fromEnd(p, 1))
	return l.found("adaptec-hostraid", "Adaptec HostRAID label: reserved block")
}

// adaptecTable is HostRAID's table of arrays, in the 16 sectors before the
// reserved block: 64 bytes and 127 rows of as many, of which a sum of bytes is
// taken (struct asr_raidtable).
func adaptecTable(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("\x90\x07\x65\xC4")
	l.number(4) // generation
	l.be16(1, 255)
	rows := l.be16(0, 127)
	l.be16(64, 64)
	want := proof.BE16(l.next(2))
	l.zero(8)
	l.number(4 + 4) // flags, time
	l.number(4)     // flags, state, priority, spare
	l.number(4 + 4) // the spare, this set
	l.number(4 + 4) // verified, made again
	l.zero(12)
	sum := uint16(0)
	from := l.at
	for range min(rows, 127) {
		l.number(2 + 2 + 4)
		l.byte8(0, 3) // logical or physical
		l.number(1 + 1 + 1 + 4 + 4)
		l.number(4 + 4 + 2 + 2 + 4)
		l.number(2 + 2 + 4 + 4)
		l.text(16)
	}
	for _, c := range l.buf[from:l.at] {
		sum += uint16(c)
	}
	l.sum(sum == want, 16)
	l.zero(max(0, 16*sector-l.size()))
	l.need(fromEnd(p, 17))
	return l.found("adaptec-hostraid", "Adaptec HostRAID label: table of "+proof.Count(int(rows), "row"))
}

// ite: in the second to last sector, two sectors (struct ite_raid_conf).
func ite(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.zero(20)
	l.number(8 + 4) // time
	l.zero(22)
	l.is(iteMagic)
	l.letters(1, func(c byte) bool { return c == 0 || c == ' ' }, 7)
	l.zero(2 + 24)
	l.number(8)
	l.zero(48)
	l.number(4)
	l.zero(20)
	l.number(8) // sectors
	l.zero(48 + 2)
	level := l.byte8(0, 3)
	l.zero(1)
	l.unknown(32)
	l.number(1)
	l.zero(3 + 216)
	l.unknown(16)
	l.number(8)
	l.zero(36)
	l.number(1)
	l.zero(3)
	l.byte8(0, 8)
	l.zero(3 + 4 + 1)
	l.byte8(0, 8)
	l.number(4)
	l.zero(2)
	l.unknown(16)
	l.zero(max(0, 2*sector-l.size()))
	l.need(fromEnd(p, 2))
	return l.found("ite-raid", fmt.Sprintf("ITE RAID label: level %d", level))
}

const iteMagic = "Integrated Technology Express Inc      "

// sis: 16 sectors before the end (struct sis_raid_conf).
func sis(p proof.Place) (proof.Observation, bool) {
	if !fromEnd(p, 16) {
		return proof.Observation{}, false // two bytes are hardly a magic number
	}
	l := open(p)
	l.is("\x10\x00")
	l.number(1)
	kind := l.byte8(0x10, 0x3F)
	l.number(4 + 4)  // PCI identity
	l.le16(0, 1<<12) // stripe
	l.number(2)
	l.number(4) // time
	l.text(40)
	l.byte8(0, 8)
	l.unknown(3)
	l.zero(448)
	return l.found("sis-raid", fmt.Sprintf("SiS RAID label: kind %d, %s", kind>>4, proof.Count(int(kind&15), "disk")))
}

// lsiThree: MegaRAID, third version, in the last sector (struct lsiv3_raid_conf).
func lsiThree(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("$_IDE$")
	l.number(2)
	l.le16(0, 0x1FF) // version
	l.number(2)
	l.zero(4)
	for range 8 {
		l.number(2)
		l.byte8(0, 15) // level
		l.number(1 + 1 + 1)
		l.zero(10)
		l.number(4 + 2 + 4 + 2 + 4) // sectors, place, device
		l.zero(16)
	}
	for range 6 {
		l.number(4 + 4 + 4 + 1 + 1 + 1 + 1)
	}
	l.zero(7)
	l.number(1 + 4) // device, time
	l.zero(3)
	l.number(1)
	l.need(fromEnd(p, 1))
	return l.found("lsi-megaraid-ide", "LSI MegaRAID label, third version")
}

// lsiThreeHead is the first of that label's four sectors; the two between are empty.
func lsiThreeHead(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("\x00\x32\x20\xA0")
	l.zero(12)
	l.is("SATA")
	l.zero(160)
	l.number(4)
	l.zero(28)
	l.number(4)
	l.zero(280)
	l.is("$_ENQ$31")
	l.zero(7)
	l.number(1)
	l.need(fromEnd(p, 4))
	return l.found("lsi-megaraid-ide", "LSI MegaRAID label, third version: the controller")
}
