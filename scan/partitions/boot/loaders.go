// Package boot knows the code that firmware starts: the loader in a master boot record, by its hash as a whole,
// and GRUB's core image behind it, which is made anew on each machine and explained by what it consists of.
//
// To add a loader, add a row to loaders with the hash of all of it and, if an installation sets bytes in it,
// a function that holds them to their form.
package boot

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"shokyo.dev/shokyo/scan/partitions/label"
	"shokyo.dev/shokyo/scan/proof"
)

const sector = proof.SectorSize

// CodeBytes is how much of a master boot record is code.
const CodeBytes = 440

// A loader is one version of boot code in a master boot record. It is known by the
// hash of its code, in which the bytes that an installation sets count as zero; these
// are held to their form one by one. Behind the code is nothing.
type loader struct {
	name string
	size int      // of the code
	set  [][2]int // bytes that an installation sets, from and to
	sum  string   // the first half of the code's SHA-256, in hex
	form func(l *label.Label, code []byte)
}

// Bytes that are set.
var (
	grubSet   = [][2]int{{3, 0x5A}, {0x5C, 0x65}, {0x66, 0x68}}
	hybridSet = [][2]int{{0x64, 0x65}, {0x66, 0x68}, {0x1B0, 0x1B8}}
	isoSet    = [][2]int{{432, 436}}
	altSet    = [][2]int{{439, 440}} // the partition to start
)

// loaders is the table of known boot code: GRUB of Debian and upstream, and of
// Ubuntu, which asks for a key before it writes (2.02 to 2.14 have the same code);
// Syslinux 6.04; Debian's mbr 1.2.1; parted; Windows (published disassemblies: The
// Starman's Realm, "MBR and OS Boot Records").
var loaders = []loader{
	{"the boot code of GRUB", CodeBytes, grubSet, "fa11ee5b5403b383394f9692274505ce", grubForm},
	{"the boot code of GRUB", CodeBytes, grubSet, "3a2a6641d6f5bbf378eaa1aa104e8e9c", grubForm},
	{"the boot code of GRUB for hybrid images", 0x1B0, hybridSet, "de477349a65eda7bb087a677392f8b0f", hybridForm},
	{"the boot code of Syslinux", 440, nil, "4746f74bc9b9d3d579c41988a4a29bb7", nil},
	{"the boot code of Syslinux", 440, nil, "66a1c4f8c67cff93326d4290a6991ff7", nil},
	{"the boot code of Syslinux", 440, nil, "045aa462391c89e05375d7c45f3052fe", nil},
	{"the GPT boot code of Syslinux", 440, nil, "d2a9081727f91f4c38494e52cdeb86eb", nil},
	{"the GPT boot code of Syslinux", 440, nil, "943d35354cbeb127e2f03725f3016592", nil},
	{"the GPT boot code of Syslinux", 440, nil, "4181e5a3457df6c7a973b1e10784518a", nil},
	{"the boot code of Syslinux for one partition", 439, altSet, "2bdbb935ac1c41dd9f2a8a96f2adac34", altForm},
	{"the boot code of Syslinux for one partition", 439, altSet, "3e9ac2e0ad2d35b15fea3346d5e78365", altForm},
	{"the boot code of Syslinux for one partition", 439, altSet, "900518d6323dc8a66f4400e598e7c1cf", altForm},
	{"the boot code of ISOLINUX", 432, isoSet, "7b43a4dd2061e95da55af51d57a2385c", isoForm},
	{"the boot code of ISOLINUX", 432, isoSet, "11f69db5a8aedf44395f4d1f30c10444", isoForm},
	{"the boot code of ISOLINUX", 432, isoSet, "849a8b725994ed1313ba6f3f02dce86d", isoForm},
	{"the boot code of ISOLINUX", 432, isoSet, "da6ae2ad52205b603cfcec6d3afeed2f", isoForm},
	{"the boot code of ISOLINUX", 432, isoSet, "aedfd2381d03c46c091ce178c1bbd9e6", isoForm},
	{"the boot code of ISOLINUX", 432, isoSet, "918b8a1f66f868375aefd9990f852582", isoForm},
	{"the boot code of Debian's mbr", 440, nil, "3ec7e75870af52de6179300d2ee9e7cb", nil},
	{"the boot code of parted", 440, nil, "0d0087a55200f3b6b52f32bcb39c0a26", nil},
	windows("the boot code of Windows 7 and later", 0x163, "088995559ab317af9b3291408da68965"),
	windows("the boot code of Windows Vista", 0x162, "4799e8c92d32bca8e5103110a322523a"),
	{"the boot code of Windows 95B to ME", CodeBytes, [][2]int{{0xDA, 0xE0}}, "4e0883d17d75da744882be3c4db50244", windows95Form},
	windows("the boot code of Windows 2000 and XP", 0x12C, "b5ed343494f0326a08aa6abf7cc9aa4d"),
}

// Loader names the boot code; known is false when it is somebody's own.
func Loader(l *label.Label, b []byte) (name string, known bool) {
	code := b[:CodeBytes]
	if proof.AllZero(code) {
		l.Want(true, 8*CodeBytes-1)
		return "no boot code", true
	}
	for i := range loaders {
		if r := &loaders[i]; r.matches(code) {
			l.Want(true, 128-8) // the hash, and a choice of fewer than 2^7
			if r.form != nil {
				r.form(l, code)
			}
			return r.name, true
		}
	}
	return "boot code not recognised: judged like any other data", false
}

func (r *loader) matches(code []byte) bool {
	masked := [CodeBytes]byte(code)
	for _, s := range r.set {
		clear(masked[s[0]:s[1]])
	}
	return proof.AllZero(masked[r.size:]) && halfSum(masked[:r.size]) == r.sum
}

// halfSum is the first half of a SHA-256, in hex.
func halfSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// grubForm: bytes 3–89 are what was there before, kept in case it is a BPB; the core
// image's sector; the drive, FF for the one that the firmware gives; two bytes of
// code that grub-bios-setup may turn into nothing (util/setup.c).
func grubForm(l *label.Label, code []byte) {
	before := code[3:0x5A]
	l.Clean(proof.AllZero(before) || grubBefore[halfSum(before)])
	sector := proof.LE64(code[0x5C:])
	l.Clean(sector > 0 && sector < 1<<48)
	grubDrive(l, code)
}

func grubDrive(l *label.Label, code []byte) {
	l.Clean(code[0x64] == 0xFF || code[0x64]&^0x8F == 0)
	l.Clean(string(code[0x66:0x68]) == "\xEB\x05" || string(code[0x66:0x68]) == "\x90\x90")
}

// grubBefore are bytes 3–89 of the other loaders.
var grubBefore = map[string]bool{
	"0e21d7dfeab3db99cc2a8e71b775f208": true, // parted
	"100113f9ffaeb0fb876f69fdd27804cc": true, // Windows 7
	"724d1be11b93f89b2a7353d53eaa6950": true, // Vista
	"c2c6bed486f9184441b171f136f9d6d8": true, // 2000
	"eab8b681282c14c943bf459ee5ce774c": true, // 95B
	"1d97d7ee2daa76247b1a2d25bc0b0e54": true, // Syslinux
	"2248276ab00acb7d297f98716493311a": true, // Syslinux for GPT
	"d4f100d88228e4f8b22056a2f7ac218e": true, // Debian's mbr
}

func hybridForm(l *label.Label, code []byte) {
	l.Clean(proof.LE64(code[0x1B0:]) < 1<<32)
	grubDrive(l, code)
}

// isoForm: the 2048-byte block where isolinux.bin begins.
func isoForm(l *label.Label, code []byte) { l.Clean(proof.LE32(code[432:]) < 1<<24) }

func altForm(l *label.Label, code []byte) { l.Clean(code[439] >= 1 && code[439] <= 128) }

// windows95Form: nothing, or the drive and the time of its first start (word, seconds,
// minutes, hours).
func windows95Form(l *label.Label, code []byte) {
	b := code[0xDA:0xE0]
	l.Clean(proof.LE16(b) == 0 && b[2]&^0x8F == 0 && b[3] < 60 && b[4] < 60 && b[5] < 24)
}

// windowsMessages are those of the English version.
const windowsMessages = "Invalid partition table\x00Error loading operating system\x00Missing operating system\x00"

// windows is a version of Windows' code: behind it three messages in the system's
// language, one behind the other, then zeros up to three bytes that say where in
// this page of memory each begins.
func windows(name string, size int, sum string) loader {
	return loader{name, size, [][2]int{{size, CodeBytes}}, sum, func(l *label.Label, code []byte) {
		heldMessages(l, code[size:0x1B5], code[0x1B5:], byte(size))
	}}
}

func heldMessages(l *label.Label, messages, table []byte, first byte) {
	texts := strings.SplitN(string(messages), "\x00", 4)
	if len(texts) != 4 || strings.Trim(texts[3], "\x00") != "" {
		l.Clean(false)
		return
	}
	second := first + byte(len(texts[0])) + 1
	l.Clean(table[0] == first && table[1] == second && table[2] == second+byte(len(texts[1]))+1)
	if strings.HasPrefix(string(messages), windowsMessages) {
		return
	}
	for _, s := range texts[:3] {
		l.Clean(!strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7F }))
		l.Texts = append(l.Texts, strings.ToValidUTF8(s, "\uFFFD"))
	}
}
