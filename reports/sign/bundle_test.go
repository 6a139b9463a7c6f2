package sign

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"shokyo.dev/shokyo/reports/sign/identity"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
)

func TestWriteBundle(t *testing.T) {
	id := lab(t)
	d := build.Document(reporttest.Erased(), id.Facts())
	parent := t.TempDir()
	dir := filepath.Join(parent, "erased.img")
	if err := WriteBundle(dir+"/", d, id, nil); err != nil {
		t.Fatal(err)
	}
	if got := names(t, parent); len(got) != 1 {
		t.Errorf("left beside the bundle: %v", got)
	}
	want := "findings.dfxml lab.cert.pem map.png regions.map report.dsse.json report.html report.json report.pdf"
	if got := strings.Join(names(t, dir), " "); got != want {
		t.Errorf("the bundle holds %s, want %s", got, want)
	}
	// Rendering the stored document gives the stored files; the same document
	// and key give the same envelope.
	b, err := os.ReadFile(filepath.Join(dir, reportFile))
	if err != nil {
		t.Fatal(err)
	}
	stored, err := reports.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	again, err := signedFiles(stored, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range again {
		if b, err := os.ReadFile(filepath.Join(dir, f.name)); err != nil || !bytes.Equal(b, f.data) {
			t.Errorf("%s differs when made again (%v)", f.name, err)
		}
	}
}

func TestWriteBundleRefuses(t *testing.T) {
	id := lab(t)
	d := build.Document(reporttest.Small(), id.Facts())
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	bad := *d
	bad.Regions = append(bad.Regions, bad.Regions...)
	for _, c := range []struct {
		name, dir string
		d         *reports.Document
		id        identity.Identity
		is        error
		want      string
	}{
		{"existing folder", dir, d, id, fs.ErrExist, "never overwritten"},
		{"existing file", file, d, id, fs.ErrExist, "never overwritten"},
		{"no parent", filepath.Join(dir, "no", "parent"), d, id, fs.ErrNotExist, "make the folder"},
		{"parent is a file", filepath.Join(file, "x"), d, id, syscall.ENOTDIR, "not a directory"},
		{"unwritable", "/sys/shokyo-test", d, id, nil, "may write to"},
		{"no identity", filepath.Join(dir, "a"), d, identity.Identity{}, nil, "no identity"},
		{"other identity", filepath.Join(dir, "a"), d, lab(t), nil, "another identity"},
		{"contradiction", filepath.Join(dir, "a"), &bad, id, nil, "contradicts itself"},
	} {
		err := WriteBundle(c.dir, c.d, c.id, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("left behind: %v", got)
	}
	if b, _ := os.ReadFile(file); string(b) != "mine" {
		t.Error("a file was overwritten")
	}
}

// A disk that is full at any point of the writing leaves nothing behind that
// could be taken for a bundle.
func TestDiskFull(t *testing.T) {
	id := lab(t)
	d := build.Document(reporttest.Small(), id.Facts())
	for _, room := range []string{"8k", "32k", "64k"} {
		dir := t.TempDir()
		if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+room); errors.Is(err, unix.EPERM) {
			t.Skip("mounting a small tmpfs needs root")
		} else if err != nil {
			t.Fatal(err)
		}
		err := WriteBundle(filepath.Join(dir, "b"), d, id, nil)
		left := names(t, dir)
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
		if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "free some space") {
			t.Errorf("%s: error %v", room, err)
		}
		if len(left) > 0 {
			t.Errorf("%s: left behind: %v", room, left)
		}
	}
}

// A folder that does not read back as what was signed gets no name, whichever file it is in.
func TestWrittenIsReadBack(t *testing.T) {
	id := lab(t)
	files, err := signedFiles(build.Document(reporttest.Small(), id.Facts()), id, nil)
	if err != nil {
		t.Fatal(err)
	}
	parent := t.TempDir()
	dir := filepath.Join(parent, "b")
	for i, f := range files {
		spoiled := slices.Clone(files)
		spoiled[i].data = bytes.Clone(f.data)
		spoiled[i].data[len(f.data)/2] ^= 1
		if err := writeBundle(dir, spoiled, id); err == nil || !strings.Contains(err.Error(), "does not verify") {
			t.Errorf("%s with another bit: %v", f.name, err)
		}
		if left := names(t, parent); len(left) > 0 {
			t.Fatalf("%s with another bit: left behind: %v", f.name, left)
		}
	}
	if err := writeBundle(dir, files, id); err != nil {
		t.Error(err)
	}
}

func TestAttestation(t *testing.T) {
	id, e := lab(t), reporttest.Attested()
	dir := filepath.Join(t.TempDir(), "b")
	if err := WriteBundle(dir, build.Document(e, id.Facts()), id, attachmentOf(e)); err != nil {
		t.Fatal(err)
	}
	v, err := Verify(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(v.Document.Encode())
	if v.ReportSHA256 != sum || !bytes.Equal(v.Attestation, append([]byte("quote of "), sum[:]...)) {
		t.Errorf("digest %x, attestation %q", v.ReportSHA256, v.Attestation)
	}
	d := v.Document
	if d.Platform.Release != "shokyo 1.0" || d.Platform.Attestation.Kind != reports.AttestedTPM2 || d.Examination.Operator != "佐藤" {
		t.Errorf("%+v, %+v", d.Platform, d.Examination)
	}
	if strings.Contains(d.Examination.Note, "\n") {
		t.Error("a line end in a field")
	}
}

// What is attached is made for the digest of the report that is written, also where a text
// was no UTF-8 and is spelled another way once it was read.
func TestAttachIsForWhatIsWritten(t *testing.T) {
	id := lab(t)
	d := build.Document(reporttest.Attested(), id.Facts())
	d.Tool.Version = "a\xffb"
	var asked [32]byte
	list, err := signedFiles(d, id, func(report [32]byte) ([]Attachment, error) {
		asked = report
		return []Attachment{{AttestationFile, []byte("quote")}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(d.Encode(), list[0].data) {
		t.Fatal("nothing is spelled another way")
	}
	if list[0].name != "report.json" || sha256.Sum256(list[0].data) != asked {
		t.Errorf("%s has %x, the quote is for %x", list[0].name, sha256.Sum256(list[0].data), asked)
	}
}

func TestAttachRefuses(t *testing.T) {
	id := lab(t)
	broken := errors.New("broken")
	give := func(err error, list ...Attachment) Attach {
		return func([32]byte) ([]Attachment, error) { return list, err }
	}
	for _, c := range []struct {
		name, want string
		e          *build.Examination
		attach     Attach
	}{
		{"promised, not given", "0 files", reporttest.Attested(), nil},
		{"promised, empty list", "0 files", reporttest.Attested(), give(nil)},
		{"not promised", "1 files", reporttest.Small(), give(nil, Attachment{AttestationFile, nil})},
		{"twice", "2 files", reporttest.Attested(), give(nil, Attachment{AttestationFile, nil}, Attachment{AttestationFile, nil})},
		{"another name", "can not be attached", reporttest.Attested(), give(nil, Attachment{"../x", nil})},
		{"another file of the bundle", "can not be attached", reporttest.Attested(), give(nil, Attachment{"regions.map", nil})},
		{"too large", "can not be attached", reporttest.Attested(), give(nil, Attachment{AttestationFile, make([]byte, maxAttestation+1)})},
		{"failed", "broken", reporttest.Attested(), give(broken)},
	} {
		_, err := signedFiles(build.Document(c.e, id.Facts()), id, c.attach)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := signedFiles(build.Document(reporttest.Attested(), id.Facts()), id, give(broken)); !errors.Is(err, broken) {
		t.Errorf("the cause is lost: %v", err)
	}
}

// An attestation that the envelope does not pin is no part of the bundle, and a
// signer can not say one thing in the report and another in the envelope.
func TestAttestationMustBePinned(t *testing.T) {
	id := lab(t)
	plain := memory(t, reporttest.Small(), id)
	plain[AttestationFile] = &fstest.MapFile{Data: []byte("{}")}
	wantProblem(t, problems(t, plain, nil), AttestationFile, "added")

	for _, c := range []struct{ says, comes *build.Examination }{{reporttest.Small(), reporttest.Attested()}, {reporttest.Attested(), reporttest.Small()}} {
		d := build.Document(c.says, id.Facts())
		attached := map[string][]byte{}
		if c.comes.Attested {
			attached[AttestationFile] = []byte("{}")
		}
		list := pinnedFiles(d, id, attached)
		folder := sealed(t, newStatement(d, list), list, id)
		wantProblem(t, problems(t, folder, nil), reportFile, "contradiction")
	}

	// Taken from another bundle of the same signer.
	a, other := memory(t, reporttest.Attested(), id), reporttest.Attested()
	other.ID = "another"
	swapped := maps.Clone(a)
	swapped[AttestationFile] = memory(t, other, id)[AttestationFile]
	wantProblem(t, problems(t, swapped, nil), AttestationFile, "changed")
}

// go test -run Samples -keep DIR leaves the sample bundles to be looked at.
var keep = flag.String("keep", "", "leave the sample bundles in this folder")

func TestSamples(t *testing.T) {
	dir := t.TempDir()
	if *keep != "" {
		dir = *keep
	}
	for _, s := range reporttest.Samples() {
		id := lab(t)
		if s.Name == "control" || s.Name == "drawn" {
			id = throwAway(t)
		}
		path := filepath.Join(dir, s.Name)
		if err := WriteBundle(path, build.Document(s.Exam, id.Facts()), id, nil); err != nil {
			t.Fatal(err)
		}
		v, err := Verify(path, id.Certificate())
		if err != nil {
			t.Fatal(err)
		}
		if v.Verdict != s.Want || !v.Trusted || v.ThrowAway != id.IsThrowAway() {
			t.Errorf("%s: verified as %+v", s, v)
		}
	}
}

// Bundles that an earlier shokyo wrote are valid for ever. What is rendered of the report
// may change; that is said, and is no fault of theirs.
func TestBundlesOfBefore(t *testing.T) {
	for name, quote := range map[string]bool{"plain": false, "attested": true} {
		dir := filepath.Join("testdata", name)
		cert, err := identity.LoadCertificate(filepath.Join(dir, identity.CertificateFile))
		if err != nil {
			t.Fatal(err)
		}
		v, err := Verify(dir, cert)
		if err != nil {
			t.Fatal(err)
		}
		if !v.Trusted || v.ThrowAway || v.Signer != "Example Laboratory 試験所" || v.Verdict != "residue-found" || (v.Attestation != nil) != quote {
			t.Errorf("%s: %+v", name, v)
		}
		if quote && !bytes.Equal(v.Attestation, append([]byte("quote of "), v.ReportSHA256[:]...)) {
			t.Errorf("attestation %q for the digest %x", v.Attestation, v.ReportSHA256)
		}
	}
}
