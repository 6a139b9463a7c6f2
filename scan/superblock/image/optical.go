package image

import (
	"fmt"
	"math"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

// ISO 9660, High Sierra and UDF.

// Optical are those of discs.
var Optical = slices.Concat(
	proof.Rows(0, iso9660, "\x01CD001", "\x02CD001"),
	proof.Rows(0, isoEnd, "\xFFCD001\x01"),
	proof.Rows(0, elTorito, "\x00CD001\x01EL TORITO"),
	proof.Rows(8, highSierra, "\x01CDROM\x01"),
	proof.Rows(0, udfRecognition, udfMagics...),
	udfTagRows(),
)

// iso9660 recognises the primary and supplementary volume descriptors (ECMA-119 §8.4,
// §8.5), whose numbers stand there in both byte orders. Version 2 is ISO 9660:1999.
func iso9660(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Either(0, "\x01CD001", "\x02CD001")
	v.Within(6, 1, 1, 2)
	v.Zero(72, 8)
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Want(proof.LE32(v.Bytes()[80:]) == proof.BE32(v.Bytes()[84:]), 32)
	v.Want(proof.LE16(v.Bytes()[128:]) == proof.BE16(v.Bytes()[130:]), 16)
	return v.Found("iso9660", sector, v.Size("ISO 9660 volume descriptor", v.U32(80), v.U16(128)))
}

// isoEnd recognises the descriptor that ends the set (ECMA-119 §8.3).
func isoEnd(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(0, "\xFFCD001\x01")
	v.Zero(7, sector-7)
	return v.Found("iso9660", sector, "end of the ISO 9660 volume descriptors")
}

// elTorito recognises the boot record of a bootable disc (El Torito Bootable CD-ROM
// Format Specification 1.0, figure 7).
func elTorito(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(0, "\x00CD001\x01EL TORITO SPECIFICATION")
	return v.Found("iso9660", sector, "ISO 9660 boot record (El Torito)")
}

// highSierra recognises the volume descriptor of ISO 9660's predecessor (kernel,
// fs/isofs, struct hs_primary_descriptor).
func highSierra(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(8, "\x01CDROM\x01")
	if v.Broken() {
		return proof.Observation{}, false
	}
	v.Want(proof.LE32(v.Bytes()[88:]) == proof.BE32(v.Bytes()[92:]), 32)
	return v.Found("iso9660", sector, v.Size("High Sierra volume descriptor", v.U32(88), 2048))
}

// The identifiers of the volume recognition sequence (ECMA-167 part 2 §9.1, part 3
// §9.1; ISO 13346). CD001 is iso9660's.
var udfIdentifiers = []string{"BEA01", "NSR02", "NSR03", "TEA01", "BOOT2", "CDW02"}

var udfMagics = func() (magics []string) {
	for _, id := range udfIdentifiers {
		magics = append(magics, "\x00"+id)
	}
	return magics
}()

// udfRecognition recognises one descriptor of the volume recognition sequence, in any
// order: its other bytes are zero, or the next descriptor follows after 2048 or 4096
// bytes (ECMA-167 part 2 §8.4).
func udfRecognition(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Is(0, 1, 0)
	id := v.Either(1, udfIdentifiers...)
	v.Is(6, 1, 1)
	v.Alternatives(3)
	if v.Broken() {
		return proof.Observation{}, false
	}
	if proof.AllZero(v.Bytes()[7:]) {
		v.Zero(7, sector-7)
	} else {
		v.Want(udfFollows(p, 2048) || udfFollows(p, 4096), 48-math.Log2(2*float64(len(udfIdentifiers)+1)))
	}
	return v.Found("udf", sector, "UDF volume recognition sequence: "+id)
}

func udfFollows(p proof.Place, after int) bool {
	b, ok := proof.Window(p.Buf, p.Off+after, 7)
	if !ok || b[6] != 1 {
		return false
	}
	for _, id := range append(udfIdentifiers, "CD001") {
		if string(b[1:6]) == id {
			return true
		}
	}
	return false
}

// udfTags are the descriptors that begin with a tag (ECMA-167 part 3 §7.2, part 4
// §7.2), by the tag's number.
var udfTags = map[uint64]string{1: "primary volume descriptor", 2: "anchor", 3: "volume descriptor pointer",
	4: "implementation use volume descriptor", 5: "partition descriptor", 6: "logical volume descriptor",
	7: "unallocated space descriptor", 8: "end of descriptors", 9: "logical volume integrity descriptor",
	256: "file set descriptor", 257: "directory entry", 258: "allocation extents", 261: "file entry", 264: "space bitmap", 266: "extended file entry"}

const udfVersions = 2 // of the tag: NSR02 and NSR03

func udfTagRows() (rows []proof.Row) {
	for id := range udfTags {
		for version := range byte(udfVersions) {
			rows = append(rows, proof.Row{Magic: string([]byte{byte(id), byte(id >> 8), 2 + version, 0}), Parse: udfTag})
		}
	}
	return rows
}

// udfTag recognises a descriptor by its tag: a checksum of the tag, and a CRC (X.25,
// ECMA-167 part 3 §7.2.6) of what follows it. An empty CRC proves nothing.
func udfTag(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Matched(4)
	v.Alternatives(udfVersions * len(udfTags))
	v.Zero(5, 1)
	v.Below(6, 2, 6) // serial number of the set of descriptors
	n := int(v.U16(10))
	v.Within(10, 2, 8, 4096-16)
	covered, ok := v.All(16 + n)
	if v.Broken() || !ok {
		return proof.Observation{}, false
	}
	var sum byte
	for i, c := range v.Bytes()[:16] {
		if i != 4 {
			sum += c
		}
	}
	v.Is(4, 1, uint64(sum))
	v.Want(proof.BigCRC(16, 0x1021, covered[16:]) == uint32(v.U16(8)), 16)
	switch v.U16(0) {
	case 2: // two extents of whole sectors, ECMA-167 part 3 §10.2
		v.Multiple(16, 4, 512)
		v.Multiple(24, 4, 512)
		v.Zero(32, 480)
	}
	return v.Found("udf", max(sector, 16+n), fmt.Sprintf("UDF %s", udfTags[v.U16(0)]))
}
