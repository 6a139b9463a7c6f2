package unix

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

// File systems of the BSDs and Solaris.

// BSD are the formats of the BSDs and ZFS.
var BSD = slices.Concat(
	proof.Rows(348, ufs, ufsMagics...),
	proof.Rows(4, ufsGroup, "\x55\x02\x09\x00", "\x00\x09\x02\x55"),
	proof.Rows(0, zfsUberblock, "\x0C\xB1\xBA\x00\x00\x00\x00\x00", "\x00\x00\x00\x00\x00\xBA\xB1\x0C"),
	proof.Rows(0, zfsLabel, "\x01\x00\x00\x00\x00\x00\x00\x00", "\x01\x01\x00\x00\x00\x00\x00\x00"),
	proof.Rows(24, zapLeaf, "\xAF\x1E\xAB\x02", "\x02\xAB\x1E\xAF"),
	proof.Rows(0, hammer, "\x31\x30\x52\xC5\x4D\x4D\x41\xC8"),
	proof.Rows(0, hammer2, "\x11\x20\x17\x05\x32\x4D\x41\x48", "\x48\x41\x4D\x32\x05\x17\x20\x11"),
)

// The magic numbers of UFS (FreeBSD, sys/ufs/ffs/fs.h; kernel, fs/ufs/ufs_fs.h):
// UFS1, UFS2, and variants of UFS1.
var ufsNumbers = []uint64{0x00011954, 0x19540119, 0x00195612, 0x00095014, 0x00612195, 0x05231994}

var ufsMagics = func() (magics []string) {
	for _, n := range ufsNumbers {
		l, b := make([]byte, 4), make([]byte, 4)
		view.Little.PutUint32(l, uint32(n))
		view.Big.PutUint32(b, uint32(n))
		magics = append(magics, string(l), string(b))
	}
	return magics
}()

// ufs recognises the superblock by its magic number, which lies in its third sector
// (struct fs).
func ufs(p proof.Place) (proof.Observation, bool) {
	const magic, size = 1372, 1376
	v := view.Open(p, 1024, size, view.Little)
	if v.Broken() {
		return proof.Observation{}, false
	}
	var number uint64
	for _, n := range ufsNumbers {
		if v.U32(magic) == n {
			number = n
		} else if v.Order = view.Big; v.U32(magic) == n {
			number = n
		} else {
			v.Order = view.Little
			continue
		}
		break
	}
	v.Is(magic, 4, number)
	v.Alternatives(len(ufsMagics))
	block, fragment := v.U32(48), v.U32(52)
	v.Power(48, 4, 4096, 65536)
	v.Power(52, 4, 512, 65536)
	v.Is(72, 4, -block&(1<<32-1))
	v.Is(76, 4, -fragment&(1<<32-1))
	v.Log(80, 4, block)
	v.Log(84, 4, fragment)
	name, blocks := "UFS1", v.U32(36)
	if number == 0x19540119 {
		name, blocks = "UFS2", v.U64(1080)
	}
	return v.Found("ufs-superblock", size, v.Size(name+" superblock of a volume", blocks, fragment))
}

// ufsGroup recognises a cylinder group (struct cg): where its tables lie.
func ufsGroup(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Magic(4, 4, 0x090255)
	v.Below(0, 4, 8)
	v.Below(12, 4, 20) // number of the group
	inodes, free, end := v.U32(92), v.U32(96), v.U32(100)
	v.Within(92, 4, 100, view.MaxBlock)
	v.Within(96, 4, inodes, view.MaxBlock)
	v.Within(100, 4, free, view.MaxBlock)
	return v.Found("ufs-cylinder-group", max(sector, int(end)&^511), fmt.Sprintf("cylinder group %d of UFS", v.U32(12)))
}

// zfsUberblock recognises one entry of a label's ring of uberblocks (OpenZFS,
// include/sys/uberblock_impl.h).
func zfsUberblock(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Magic(0, 8, 0x00BAB10C)
	version := v.U64(8)
	v.Want(version >= 1 && version <= 28 || version == 5000, 59)
	v.Below(16, 8, 48)
	return v.Found("zfs-uberblock", sector, fmt.Sprintf("ZFS uberblock, transaction group %d, written %s",
		v.U64(16), proof.Day(int64(v.U64(32)&(1<<40-1)))))
}

// zfsLabel recognises the description of the pool that a label holds, a list of
// names and values in XDR (OpenZFS, include/sys/vdev_impl.h, struct vdev_phys;
// module/nvpair/nvpair.c, nvs_xdr_nvl): encoding, byte order, version, flags, then
// the pair "version". Whether a data set is encrypted, and its wrapped keys, stand in
// the pool itself (zapLeaf).
func zfsLabel(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Big)
	v.Is(0, 1, 1) // XDR
	v.Within(1, 1, 0, 1)
	v.Zero(2, 2)
	v.Is(4, 4, 0)
	v.Is(8, 4, 1) // names are unique
	v.Below(12, 4, 16)
	v.Below(16, 4, 16)
	name := v.U32(20)
	v.Within(20, 4, 1, 63)
	for at := range uint64(max(0, min(4, int(name)))) {
		c := v.U8(24 + int(at))
		v.Want(c >= 'a' && c <= 'z' || c == '_', 3.2)
	}
	return v.Found("zfs-label", sector, "label of a device of a ZFS pool: the pool's configuration")
}

// zapLeaf recognises a leaf of a table of names and values that is not compressed
// (OpenZFS, include/sys/zap_leaf.h, struct zap_leaf_phys). Such a table holds the
// wrapped keys of an encrypted data set (dsl_crypt.h: DSL_CRYPTO_KEY_…), in chunks of
// 21 bytes of a name.
func zapLeaf(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Magic(24, 4, 0x02AB1EAF)
	v.Is(0, 8, 1<<63)
	v.Zero(8, 8)
	s, ok := v.Found("zfs-zap-leaf", sector, "leaf of a ZFS table of names and values")
	if b, whole := v.All(16 << 10); ok && whole && view.ContainsAny(b, "DSL_CRYPTO_MASTER_KEY", "DSL_CRYPTO_HMAC_KEY") {
		s.Keys = true
		s.End = s.Start + len(b)
		s.Detail += ", which holds the wrapped keys of an encrypted data set"
	}
	return s, ok
}

// hammer and hammer2 recognise a volume's header (DragonFly BSD,
// sys/vfs/hammer/hammer_disk.h, struct hammer_volume_ondisk;
// sys/vfs/hammer2/hammer2_disk.h, struct hammer2_volume_data).
func hammer(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Is(0, 8, 0xC8414D4DC5523031)
	v.Below(8, 8, 40) // where the boot area begins
	return v.Found("hammer-volume", sector, "header of a HAMMER volume")
}

func hammer2(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Magic(0, 8, 0x48414D3205172011)
	v.Below(8, 8, 48)
	v.Below(16, 8, 48)
	return v.Found("hammer2-volume", sector, "header of a HAMMER2 volume of "+proof.BytesOf(v.U64(40)))
}
