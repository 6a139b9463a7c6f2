package superblock

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
)

// File systems and stores that many machines share.

var clusterRows = slices.Concat(
	at(0, gfs, "\x01\x16\x19\x70"),
	at(0, ocfs2, "OCFSV2\x00\x00"),
	at(0, ocfs2Metadata, "INODE01\x00", "GROUP01\x00"),
	at(8, ocfs1, "OracleCFS"),
	at(0, ocfs1, "OracleCFS"),
	at(32, oracleASM, "ORCLDISK"),
	at(0, vmfsVolume, "\x0D\xD0\x01\xC0"),
	at(0, vmfs, "\x5E\xF1\xAB\x2F"),
	at(0, bluestore, "bluestore block device\n"),
	at(4, scoutfs, "\x8B\x42\x3C\x10"),
	at(0, mpool, "mpoolDev"),
)

// gfs recognises superblocks of GFS and GFS2 and GFS2's other blocks, which have the
// same header (kernel, include/uapi/linux/gfs2_ondisk.h, struct gfs2_meta_header,
// gfs2_sb). The formats of blocks are multiples of 100.
func gfs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, big)
	v.is(0, 4, 0x01161970)
	if v.u32(4) != 1 {
		v.within(4, 4, 2, 14)
		v.zero(8, 8)
		v.Want(v.u32(16)%100 == 0 && v.u32(16) <= 1800 && v.u32(16) != 0, 27)
		return v.found("gfs2-metadata", sector, fmt.Sprintf("block of GFS2 metadata (type %d)", v.u32(4)))
	}
	v.is(4, 4, 1)
	v.is(16, 4, 100)
	v.within(24, 4, 1300, 1900)
	v.within(28, 4, 1400, 2000)
	v.power(36, 4, 512, 65536)
	v.log(40, 4, v.u32(36))
	kind := "gfs2"
	if v.u32(24) < 1800 {
		kind = "gfs"
	}
	return v.found(kind+"-superblock", sector, fmt.Sprintf("GFS superblock (format %d), blocks of %d bytes", v.u32(24), v.u32(36)))
}

// ocfs2 recognises the superblock, in block 2, and ocfs2Metadata inodes and groups
// of clusters (kernel, fs/ocfs2/ocfs2_fs.h, struct ocfs2_dinode, ocfs2_super_block,
// ocfs2_group_desc).
func ocfs2(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.text(0, "OCFSV2\x00\x00")
	v.is(192, 2, 0)          // major revision
	v.within(194, 2, 1, 255) // minor: 90
	v.within(248, 4, 9, 12)
	v.within(252, 4, 12, 20)
	if v.Broken() {
		return proof.Observation{}, false
	}
	return v.found("ocfs2-superblock", sector, v.size("OCFS2 superblock of a volume", v.u32(20), 1<<v.u32(252)))
}

func ocfs2Metadata(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	if v.either(0, "INODE01\x00", "GROUP01\x00") == "INODE01\x00" {
		v.zero(16, 4)
		v.below(80, 8, 48) // its own block
		return v.found("ocfs2-metadata", sector, "inode of OCFS2")
	}
	v.Want(v.u16(8)%64 == 0 && v.u16(8) >= 448 && v.u16(8) < 4096, 10) // bytes of the bitmap, at most: a block less the header
	v.zero(20, 4)
	v.below(40, 8, 48)
	return v.found("ocfs2-metadata", sector, "group of clusters of OCFS2")
}

// ocfs1 recognises the volume header of Oracle's first cluster file system (util-linux,
// libblkid/src/superblocks/ocfs.c): versions, and a signature filled up with zeros;
// some versions begin with the signature.
func ocfs1(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.Alternatives(2)
	if string(v.b[:9]) == "OracleCFS" {
		v.text(0, "OracleCFS")
		return v.found("ocfs-superblock", sector, "volume header of OCFS")
	}
	v.text(8, "OracleCFS")
	v.below(0, 4, 16)
	v.below(4, 4, 16)
	return v.found("ocfs-superblock", sector, "volume header of OCFS")
}

// oracleASM recognises the label of a disk of Oracle's storage management
// (util-linux, libblkid/src/superblocks/ocfs.c, struct oracle_asm_disk_label).
func oracleASM(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.text(32, "ORCLDISK")
	v.padded(40, 24)
	return v.found("oracle-asm-disk", sector, "label of an Oracle ASM disk")
}

// vmfsVolume recognises the header of a device under VMFS, 1 MiB into it, and vmfs
// that of the file system, 2 MiB (vmfs-tools, libvmfs/vmfs_volume.h and vmfs_fs.h),
// versions 3, 5 and 6. The one repeats the volume's UUID as text, the other has a
// name filled up with zeros.
func vmfsVolume(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 1024, little)
	v.is(0, 4, 0xC001D00D)
	v.below(4, 4, 6) // version
	v.Alternatives(2)
	if uuid := 0x214; v.u8(uuid) != 0 {
		for i := range 35 {
			c := v.u8(uuid + i)
			if i == 8 || i == 17 || i == 22 {
				v.Want(c == '-', 8)
			} else {
				v.Want(c >= '0' && c <= '9' || c >= 'a' && c <= 'f', 4)
			}
		}
	} else {
		v.zero(uuid, 35)
	}
	return v.found("vmfs-volume", 1024, fmt.Sprintf("header of a device under VMFS (version %d)", v.u32(4)))
}

func vmfs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.is(0, 4, 0x2FABF15E)
	v.below(4, 4, 6)
	v.below(8, 1, 6)
	v.padded(29, 128)
	return v.found("vmfs-superblock", sector, fmt.Sprintf("VMFS superblock (version %d)", v.u8(8)))
}

// bluestore recognises the label of a Ceph object store on a bare device (Ceph,
// src/os/bluestore/BlueStore.cc, BDEV_LABEL): a line of text and a UUID.
func bluestore(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.text(0, "bluestore block device\n")
	return v.found("bluestore-label", sector, "label of a Ceph BlueStore device")
}

// scoutfs recognises the superblock of either device (scoutfs, kmod/src/format.h,
// struct scoutfs_super_block).
func scoutfs(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, 4096, little)
	v.is(4, 4, 0x103C428B)
	v.below(40, 8, 8) // version of the format
	v.below(48, 8, 4) // flags
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Sealed(proof.RawCRC32C(1<<32-1, v.b[4:]) == uint32(v.u32(0)), 32)
	return v.found("scoutfs-superblock", 4096, "scoutfs superblock")
}

// mpool recognises the superblock of Micron's media pool (util-linux,
// libblkid/src/superblocks/mpool.c).
func mpool(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.text(0, "mpoolDev")
	v.padded(8, 32)
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Sealed(proof.CRC32C(v.b[:62]) == uint32(v.u32(62)), 32)
	return v.found("mpool-superblock", sector, "superblock of an mpool device")
}
