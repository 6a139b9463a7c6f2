// Package pc knows the partition tables of PCs: the master boot record, GUID partition tables, and what
// smaller systems there use.
//
// To add a table, add a row to Others and a function that accounts for every byte of it.
package pc

import (
	"fmt"
	"strings"

	"shokyo.dev/shokyo/scan/partitions/boot"
	"shokyo.dev/shokyo/scan/partitions/label"
	"shokyo.dev/shokyo/scan/proof"
)

const sector = proof.SectorSize

// The master boot record: 440 bytes of loader, a disk signature, four entries of
// 16 bytes, 55 AA (UEFI specification 2.10 §5.2, tables 5.1–5.3). There is no
// checksum, so it is explained only where every byte has a known meaning. Boot
// code that is not recognised could be anything: then the table is explained
// and the code is left to be judged like any other data.
//
// What anybody could have chosen: the disk signature and the numbers of the entries.

const (
	mbrSignature = 440
	mbrTable     = 446
	mbrEntry     = 16
)

// mbr takes a sector that ends in 55 AA and is no boot sector of a file system.
func mbr(p proof.Place) (proof.Observation, bool) {
	b, off := p.Sector(), p.Off
	switch string(b[3:11]) {
	case "EXFAT   ", "NTFS    ", "-FVE-FS-":
		return proof.Observation{}, false // damaged ones too
	}
	var l label.Label
	l.Is(uint64(proof.LE16(b[510:])), 0xAA55, 2)
	table := mbrEntries(&l, b)
	if l.Broken() {
		return proof.Observation{}, false
	}
	first := p.Base+int64(off) == 0
	if s, ok := extended(p, b, &table); ok {
		return s, true
	}
	loader, known := boot.Loader(&l, b)
	if len(table.used) == 0 && !(first && known) {
		return proof.Observation{}, false // FAT boot sectors with an empty tail look like this
	}
	l.Clean(proof.LE16(b[444:]) == 0 || proof.LE16(b[444:]) == 0x5A5A) // "copy protected"
	l.Texts = append(l.Texts, proof.Words(b[mbrSignature:510])...)
	start := off
	if !known && first && !l.Dirty {
		start += mbrSignature
	}
	return l.Found("mbr", start, off+sector, first, table.describe(loader, proof.LE32(b[mbrSignature:])))
}

// mbrEntries are the entries in use.
type mbrPartitions struct {
	used       []mbrPartition
	protective bool // the only one of a GPT disk
	hybrid     bool // that of a GPT disk, and others
}

type mbrPartition struct {
	kind         byte
	first, count uint32
}

// mbrEntries checks the four entries: each is empty or has a status byte of 00
// or 80, a type, a start and a length that end below 2^32. The cylinder, head
// and sector of both ends count from sector 1, or mean nothing.
func mbrEntries(l *label.Label, b []byte) (t mbrPartitions) {
	for i := range 4 {
		p := b[mbrTable+i*mbrEntry:][:mbrEntry]
		if proof.AllZero(p) {
			l.Want(true, 8*mbrEntry-1)
			continue
		}
		e := mbrPartition{p[4], proof.LE32(p[8:]), proof.LE32(p[12:])}
		l.Want(p[0]&0x7F == 0, 7-1)
		l.Want(e.kind != 0 && e.first > 0 && e.count > 0 && uint64(e.first)+uint64(e.count) <= 1<<32, 0)
		l.Clean(chsFits(p[1:4]) && chsFits(p[5:8]))
		t.protective = t.protective || e.kind == 0xEE
		t.used = append(t.used, e)
	}
	t.hybrid = t.protective && len(t.used) > 1
	return t
}

// chsFits: sectors count from 1; three zeros mean nothing.
func chsFits(b []byte) bool { return b[1]&0x3F != 0 || proof.AllZero(b[:3]) }

func (t *mbrPartitions) describe(loader string, signature uint32) string {
	what := "partition table (MBR) with " + proof.Count(len(t.used), "partition")
	switch {
	case t.hybrid:
		what = fmt.Sprintf("hybrid MBR of a GPT disk with %s", proof.Count(len(t.used), "entry"))
	case t.protective:
		what = "protective MBR of a GPT disk"
	}
	what += " and " + loader
	if signature != 0 {
		what += fmt.Sprintf("; disk signature %08x", signature)
	}
	return what + t.list()
}

// list shows the numbers of the entries.
func (t *mbrPartitions) list() string {
	var s []string
	for _, e := range t.used {
		s = append(s, fmt.Sprintf("type %02x from sector %d, %d sectors", e.kind, e.first, e.count))
	}
	if len(s) == 0 {
		return ""
	}
	return "; " + strings.Join(s, ", ")
}

// extended recognises what has the form of an MBR and is none: a link in the chain of
// logical partitions, and the table of a Minix partition's subpartitions. Both are
// zero but for their entries.
func extended(p proof.Place, b []byte, t *mbrPartitions) (proof.Observation, bool) {
	var l label.Label
	l.Is(uint64(proof.LE16(b[510:])), 0xAA55, 2)
	l.Want(proof.AllZero(b[:mbrTable]), 8*mbrTable)
	again := mbrEntries(&l, b)
	l.Texts = proof.Words(b[mbrTable:510])
	l.Alternatives(4)
	if l.Broken() || p.Base+int64(p.Off) == 0 {
		return proof.Observation{}, false
	}
	if len(again.used) > 0 && p.BehindStart(0) && minixOnly(t) {
		return l.Found("minix-subpartitions", p.Off, p.Off+sector, true, "Minix subpartition table with "+proof.Count(len(t.used), "entry")+t.list())
	}
	if !extendedBoot(b) {
		return proof.Observation{}, false
	}
	s, ok := l.Found("ebr", p.Off, p.Off+sector, true, "extended boot record, a link in the chain of logical partitions"+t.list())
	s.Free = proof.NotFill(b[mbrTable:510])
	return s, ok
}

// minixOnly: types 80 and 81, old and new Minix.
func minixOnly(t *mbrPartitions) bool {
	for _, e := range t.used {
		if e.kind&^1 != 0x80 {
			return false
		}
	}
	return true
}

// extendedBoot: all zero but for one partition and, except in the last link,
// one pointer to the next link (types 05, 0F, 85); the last of an extended
// partition from which all were removed has neither. Real MBRs differ by their
// disk signature, which every partitioning tool writes.
func extendedBoot(b []byte) bool {
	first, next := b[mbrTable:][:mbrEntry], b[mbrTable+mbrEntry:][:mbrEntry]
	link := next[4] == 0x05 || next[4] == 0x0F || next[4] == 0x85 || proof.AllZero(next)
	return proof.AllZero(b[mbrTable+2*mbrEntry:510]) && link && first[4] != 0xEE
}
