package unix

import (
	"shokyo.dev/shokyo/scan/proof"
)

// MayBeDots says that the name of the first entry is a dot, behind an inode of two bytes or four.
func MayBeDots(b *[sector]byte) bool {
	return proof.LE16(b[2:]) == '.' || proof.LE32(b[4:]) == '.'
}

// Dots recognises the beginning of a directory of Minix or System V (kernel, include/uapi/linux/minix_fs.h,
// struct minix_dir_entry, minix3_dir_entry; sysv_fs.h, sysv_dir_entry): "." and "..", filled up with zeros
// to the length that all names have.
func Dots(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	for _, form := range []struct{ inode, bytes int }{{2, 16}, {2, 32}, {4, 64}} {
		var e proof.Evidence
		e.Alternatives(3)
		for i, name := range []string{".", ".."} {
			entry := b[i*form.bytes : (i+1)*form.bytes]
			e.Want(!proof.AllZero(entry[:form.inode]), 0)
			e.Text(entry[form.inode:], name)
			e.Zero(entry[form.inode+len(name):])
		}
		if e.Broken() {
			continue
		}
		if o, ok := e.Found("minix-directory", p.Off, p.Off+2*form.bytes, "beginning of a directory of Minix or System V"); ok {
			return o, true
		}
	}
	return proof.Observation{}, false
}
