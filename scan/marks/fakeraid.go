package marks

import (
	"fmt"

	"shokyo.dev/shokyo/scan/proof"
)

// Labels of RAID in the firmware of mainboards and cheap controllers, a sector or
// a few near the end of the disk. Their layout is known from dmraid
// (format/ataraid/*.h) and FreeBSD (sys/dev/ata/ata-raid.h, sys/geom/raid/md_*.c).
// A label of this kind is explained only where its firmware looks for it.

// jmicron: the last sector; a sum of words over 128 bytes (struct jmicron_raid_conf).
func jmicron(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("JM")
	l.number(2 + 2) // version, checksum
	l.unknown(10)
	l.number(4)         // identity
	l.number(4 + 4 + 2) // place and sectors
	l.unknown(2)
	l.scraps(16)   // name
	l.byte8(0, 5)  // level
	l.byte8(0, 16) // log2 of a stripe
	l.number(2)    // flags
	l.unknown(4)
	for range 2 + 8 {
		l.number(4) // spares, members
	}
	l.unknown(32)
	sum := uint16(0)
	for at := l.start; at+2 <= l.at; at += 2 {
		sum += proof.LE16(l.buf[at:])
	}
	l.sum(sum <= 1, 15)
	l.zero(sector - l.size())
	l.need(fromEnd(p, 1))
	return l.found("jmicron-raid", "JMicron RAID label")
}

// lsiIDE: MegaRAID IDE and SATA, second version, in the last sector: 30 rows of 16
// bytes that are arrays or disks (struct lsiv2_raid_conf). No checksum.
func lsiIDE(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("$XIDE$")
	l.number(1 + 1 + 2) // state, version
	rows := l.byte8(0, 30)
	arrays := l.byte8(0, min(rows, 30))
	l.byte8(0, 30) // disks
	l.byte8(0, 255)
	l.le16(0, 0xFF)
	for i := range byte(30) {
		switch {
		case i >= min(rows, 30):
			l.zero(16)
		case i < arrays:
			l.lsiArray()
		default:
			l.lsiDisk()
		}
	}
	l.byte8(0, 30)
	l.byte8(0, 30)
	l.number(4) // time
	l.zero(10)
	l.need(fromEnd(p, 1))
	return l.found("lsi-megaraid-ide", fmt.Sprintf("LSI MegaRAID label: %s", proof.Count(int(arrays), "logical drive")))
}

func (l *label) lsiArray() {
	l.byte8(0, 0x0F) // level
	l.number(1 + 2)  // stripe
	l.byte8(0, 30)   // width
	l.byte8(0, 30)   // disks
	l.byte8(0, 0xF0) // where they begin
	l.number(1 + 1)
	l.number(4)
	l.zero(3)
}

func (l *label) lsiDisk() {
	l.number(1 + 1 + 4) // channel, size
	l.byte8(0, 30)      // number
	l.byte8(0, 30)      // array
	l.byte8(0, 15)      // state
	l.zero(7)
}

// nvidia: MediaShield, in the second to last sector, which ends in zeros or FF; a
// sum of words over the size that it gives (struct nv).
func nvidia(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("NVIDIA")
	l.letters(2, func(c byte) bool { return c == ' ' || c == 0 }, 7)
	words := l.le32(30, 30)
	l.number(4)      // checksum
	l.le16(1, 0x3FF) // version
	l.byte8(0, 64)   // disk
	l.number(1)
	l.number(4)       // capacity
	l.le32(512, 4096) // sector size
	l.scraps(16)      // product
	l.scraps(4)       // revision
	l.number(4)       // flags
	l.number(4)       // version of what follows
	l.number(16)      // signature
	l.byte8(0, 15)    // job
	l.byte8(0, 64)    // width
	l.byte8(0, 64)    // disks
	l.byte8(0, 64)    // width before
	l.le32(0, 0xFFFF) // level
	stripe := l.le32(0, 1<<20)
	l.le32(0, 1<<29)
	l.le32(0, 31)
	l.le32(0, 1<<20)
	l.le32(0, 1<<26)
	l.number(4)
	l.number(4)       // job's mark
	l.le32(0, 0xFFFF) // level before
	l.number(4)
	l.le32(0, 0xFFFF) // flags
	sum := uint32(0)
	for at := l.start; at < l.start+4*int(min(words, 30)) && at+4 <= l.at; at += 4 {
		sum += proof.LE32(l.buf[at:])
	}
	l.sum(sum == 0, 32)
	l.pad(sector - l.size())
	l.need(fromEnd(p, 2))
	return l.found("nvidia-raid", "nVidia MediaShield RAID label, stripes of "+proof.BlocksOf(uint64(stripe), 512))
}

// promisePlaces are sectors from the end at which FastTrak controllers keep their
// label: what their idea of cylinders leaves over (util-linux, promise_raid.c), and
// older areas 14 sectors before each (dmraid, pdc.c).
var promisePlaces = []int64{16, 63, 255, 256, 399, 591, 675, 735, 911, 951, 974, 991, 3087}

// promise: FastTrak, four sectors; what is not used counts down or is zero
// (struct promise_raid_conf).
func promise(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("Promise Technology, Inc.")
	l.number(4 + 8 + 2 + 4)
	l.countdown(470)
	l.mask(uint64(proof.LE32(l.next(4))), 0x80, 4) // valid
	l.number(4 + 8)                                // state, number, channel, device
	l.number(4 + 4 + 4 + 2)                        // place, size, rebuilt, generation
	l.number(1)
	level := l.byte8(0, 0x20)
	disks := l.byte8(0, 8)
	l.byte8(0, 32) // log2 of a stripe
	l.byte8(0, 8)
	l.byte8(0, 64)
	l.number(4 + 2 + 1 + 1) // size, geometry
	l.number(8)
	for i := range 8 { // disks
		if b := l.buf[min(l.at, len(l.buf)):min(l.at+12, len(l.buf))]; i >= int(disks) && count(b, 0) < len(b) {
			l.countdown(12)
			continue
		}
		l.number(12)
	}
	l.text(32) // name
	l.zero(32)
	l.countdown(4*512 - 4 - l.size())
	sum := uint32(0)
	for at := l.start; at+4 <= l.at; at += 4 {
		sum += proof.LE32(l.buf[at:])
	}
	l.sum(sum == proof.LE32(l.next(4)), 32)
	place := false
	for _, n := range promisePlaces {
		for area := range int64(4) {
			place = place || fromEnd(p, n+14*area)
		}
	}
	l.need(place)
	return l.found("promise-fasttrak", fmt.Sprintf("Promise FastTrak RAID label: level %d, %s", level, proof.Count(int(disks), "disk")))
}

// countdown takes filler: zeros, or the place of each byte in the label, counted down.
func (l *label) countdown(n int) {
	at := l.size()
	b := l.next(n)
	l.e.Alternatives(2)
	if count(b, 0) > len(b)/2 {
		l.same(b, 0)
		return
	}
	for i, c := range b {
		l.hold(c == -byte(at+i), 8)
	}
}

// silicon: Medley, in the last sector and up to three more, 256 KiB apart; a
// sum of words (struct sil). Its first half repeats what the drive says of itself.
func silicon(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.unknown(20)
	l.text(20) // serial number
	l.unknown(6)
	l.text(8)  // firmware
	l.text(40) // model
	l.unknown(2)
	l.is("\x00\x00\x00\x2F")
	l.number(8) // capabilities
	l.number(8) // sectors of the array
	l.unknown(4)
	l.number(4) // sectors of the disk
	l.unknown(256 - 124)
	l.number(4)
	l.number(4)   // PCI identity
	l.le16(0, 99) // version
	l.le16(0, 99)
	for range 6 {
		l.byte8(0, 0x99) // time, decimal
	}
	l.le16(0, 1<<15) // stripe
	l.number(2)
	disk := l.byte8(0, 7)
	level := l.next(1)[0]
	l.hold(level <= 3 || level == 16 || level == 255, 5)
	l.number(4)      // sets
	l.number(8)      // rebuilt
	l.le32(0, 1<<24) // generation
	l.number(4)      // state, location
	l.number(2)
	l.text(16) // what kind it is, in words
	sum := wordSum(l.buf[l.start:l.at])
	l.sum(-sum == proof.LE16(l.next(2)), 16)
	l.zero(190)
	l.number(2) // a second checksum: nobody says of what
	place := false
	for area := range int64(4) {
		place = place || fromEnd(p, 1+512*area)
	}
	l.need(place)
	return l.found("silicon-medley", fmt.Sprintf("Silicon Image Medley RAID label: level %d, disk %d", level, disk))
}

func wordSum(b []byte) (sum uint16) {
	for at := 0; at+2 <= len(b); at += 2 {
		sum += proof.LE16(b[at:])
	}
	return sum
}

// via: the last sector; a sum of bytes over the first 50, and with some firmware
// one over the sector in its last byte (struct via).
func via(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("\x55\xAA")
	l.byte8(0, 2) // version
	l.number(2)   // kind of array, disk
	l.number(1)   // disks, stripe
	l.le32(0, 1<<32-1)
	l.le32(0, 1<<8) // sectors' high word
	l.number(4)     // checksum of this disk's serial number
	disks := 0
	for range 8 {
		if proof.LE32(l.number(4)) != 0 {
			disks++
		}
	}
	sum := byte(0)
	for _, c := range l.buf[l.start:l.at] {
		sum += c
	}
	l.sum(sum == l.next(1)[0], 8)
	l.zero(sector - 1 - l.size())
	last := l.next(1)[0]
	l.hold(last == 0 || last == 2*sum, 7)
	l.need(fromEnd(p, 1))
	return l.found("via-raid", "VIA RAID label: "+proof.Count(disks, "disk"))
}
