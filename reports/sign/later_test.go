package sign

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"shokyo.dev/shokyo/reports/sign/countersign"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/internal/tsatest"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
	"shokyo.dev/shokyo/reports/sign/timestamp"
)

// stamped asks an authority for a timestamp of a bundle and puts it there.
// stampable and countersigns verify first, as the verbs do.
func stampable(path string) (*ToStamp, error) {
	v, err := Verify(path, nil)
	if err != nil {
		return nil, err
	}
	return Stampable(path, v)
}

func countersigns(dir string, what countersign.Said, id identity.Identity, now time.Time) error {
	v, err := Verify(dir, nil)
	if err != nil {
		return err
	}
	return Countersign(dir, v, what, id, now)
}

func stamped(t *testing.T, a *tsatest.Authority, path string) error {
	t.Helper()
	s, err := stampable(path)
	if err != nil {
		return err
	}
	return s.Add(tokenFor(t, a, s.Digest))
}

func tokenFor(t *testing.T, a *tsatest.Authority, digest [32]byte) *timestamp.Token {
	t.Helper()
	r, err := timestamp.NewRequest(digest, nil)
	if err != nil {
		t.Fatal(err)
	}
	q, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := a.Answer(q)
	if err != nil {
		t.Fatal(err)
	}
	token, err := r.Accept(answer)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// current is an identity that is valid now, when the authority of the tests signs.
func current(t testing.TB, name string) identity.Identity {
	t.Helper()
	id, err := identity.New(identity.Holder{Name: name}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// withoutPDF is a bundle as earlier versions wrote it.
func withoutPDF(t *testing.T, id identity.Identity) string {
	t.Helper()
	d := build.Document(reporttest.Erased(), id.Facts())
	list := pinnedFiles(d, id, nil)
	dir := t.TempDir()
	if err := os.CopyFS(dir, sealed(t, newStatement(d, list), list, id)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTimestamp(t *testing.T) {
	a := tsatest.New(t, "ext")
	id := current(t, "Lab")
	dir := onDisk(t, id)
	before, err := os.ReadFile(filepath.Join(dir, PDFFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := stamped(t, a, dir); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(filepath.Join(dir, PDFFile))
	if err != nil || len(after) != len(before) || bytes.Equal(after, before) {
		t.Errorf("%d bytes of %d, %v", len(after), len(before), err)
	}
	for _, path := range []string{dir, filepath.Join(dir, PDFFile)} {
		v, err := Verify(path, id.Certificate())
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Timestamps) != 1 || v.Timestamps[0].Authority.Subject.CommonName != "Example Time" {
			t.Errorf("%s: %+v", path, v.Timestamps)
		}
		if _, err := stampable(path); err == nil || !strings.Contains(err.Error(), "has a timestamp already") {
			t.Errorf("%s: twice: %v", path, err)
		}
	}
}

func TestTimestampOfEnvelope(t *testing.T) {
	a := tsatest.New(t, "ext")
	id := current(t, "Lab")
	dir, other := withoutPDF(t, id), withoutPDF(t, current(t, "Other"))
	if err := stamped(t, a, dir); err != nil {
		t.Fatal(err)
	}
	v, err := Verify(dir, nil)
	if err != nil || len(v.Timestamps) != 1 || v.Timestamps[0].Of != TimestampFile {
		t.Errorf("%+v, %v", v, err)
	}
	b, err := os.ReadFile(filepath.Join(dir, TimestampFile))
	if err != nil {
		t.Fatal(err)
	}
	for says, token := range map[string][]byte{"of something else": b, "not an RFC 3161": []byte("hello"), "not an RFC": nil} {
		if err := os.WriteFile(filepath.Join(other, TimestampFile), token, 0o600); err != nil {
			t.Fatal(err)
		}
		badPDF(t, other, nil, TimestampFile, "timestamp", says)
	}
	s, err := stampable(dir)
	if err == nil {
		t.Errorf("twice: %+v", s)
	}
}

// TestTimeOfCertificate: a confirmed time outside of the certificate's is no note any more.
func TestTimeOfCertificate(t *testing.T) {
	a := tsatest.New(t, "ext")
	for says, made := range map[string]time.Time{"had expired": time.Now().AddDate(-30, 0, 0), "not valid yet": time.Now().AddDate(5, 0, 0)} {
		id, err := identity.New(identity.Holder{Name: "Lab", Years: 10}, made)
		if err != nil {
			t.Fatal(err)
		}
		dir := withoutPDF(t, id)
		s, err := stampable(dir)
		if err != nil {
			t.Fatal(err)
		}
		token := tokenFor(t, a, s.Digest)
		if err := s.Add(token); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("a timestamp that makes a bundle invalid was added: %v", err)
		}
		if _, err := Verify(dir, nil); err != nil {
			t.Errorf("after a timestamp that was refused: %v", err)
		}
		if err := os.WriteFile(filepath.Join(dir, TimestampFile), token.DER, 0o600); err != nil {
			t.Fatal(err)
		}
		badPDF(t, dir, nil, TimestampFile, "certificate", says)
	}
}

func TestCountersign(t *testing.T) {
	first, second, third := current(t, "First"), current(t, "Second 次席"), current(t, "Third")
	dir := onDisk(t, first)
	now := time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	before := names(t, dir)
	for _, c := range []struct {
		role     countersign.Role
		decision countersign.Decision
		reason   string
		id       identity.Identity
		says     string
	}{
		{countersign.Concurrence, countersign.Approved, "", second, "a concurrence does neither"},
		{countersign.Validation, countersign.Undecided, "", second, "approves or rejects"},
		{0, countersign.Undecided, "", second, "approves or rejects"},
		{countersign.Validation, countersign.Rejected, "", second, "has a reason"},
		{countersign.Validation, countersign.Approved, strings.Repeat("x", 2001), second, "at most"},
		{countersign.Concurrence, countersign.Undecided, "", first, "another person's"},
		{countersign.Concurrence, countersign.Undecided, "", throwAway(t), "not with a throw-away"},
		{countersign.Concurrence, countersign.Undecided, "", identity.Identity{}, "no identity"},
		{countersign.Concurrence, countersign.Undecided, "", second, ""},
		{countersign.Concurrence, countersign.Undecided, "", third, "none is written over"},
		{countersign.Validation, countersign.Rejected, "no control was examined", third, ""},
	} {
		err := countersigns(dir, countersign.Said{Role: c.role, Decision: c.decision, Reason: c.reason}, c.id, now)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v %v by %s: %v", c.role, c.decision, c.id.Name(), err)
		}
	}
	v, err := Verify(dir, first.Certificate())
	if err != nil {
		t.Fatal(err)
	}
	want := []countersign.Signature{
		{Said: countersign.Said{Role: countersign.Concurrence}, Time: now, Name: "Second 次席", CertificateSHA256: second.Facts().CertificateSHA256},
		{Said: countersign.Said{Role: countersign.Validation, Decision: countersign.Rejected, Reason: "no control was examined"}, Time: now, Name: "Third", CertificateSHA256: third.Facts().CertificateSHA256},
	}
	for i := range v.Countersigned {
		v.Countersigned[i].Key = [32]byte{}
	}
	if !slices.Equal(v.Countersigned, want) {
		t.Errorf("%+v", v.Countersigned)
	}
	if added := len(names(t, dir)) - len(before); added != 2 {
		t.Errorf("%d files came", added)
	}
	b, err := Zip(dir)
	if err != nil {
		t.Fatal(err)
	}
	zipped := filepath.Join(t.TempDir(), "b.zip")
	os.WriteFile(zipped, b, 0o600)
	if v, err := Verify(zipped, nil); err != nil || len(v.Countersigned) != 2 {
		t.Errorf("zipped: %+v, %v", v, err)
	}
}

// TestCountersignatureOfAnother: one of another report is refused, and said under its name.
func TestCountersignatureOfAnother(t *testing.T) {
	first, second := current(t, "First"), current(t, "Second")
	good, other := memory(t, reporttest.Erased(), first), memory(t, reporttest.Small(), first)
	file := countersign.Concurrence.File()
	b, err := countersign.Make(good[envelopeFile].Data, first.Certificate(), countersign.Said{Role: countersign.Concurrence}, second, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if got := problems(t, with(good, file, b), nil); len(got) > 0 {
		t.Fatal(got)
	}
	wantProblem(t, problems(t, with(other, file, b), nil), file, "countersignature")
	wantProblem(t, problems(t, with(good, countersign.Validation.File(), b), nil), countersign.Validation.File(), "countersignature")
}

func TestStampableIsValid(t *testing.T) {
	dir := onDisk(t, current(t, "Lab"))
	if err := os.WriteFile(filepath.Join(dir, reportFile), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	var invalid *InvalidError
	if _, err := stampable(dir); !errors.As(err, &invalid) {
		t.Errorf("%v", err)
	}
	s := &ToStamp{path: filepath.Join(dir, TimestampFile)}
	if err := s.Add(&timestamp.Token{Digest: [32]byte{1}}); err == nil {
		t.Error("a timestamp of something else was added")
	}
}

// counted is a folder that counts how often a file is opened.
type counted struct {
	fstest.MapFS
	opened map[string]int
}

func (c counted) Open(name string) (fs.File, error) {
	c.opened[name]++
	return c.MapFS.Open(name)
}

// TestReadOnce: what is checked cannot be another a moment later, and what was checked is what a
// second person signs.
func TestReadOnce(t *testing.T) {
	first, second := current(t, "First"), current(t, "Second")
	folder := counted{memory(t, reporttest.Attested(), first), map[string]int{}}
	c := check{folder: folder, lies: inFolder}
	v, err := c.run(nil)
	if err != nil || len(c.problems) > 0 {
		t.Fatal(err, c.problems)
	}
	for name, n := range folder.opened {
		if n != 1 && name != "." {
			t.Errorf("%s was opened %d times", name, n)
		}
	}
	dir := onDisk(t, current(t, "Somebody")) // in the meantime it is another's
	if err := Countersign(dir, v, countersign.Said{Role: countersign.Concurrence}, second, time.Now()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, countersign.Concurrence.File()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := countersign.Open(b, v.envelope, first.Certificate(), countersign.Concurrence); err != nil {
		t.Errorf("not of what was checked: %v", err)
	}
	badPDF(t, dir, nil, countersign.Concurrence.File(), "countersignature", "another report")
}

// TestCountersignable: a folder, whose role is free, and what can be said.
func TestCountersignable(t *testing.T) {
	rejects := countersign.Said{Role: countersign.Validation, Decision: countersign.Rejected}
	agrees := countersign.Said{Role: countersign.Concurrence}
	done := &Verified{lies: inFolder, Countersigned: []countersign.Signature{{Said: agrees}}}
	for _, c := range []struct {
		v    *Verified
		what countersign.Said
		says string
	}{
		{&Verified{lies: inFolder}, agrees, ""}, {&Verified{lies: inPDF}, agrees, "in one file"}, {&Verified{lies: inZIP}, agrees, "in one file"},
		{&Verified{}, agrees, "in one file"}, {done, agrees, "already"}, {done, rejects, "has a reason"},
	} {
		if err := Countersignable("x", c.v, c.what); (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c.what, err)
		}
	}
}

// TestKilledBetween: what comes to a bundle is made beside it, so that a kill leaves the bundle
// as it was, valid, and the next attempt finds nothing in its way.
func TestKilledBetween(t *testing.T) {
	dir := onDisk(t, current(t, "Lab"))
	pdf := filepath.Join(dir, PDFFile)
	for _, path := range []string{pdf, filepath.Join(dir, TimestampFile)} {
		left := aside(path)
		if filepath.Dir(left) != filepath.Dir(dir) || !strings.HasPrefix(filepath.Base(left), "."+filepath.Base(dir)+".partial-") || aside(path) == left {
			t.Errorf("%s is made as %s", path, left)
		}
		if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Verify(dir, nil); err != nil {
		t.Error(err)
	}
	a := tsatest.New(t, "ext")
	if err := stamped(t, a, dir); err != nil {
		t.Fatal(err)
	}
	if v, err := Verify(dir, nil); err != nil || len(v.Timestamps) != 1 {
		t.Errorf("%v", err)
	}
	alone := filepath.Join(t.TempDir(), "mailed.pdf")
	if left := aside(alone); filepath.Dir(left) != filepath.Dir(alone) {
		t.Errorf("a PDF alone is made as %s", left)
	}
	// What an older program left is no part of the bundle, and named.
	if err := os.WriteFile(filepath.Join(dir, ".report.pdf.partial"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	badPDF(t, dir, nil, ".report.pdf.partial", "added", "delete it")
}

// TestNoneIsWrittenOver: what is added replaces nothing, and leaves nothing beside.
func TestNoneIsWrittenOver(t *testing.T) {
	dir := onDisk(t, current(t, "Lab"))
	path := filepath.Join(dir, TimestampFile)
	if err := add(path, []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := add(path, []byte("second")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v", err)
	}
	if b, _ := os.ReadFile(path); string(b) != "first" {
		t.Errorf("%q", b)
	}
	if list := names(t, filepath.Dir(dir)); len(list) != 1 {
		t.Errorf("left beside: %q", list)
	}
	if err := add(filepath.Join(dir, "none", TimestampFile), nil); err == nil {
		t.Error("added to nothing")
	}
}
