package superblock

import (
	"slices"

	"shokyo.dev/shokyo/scan/proof"
)

// Windows and OS/2 besides what package filesystem knows, game consoles, NetWare.

var windowsRows = slices.Concat(
	at(0, refs, "\x00\x00\x00ReFS\x00\x00\x00\x00"),
	at(0, hpfs, "\x49\xE8\x95\xF9"),
	at(0, hpfsSpare, "\x49\x18\x91\xF9"),
	at(0, fatx, "XTAF", "FATX"),
	at(0, wbfs, "WBFS"),
	at(0, nss, "SPB5"),
)

// refs recognises a ReFS boot sector, versions 1 to 3 (libfsrefs, "Resilient File
// System (ReFS) format", "Volume header").
func refs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.text(0, "\x00\x00\x00ReFS\x00\x00\x00\x00")
	v.text(16, "FSRS")
	v.power(32, 4, 512, 4096)
	return v.found("refs-boot-sector", sector, v.size("boot sector of a ReFS volume", v.u64(24), v.u32(32)))
}

// hpfs and hpfsSpare recognise the superblock and the spare block behind it (kernel,
// fs/hpfs/hpfs.h, struct hpfs_super_block, hpfs_spare_block).
func hpfs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.is(0, 4, 0xF995E849)
	v.is(4, 4, 0xFA53E9C5)
	v.within(8, 1, 2, 3)
	v.within(9, 1, 2, 4)
	return v.found("hpfs-superblock", sector, v.size("HPFS superblock of a volume", v.u32(16), sector))
}

func hpfsSpare(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.is(0, 4, 0xF9911849)
	v.is(4, 4, 0xFA5229C5)
	v.below(24, 4, 8) // spare directory blocks in all
	return v.found("hpfs-superblock", sector, "HPFS spare block")
}

// fatx recognises the header of an Xbox volume; the Xbox 360 is big endian
// (xboxdevwiki, "FATX", "Superblock").
func fatx(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	if v.either(0, "FATX", "XTAF") == "XTAF" {
		v.order = big
	}
	v.power(8, 4, 1, 1024)
	root, size := 12, 2 // first cluster of the root
	if v.order == big {
		size = 4
	}
	v.is(root, size, 1)
	return v.found("fatx-superblock", sector, "FATX superblock, clusters of "+proof.BytesOf(v.u32(8)*sector))
}

// wbfs recognises the head of a Wii backup volume (libwbfs, struct wbfs_head_t): a
// table of discs, used or not, follows.
func wbfs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, big)
	v.text(0, "WBFS")
	v.within(8, 1, 9, 12)
	v.within(9, 1, 15, 30)
	v.within(10, 1, 0, 1)
	v.zero(11, 1)
	for at := 12; at < 28; at++ {
		v.within(at, 1, 0, 1)
	}
	if v.Broken() {
		return proof.Observation{}, false
	}
	return v.found("wbfs-superblock", sector, v.size("WBFS head of a volume", v.u32(4), 1<<v.u8(8)))
}

// nss recognises the superblock of NetWare's storage services (util-linux,
// libblkid/src/superblocks/netware.c).
func nss(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.text(0, "SPB5")
	v.within(4, 2, 0, 20) // version of the medium, major and minor
	v.within(6, 2, 0, 99)
	v.within(8, 2, 0, 99) // number of items that moved, latest version
	v.within(10, 2, 0, 99)
	return v.found("nss-superblock", sector, "superblock of a pool of NetWare or Novell storage services")
}
