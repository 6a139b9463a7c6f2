package pc

import (
	"cmp"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"

	"shokyo.dev/shokyo/scan/proof"
)

// GPT is the GUID partition table.
var GPT = []proof.Row{
	{At: 0, Magic: "EFI PART", Parse: gpt},
}

// The GUID partition table: a header with a CRC-32 over itself and one over
// its array of entries, at both ends of the disk (UEFI specification 2.10
// §5.3, tables 5.5 and 5.6). The primary header is followed by its entries,
// the backup header comes after its own.

const (
	gptHeaderBytes = 92
	gptMaxArray    = 1 << 20            // the usual array has 16 KiB; a bound for hostile headers
	gptMaxAway     = 1 << 20            // sectors between header and array worth looking at
	gptListed      = 4                  // partitions that a description lists
	gptBIOSBoot    = "Hah!IdontNeedEFI" // GRUB's type GUID, 21686148-6449-6E6F-744E-656564454649
	gptMaxUsed     = 128                // partitions; the array that every tool makes has no more entries
)

// gptHeader is what is needed of a header whose own checksum fits.
type gptHeader struct {
	my, alternate, first, last uint64 // LBA
	array                      uint64 // LBA of the entries
	count, size                uint32 // entries, bytes each
	arrayCRC                   uint32
	sector                     int // bytes; 0 if the header is not where it says
	disk                       []byte
	clean                      bool // no bytes but those of the fields
}

func gpt(p proof.Place) (proof.Observation, bool) {
	var e proof.Evidence
	buf, off := p.Buf, p.Off
	h, ok := parseGPT(&e, p.Sector(), p.Base+int64(off))
	if !ok {
		return proof.Observation{}, false
	}
	kind := "gpt"
	if h.my != 1 {
		kind = "gpt-backup"
	}
	inPlace := h.sector != 0
	sizes := []int{h.sector}
	if !inPlace {
		sizes = []int{512, 4096}
	}
	for _, ss := range sizes {
		if start, end, entries, ok := h.span(buf, off, ss); ok {
			text, names, clean := h.entries(entries)
			s, ok := e.Found(kind, start, end, h.describe(ss, inPlace)+text)
			if s.Explained = ok && inPlace && clean && h.clean; s.Explained {
				s.Texts = append(names, proof.Words(h.disk)...)
			}
			return s, ok
		}
	}
	return h.alone(&e, buf, off, kind)
}

// parseGPT checks the header. at is its place on the medium in bytes.
func parseGPT(e *proof.Evidence, b []byte, at int64) (h gptHeader, ok bool) {
	e.Text(b, "EFI PART")
	e.Is(uint64(proof.LE32(b[8:])), 0x00010000, 4)
	size := proof.LE32(b[12:]) // 92; more only if reserved bytes count as the header's
	e.Within(uint64(size), gptHeaderBytes, sector, 4)
	e.Zero(b[20:24])
	if e.Broken() {
		return h, false
	}
	e.Want(proof.HoledCRC32(b[:size], 16) == proof.LE32(b[16:]), 32)
	h = gptHeader{disk: b[56:72], clean: proof.AllZero(b[gptHeaderBytes:]), my: proof.LE64(b[24:]), alternate: proof.LE64(b[32:]), first: proof.LE64(b[40:]), last: proof.LE64(b[48:]),
		array: proof.LE64(b[72:]), count: proof.LE32(b[80:]), size: proof.LE32(b[84:]), arrayCRC: proof.LE32(b[88:])}
	e.Want(h.count >= 1 && h.size >= 128 && h.size <= 4096 && h.size%128 == 0 && uint64(h.count)*uint64(h.size) <= gptMaxArray, 40)
	for _, ss := range []int{512, 4096} {
		if h.my > 0 && h.my < 1<<50 && int64(h.my)*int64(ss) == at {
			h.sector = ss
		}
	}
	return h, !e.Broken()
}

// span finds the entries by their distance from the header, in sectors of ss
// bytes, and checks them against their checksum. The range covers what lies
// between only if that is zero, and so does the rest of the header's sector.
func (h *gptHeader) span(buf []byte, off, ss int) (start, end int, entries []byte, ok bool) {
	away := int64(h.array - h.my) // wraps to the right negative number
	if away == 0 || away > gptMaxAway || away < -gptMaxAway {
		return 0, 0, nil, false
	}
	at, n := int64(off)+away*int64(ss), int(h.count)*int(h.size)
	if at < 0 || at > int64(len(buf)-n) || len(buf)-off < ss {
		return 0, 0, nil, false
	}
	a := int(at)
	entries = buf[a : a+n]
	header := off + ss
	if crc32.ChecksumIEEE(entries) != h.arrayCRC || !proof.AllZero(buf[off+sector:header]) {
		return 0, 0, nil, false
	}
	if a >= header && proof.AllZero(buf[header:a]) {
		return off, a + n, entries, true
	}
	if a+n <= off && proof.AllZero(buf[a+n:off]) {
		return a, header, entries, true
	}
	return 0, 0, nil, false
}

// alone is a header whose entries are out of reach or do not fit: nothing is
// said of them, and the header is explained only in the first case.
func (h *gptHeader) alone(e *proof.Evidence, buf []byte, off int, kind string) (proof.Observation, bool) {
	ss := max(h.sector, sector)
	end := off + ss
	reach := len(buf) >= end && proof.AllZero(buf[off+sector:end])
	if !reach {
		end = off + sector
	}
	s, ok := e.Found(kind, off, end, h.describe(ss, h.sector != 0)+"; its entries could not be checked here")
	s.Explained = ok && reach && h.clean && h.sector != 0 && h.away(buf, off)
	return s, ok
}

// away says that no byte of the entries is in the buffer.
func (h *gptHeader) away(buf []byte, off int) bool {
	d := int64(h.array - h.my)
	if d > gptMaxAway || d < -gptMaxAway {
		return true
	}
	at := int64(off) + d*int64(h.sector)
	return at >= int64(len(buf)) || at+int64(h.count)*int64(h.size) <= 0
}

func (h *gptHeader) describe(ss int, inPlace bool) string {
	name, sectors := "GUID partition table", h.alternate
	if h.my != 1 {
		name, sectors = "backup GUID partition table", h.my
	}
	where := ""
	if !h.clean {
		where = ", with bytes behind the header that do not belong there"
	}
	if !inPlace {
		where = ", not where it says it is: a disk image, or the remains of one"
	}
	return fmt.Sprintf("%s of a disk of %s (GUID %s)%s", name, proof.BlocksOf(sectors+1, uint64(ss)), guid(h.disk), where)
}

// entries describes the partitions. clean means that every byte of the array
// has a meaning: unused entries are zero, used ones have a place inside the
// usable area, no reserved attribute (§5.3.3: bits 3–47) and a printable name
// with nothing behind its end; no more of them than any tool makes, and no two
// on the same sectors, so that the numbers are about a disk and not a message. The
// names are for nobody's eyes: they are handed on apart.
func (h *gptHeader) entries(array []byte) (text string, names []string, clean bool) {
	clean = true
	var list []string
	var places []gptPlace
	for i := range int(h.count) {
		p := array[i*int(h.size):][:h.size]
		if proof.AllZero(p) {
			continue
		}
		first, last, attributes := proof.LE64(p[32:]), proof.LE64(p[40:]), proof.LE64(p[48:])
		name, ok := gptName(p[56:128])
		clean = clean && ok && !proof.AllZero(p[:16]) && h.first <= first && first <= last && last <= h.last &&
			attributes<<16>>19 == 0 && proof.AllZero(p[128:])
		places = append(places, gptPlace{first, last})
		numbers := p[:56]
		if string(p[:16]) == gptBIOSBoot {
			numbers = p[16:56]
		}
		for _, text := range append(proof.Words(numbers), name) {
			if text != "" && !slices.Contains(names, text) {
				names = append(names, text)
			}
		}
		if len(list) < gptListed {
			list = append(list, fmt.Sprintf("type %s from sector %d, %d sectors", guid(p[:16]), first, last-first+1))
		}
	}
	if len(places) == 0 {
		return ", without partitions", nil, clean
	}
	clean = clean && len(places) <= gptMaxUsed && gptApart(places)
	return fmt.Sprintf(", %s: %s", proof.Count(len(places), "partition"), strings.Join(list, "; ")), names, clean
}

// guid spells a GUID as people do: its first three fields are little endian (UEFI
// specification 2.10, appendix A).
func guid(b []byte) string {
	return fmt.Sprintf("%08X-%04X-%04X-%X-%X", proof.LE32(b), proof.LE16(b[4:]), proof.LE16(b[6:]), b[8:10], b[10:16])
}

// gptPlace is a partition, both ends included.
type gptPlace struct{ first, last uint64 }

// gptApart says whether no two partitions share a sector. It sorts places.
func gptApart(places []gptPlace) bool {
	slices.SortFunc(places, func(a, b gptPlace) int { return cmp.Compare(a.first, b.first) })
	for i := 1; i < len(places); i++ {
		if places[i].first <= places[i-1].last {
			return false
		}
	}
	return true
}

// gptName reads 36 UTF-16LE units: printable, then zeros to the end.
func gptName(b []byte) (string, bool) {
	var u []uint16
	for len(b) >= 2 && proof.LE16(b) != 0 {
		u = append(u, proof.LE16(b))
		b = b[2:]
	}
	runes := utf16.Decode(u)
	for _, r := range runes {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return "", false
		}
	}
	return string(runes), proof.AllZero(b)
}
