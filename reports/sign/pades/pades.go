// Package pades signs a PDF file, and reads back what it signed: PAdES baseline B-B (ETSI EN
// 319 142-1), and B-T once a timestamp was put in.
//
// A signed file is what was signed, byte for byte, and behind it one incremental update
// (ISO 32000-1 7.5.6) with the signature, its field (which shows nothing: the page itself
// says who signed), the catalog and page one with the field in them, a table and a trailer.
// The signature covers all bytes but its own. There is one spelling of the update: it is
// made of the file, the time and the signature alone ([update]), and [Open] makes it again
// and compares. Nothing of the update is trusted to a parser of PDF, and no bit of it can be
// otherwise. What package strictpdf refuses as the file below is not signed, nor opened.
//
// [Open] says what is wrong with files of other shapes by name (diagnose.go): people have
// attacked signed PDF files by bytes and revisions behind the signature, and they should
// read that this is what happened.
package pades

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"shokyo.dev/shokyo/reports/sign/cms"
	"shokyo.dev/shokyo/reports/sign/strictpdf"
)

// room is what the signature may have: some 1 KiB, and a timestamp with the certificates of
// its authority, some 6 KiB with keys of RSA 4096.
const room = 16 << 10

// Signed is a PDF file with a signature.
type Signed struct {
	Bytes     []byte
	File      *strictpdf.File // what was signed
	Time      time.Time       // as the signer's clock had it
	Signature *cms.Signature
}

// Sign signs a PDF file. The time is what the signer's clock says, in seconds.
func Sign(file []byte, cert *x509.Certificate, key crypto.Signer, when time.Time) (*Signed, error) {
	f, err := strictpdf.Open(file)
	if err != nil {
		return nil, err
	}
	u, err := newUpdate(f, when)
	if err != nil {
		return nil, err
	}
	signature, err := cms.Sign(u.digest(), cert, key)
	if err != nil {
		return nil, err
	}
	return u.fill(signature)
}

// WithTimestamp puts a timestamp of the signature in: no other byte changes.
func (s *Signed) WithTimestamp(token []byte) (*Signed, error) {
	u, err := newUpdate(s.File, s.Time)
	if err != nil {
		return nil, err
	}
	signature := *s.Signature
	signature.Timestamp = token
	return u.fill(&signature)
}

// update is a file with room for its signature.
type update struct {
	file     *strictpdf.File
	when     time.Time
	bytes    []byte
	from, to int // of the signature, with its brackets: < to >
}

const (
	timeLayout  = "20060102150405"
	signatureAt = "/Contents "
	byteRange   = "[0 %010d %010d %010d]"
)

// beginning is all of the update before the signature itself.
func beginning(n int, when time.Time, ranges string) string {
	return fmt.Sprintf("%d 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:%sZ)/ByteRange%s%s",
		n, when.UTC().Format(timeLayout), ranges, signatureAt)
}

// newUpdate writes everything but the signature.
func newUpdate(f *strictpdf.File, when time.Time) (*update, error) {
	page, err := f.FirstPage()
	if err != nil {
		return nil, err
	}
	signature, field := f.Size, f.Size+1
	annotated, err := annotate(f, page, field)
	if err != nil {
		return nil, err
	}
	catalog, err := add(f, f.Root, fmt.Sprintf("/AcroForm<</SigFlags 3/Fields[%d 0 R]>>", field))
	if err != nil {
		return nil, err
	}
	w := &writer{out: bytes.NewBuffer(slices.Clone(f.Bytes)), offsets: map[int]int{}}
	w.offsets[signature] = w.out.Len()
	placeholder := fmt.Sprintf(byteRange, 0, 0, 0)
	w.out.WriteString(beginning(signature, when, placeholder))
	u := &update{file: f, when: when, from: w.out.Len()}
	fmt.Fprintf(w.out, "<%s>", bytes.Repeat([]byte("0"), 2*room))
	u.to = w.out.Len()
	w.out.WriteString(">>\nendobj\n")
	// Rect of no size: a field that shows nothing. F: printed, and locked (table 165).
	w.object(field, fmt.Sprintf("<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature1)/F 132/Rect[0 0 0 0]/P %d 0 R/V %d 0 R>>", page, signature))
	w.object(int(f.Root), catalog)
	w.object(int(page), annotated)
	w.end(f)
	u.bytes = w.out.Bytes()
	ranges := fmt.Sprintf(byteRange, u.from, u.to, len(u.bytes)-u.to)
	copy(u.bytes[u.from-len(signatureAt)-len(ranges):], ranges)
	return u, nil
}

// add gives a dictionary of the file with something more in it.
func add(f *strictpdf.File, r strictpdf.Ref, more string) (string, error) {
	body := f.Body(r)
	if _, ok := f.Object(r).(strictpdf.Dict); !ok || !bytes.HasSuffix(body, []byte(">>")) {
		return "", fmt.Errorf("object %d of the PDF is no dictionary", r)
	}
	return string(body[:len(body)-2]) + more + ">>", nil
}

// annotations is a list of references, as it stands in a page.
var annotations = regexp.MustCompile(`/Annots ?\[[0-9R ]*\]`)

// annotate gives page one with the signature's field among its annotations.
func annotate(f *strictpdf.File, page strictpdf.Ref, field int) (string, error) {
	d, _ := f.Object(page).(strictpdf.Dict)
	if _, has := d["Annots"]; !has {
		return add(f, page, fmt.Sprintf("/Annots[%d 0 R]", field))
	}
	body := f.Body(page)
	at := annotations.FindAllIndex(body, -1)
	if len(at) != 1 {
		return "", errors.New("page one of the PDF has annotations that are no list of references")
	}
	end := at[0][1] - 1
	return fmt.Sprintf("%s %d 0 R%s", body[:end], field, body[end:]), nil
}

// writer puts objects behind each other and keeps where they lie.
type writer struct {
	out     *bytes.Buffer
	offsets map[int]int
}

func (w *writer) object(n int, body string) {
	w.offsets[n] = w.out.Len()
	fmt.Fprintf(w.out, "%d 0 obj\n%s\nendobj\n", n, body)
}

// end writes the table and the trailer. The second half of the ID names the revision (ISO
// 32000-1 14.4); it is made of what was signed.
func (w *writer) end(f *strictpdf.File) {
	at := w.out.Len()
	w.out.WriteString("xref\n")
	numbers := make([]int, 0, len(w.offsets))
	for n := range w.offsets {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	for _, n := range numbers {
		fmt.Fprintf(w.out, "%d 1\n%010d 00000 n \n", n, w.offsets[n])
	}
	sum := sha256.Sum256(f.Bytes)
	id := []byte(f.ID)
	if len(id) == 0 {
		id = sum[:16]
	}
	info := ""
	if f.Info != 0 {
		info = fmt.Sprintf("/Info %d 0 R", f.Info)
	}
	fmt.Fprintf(w.out, "trailer\n<</Size %d/Root %d 0 R%s/Prev %d/ID[<%x><%x>]>>\nstartxref\n%d\n%%%%EOF\n", f.Size+2, f.Root, info, f.XRef, id, sum[16:], at)
}

// digest is that of all bytes but the signature's.
func (u *update) digest() [32]byte {
	h := sha256.New()
	h.Write(u.bytes[:u.from])
	h.Write(u.bytes[u.to:])
	return [32]byte(h.Sum(nil))
}

// fill writes the signature into its room.
func (u *update) fill(s *cms.Signature) (*Signed, error) {
	der := s.Encode()
	if len(der) > room {
		return nil, fmt.Errorf("the signature with its timestamp has %d bytes, and there is room for %d", len(der), room)
	}
	out := slices.Clone(u.bytes)
	hex.Encode(out[u.from+1:], der)
	return &Signed{Bytes: out, File: u.file, Time: u.when.UTC().Truncate(time.Second), Signature: s}, nil
}

// head is how an update begins; the groups are the object and the time.
var head = regexp.MustCompile(`^([1-9][0-9]{0,6}) 0 obj\n<</Type/Sig/Filter/Adobe\.PPKLite/SubFilter/ETSI\.CAdES\.detached/M\(D:([0-9]{14})Z\)/ByteRange\[0 [0-9]{10} [0-9]{10} [0-9]{10}\]/Contents <`)

// errShape says that a file is not what Sign makes; diagnose says why.
var errShape = errors.New("not a PDF as shokyo signs it")

// read takes the file apart. The file that was signed is returned also if the rest fails.
func read(b []byte) (f *strictpdf.File, when time.Time, s *cms.Signature, err error) {
	end, err := signedEnd(b)
	if err != nil {
		return nil, when, nil, err
	}
	if f, err = strictpdf.Open(b[:end]); err != nil {
		return nil, when, nil, err
	}
	m := head.FindSubmatch(b[end:])
	if m == nil || len(b)-end-len(m[0]) < 2*room {
		return f, when, nil, errShape
	}
	signature := b[end+len(m[0]):][:2*room]
	if when, err = time.Parse(timeLayout, string(m[2])); err != nil {
		return f, when, nil, errors.New("the time of the signature is none")
	}
	der := make([]byte, room)
	if _, err := hex.Decode(der, signature); err != nil {
		return f, when, nil, errShape
	}
	var first asn1.RawValue
	if _, err := asn1.Unmarshal(der, &first); err != nil {
		return f, when, nil, errors.New("there is no signature where it should be")
	}
	s, err = cms.Parse(first.FullBytes)
	return f, when, s, err
}

var previous = regexp.MustCompile(`/Prev ([1-9][0-9]{0,9})/`)

// signedEnd is where the file that was signed ends: with the end of the revision to whose
// table the last trailer points.
func signedEnd(b []byte) (int, error) {
	at := bytes.LastIndex(b, []byte("trailer\n"))
	if at < 0 {
		return 0, errShape
	}
	m := previous.FindSubmatch(b[at:])
	if m == nil {
		return 0, errShape
	}
	table, err := strconv.Atoi(string(m[1]))
	if err != nil || table >= at {
		return 0, errShape
	}
	n := bytes.Index(b[table:at], []byte("%%EOF\n"))
	if n < 0 {
		return 0, errShape
	}
	return table + n + len("%%EOF\n"), nil
}

// Open reads a signed file and checks that its signature holds. A [*Broken] says what is
// wrong with it. By whom it was signed and whether that is anybody's concern, the caller
// has to ask; the timestamp, if there is one, is not looked at.
func Open(b []byte) (*Signed, error) {
	if len(b) > strictpdf.MaxBytes {
		return nil, fmt.Errorf("the PDF has %d bytes, at most %d can be", len(b), strictpdf.MaxBytes)
	}
	f, when, signature, err := read(b)
	if err != nil {
		return nil, diagnose(b, f, err)
	}
	u, err := newUpdate(f, when)
	if err != nil {
		return nil, diagnose(b, f, err)
	}
	again, err := u.fill(signature)
	if err == nil {
		err = u.compare(b, again)
	}
	if err == nil {
		err = signature.Verify()
	}
	if err != nil {
		return nil, diagnose(b, f, err)
	}
	return again, nil
}

// compare holds a file against what Sign makes of its parts.
func (u *update) compare(b []byte, again *Signed) error {
	if len(b) != len(u.bytes) {
		return errShape
	}
	given := update{bytes: b, from: u.from, to: u.to}
	switch {
	case given.digest() != again.Signature.Digest:
		return errChanged
	case !bytes.Equal(b, again.Bytes):
		return errShape
	}
	return nil
}
