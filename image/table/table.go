// Package table reads what lies where on a medium: its partition table, GPT or MBR.
// A table says only what can be true of the medium; what is odd is noted.
//
// The parser of tables is somebody else's, fenced in diskfs.go, and mbr.go walks
// what it does not know: the chain of logical partitions.
package table

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
	"unicode"

	"shokyo.dev/shokyo/image/source"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/medium"
)

// Partition is one entry of a partition table, clipped to the medium.
// Start and Length are bytes.
type Partition struct {
	Index  int    // slot of the table, from 1; logical partitions of an MBR from 5
	Name   string // "p1"
	Label  string // what a GPT calls it, printable; empty in an MBR
	Type   string // type GUID in capitals, or "0x83"
	Start  int64
	Length int64
}

// Kinds of partition tables.
const (
	GPT = "gpt"
	MBR = "mbr"
)

// Table is what a partition table says, as far as it can be true.
type Table struct {
	Kind        string
	Partitions  []Partition
	SectorBytes int
	// EndOfTable is the first byte behind what the table describes: behind the
	// backup header of a GPT, behind the last partition of an MBR. A medium
	// that ends before it is truncated.
	EndOfTable int64
	FromBackup bool     // of a GPT whose primary copy is damaged
	Notes      []string // what a report should mention, one sentence each
}

// maxNotes bounds what a hostile table can make a report say.
const maxNotes = 16

// Read reads the partition table of a medium: a GPT (UEFI 2.10 §5.3) with
// sectors of 512 or 4096 bytes, its backup where the primary is damaged, or an
// MBR with its logical partitions. It gives nil, nil where there is none.
//
// A GPT counts only where LBA 0 is a protective MBR or no MBR at all: behind
// an MBR with partitions of its own it is a leftover, and noted.
//
// Nothing says what a sector of an MBR is. It is taken from the source's
// method Alignment() int where it has one (a device), otherwise it is 512.
func Read(src source.Source) (*Table, error) {
	if src.Size() < 512 {
		return nil, nil
	}
	sector0 := make([]byte, 512)
	err := source.ReadFull(src, sector0, 0)
	entries := masterBootRecord(sector0)
	protective := slices.ContainsFunc(entries, func(e mbrEntry) bool { return e.kind == kindProtective })
	gpt := bestGPT(src)
	switch {
	case len(entries) > 0 && !protective:
		t := readMBR(src, entries)
		if gpt != nil {
			t.note(medium.GPTLeftover)
		}
		return t, nil
	case gpt != nil:
		gpt.noteMBR(entries)
		return gpt, nil
	case protective:
		return &Table{Kind: GPT, SectorBytes: 512, Notes: []string{medium.GPTMissing.EN}}, nil
	case err != nil:
		return nil, fmt.Errorf("read partition table: %w", err)
	}
	return nil, nil
}

// bestGPT takes the table with the least amiss, sectors of 512 bytes first.
func bestGPT(src source.Source) *Table {
	small, large := readGPT(src, 512), readGPT(src, 4096)
	if rank(large) > rank(small) {
		return large
	}
	return small
}

// rank: none, a header that can not be used, a backup, a whole table.
func rank(t *Table) int {
	switch {
	case t == nil:
		return 0
	case t.EndOfTable == 0:
		return 1
	case t.FromBackup:
		return 2
	}
	return 3
}

// noteMBR compares a GPT with the MBR in front of it.
func (t *Table) noteMBR(entries []mbrEntry) {
	if len(entries) == 0 {
		t.note(medium.NoProtectiveMBR)
	}
	if len(entries) > 1 {
		t.note(medium.HybridMBR.Say(len(entries) - 1))
	}
}

func (t *Table) note(what words.Text) {
	switch {
	case len(t.Notes) < maxNotes-1:
		t.Notes = append(t.Notes, what.EN)
	case len(t.Notes) == maxNotes-1:
		t.Notes = append(t.Notes, medium.More.EN)
	}
}

// add takes a partition over if any of it lies on the medium. First and last
// are sectors as the table has them: nothing about them is trusted.
func (t *Table) add(p Partition, first, last uint64, size int64) {
	p.Name = fmt.Sprintf("p%d", p.Index)
	start, end := t.bytes(first), t.behind(last)
	if last < first {
		t.note(medium.EndsBeforeBegin.Say(p.Name))
		return
	}
	if start >= size {
		t.note(medium.BeginsBehindEnd.Say(p.Name, start))
		return
	}
	if end > size {
		t.note(medium.EndsBehindEnd.Say(p.Name, end))
		end = size
	}
	p.Start, p.Length = start, end-start
	t.Partitions = append(t.Partitions, p)
}

// bytes converts sectors to bytes; what is beyond any medium becomes MaxInt64.
func (t *Table) bytes(sectors uint64) int64 {
	hi, lo := bits.Mul64(sectors, uint64(t.SectorBytes))
	if hi != 0 || lo > math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(lo)
}

// behind is the first byte behind a sector.
func (t *Table) behind(sector uint64) int64 {
	if sector == math.MaxUint64 {
		return math.MaxInt64
	}
	return t.bytes(sector + 1)
}

// noteBounds says what can be said once all partitions are there.
func (t *Table) noteBounds(size int64) {
	if t.EndOfTable > size {
		t.note(medium.TableTruncated.Say(t.EndOfTable, size))
	}
	byStart := slices.Clone(t.Partitions)
	slices.SortStableFunc(byStart, func(a, b Partition) int {
		return cmp.Compare(a.Start, b.Start)
	})
	for i := 1; i < len(byStart); i++ {
		if a, b := byStart[i-1], byStart[i]; a.Start+a.Length > b.Start {
			t.note(medium.Overlap.Say(a.Name, b.Name))
		}
	}
}

// label makes a name from the medium fit to be shown: no control characters
// and nothing that changes the direction of writing.
func label(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
