package ata

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"strings"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/ata/taskfile"
)

// Identify is what IDENTIFY DEVICE data say (ACS-3, command ECh; words are 16
// bits, little-endian). A number that is zero was not reported.
type Identify struct {
	Model, Serial, Firmware string // trimmed, otherwise as the drive gave them
	WWN                     uint64 // world-wide name, words 108-111

	Sectors       uint64 // user addressable logical sectors
	LogicalBytes  uint32
	PhysicalBytes uint32

	RPM        uint16 // word 217
	SolidState answer.Answer
	Removable  answer.Answer // word 0 bit 7

	MajorVersions uint16 // word 80: bit n, standard n; Version has the name
	TransportWord uint16 // word 222; Transport has the name

	Sanitize       answer.Answer // word 59 bit 12: the SANITIZE feature set
	CryptoScramble answer.Answer // bit 13
	Overwrite      answer.Answer // bit 14
	BlockErase     answer.Answer // bit 15
	AntifreezeLock answer.Answer // bit 10

	EncryptsAll answer.Answer // word 69 bit 4: encrypts all user data
	TRIM        answer.Answer // word 169 bit 0
	DRAT        answer.Answer // word 69 bit 14: reads after TRIM are deterministic
	RZAT        answer.Answer // word 69 bit 5: and zeros

	LBA48            answer.Answer // word 83 bit 10
	HPA              answer.Answer // word 82 bit 10: host protected area
	HPAEnabled       answer.Answer // word 85 bit 10
	DCO              answer.Answer // word 83 bit 11: device configuration overlay
	AMA              answer.Answer // word 119 bit 8: accessible maximum address
	SMART            answer.Answer // word 82 bit 0
	SMARTEnabled     answer.Answer // word 85 bit 0
	Logging          answer.Answer // word 84 bit 5: general purpose logging
	TrustedComputing answer.Answer // word 48 bit 0
	SCT              answer.Answer // word 206 bit 0

	Security Security

	// Checksum tells whether word 255 holds. If it says No, the page was changed
	// on its way (bridges do): its texts and sizes are quoted, but every yes and
	// no in it is Unknown. Older drives have no checksum: Unknown.
	Checksum answer.Answer

	// Incomplete is a drive that has not spun up and cannot read what it should
	// say (word 2 is 37C8h or 8C73h); treated like a failed checksum.
	Incomplete bool
}

// Security is the state of the drive's password lock, word 128.
type Security struct {
	Supported, Enabled, Locked, Frozen answer.Answer

	CountExpired  answer.Answer // too many wrong passwords: power must be cycled
	EnhancedErase answer.Answer
	Maximum       answer.Answer // bit 8: master password capability is maximum, not high
}

// Versions that introduced a feature, as bits of word 80.
const (
	versionATA8 = 8  // ATA8-ACS
	versionACS3 = 10 // ACS-3
)

// ParseIdentify reads the 512 bytes of IDENTIFY DEVICE data.
func ParseIdentify(page []byte) (*Identify, error) {
	if err := identifiable(page); err != nil {
		return nil, err
	}
	id := &Identify{
		Serial:        text(page[20:40]),
		Firmware:      text(page[46:54]),
		Model:         text(page[54:94]),
		Removable:     bit(word(page, 0), 7),
		MajorVersions: reported(word(page, 80)),
		TransportWord: reported(word(page, 222)),
		Checksum:      pageChecksum(page),
		Incomplete:    word(page, 2) == 0x37c8 || word(page, 2) == 0x8c73,
	}
	id.features(page)
	id.erasure(page)
	id.Security = parseSecurity(page)
	id.rotation(word(page, 217))
	id.sizes(page)
	if valid14(word(page, 87)) && word(page, 87)&(1<<8) != 0 {
		for n := range 4 { // most significant word first
			id.WWN = id.WWN<<16 | uint64(word(page, 108+n))
		}
	}
	if id.Checksum == answer.No || id.Incomplete {
		id.distrust()
	}
	return id, nil
}

// identifiable refuses what cannot be IDENTIFY DEVICE data: bridges hand out
// pages of zeros or ones.
func identifiable(page []byte) error {
	if len(page) < taskfile.SectorBytes {
		return fmt.Errorf("IDENTIFY DEVICE data of %d bytes instead of %d", len(page), taskfile.SectorBytes)
	}
	if same(page[:taskfile.SectorBytes]) {
		return fmt.Errorf("IDENTIFY DEVICE data are nothing but %02Xh", page[0])
	}
	// Bit 15 of word 0 set: an ATAPI device; 848Ah is a CompactFlash card.
	if w := word(page, 0); w&0x8000 != 0 && w != 0x848a {
		return fmt.Errorf("IDENTIFY DEVICE word 0 is %04Xh: not an ATA disk", w)
	}
	return nil
}

func same(page []byte) bool {
	for _, b := range page {
		if b != page[0] {
			return false
		}
	}
	return true
}

// pageChecksum checks word 255: signature A5h, and a byte that makes the sum of
// all 512 zero. Without the signature there is no checksum.
func pageChecksum(page []byte) answer.Answer {
	if page[510] != 0xa5 {
		return answer.Unknown
	}
	return answer.Of(sum(page) == 0)
}

func sum(page []byte) (total byte) {
	for _, b := range page[:taskfile.SectorBytes] {
		total += b
	}
	return total
}

// text swaps the bytes of each word: the first character is in the high byte.
func text(field []byte) string {
	b := make([]byte, len(field)&^1)
	for i := 0; i+1 < len(field); i += 2 {
		b[i], b[i+1] = field[i+1], field[i]
	}
	return strings.Trim(string(b), " \x00")
}

// valid14 is the rule for words 48, 83, 84, 87, 106, 119 and 120: bit 15 clear
// and bit 14 set, or the word says nothing.
func valid14(w uint16) bool { return w&0xc000 == 0x4000 }

// reported is zero for the two values that mean "not reported".
func reported(w uint16) uint16 {
	if w == 0xffff {
		return 0
	}
	return w
}

func bit(w uint16, n int) answer.Answer { return answer.Of(w>>n&1 != 0) }

// bitIf is a bit of a word that may be invalid.
func bitIf(valid bool, w uint16, n int) answer.Answer {
	if !valid {
		return answer.Unknown
	}
	return bit(w, n)
}

// features reads words 82 to 87: word 83 vouches for 82 and 83, word 84 for
// itself, word 87 for 85 to 87.
func (id *Identify) features(page []byte) {
	supported, enabled := valid14(word(page, 83)), valid14(word(page, 87))
	id.SMART = bitIf(supported, word(page, 82), 0)
	id.HPA = bitIf(supported, word(page, 82), 10)
	id.LBA48 = bitIf(supported, word(page, 83), 10)
	id.DCO = bitIf(supported, word(page, 83), 11)
	id.SMARTEnabled = bitIf(enabled, word(page, 85), 0)
	id.HPAEnabled = bitIf(enabled, word(page, 85), 10)
	id.Logging = bitIf(valid14(word(page, 84)), word(page, 84), 5)
	if id.Logging == answer.Unknown {
		id.Logging = bitIf(enabled, word(page, 87), 5)
	}
	// Word 48 meant something else before ATA8-ACS, so its validity bits count;
	// word 119 exists if word 86 bit 15 says so.
	id.TrustedComputing = bitIf(valid14(word(page, 48)), word(page, 48), 0)
	id.AMA = bitIf(enabled && word(page, 86)&0x8000 != 0 && valid14(word(page, 119)), word(page, 119), 8)
	id.TrustedComputing = id.since(versionATA8, id.TrustedComputing)
	id.AMA = id.since(versionACS3, id.AMA)
	id.SCT = bitIf(word(page, 206) != 0xffff, word(page, 206), 0)
}

// since settles a feature that no word speaks of: a drive that names the
// standards it follows, all older than the one that introduced the feature, has
// not got it.
func (id *Identify) since(version int, a answer.Answer) answer.Answer {
	if a == answer.Unknown && id.MajorVersions != 0 && id.MajorVersions>>version == 0 {
		return answer.No
	}
	return a
}

// erasure reads what the drive can erase and what it returns afterwards. Word 59
// has no validity bits, but its upper bits were reserved, zero, before ACS-2.
// Words 64 to 70 are valid if word 53 bit 1 is set.
func (id *Identify) erasure(page []byte) {
	w := word(page, 59)
	known := w != 0xffff
	id.Sanitize = bitIf(known, w, 12)
	id.CryptoScramble = bitIf(known, w, 13)
	id.Overwrite = bitIf(known, w, 14)
	id.BlockErase = bitIf(known, w, 15)
	id.AntifreezeLock = bitIf(known, w, 10)

	w = word(page, 69)
	known = w != 0xffff && word(page, 53) != 0xffff && word(page, 53)&2 != 0
	id.EncryptsAll = bitIf(known, w, 4)
	id.RZAT = bitIf(known, w, 5)
	id.DRAT = bitIf(known, w, 14)
	id.TRIM = bitIf(word(page, 169) != 0xffff, word(page, 169), 0)
}

// parseSecurity reads word 128, which has no validity bits. Word 82 bit 1 says
// the same thing as its bit 0; where the two differ, nothing is believed.
func parseSecurity(page []byte) Security {
	w := word(page, 128)
	supported := bit(w, 0)
	if supported != bitIf(valid14(word(page, 83)), word(page, 82), 1) || w == 0xffff {
		return Security{}
	}
	return Security{
		Supported:     supported,
		Enabled:       bit(w, 1),
		Locked:        bit(w, 2),
		Frozen:        bit(w, 3),
		CountExpired:  bit(w, 4),
		EnhancedErase: bit(w, 5),
		Maximum:       bit(w, 8),
	}
}

// rotation reads word 217: 0001h no rotation, 0401h to FFFEh revolutions per
// minute, all else not reported.
func (id *Identify) rotation(w uint16) {
	switch {
	case w == 1:
		id.SolidState = answer.Yes
	case w > 0x400 && w < 0xffff:
		id.SolidState, id.RPM = answer.No, w
	}
}

// sizes reads the capacity and the sector sizes.
func (id *Identify) sizes(page []byte) {
	id.Sectors = id.userSectors(page)
	id.LogicalBytes = 512 // what every drive had before word 106 was defined
	w := word(page, 106)
	if !valid14(w) {
		return
	}
	if w&(1<<12) != 0 { // longer than 256 words: the length in words
		id.LogicalBytes = sectorSize(2 * wordsAt(page, 117, 2))
	}
	id.PhysicalBytes = id.LogicalBytes
	if w&(1<<13) != 0 { // several logical in a physical one
		id.PhysicalBytes = sectorSize(uint64(id.LogicalBytes) << (w & 0x0f))
	}
}

// sectorSize is zero, unknown, for a size that no drive has.
func sectorSize(n uint64) uint32 {
	if n < 512 || n > 1<<20 {
		return 0
	}
	return uint32(n)
}

// userSectors is the capacity: words 230-233 if word 69 bit 3 says so, words
// 100-103 with 48-bit addresses, otherwise words 60-61. Zero is unknown, and so
// is 0FFFFFFFh in words 60-61, which only says that 28 bits were too few.
func (id *Identify) userSectors(page []byte) uint64 {
	n := wordsAt(page, 60, 2)
	if n >= 0x0fffffff {
		n = 0
	}
	if wide := wordsAt(page, 100, 4); id.LBA48 == answer.Yes && wide != 0 {
		n = wide
	}
	if w := word(page, 69); word(page, 53)&2 != 0 && w != 0xffff && w&(1<<3) != 0 {
		n = wordsAt(page, 230, 4)
	}
	if n >= 1<<48 {
		return 0
	}
	return n
}

// distrust forgets every yes and no of a page that cannot be relied on.
func (id *Identify) distrust() {
	*id = Identify{
		Model: id.Model, Serial: id.Serial, Firmware: id.Firmware, WWN: id.WWN,
		Sectors: id.Sectors, LogicalBytes: id.LogicalBytes, PhysicalBytes: id.PhysicalBytes,
		RPM: id.RPM, MajorVersions: id.MajorVersions, TransportWord: id.TransportWord,
		Checksum: id.Checksum, Incomplete: id.Incomplete,
	}
}

// Version is the newest standard that the drive claims; "" if it names none.
func (id *Identify) Version() string {
	switch n := bits.Len16(id.MajorVersions) - 1; {
	case n < 1:
		return ""
	case n < 4:
		return fmt.Sprintf("ATA-%d", n)
	case n < versionATA8:
		return fmt.Sprintf("ATA/ATAPI-%d", n)
	case n == versionATA8:
		return "ATA8-ACS"
	default:
		return fmt.Sprintf("ACS-%d", n-7)
	}
}

// Transport is the interface that the drive claims; "" if it names none.
func (id *Identify) Transport() string {
	if id.TransportWord == 0 {
		return ""
	}
	switch id.TransportWord >> 12 {
	case 0:
		return "parallel ATA"
	case 1:
		return "SATA"
	case 0xe:
		return "PCIe"
	}
	return ""
}

func word(page []byte, n int) uint16 { return binary.LittleEndian.Uint16(page[2*n:]) }

func wordsAt(page []byte, n, count int) (v uint64) {
	for i := range count {
		v |= uint64(word(page, n+i)) << (16 * i)
	}
	return v
}
