// Package marks recognises known marks: what is structured on a medium and yet no
// trace of its data, because erasure legitimately leaves it or because it is older
// than the data: labels of RAID controllers and volume managers, and the marks
// that erasers leave of themselves.
//
// A disk that comes out of an array is the usual returned disk: it must be able to
// end clean. But a wrong "explained" hides data. So a mark is explained only when
// every byte of it is accounted for: checksums fit, reserved bytes are zero, each
// field is of the form that its format gives it. Texts in it that anybody could have
// chosen are handed on (proof.Structure.Texts). What is a mark by its magic number
// and does not hold to that is residue under its name.
package marks

import "shokyo.dev/shokyo/scan/proof"

const sector = 512

// rows are the marks; at most 64 (proof.Evidence.Strength).
var rows = []proof.Row{
	{Magic: "LABELONE", Parse: at(lvmLabel)},
	{At: 4, Magic: lvmMagic, Parse: at(lvmHeader)},
	{Magic: "\xFC\x4E\x2B\xA9", Parse: at(mdRAID)},
}

// at is a row's parser that asks for no more than the buffer and the offset.
func at(parse func(buf []byte, off int) (proof.Structure, bool)) func(proof.Place) (proof.Structure, bool) {
	return func(p proof.Place) (proof.Structure, bool) { return parse(p.Buf, p.Off) }
}

// Recognize says which mark begins at a place.
func Recognize(p proof.Place) (proof.Structure, bool) {
	if s, ok := proof.Recognize(rows, p); ok {
		return s, true
	}
	if p.Off < 0 || p.Off > len(p.Buf)-sector || !mayBeText((*[sector]byte)(p.Buf[p.Off:])) {
		return proof.Structure{}, false
	}
	return lvmText(p.Buf, p.Off)
}

// Eight ASCII bytes.
func mayBeText(b *[sector]byte) bool { return proof.LE64(b[:])&0x8080808080808080 == 0 && b[0] > ' ' }
