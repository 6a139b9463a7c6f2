package desktop

import (
	"fmt"

	"shokyo.dev/shokyo/scan/partitions/label"
	"shokyo.dev/shokyo/scan/proof"
)

// Apple is the Apple partition map.
var Apple = []proof.Row{
	{At: 0, Magic: "ER", Parse: apmDriver},
	{At: 0, Magic: "PM", Parse: apmEntry},
}

// Apple's partition map ("Inside Macintosh: Devices", SCSI Manager: Driver
// Descriptor Record and Partition Map Entry; <apm> in TN1189): block 0 lists
// drivers, blocks 1 … n describe one partition each. No checksums.
const apmMost = 256 // entries of a map

func apmDriver(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var l label.Label
	l.Text(b, "ER")
	size := proof.BE16(b[2:])
	l.Want(size == 512 || size == 1024 || size == 2048 || size == 4096, 14)
	l.Clean(proof.BE16(b[8:]) <= 1 && proof.BE16(b[10:]) <= 1 && proof.BE32(b[12:]) == 0) // device type, id, data
	drivers := int(proof.BE16(b[16:]))
	l.Want(drivers <= 61, 10)
	if l.Broken() {
		return proof.Observation{}, false
	}
	for i := range drivers { // first block, blocks, system
		l.Clean(proof.BE16(b[18+8*i+6:]) == 1 || int16(proof.BE16(b[18+8*i+6:])) == -1 || proof.BE16(b[18+8*i+6:]) == 0x701)
	}
	l.Unused(b[18+8*drivers:])
	return l.Found("apm", p.Off, p.Off+sector, p.Base+int64(p.Off) == 0,
		fmt.Sprintf("Apple partition map of a medium of %s", proof.BlocksOf(uint64(proof.BE32(b[4:])), uint64(size))))
}

// apmKnown are names that Apple's and others' tools give.
var apmKnown = []string{"Apple", "Extra", "Macintosh", "MMC", "Disk", "disk", "image", "disk image", "untitled", "primary", "Patch Partition",
	"Partition Map", "Driver", "Free", "EFI", "bootstrap", "swap", "root"}

func apmEntry(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var l label.Label
	l.Text(b, "PM")
	l.Fits(proof.BE16(b[2:]) == 0, 16)
	entries := proof.BE32(b[4:])
	l.Within(uint64(entries), 1, apmMost, 4)
	l.FreeText(b[16:48], apmKnown...)
	apmType(&l, b[48:80])
	l.Clean(uint64(proof.BE32(b[8:]))+uint64(proof.BE32(b[12:])) <= 1<<32)
	l.Clean(proof.BE32(b[80:]) == 0 && proof.BE32(b[84:]) <= proof.BE32(b[12:])) // the data's place in it
	l.Fits(proof.BE32(b[88:])>>9&^(1<<21) == 0, 22)                              // status: bits 0–8 and 30
	l.Unused(b[92:120])                                                          // boot code
	l.FreeText(b[120:136], "68000", "68020", "68030", "68040", "powerpc")
	l.Unused(b[136:])
	return l.Found("apm-entry", p.Off, p.Off+sector, apmPlace(p, int64(entries)),
		fmt.Sprintf("entry of an Apple partition map of %s: %s from block %d", proof.Count(int(entries), "entry"), proof.Count(int(proof.BE32(b[12:])), "block"), proof.BE32(b[8:])))
}

// apmType: the types that Apple lists begin with its name; others are text like any.
func apmType(l *label.Label, b []byte) {
	before := len(l.Texts)
	l.FreeText(b)
	if len(l.Texts) == before {
		return
	}
	switch l.Texts[before] {
	case "Apple_partition_map", "Apple_Free", "Apple_HFS", "Apple_HFSX", "Apple_Void", "Apple_Scratch", "Apple_MFS", "Apple_PRODOS", "Apple_UFS",
		"Apple_UNIX_SVR2", "Apple_Bootstrap", "Apple_Driver", "Apple_Driver43", "Apple_Driver_ATA", "Apple_Driver_ATAPI", "Apple_Driver_IOKit",
		"Apple_FWDriver", "Apple_Patches", "Apple_Boot", "Apple_Loader", "Apple_RAID", "Apple_Boot_RAID", "Apple_Rhapsody_UFS", "Be_BFS", "Linux_RAID", "Linux_LVM":
		l.Texts = l.Texts[:before]
		l.Add(32)
	}
}

// apmPlace: entry k of n lies in block k, of 512 or, on discs, 2048 bytes.
func apmPlace(p proof.Place, entries int64) bool {
	at := p.Base + int64(p.Off)
	return at > 0 && (at <= entries*512 || at%2048 == 0 && at <= entries*2048)
}
