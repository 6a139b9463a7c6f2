package pc

import (
	"bytes"
	"regexp"
	"strings"

	"shokyo.dev/shokyo/scan/partitions/label"
	"shokyo.dev/shokyo/scan/proof"
)

// PC98 is the table of NEC's PC-98.
var PC98 = []proof.Row{
	{At: 4, Magic: "IPL1", Parse: pc98},
}

// Others are the tables that are asked about last, the master boot record behind all that end as it does.
var Others = []proof.Row{
	{At: 0, Magic: "GNU Parted Loopback", Parse: loopLabel},
	{At: 0, Magic: "part ", Parse: plan9},
	{At: 510, Magic: "\x56\xAB", Parse: karma},
	{At: 510, Magic: "\x55\xAA", Parse: mbr},
}

// Smaller labels: PC-98, parted's loop label, Rio Karma, Plan 9.

// pc98 is the boot sector of NEC's PC-9800 with the mark "IPL1" and no more code than
// a return, and the table in the sector behind it: sixteen entries of 32 bytes (Linux
// Documentation and parted libparted/labels/pc98.c describe the same fields).
func pc98(p proof.Place) (proof.Observation, bool) {
	b, ok := p.Window(2 * sector)
	if !ok {
		return proof.Observation{}, false
	}
	var l label.Label
	l.Text(b[4:], "IPL1")
	l.Is(uint64(proof.LE16(b[510:])), 0xAA55, 2)
	l.Fits(proof.AllZero(b[:4]) || string(b[:4]) == "\xCB\x00\x00\x00", 31) // "return far"
	l.Unused(b[8:510])
	used := 0
	for at := sector; at < 2*sector; at += 32 {
		e := b[at : at+32]
		if proof.AllZero(e) {
			l.Unused(e)
			continue
		}
		l.Clean(e[0] != 0 && e[1] != 0)
		l.Unused(e[2:4])
		l.FreeText(e[16:32], "primary")
		used++
	}
	return l.Found("pc98", p.Off, p.Off+2*sector, p.Base+int64(p.Off) == 0, "PC-98 partition table with "+proof.Count(used, "partition"))
}

// loopLabel is what parted writes to a medium that has one file system and no
// table.
func loopLabel(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	const mark = "GNU Parted Loopback 0"
	var l label.Label
	l.Text(b, mark)
	l.Unused(b[len(mark):])
	return l.Found("parted-loop", p.Off, p.Off+sector, p.Base+int64(p.Off) == 0, "label of GNU Parted for a medium without partitions")
}

// karma is the table of the Rio Karma (Linux block/partitions/karma.c): two entries.
func karma(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var l label.Label
	l.Is(uint64(proof.LE16(b[510:])), 0xAB56, 2)
	l.Unused(b[:270])
	for _, at := range []int{270, 286} {
		l.Unused(b[at : at+4])
		l.Clean(b[at+4] == 0x4D || proof.AllZero(b[at:at+16]))
		l.Unused(b[at+5 : at+8])
	}
	l.Unused(b[302:510])
	return l.Found("karma", p.Off, p.Off+sector, p.Base+int64(p.Off) == 0, "partition table of a Rio Karma")
}

// plan9Line is one line of the text in sector 1 of a Plan 9 partition: a name, the
// first sector, the one behind the last (prep(8)).
var (
	plan9Line  = regexp.MustCompile(`^part ([0-9A-Za-z._-]{1,27}) (\d{1,12}) (\d{1,12})$`)
	plan9Names = map[string]bool{"9fat": true, "nvram": true, "fossil": true, "swap": true, "isect": true, "arenas": true, "bloom": true,
		"fs": true, "fscfg": true, "cache": true, "other": true, "kfs": true, "plan9": true, "dos": true, "linux": true}
)

func plan9(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	text, _, _ := bytes.Cut(b, []byte{0})
	var l label.Label
	l.Text(b, "part ")
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for _, line := range lines {
		m := plan9Line.FindStringSubmatch(line)
		l.Clean(m != nil)
		if m != nil && !plan9Names[m[1]] {
			l.Texts = append(l.Texts, m[1])
		}
	}
	l.Unused(b[len(text):])
	if l.Dirty {
		return proof.Observation{}, false // text like any other
	}
	return l.Found("plan9", p.Off, p.Off+sector, p.BehindStart(sector), "Plan 9 partition table with "+proof.Count(len(lines), "line"))
}
