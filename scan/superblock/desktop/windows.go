package desktop

import (
	"slices"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

// Windows and OS/2 besides what package filesystem knows, game consoles, NetWare.

// Windows are those of Windows and near it.
var Windows = slices.Concat(
	proof.Rows(0, refs, "\x00\x00\x00ReFS\x00\x00\x00\x00"),
	proof.Rows(0, hpfs, "\x49\xE8\x95\xF9"),
	proof.Rows(0, hpfsSpare, "\x49\x18\x91\xF9"),
	proof.Rows(0, fatx, "XTAF", "FATX"),
	proof.Rows(0, wbfs, "WBFS"),
	proof.Rows(0, nss, "SPB5"),
)

// refs recognises a ReFS boot sector, versions 1 to 3 (libfsrefs, "Resilient File
// System (ReFS) format", "Volume header").
func refs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(0, "\x00\x00\x00ReFS\x00\x00\x00\x00")
	v.Text(16, "FSRS")
	v.Power(32, 4, 512, 4096)
	return v.Found("refs-boot-sector", sector, v.Size("boot sector of a ReFS volume", v.U64(24), v.U32(32)))
}

// hpfs and hpfsSpare recognise the superblock and the spare block behind it (kernel,
// fs/hpfs/hpfs.h, struct hpfs_super_block, hpfs_spare_block).
func hpfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Is(0, 4, 0xF995E849)
	v.Is(4, 4, 0xFA53E9C5)
	v.Within(8, 1, 2, 3)
	v.Within(9, 1, 2, 4)
	return v.Found("hpfs-superblock", sector, v.Size("HPFS superblock of a volume", v.U32(16), sector))
}

func hpfsSpare(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Is(0, 4, 0xF9911849)
	v.Is(4, 4, 0xFA5229C5)
	v.Below(24, 4, 8) // spare directory blocks in all
	return v.Found("hpfs-superblock", sector, "HPFS spare block")
}

// fatx recognises the header of an Xbox volume; the Xbox 360 is big endian
// (xboxdevwiki, "FATX", "Superblock").
func fatx(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	if v.Either(0, "FATX", "XTAF") == "XTAF" {
		v.Order = view.Big
	}
	v.Power(8, 4, 1, 1024)
	root, size := 12, 2 // first cluster of the root
	if v.Order == view.Big {
		size = 4
	}
	v.Is(root, size, 1)
	return v.Found("fatx-superblock", sector, "FATX superblock, clusters of "+proof.BytesOf(v.U32(8)*sector))
}

// wbfs recognises the head of a Wii backup volume (libwbfs, struct wbfs_head_t): a
// table of discs, used or not, follows.
func wbfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Big)
	v.Text(0, "WBFS")
	v.Within(8, 1, 9, 12)
	v.Within(9, 1, 15, 30)
	v.Within(10, 1, 0, 1)
	v.Zero(11, 1)
	for at := 12; at < 28; at++ {
		v.Within(at, 1, 0, 1)
	}
	if v.Broken() {
		return proof.Observation{}, false
	}
	return v.Found("wbfs-superblock", sector, v.Size("WBFS head of a volume", v.U32(4), 1<<v.U8(8)))
}

// nss recognises the superblock of NetWare's storage services (util-linux,
// libblkid/src/superblocks/netware.c).
func nss(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(0, "SPB5")
	v.Within(4, 2, 0, 20) // version of the medium, major and minor
	v.Within(6, 2, 0, 99)
	v.Within(8, 2, 0, 99) // number of items that moved, latest version
	v.Within(10, 2, 0, 99)
	return v.Found("nss-superblock", sector, "superblock of a pool of NetWare or Novell storage services")
}
