// Package eraser knows the marks that programs leave which erase. They have no magic
// number and a few places only (Place), so they are no rows.
//
// To add a program, add its name to eraserNames; a mark whose bytes are public gets a
// function of its own, and its places in Place.
package eraser

import (
	"bytes"
	"strings"

	"shokyo.dev/shokyo/scan/marks/label"
	"shokyo.dev/shokyo/scan/proof"
)

const sector = proof.SectorSize

// What programs that erase leave of themselves. None of these formats is public
// in bytes. Blancco tells what its fingerprint says and where it stands ("Data is
// found on the drive after a successful erasure", the vendor's knowledge base):
// in sector 200 or 67000, "separated by spaces and semicolons", the licence's
// owner, date and time of the end, the program's version, the drive's serial
// number, the outcome, the report's identity and a signature. A sector that is
// exactly that and zeros is explained, and all of its text handed on; anything
// else that names such a program near the beginning of the disk is named, not
// explained. See docs/decisions/0016-known-marks.md.

// fingerprintPlace: sectors of fingerprints of Blancco, in sectors of 512 or 4096 bytes.
func fingerprintPlace(at int64) bool {
	for _, n := range []int64{200, 67000} {
		if at == n*sector || at == n*4096 {
			return true
		}
	}
	return false
}

// eraserSectors is how far from the beginning other marks are looked for: boot
// code and pictures of reports take at most the first 131 sectors.
const eraserSectors = 256

var eraserNames = []string{"Blancco", "KillDisk", "WipeDrive", "YouWipe", "Certus Software", "DBAN ", "ShredOS", "nwipe"}

// Place: the few sectors where such programs leave something.
func Place(at int64) bool { return at < eraserSectors*sector || fingerprintPlace(at) }

// Recognize looks at such a place.
func Recognize(p proof.Place) (proof.Observation, bool) {
	if fingerprintPlace(p.Base + int64(p.Off)) {
		if s, ok := fingerprint(p); ok {
			return s, true
		}
	}
	for _, name := range eraserNames {
		if bytes.Contains(p.Sector(), []byte(name)) {
			return namedEraser(p, name)
		}
	}
	return proof.Observation{}, false
}

// namedEraser counts the name and the text around it, at any place of the sector.
func namedEraser(p proof.Place, name string) (proof.Observation, bool) {
	b := p.Sector()
	from := bytes.Index(b, []byte(name))
	to := from + len(name)
	for from > 0 && asciiText(b[from-1:from]) {
		from--
	}
	for to < len(b) && asciiText(b[to:to+1]) {
		to++
	}
	var e proof.Evidence
	e.Matched(len(name))
	e.Add(1.4 * float64(to-from-len(name)))
	e.Alternatives(sector * sector * len(eraserNames))
	return e.Found("eraser-mark", p.Off, p.Off+sector,
		"a sector that names "+strings.TrimSpace(name)+", a program that erases; what it should contain is not public")
}

// fingerprint is one sector of text and zeros.
func fingerprint(p proof.Place) (proof.Observation, bool) {
	l := label.Open(p)
	text := label.TrimPad(p.Sector())
	var e proof.Evidence
	for range l.Next(len(text)) {
		e.Add(1.4)
	}
	l.Hold(asciiText(text), e.Bits())
	l.Need(fingerprintForm(string(text)))
	l.Zero(sector - l.Size())
	l.HandOn(text)
	if !asciiText(text) || !fingerprintForm(string(text)) {
		return proof.Observation{}, false
	}
	return l.Found("eraser-fingerprint", "fingerprint of an erasure: text of the form that Blancco's has")
}

func asciiText(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return len(b) > 0
}

// fingerprintForm: the seven parts, between semicolons, in their order.
func fingerprintForm(s string) bool {
	parts := strings.Split(strings.TrimSuffix(strings.TrimSpace(s), ";"), ";")
	if len(parts) != 7 {
		return false
	}
	for i := range parts {
		if parts[i] = strings.TrimSpace(parts[i]); parts[i] == "" {
			return false
		}
	}
	outcome := strings.ToLower(parts[4])
	return len(parts[0]) <= 128 &&
		like(parts[1], "dddd-dd-dd dd:dd") &&
		len(parts[2]) <= 64 && strings.ContainsAny(parts[2], "0123456789") && strings.Contains(parts[2], ".") &&
		token(parts[3], 40) &&
		(outcome == "erased" || outcome == "erased with exceptions") &&
		token(parts[5], 64) && len(parts[5]) >= 8 &&
		token(parts[6], 400) && len(parts[6]) >= 16
}

// like compares with a form in which d is a digit; seconds may follow.
func like(s, form string) bool {
	s = strings.Replace(s, "T", " ", 1)
	if len(s) == len(form)+3 {
		form += ":dd"
	}
	if len(s) != len(form) {
		return false
	}
	for i := range len(form) {
		digit := s[i] >= '0' && s[i] <= '9'
		if form[i] == 'd' != digit || !digit && s[i] != form[i] {
			return false
		}
	}
	return true
}

// token: letters, digits and what encodings of bytes use, no blanks.
func token(s string, most int) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_.:{}"
	return s != "" && len(s) <= most && strings.Trim(s, letters) == ""
}
