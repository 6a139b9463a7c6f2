package linux

import (
	"fmt"
	"sync"

	"shokyo.dev/shokyo/scan/marks/label"
	"shokyo.dev/shokyo/scan/proof"
)

// DRBD, which mirrors a volume over the network, and bcache, which keeps a fast
// copy of a slow one: their superblocks lie on the volume itself.

const (
	drbdMagic = "\x83\x74\x02"
	drbdBlock = 4096
	drbdPeers = 32
)

// drbd recognises the metadata block of versions 8 and 9, big endian, at the end
// of the volume or alone (drbdmeta.c, struct md_on_disk_08; drbd_meta_data.h).
func drbd(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	nine := p.Sector()[63] != 0x6B
	size := l.BE64(0, 1<<55)
	if nine {
		l.Number(8) // current UUID
		l.Zero(32)
		l.Number(8)
	} else {
		l.Number(4*8 + 8) // UUIDs
		l.Zero(8)
	}
	l.Number(4) // flags
	l.Is(drbdMagic)
	last := l.Next(1)[0]
	l.Hold(last == 0x6B || last == 0x6C || last == 0x6D, 6)
	l.Number(4 * 4) // sizes and places of log and bitmap
	l.BE32(512, 1<<30)
	l.BE32(0, 1<<25)
	if nine {
		l.BE32(1, drbdPeers)
		l.Number(4) // node
	}
	l.BE32(0, 1<<16)
	l.BE32(0, 1<<20)
	if !nine {
		l.Zero(4)
	} else {
		l.Zero(8)
		for range drbdPeers {
			l.Number(8 + 8 + 4 + 4)
			l.Zero(8)
		}
		l.Number(32 * 8) // UUIDs of the past
	}
	l.Zero(drbdBlock - l.Size())
	return l.Found("drbd", "DRBD metadata of a volume of "+proof.BlocksOf(size, sector))
}

// drbdLog recognises a block of the activity log: which extents were being
// written, with a CRC-32C over it (drbd_meta_data.h, al_transaction_on_disk).
func drbdLog(p proof.Place) (proof.Observation, bool) {
	b, ok := p.Window(drbdBlock)
	if !ok {
		return proof.Observation{}, false
	}
	l := label.Open(p)
	l.Is("\x69\xCB\x65\xA2")
	l.Number(4)
	sum := proof.RawCRC32C(proof.RawCRC32C(proof.RawCRC32C(0, b[:8]), make([]byte, 4)), b[12:])
	l.Sum(sum == proof.BE32(l.Next(4)), 32)
	kind := proof.BE16(l.Next(2))
	l.Hold(kind == 0 || kind == 0xFFFF, 15)
	updates := l.BE16(0, 64)
	l.BE16(0, 65535)
	l.BE16(0, 65535)
	l.Zero(16)
	for range 64 {
		slot := proof.BE16(l.Next(2))
		l.Hold(slot == 0xFFFF || slot < 1<<15, 0)
	}
	for range 64 + 919 {
		extent := proof.BE32(l.Next(4))
		l.Hold(extent == 1<<32-1 || extent < 1<<24, 7)
	}
	return l.Found("drbd-activity-log", "block of a DRBD activity log, "+proof.Count(int(updates), "update"))
}

const bcacheMagic = "\xC6\x85\x73\xF6\x4E\x1A\x45\xCA\x82\x65\xF5\x7F\x48\xBA\x6D\x81"

// bcache recognises the superblock of a backing or a caching device, in sector 8
// (bcache.h, struct cache_sb), with a CRC-64 up to its last journal bucket.
func bcache(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	sum := proof.LE64(l.Next(8))
	l.LE64(0, 1<<55) // its own sector
	version := l.LE64(0, 6)
	l.Is(bcacheMagic)
	l.Number(16 + 16) // UUIDs
	l.Text(32)
	l.Number(8 + 8)  // flags, sequence
	l.LE64(0, 1<<16) // features, since version 5
	l.LE64(0, 1<<16)
	l.LE64(0, 1<<16)
	l.Zero(5 * 8)
	l.Number(8)      // buckets, or where data begins
	l.LE16(1, 1<<10) // block
	l.Number(2)      // bucket
	l.LE16(0, 64)
	l.LE16(0, 64)
	l.Number(4)            // mounted
	l.Number(2)            // first bucket
	keys := l.LE16(0, 256) // buckets of the journal
	for range min(keys, 256) {
		l.LE64(0, 1<<48)
	}
	if l.Cut() {
		return proof.Observation{}, false
	}
	l.Sum(bcacheCRC(l.Seen()[8:]) == sum, 64)
	l.Zero((sector - l.Size()%sector) % sector)
	role := "backing device"
	if version == 0 || version == 3 || version == 5 {
		role = "caching device"
	}
	return l.Found("bcache", fmt.Sprintf("bcache superblock of a %s, version %d", role, version))
}

// bcacheCRC is the CRC-64 of ECMA-182, highest bit first, inverted on both sides.
func bcacheCRC(b []byte) uint64 {
	table := crc64Table()
	sum := ^uint64(0)
	for _, c := range b {
		sum = table[byte(sum>>56)^c] ^ sum<<8
	}
	return ^sum
}

var crc64Table = sync.OnceValue(func() (t [256]uint64) {
	const polynomial = 0x42F0E1EBA9EA3693
	for i := range t {
		v := uint64(i) << 56
		for range 8 {
			v = v<<1 ^ v>>63*polynomial
		}
		t[i] = v
	}
	return t
})
