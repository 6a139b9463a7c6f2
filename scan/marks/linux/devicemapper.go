// Package linux knows the labels that Linux puts under or beside a file system: the targets of
// device mapper, VDO, Stratis, DRBD, bcache. Software RAID is package md, LVM package lvm.
//
// To add a kind, add a row to Rows and a function that accounts for the label byte by byte.
package linux

import (
	"fmt"
	"hash/crc32"

	"shokyo.dev/shokyo/scan/marks/label"
	"shokyo.dev/shokyo/scan/proof"
)

const sector = proof.SectorSize

// Rows are the marks of this room, in the order in which they are tried.
var Rows = []proof.Row{
	{Magic: "integrt\x00", Parse: dmIntegrity},
	{Magic: "verity\x00\x00", Parse: dmVerity},
	{At: 32, Magic: "\xBA\x52\x9C\x01\x00\x00\x00\x00", Parse: dmPersistent}, // 27022010
	{At: 32, Magic: "\x03\xC4\x18\x00\x00\x00\x00\x00", Parse: dmPersistent}, // 06142003, which is octal in the kernel
	{At: 32, Magic: "\x7B\x07\xC1\x7E\x00\x00\x00\x00", Parse: dmPersistent}, // 2126579579
	{Magic: "DmRd", Parse: dmRAID},
	{Magic: "rRiM", Parse: dmMirrorLog},
	{Magic: "SnAp", Parse: dmSnapshot},
	{Magic: "\x21\x93\x48\x23", Parse: dmWritecache},
	{Magic: "dmvdo001", Parse: vdo},
	{At: 4, Magic: stratisMagic, Parse: stratis},
	{At: 60, Magic: drbdMagic, Parse: drbd},
	{Magic: "\x69\xCB\x65\xA2", Parse: drbdLog},
	{At: 24, Magic: bcacheMagic, Parse: bcache},
}

// Superblocks of device mapper's targets (kernel, drivers/md/dm-*.c, and
// persistent-data), each on a volume of its own; little endian. They say how a
// volume was laid out; what lies behind them is judged by itself.

// dmIntegrity: dm-integrity.c, struct superblock; versions 1 to 6.
func dmIntegrity(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("integrt\x00")
	version := l.Byte8(1, 6)
	l.Byte8(0, 31)           // log2 of sectors between tags
	tag := l.LE16(0, 64)     // bytes of a tag
	l.LE32(0, 1<<24)         // sections of the journal
	size := l.LE64(1, 1<<55) // sectors for data
	flags := proof.LE32(l.Next(4))
	l.Mask(uint64(flags), 0x3F, 4)
	l.Byte8(0, 3)  // log2 of sectors in a block
	l.Byte8(0, 63) // log2 of blocks for a bit
	l.Zero(2)
	l.LE64(0, 1<<55) // recalculated so far
	l.Zero(8)
	l.Number(16) // salt
	const fixedHMAC, longestMAC = 1 << 4, 64
	l.Zero(sector - longestMAC - l.Size())
	if flags&fixedHMAC != 0 {
		l.Number(longestMAC) // of this sector
	} else {
		l.Zero(longestMAC)
	}
	return l.Found("dm-integrity", fmt.Sprintf("dm-integrity superblock, version %d: %s with tags of %s",
		version, proof.BlocksOf(size, sector), proof.Count(int(tag), "byte")))
}

// dmVerity: cryptsetup, lib/verity/verity.c, struct verity_sb.
func dmVerity(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("verity\x00\x00")
	l.LE32(1, 1)
	l.LE32(0, 1)
	l.Number(16) // UUID
	algorithm := l.Next(32)
	name := label.TrimPad(algorithm)
	for _, c := range name {
		l.Hold(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '-', 2.7)
	}
	l.Same(algorithm[len(name):], 0)
	l.Need(len(name) > 1)
	block := l.LE32(512, 1<<19)
	l.Hold(block&(block-1) == 0, 15)
	hash := l.LE32(512, 1<<19)
	l.Hold(hash&(hash-1) == 0, 15)
	blocks := l.LE64(1, 1<<48)
	salt := int(min(l.LE16(0, 256), 256))
	l.Zero(6)
	l.Number(salt)
	l.Zero(256 - salt + 168)
	return l.Found("dm-verity", "dm-verity superblock: hashes of "+proof.BlocksOf(blocks, uint64(block)))
}

// A persistentData superblock is a block of 4 KiB: a CRC-32C turned by a number of
// the target's, flags, its own place, UUID, magic number.
type persistentData struct {
	kind, name string
	turn       uint32
	read       func(*label.Reader)
}

var persistent = map[uint64]persistentData{
	27022010:   {"dm-thin", "dm-thin pool", 160774, dmThin},
	0o6142003:  {"dm-cache", "dm-cache", 9031977, dmCache},
	2126579579: {"dm-era", "dm-era", 146538381, dmEra},
}

func dmPersistent(p proof.Place) (proof.Observation, bool) {
	b, ok := p.Window(4096)
	t, known := persistent[proof.LE64(p.Sector()[32:])]
	if !ok || !known {
		return proof.Observation{}, false
	}
	l := label.Open(p)
	l.Sum(proof.RawCRC32C(1<<32-1, b[4:])^t.turn == proof.LE32(l.Next(4)), 32)
	l.LE32(0, 1) // flags: needs a check
	l.LE64(0, 0)
	l.Number(16)
	l.Hold(true, 64-2)
	l.Next(8)
	l.LE32(1, 4)
	t.read(l)
	l.Zero(4096 - l.Size())
	return l.Found(t.kind, t.name+" superblock")
}

// spaceMap is the root of a space map: four numbers in 128 bytes.
func spaceMap(l *label.Reader) {
	l.Number(32)
	l.Zero(96)
}

func dmThin(l *label.Reader) {
	l.Number(4 + 8 + 8) // time, transaction, held root
	spaceMap(l)
	spaceMap(l)
	l.Number(8 + 8) // roots
	blockSizes(l)
	l.Number(8)
	features(l)
}

func dmCache(l *label.Reader) {
	l.Text(16) // policy
	l.Number(4)
	spaceMap(l)
	l.Number(8 + 8 + 8) // roots
	l.Number(8 + 8)     // discards
	blockSizes(l)
	l.Number(4)
	features(l)
	l.Number(4 * 4) // hits and misses
	l.Number(3 * 4) // policy's version
	l.Number(8)     // dirty root
}

func dmEra(l *label.Reader) {
	spaceMap(l)
	blockSizes(l)
	l.Number(4 + 4 + 4 + 8 + 8 + 8 + 8)
}

// blockSizes of data and metadata, in sectors.
func blockSizes(l *label.Reader) {
	l.LE32(1, 1<<21)
	l.LE32(8, 8)
}

// features that others must know; there are none but two flags.
func features(l *label.Reader) {
	for range 3 {
		l.LE32(0, 3)
	}
}

// dmRAID: dm-raid.c, struct dm_raid_superblock, as LVM has it for each leg.
func dmRAID(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("DmRd")
	l.LE32(0, 1)
	devices := l.LE32(1, 253)
	l.LE32(0, 253)
	l.Number(8 + 8 + 8 + 8) // events, failed, recovered, resynchronised
	level := l.LE32(0, 10)
	l.Number(4)
	l.LE32(0, 1<<21) // stripe
	l.LE32(0, 7)     // reshaping
	l.Number(8)
	l.LE32(0, 10)
	l.Number(4)
	l.LE32(0, 1<<21)
	l.Number(4)
	l.Number(8 + 8 + 8 + 8) // sizes and places
	l.Number(3 * 8)         // failed
	l.LE32(0, 0)
	l.Zero(sector - l.Size())
	return l.Found("dm-raid", fmt.Sprintf("dm-raid superblock: level %d, %s", level, proof.Count(int(devices), "device")))
}

// dmMirrorLog: dm-log.c, struct log_header_disk; its bits follow 1 KiB behind.
func dmMirrorLog(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("rRiM")
	l.LE32(1, 2)
	regions := l.LE64(1, 1<<40)
	l.Zero(1024 - l.Size())
	l.Bitmap(int64(regions/8) + 1)
	return l.Found("dm-mirror-log", fmt.Sprintf("log of a device mapper mirror of %d regions", regions))
}

// dmSnapshot: dm-snap-persistent.c, struct disk_header, alone in its chunk.
func dmSnapshot(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("SnAp")
	l.LE32(0, 1)
	l.LE32(1, 1)
	chunk := l.LE32(1, 1<<16)
	l.Zero(sector - l.Size())
	return l.Found("dm-snapshot", "header of a device mapper snapshot, chunks of "+proof.BlocksOf(uint64(chunk), sector))
}

// dmWritecache: dm-writecache.c, struct wc_memory_superblock, and the table of
// what each block caches: 16 bytes each, FF or a place and a count.
func dmWritecache(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("\x21\x93\x48\x23")
	l.LE32(1, 2)
	block := l.LE32(512, 1<<16)
	l.Hold(block&(block-1) == 0, 12)
	l.Zero(4)
	blocks := l.LE64(1, 1<<40)
	l.Number(8)
	l.Zero(64 - l.Size())
	for range min(blocks, (sector-64)/16) {
		place, count := proof.LE64(l.Next(8)), proof.LE64(l.Next(8))
		l.Hold(place == 1<<64-1 || place < 1<<55, 8)
		l.Hold(count == 1<<64-1 || count < 1<<48, 15)
	}
	l.Zero(max(0, sector-l.Size()))
	return l.Found("dm-writecache", "dm-writecache superblock: "+proof.BlocksOf(blocks, uint64(block)))
}

// vdo: the geometry block of a deduplicating volume (vdo, vdo-geometry.c,
// versions 4 and 5), packed, with a CRC-32 behind it.
func vdo(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	l.Is("dmvdo001")
	l.LE32(5, 5) // "geometry block"
	version := l.LE32(4, 5)
	l.LE32(0, 0)
	l.LE64(93, 101)      // with the header
	l.Number(4 + 8 + 16) // release, nonce, UUID
	if version == 5 {
		l.Number(8) // offset of the volume
	}
	for region := range uint32(2) { // index, data
		l.LE32(0, region)
		l.LE64(0, 1<<52)
	}
	l.Number(4 + 4) // index: memory, checkpoints
	l.Byte8(0, 1)   // sparse
	whole := l.Seen()
	want := proof.LE32(l.Next(4))
	// The user's tools began with zeros, the kernel begins as Ethernet does.
	l.Sum(crc32.Update(1<<32-1, crc32.IEEETable, whole) == want || crc32.ChecksumIEEE(whole) == want, 31)
	l.Zero(sector - l.Size())
	return l.Found("vdo", "geometry block of a VDO volume")
}

// stratis: the static header, in sectors 1 and 9, with a CRC-32C (Stratis Software
// Design, "Static Header"). The metadata behind it can name keys: not explained.
func stratis(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	want := proof.LE32(l.Next(4))
	l.Is(stratisMagic)
	size := l.LE64(1, 1<<55)
	l.Zero(4)
	l.Letters(64, label.HexDigit, 4) // pool, device
	l.LE64(1, 1<<40)                 // sectors of metadata
	l.LE64(0, 1<<40)                 // reserved
	l.LE64(0, 0xFF)                  // flags
	l.Number(8)
	l.Zero(sector - l.Size())
	l.Sum(proof.CRC32C(p.Sector()[4:]) == want, 32)
	return l.Found("stratis", "header of a Stratis pool's device of "+proof.BlocksOf(size, sector))
}

const stratisMagic = "!Stra0tis\x86\xff\x02^\x41rh"
