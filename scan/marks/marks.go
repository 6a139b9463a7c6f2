// Package marks recognises known marks: what is structured on a medium and yet no
// trace of its data, because erasure legitimately leaves it or because it is older
// than the data: labels of RAID controllers and volume managers, and the marks
// that erasers leave of themselves.
//
// A disk that comes out of an array is the usual returned disk: it must be able to
// end clean. But a wrong "explained" hides data. So a mark is explained only when
// every byte of it is accounted for: checksums fit, reserved bytes are zero, each
// field is of the form that its format gives it. Texts in it that anybody could have
// chosen are handed on (proof.Observation.Texts). What is a mark by its magic number
// and does not hold to that is residue under its name.
package marks

import "shokyo.dev/shokyo/scan/proof"

const sector = 512

// rows are the marks; at most 256 with what has none (proof.Evidence.Strength).
var rows = []proof.Row{
	{Magic: "LABELONE", Parse: at(lvmLabel)},
	{At: 4, Magic: lvmMagic, Parse: at(lvmHeader)},
	{Magic: mdMagic, Parse: mdRAID},
	{Magic: mdMagicBig, Parse: mdRAIDBig},
	{Magic: "bitm", Parse: mdBitmap},
	{Magic: "\xDE\x11\xDE\x11", Parse: ddfRecord},
	{Magic: "\x11\xDE\x11\xDE", Parse: ddfRecord},
	{Magic: "\xAD\x11\x11\x11", Parse: ddfRecord},
	{Magic: "\x11\x11\x11\xAD", Parse: ddfRecord},
	{Magic: "\x22\x22\x22\x22", Parse: ddfRecord},
	{Magic: "\x33\x33\x33\x33", Parse: ddfRecord},
	{Magic: "\xDD\xDD\xDD\xDD", Parse: ddfRecord},
	{Magic: "\xEE\xEE\xEE\xEE", Parse: ddfRecord},
	{Magic: "\x88\x88\x88\x88", Parse: ddfRecord},
	{Magic: "\x55\x55\x55\x55", Parse: ddfRecord},
	{Magic: "\xAB\xAD\xB1\x0C", Parse: ddfRecord},
	{Magic: "\x0C\xB1\xAD\xAB", Parse: ddfRecord},
	{Magic: "\x01\xDB\xEE\xF0", Parse: ddfRecord},
	{Magic: "\xF0\xEE\xDB\x01", Parse: ddfRecord},
	{Magic: imsmMagic, Parse: intelRST},
	{Magic: "JM", Parse: jmicron},
	{Magic: "$XIDE$", Parse: lsiIDE},
	{Magic: "$_IDE$", Parse: lsiThree},
	{At: 496, Magic: "$_ENQ$31", Parse: lsiThreeHead},
	{Magic: "NVIDIA", Parse: nvidia},
	{Magic: "Promise Technology, Inc.", Parse: promise},
	{At: 96, Magic: "\x00\x00\x00\x2F", Parse: silicon},
	{Magic: "\x55\xAA", Parse: via},
	{At: 33, Magic: "\x16\x78\x5A", Parse: highpoint2},
	{At: 1, Magic: "\x16\x78\x5A", Parse: highpoint3},
	{Magic: "\x37\xFC\x4D\x1E", Parse: adaptecBlock},
	{Magic: "\x90\x07\x65\xC4", Parse: adaptecTable},
	{At: 54, Magic: iteMagic, Parse: ite},
	{Magic: "\x10\x00", Parse: sis},
	{Magic: "integrt\x00", Parse: dmIntegrity},
	{Magic: "verity\x00\x00", Parse: dmVerity},
	{At: 32, Magic: "\xBA\x52\x9C\x01\x00\x00\x00\x00", Parse: dmPersistent}, // 27022010
	{At: 32, Magic: "\x03\xC4\x18\x00\x00\x00\x00\x00", Parse: dmPersistent}, // 06142003, which is octal in the kernel
	{At: 32, Magic: "\x7B\x07\xC1\x7E\x00\x00\x00\x00", Parse: dmPersistent}, // 2126579579
	{Magic: "DmRd", Parse: dmRAID},
	{Magic: "rRiM", Parse: dmMirrorLog},
	{Magic: "SnAp", Parse: dmSnapshot},
	{Magic: "\x21\x93\x48\x23", Parse: dmWritecache},
	{Magic: "dmvdo001", Parse: vdo},
	{At: 4, Magic: stratisMagic, Parse: stratis},
	{At: 60, Magic: drbdMagic, Parse: drbd},
	{Magic: "\x69\xCB\x65\xA2", Parse: drbdLog},
	{At: 24, Magic: bcacheMagic, Parse: bcache},
	{Magic: "GEOM::MIRROR", Parse: geom},
	{Magic: "GEOM::RAID3", Parse: geom},
	{Magic: "GEOM::STRIPE", Parse: geom},
	{Magic: "GEOM::CONCAT", Parse: geom},
	{Magic: "GEOM::LABEL", Parse: geom},
	{Magic: "PRIVHEAD", Parse: ldmHeader},
	{Magic: "TOCBLOCK", Parse: ldmContents},
	{Magic: "VMDB", Parse: ldmDatabase},
	{Magic: "VBLK", Parse: ldmRecords},
	{Magic: "SPACEDB ", Parse: storageSpaces},
}

// at is a row's parser that asks for no more than the buffer and the offset.
func at(parse func(buf []byte, off int) (proof.Observation, bool)) func(proof.Place) (proof.Observation, bool) {
	return func(p proof.Place) (proof.Observation, bool) { return parse(p.Buf, p.Off) }
}

var table = proof.NewTable(rows)

// Recognize says which mark begins at a place. It is called at every sector of a
// medium, so nearly all of its time is spent saying no.
func Recognize(p proof.Place) (proof.Observation, bool) {
	if p.Off < 0 || p.Off > len(p.Buf)-sector {
		return proof.Observation{}, false
	}
	b := (*[sector]byte)(p.Buf[p.Off:])
	if table.Has(b) {
		if s, ok := table.Recognize(p); ok {
			return s, true
		}
	}
	if mayBeText(b) {
		if s, ok := lvmText(p.Buf, p.Off); ok {
			return s, true
		}
	}
	if eraserPlace(p.Base + int64(p.Off)) {
		return eraserMark(p)
	}
	return proof.Observation{}, false
}

// Eight ASCII bytes.
func mayBeText(b *[sector]byte) bool { return proof.LE64(b[:])&0x8080808080808080 == 0 && b[0] >= '\t' }
