package desktop

import (
	"slices"

	"shokyo.dev/shokyo/scan/partitions/label"
	"shokyo.dev/shokyo/scan/proof"
)

// The root sector of Atari's AHDI 3.00: size of the medium, four entries of flag,
// identifier, first sector and length, the list of bad sectors, a checksum that says
// whether there is code. ICD's tools have eight entries more. There is no magic
// number, so it is one only at the start of a medium.
const (
	ahdiICD   = 0x156
	ahdiSize  = 0x1C2
	ahdiTable = 0x1C6
	ahdiBad   = 0x1F6
	ahdiEntry = 12
	ahdiBoots = 0x1234 // sum of an executable sector
)

// ahdiTypes are identifiers in use.
var ahdiTypes = []string{"GEM", "BGM", "XGM", "LNX", "SWP", "RAW", "MIX", "UNX", "MIN", "F32", "SV4", "MAC", "QWA", "NBD", "NBR", "NBS", "NBU"}

// ahdiUnused is what parted leaves in an entry that is not in use.
const ahdiUnused = "\x00PARTEDATARI"

func Atari(p proof.Place) (proof.Observation, bool) {
	if p.Off < 0 || p.Off > len(p.Buf)-sector || p.Size == 0 {
		return proof.Observation{}, false
	}
	b := p.Sector()
	var l label.Label
	size := proof.BE32(b[ahdiSize:])
	l.Want(size != 0 && int64(size) <= p.Size/sector && int64(size) >= p.Size/sector/16*15 && proof.LE16(b[510:]) != 0xAA55, 4)
	used := 0
	for at := ahdiTable; at < ahdiBad; at += ahdiEntry {
		used += ahdiUsed(&l, b[at:at+ahdiEntry], size)
	}
	if l.Broken() {
		return proof.Observation{}, false
	}
	l.Unused(b[:ahdiICD])
	for at := ahdiICD; at < ahdiICD+8*ahdiEntry; at += ahdiEntry {
		used += ahdiUsed(&l, b[at:at+ahdiEntry], size)
	}
	l.Unused(b[ahdiICD+8*ahdiEntry : ahdiSize])
	l.Clean(proof.BESum16(b) != ahdiBoots)
	end := p.Off + sector + ahdiBadList(&l, p)
	return l.Found("atari-ahdi", p.Off, end, true, "Atari partition table (AHDI) with "+proof.Count(used, "partition"))
}

// ahdiEntry: nothing, or flags (01 exists, 80 boots), a type, sectors on the medium.
func ahdiUsed(l *label.Label, b []byte, size uint32) (used int) {
	if proof.AllZero(b) || string(b) == ahdiUnused {
		l.Want(true, 8*ahdiEntry-2)
		return 0
	}
	first, n := uint64(proof.BE32(b[4:])), uint64(proof.BE32(b[8:]))
	l.Want(b[0]&^0x81 == 0 && slices.Contains(ahdiTypes, string(b[1:4])), 6+24-5-2)
	l.Want(first > 0 && first+n <= uint64(size), 0)
	return 1
}

// ahdiBadList is the list of bad sectors in sector 1: entries of three bytes whose
// sum is A5; an empty one is zero but for the byte that makes the sum.
func ahdiBadList(l *label.Label, p proof.Place) (n int) {
	b, ok := p.Window(2 * sector)
	first, count := proof.BE32(p.Sector()[ahdiBad:]), proof.BE32(p.Sector()[ahdiBad+4:])
	if count == 0 {
		l.Clean(first == 0 || first == 1)
		return 0
	}
	if !ok || first != 1 || count != 1 || b[sector+3] != 0xA5 {
		l.Clean(first < 1<<16 && count < 1<<16)
		return 0
	}
	rest := slices.Concat(b[sector:sector+3], b[sector+4:])
	if !proof.AllZero(rest) {
		return 0 // bad sectors, or data: judged like any other
	}
	l.Unused(rest)
	return sector
}
