// Package apple recognises pieces of Apple's file systems: objects of APFS and nodes of the
// trees of HFS and HFS Plus. Their superblocks are package superblock's.
package apple

import (
	"fmt"
	"math"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

const (
	sector = proof.SectorSize

	nodeBytes = 14 // descriptor
	nodeSizes = 7  // 512 bytes to 32 KiB
	looked    = 32 // records that are held to each other
)

// nodeKinds are the kinds of nodes (Technical Note TN1150, "Node Descriptor").
var nodeKinds = map[byte]string{0xFF: "leaf", 0: "index node", 1: "header node", 2: "map node"}

// MayBeHFS says that kind, height, number of records and the reserved field of a node are
// as they can be, which a random sector has once in 2^31.7 times.
func MayBeHFS(b *[sector]byte) bool {
	return b[12]|b[13] == 0 && b[8]+1 < 4 && b[9] < 10 && b[10] < 8 && b[8]|b[9] != 0
}

// HFS recognises a node by its descriptor and the table at its end of where its records begin.
// Big endian.
func HFS(p proof.Place) (proof.Observation, bool) {
	for size := 512; size <= 512<<(nodeSizes-1); size *= 2 {
		b, ok := proof.Window(p.Buf, p.Off, size)
		if !ok {
			break
		}
		if proof.BE16(b[size-2:]) != nodeBytes {
			continue
		}
		if o, ok := node(p, size); ok {
			return o, true
		}
	}
	return proof.Observation{}, false
}

func node(p proof.Place, size int) (proof.Observation, bool) {
	v := view.Open(p, 0, size, view.Big)
	v.Alternatives(nodeSizes)
	kind, height := v.Bytes()[8], v.U8(9)
	v.Want(nodeKinds[kind] != "", 6)
	switch kind {
	case 0xFF:
		v.Is(9, 1, 1)
	case 0:
		v.Within(9, 1, 2, 9)
	default:
		v.Is(9, 1, 0)
	}
	v.Within(10, 2, 1, uint64(size/4))
	v.Zero(12, 2)
	v.Is(size-2, 2, nodeBytes)
	if v.Broken() {
		return proof.Observation{}, false
	}
	n := int(v.U16(10))
	offsets(v, size, n)
	keys := ""
	if kind == 0xFF || kind == 0 {
		keys = records(v, size, min(n, looked))
	}
	used := v.U16(size - 2*(n+1))
	return v.Found("hfs-node", size, fmt.Sprintf("%s of a tree of HFS or HFS Plus%s: height %d, %s, %d of %d bytes used", nodeKinds[kind], keys, height,
		proof.Count(n, "record"), used, size))
}

// offsets holds the places of records and of the free space behind them to each other:
// even and rising. Each but the first is paid by the room that the one before left.
func offsets(v *view.View, size, n int) {
	last, table := uint64(nodeBytes), uint64(size-2*(n+1))
	for i := 1; i <= min(n, looked) && !v.Broken(); i++ {
		at := v.U16(size - 2*(i+1))
		room := max(1, float64(table)-float64(last))
		v.Want(at > last && at <= table && at%2 == 0, 16-math.Log2(room)+1)
		last = at
	}
}

// keys are the forms of records in leaves and index nodes (TN1150, "Catalog File Keys",
// "Extents Overflow File Key", "Attributes File"; Inside Macintosh: Files, "Catalog
// Records"): whether the length is one byte or two, and what it has to be.
type keyForm struct {
	name   string
	narrow bool
	length func(record []byte) int
}

var keys = []keyForm{
	{", catalog", false, func(r []byte) int { return 6 + 2*int(proof.BE16(r[6:])) }},
	{", extents", false, func(r []byte) int { return 10 }},
	{", attributes", false, func(r []byte) int { return 12 + 2*int(proof.BE16(r[12:])) }},
	{", catalog", true, func(r []byte) int { return 6 + int(r[6]) }},
	{", catalog", true, func(r []byte) int { return 37 }}, // of an index node
	{", extents", true, func(r []byte) int { return 7 }},
}

// records holds the keys of all records, each inside its record, to one of the forms.
func records(v *view.View, size, n int) string {
	v.Alternatives(len(keys) + 1)
	for _, k := range keys {
		if !k.all(v, size, n) {
			continue
		}
		width := 16
		if k.narrow {
			width = 8 - 1 // may be one more, to make the record's rest even
		}
		v.Add(float64(width * n))
		return k.name
	}
	return ""
}

func (k *keyForm) all(v *view.View, size, n int) bool {
	for i := range n {
		at, end := int(v.U16(size-2*(i+1))), int(v.U16(size-2*(i+2)))
		if r, ok := proof.Window(v.Bytes(), at, end-at); !ok || !k.fits(r) {
			return false
		}
	}
	return true
}

func (k *keyForm) fits(record []byte) bool {
	if len(record) < nodeBytes {
		return false
	}
	n, have := k.length(record), int(proof.BE16(record))
	if k.narrow {
		have = int(record[0])
		return (have == n || have == n|1) && have+1 <= len(record)
	}
	return have == n && have+2 <= len(record)
}
