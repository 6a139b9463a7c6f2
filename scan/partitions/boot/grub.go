package boot

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/ulikunitz/xz/lzma"

	"shokyo.dev/shokyo/scan/partitions/label"
	"shokyo.dev/shokyo/scan/proof"
)

// Rows is GRUB's core image.
var Rows = []proof.Row{
	{At: 0, Magic: grubDiskboot, Parse: grubCore},
}

// GRUB's core image, in the sectors behind the MBR or in a BIOS boot partition. It is
// made anew by each grub-install, so no hash of the whole is known. What it consists
// of is (GRUB 2.12: grub-core/boot/i386/pc/diskboot.S and startup_raw.S,
// include/grub/kernel.h, util/mkimage.c, util/setup.c):
//
//	diskboot.img     one sector that loads the rest by the list at its end: known by hash
//	lzma_decompress  code that unpacks, with sizes set by grub-mkimage: known by hash
//	LZMA stream      must decode to the size given, without a byte left over, to
//	                 the kernel, a module header, and modules to the last byte:
//	                 ELF objects, a configuration, the prefix
//	Reed–Solomon     redundancy of the above, which looks random: judged like any data
//
// The kernel's and the modules' code is not compared: there are thousands of builds.
const (
	grubDiskboot  = "\x52\x56\xBE\x1B\x81\xE8\x39\x01\x5E\xBF\xF4\x81\x66\x8B\x2D\x83"
	grubListAt    = 0x1F4 // of the first entry; the others stand before it
	grubListEntry = 12
	grubSegment   = 0x820   // where the sector behind diskboot.img is loaded to
	grubMostCore  = 0x78000 // bytes below which it must stay (util/setup.c)
	grubMostBody  = 8 << 20 // unpacked; the usual one has 60 to 300 KB
	grubWindow    = 1 << 16 // of the LZMA encoder (util/mkimage.c)
	grubMIMG      = "mimg"  // struct grub_module_info32: magic, offset, size
)

// grubBoots are the hashes of diskboot.img without its list: Debian and upstream
// from 2.02 on; Ubuntu.
var grubBoots = map[string]bool{
	"23f8429a32197d65e95fc025f8eafb03": true,
	"6e5a4bac17fbfd102e01e66f0e7f8cae": true,
}

// grubDecompressors are lengths and hashes of lzma_decompress.img, with what
// grub-mkimage and grub-bios-setup set as zero.
var grubDecompressors = []struct {
	size int
	sum  string
}{
	{2848, "69e8432293f28d248e9d8989c6017d5c"}, // 2.06 (Debian 11, Ubuntu 22.04)
	{2848, "d5bd2375231f0e7a9bf7cba170cf6d22"}, // 2.06 (Debian 12)
	{2848, "174b39a031c983ad51f13698a5bf649a"}, // 2.12 (Debian 13)
	{2848, "8ec4e583e9b4d7a5e4c9f7ac5d54835a"}, // 2.14 (Debian)
	{2832, "335da9ea349a1d116d0dc9a90b4c5be3"}, // 2.02 (Ubuntu 18.04)
	{2864, "29df0767b8ee90452a16d74bd6985f32"}, // 2.04 (Ubuntu 20.04)
	{2832, "4f2ffb4bef74b5e23eb8ce484afe03ff"}, // 2.12 (Ubuntu 24.04)
}

func grubCore(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var l label.Label
	l.Text(b, grubDiskboot)
	lists, sectors, ok := grubList(b, p)
	l.Clean(ok && grubBoots[halfSum(b[:0x160])])
	l.Unused(b[0x160 : grubListAt-grubListEntry*(lists-1)])
	core, ok := p.Window(sector * (1 + min(sectors, grubMostCore/sector)))
	if !ok {
		core = b
	}
	detail := "GRUB core image"
	n, what, ok := grubImage(&l, core[sector:])
	l.Clean(ok)
	if ok {
		detail += what
	} else {
		detail += " whose parts are not all known"
		n = len(core) - sector
	}
	return l.Found("grub-core", p.Off, p.Off+sector+n, true, detail)
}

// grubList reads the list of sectors from the end of diskboot.img backwards: place,
// number, segment. An installed image follows its first sector.
func grubList(b []byte, p proof.Place) (entries, sectors int, ok bool) {
	next := uint64(p.Base+int64(p.Off))/sector + 1
	segment := uint64(grubSegment)
	for at := grubListAt; at > 0x160; at -= grubListEntry {
		entries++
		n := uint64(proof.LE16(b[at+8:]))
		if n == 0 {
			return entries, sectors, sectors > 0 && proof.AllZero(b[at:at+grubListEntry])
		}
		if proof.LE64(b[at:]) != next || uint64(proof.LE16(b[at+10:])) != segment {
			return entries, sectors, false
		}
		next, segment, sectors = next+n, segment+n*(sector/16), sectors+int(n)
	}
	return entries, sectors, false
}

// grubImage checks what follows diskboot.img and gives its length.
func grubImage(l *label.Label, b []byte) (n int, what string, ok bool) {
	for _, d := range grubDecompressors {
		if len(b) < d.size {
			continue
		}
		code := bytes.Clone(b[:d.size])
		clear(code[8:0x14])    // sizes packed and unpacked, redundancy
		clear(code[0x18:0x1B]) // partition to boot from
		if halfSum(code) != d.sum {
			continue
		}
		packed, unpacked := proof.LE32(b[8:]), proof.LE32(b[12:])
		if uint64(packed) > uint64(len(b)-d.size) || unpacked > grubMostBody || proof.LE32(b[16:]) > grubMostCore {
			return 0, "", false
		}
		n = d.size + int(packed)
		body, ok := grubUnpack(b[d.size:n], int(unpacked))
		if !ok {
			return 0, "", false
		}
		l.Want(true, 128)
		what, ok = grubBody(l, body)
		return n, what, ok
	}
	return 0, "", false
}

// grubUnpack decodes the raw LZMA stream (lc=3 lp=0 pb=2), all of it.
func grubUnpack(packed []byte, size int) ([]byte, bool) {
	header := binary.LittleEndian.AppendUint32([]byte{0x5D}, grubWindow)
	header = binary.LittleEndian.AppendUint64(header, uint64(size))
	in := bytes.NewReader(append(header, packed...))
	r, err := lzma.NewReader(in)
	if err != nil {
		return nil, false
	}
	body, err := io.ReadAll(io.LimitReader(r, int64(size)+1))
	return body, err == nil && len(body) == size && in.Len() == 0
}

// grubBody: kernel, header, modules, to the last byte.
func grubBody(l *label.Label, body []byte) (what string, ok bool) {
	at := grubHeader(body)
	if at < 0 || !bytes.Contains(body[:at], []byte("GRUB")) {
		return "", false
	}
	modules := 0
	for rest := body[at+12:]; len(rest) > 0; {
		kind, n, ok := grubModuleHeader(rest)
		if !ok || !grubModule(l, kind, rest[8:n]) {
			return "", false
		}
		if kind == 0 {
			modules++
		}
		rest = rest[n:]
	}
	return fmt.Sprintf(": diskboot and decompressor of a known build, a kernel of %s, %s", proof.BytesOf(uint64(at)), proof.Count(modules, "module")), true
}

// grubHeader is the place of the module header: the one whose size reaches the end.
func grubHeader(body []byte) int {
	for at := 0; at <= len(body)-12; at += 4 {
		if string(body[at:at+4]) == grubMIMG && proof.LE32(body[at+4:]) == 12 && int64(proof.LE32(body[at+8:])) == int64(len(body)-at) {
			return at
		}
	}
	return -1
}

func grubModuleHeader(b []byte) (kind uint32, n int, ok bool) {
	if len(b) < 8 {
		return 0, 0, false
	}
	size := proof.LE32(b[4:])
	return proof.LE32(b), int(size), size >= 8 && uint64(size) <= uint64(len(b))
}

// Kinds of modules (include/grub/kernel.h): ELF object, configuration, prefix.
// Others hold files of the user.
func grubModule(l *label.Label, kind uint32, b []byte) bool {
	switch kind {
	case 0:
		return grubELF(b)
	case 2, 3:
		text, rest, _ := bytes.Cut(b, []byte{0})
		return proof.AllZero(rest) && len(rest) <= 8 && grubText(l, string(text))
	}
	return false
}

// grubKnown are lines that grub-install writes.
var grubKnown = regexp.MustCompile(`^(|(search\.(fs_uuid|fs_label|file)|search) [-\w=,. ]*root[-\w=,./ ]*|set (root|prefix)=[-\w'"(),$/.]*|insmod \w+|normal|\((,?(msdos|gpt)\d+|hd\d+(,(msdos|gpt)?\d+)*)?\)?/(boot/)?grub2?)$`)

// grubText hands on lines that could be anybody's.
func grubText(l *label.Label, s string) bool {
	for line := range strings.SplitSeq(s, "\n") {
		if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r > '~' }) {
			return false
		}
		if !grubKnown.MatchString(strings.TrimSpace(line)) {
			l.Texts = append(l.Texts, line)
		}
	}
	return len(s) <= 4096
}

// grubELF: a relocatable object for i386 whose header, sections and section table
// account for every byte but alignment.
func grubELF(b []byte) bool {
	const head, entry = 52, 40
	if len(b) < head || string(b[:7]) != "\x7FELF\x01\x01\x01" || proof.LE16(b[16:]) != 1 || proof.LE16(b[18:]) != 3 {
		return false
	}
	table, n := uint64(proof.LE32(b[32:])), uint64(proof.LE16(b[48:]))
	if proof.LE16(b[46:]) != entry || table < head || table+n*entry > uint64(len(b)) {
		return false
	}
	covered := make([]bool, len(b))
	cover := func(from, n uint64) bool {
		if from+n > uint64(len(b)) {
			return false
		}
		for i := from; i < from+n; i++ {
			covered[i] = true
		}
		return true
	}
	cover(0, head)
	cover(table, n*entry)
	for i := range n {
		s := b[table+i*entry:][:entry]
		const noBits = 8
		if proof.LE32(s[4:]) != noBits && !cover(uint64(proof.LE32(s[16:])), uint64(proof.LE32(s[20:]))) {
			return false
		}
	}
	for i, c := range covered {
		if !c && b[i] != 0 {
			return false
		}
	}
	return bytes.Contains(b, []byte("LICENSE=GPLv"))
}
