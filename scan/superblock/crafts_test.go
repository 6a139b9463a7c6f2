package superblock

import (
	"slices"

	"shokyo.dev/shokyo/scan/proof"
)

// Magic numbers and identifiers, as their formats' documents have them.
const (
	bcachefsMagic     = "\xC6\x85\x73\xF6\x66\xCE\x90\xA9\xD9\x6A\x60\xCF\x80\x3D\xF7\xEF"
	bitlockerGUID     = "\x3B\xD6\x67\x49\x29\x2E\xD8\x4A\x83\x99\xF6\xA3\x39\xE3\xD0\x01"
	bitlockerUsedGUID = "\x3B\x4D\xA8\x92\x80\xDD\x0E\x4D\x9E\x4E\xB1\xE3\x28\x4E\xAE\xD8"
)

var ufsNumbers = []uint64{0x00011954, 0x19540119, 0x00195612, 0x00095014, 0x00612195, 0x05231994}

// crafts are one structure or more of each kind. With real tools besides: tools_test.go.
var crafts = slices.Concat(linuxCrafts, unixCrafts, bsdCrafts, appleCrafts, encryptedCrafts, clusterCrafts, flashCrafts, otherCrafts)

var linuxCrafts = []craft{
	{kind: "jfs-superblock", order: little, size: 4096, fields: []field{is(0, "JFS1"), is(4, uint32(1)), has(8, uint64(30304)), is(16, uint32(4096)), is(20, uint16(12)), is(22, uint16(3)), is(24, uint32(512)), is(28, uint16(9))}},
	{kind: "jfs-log", order: little, size: 4096, fields: []field{is(0, uint32(0x87654321)), is(4, uint32(1)), has(12, uint32(256)), is(16, uint32(4096)), is(20, uint32(12)), is(28, uint32(2))}},
	{kind: "reiserfs-superblock", order: little, size: 1024, fields: []field{has(0, uint32(10240)), is(4, uint32(2028)), is(8, uint32(8211)), is(44, uint16(4096)), is(50, uint16(1)), is(52, "ReIsErFs")}},
	{kind: "reiserfs-superblock", order: little, size: 1024, fields: []field{has(0, uint32(10240)), is(4, uint32(2028)), is(8, uint32(8211)), is(44, uint16(4096)), is(50, uint16(2)), is(52, "ReIsEr2Fs")}},
	{kind: "reiserfs-superblock", order: little, size: 1024, fields: []field{has(0, uint32(10240)), is(4, uint32(2028)), is(8, uint32(8211)), is(44, uint16(4096)), is(50, uint16(2)), is(52, "ReIsEr3Fs")}},
	{kind: "reiser4-superblock", order: little, size: 1024, fields: []field{is(0, "ReIsEr4"), is(7, zeros(9)), is(18, uint16(4096))}},
	{kind: "reiser4-superblock", order: little, size: 1024, fields: []field{has(0, uint64(10240)), is(8, uint64(9000)), is(52, "ReIsEr40FoRmAt")}},
	{kind: "nilfs2-superblock", order: little, size: 1024, fields: []field{is(0, uint32(2)), has(4, uint16(0)), is(6, "\x34\x34"), is(8, uint16(280)), is(20, uint32(2)), is(52, uint32(5)), is(116, uint16(1)), is(132, uint32(0)), is(144, uint16(128))},
		seal: func(b []byte) {
			clear(b[16:20])
			little.PutUint32(b[16:], proof.RawCRC32(little.Uint32(b[12:]), b[:280]))
		}},
	{kind: "bcachefs-superblock", keys: true, order: little, size: 4096, fields: []field{has(0, zeros(16)), is(16, uint16(1030)), is(20, zeros(4)), is(24, bcachefsMagic), is(120, uint16(8)), is(122, uint8(0)), is(123, uint8(1)), is(124, uint32(7)),
		has(144, uint8(1<<2)), has(752, uint32(7)), has(756, uint32(2))},
		seal: put32(0, func(b []byte) uint32 { return proof.CRC32C(b[16 : 752+56]) }, little)},
	{kind: "btrfs-superblock", order: little, size: 4096, fields: []field{has(0, zeros(32)), is(64, "_BHRfS_M"), has(48, uint64(65536)), has(112, uint64(1<<30)), is(120, uint64(1<<20)), is(128, uint64(6)), is(144, uint32(4096)), is(148, uint32(16384)), is(196, uint16(0))},
		seal: put32(0, func(b []byte) uint32 { return proof.CRC32C(b[32:4096]) }, little)},
	{kind: "btrfs-superblock", order: little, size: 4096, fields: []field{is(64, "_BHRfS_M"), has(48, uint64(65536)), has(112, uint64(1<<30)), is(120, uint64(1<<20)), is(128, uint64(6)), is(144, uint32(4096)), is(148, uint32(16384)), is(196, uint16(1))}},
	{kind: "f2fs-superblock", order: little, size: 4096, fields: []field{is(0, uint32(0xF2F52010)), is(4, uint16(1)), is(8, uint32(9)), is(12, uint32(3)), is(16, uint32(12)), is(20, uint32(9)), has(32, uint32(0))}},
	{kind: "erofs-superblock", order: little, size: 4096, fields: []field{is(0, uint32(0xE0F5E1E2)), is(8, uint32(1)), is(12, uint8(12)), is(24, uint64(1700000000)), is(32, uint32(0)), is(80, uint32(0))},
		seal: put32(4, func(b []byte) uint32 { return ^proof.HoledCRC32C(b[:3072], 4) }, little)},
	{kind: "zonefs-superblock", order: little, size: 4096, fields: []field{is(0, "SFOZ"), is(88, uint64(15)), is(104, uint32(0o640)), is(108, zeros(4096-108))},
		seal: put32(4, func(b []byte) uint32 { return ^proof.HoledCRC32(b[:4096], 4) }, little)},
	{kind: "exfs-superblock", order: big, size: 512, fields: []field{is(0, "EXFS"), is(4, uint32(4096)), is(102, uint16(512)), is(104, uint16(512)), is(120, uint8(12)), is(121, uint8(9)), is(122, uint8(9))}},
	{kind: "xfs-log", order: big, size: 512, fields: []field{is(0, uint32(0xFEEDBABE)), is(8, uint32(2)), is(12, uint32(512)), is(300, uint32(1))}},
	{kind: "swap", order: little, size: 8192, fields: swapFields(8192)},
	{kind: "swap", order: big, size: 65536, fields: swapFields(65536)},
	{kind: "swap", order: big, size: 512, fields: []field{is(502, "SWAP-SPACE")}},
	{kind: "hibernation-image", order: little, size: 512, fields: []field{is(502, "S1SUSPEND\x00")}},
	{kind: "hibernation-image", order: little, size: 512, fields: []field{is(502, "ULSUSPEND\x00")}},
	{kind: "hibernation-image", order: little, size: 512, fields: []field{is(502, "LINHIB0001")}},
	{kind: "hibernation-image", order: little, size: 512, fields: []field{is(0, "\xED\xC3\x02\xE9\x98\x56\xE5\x0C")}},
}

func swapFields(page int) []field {
	return []field{is(1024, uint32(1)), is(1028, uint32(511)), is(1032, uint32(0)), is(1068, zeros(468)), is(page-10, "SWAPSPACE2")}
}

var unixCrafts = []craft{
	{kind: "minix-superblock", order: little, size: 1024, fields: minixFields(0x138F, false)},
	{kind: "minix-superblock", order: big, size: 1024, fields: minixFields(0x137F, false)},
	{kind: "minix-superblock", order: little, size: 1024, fields: minixFields(0x2468, true)},
	{kind: "minix-superblock", order: big, size: 1024, fields: minixFields(0x2478, true)},
	{kind: "minix-superblock", order: big, size: 1024, fields: []field{has(0, uint32(1376)), is(4, uint16(0)), is(6, uint16(1)), is(8, uint16(1)), has(10, uint16(47)), is(12, uint16(0)), is(14, uint16(0)), has(20, uint32(4096)), is(24, uint16(0x4D5A)), is(26, uint16(0)), is(28, uint16(1024))}},
	{kind: "sysv-superblock", order: little, size: 512, fields: []field{has(2, uint16(0)), is(8, uint16(20)), is(212, uint16(40)), is(504, uint32(0xFD187E20)), is(508, uint32(2))}},
	{kind: "sysv-superblock", order: big, size: 512, fields: []field{has(2, uint16(0)), is(6, uint16(20)), is(208, uint16(40)), is(504, uint32(0xFD187E20)), is(508, uint32(1))}},
	{kind: "xenix-superblock", order: little, size: 2048, start: 512, fields: []field{is(6, uint16(20)), is(408, uint16(99)), is(1016, uint32(0x2B5544)), is(1020, uint32(2))}},
	{kind: "xenix-superblock", order: big, size: 2048, start: 512, fields: []field{is(6, uint16(20)), is(408, uint16(99)), is(1016, uint32(0x2B5544)), is(1020, uint32(1))}},
	{kind: "vxfs-superblock", order: little, size: 512, fields: []field{is(0, uint32(0xA501FCF5)), is(4, uint32(4)), is(32, uint32(1024)), has(36, uint32(8192))}},
	{kind: "vxfs-superblock", order: big, size: 512, fields: []field{is(0, uint32(0xA501FCF5)), is(4, uint32(7)), is(32, uint32(8192)), has(36, uint32(8192))}},
	{kind: "befs-superblock", order: little, size: 512, fields: befsFields},
	{kind: "befs-superblock", order: big, size: 1024, start: 512, fields: befsFields},
	{kind: "bfs-superblock", order: little, size: 512, fields: []field{is(0, uint32(0x1BADFACE)), is(4, uint32(1536)), has(8, uint32(1<<20-1)), is(12, uint32(1<<32-1)), is(16, uint32(1<<32-1)), is(20, uint32(1<<32-1)), is(24, uint32(1<<32-1))}},
	{kind: "qnx4-superblock", order: little, size: 512, fields: []field{is(0, "/"), is(1, zeros(15)), is(64, ".inodes")}},
	{kind: "qnx6-superblock", order: little, size: 512, fields: qnx6Fields, seal: put32(4, func(b []byte) uint32 { return proof.BigCRC(32, 0x04C11DB7, b[8:512]) }, little)},
	{kind: "qnx6-superblock", order: big, size: 512, fields: qnx6Fields, seal: put32(4, func(b []byte) uint32 { return proof.BigCRC(32, 0x04C11DB7, b[8:512]) }, big)},
	{kind: "efs-superblock", order: big, size: 512, fields: []field{has(0, uint32(1<<20)), is(4, uint32(50)), is(28, uint32(0x07295A)), is(68, zeros(20))}},
}

func minixFields(magic uint16, two bool) []field {
	f := []field{has(0, uint16(1376)), has(2, uint16(4096)), is(4, uint16(1)), is(6, uint16(1)), is(8, uint16(47)), is(10, uint16(0)), is(16, magic), is(18, uint16(1))}
	if two {
		f = append(f[2:], has(0, uint16(1376)), has(2, uint16(0)), is(8, uint16(90)), has(20, uint32(4096)))
	}
	return f
}

var befsFields = []field{has(0, "disk"), has(4, zeros(28)), is(32, uint32(0x42465331)), is(36, uint32(0x42494745)), is(40, uint32(2048)), is(44, uint32(11)), is(68, uint32(0xDD121031)), is(112, uint32(0x15B6830E))}

var qnx6Fields = []field{is(0, uint32(0x68191122)), is(48, uint32(1024)), has(52, uint32(200)), is(56, uint32(100)), has(60, uint32(9000)), is(64, uint32(800))}

var bsdCrafts = append(ufsCrafts(), []craft{
	{kind: "ufs-cylinder-group", order: little, size: 4096, fields: groupFields},
	{kind: "ufs-cylinder-group", order: big, size: 4096, fields: groupFields},
	{kind: "zfs-uberblock", order: little, size: 1024, fields: []field{is(0, uint64(0x00BAB10C)), is(8, uint64(5000)), is(16, uint64(1234)), has(32, uint64(1700000000))}},
	{kind: "zfs-uberblock", order: big, size: 1024, fields: []field{is(0, uint64(0x00BAB10C)), is(8, uint64(28)), is(16, uint64(1234)), has(32, uint64(1700000000))}},
	{kind: "zfs-label", order: big, size: 1024, fields: zfsLabelFields(1)},
	{kind: "zfs-label", order: big, size: 1024, fields: zfsLabelFields(0)},
	{kind: "zfs-zap-leaf", order: little, size: 16384, fields: []field{is(0, uint64(1<<63)), is(8, zeros(8)), is(24, uint32(0x02AB1EAF))}},
	{kind: "zfs-zap-leaf", keys: true, order: big, size: 16384, fields: []field{is(0, uint64(1<<63)), is(8, zeros(8)), is(24, uint32(0x02AB1EAF)), has(5000, "DSL_CRYPTO_MASTER_KEY")}},
	{kind: "hammer-volume", order: little, size: 512, fields: []field{is(0, uint64(0xC8414D4DC5523031)), is(8, uint64(16384))}},
	{kind: "hammer2-volume", order: little, size: 512, fields: []field{is(0, uint64(0x48414D3205172011)), is(8, uint64(0)), is(16, uint64(1<<22)), has(40, uint64(1<<30))}},
}...)

var groupFields = []field{is(0, uint32(0)), is(4, uint32(0x090255)), is(12, uint32(3)), is(92, uint32(168)), is(96, uint32(300)), is(100, uint32(900))}

func ufsCrafts() (all []craft) {
	for i, number := range ufsNumbers {
		order := little
		if i%2 == 1 {
			order = big
		}
		all = append(all, craft{kind: "ufs-superblock", order: order, size: 2048, fields: []field{has(36, uint32(4096)), is(48, uint32(32768)), is(52, uint32(4096)), is(72, uint32(1<<32-32768)), is(76, uint32(1<<32-4096)),
			is(80, uint32(15)), is(84, uint32(12)), has(1024, zeros(64)), is(1372, uint32(number))}})
	}
	return all
}

func zfsLabelFields(order byte) []field {
	return []field{is(0, uint8(1)), is(1, order), is(2, zeros(2)), is(4, uint32(0)), is(8, uint32(1)), is(12, uint32(36)), is(16, uint32(32)), is(20, uint32(7)), is(24, "version")}
}

var appleCrafts = []craft{
	{kind: "hfs-mdb", order: big, size: 2048, start: 1024, fields: hfsFields("\x00\x00")},
	{kind: "hfs-mdb", order: big, size: 2048, start: 1024, fields: hfsFields("H+")},
	{kind: "hfs-plus", order: big, size: 4096, start: 1024, fields: hfsPlusFields("H+\x00\x04")},
	{kind: "hfs-plus", order: big, size: 4096, start: 1024, fields: hfsPlusFields("HX\x00\x05")},
	{kind: "apfs-superblock", order: little, size: 8192, fields: apfsFields(0), seal: apfsSeal},
	{kind: "apfs-superblock", keys: true, order: little, size: 8192, fields: apfsFields(1), seal: apfsSeal},
	{kind: "apfs-superblock", order: little, size: 4096, fields: []field{has(8, uint64(1026)), is(24, uint16(0xD)), is(28, uint32(0)), is(32, "APSB"), is(36, uint32(0))}, seal: apfsSeal},
	{kind: "filevault2-corestorage", keys: true, order: little, size: 512, fields: append(coreStorageFields(), has(168, uint32(16)), has(172, uint32(2))), seal: coreStorageSeal},
	{kind: "corestorage", order: little, size: 512, fields: append(coreStorageFields(), has(168, uint32(0)), has(172, uint32(0))), seal: coreStorageSeal},
	{kind: "encrypted-disk-image", keys: true, order: big, size: 512, fields: []field{is(0, "encrcdsa"), is(8, uint32(2)), is(12, uint32(16)), is(52, uint32(4096))}},
}

func hfsFields(embedded string) []field {
	return []field{is(0, "BD"), is(14, uint16(3)), has(18, uint16(20470)), is(20, uint32(512)), is(24, uint32(2048)), is(30, uint32(16)), is(34, uint16(19000)), is(36, uint8(3)), is(74, uint32(81408)), is(78, uint32(81408)), is(84, uint32(0)), has(124, embedded), is(130, uint32(81408)), is(146, uint32(81408))}
}

func hfsPlusFields(signature string) []field {
	return []field{is(0, signature), is(8, "10.0"), has(32, uint32(1200)), is(40, uint32(4096)), has(44, uint32(25600)), is(48, uint32(14000)), has(56, uint32(65536)), has(60, uint32(65536)), is(112, uint64(32<<20))}
}

func apfsFields(bag uint64) []field {
	return []field{has(8, uint64(1)), is(24, uint32(0x80000001)), is(28, uint32(0)), is(32, "NXSB"), is(36, uint32(4096)), has(40, uint64(244190646)), has(1296, 5000*bag), has(1304, bag)}
}

// fletcher64 is APFS's checksum: with it both sums over the block vanish modulo 2^32-1.
func fletcher64(b []byte) uint64 {
	const m = 1<<32 - 1
	var s1, s2 uint64
	for ; len(b) > 0; b = b[4:] {
		s1 = (s1 + uint64(little.Uint32(b))) % m
		s2 = (s2 + s1) % m
	}
	low := m - (s1+s2)%m
	return (m-(s1+low)%m)<<32 | low
}

func apfsSeal(b []byte) { little.PutUint64(b, fletcher64(b[8:4096])) }

func coreStorageFields() []field {
	return []field{has(4, uint32(1<<32-1)), is(8, uint16(1)), is(10, uint16(0x10)), has(12, uint32(551)), is(64, uint64(512<<20)), is(88, "CS"), is(90, uint32(1)), is(96, uint32(4096)), is(336, zeros(176))}
}

func coreStorageSeal(b []byte) {
	little.PutUint32(b, ^proof.CRC32C(b[8:512])) // its seed is all ones
}

var encryptedCrafts = []craft{
	{kind: "bitlocker-boot-sector", order: little, size: 512, fields: []field{is(0, "\xEB\x58\x90-FVE-FS-\x00\x02\x08"), is(16, zeros(5)), has(21, "\xF8"), is(510, "\x55\xAA")}},
	{kind: "bitlocker-boot-sector", order: little, size: 512, fields: []field{is(3, "MSWIN4.1"), is(424, bitlockerGUID), is(510, "\x55\xAA")}},
	{kind: "bitlocker-boot-sector", order: little, size: 512, fields: []field{is(3, "MSWIN4.1"), is(424, bitlockerUsedGUID), is(510, "\x55\xAA")}},
	{kind: "bitlocker-metadata", keys: true, order: little, size: 512, fields: []field{is(0, "-FVE-FS-"), is(10, uint16(2)), is(64, uint32(700))}},
	{kind: "geli-metadata", keys: true, order: little, size: 512, fields: []field{is(0, "GEOM::ELI\x00\x00\x00\x00\x00\x00\x00"), is(16, uint32(7)), is(30, uint64(32<<20))}},
	{kind: "geli-metadata", keys: true, order: little, size: 512, fields: []field{is(0, "GEOM::ELI\x00\x00\x00\x00\x00\x00\x00"), is(16, uint32(0)), is(28, uint64(32<<20))}},
	{kind: "ecryptfs-header", keys: true, order: big, size: 512, fields: []field{has(0, uint64(12345)), is(8, uint32(0x11223344)), is(12, uint32(0x11223344^0x3C81B7F5)), is(16, uint8(3)), is(20, uint32(4096)), is(24, uint16(2)), is(26, uint8(0x8C))}},
	{kind: "fscrypt-metadata", keys: true, order: little, size: 512, fields: []field{is(0, "\x0A\x10"), is(2, "0123456789abcdef"), is(18, "\x10\x02")}},
	{kind: "fscrypt-metadata", keys: true, order: little, size: 512, fields: []field{is(0, "\x0A\x20"), is(2, "0123456789abcdef0123456789abcdef"), is(34, "\x12\x08")}},
	bootCraft(3, "PGPGUARD"), bootCraft(3, "SafeBoot"), bootCraft(6, "PCGM"), bootCraft(90, "Protect"), bootCraft(119, "SGM400"), bootCraft(119, "SGE400"), bootCraft(246, "WMSD"),
	bootCraft(300, "BCVE"),
}

func bootCraft(at int, text string) craft {
	return craft{kind: "encryption-boot-sector", keys: true, order: little, size: 512, fields: []field{is(0, uint8(0xEB)), is(at, text), has(446, "\x80"), has(447, "\x01\x01\x00\x07\xFE\xFF\xFF"), has(454, uint64(1<<44|2048)), is(462, zeros(48)), is(510, "\x55\xAA")}}
}

var clusterCrafts = []craft{
	{kind: "gfs2-superblock", order: big, size: 512, fields: gfsFields(1801, 1900)},
	{kind: "gfs-superblock", order: big, size: 512, fields: gfsFields(1309, 1401)},
	{kind: "gfs2-metadata", order: big, size: 512, fields: []field{is(0, uint32(0x01161970)), is(4, uint32(4)), is(8, zeros(8)), is(16, uint32(400))}},
	{kind: "ocfs2-superblock", order: little, size: 512, fields: []field{is(0, "OCFSV2\x00\x00"), has(20, uint32(16384)), is(192, uint16(0)), is(194, uint16(90)), is(248, uint32(12)), is(252, uint32(12))}},
	{kind: "ocfs2-metadata", order: little, size: 512, fields: []field{is(0, "INODE01\x00"), is(16, zeros(4)), is(80, uint64(5))}},
	{kind: "ocfs2-metadata", order: little, size: 512, fields: []field{is(0, "GROUP01\x00"), is(8, uint16(4032)), is(20, zeros(4)), is(40, uint64(5))}},
	{kind: "ocfs-superblock", order: little, size: 512, fields: []field{is(0, uint32(2)), is(4, uint32(1)), is(8, "OracleCFS")}},
	{kind: "ocfs-superblock", order: little, size: 512, fields: []field{is(0, "OracleCFS")}},
	{kind: "oracle-asm-disk", order: little, size: 512, fields: []field{has(0, zeros(32)), is(32, "ORCLDISK"), has(40, "VOL1"), is(44, zeros(20))}},
	{kind: "vmfs-volume", order: little, size: 1024, fields: []field{is(0, uint32(0xC001D00D)), is(4, uint32(5)), is(0x214, "4f9d7a37-8b3d1c2e-1a2b-001122334455")}},
	{kind: "vmfs-superblock", order: little, size: 512, fields: []field{is(0, uint32(0x2FABF15E)), is(4, uint32(14)), is(8, uint8(5)), has(29, "datastore1"), is(39, zeros(118))}},
	{kind: "bluestore-label", order: little, size: 4096, fields: []field{is(0, "bluestore block device\n")}},
	{kind: "scoutfs-superblock", order: little, size: 4096, fields: []field{is(4, uint32(0x103C428B)), has(16, uint64(5)), is(40, uint64(1)), is(48, uint64(1))},
		seal: put32(0, func(b []byte) uint32 { return ^proof.CRC32C(b[4:4096]) }, little)},
	{kind: "mpool-superblock", order: little, size: 512, fields: []field{is(0, "mpoolDev"), has(8, "pool"), is(12, zeros(28))},
		seal: put32(62, func(b []byte) uint32 { return proof.CRC32C(b[:62]) }, little)},
}

func gfsFields(format, hosts uint32) []field {
	return []field{is(0, uint32(0x01161970)), is(4, uint32(1)), is(16, uint32(100)), is(24, format), is(28, hosts), is(36, uint32(4096)), is(40, uint32(12))}
}

var flashCrafts = []craft{
	{kind: "ubi-erase-counter", order: big, size: 512, fields: []field{is(0, "UBI#\x01"), is(5, zeros(3)), is(8, uint64(3)), is(28, zeros(32))}, seal: ubiSeal},
	{kind: "ubi-volume-id", order: big, size: 512, fields: []field{is(0, "UBI!\x01"), is(5, uint8(1)), is(6, uint8(0)), is(16, zeros(4)), is(36, zeros(4)), is(48, zeros(12))}, seal: ubiSeal},
	{kind: "ubifs-node", order: little, size: 4096, fields: []field{is(0, uint32(0x06101831)), is(16, uint32(160)), is(20, uint8(0)), is(21, uint8(0)), is(22, zeros(2))},
		seal: put32(4, func(b []byte) uint32 { return proof.RawCRC32(1<<32-1, b[8:160]) }, little)},
	{kind: "jffs2-node", order: little, size: 512, fields: []field{is(0, uint16(0x1985)), is(2, uint16(0xE001)), is(4, uint32(48))}, seal: put32(8, func(b []byte) uint32 { return proof.RawCRC32(0, b[:8]) }, little)},
	{kind: "jffs2-node", order: big, size: 512, fields: []field{is(0, uint16(0x1985)), is(2, uint16(0x2003)), is(4, uint32(12))}, seal: put32(8, func(b []byte) uint32 { return proof.RawCRC32(0, b[:8]) }, big)},
	{kind: "yaffs-object", order: little, size: 512, fields: []field{is(0, uint32(1)), is(4, uint32(1)), is(8, "\xFF\xFF"), has(10, "letter.txt"), is(20, zeros(246))}},
	{kind: "yaffs-object", order: big, size: 512, fields: []field{is(0, uint32(3)), is(4, uint32(257)), is(8, "\xFF\xFF"), has(10, "folder"), is(16, zeros(250))}},
	{kind: "logfs-superblock", order: big, size: 512, fields: []field{has(4, zeros(2)), is(24, "\x7A\x3A\x8E\x5C\xB9\xD5\xBF\x67")}},
}

func ubiSeal(b []byte) { big.PutUint32(b[60:], proof.RawCRC32(1<<32-1, b[:60])) }

var otherCrafts = []craft{
	{kind: "refs-boot-sector", order: little, size: 512, fields: []field{is(0, "\x00\x00\x00ReFS\x00\x00\x00\x00"), is(16, "FSRS"), has(24, uint64(1<<21)), is(32, uint32(512))}},
	{kind: "hpfs-superblock", order: little, size: 512, fields: []field{is(0, uint32(0xF995E849)), is(4, uint32(0xFA53E9C5)), is(8, uint8(2)), is(9, uint8(3)), has(16, uint32(20000))}},
	{kind: "hpfs-superblock", order: little, size: 512, fields: []field{is(0, uint32(0xF9911849)), is(4, uint32(0xFA5229C5)), is(24, uint32(20))}},
	{kind: "fatx-superblock", order: little, size: 512, fields: []field{is(0, "FATX"), is(8, uint32(32)), is(12, uint16(1))}},
	{kind: "fatx-superblock", order: big, size: 512, fields: []field{is(0, "XTAF"), is(8, uint32(32)), is(12, uint32(1))}},
	{kind: "wbfs-superblock", order: big, size: 512, fields: []field{is(0, "WBFS"), has(4, uint32(1<<24)), is(8, uint8(9)), is(9, uint8(21)), is(10, uint8(1)), is(11, zeros(1)), is(12, "\x01\x01"), is(14, zeros(14))}},
	{kind: "nss-superblock", order: little, size: 512, fields: []field{is(0, "SPB5"), is(4, uint16(3)), is(6, uint16(1)), is(8, uint16(43)), is(10, uint16(2))}},
	{kind: "squashfs", order: little, size: 512, fields: []field{is(0, "hsqs"), is(12, uint32(131072)), is(20, uint16(1)), is(22, uint16(17)), is(28, uint16(4)), is(30, uint16(0)), has(40, uint64(9000)), has(48, uint64(8000)), has(64, uint64(7000)), has(72, uint64(7500))}},
	{kind: "squashfs", order: little, size: 512, fields: squashfsFields("hsqs", 3, 1)},
	{kind: "squashfs", order: big, size: 512, fields: squashfsFields("sqsh", 3, 0)},
	{kind: "squashfs", order: big, size: 512, fields: squashfsFields("qshs", 2, 1)},
	{kind: "squashfs", order: little, size: 512, fields: squashfsFields("sqlz", 2, 0)},
	{kind: "squashfs", order: big, size: 512, fields: []field{is(0, "sqsh"), has(8, uint32(9000)), is(28, uint16(1)), is(30, uint16(0)), is(32, uint16(32768)), is(34, uint16(15))}},
	{kind: "cramfs-superblock", order: little, size: 512, fields: cramfsFields},
	{kind: "cramfs-superblock", order: big, size: 1024, start: 512, fields: cramfsFields},
	{kind: "romfs-superblock", order: big, size: 1024, fields: []field{is(0, "-rom1fs-"), has(8, uint32(30000&^15)), has(16, "rom"), is(19, zeros(13))},
		seal: func(b []byte) {
			var sum uint32
			clear(b[12:16])
			for i := 0; i < 512; i += 4 {
				sum += proof.BE32(b[i:])
			}
			big.PutUint32(b[12:], -sum)
		}},
	{kind: "iso9660", order: little, size: 2048, fields: isoFields("\x01CD001\x01")},
	{kind: "iso9660", order: little, size: 2048, fields: isoFields("\x02CD001\x01")},
	{kind: "iso9660", order: little, size: 2048, fields: []field{is(0, "\xFFCD001\x01"), is(7, zeros(505))}},
	{kind: "iso9660", order: little, size: 2048, fields: []field{is(0, "\x00CD001\x01EL TORITO SPECIFICATION")}},
	{kind: "iso9660", order: little, size: 2048, fields: []field{has(0, uint32(16)), is(8, "\x01CDROM\x01"), is(88, uint32(5000)), is(92, "\x00\x00\x13\x88")}},
	{kind: "udf", order: little, size: 8192, fields: []field{is(0, "\x00BEA01\x01"), is(7, zeros(505))}},
	{kind: "udf", order: little, size: 8192, fields: []field{has(2, zeros(2)), is(0, "\x00BOOT2\x01"), has(2048, "\x00"), is(2049, "NSR03\x01")}},
	{kind: "udf", order: little, size: 8192, fields: []field{is(0, "\x00CDW02\x01"), has(4096, "\x00"), is(4097, "TEA01\x01")}},
	{kind: "udf", order: little, size: 2048, fields: []field{is(0, uint16(2)), is(2, uint16(3)), is(5, uint8(0)), is(6, uint16(1)), is(10, uint16(496)), is(16, uint32(32768)), has(20, uint32(257)), is(24, uint32(32768)), has(28, uint32(400)), is(32, zeros(480))}, seal: udfSeal},
	{kind: "udf", order: little, size: 2048, fields: []field{is(0, uint16(6)), is(2, uint16(2)), is(5, uint8(0)), is(6, uint16(0)), is(10, uint16(496))}, seal: udfSeal},
	{kind: "udf", order: little, size: 2048, fields: []field{is(0, uint16(256)), is(2, uint16(2)), is(5, uint8(0)), is(6, uint16(0)), is(10, uint16(496))}, seal: udfSeal},
	{kind: "amiga-block", order: big, size: 512, fields: []field{is(0, uint32(2)), is(4, uint32(0)), is(12, uint32(72)), is(508, uint32(1))}, seal: amigaSeal},
	{kind: "amiga-block", order: big, size: 512, fields: []field{is(0, uint32(2)), is(508, uint32(1<<32-3))}, seal: amigaSeal},
	{kind: "sfs-rootblock", order: big, size: 512, fields: []field{is(0, "SFS\x00"), is(12, uint16(3)), is(21, zeros(3)), is(24, zeros(8)), has(48, uint32(9000)), is(52, uint32(512))}},
}

func squashfsFields(magic string, major, minor uint16) []field {
	return []field{is(0, magic), is(28, major), is(30, minor), is(34, uint16(17)), is(51, uint32(131072))}
}

var cramfsFields = []field{is(0, uint32(0x28CD3D45)), has(4, uint32(32768)), is(12, zeros(4)), is(16, "Compressed ROMFS")}

func isoFields(magic string) []field {
	return []field{is(0, magic), is(72, zeros(8)), is(80, uint32(5000)), is(84, "\x00\x00\x13\x88"), is(128, uint16(2048)), is(130, "\x08\x00")}
}

func udfSeal(b []byte) {
	n := int(little.Uint16(b[10:]))
	little.PutUint16(b[8:], uint16(proof.BigCRC(16, 0x1021, b[16:16+n])))
	b[4] = 0
	var sum byte
	for _, c := range b[:16] {
		sum += c
	}
	b[4] = sum
}

func amigaSeal(b []byte) {
	var sum uint32
	clear(b[20:24])
	for i := 0; i < 512; i += 4 {
		sum += proof.BE32(b[i:])
	}
	big.PutUint32(b[20:], -sum)
}
