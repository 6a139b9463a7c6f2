// Package power says what byte statistics would have noticed: the measured chance, in
// percent, that a contiguous piece of data of a type and a size, without its header, is
// called residue. It is data with its provenance, and the rule how to read it at
// another threshold. Other detectors (text, signatures, file systems) notice more, so
// it understates them.
//
// The figures are measured, not proven: on the files of a few Debian packages
// (scripts/power-corpus), 1,000 pieces a size and 400 from 64 KiB up, so ± 3 to 5
// points, more where files are few; other encoders of the same format can differ by
// tens of points. Pieces were laid block-aligned into random bytes.
package power

// Sizes are those of the pieces, in bytes.
var Sizes = [...]int64{512, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20}

// Thresholds are those that the scores were held against, in bits: that of a medium
// of 64 MB, 16 GB, 1 TB and 100 TB.
var Thresholds = [...]float64{34, 42, 48, 55}

// NotMeasured stands where no file was long enough.
const NotMeasured = -1

// Row is one type: percent by threshold and size.
type Row struct {
	Code    string
	Percent [len(Thresholds)][len(Sizes)]float64
}

// Types are the codes of the rows in the order of the table. What they are called stands in
// words/report.
func Types() []string {
	return []string{"text", "elf", "wav", "jpeg", "ogg", "png", "bzip2", "gzip-6", "gzip-manual", "zip", "zstd-3", "zstd-12", "webp", "xz"}
}

// At gives the rows for a threshold: the column of the next higher one that was
// measured, which understates. Above the last nothing was measured.
func At(bits float64) (threshold float64, rows []Row, ok bool) {
	for _, theta := range Thresholds {
		if bits <= theta {
			return theta, table[:], true
		}
	}
	return 0, nil, false
}

// For is a row's column at one of Thresholds.
func (r *Row) For(threshold float64) (percent [len(Sizes)]float64) {
	for i, theta := range Thresholds {
		if theta == threshold {
			return r.Percent[i]
		}
	}
	for j := range percent {
		percent[j] = NotMeasured
	}
	return percent
}
