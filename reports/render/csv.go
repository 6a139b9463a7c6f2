package render

import (
	"bytes"
	"encoding/csv"
	"strconv"

	"shokyo.dev/shokyo/reports"
)

// CSV gives the regions of the medium, a row each (RFC 4180): where it starts, how long it
// is, its class and the reason for it, as report.json has them.
func CSV(d *reports.Document) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	w.Write([]string{"start", "length", "class", "reason"})
	for _, r := range d.Regions {
		w.Write([]string{strconv.FormatInt(r.Start, 10), strconv.FormatInt(r.Length, 10), r.Class, r.Reason})
	}
	w.Flush() // a buffer takes all there is
	return b.Bytes()
}
