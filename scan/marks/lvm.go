package marks

import (
	"bytes"
	"fmt"
	"hash/crc32"

	"shokyo.dev/shokyo/scan/proof"
)

// LVM2 (lvm2 sources: lib/label/label.h, lib/format_text/layout.h). A physical
// volume has a label in one of its first four sectors, and a metadata area: a
// header sector and a ring of texts, of which the header names the current one.
// All three carry a CRC-32 that starts from LVM's own value.

const (
	lvmCRCStart   = 0xF597A6CF
	lvmMagic      = " LVM2 x[5A%r0N*>"
	lvmMaxText    = 64 << 10
	lvmMaxAreas   = 4       // of one list in a label; LVM makes one or two
	lvmFirstText  = 512     // the ring begins behind the header's sector
	lvmSearchBack = 1 << 20 // how far before a text its header is looked for
)

// lvmCRC continues from LVM's start value without the usual inversions.
func lvmCRC(b []byte) uint32 { return ^crc32.Update(^uint32(lvmCRCStart), crc32.IEEETable, b) }

// lvmLabel is the sector with LABELONE and the physical volume header.
func lvmLabel(buf []byte, off int) (proof.Structure, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Text(b, "LABELONE")
	e.Within(proof.LE64(b[8:]), 0, 3, 8)
	e.Want(lvmCRC(b[20:]) == proof.LE32(b[16:]), 32)
	e.Is(uint64(proof.LE32(b[20:])), 32, 4)
	e.Text(b[24:], "LVM2 001")
	end, formed := lvmAreas(b)
	s, ok := e.Found("lvm2-label", off, off+sector,
		"label of an LVM2 physical volume of "+proof.BytesOf(proof.LE64(b[64:])))
	s.Explained = ok && formed && proof.LE64(b[64:])%sector == 0 && proof.AllZero(b[end:])
	return s, ok
}

// lvmAreas walks the two lists of areas (16 bytes each, ended by a zero pair)
// and the extension behind them, and returns where the used bytes end.
func lvmAreas(b []byte) (end int, ok bool) {
	for _, c := range b[32:64] { // the volume's UUID, base 62 without dashes
		if !lvmUUIDByte(c) {
			return 0, false
		}
	}
	at, ok := lvmList(b, 72, true)
	if ok {
		at, ok = lvmList(b, at, false)
	}
	if !ok {
		return 0, false
	}
	if version := proof.LE32(b[at:]); version == 0 {
		return at, true
	} else if version > 2 || proof.LE32(b[at+4:]) > 1 {
		return 0, false
	}
	return lvmList(b, at+8, false) // boot loader areas
}

// lvmList walks one list: places and sizes in whole sectors. The last data
// area may have no size, which means the rest of the device.
func lvmList(b []byte, at int, data bool) (end int, ok bool) {
	for range lvmMaxAreas + 1 {
		if at > sector-32 {
			return 0, false
		}
		place, size := proof.LE64(b[at:]), proof.LE64(b[at+8:])
		at += 16
		switch {
		case place == 0 && size == 0:
			return at, true
		case place == 0 || place%sector != 0 || size%sector != 0 || size == 0 && !data:
			return 0, false
		}
	}
	return 0, false
}

// lvmArea is the header of a metadata area.
type lvmArea struct {
	at           int    // in buf
	size         uint64 // of the area
	text, length uint64 // current text, from the start of the area
	crc          uint32
	clean        bool // nothing behind the list of texts
}

// parseLVMArea checks a header sector: CRC, magic, version, and two records of
// texts (current, pending; layout.h struct raw_locn).
func parseLVMArea(e *proof.Evidence, buf []byte, at int) (lvmArea, bool) {
	b, ok := proof.Window(buf, at, sector)
	if !ok || string(b[4:20]) != lvmMagic {
		return lvmArea{}, false
	}
	e.Text(b[4:], lvmMagic)
	e.Want(lvmCRC(b[4:]) == proof.LE32(b), 32)
	e.Is(uint64(proof.LE32(b[20:])), 1, 4)
	a := lvmArea{at: at, size: proof.LE64(b[32:]), text: proof.LE64(b[40:]), length: proof.LE64(b[48:]), crc: proof.LE32(b[56:])}
	start := proof.LE64(b[24:]) // of the area on the device
	a.clean = proof.AllZero(b[64:]) && proof.LE32(b[60:])&^1 == 0 && start != 0 && start%sector == 0 && a.size%sector == 0
	return a, !e.Broken()
}

// current is the text the header points to, when it is in the buffer, does not
// wrap round the ring and fits its CRC.
func (a *lvmArea) current(buf []byte) (start, end int, ok bool) {
	if a.text < lvmFirstText || a.length == 0 || a.length > lvmMaxText || a.text > a.size || a.size-a.text < a.length || a.text > 1<<30 {
		return 0, 0, false
	}
	t, ok := proof.Window(buf, a.at+int(a.text), int(a.length))
	if !ok || lvmCRC(t) != a.crc {
		return 0, 0, false
	}
	return a.at + int(a.text), a.at + int(a.text+a.length), true
}

// lvmWritten says whether t, which a header names, is what LVM writes; its
// length counts one closing NUL.
func lvmWritten(t []byte) bool { return lvmWellFormed(bytes.TrimSuffix(t, []byte{0})) }

func lvmPrintable(t []byte) bool {
	for _, c := range t {
		if (c < 0x20 || c > 0x7E) && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// lvmHeader recognises a metadata area by its header, and covers the current
// text too where that follows at once.
func lvmHeader(buf []byte, off int) (proof.Structure, bool) {
	var e proof.Evidence
	a, ok := parseLVMArea(&e, buf, off)
	if !ok {
		return proof.Structure{}, false
	}
	end := off + sector
	if start, stop, ok := a.current(buf); ok && start == end && lvmWritten(buf[start:stop]) {
		end = stop
	}
	s, ok := e.Found("lvm2-metadata", off, end, "metadata area of an LVM2 physical volume, "+proof.BytesOf(a.size))
	s.Explained = ok && a.clean
	return s, ok
}

// lvmText recognises a volume group's description (`name {\nid = "…"`). It is
// explained if LVM could have written it: the current one if it also fits the
// checksum of the header that names it. Each change of a volume group leaves
// the earlier description in the ring, so those are book-keeping as well.
func lvmText(buf []byte, off int) (proof.Structure, bool) {
	length := lvmTextLength(buf, off)
	if length == 0 {
		return proof.Structure{}, false
	}
	written := lvmWellFormed(buf[off : off+length])
	var e proof.Evidence
	if a, ok := lvmAreaOf(&e, buf, off); ok {
		return a.named(&e, buf, off, length, written)
	}
	// Every byte is one of 97 values; 62 bits of kind and length are to spare.
	e = proof.Evidence{}
	e.Want(length > 128, 1.4*float64(length))
	detail := "an earlier state of the volume group's metadata, "
	if !written {
		detail = "text that opens like an LVM2 volume group but is not what LVM writes, "
	}
	s, ok := e.Found("lvm2-metadata-old", off, off+length, detail+proof.Count(length, "byte"))
	s.Explained = ok && written
	return s, ok
}

// lvmAreaOf finds the header before off, in the buffer, that names the text at
// off as the current one.
func lvmAreaOf(e *proof.Evidence, buf []byte, off int) (a lvmArea, ok bool) {
	for at := off - sector; at >= max(0, off-lvmSearchBack); at -= sector {
		if string(buf[at+4:at+20]) == lvmMagic {
			a, ok = parseLVMArea(e, buf, at)
			return a, ok && a.text == uint64(off-at)
		}
	}
	return a, false
}

// named is the text at off, which the header names.
func (a *lvmArea) named(e *proof.Evidence, buf []byte, off, length int, written bool) (proof.Structure, bool) {
	if _, end, ok := a.current(buf); ok && written && lvmWritten(buf[off:end]) {
		s, ok := e.Found("lvm2-metadata", off, end, fmt.Sprintf("current LVM2 volume group description, %d bytes", end-off))
		s.Explained = ok
		return s, ok
	}
	return e.Found("lvm2-metadata", off, off+length,
		"volume group description that is not what its header or LVM itself would have there, "+proof.Count(length, "byte"))
}

// lvmTextLength is the length of the printable run at off if it opens like a
// volume group: a name, " {\n", `id = "`.
func lvmTextLength(buf []byte, off int) int {
	head := buf[off:min(off+160, len(buf))]
	i := bytes.Index(head, []byte(" {\nid = \""))
	if i < 1 {
		return 0
	}
	n := i
	for off+n < len(buf) && n <= lvmMaxText && lvmPrintable(buf[off+n:off+n+1]) {
		n++
	}
	if !lvmPrintable(head[:i]) {
		return 0
	}
	return n
}
