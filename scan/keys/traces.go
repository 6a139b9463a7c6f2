package keys

import (
	"bytes"
	"slices"
	"strings"

	"shokyo.dev/shokyo/scan/proof"
)

// Keys are kept in more places than whole LUKS headers: in the boot loaders of encrypted systems, beside
// encrypted files, in what is left of a header that was damaged. As long as such a thing is there, what it opens may be
// opened. Nobody reads here whether it still can: it is named, and never explained.

// rows are the places where keys are kept; at most 256 (proof.Evidence.Strength).
var rows = slices.Concat(loaders(), luksTraces(), fileKeys())

var table = proof.NewTable(rows)

// Recognize says what holds keys at a place, or is where they are kept. Whole LUKS headers are read by
// parseLUKS; volumes of other makers, their boot sectors and encrypted files are package superblock's.
func Recognize(p proof.Place) (proof.Observation, bool) {
	if p.Off < 0 || p.Off > len(p.Buf)-512 || !table.Has((*[512]byte)(p.Buf[p.Off:])) {
		return proof.Observation{}, false
	}
	return table.Recognize(p)
}

func found(e *proof.Evidence, kind string, start, end int, detail string) (proof.Observation, bool) {
	s, ok := e.Found(kind, start, end, detail)
	s.Keys = ok
	return s, ok
}

// loaders are the boot loaders of encrypted systems: a loader asks for the passphrase of a volume whose
// header is kept beside it.
func loaders() (rows []proof.Row) {
	// VeraCrypt, src/Boot/Windows/BootSector.asm: a far jump, then the name. TrueCrypt 5 had the name alone.
	for _, name := range []string{"VeraCrypt", "TrueCrypt", "CipherShed"} {
		rows = append(rows, proof.Row{At: 5, Magic: " " + name + " Boot Loader", Parse: trueCryptLoader(name, " "+name+" Boot Loader")})
	}
	rows = append(rows, proof.Row{At: 5, Magic: "TrueCrypt", Parse: trueCryptLoader("TrueCrypt", "TrueCrypt")})
	return append(rows,
		proof.Row{Magic: diskCryptor, Parse: diskCryptorLoader},
		proof.Row{Magic: `<?xml version="1.0" encoding="utf-8"?>`, Parse: dcsProperties},
		proof.Row{Magic: "MZ", Parse: dcsProgram})
}

// diskCryptor is what its loader begins with (mbr_boot.asm).
const diskCryptor = "\x33\xC0\x90\x90\xEB\x10\x10\x00\x40\x00\x00\x00\x00\x20\x01\x00\x00\x00"

func diskCryptorLoader(p proof.Place) (proof.Observation, bool) {
	var e proof.Evidence
	e.Matched(len(diskCryptor))
	e.Is(uint64(proof.LE16(p.Sector()[510:])), 0xAA55, 2)
	return found(&e, "encryption-boot-loader", p.Off, p.Off+512, "boot loader of DiskCryptor")
}

const (
	// trueCryptHeader is the sector of the volume header behind a boot loader (BootDefs.h, TC_BOOT_VOLUME_HEADER_SECTOR).
	trueCryptHeader = 62
	bootCode        = 440
)

// trueCryptLoader takes the loader's first sector, and the rest of its track if the volume's header is
// still there.
func trueCryptLoader(name, magic string) func(proof.Place) (proof.Observation, bool) {
	return func(p proof.Place) (proof.Observation, bool) {
		var e proof.Evidence
		e.Matched(len(magic))
		e.Is(uint64(p.Sector()[0]), 0xEA, 1)
		end, detail := p.Off+bootCode, "boot loader of "+name+"; the sector of the volume's header, 62, is overwritten or was not read with it"
		if track, ok := p.Window((trueCryptHeader + 1) * 512); ok && !oneValue(track[trueCryptHeader*512:]) {
			end, detail = p.Off+len(track), "boot loader of "+name+" with the sector that keeps the volume's header, 62"
		}
		return found(&e, strings.ToLower(name)+"-boot-loader", p.Off, end, detail)
	}
}

func oneValue(b []byte) bool { return bytes.Count(b, b[:1]) == len(b) }

// dcsProperties takes the settings of VeraCrypt's loader for EFI, \EFI\VeraCrypt\DcsProp.
func dcsProperties(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var e proof.Evidence
	e.Matched(len(`<?xml version="1.0" encoding="utf-8"?>`))
	at := bytes.Index(b[:128], []byte("<VeraCrypt>"))
	e.Want(at >= 0, 8*11-7)
	return found(&e, "veracrypt-boot-loader", p.Off, p.Off+512, "settings of VeraCrypt's boot loader for EFI")
}

// dcsProgram takes the programs of that loader: EFI programs that name their folder (UTF-16) in what was read of
// their first 64 KiB.
func dcsProgram(p proof.Place) (proof.Observation, bool) {
	b := p.Buf[p.Off:min(len(p.Buf), p.Off+64<<10)]
	var e proof.Evidence
	e.Matched(2)
	header := int(proof.LE32(b[60:])) // PE/COFF §2.1
	if header < 64 || header > 480 || string(b[header:header+4]) != "PE\x00\x00" {
		return proof.Observation{}, false
	}
	e.Want(true, 32+22)
	folder := utf16(`\EFI\VeraCrypt`)
	e.Want(bytes.Contains(b, folder), float64(8*len(folder)-16))
	return found(&e, "veracrypt-boot-loader", p.Off, p.Off+512, "program of VeraCrypt's boot loader for EFI")
}

func utf16(s string) (b []byte) {
	for _, c := range []byte(s) {
		b = append(b, c, 0)
	}
	return b
}

// fileKeys are keys that lie beside encrypted files.
func fileKeys() []proof.Row {
	return []proof.Row{
		{Magic: ":\x02", Parse: ecryptfsPassphrase},
	}
}

// ecryptfsPassphrase takes ~/.ecryptfs/wrapped-passphrase of version 2: salt, signature in hex digits, the
// mount passphrase wrapped by that of the user's (ecryptfs-utils, key_management.c).
func ecryptfsPassphrase(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var e proof.Evidence
	e.Matched(2)
	e.Want(hexDigits(b[10:26]), 16*4)
	e.Zero(b[26+64+16:])
	return found(&e, "ecryptfs-passphrase", p.Off, p.Off+512, "mount passphrase of eCryptfs, wrapped")
}

func hexDigits(b []byte) bool {
	return len(bytes.Trim(b, "0123456789abcdef")) == 0
}

// luksTraces are the places at which what is left of a LUKS header shows.
func luksTraces() []proof.Row {
	const stripes = "\x00\x00\x0F\xA0" // 4000, in every slot of LUKS1
	return []proof.Row{
		{Magic: "LUKS", Parse: luksTrace},
		{Magic: "SKUL", Parse: luksTrace},
		{At: 168 + 8, Magic: "-", Parse: luksTrace}, // of the UUID
		{At: luks1SlotAt + luks1SlotSize + 44, Magic: stripes, Parse: luksTrace},
		{At: luks1SlotAt + 7*luks1SlotSize + 44 - 512, Magic: stripes, Parse: luks1Tail},
		{Magic: `{"keyslots":{"`, Parse: luks2Text},
	}
}

// luksTrace takes a header of which part is left: its first bytes overwritten, or all but them. Each
// field may fit or not; half of the weight is on either, so that a field that fits is worth a
// bit less, and one that does not costs a bit: the product is still an e-value. Two fields must
// fit that only LUKS has.
func luksTrace(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var e proof.Evidence
	marks := 0
	may := func(ok bool, bits float64) bool {
		e.Add(-1)
		if ok {
			e.Add(bits)
		}
		return ok
	}
	mark := func(ok bool, bits float64) {
		if may(ok, bits) {
			marks++
		}
	}
	magic := string(b[:6])
	mark(magic == "LUKS\xba\xbe" || magic == "SKUL\xba\xbe" || magic == "LUKS\xde\xad", 46) // the last: while cryptsetup-reencrypt is at it
	name, padded := field(b[168:208])
	mark(padded && uuid(name), 8*40-32*4.46) // 22 digits, of either case
	for _, kind := range []string{"sha1", "sha256", "sha384", "sha512"} {
		mark(string(bytes.TrimRight(b[72:104], "\x00")) == kind, 8*32) // LUKS1's hash, LUKS2's checksum
	}
	cipher, padded := field(b[8:40])
	mark(padded && cipher != "" && word(cipher), float64(8*(32-len(cipher)))+1)
	for i := range 6 {
		slot := b[luks1SlotAt+i*luks1SlotSize:][:luks1SlotSize]
		active := proof.BE32(slot)
		mark((active == luks1Enabled || active == luks1Disabled) && proof.BE32(slot[44:]) == luks1Stripes, 31+32)
	}
	mark(magic[:4] == "LUKS" && oneValue(b[8:]), 8*(512-9)) // overwritten from behind the magic number on
	may(proof.AllZero(b[hdrPadding:hdrSum]), 8*(hdrSum-hdrPadding))
	if marks < 2 {
		e.Fail()
	}
	return found(&e, "luks-trace", p.Off, p.Off+512, "part of a LUKS header that is damaged: whether it can be mended, and what a copy of it opens, is not known")
}

// luks1Tail takes the second sector of a LUKS1 header (§2.3): the end of slot 6, slot 7, zeros.
func luks1Tail(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	slot := b[luks1SlotAt+7*luks1SlotSize-512:]
	active := proof.BE32(slot)
	var e proof.Evidence
	e.Matched(4)
	e.Want(active == luks1Enabled || active == luks1Disabled, 31)
	e.Is(uint64(proof.BE32(b[28:])), luks1Stripes, 4) // of slot 6
	e.Zero(b[luks1Bytes-512:])
	return found(&e, "luks-trace", p.Off, p.Off+512, "second sector of a LUKS1 header whose first is gone")
}

// luks2Text takes LUKS2's metadata without the binary header before them.
func luks2Text(p proof.Place) (proof.Observation, bool) {
	var e proof.Evidence
	e.Matched(len(`{"keyslots":{"`))
	return found(&e, "luks2-metadata", p.Off, p.Off+512, "metadata of LUKS2 that list key slots, without their header")
}
