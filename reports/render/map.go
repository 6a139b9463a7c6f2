package render

import (
	"bytes"
	"fmt"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
)

// Map gives regions.map: a mapfile of GNU ddrescue (manual, chapter
// "Mapfile structure"). It tiles the whole medium: "+" was read, "-" could not
// be read, "?" was not tried. ddrescuelog and ddrescueview take it.
func Map(d *reports.Document) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Mapfile. Made by shokyo, report %s\n", d.ID)
	fmt.Fprintf(&b, "# current_pos  current_status  current_pass\n")
	status := byte('+')
	if d.Verification.Status != "completed" {
		status = '?'
	}
	fmt.Fprintf(&b, "0x%08X     %c               1\n#      pos        size  status\n", d.Medium.SizeBytes, status)
	for _, r := range tiles(d) {
		fmt.Fprintf(&b, "0x%08X  0x%08X  %c\n", r.start, r.end-r.start, r.status)
	}
	return b.Bytes()
}

type tile struct {
	start, end int64
	status     byte
}

// tiles joins neighbours with one status and fills gaps as not tried.
func tiles(d *reports.Document) (list []tile) {
	add := func(start, end int64, status byte) {
		n := len(list)
		switch {
		case start >= end:
		case n > 0 && list[n-1].status == status:
			list[n-1].end = end
		default:
			list = append(list, tile{start, end, status})
		}
	}
	var at int64
	for _, r := range d.Regions {
		add(at, r.Start, '?')
		at = r.Start + r.Length
		add(r.Start, at, ddrescueStatus(r.Class))
	}
	add(at, d.Medium.SizeBytes, '?')
	return list
}

func ddrescueStatus(class string) byte {
	switch class {
	case scan.Unread.String():
		return '?'
	case scan.Unreadable.String():
		return '-'
	}
	return '+'
}
