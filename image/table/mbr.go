package table

import (
	"encoding/binary"
	"fmt"
	"slices"

	"shokyo.dev/shokyo/image/source"
	"shokyo.dev/shokyo/words/medium"
)

// Partition types of an MBR that mean something to us. There is no standard;
// these are what Linux (block/partitions/msdos.c) and Windows agree on.
const (
	kindExtendedCHS   = 0x05
	kindExtendedLBA   = 0x0f
	kindExtendedLinux = 0x85
	kindProtective    = 0xee // UEFI 2.10 §5.2.3
)

// maxLogical bounds the chain of extended boot records.
const maxLogical = 128

// mbrEntry is a used entry of a boot record: count is not 0. Numbers are
// sectors as written there, 32 bits wide, so sums of them can not overflow.
type mbrEntry struct {
	slot         int // from 1
	kind         byte
	first, count uint64
}

func (e mbrEntry) extended() bool {
	return e.kind == kindExtendedCHS || e.kind == kindExtendedLBA || e.kind == kindExtendedLinux
}

// masterBootRecord gives the used entries of LBA 0, none if it is no MBR. The
// boot sector of a file system has the same signature, and boot code where the
// table would be. That of a FAT may even carry a table of one entry that starts
// at sector 0 and means the FAT itself (mkfs.fat --mbr).
func masterBootRecord(b []byte) []mbrEntry {
	switch string(b[3:11]) {
	case "NTFS    ", "EXFAT   ":
		return nil
	}
	entries, _ := bootRecord(b)
	if isFAT(b) && slices.ContainsFunc(entries, func(e mbrEntry) bool { return e.first == 0 }) {
		return nil
	}
	return entries
}

// isFAT recognises a BIOS parameter block (Microsoft fatgen103, section "Boot
// Sector and BPB Structure").
func isFAT(b []byte) bool {
	sector, cluster := int(binary.LittleEndian.Uint16(b[11:])), int(b[13])
	return (b[0] == 0xeb || b[0] == 0xe9) &&
		sector >= 512 && sector <= 4096 && sector&(sector-1) == 0 &&
		cluster != 0 && cluster&(cluster-1) == 0 &&
		binary.LittleEndian.Uint16(b[14:]) != 0 && // reserved sectors
		(b[16] == 1 || b[16] == 2) && // FATs
		b[21] >= 0xf0 // media
}

// readMBR follows the entries of a master boot record to the logical partitions.
func readMBR(src source.Source, entries []mbrEntry) *Table {
	t := &Table{Kind: MBR, SectorBytes: mbrSectorBytes(src)}
	for _, e := range entries {
		if e.extended() {
			t.EndOfTable = max(t.EndOfTable, t.bytes(e.first+e.count))
		} else {
			t.addEntry(e.slot, e, 0, src.Size())
		}
	}
	c := chain{src: src, t: t, index: 5}
	for _, e := range entries {
		if e.extended() {
			c.follow(e)
		}
	}
	t.noteBounds(src.Size())
	return t
}

// addEntry adds the partition of an entry that counts from sector base.
func (t *Table) addEntry(index int, e mbrEntry, base uint64, size int64) {
	first := base + e.first
	t.EndOfTable = max(t.EndOfTable, t.bytes(first+e.count))
	t.add(Partition{Index: index, Type: fmt.Sprintf("0x%02x", e.kind)}, first, first+e.count-1, size)
}

func mbrSectorBytes(src source.Source) int {
	if n := source.Alignment(src, 512); n == 4096 {
		return n
	}
	return 512
}

// chain walks extended boot records. Each holds one logical partition, counted
// from itself, and the way to the next record, counted from the start of the
// extended partition. The chain may be a circle or point anywhere.
type chain struct {
	src     source.Source
	t       *Table
	index   int      // of the next logical partition
	visited []uint64 // sectors of the records seen, at most maxLogical
}

func (c *chain) follow(ext mbrEntry) {
	base, at := ext.first, ext.first
	for {
		if slices.Contains(c.visited, at) {
			c.t.note(medium.ChainReturns.Say(at))
			return
		}
		if len(c.visited) == maxLogical {
			c.t.note(medium.ChainTooLong.Say(maxLogical))
			return
		}
		c.visited = append(c.visited, at)
		next, ok := c.record(at)
		if !ok {
			return
		}
		if next >= ext.count {
			c.t.note(medium.ChainLeaves.Say(base + next))
			return
		}
		at = base + next
	}
}

// record reads the boot record at a sector, adds its partition and gives the
// way to the next.
func (c *chain) record(at uint64) (next uint64, ok bool) {
	b := make([]byte, 512)
	off := c.t.bytes(at)
	if off > c.src.Size()-512 {
		c.t.note(medium.RecordBehindEnd.Say(off))
		return 0, false
	}
	if err := source.ReadFull(c.src, b, off); err != nil {
		c.t.note(medium.RecordUnreadable.Say(off))
		return 0, false
	}
	entries, ok := bootRecord(b)
	if !ok {
		c.t.note(medium.RecordDamaged.Say(off))
	}
	return c.entries(entries, at)
}

// entries adds the partition of the record at a sector and gives the way to
// the next. By custom they are in slots 1 and 2; like Linux, this takes them
// the other way round as well.
func (c *chain) entries(entries []mbrEntry, at uint64) (next uint64, ok bool) {
	for _, e := range entries {
		switch {
		case e.extended() && !ok:
			next, ok = e.first, true
		case !e.extended() && e.slot <= 2:
			c.t.addEntry(c.index, e, at, c.src.Size())
			c.index++
		}
	}
	return next, ok
}
