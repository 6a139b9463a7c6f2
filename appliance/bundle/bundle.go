// Package bundle is what of the bundles that shokyo leaves in memory is of use on their way
// to the stick: what the report says came of the disk, and which, and the summary of
// several, which names their folders.
package bundle

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

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

// Name is what a folder was called in memory, and is on the stick.
type Name struct{ Was, Is string }

// Summary is the summary in a file, JSON or CSV, with the names that the folders have on the stick.
func Summary(path string, names []Name) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if filepath.Ext(path) == ".json" {
		return renameInJSON(b, names), nil
	}
	return renameInCSV(b, names)
}

// renameInJSON replaces the values of "bundle" in the text: decoding and encoding
// it would lose the order of its keys.
func renameInJSON(b []byte, names []Name) []byte {
	for _, n := range names {
		b = bytes.ReplaceAll(b, bundleField(n.Was), bundleField(n.Is))
	}
	return b
}

func bundleField(name string) []byte {
	quoted, _ := json.Marshal(name)
	return fmt.Appendf(nil, "\"bundle\": %s", quoted)
}

// renameInCSV does so in the column of that name.
func renameInCSV(b []byte, names []Name) ([]byte, error) {
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("it can not be read: %v", err)
	}
	for c, title := range rows[0] {
		for _, row := range rows[1:] {
			if strings.TrimPrefix(title, "\ufeff") == "bundle" {
				row[c] = renamed(row[c], names)
			}
		}
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = bytes.Contains(b, []byte("\r\n"))
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func renamed(bundle string, names []Name) string {
	for _, n := range names {
		if n.Was == bundle {
			return n.Is
		}
	}
	return bundle
}
