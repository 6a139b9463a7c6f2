// Package raid knows the labels of RAID in the firmware of mainboards and controllers, each maker's
// own. What several makers share is in package ddf.
//
// To add a maker, add a row to Rows and a function that accounts for the label byte by byte
// and says where its firmware looks for it.
package raid

import (
	"fmt"

	"shokyo.dev/shokyo/scan/marks/label"
	"shokyo.dev/shokyo/scan/proof"
)

const sector = proof.SectorSize

// Rows are the marks of this room, in the order in which they are tried.
var Rows = []proof.Row{
	{Magic: imsmMagic, Parse: intelRST},
	{Magic: "JM", Parse: jmicron},
	{Magic: "$XIDE$", Parse: lsiIDE},
	{Magic: "$_IDE$", Parse: lsiThree},
	{At: 496, Magic: "$_ENQ$31", Parse: lsiThreeHead},
	{Magic: "NVIDIA", Parse: nvidia},
	{Magic: "Promise Technology, Inc.", Parse: promise},
	{At: 96, Magic: "\x00\x00\x00\x2F", Parse: silicon},
	{Magic: "\x55\xAA", Parse: via},
	{At: 33, Magic: "\x16\x78\x5A", Parse: highpoint2},
	{At: 1, Magic: "\x16\x78\x5A", Parse: highpoint3},
	{Magic: "\x37\xFC\x4D\x1E", Parse: adaptecBlock},
	{Magic: "\x90\x07\x65\xC4", Parse: adaptecTable},
	{At: 54, Magic: iteMagic, Parse: ite},
	{Magic: "\x10\x00", Parse: sis},
}

// Labels of RAID in the firmware of mainboards and cheap controllers, a sector or
// a few near the end of the disk. Their layout is known from dmraid
// (format/ataraid/*.h) and FreeBSD (sys/dev/ata/ata-raid.h, sys/geom/raid/md_*.c).
// A label of this kind is explained only where its firmware looks for it.

// jmicron: the last sector; a sum of words over 128 bytes (struct jmicron_raid_conf).
func jmicron(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("JM")
	l.Number(2 + 2) // version, checksum
	l.Unknown(10)
	l.Number(4)         // identity
	l.Number(4 + 4 + 2) // place and sectors
	l.Unknown(2)
	l.Scraps(16)   // name
	l.Byte8(0, 5)  // level
	l.Byte8(0, 16) // log2 of a stripe
	l.Number(2)    // flags
	l.Unknown(4)
	for range 2 + 8 {
		l.Number(4) // spares, members
	}
	l.Unknown(32)
	sum := uint16(0)
	for b := l.Seen(); len(b) >= 2; b = b[2:] {
		sum += proof.LE16(b)
	}
	l.Sum(sum <= 1, 15)
	l.Zero(sector - l.Size())
	l.Need(p.FromEnd(1))
	return l.Found("jmicron-raid", "JMicron RAID label")
}

// lsiIDE: MegaRAID IDE and SATA, second version, in the last sector: 30 rows of 16
// bytes that are arrays or disks (struct lsiv2_raid_conf). No checksum.
func lsiIDE(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("$XIDE$")
	l.Number(1 + 1 + 2) // state, version
	rows := l.Byte8(0, 30)
	arrays := l.Byte8(0, min(rows, 30))
	l.Byte8(0, 30) // disks
	l.Byte8(0, 255)
	l.LE16(0, 0xFF)
	for i := range byte(30) {
		switch {
		case i >= min(rows, 30):
			l.Zero(16)
		case i < arrays:
			lsiArray(l)
		default:
			lsiDisk(l)
		}
	}
	l.Byte8(0, 30)
	l.Byte8(0, 30)
	l.Number(4) // time
	l.Zero(10)
	l.Need(p.FromEnd(1))
	return l.Found("lsi-megaraid-ide", fmt.Sprintf("LSI MegaRAID label: %s", proof.Count(int(arrays), "logical drive")))
}

func lsiArray(l *label.Reader) {
	l.Byte8(0, 0x0F) // level
	l.Number(1 + 2)  // stripe
	l.Byte8(0, 30)   // width
	l.Byte8(0, 30)   // disks
	l.Byte8(0, 0xF0) // where they begin
	l.Number(1 + 1)
	l.Number(4)
	l.Zero(3)
}

func lsiDisk(l *label.Reader) {
	l.Number(1 + 1 + 4) // channel, size
	l.Byte8(0, 30)      // number
	l.Byte8(0, 30)      // array
	l.Byte8(0, 15)      // state
	l.Zero(7)
}

// nvidia: MediaShield, in the second to last sector, which ends in zeros or FF; a
// sum of words over the size that it gives (struct nv).
func nvidia(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("NVIDIA")
	l.Letters(2, func(c byte) bool { return c == ' ' || c == 0 }, 7)
	words := l.LE32(30, 30)
	l.Number(4)      // checksum
	l.LE16(1, 0x3FF) // version
	l.Byte8(0, 64)   // disk
	l.Number(1)
	l.Number(4)       // capacity
	l.LE32(512, 4096) // sector size
	l.Scraps(16)      // product
	l.Scraps(4)       // revision
	l.Number(4)       // flags
	l.Number(4)       // version of what follows
	l.Number(16)      // signature
	l.Byte8(0, 15)    // job
	l.Byte8(0, 64)    // width
	l.Byte8(0, 64)    // disks
	l.Byte8(0, 64)    // width before
	l.LE32(0, 0xFFFF) // level
	stripe := l.LE32(0, 1<<20)
	l.LE32(0, 1<<29)
	l.LE32(0, 31)
	l.LE32(0, 1<<20)
	l.LE32(0, 1<<26)
	l.Number(4)
	l.Number(4)       // job's mark
	l.LE32(0, 0xFFFF) // level before
	l.Number(4)
	l.LE32(0, 0xFFFF) // flags
	sum := uint32(0)
	summed := l.Seen()
	for b := summed[:min(len(summed), 4*int(min(words, 30)))]; len(b) >= 4; b = b[4:] {
		sum += proof.LE32(b)
	}
	l.Sum(sum == 0, 32)
	l.Pad(sector - l.Size())
	l.Need(p.FromEnd(2))
	return l.Found("nvidia-raid", "nVidia MediaShield RAID label, stripes of "+proof.BlocksOf(uint64(stripe), 512))
}

// promisePlaces are sectors from the end at which FastTrak controllers keep their
// label: what their idea of cylinders leaves over (util-linux, promise_raid.c), and
// older areas 14 sectors before each (dmraid, pdc.c).
var promisePlaces = []int64{16, 63, 255, 256, 399, 591, 675, 735, 911, 951, 974, 991, 3087}

// promise: FastTrak, four sectors; what is not used counts down or is zero
// (struct promise_raid_conf).
func promise(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("Promise Technology, Inc.")
	l.Number(4 + 8 + 2 + 4)
	countdown(l, 470)
	l.Mask(uint64(proof.LE32(l.Next(4))), 0x80, 4) // valid
	l.Number(4 + 8)                                // state, number, channel, device
	l.Number(4 + 4 + 4 + 2)                        // place, size, rebuilt, generation
	l.Number(1)
	level := l.Byte8(0, 0x20)
	disks := l.Byte8(0, 8)
	l.Byte8(0, 32) // log2 of a stripe
	l.Byte8(0, 8)
	l.Byte8(0, 64)
	l.Number(4 + 2 + 1 + 1) // size, geometry
	l.Number(8)
	for i := range 8 { // disks
		if b := l.Ahead(12); i >= int(disks) && label.Count(b, 0) < len(b) {
			countdown(l, 12)
			continue
		}
		l.Number(12)
	}
	l.Text(32) // name
	l.Zero(32)
	countdown(l, 4*512-4-l.Size())
	sum := uint32(0)
	for b := l.Seen(); len(b) >= 4; b = b[4:] {
		sum += proof.LE32(b)
	}
	l.Sum(sum == proof.LE32(l.Next(4)), 32)
	place := false
	for _, n := range promisePlaces {
		for area := range int64(4) {
			place = place || p.FromEnd(n+14*area)
		}
	}
	l.Need(place)
	return l.Found("promise-fasttrak", fmt.Sprintf("Promise FastTrak RAID label: level %d, %s", level, proof.Count(int(disks), "disk")))
}

// countdown takes filler: zeros, or the place of each byte in the label, counted down.
func countdown(l *label.Reader, n int) {
	at := l.Size()
	b := l.Next(n)
	l.Alternatives(2)
	if label.Count(b, 0) > len(b)/2 {
		l.Same(b, 0)
		return
	}
	for i, c := range b {
		l.Hold(c == -byte(at+i), 8)
	}
}

// silicon: Medley, in the last sector and up to three more, 256 KiB apart; a
// sum of words (struct sil). Its first half repeats what the drive says of itself.
func silicon(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Unknown(20)
	l.Text(20) // serial number
	l.Unknown(6)
	l.Text(8)  // firmware
	l.Text(40) // model
	l.Unknown(2)
	l.Is("\x00\x00\x00\x2F")
	l.Number(8) // capabilities
	l.Number(8) // sectors of the array
	l.Unknown(4)
	l.Number(4) // sectors of the disk
	l.Unknown(256 - 124)
	l.Number(4)
	l.Number(4)   // PCI identity
	l.LE16(0, 99) // version
	l.LE16(0, 99)
	for range 6 {
		l.Byte8(0, 0x99) // time, decimal
	}
	l.LE16(0, 1<<15) // stripe
	l.Number(2)
	disk := l.Byte8(0, 7)
	level := l.Next(1)[0]
	l.Hold(level <= 3 || level == 16 || level == 255, 5)
	l.Number(4)      // sets
	l.Number(8)      // rebuilt
	l.LE32(0, 1<<24) // generation
	l.Number(4)      // state, location
	l.Number(2)
	l.Text(16) // what kind it is, in words
	sum := wordSum(l.Seen())
	l.Sum(-sum == proof.LE16(l.Next(2)), 16)
	l.Zero(190)
	l.Number(2) // a second checksum: nobody says of what
	place := false
	for area := range int64(4) {
		place = place || p.FromEnd(1+512*area)
	}
	l.Need(place)
	return l.Found("silicon-medley", fmt.Sprintf("Silicon Image Medley RAID label: level %d, disk %d", level, disk))
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
	l := label.Open(p)
	l.Is("\x55\xAA")
	l.Byte8(0, 2) // version
	l.Number(2)   // kind of array, disk
	l.Number(1)   // disks, stripe
	l.LE32(0, 1<<32-1)
	l.LE32(0, 1<<8) // sectors' high word
	l.Number(4)     // checksum of this disk's serial number
	disks := 0
	for range 8 {
		if proof.LE32(l.Number(4)) != 0 {
			disks++
		}
	}
	sum := byte(0)
	for _, c := range l.Seen() {
		sum += c
	}
	l.Sum(sum == l.Next(1)[0], 8)
	l.Zero(sector - 1 - l.Size())
	last := l.Next(1)[0]
	l.Hold(last == 0 || last == 2*sum, 7)
	l.Need(p.FromEnd(1))
	return l.Found("via-raid", "VIA RAID label: "+proof.Count(disks, "disk"))
}
