package main

import (
	"flag"
	"fmt"

	"shokyo.dev/shokyo/image/table"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/verdict"
)

// statedFlags are what the caller knows of a medium and its bytes do not tell.
type statedFlags struct {
	format  string   // "auto": found out; "raw": the file is the medium, byte for byte
	size    int64    // how long it is; 0: not stated
	sources []string // all of the call: each is a medium of its own
}

const (
	formatAuto = "auto"
	formatRaw  = "raw"
)

func (f *statedFlags) register(fs *flag.FlagSet) {
	fs.StringVar(&f.format, "format", formatAuto, "what a file is: `WORD` is auto, found out by name and content, or raw, a medium byte for byte although it looks like a compressed or encrypted file, a container or one part of a split image")
	fs.Func("size", "how many `BYTES` the medium has (4096, 64K, 2048s): a shorter one is not whole, and a split image whose parts are all full ones is", func(s string) (err error) {
		if f.size, err = parseSize(s); err == nil && f.size == 0 {
			err = fmt.Errorf("a medium of 0 bytes is none")
		}
		return err
	})
}

func (f *statedFlags) check(sources []string) error {
	f.sources = sources
	if f.format != formatAuto && f.format != formatRaw {
		return usagef("--format %s: use auto or raw", f.format)
	}
	return nil
}

// formatStated is empty where the format was found out.
func (f *statedFlags) formatStated() string {
	if f.format == formatRaw {
		return formatRaw
	}
	return ""
}

// answeredBy says whether a report read its medium as this call does: decoded it
// is another medium than byte for byte.
func (f *statedFlags) answeredBy(m *reports.Medium) bool {
	return m.FormatStated == f.formatStated() && m.SizeStated == f.size
}

// checkSize refuses a medium that is longer than it is stated to be: one of the
// two is not what it seems.
func (e *examination) checkSize() error {
	if n := e.image.Size(); e.flags.size > 0 && n > e.flags.size {
		return fmt.Errorf("%s has %d bytes, more than the %d of --size: it is another medium, or the size is wrong", e.source, n, e.flags.size)
	}
	return nil
}

// length is what is known of the medium's length before it is read.
func (e *examination) length() verdict.Medium {
	m := verdict.Medium{SizeBytes: e.image.Size(), StatedBytes: e.flags.size, Defect: e.image.Defect(),
		OpenEnded: e.image.OpenEnded(), Parts: len(e.image.Parts()), ImageNotes: e.image.Notes()}
	if t := e.table; t != nil {
		m.TableBytes, m.TableIsLast, m.TableNotes = t.EndOfTable, t.Kind == table.GPT, t.Notes
	}
	return m
}
