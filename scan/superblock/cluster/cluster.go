// Package cluster knows the superblocks of file systems and stores that several machines share.
//
// To add a format, add rows to Rows and a function that reads like its structure in the source cited.
package cluster

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

const sector = proof.SectorSize

// File systems and stores that many machines share.

// Rows are the formats of this room.
var Rows = slices.Concat(
	proof.Rows(0, gfs, "\x01\x16\x19\x70"),
	proof.Rows(0, ocfs2, "OCFSV2\x00\x00"),
	proof.Rows(0, ocfs2Metadata, "INODE01\x00", "GROUP01\x00"),
	proof.Rows(8, ocfs1, "OracleCFS"),
	proof.Rows(0, ocfs1, "OracleCFS"),
	proof.Rows(32, oracleASM, "ORCLDISK"),
	proof.Rows(0, vmfsVolume, "\x0D\xD0\x01\xC0"),
	proof.Rows(0, vmfs, "\x5E\xF1\xAB\x2F"),
	proof.Rows(0, bluestore, "bluestore block device\n"),
	proof.Rows(4, scoutfs, "\x8B\x42\x3C\x10"),
	proof.Rows(0, mpool, "mpoolDev"),
)

// gfs recognises superblocks of GFS and GFS2 and GFS2's other blocks, which have the
// same header (kernel, include/uapi/linux/gfs2_ondisk.h, struct gfs2_meta_header,
// gfs2_sb). The formats of blocks are multiples of 100.
func gfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Big)
	v.Is(0, 4, 0x01161970)
	if v.U32(4) != 1 {
		v.Within(4, 4, 2, 14)
		v.Zero(8, 8)
		v.Want(v.U32(16)%100 == 0 && v.U32(16) <= 1800 && v.U32(16) != 0, 27)
		return v.Found("gfs2-metadata", sector, fmt.Sprintf("block of GFS2 metadata (type %d)", v.U32(4)))
	}
	v.Is(4, 4, 1)
	v.Is(16, 4, 100)
	v.Within(24, 4, 1300, 1900)
	v.Within(28, 4, 1400, 2000)
	v.Power(36, 4, 512, 65536)
	v.Log(40, 4, v.U32(36))
	kind := "gfs2"
	if v.U32(24) < 1800 {
		kind = "gfs"
	}
	return v.Found(kind+"-superblock", sector, fmt.Sprintf("GFS superblock (format %d), blocks of %d bytes", v.U32(24), v.U32(36)))
}

// ocfs2 recognises the superblock, in block 2, and ocfs2Metadata inodes and groups
// of clusters (kernel, fs/ocfs2/ocfs2_fs.h, struct ocfs2_dinode, ocfs2_super_block,
// ocfs2_group_desc).
func ocfs2(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(0, "OCFSV2\x00\x00")
	v.Is(192, 2, 0)          // major revision
	v.Within(194, 2, 1, 255) // minor: 90
	v.Within(248, 4, 9, 12)
	v.Within(252, 4, 12, 20)
	if v.Broken() {
		return proof.Observation{}, false
	}
	return v.Found("ocfs2-superblock", sector, v.Size("OCFS2 superblock of a volume", v.U32(20), 1<<v.U32(252)))
}

func ocfs2Metadata(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	if v.Either(0, "INODE01\x00", "GROUP01\x00") == "INODE01\x00" {
		v.Zero(16, 4)
		v.Below(80, 8, 48) // its own block
		return v.Found("ocfs2-metadata", sector, "inode of OCFS2")
	}
	v.Want(v.U16(8)%64 == 0 && v.U16(8) >= 448 && v.U16(8) < 4096, 10) // bytes of the bitmap, at most: a block less the header
	v.Zero(20, 4)
	v.Below(40, 8, 48)
	return v.Found("ocfs2-metadata", sector, "group of clusters of OCFS2")
}

// ocfs1 recognises the volume header of Oracle's first cluster file system (util-linux,
// libblkid/src/superblocks/ocfs.c): versions, and a signature filled up with zeros;
// some versions begin with the signature.
func ocfs1(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Alternatives(2)
	if string(v.Bytes()[:9]) == "OracleCFS" {
		v.Text(0, "OracleCFS")
		return v.Found("ocfs-superblock", sector, "volume header of OCFS")
	}
	v.Text(8, "OracleCFS")
	v.Below(0, 4, 16)
	v.Below(4, 4, 16)
	return v.Found("ocfs-superblock", sector, "volume header of OCFS")
}

// oracleASM recognises the label of a disk of Oracle's storage management
// (util-linux, libblkid/src/superblocks/ocfs.c, struct oracle_asm_disk_label).
func oracleASM(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(32, "ORCLDISK")
	v.Padded(40, 24)
	return v.Found("oracle-asm-disk", sector, "label of an Oracle ASM disk")
}

// vmfsVolume recognises the header of a device under VMFS, 1 MiB into it, and vmfs
// that of the file system, 2 MiB (vmfs-tools, libvmfs/vmfs_volume.h and vmfs_fs.h),
// versions 3, 5 and 6. The one repeats the volume's UUID as text, the other has a
// name filled up with zeros.
func vmfsVolume(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 1024, view.Little)
	v.Is(0, 4, 0xC001D00D)
	v.Below(4, 4, 6) // version
	v.Alternatives(2)
	if uuid := 0x214; v.U8(uuid) != 0 {
		for i := range 35 {
			c := v.U8(uuid + i)
			if i == 8 || i == 17 || i == 22 {
				v.Want(c == '-', 8)
			} else {
				v.Want(c >= '0' && c <= '9' || c >= 'a' && c <= 'f', 4)
			}
		}
	} else {
		v.Zero(uuid, 35)
	}
	return v.Found("vmfs-volume", 1024, fmt.Sprintf("header of a device under VMFS (version %d)", v.U32(4)))
}

func vmfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Is(0, 4, 0x2FABF15E)
	v.Below(4, 4, 6)
	v.Below(8, 1, 6)
	v.Padded(29, 128)
	return v.Found("vmfs-superblock", sector, fmt.Sprintf("VMFS superblock (version %d)", v.U8(8)))
}

// bluestore recognises the label of a Ceph object store on a bare device (Ceph,
// src/os/bluestore/BlueStore.cc, BDEV_LABEL): a line of text and a UUID.
func bluestore(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(0, "bluestore block device\n")
	return v.Found("bluestore-label", sector, "label of a Ceph BlueStore device")
}

// scoutfs recognises the superblock of either device (scoutfs, kmod/src/format.h,
// struct scoutfs_super_block).
func scoutfs(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, 4096, view.Little)
	v.Is(4, 4, 0x103C428B)
	v.Below(40, 8, 8) // version of the format
	v.Below(48, 8, 4) // flags
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Sealed(proof.RawCRC32C(1<<32-1, v.Bytes()[4:]) == uint32(v.U32(0)), 32)
	return v.Found("scoutfs-superblock", 4096, "scoutfs superblock")
}

// mpool recognises the superblock of Micron's media pool (util-linux,
// libblkid/src/superblocks/mpool.c).
func mpool(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(0, "mpoolDev")
	v.Padded(8, 32)
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Sealed(proof.CRC32C(v.Bytes()[:62]) == uint32(v.U32(62)), 32)
	return v.Found("mpool-superblock", sector, "superblock of an mpool device")
}
