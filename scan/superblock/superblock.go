// Package superblock recognises what file systems and encrypted volumes say of
// themselves in one place: superblocks, labels, headers, boot sectors of some
// hundred formats that Unix, Windows, Apple, embedded and old systems write. The
// file systems whose insides are recognised too, directories, inodes, records, are in
// package filesystem; labels that erasure legitimately leaves are in package marks.
//
// A magic number only chooses a parser, at any sector of a medium. The parser holds
// every further field that the format constrains to what it may be and is paid in
// bits for it (proof.Evidence); below 56 bits nothing is named. A checksum that does
// not fit makes a structure damaged, not unknown, where its other fields carry it.
//
// All of it is residue: erasure should have removed it. What holds keys, wrapped or
// not, says so (proof.Observation.Keys): as long as it is there the ciphertext beside
// it can be opened.
//
// The formats are in rooms by family of systems: crypt, linux, unix, desktop, cluster, image; they
// read with package view. A new format is a row in its room's table and a function that reads like
// the structure in the format's header file.
package superblock

import (
	"slices"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/cluster"
	"shokyo.dev/shokyo/scan/superblock/crypt"
	"shokyo.dev/shokyo/scan/superblock/desktop"
	"shokyo.dev/shokyo/scan/superblock/image"
	"shokyo.dev/shokyo/scan/superblock/linux"
	"shokyo.dev/shokyo/scan/superblock/unix"
)

const sector = proof.SectorSize

// rows are the formats of all rooms; at most 256 (proof.MaxKinds).
var rows = slices.Concat(crypt.Rows, linux.Rows, unix.Rows, unix.BSD, desktop.Apple, desktop.Windows, cluster.Rows,
	image.Flash, image.Compressed, image.Optical, linux.Swap, desktop.Amiga)

// The rows by where their magic number is: at the start of a sector, in its last
// bytes, or between.
var heads, middles, tails = split(rows)

func split(rows []proof.Row) (heads, middles, tails *proof.Table) {
	var by [3][]proof.Row
	for _, r := range rows {
		switch {
		case r.At >= 502:
			by[2] = append(by[2], r)
		case r.At == 0 && r.Magic[:2] != "\x00\x00":
			by[0] = append(by[0], r)
		default:
			by[1] = append(by[1], r)
		}
	}
	return proof.NewTable(by[0]), proof.NewTable(by[1]), proof.NewTable(by[2])
}

// Recognize says which superblock or header begins at a place.
//
// It is called at every sector of a medium and nearly always says no. A format
// whose magic number does not come first is only asked about in sectors that hold a
// small number where such formats have one, or end as they do: one random sector in
// 30 passes.
func Recognize(p proof.Place) (proof.Observation, bool) {
	if p.Off < 0 || p.Off > len(p.Buf)-sector {
		return proof.Observation{}, false
	}
	b := (*[sector]byte)(p.Buf[p.Off:]) // an array: constant indices need no bounds checks
	if heads.Has(b) {
		if s, ok := heads.Recognize(p); ok {
			return s, true
		}
	}
	if smallNumbers(proof.LE64(b[:]), proof.LE64(b[8:]), proof.LE64(b[16:]), proof.LE64(b[24:]), proof.LE64(b[48:])) && middles.Has(b) {
		if s, ok := middles.Recognize(p); ok {
			return s, true
		}
	}
	if endings[b[511]] && endings[b[510]] && tails.Has(b) {
		return tails.Recognize(p)
	}
	return proof.Observation{}, false
}

// smallNumbers says that one of the words has 16 bits of zeros at an even place: the
// upper half of a count, a reserved field. (Where the lanes of the subtraction borrow
// from each other it may say so once too often.) The words are the first 32 bytes of a
// sector and the eight at 48.
func smallNumbers(v, w, x, y, z uint64) bool {
	const ones, tops = 0x0001000100010001, 0x8000800080008000
	return ((v-ones)&^v|(w-ones)&^w|(x-ones)&^x|(y-ones)&^y|(z-ones)&^z)&tops != 0
}

// endings are the last two bytes of boot sectors, of the signatures of swap areas and
// sleeping systems, and of the types of System V and Xenix, from 1 to 3 in either order.
var endings = [256]bool{
	0x55: true, 0xAA: true, // boot sector
	'E': true, '2': true, 'C': true, 'D': true, '0': true, '1': true, // SWAPSPACE2, SWAP-SPACE, S1SUSPEND, LINHIB0001
	0: true, 1: true, 2: true, 3: true,
}
