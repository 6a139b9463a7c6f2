package main

import (
	"flag"
	"fmt"

	"shokyo.dev/shokyo/image"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
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

// lengthCaveats say what may be missing at the end.
func (e *examination) lengthCaveats() (out []scan.Reason) {
	n, stated := e.image.Size(), e.flags.size
	if stated > n {
		out = append(out, scan.Reason{Code: "medium-truncated",
			Text:   fmt.Sprintf("the medium is said to have %d bytes (--size) but has %d: the end is missing", stated, n),
			TextJA: fmt.Sprintf("媒体の大きさは %d バイトと指定されました(--size)が、実際は %d バイトで、末尾が欠けています", stated, n)})
	}
	if stated == 0 && e.openEnded() {
		out = append(out, scan.Reason{Code: "maybe-truncated",
			Text:   fmt.Sprintf("the last parts of the image may be missing: %s, and nothing on the medium says that it ends there (%d bytes); state its length with --size", e.openEndedWords(), n),
			TextJA: fmt.Sprintf("分割イメージの末尾の部分が欠けている可能性があります。%s、媒体の終わりがそこ(%d バイト)であることを示す情報もありません。--size で媒体の大きさを指定してください", e.openEndedWordsJA(), n)})
	}
	return out
}

// openEnded says whether parts may be missing and no table says otherwise. A GPT
// has its backup in the last sector (UEFI 2.10 §5.3.1); an MBR says where its
// partitions end, not where the medium does.
func (e *examination) openEnded() bool {
	if !e.image.OpenEnded() {
		return false
	}
	t, n := e.table, e.image.Size()
	return t == nil || t.EndOfTable < n || t.EndOfTable == n && t.Kind != image.GPT
}

func (e *examination) openEndedWords() string {
	if parts := len(e.image.Parts()); parts > 1 {
		return fmt.Sprintf("all %d parts are of full size, the last one too", parts)
	}
	return "the name is one part's, and no other lies beside it"
}

func (e *examination) openEndedWordsJA() string {
	if parts := len(e.image.Parts()); parts > 1 {
		return fmt.Sprintf("最後の部分を含む %d 個すべての部分が同じ大きさで", parts)
	}
	return "ファイル名は分割イメージの一部分を示していますが他の部分が見当たらず"
}

// lengthRemarks say what the end of the medium rests on.
func (e *examination) lengthRemarks() []scan.Reason {
	if e.flags.size != e.image.Size() || !e.openEnded() {
		return nil
	}
	return []scan.Reason{{Code: "size-stated",
		Text:   fmt.Sprintf("that no part of the split image is missing rests on the length that was stated for the medium: %d bytes (--size)", e.flags.size),
		TextJA: fmt.Sprintf("分割イメージに欠けた部分がないことは、指定された媒体の大きさ %d バイト(--size)に基づきます", e.flags.size)}}
}
