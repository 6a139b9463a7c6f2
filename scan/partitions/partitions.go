// Package partitions recognises partition tables and disk labels, and the boot
// code beside them. They say how a medium was divided, and stay where they are when
// its contents are erased: they are explained where every byte of them is
// accounted for, at a place where firmware or a system looks for them. Boot code is
// known by its instructions or its hash as a whole, never by its first bytes alone.
package partitions

import (
	"encoding/binary"

	"shokyo.dev/shokyo/scan/proof"
)

const sector = 512

// rows are the tables and labels; at most 256 (proof.Evidence.Strength).
var rows = []proof.Row{
	{At: 0, Magic: "EFI PART", Parse: gpt},
	{At: 0, Magic: grubDiskboot, Parse: grubCore},
	{At: 4, Magic: "IPL1", Parse: pc98},
	{At: 0, Magic: "ER", Parse: apmDriver},
	{At: 0, Magic: "PM", Parse: apmEntry},
	{At: 0, Magic: "\x0B\xE5\xA9\x41", Parse: sgiLabel},
	{At: 508, Magic: "\xDA\xBE", Parse: sunLabel},
	{At: 12, Magic: "\xEE\xDE\x0D\x60", Parse: solarisVTOC},
	{At: 4, Magic: "\x0D\x60\x5E\xCA", Parse: unixware},
	{At: 0, Magic: "\x57\x45\x56\x82", Parse: bsdAt(0, binary.LittleEndian)},
	{At: 64, Magic: "\x57\x45\x56\x82", Parse: bsdAt(64, binary.LittleEndian)},
	{At: 0, Magic: "\x82\x56\x45\x57", Parse: bsdAt(0, binary.BigEndian)},
	{At: 64, Magic: "\x82\x56\x45\x57", Parse: bsdAt(64, binary.BigEndian)},
	{At: 128, Magic: "\x82\x56\x45\x57", Parse: bsdAt(128, binary.BigEndian)},
	{At: ultrixAt, Magic: "\x57\x29\x03\x00", Parse: ultrixLabel},
	{At: 0, Magic: "RDSK", Parse: rdb},
	{At: 0, Magic: "PART", Parse: rdbPartition},
	{At: 0, Magic: "BADB", Parse: rdbOther("BADB", "list of bad blocks of an Amiga disk")},
	{At: 0, Magic: "FSHD", Parse: rdbOther("FSHD", "header of a file system in the reserved area of an Amiga disk")},
	{At: 0, Magic: "LSEG", Parse: rdbOther("LSEG", "code of a file system in the reserved area of an Amiga disk")},
	{At: 0, Magic: "\xC9\xC2\xD4\xC1", Parse: aixLabel},
	{At: 0, Magic: "\xC9\xD7\xD3", Parse: dasdIPL},
	{At: 1, Magic: "\xD6\xD3\xF1", Parse: dasdVolume}, // VOL1
	{At: 0, Magic: "\xD3\xD5\xE7\xF1", Parse: dasdVolume},
	{At: 0, Magic: "\xC3\xD4\xE2\xF1", Parse: dasdVolume},
	{At: 44, Magic: "\xF1", Parse: dscb},
	{At: 44, Magic: "\xF4", Parse: dscb},
	{At: 44, Magic: "\xF5", Parse: dscb},
	{At: 44, Magic: "\xF7", Parse: dscb},
	{At: 44, Magic: "\xF8", Parse: dscb},
	{At: 0, Magic: "GNU Parted Loopback", Parse: loopLabel},
	{At: 0, Magic: "part ", Parse: plan9},
	{At: 510, Magic: "\x56\xAB", Parse: karma},
	{At: 510, Magic: "\x55\xAA", Parse: mbr},
}

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
		return atari(p)
	}
	return proof.Observation{}, false
}
