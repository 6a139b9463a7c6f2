package raid

import (
	"fmt"

	"shokyo.dev/shokyo/scan/marks/label"
	"shokyo.dev/shokyo/scan/proof"
)

// Labels of HighPoint, Adaptec HostRAID, ITE, SiS and of LSI's third version: as in
// firmware.go, with their layout from FreeBSD (sys/dev/ata/ata-raid.h) and dmraid
// (format/ataraid/asr.h, hpt37x.h, hpt45x.h).

// highpoint2: 36x, 37x and RocketRAID of that age, in sector 9 (struct
// hptv2_raid_conf). No checksum.
func highpoint2(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Zero(32)
	highpointMagic(l, 0xF0)
	l.Number(4 + 4) // identities
	l.LE32(0, 7)    // order
	disks := l.Byte8(0, 32)
	l.Byte8(0, 32) // log2 of a stripe
	level := l.Byte8(0, 7)
	l.Byte8(0, 32)      // disk
	l.Number(4 + 4 + 4) // sectors, modes
	l.Byte8(0, 255)
	l.Byte8(0, 255)
	errors := l.Byte8(0, 32)
	l.Byte8(0, 32)
	for i := range byte(32) {
		if i < errors {
			l.Number(12)
		} else {
			l.Zero(12)
		}
	}
	l.Zero(16)
	l.Number(4) // rebuilt
	l.Zero(1)
	l.Text(15)
	l.Zero(1)
	l.Text(15)
	l.Zero(8)
	l.Need(p.Base+int64(p.Off) == 9*sector)
	return l.Found("highpoint-raid", fmt.Sprintf("HighPoint 37x RAID label: level %d, %s", level, proof.Count(int(disks), "disk")))
}

// highpointMagic is 5A7816 and the format's byte, or FD where the array is broken.
func highpointMagic(l *label.Reader, format byte) {
	c := l.Next(1)[0]
	l.Hold(c == format || c == 0xFD, 7)
	l.Is("\x16\x78\x5A")
}

// highpoint3: 45x and RocketRAID since, 11 sectors before the end (struct
// hptv3_raid_conf).
func highpoint3(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	highpointMagic(l, 0xF3)
	l.Number(4) // identity
	l.Number(1) // checksum of what is below it
	l.Number(1 + 1)
	configs := l.Byte8(0, 2)
	level := byte(0)
	for i := range 2 {
		l.Number(4)
		kind := l.Byte8(0, 16)
		if i == 0 {
			level = kind
		}
		l.Byte8(0, 32)
		l.Byte8(0, 32)
		l.Byte8(0, 32)
		l.LE16(0, 0xFF) // state
		l.LE16(0, 0xFFFF)
		l.Number(4) // rebuilt
	}
	l.Scraps(20) // names
	l.Scraps(64) // description
	l.Scraps(16) // made by
	l.Number(1)  // checksum of what is above it
	l.Number(1 + 1)
	l.Byte8(0, 15)
	l.Number(4 * 4) // high words
	l.Zero(sector - l.Size())
	l.Need(p.FromEnd(11))
	return l.Found("highpoint-raid", fmt.Sprintf("HighPoint 45x RAID label: kind %d, %s", level, proof.Count(int(configs), "set")))
}

// adaptecBlock is HostRAID's reserved block in the last sector; numbers are big
// endian (struct asr_reservedblock). It says where the table is.
func adaptecBlock(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("\x37\xFC\x4D\x1E")
	l.Pad(8)    // units
	l.Zero(6)   // drive's type and geometry
	l.Number(2) // flags
	l.Zero(2)
	l.Number(2)
	l.Zero(0x34 - 0x18)
	l.Number(4) // first reserved block
	l.Number(4) // identities
	l.Number(1 + 1 + 1)
	l.Byte8(0, 16) // version
	l.Number(4)    // this drive
	l.Zero(0x6A - 0x44)
	l.Text(32)
	l.Zero(0xF0 - 0x8A)
	l.Number(4 + 4)
	l.Zero(8)
	l.Is("DPTM")
	l.Number(4) // the table's block
	l.BE16(0, 127)
	l.Zero(0xF6)
	l.Need(p.FromEnd(1))
	return l.Found("adaptec-hostraid", "Adaptec HostRAID label: reserved block")
}

// adaptecTable is HostRAID's table of arrays, in the 16 sectors before the
// reserved block: 64 bytes and 127 rows of as many, of which a sum of bytes is
// taken (struct asr_raidtable).
func adaptecTable(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("\x90\x07\x65\xC4")
	l.Number(4) // generation
	l.BE16(1, 255)
	rows := l.BE16(0, 127)
	l.BE16(64, 64)
	want := proof.BE16(l.Next(2))
	l.Zero(8)
	l.Number(4 + 4) // flags, time
	l.Number(4)     // flags, state, priority, spare
	l.Number(4 + 4) // the spare, this set
	l.Number(4 + 4) // verified, made again
	l.Zero(12)
	sum := uint16(0)
	from := l.Size()
	for range min(rows, 127) {
		l.Number(2 + 2 + 4)
		l.Byte8(0, 3) // logical or physical
		l.Number(1 + 1 + 1 + 4 + 4)
		l.Number(4 + 4 + 2 + 2 + 4)
		l.Number(2 + 2 + 4 + 4)
		l.Text(16)
	}
	for _, c := range l.Seen()[from:] {
		sum += uint16(c)
	}
	l.Sum(sum == want, 16)
	l.Zero(max(0, 16*sector-l.Size()))
	l.Need(p.FromEnd(17))
	return l.Found("adaptec-hostraid", "Adaptec HostRAID label: table of "+proof.Count(int(rows), "row"))
}

// ite: in the second to last sector, two sectors (struct ite_raid_conf).
func ite(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Zero(20)
	l.Number(8 + 4) // time
	l.Zero(22)
	l.Is(iteMagic)
	l.Letters(1, func(c byte) bool { return c == 0 || c == ' ' }, 7)
	l.Zero(2 + 24)
	l.Number(8)
	l.Zero(48)
	l.Number(4)
	l.Zero(20)
	l.Number(8) // sectors
	l.Zero(48 + 2)
	level := l.Byte8(0, 3)
	l.Zero(1)
	l.Unknown(32)
	l.Number(1)
	l.Zero(3 + 216)
	l.Unknown(16)
	l.Number(8)
	l.Zero(36)
	l.Number(1)
	l.Zero(3)
	l.Byte8(0, 8)
	l.Zero(3 + 4 + 1)
	l.Byte8(0, 8)
	l.Number(4)
	l.Zero(2)
	l.Unknown(16)
	l.Zero(max(0, 2*sector-l.Size()))
	l.Need(p.FromEnd(2))
	return l.Found("ite-raid", fmt.Sprintf("ITE RAID label: level %d", level))
}

const iteMagic = "Integrated Technology Express Inc      "

// sis: 16 sectors before the end (struct sis_raid_conf).
func sis(p proof.Place) (proof.Observation, bool) {
	if !p.FromEnd(16) {
		return proof.Observation{}, false // two bytes are hardly a magic number
	}
	l := label.Open(p)
	l.Is("\x10\x00")
	l.Number(1)
	kind := l.Byte8(0x10, 0x3F)
	l.Number(4 + 4)  // PCI identity
	l.LE16(0, 1<<12) // stripe
	l.Number(2)
	l.Number(4) // time
	l.Text(40)
	l.Byte8(0, 8)
	l.Unknown(3)
	l.Zero(448)
	return l.Found("sis-raid", fmt.Sprintf("SiS RAID label: kind %d, %s", kind>>4, proof.Count(int(kind&15), "disk")))
}

// lsiThree: MegaRAID, third version, in the last sector (struct lsiv3_raid_conf).
func lsiThree(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("$_IDE$")
	l.Number(2)
	l.LE16(0, 0x1FF) // version
	l.Number(2)
	l.Zero(4)
	for range 8 {
		l.Number(2)
		l.Byte8(0, 15) // level
		l.Number(1 + 1 + 1)
		l.Zero(10)
		l.Number(4 + 2 + 4 + 2 + 4) // sectors, place, device
		l.Zero(16)
	}
	for range 6 {
		l.Number(4 + 4 + 4 + 1 + 1 + 1 + 1)
	}
	l.Zero(7)
	l.Number(1 + 4) // device, time
	l.Zero(3)
	l.Number(1)
	l.Need(p.FromEnd(1))
	return l.Found("lsi-megaraid-ide", "LSI MegaRAID label, third version")
}

// lsiThreeHead is the first of that label's four sectors; the two between are empty.
func lsiThreeHead(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("\x00\x32\x20\xA0")
	l.Zero(12)
	l.Is("SATA")
	l.Zero(160)
	l.Number(4)
	l.Zero(28)
	l.Number(4)
	l.Zero(280)
	l.Is("$_ENQ$31")
	l.Zero(7)
	l.Number(1)
	l.Need(p.FromEnd(4))
	return l.Found("lsi-megaraid-ide", "LSI MegaRAID label, third version: the controller")
}
