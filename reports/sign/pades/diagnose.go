package pades

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"shokyo.dev/shokyo/reports/sign/strictpdf"
)

// Fault is what is wrong with a PDF file that was, or should be, signed.
type Fault uint8

const (
	_         Fault = iota
	NoPDF           // it is no PDF file
	Unsigned        // nothing in it is a signature
	Appended        // bytes stand behind what is signed
	Revised         // a revision stands behind what is signed: a reader shows that instead
	Several         // signatures cover different parts of it
	Partial         // the signature leaves out more than itself
	Changed         // the signature is over other bytes
	Forged          // the signature does not hold
	Rewritten       // it was written anew, so pages can be missing and others shown
	Foreign         // it is not of the shape that shokyo writes
)

// Broken says that a file is not as it was signed.
type Broken struct {
	Fault Fault
	File  *strictpdf.File // what seems to have been signed, if it could be read; it is not vouched for
	text  string
}

func (b *Broken) Error() string { return b.text }

var errChanged = errors.New("the pages, or what is embedded, are not those that were signed")

// ranges is any ByteRange, by whomever it was written.
var ranges = regexp.MustCompile(`/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]`)

// diagnose names what is wrong. The signatures are looked for by their words, as an attacker's
// may lie anywhere: whatever is found, the file is refused, the words only say why.
func diagnose(b []byte, f *strictpdf.File, err error) *Broken {
	broken := func(fault Fault, why error) *Broken { return &Broken{fault, f, why.Error()} }
	if !bytes.HasPrefix(b, []byte("%PDF-")) {
		return broken(NoPDF, errors.New("not a PDF"))
	}
	found := ranges.FindAllSubmatch(b, -1)
	if len(found) == 0 {
		return broken(Unsigned, fmt.Errorf("the PDF has no signature, or it was taken out: %v", err))
	}
	var r [4]int
	for i, text := range found[len(found)-1][1:] {
		r[i], _ = strconv.Atoi(string(text))
	}
	end := r[2] + r[3]
	switch {
	case len(found) > 1 && end >= len(b):
		return broken(Several, fmt.Errorf("the PDF has %d signatures that cover different parts of it; shokyo signs once, and the whole", len(found)))
	case end < len(b) && bytes.Contains(b[max(end-len("startxref"), 0):], []byte("startxref")):
		return broken(Revised, fmt.Errorf("the PDF was revised after it was signed: %d bytes with another revision stand behind what is signed, and readers show that one", len(b)-end))
	case end < len(b):
		return broken(Appended, fmt.Errorf("%d bytes stand behind what is signed", len(b)-end))
	case end > len(b) && bytes.HasSuffix(b, []byte("%%EOF\n")):
		return broken(Rewritten, fmt.Errorf("the PDF was written anew after it was signed: pages or other parts of it can be missing, or be others (the signature is over %d bytes, and %d are there)", end, len(b)))
	case end > len(b):
		return broken(Partial, fmt.Errorf("the end of the PDF is missing: the signature is over %d bytes, and %d are there", end, len(b)))
	case r[0] != 0 || !onlyContents(b, r):
		return broken(Partial, errors.New("the signature leaves out more of the PDF than itself"))
	case errors.Is(err, errChanged):
		return broken(Changed, err)
	case errors.Is(err, errShape), f == nil:
		return broken(Foreign, fmt.Errorf("%v: parts of it were changed, or another program wrote it", err))
	}
	return broken(Forged, err)
}

// onlyContents says whether what the signature leaves out is one string in < and >.
func onlyContents(b []byte, r [4]int) bool {
	if r[1] < 0 || r[1] >= r[2] || r[2] > len(b) {
		return false
	}
	hole := b[r[1]:r[2]]
	return hole[0] == '<' && bytes.IndexByte(hole, '>') == len(hole)-1
}
