package superblock

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
)

// Metadata of the device mapper's targets: thin provisioning, caching, eras, snapshots
// (kernel, drivers/md/dm-thin-metadata.c, dm-cache-metadata.c, dm-era-target.c), and
// of Stratis, which is made of them. They say which blocks were used and when.

var cacheRows = slices.Concat(
	at(32, thinPool, "\xBA\x52\x9C\x01\x00\x00\x00\x00"),
	at(32, dmCache, "\x03\xC4\x18\x00\x00\x00\x00\x00"),
	at(32, dmEra, "\x7B\x07\xC1\x7E\x00\x00\x00\x00"),
	at(0, dmSnapshot, "SnAp"),
	at(4, stratis, "!Stra0tis\x86\xFF\x02^\x41rh"),
)

func thinPool(p proof.Place) (proof.Structure, bool) {
	return mapperSuper(p, "dm-thin-superblock", "metadata superblock of a thin pool", 27022010, 160774)
}

func dmCache(p proof.Place) (proof.Structure, bool) {
	return mapperSuper(p, "dm-cache-superblock", "metadata superblock of a device mapper cache", 06142003, 9031977)
}

func dmEra(p proof.Place) (proof.Structure, bool) {
	return mapperSuper(p, "dm-era-superblock", "metadata superblock of a device mapper era target", 2126579579, 146538381)
}

// mapperSuper is what the three have in common: checksum (CRC-32C, folded with a
// number of each target's own), flags, block number, UUID, magic number, version.
func mapperSuper(p proof.Place, kind, detail string, magic uint64, fold uint32) (proof.Structure, bool) {
	v := look(p, 0, 4096, little)
	v.is(32, 8, magic)
	v.is(8, 8, 0)
	v.within(40, 4, 1, 3)
	if v.Broken() {
		return proof.Structure{}, false
	}
	v.Sealed(rawCRC32C(1<<32-1, v.b[4:])^fold == uint32(v.u32(0)), 32)
	return v.found(kind, 4096, detail)
}

// dmSnapshot recognises the store of a snapshot's exceptions: blocks as they were
// (kernel, drivers/md/dm-snap-persistent.c, struct disk_header).
func dmSnapshot(p proof.Place) (proof.Structure, bool) {
	v := look(p, 0, sector, little)
	v.text(0, "SnAp")
	v.within(4, 4, 0, 1) // valid
	v.is(8, 4, 1)        // version
	v.power(12, 4, 1, 1<<20)
	return v.found("dm-snapshot", sector, "store of a device mapper snapshot, in chunks of "+proof.BytesOf(v.u32(12)*sector))
}

// stratis recognises the static header of a pool's device (Stratis Software Design,
// "Static Header").
func stratis(p proof.Place) (proof.Structure, bool) {
	v := look(p, 0, sector, little)
	v.text(4, "!Stra0tis\x86\xFF\x02^\x41rh")
	if v.Broken() {
		return proof.Structure{}, false
	}
	v.Sealed(^rawCRC32C(1<<32-1, v.b[4:]) == uint32(v.u32(0)), 32)
	return v.found("stratis-header", sector, fmt.Sprintf("header of a Stratis device of %s", proof.BlocksOf(v.u64(20), sector)))
}
