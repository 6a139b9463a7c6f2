package image

import (
	"fmt"
	"strings"
)

// container is a file format that holds a medium but is no raw image, with the
// command that makes one of it.
type container struct {
	name       string
	extensions []string
	magic      string // at offset 0; empty: known by name only
	at         int    // … or here
	convert    string
}

const (
	byQemu = "qemu-img convert -O raw"
	byEwf  = "ewfexport -f raw"
)

// containers have magics of 4 bytes and more: random bytes begin like one of
// them with probability 10 · 2^-32 at most.
func containers() []container {
	return []container{
		{"qcow2", []string{".qcow2", ".qcow"}, "QFI\xfb", 0, byQemu},
		{"VMDK", []string{".vmdk"}, "KDMV", 0, byQemu},
		{"VMDK descriptor", nil, "# Disk DescriptorFile", 0, byQemu},
		{"VHDX", []string{".vhdx"}, "vhdxfile", 0, byQemu},
		{"VHD", []string{".vhd"}, "conectix", 0, byQemu},
		{"VDI", []string{".vdi"}, "\x7f\x10\xda\xbe", 64, byQemu},
		{"EWF (E01)", []string{".e01", ".s01"}, "EVF\x09\x0d\x0a\xff\x00", 0, byEwf},
		{"EWF2 (Ex01)", []string{".ex01"}, "EVF2\r\n\x81\x00", 0, byEwf},
		{"AFF", []string{".aff", ".afd"}, "AFF10\r\n\x00", 0, "affconvert -r"},
		{"AFF4", []string{".aff4"}, "", 0, "aff4imager -e"},
		{"xz", []string{".xz"}, "\xfd7zXZ\x00", 0, "xz -d"},
		{"bzip2", []string{".bz2"}, "", 0, "bzip2 -d"},
		{"lz4", []string{".lz4"}, "\x04\x22\x4d\x18", 0, "lz4 -d"},
		{"7z", []string{".7z"}, "7z\xbc\xaf\x27\x1c", 0, "7z x"},
		{"ZIP", []string{".zip"}, "", 0, "unzip"},
	}
}

func refuseName(path string) error {
	ext := extension(path)
	for _, c := range containers() {
		for _, e := range c.extensions {
			if e == ext {
				return c.refusal(path)
			}
		}
	}
	return nil
}

// refuseContent looks behind names that say nothing (.img is used for qcow2 as
// well). The name .raw is taken at its word: a raw medium may begin like that.
func refuseContent(name string, head []byte) error {
	if ext := extension(name); ext == ".raw" || ext == ".dd" {
		return nil
	}
	for _, c := range containers() {
		if c.magic != "" && len(head) > c.at && strings.HasPrefix(string(head[c.at:]), c.magic) {
			return fmt.Errorf("%w; if these are the bytes of a raw medium, rename it to end in .raw", c.refusal(name))
		}
	}
	return nil
}

func (c container) refusal(path string) error {
	return fmt.Errorf("%s is a %s file, not a raw image: convert it first (%s)", path, c.name, c.convert)
}

// oddBeginning notes compressed data in a file whose name does not say so.
func oddBeginning(head []byte) (notes []string) {
	for _, c := range codecs() {
		if strings.HasPrefix(string(head), c.magic) {
			notes = append(notes, fmt.Sprintf("the image begins like %s data but its name does not end in %s: it is examined as it is, not decoded", c.format, c.extensions[0]))
		}
	}
	return notes
}
