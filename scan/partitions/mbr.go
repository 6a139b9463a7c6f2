package partitions

import (
	"bytes"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
)

// The master boot record: 440 bytes of loader, a disk signature, four entries of
// 16 bytes, 55 AA (UEFI specification 2.10 §5.2, tables 5.1–5.3). There is no
// checksum, so it is explained only where every byte has a known meaning. Boot
// code that is not recognised could be anything: then the table is explained
// and the code is left to be judged like any other data.

const (
	mbrSignature = 440
	mbrTable     = 446
	mbrEntry     = 16

	// mbrText is the length of a printable run that boot code of a known kind
	// does not have, its messages apart. In 440 random bytes such a run turns up
	// with a chance of 440·(95/256)^16 < 2^-14.
	mbrText = 16
)

// mbr takes a sector that ends in 55 AA and is no boot sector of a file system.
func mbr(p proof.Place) (proof.Structure, bool) {
	b, off := p.Sector(), p.Off
	switch string(b[3:11]) {
	case "EXFAT   ", "NTFS    ", "-FVE-FS-":
		return proof.Structure{}, false // damaged ones too
	}
	var e proof.Evidence
	e.Is(uint64(proof.LE16(b[510:])), 0xAA55, 2)
	used, protective := mbrEntries(&e, b)
	if used == 0 {
		return proof.Structure{}, false // FAT boot sectors with an empty tail look like this
	}
	loader, known := mbrLoader(&e, b)
	marked := proof.LE16(b[444:]) == 0 || proof.LE16(b[444:]) == 0x5A5A // "copy protected"
	what := "partition table (MBR) with " + proof.Count(used, "partition") + " and " + loader
	if protective {
		what = "protective MBR of a GPT disk with " + loader
	}
	kind, nested := "mbr", p.Base+int64(off) != 0
	switch {
	case !nested:
	case extendedBoot(b):
		kind, what, nested = "ebr", "extended boot record, a link in the chain of logical partitions", false
	default:
		what += ", in a place where no firmware looks: a disk image, or the remains of one"
	}
	start := off
	if !known && !nested && marked {
		start += mbrSignature
	}
	s, ok := e.Found(kind, start, off+sector, what)
	s.Explained = ok && marked && !nested
	return s, ok
}

// mbrEntries checks the four entries: each is empty or has a status byte of 00
// or 80, a type, a start and a length that end below 2^32.
func mbrEntries(e *proof.Evidence, b []byte) (used int, protective bool) {
	for i := range 4 {
		p := b[mbrTable+i*mbrEntry:][:mbrEntry]
		if proof.AllZero(p) {
			e.Want(true, 8*mbrEntry-1)
			continue
		}
		start, length := uint64(proof.LE32(p[8:])), uint64(proof.LE32(p[12:]))
		e.Want(p[0]&0x7F == 0, 7-1)
		e.Want(p[4] != 0 && start > 0 && length > 0 && start+length <= 1<<32, 0)
		protective = protective || p[4] == 0xEE
		used++
	}
	return used, protective
}

// extendedBoot: all zero but for one partition and, except in the last link,
// one pointer to the next link (types 05, 0F, 85). Real MBRs differ by their
// disk signature, which every partitioning tool writes.
func extendedBoot(b []byte) bool {
	first, next := b[mbrTable:][:mbrEntry], b[mbrTable+mbrEntry:][:mbrEntry]
	link := next[4] == 0x05 || next[4] == 0x0F || next[4] == 0x85 || proof.AllZero(next)
	return proof.AllZero(b[:mbrTable]) && proof.AllZero(b[mbrTable+2*mbrEntry:510]) && link && first[4] != 0 && first[4] != 0xEE
}

// A loader is known by the instructions it starts with and by its messages.
type loader struct {
	name     string
	code     string   // at offset 0
	message  string   // that tells it from others; anywhere behind
	more     []string // messages that it may have besides
	zeroFrom int      // from here to the disk signature all zero
	zeroBPB  bool     // bytes 3–89, where a floppy has its BPB, must be zero
}

const syslinux = "\x33\xC0\xFA\x8E\xD8\x8E\xD0\xBC\x00\x7C\x89\xE6\x06\x57\x8E\xC0"

// loaders is the table of known boot code.
func loaders() []loader {
	return []loader{
		{name: "the boot code of GRUB", zeroFrom: 440, zeroBPB: true, code: "\xEB\x63\x90",
			message: "GRUB \x00Geom\x00Hard Disk\x00Read\x00 Error"},
		{name: "the boot code of Syslinux", zeroFrom: 432, code: syslinux, message: "Missing operating system.\r\n",
			more: []string{"Multiple active partitions.\r\n", "Operating system load error.\r\n"}},
		{name: "the GPT boot code of Syslinux", zeroFrom: 432, code: syslinux, message: "Missing OS\r\n",
			more: []string{"Multiple active partitions\r\n", "Disk error\r\n"}},
		{name: "the boot code of Windows", zeroFrom: 440, code: "\x33\xC0\x8E\xD0\xBC\x00\x7C",
			message: "Invalid partition table\x00Error loading operating system\x00Missing operating system\x00"},
		{name: "the boot code of parted", zeroFrom: 75, code: "\xFA\xB8\x00\x10\x8E\xD0\xBC\x00\xB0\xB8\x00\x00\x8E\xD8\x8E\xC0\xFB\xBE\x00\x7C\xBF\x00\x06\xB9\x00\x02\xF3\xA4\xEA\x21\x06\x00\x00" +
			"\xBE\xBE\x07\x38\x04\x75\x0B\x83\xC6\x10\x81\xFE\xFE\x07\x75\xF3\xEB\x16\xB4\x02\xB0\x01\xBB\x00\x7C\xB2\x80\x8A\x74\x01\x8B\x4C\x02\xCD\x13\xEA\x00\x7C\x00\x00\xEB\xFE"},
	}
}

// mbrLoader names the boot code; known is false when it is somebody's own.
func mbrLoader(e *proof.Evidence, b []byte) (name string, known bool) {
	code := b[:mbrSignature]
	if proof.AllZero(code) {
		e.Want(true, 8*mbrSignature-3)
		return "no boot code", true
	}
	for _, l := range loaders() {
		if l.matches(code) {
			// messages may begin at up to 440 places, and there are six answers
			e.Want(true, float64(8*(len(l.code)+len(l.message)))-9-3)
			return l.name, true
		}
	}
	return "boot code not recognised: judged like any other data", false
}

func (l *loader) matches(code []byte) bool {
	return bytes.HasPrefix(code, []byte(l.code)) &&
		bytes.Contains(code[len(l.code):], []byte(l.message)) &&
		proof.AllZero(code[l.zeroFrom:]) && (!l.zeroBPB || proof.AllZero(code[3:0x5A])) && !l.printsMore(code)
}

// printsMore says whether the code holds text besides the loader's messages,
// each of which is taken out once.
func (l *loader) printsMore(code []byte) bool {
	for _, m := range append(l.more, l.message) {
		before, after, _ := bytes.Cut(code, []byte(m))
		code = slices.Concat(before, []byte{0}, after)
	}
	run := 0
	for _, c := range code {
		if run++; c < ' ' || c > '~' {
			run = 0
		}
		if run == mbrText {
			return true
		}
	}
	return false
}
