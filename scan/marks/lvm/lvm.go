// Package lvm knows the labels of LVM2: a physical volume's label, the header of its
// metadata area, and the texts in it, current, older and cut, which are read by their grammar (text.go)
// and held to LVM's own words (words.go).
//
// To add a kind, add a row to Rows; a word that a new release writes goes to words.go.
package lvm

import (
	"bytes"
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
)

const sector = proof.SectorSize

// Rows are the marks of this room, in the order in which they are tried.
var Rows = []proof.Row{
	{Magic: "LABELONE", Parse: proof.At(lvmLabel)},
	{At: 4, Magic: lvmMagic, Parse: proof.At(lvmHeader)},
}

// LVM2 (lvm2 sources: lib/label/label.h, lib/format_text/layout.h). A physical
// volume has a label in one of its first four sectors, and a metadata area: a
// header sector and a ring of texts, of which the header names the current one.
// All three carry a CRC-32 that starts from LVM's own value.

const (
	lvmCRCStart   = 0xF597A6CF
	lvmMagic      = " LVM2 x[5A%r0N*>"
	lvmMaxText    = 512 << 10 // LVM wants two of them in its usual 1 MiB
	lvmMaxAreas   = 4         // of one list in a label; LVM makes one or two
	lvmFirstText  = 512       // the ring begins behind the header's sector
	lvmSearchBack = 1 << 20   // how far before a text its header is looked for
)

// lvmCRC continues from LVM's start value without the usual inversions.
func lvmCRC(b []byte) uint32 { return proof.RawCRC32(lvmCRCStart, b) }

// lvmLabel is the sector with LABELONE and the physical volume header.
func lvmLabel(buf []byte, off int) (proof.Observation, bool) {
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
	if id := string(b[32:64]); s.Explained && !proof.Drawn(id) {
		s.Texts = []string{id}
	}
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

// end is where the area ends in buf.
func (a *lvmArea) end() int { return a.at + int(min(a.size, 1<<40)) }

// current is the text that the header points to, when it is in the buffer and fits
// its CRC: one piece, or two where it goes on at the beginning of the ring.
func (a *lvmArea) current(buf []byte) (text []byte, ok bool) {
	if a.text < lvmFirstText || a.length == 0 || a.length > lvmMaxText || a.text >= a.size || a.size > 1<<30 {
		return nil, false
	}
	first := min(a.length, a.size-a.text)
	text, ok = proof.Window(buf, a.at+int(a.text), int(first))
	if rest := a.length - first; ok && rest > 0 {
		var more []byte
		more, ok = proof.Window(buf, a.at+lvmFirstText, int(rest))
		text = slices.Concat(text, more)
	}
	return text, ok && lvmCRC(text) == a.crc
}

// lvmWritten says whether t, which a header names, is what LVM writes; its
// length counts one closing NUL.
func lvmWritten(t []byte) (texts []string, ok bool) { return lvmWhole(bytes.TrimSuffix(t, []byte{0})) }

func lvmPrintable(t []byte) bool {
	for _, c := range t {
		if (c < 0x20 || c > 0x7E) && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// lvmHeader recognises a metadata area by its header.
func lvmHeader(buf []byte, off int) (proof.Observation, bool) {
	var e proof.Evidence
	a, ok := parseLVMArea(&e, buf, off)
	if !ok {
		return proof.Observation{}, false
	}
	s, ok := e.Found("lvm2-metadata", off, off+sector, "metadata area of an LVM2 physical volume, "+proof.BytesOf(a.size))
	s.Explained = ok && a.clean
	return s, ok
}

// Text recognises what stands in the ring of a metadata area: the volume
// group's current description, earlier ones, and pieces of these that newer ones
// have left over. Texts begin with a sector. What LVM could have written is
// explained: the current one if it fits the checksum in its header; an earlier one
// by its grammar wherever it is; a piece only where a header says that this is a ring.
func Text(buf []byte, off int) (proof.Observation, bool) {
	opens := lvmOpening(buf, off)
	if !opens && off > 0 && lvmPrintable(buf[off-1:off]) {
		return proof.Observation{}, false // within a text
	}
	end := lvmRun(buf, off)
	if !opens && !lvmLike(buf[off:end]) && !lvmLooksCut(buf[off:end]) {
		return proof.Observation{}, false
	}
	var e proof.Evidence
	a, inRing := lvmAreaOf(&e, buf, off)
	if inRing {
		end = min(end, a.end())
		if s, ok := a.named(e, buf, off, end); ok {
			return s, true
		}
	}
	t := buf[off:end]
	e = proof.Evidence{}
	e.Want(len(t) > 128 || inRing, 1.4*float64(len(t))) // each byte is one of 97 values; 62 bits of kind and length are to spare
	texts, written := lvmWhole(t)
	detail := "an earlier state of the volume group's metadata, "
	if !written && inRing && lvmCut(buf, end) {
		texts, written = lvmPiece(t, opens)
		detail = "a piece of an earlier state of the volume group's metadata, "
	}
	switch {
	case !written && !lvmLike(t):
		return proof.Observation{}, false // text of somebody else, for others to find
	case !written:
		detail = "text that opens like an LVM2 volume group but is not what LVM writes, "
	}
	s, ok := e.Found("lvm2-metadata-old", off, end, detail+proof.Count(len(t), "byte"))
	s.Explained, s.Texts = ok && written, texts
	if inRing && s.Explained {
		lvmLeftover(&s, buf, a.end())
	}
	return s, ok
}

// lvmCut: a piece ends with a line or where a sector does.
func lvmCut(buf []byte, end int) bool { return buf[end-1] == '\n' || end%sector == 0 }

// lvmLeftover lets a text go on with the pieces of older ones that stand behind its
// NUL in the same sector: versions of LVM differ in whether they clear that.
func lvmLeftover(s *proof.Observation, buf []byte, ringEnd int) {
	for {
		from := s.End
		for from < len(buf) && buf[from] == 0 && from%sector != 0 {
			from++
		}
		if from%sector == 0 || from >= len(buf) {
			return
		}
		end := max(from, min(lvmRun(buf, from), ringEnd))
		texts, ok := lvmPiece(buf[from:end], false)
		if !ok || !lvmCut(buf, end) {
			return
		}
		s.End, s.Texts = end, append(s.Texts, texts...)
	}
}

// lvmAreaOf finds the header before off, in the buffer, in whose ring off lies.
func lvmAreaOf(e *proof.Evidence, buf []byte, off int) (a lvmArea, ok bool) {
	for at := off - sector; at >= max(0, off-lvmSearchBack); at -= sector {
		if string(buf[at+4:at+20]) == lvmMagic {
			a, ok = parseLVMArea(e, buf, at)
			return a, ok && off < a.end()
		}
	}
	return a, false
}

// named is the text at off if the header names it, or the end of such a text at
// the beginning of the ring.
func (a *lvmArea) named(e proof.Evidence, buf []byte, off, end int) (proof.Observation, bool) {
	first := min(a.length, a.size-min(a.text, a.size))
	switch begins := a.text == uint64(off-a.at); {
	case begins:
		end = off + int(min(first, uint64(end-off)))
	case off == a.at+lvmFirstText && first < a.length:
		end = off + int(min(a.length-first, uint64(end-off)))
	default:
		return proof.Observation{}, false
	}
	if text, ok := a.current(buf); ok {
		if texts, ok := lvmWritten(text); ok {
			end = min(end+1, a.end(), len(buf)) // the closing NUL
			s, ok := e.Found("lvm2-metadata", off, end, fmt.Sprintf("current LVM2 volume group description, %d bytes", len(text)))
			if s.Explained, s.Texts = ok, texts; ok {
				lvmLeftover(&s, buf, a.end())
			}
			return s, ok
		}
	}
	return e.Found("lvm2-metadata", off, end,
		"volume group description that is not what its header or LVM itself would have there, "+proof.Count(end-off, "byte"))
}

// lvmRun is the end of the printable run at off; a sector that opens a text ends
// the one before.
func lvmRun(buf []byte, off int) int {
	n := off
	for n < len(buf) && n-off <= lvmMaxText && lvmPrintable(buf[n:n+1]) {
		if n++; n%sector == 0 && lvmOpening(buf, n) {
			break
		}
	}
	return n
}

// lvmOpening: a name and " {", a UUID, and the number that only a whole group has:
// a piece can begin with a volume of one.
func lvmOpening(buf []byte, off int) bool {
	head := buf[min(off, len(buf)):min(off+200, len(buf))]
	n := 0
	for n < len(head) && lvmNameByte(head[n]) {
		n++
	}
	rest, ok := bytes.CutPrefix(head[n:], []byte(" {\nid = \""))
	const id = len("CdEkBI-l71J-HRkh-T9t0-BrXM-HWsP-1YfYuz\"")
	return ok && n > 0 && len(rest) > id && bytes.HasPrefix(rest[id:], []byte("\nseqno = "))
}

// lvmLike is what is called so, though it may not be one.
func lvmLike(t []byte) bool {
	i := bytes.Index(t[:min(len(t), 160)], []byte(" {\nid = \""))
	return i >= 1 && lvmPrintable(t[:i])
}

// lvmLooksCut turns other texts away: its second line is one of LVM's, or it is all
// one line of strings.
func lvmLooksCut(t []byte) bool {
	var g lvmGrammar
	first, rest, more := bytes.Cut(t, []byte{'\n'})
	if !more {
		return len(first) >= sector && g.strings(string(first))
	}
	line, _, ok := bytes.Cut(rest, []byte{'\n'})
	return ok && g.anywhere(string(line))
}

// MayBeText is what a sector has that begins with a text: eight ASCII bytes.
func MayBeText(b *[sector]byte) bool { return proof.LE64(b[:])&0x8080808080808080 == 0 && b[0] >= '\t' }
