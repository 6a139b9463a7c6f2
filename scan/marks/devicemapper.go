package marks

import (
	"fmt"
	"hash/crc32"

	"shokyo.dev/shokyo/scan/proof"
)

// Superblocks of device mapper's targets (kernel, drivers/md/dm-*.c, and
// persistent-data), each on a volume of its own; little endian. They say how a
// volume was laid out; what lies behind them is judged by itself.

// dmIntegrity: dm-integrity.c, struct superblock; versions 1 to 6.
func dmIntegrity(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("integrt\x00")
	version := l.byte8(1, 6)
	l.byte8(0, 31)           // log2 of sectors between tags
	tag := l.le16(0, 64)     // bytes of a tag
	l.le32(0, 1<<24)         // sections of the journal
	size := l.le64(1, 1<<55) // sectors for data
	flags := proof.LE32(l.next(4))
	l.mask(uint64(flags), 0x3F, 4)
	l.byte8(0, 3)  // log2 of sectors in a block
	l.byte8(0, 63) // log2 of blocks for a bit
	l.zero(2)
	l.le64(0, 1<<55) // recalculated so far
	l.zero(8)
	l.number(16) // salt
	const fixedHMAC, longestMAC = 1 << 4, 64
	l.zero(sector - longestMAC - l.size())
	if flags&fixedHMAC != 0 {
		l.number(longestMAC) // of this sector
	} else {
		l.zero(longestMAC)
	}
	return l.found("dm-integrity", fmt.Sprintf("dm-integrity superblock, version %d: %s with tags of %s",
		version, proof.BlocksOf(size, sector), proof.Count(int(tag), "byte")))
}

// dmVerity: cryptsetup, lib/verity/verity.c, struct verity_sb.
func dmVerity(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("verity\x00\x00")
	l.le32(1, 1)
	l.le32(0, 1)
	l.number(16) // UUID
	algorithm := l.next(32)
	name := trimPad(algorithm)
	for _, c := range name {
		l.hold(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '-', 2.7)
	}
	l.same(algorithm[len(name):], 0)
	l.need(len(name) > 1)
	block := l.le32(512, 1<<19)
	l.hold(block&(block-1) == 0, 15)
	hash := l.le32(512, 1<<19)
	l.hold(hash&(hash-1) == 0, 15)
	blocks := l.le64(1, 1<<48)
	salt := int(min(l.le16(0, 256), 256))
	l.zero(6)
	l.number(salt)
	l.zero(256 - salt + 168)
	return l.found("dm-verity", "dm-verity superblock: hashes of "+proof.BlocksOf(blocks, uint64(block)))
}

// A persistentData superblock is a block of 4 KiB: a CRC-32C turned by a number of
// the target's, flags, its own place, UUID, magic number.
type persistentData struct {
	kind, name string
	turn       uint32
	read       func(*label)
}

var persistent = map[uint64]persistentData{
	27022010:   {"dm-thin", "dm-thin pool", 160774, (*label).dmThin},
	0o6142003:  {"dm-cache", "dm-cache", 9031977, (*label).dmCache},
	2126579579: {"dm-era", "dm-era", 146538381, (*label).dmEra},
}

func dmPersistent(p proof.Place) (proof.Observation, bool) {
	b, ok := p.Window(4096)
	t, known := persistent[proof.LE64(p.Sector()[32:])]
	if !ok || !known {
		return proof.Observation{}, false
	}
	l := open(p)
	l.sum(proof.RawCRC32C(1<<32-1, b[4:])^t.turn == proof.LE32(l.next(4)), 32)
	l.le32(0, 1) // flags: needs a check
	l.le64(0, 0)
	l.number(16)
	l.hold(true, 64-2)
	l.next(8)
	l.le32(1, 4)
	t.read(l)
	l.zero(4096 - l.size())
	return l.found(t.kind, t.name+" superblock")
}

// spaceMap is the root of a space map: four numbers in 128 bytes.
func (l *label) spaceMap() {
	l.number(32)
	l.zero(96)
}

func (l *label) dmThin() {
	l.number(4 + 8 + 8) // time, transaction, held root
	l.spaceMap()
	l.spaceMap()
	l.number(8 + 8) // roots
	l.blockSizes()
	l.number(8)
	l.features()
}

func (l *label) dmCache() {
	l.text(16) // policy
	l.number(4)
	l.spaceMap()
	l.number(8 + 8 + 8) // roots
	l.number(8 + 8)     // discards
	l.blockSizes()
	l.number(4)
	l.features()
	l.number(4 * 4) // hits and misses
	l.number(3 * 4) // policy's version
	l.number(8)     // dirty root
}

func (l *label) dmEra() {
	l.spaceMap()
	l.blockSizes()
	l.number(4 + 4 + 4 + 8 + 8 + 8 + 8)
}

// blockSizes of data and metadata, in sectors.
func (l *label) blockSizes() {
	l.le32(1, 1<<21)
	l.le32(8, 8)
}

// features that others must know; there are none but two flags.
func (l *label) features() {
	for range 3 {
		l.le32(0, 3)
	}
}

// dmRAID: dm-raid.c, struct dm_raid_superblock, as LVM has it for each leg.
func dmRAID(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("DmRd")
	l.le32(0, 1)
	devices := l.le32(1, 253)
	l.le32(0, 253)
	l.number(8 + 8 + 8 + 8) // events, failed, recovered, resynchronised
	level := l.le32(0, 10)
	l.number(4)
	l.le32(0, 1<<21) // stripe
	l.le32(0, 7)     // reshaping
	l.number(8)
	l.le32(0, 10)
	l.number(4)
	l.le32(0, 1<<21)
	l.number(4)
	l.number(8 + 8 + 8 + 8) // sizes and places
	l.number(3 * 8)         // failed
	l.le32(0, 0)
	l.zero(sector - l.size())
	return l.found("dm-raid", fmt.Sprintf("dm-raid superblock: level %d, %s", level, proof.Count(int(devices), "device")))
}

// dmMirrorLog: dm-log.c, struct log_header_disk; its bits follow 1 KiB behind.
func dmMirrorLog(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("rRiM")
	l.le32(1, 2)
	regions := l.le64(1, 1<<40)
	l.zero(1024 - l.size())
	l.bitmap(int64(regions/8) + 1)
	return l.found("dm-mirror-log", fmt.Sprintf("log of a device mapper mirror of %d regions", regions))
}

// dmSnapshot: dm-snap-persistent.c, struct disk_header, alone in its chunk.
func dmSnapshot(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("SnAp")
	l.le32(0, 1)
	l.le32(1, 1)
	chunk := l.le32(1, 1<<16)
	l.zero(sector - l.size())
	return l.found("dm-snapshot", "header of a device mapper snapshot, chunks of "+proof.BlocksOf(uint64(chunk), sector))
}

// dmWritecache: dm-writecache.c, struct wc_memory_superblock, and the table of
// what each block caches: 16 bytes each, FF or a place and a count.
func dmWritecache(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("\x21\x93\x48\x23")
	l.le32(1, 2)
	block := l.le32(512, 1<<16)
	l.hold(block&(block-1) == 0, 12)
	l.zero(4)
	blocks := l.le64(1, 1<<40)
	l.number(8)
	l.zero(64 - l.size())
	for range min(blocks, (sector-64)/16) {
		place, count := proof.LE64(l.next(8)), proof.LE64(l.next(8))
		l.hold(place == 1<<64-1 || place < 1<<55, 8)
		l.hold(count == 1<<64-1 || count < 1<<48, 15)
	}
	l.zero(max(0, sector-l.size()))
	return l.found("dm-writecache", "dm-writecache superblock: "+proof.BlocksOf(blocks, uint64(block)))
}

// vdo: the geometry block of a deduplicating volume (vdo, vdo-geometry.c,
// versions 4 and 5), packed, with a CRC-32 behind it.
func vdo(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	l.is("dmvdo001")
	l.le32(5, 5) // "geometry block"
	version := l.le32(4, 5)
	l.le32(0, 0)
	l.le64(93, 101)      // with the header
	l.number(4 + 8 + 16) // release, nonce, UUID
	if version == 5 {
		l.number(8) // offset of the volume
	}
	for region := range uint32(2) { // index, data
		l.le32(0, region)
		l.le64(0, 1<<52)
	}
	l.number(4 + 4) // index: memory, checkpoints
	l.byte8(0, 1)   // sparse
	whole := l.buf[l.start:l.at]
	want := proof.LE32(l.next(4))
	// The user's tools began with zeros, the kernel begins as Ethernet does.
	l.sum(crc32.Update(1<<32-1, crc32.IEEETable, whole) == want || crc32.ChecksumIEEE(whole) == want, 31)
	l.zero(sector - l.size())
	return l.found("vdo", "geometry block of a VDO volume")
}

// stratis: the static header, in sectors 1 and 9, with a CRC-32C (Stratis Software
// Design, "Static Header"). The metadata behind it can name keys: not explained.
func stratis(p proof.Place) (proof.Observation, bool) {
	l := open(p)
	want := proof.LE32(l.next(4))
	l.is(stratisMagic)
	size := l.le64(1, 1<<55)
	l.zero(4)
	l.letters(64, hexDigit, 4) // pool, device
	l.le64(1, 1<<40)           // sectors of metadata
	l.le64(0, 1<<40)           // reserved
	l.le64(0, 0xFF)            // flags
	l.number(8)
	l.zero(sector - l.size())
	l.sum(proof.CRC32C(p.Sector()[4:]) == want, 32)
	return l.found("stratis", "header of a Stratis pool's device of "+proof.BlocksOf(size, sector))
}

const stratisMagic = "!Stra0tis\x86\xff\x02^\x41rh"
