// Package partitions recognises partition tables and disk labels, and the boot
// code beside them. They say how a medium was divided, and stay where they are when
// its contents are erased: they are explained where every byte of them is
// accounted for, at a place where firmware or a system looks for them. Boot code is
// known by its instructions or its hash as a whole, never by its first bytes alone.
//
// The tables are in rooms by the systems that make them: pc, unix, desktop, dasd; boot has the code. They
// read with package label. To add a table, add a row to its room's.
package partitions

import (
	"slices"

	"shokyo.dev/shokyo/scan/partitions/boot"
	"shokyo.dev/shokyo/scan/partitions/dasd"
	"shokyo.dev/shokyo/scan/partitions/desktop"
	"shokyo.dev/shokyo/scan/partitions/pc"
	"shokyo.dev/shokyo/scan/partitions/unix"
	"shokyo.dev/shokyo/scan/proof"
)

const sector = proof.SectorSize

// rows are the tables and labels in the order in which they are tried; at most 256
// (proof.MaxKinds).
var rows = slices.Concat(pc.GPT, boot.Rows, pc.PC98, desktop.Apple, unix.Rows, desktop.Amiga, unix.AIX, dasd.Rows, pc.Others)

var table = proof.NewTable(rows)

// Recognize says which table or label begins at a place. Atari's has no magic number,
// and is looked for at the start of the medium only.
func Recognize(p proof.Place) (proof.Observation, bool) {
	if p.Off < 0 || p.Off > len(p.Buf)-sector {
		return proof.Observation{}, false
	}
	if table.Has((*[sector]byte)(p.Buf[p.Off:])) {
		if s, ok := table.Recognize(p); ok {
			return s, true
		}
	}
	if p.Base+int64(p.Off) == 0 {
		return desktop.Atari(p)
	}
	return proof.Observation{}, false
}
