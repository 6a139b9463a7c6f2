package unix

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"shokyo.dev/shokyo/scan/partitions/label"
	"shokyo.dev/shokyo/scan/proof"
)

// Labels with the volume table of contents of System V (VTOC): Sun's on SPARC and
// on x86, and that of UnixWare and OpenServer.
const (
	vtocSanity = 0x600DDEEE
	dkMagic    = 0xDABE // at the end of Sun's labels, before the checksum
)

// sunLabel is struct dk_label of Solaris <sys/dklabel.h> for SPARC: one sector,
// most significant byte first, all words XORed give zero.
func sunLabel(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var l label.Label
	l.Is(uint64(proof.BE16(b[508:])), dkMagic, 2)
	l.Want(proof.XOR16(b) == 0, 16)
	cylinders, heads, sectors := proof.BE16(b[432:]), proof.BE16(b[436:]), proof.BE16(b[438:])
	l.Fits(heads != 0 && sectors != 0, 0)
	sunVTOC(&l, b[128:272])
	l.Unused(b[272:420])                         // dkl_pad
	l.Unused(b[426:428])                         // obsolete words
	l.Unused(b[440:444])                         //
	l.Fits(proof.BE16(b[430:]) <= 16, 11)        // interleave, usually 1
	l.Clean(proof.BE16(b[422:]) >= cylinders)    // physical, of which some are data
	l.Clean(uint32(proof.BE16(b[424:])) < 1<<14) // alternates a cylinder
	used := 0
	for at := 444; at < 508; at += 8 {
		if proof.BE32(b[at+4:]) != 0 {
			used++
		} else {
			l.Clean(proof.BE32(b[at:]) <= uint32(cylinders))
		}
	}
	sunName(&l, b[:128], uint32(cylinders), uint32(proof.BE16(b[434:])), uint32(heads), uint32(sectors))
	return l.Found("sun-label", p.Off, p.Off+sector, p.Base+int64(p.Off) == 0,
		fmt.Sprintf("Sun disk label with %s; %d cylinders by %d heads by %d sectors; checksum right", proof.Count(used, "slice"), cylinders, heads, sectors))
}

// sunVTOC: version 1, the volume's name, eight slices of tag and flag, then fields
// that Sun's tools leave empty; or no table at all, as SunOS 4 had none.
func sunVTOC(l *label.Label, b []byte) {
	l.Alternatives(2)
	if proof.AllZero(b) {
		l.Unused(b)
		return
	}
	l.Fits(proof.BE32(b) == 1, 32)
	l.FreeText(b[4:12])
	l.Fits(proof.BE16(b[12:]) == 8, 16)
	for at := 14; at < 46; at += 4 {
		// tags up to V_RESERVED and those that Linux adds (0x82 swap … 0xFD RAID)
		l.Clean(b[at] == 0 && b[at+2] == 0 && b[at+3]&^0x11 == 0)
	}
	l.Unused(b[46:60]) // padding, boot information
	l.Fits(proof.BE32(b[60:]) == vtocSanity, 32)
	l.Unused(b[64:136]) // reserved, time stamps
	l.Clean(proof.BE32(b[136:]) <= 0xFFFF && proof.BE32(b[140:]) <= 0xFFFF)
}

// sunNames are descriptions that format and fdisk write: a model, and the geometry
// that the label has anyway.
var sunNames = regexp.MustCompile(`^(?:Linux|GNU Parted Custom|DEFAULT|SUN[0-9.]{1,8}[GT]?)? ?cyl (\d+) alt (\d+) hd (\d+) sec (\d+)$`)

// sunName is the description of a disk. One that a program wrote and that says
// nothing new is no free text.
func sunName(l *label.Label, b []byte, geometry ...uint32) {
	s, _, _ := strings.Cut(string(b), "\x00")
	m := sunNames.FindStringSubmatch(s)
	given := m != nil
	for i, n := range geometry {
		given = given && m[i+1] == strconv.FormatUint(uint64(n), 10)
	}
	if given {
		l.FreeText(b, s)
	} else {
		l.FreeText(b)
	}
}

// solarisVTOC is Sun's label on x86, in sector 1 of the Solaris partition: struct
// dk_label with 16 slices, least significant byte first (<sys/dklabel.h>). Other
// systems write only the table of contents, without magic number and checksum.
func solarisVTOC(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var l label.Label
	l.Is(uint64(proof.LE32(b[12:])), vtocSanity, 4)
	l.Is(uint64(proof.LE32(b[16:])), 1, 4)
	l.Want(proof.LE16(b[30:]) <= 16, 11)
	l.Unused(b[:12]) // boot information
	l.FreeText(b[20:28])
	l.Clean(proof.LE16(b[28:]) == 0 || proof.LE16(b[28:]) == 512)
	l.Unused(b[32:72])
	used := 0
	for at := 72; at < 264; at += 12 {
		if proof.LE32(b[at+8:]) == 0 {
			l.Unused(b[at+2 : at+12])
		} else {
			used++
		}
		l.Clean(proof.LE16(b[at:]) <= 64 && proof.LE16(b[at+2:])&^0x0211 == 0)
	}
	l.Unused(b[264:328]) // time stamps
	sunName(&l, b[328:456], proof.LE32(b[460:]), uint32(proof.LE16(b[464:])), proof.LE32(b[468:]), proof.LE32(b[472:]))
	l.Alternatives(2)
	if proof.LE16(b[508:]) == dkMagic {
		l.Want(proof.XOR16(b) == 0, 16+16)
		l.Unused(b[488:508]) // dkl_extra, dkl_pad
	} else {
		l.Unused(b[456:])
	}
	return l.Found("solaris-vtoc", p.Off, p.Off+sector, p.BehindStart(sector),
		fmt.Sprintf("Solaris x86 volume table of contents with %s", proof.Count(used, "slice")))
}

// unixware is the label in sector 29 of a UnixWare or OpenServer partition: the
// drive's description and a table of contents of 16 slices (struct
// unixware_disklabel of Linux block/partitions/msdos.c).
func unixware(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var l label.Label
	l.Is(uint64(proof.LE32(b[4:])), 0xCA5E600D, 4)
	l.Is(uint64(proof.LE32(b[156:])), vtocSanity, 4)
	l.Clean(proof.LE32(b) <= 64 && proof.LE32(b[8:]) <= 16) // drive's type, version
	l.FreeText(b[12:24])                                    // serial number
	l.Clean(proof.LE32(b[36:]) == 512)
	l.Unused(b[44:92])
	l.Unused(b[116:156])
	l.Clean(proof.LE32(b[160:]) <= 16)
	l.FreeText(b[164:172])
	l.Clean(proof.LE16(b[172:]) <= 16 && proof.LE16(b[174:]) == 0)
	l.Unused(b[176:216])
	used := 0
	for at := 216; at < 408; at += 12 {
		if proof.LE32(b[at+8:]) == 0 {
			l.Unused(b[at+4 : at+8])
		} else {
			used++
		}
		l.Clean(proof.LE16(b[at:]) <= 64 && proof.LE16(b[at+2:])&^0x0311 == 0)
	}
	l.Unused(b[408:])
	return l.Found("unixware-label", p.Off, p.Off+sector, p.BehindStart(29*sector),
		"UnixWare disk label with "+proof.Count(used, "slice"))
}
