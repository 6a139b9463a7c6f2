// Package partitions recognises partition tables and disk labels, and the boot
// code beside them. They say how a medium was divided, and stay where they are when
// its contents are erased: they are explained where every byte of them is
// accounted for, at a place where firmware or a system looks for them. Boot code is
// known by its instructions or its hash as a whole, never by its first bytes alone.
package partitions

import "shokyo.dev/shokyo/scan/proof"

const sector = 512

// rows are the tables and labels; at most 64 (proof.Evidence.Strength).
var rows = []proof.Row{
	{At: 0, Magic: "EFI PART", Parse: gpt},
	{At: 510, Magic: "\x55\xAA", Parse: mbr},
}

// Recognize says which table or label begins at a place.
func Recognize(p proof.Place) (proof.Structure, bool) { return proof.Recognize(rows, p) }
