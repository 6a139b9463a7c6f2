// Package marks recognises known marks: what is structured on a medium and yet no
// trace of its data, because erasure legitimately leaves it or because it is older
// than the data: labels of RAID controllers and volume managers, and the marks
// that erasers leave of themselves.
//
// A disk that comes out of an array is the usual returned disk: it must be able to
// end clean. But a wrong "explained" hides data. So a mark is explained only when
// every byte of it is accounted for: checksums fit, reserved bytes are zero, each
// field is of the form that its format gives it. Texts in it that anybody could have
// chosen are handed on (proof.Observation.Texts). What is a mark by its magic number
// and does not hold to that is residue under its name.
//
// The marks are in rooms by what makes them, each with a table of rows: lvm, md, ddf, raid,
// linux, volumes, and eraser, whose marks have no magic number. They read with
// package label. To add a mark, add a row to its room's table.
package marks

import (
	"slices"

	"shokyo.dev/shokyo/scan/marks/ddf"
	"shokyo.dev/shokyo/scan/marks/eraser"
	"shokyo.dev/shokyo/scan/marks/linux"
	"shokyo.dev/shokyo/scan/marks/lvm"
	"shokyo.dev/shokyo/scan/marks/md"
	"shokyo.dev/shokyo/scan/marks/raid"
	"shokyo.dev/shokyo/scan/marks/volumes"
	"shokyo.dev/shokyo/scan/proof"
)

const sector = proof.SectorSize

// rows are the marks; at most 256 with what has none (proof.MaxKinds).
var rows = slices.Concat(lvm.Rows, md.Rows, ddf.Rows, raid.Rows, linux.Rows, volumes.Rows)

var table = proof.NewTable(rows)

// Recognize says which mark begins at a place. It is called at every sector of a
// medium, so nearly all of its time is spent saying no.
func Recognize(p proof.Place) (proof.Observation, bool) {
	if p.Off < 0 || p.Off > len(p.Buf)-sector {
		return proof.Observation{}, false
	}
	b := (*[sector]byte)(p.Buf[p.Off:])
	if table.Has(b) {
		if s, ok := table.Recognize(p); ok {
			return s, true
		}
	}
	if lvm.MayBeText(b) {
		if s, ok := lvm.Text(p.Buf, p.Off); ok {
			return s, true
		}
	}
	if eraser.Place(p.Base + int64(p.Off)) {
		return eraser.Recognize(p)
	}
	return proof.Observation{}, false
}
