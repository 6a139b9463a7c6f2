// Package bundle is what of the bundles that shokyo leaves in memory is of use on their way
// to the stick: what the report says came of the disk, and which.
package bundle

import (
	"cmp"
	"encoding/json"
	"path/filepath"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/words/stick"
)

// Disk is what was examined, as the list of disks would have it.
func Disk(d *exchange.Report, path string) core.Disk {
	m := &d.Medium
	return core.Disk{Path: path, Model: ascii.Printable(m.Model), Serial: ascii.Printable(m.Serial), Bytes: m.Bytes, Size: bytesize.Drive(m.Bytes)}
}

// MaxReport is beyond any report.json: it lists findings up to a number.
const MaxReport = 64 << 20

// Read reads the report in a bundle.
func Read(bundle string) (d exchange.Report, err error) {
	b, err := wholefile.Read(filepath.Join(bundle, "report.json"), MaxReport)
	if err == nil {
		err = json.Unmarshal(b, &d)
	}
	return d, err
}

// Reasons are codes with their sentences, as people are shown them.
func Reasons(d *exchange.Report) (lines []string) {
	for _, r := range d.Reasons {
		lines = append(lines, ascii.Printable(r.Code+": "+r.Text))
	}
	return lines
}

// Part is what the verdict is about; empty: the whole disk.
func Part(d *exchange.Report) string {
	if d.WholeMedium() {
		return ""
	}
	return ascii.Printable(cmp.Or(d.Scope.Text, stick.PartOfDisk.EN))
}
