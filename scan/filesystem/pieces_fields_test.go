package filesystem

import (
	"unicode/utf16"

	"shokyo.dev/shokyo/scan/proof"
)

// Pieces that no tool of the test machine makes, or not alone, written field by field.

func apfsObject() []byte {
	b := make([]byte, 4096)
	copy(b[64:], random(50, 3000))
	put(b, 8, []uint64{1027, 21017})
	put(b, 24, []uint32{0x40000003, 0xB})
	put(b, 32, []uint16{2, 0})
	put(b, 36, uint32(40))
	put(b, 40, []uint16{0, 448})
	return b
}

func sealAPFS(b []byte) { put(b, 0, proof.Fletcher64(b[8:])) }

// extTree is a leaf of an extent tree in a block of 1 KiB.
func extTree() []byte {
	b := random(51, 1024)
	put(b, 0, []uint16{0xF30A, 3, 84, 0, 0, 0})
	for i := range 3 {
		put(b, 12+12*i, uint32(100*i))
		put(b, 16+12*i, []uint16{100, 0})
	}
	return b
}

func extHashes() []byte {
	b := random(52, 4096)
	put(b, 0, []uint32{0, 4096})
	put(b, 8, []uint16{510, 5})
	put(b, 12, uint32(1))
	for i := range 4 {
		put(b, 16+8*i, []uint32{uint32(i+1) << 29, uint32(i + 2)})
	}
	return b
}

func extAttributes() []byte {
	b := random(53, 1024)
	put(b, 0, []uint32{0xEA020000, 7, 1})
	clear(b[20:32])
	b[33] = 6
	clear(b[36:40])
	return b
}

func extList() []byte {
	b := make([]byte, 1024)
	for i := range 200 {
		put(b, 4*i, uint32(5000+i))
	}
	return b
}

func fatTable() []byte {
	b := random(54, 512)
	for i := range 128 {
		put(b, 4*i, uint32(0x1800+i+1))
	}
	put(b, 4*60, []uint32{0x0FFFFFFF, 0})
	return b
}

func refsNode() []byte {
	b := random(55, 512)
	copy(b, "MSB+\x02\x00\x00\x00\x00\x00\x00\x00")
	put(b, 16, []uint64{77, 78, 9000, 0, 0, 0})
	return b
}

func ntfsChanges() []byte {
	b := make([]byte, 512)
	at := 0
	for _, name := range []string{"report.docx", "写真.jpg"} {
		units := utf16.Encode([]rune(name))
		length := (60 + 2*len(units) + 7) &^ 7
		put(b, at, []uint32{uint32(length), 2})
		put(b, at+8, []uint64{5 << 48, 5 << 48, uint64(1<<20 + at), 0x01DA0123 << 32})
		put(b, at+40, []uint32{0x102, 0, 0, 0x20})
		put(b, at+56, []uint16{uint16(2 * len(units)), 60})
		put(b, at+60, units)
		at += length
	}
	return b
}

func xfsHashes() []byte {
	b := random(56, 512)
	big(b, 0, []uint32{0, 4})
	big(b, 8, []uint16{0xD2F1, 0, 40, 0})
	for i := range 62 {
		big(b, 16+8*i, uint32(i+1)<<26)
	}
	return b
}

func xfsTree(magic string) []byte {
	b := random(57, 4096)
	copy(b, magic)
	big(b, map[string]int{"BMA3": 24, "RMB3": 16, "XDF3": 8, "XSLM": 40}[magic], uint64(1<<30))
	return b
}

var pieceStructures = []structure{
	{"apfs-object", "APFS node of a tree: level 0, 40 records, transaction 21017", 4096, 188.5, apfsObject, sealAPFS, []change{
		{"identifier", 15, "\x01", gone}, {"transaction", 23, "\x01", gone}, {"type", 24, "\x04", gone}, {"kept", 27, "\x44", gone}, {"subtype", 28, "\x40", gone},
		{"flags", 32, "\x10", gone}, {"level", 34, "\x10", gone}, {"keys", 36, le(uint32(1025)), gone}, {"table", 40, le(uint16(4097)), gone}}},
	{"ext-extents", "level 0, 3 entries", 1024, 111.29, extTree, nil, []change{
		{"room", 4, le(uint16(85)), gone}, {"none", 2, le(uint16(0)), gone}, {"more than room", 2, le(uint16(85)), gone}, {"depth", 6, le(uint16(5)), gone}, {"generation", 8, "\x02", gone},
		{"order", 24, le(uint32(0)), gone}, {"where", 18, le(uint16(16)), gone}}},
	{"ext-directory", "node of a hashed directory of ext3 or ext4 with 5 entries", 4096, 97.7, extHashes, nil, []change{
		{"room", 8, le(uint16(512)), gone}, {"none", 10, le(uint16(0)), gone}, {"order", 24, le(uint32(1)), gone}, {"block", 20, le(uint32(1 << 28)), gone}}},
	{"ext-attributes", "extended attributes", 512, 210.68, extAttributes, nil, []change{
		{"nobody", 4, le(uint32(0)), gone}, {"blocks", 8, "\x02", gone}, {"reserved", 31, "\x01", gone}, {"name", 33, "\x0B", gone}, {"inode", 36, "\x01", gone}}},
	{"ext-block-list", "block numbers", 1024, 7746.96, extList, nil, []change{{"jump", 400, le(uint32(9)), kept}, {"out of reach", 400, le(uint32(1 << 30)), gone}}},
	{"fat-table", "FAT32 allocation table: 125 links, 1 end of a file", 512, 3920.83, fatTable, nil, []change{
		{"no end", 240, le(uint32(0x1800 + 61)), gone}, {"Apple's end", 240, le(uint32(0x0FFFFFF8)), kept}, {"another link", 400, le(uint32(77)), otherwise}}},
	{"refs-page", "ReFS: node of a tree", 512, 178.42, refsNode, nil, []change{
		{"constant", 4, "\x10", gone}, {"zero", 8, "\x01", gone}, {"clock", 22, "\x01", gone}, {"cluster", 38, "\x01", gone}, {"no cluster", 32, le(uint64(0)), gone}}},
	{"ntfs-changes", "NTFS change journal: 2 records", 160, 308.66, ntfsChanges, nil, []change{
		{"version", 4, "\x03", gone}, {"place of the name", 58, "\x3E", gone}, {"length", 0, "\x60", gone}, {"odd name", 56, "\x15", gone}, {"own place", 24, "\x04", gone}, {"time", 39, "\x03", gone},
		{"source", 44, "\x10", gone}, {"attributes", 55, "\x02", gone}}},
	{"xfs-directory", "(version 4)", 512, 58.04, xfsHashes, nil, []change{{"padding", 10, "\x01", gone}, {"none", 12, be(uint16(0)), gone}, {"order", 96, "\x00", gone}, {"neighbour", 4, "\x10", gone}}},
	{"xfs-btree", "a file's extents", 4096, 68, func() []byte { return xfsTree("BMA3") }, sealXFS(64), []change{{"place", 24, "\x01", gone}}},
	{"xfs-btree", "owners of space", 4096, 68, func() []byte { return xfsTree("RMB3") }, sealXFS(52), []change{{"place", 16, "\x01", gone}}},
	{"xfs-directory", "free space", 4096, 68, func() []byte { return xfsTree("XDF3") }, sealXFS(4), []change{{"place", 8, "\x01", gone}}},
	{"xfs-attributes", "symbolic link", 4096, 68, func() []byte { return xfsTree("XSLM") }, sealXFS(12), []change{{"place", 40, "\x01", gone}}},
}
