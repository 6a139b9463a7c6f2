package sign

import (
	"archive/zip"
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/reports/sign/envelope"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/internal/pdftest"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
	"shokyo.dev/shokyo/reports/sign/pades"
	"shokyo.dev/shokyo/reports/sign/strictpdf"
)

// realPDF is what people get: TestRealPages looks at it.
var realPDF func(*reports.Document, []Attachment) []byte

// TestMain puts a small renderer in the place of the real one, whose pages are no matter here.
func TestMain(m *testing.M) {
	realPDF, renderPDF = renderPDF, smallPDF
	os.Exit(m.Run())
}

func smallPDF(d *reports.Document, files []Attachment) []byte {
	var embedded []strictpdf.Attachment
	for _, f := range files {
		embedded = append(embedded, strictpdf.Attachment(f))
	}
	return pdftest.Make([]string{d.ID, d.Verdict, "ja,en", fmt.Sprint(len(files))}, embedded)
}

// alone writes a bundle's PDF to a file of its own.
func alone(t *testing.T, dir string, change func(b []byte) []byte) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, PDFFile))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "alone.pdf")
	if err := os.WriteFile(path, change(bytes.Clone(b)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func asIs(b []byte) []byte { return b }

// TestPDFAlone: the PDF says all that the bundle says, the TPM's word included.
func TestPDFAlone(t *testing.T) {
	id := lab(t)
	dir := onDisk(t, id)
	whole, err := Verify(dir, id.Certificate())
	if err != nil {
		t.Fatal(err)
	}
	got, err := Verify(alone(t, dir, asIs), id.Certificate())
	if err != nil {
		t.Fatal(err)
	}
	whole.lies = inPDF
	if !reflect.DeepEqual(got, whole) || !got.Trusted || got.Attestation == nil || got.Signed.IsZero() || len(got.Unlike) > 0 {
		t.Errorf("alone  %+v\nbundle %+v", got, whole)
	}
}

// badPDF wants that a PDF alone is refused for that.
func badPDF(t *testing.T, path string, trusted *x509.Certificate, file, code, says string) {
	t.Helper()
	_, err := Verify(path, trusted)
	var invalid *InvalidError
	if !errors.As(err, &invalid) {
		t.Errorf("%q: error %v", says, err)
		return
	}
	wantProblem(t, invalid.Problems, file, code)
	if !strings.Contains(invalid.Error(), says) {
		t.Errorf("does not say %q: %v", says, invalid)
	}
}

func TestPDFIsRefused(t *testing.T) {
	id, other := lab(t), lab(t)
	dir := onDisk(t, id)
	replace := func(old, new string) func(b []byte) []byte {
		return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(new), 1) }
	}
	badPDF(t, alone(t, dir, asIs), other.Certificate(), identity.CertificateFile, "signer", "not by the given certificate")
	badPDF(t, alone(t, dir, replace("<dfxml", "<DFXML")), nil, "findings.dfxml", "changed", "not those that were signed")
	badPDF(t, alone(t, dir, replace("/Helvetica", "/Helveticb")), nil, "", "changed", "not those that were signed")
	badPDF(t, alone(t, dir, func(b []byte) []byte { return append(b, 'x') }), nil, "", "changed", "1 bytes stand behind")
	badPDF(t, alone(t, dir, func(b []byte) []byte { return b[:len(b)-1] }), nil, "", "changed", "missing")
	badPDF(t, alone(t, dir, func([]byte) []byte { return []byte("%PDF-1.7\n") }), nil, "", "signature", "no signature")
	badPDF(t, alone(t, dir, func([]byte) []byte { return nil }), nil, "", "changed", "not a PDF")
}

// TestTimeOfThePDF: the time that readers of PDF show is that of the report.
func TestTimeOfThePDF(t *testing.T) {
	id := lab(t)
	dir := onDisk(t, id)
	b, err := os.ReadFile(filepath.Join(dir, PDFFile))
	if err != nil {
		t.Fatal(err)
	}
	s, err := pades.Open(b)
	if err != nil {
		t.Fatal(err)
	}
	other, err := pades.Sign(s.File.Bytes, id.Certificate(), id.Signer(), s.Time.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	badPDF(t, alone(t, dir, func([]byte) []byte { return other.Bytes }), nil, "", "contradiction", "another time")
}

// signedBy makes a PDF with any files in it, as if a lab had been careless.
func signedBy(t *testing.T, id identity.Identity, files []Attachment) string {
	t.Helper()
	plain := smallPDF(&reports.Document{}, files)
	s, err := pades.Sign(plain, id.Certificate(), id.Signer(), reporttest.Attested().Finished)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "made.pdf")
	if err := os.WriteFile(path, s.Bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestEmbedded: a signature over the pages is not enough, what is embedded must be what the
// envelope says, signed by the same key, and the pages must say the same.
func TestEmbedded(t *testing.T) {
	id := lab(t)
	dir := onDisk(t, id)
	var files []Attachment
	for _, f := range fileRows(true) {
		b, err := os.ReadFile(filepath.Join(dir, f))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, Attachment{f, b})
	}
	v, err := Verify(signedBy(t, id, files), nil)
	if err != nil || !slices.Equal(v.Unlike, []string{PDFFile}) {
		t.Errorf("other pages: %+v, %v", v, err)
	}
	badPDF(t, signedBy(t, lab(t), files), nil, envelopeFile, "signature", "key id is not")
	badPDF(t, signedBy(t, id, files[1:]), nil, reportFile, "missing", "is missing")
	badPDF(t, signedBy(t, id, append(slices.Clone(files), Attachment{"extra.txt", nil})), nil, "extra.txt", "added", "does not belong")
	badPDF(t, signedBy(t, id, append(slices.Clone(files), Attachment{identity.CertificateFile, nil})), nil, "", "envelope", "should not")
	badPDF(t, signedBy(t, id, append(slices.Clone(files), files[0])), nil, "", "envelope", "not twice")
	badPDF(t, signedBy(t, id, append(slices.Clone(files), Attachment{"map.png", nil})), nil, "map.png", "added", "does not belong")
	changed := slices.Clone(files)
	changed[0].Data = bytes.Replace(changed[0].Data, []byte("residue"), []byte("Residue"), 1)
	badPDF(t, signedBy(t, id, changed), nil, reportFile, "changed", "SHA-256 is")
}

// fileRows are the names of the files that are, or are not, embedded.
func fileRows(inPDF bool) (list []string) {
	for _, f := range files {
		if f.inPDF == inPDF {
			list = append(list, f.name)
		}
	}
	return list
}

// TestPDFOfAnotherBundle: a PDF that is valid alone is not that of every bundle.
func TestPDFOfAnotherBundle(t *testing.T) {
	id := lab(t)
	a, other := memory(t, reporttest.Erased(), id), reporttest.Erased()
	other.ID = "another"
	wantProblem(t, problems(t, with(a, PDFFile, memory(t, other, id)[PDFFile].Data), nil), PDFFile, "contradiction")
	s := newStatement(build.Document(reporttest.Erased(), id.Facts()), pinnedFiles(build.Document(reporttest.Erased(), id.Facts()), id, nil))
	s.Predicate.SignedApart = []string{"report.txt"}
	list := pinnedFiles(build.Document(reporttest.Erased(), id.Facts()), id, nil)
	wantProblem(t, problems(t, sealed(t, s, list, id), nil), envelopeFile, "contradiction")
}

func TestZip(t *testing.T) {
	id := lab(t)
	dir := onDisk(t, id)
	b, err := Zip(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := Zip(dir)
	if !bytes.Equal(b, again) {
		t.Error("the same bundle has another ZIP")
	}
	path := filepath.Join(t.TempDir(), "mailed")
	write := func(b []byte) string {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	whole, _ := Verify(dir, id.Certificate())
	got, err := Verify(write(b), id.Certificate())
	whole.lies = inZIP
	if err != nil || !reflect.DeepEqual(got, whole) {
		t.Errorf("%+v, %v", got, err)
	}
	if out, err := exec.Command("unzip", "-t", path).CombinedOutput(); err != nil || !strings.Contains(string(out), "No errors") {
		t.Errorf("unzip: %v\n%s", err, out)
	}
	badPDF(t, write(b[:len(b)/2]), nil, "", "envelope", "ZIP is damaged")
	for _, c := range []struct {
		name, says string
		files      map[string]string
	}{
		{"two folders", "more than one folder", map[string]string{"a/report.json": "", "b/report.json": ""}},
		{"deep", "more than one folder", map[string]string{"a/b/report.json": ""}},
		{"outside", "more than one folder", map[string]string{"../../report.json": ""}},
		{"a stranger", "does not belong", map[string]string{"report.exe": "MZ"}},
		{"a bomb", "unpacks to", map[string]string{"report.dsse.json": string(make([]byte, envelope.MaxBytes+1))}},
	} {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		for name, text := range c.files {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			w.Write([]byte(text))
		}
		z.Close()
		_, err := Verify(write(out.Bytes()), nil)
		var invalid *InvalidError
		if !errors.As(err, &invalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// FuzzOneFile: whatever a mail brings, it is valid, not valid, or not looked at.
func FuzzOneFile(f *testing.F) {
	b, err := Zip(filepath.Join("testdata", "plain"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("%PDF-1.7\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, run := range []func(*check) (*Verified, error){
			func(c *check) (*Verified, error) { return c.zip(b, nil) },
			func(c *check) (*Verified, error) { return c.pdf(b, nil) },
		} {
			c := &check{}
			v, err := run(c)
			if err == nil && v == nil && len(c.problems) == 0 {
				t.Error("neither valid nor a problem")
			}
		}
	})
}
