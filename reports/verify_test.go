package reports

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// memory is a bundle held in memory.
func memory(t testing.TB, e *Examination, id Identity) fstest.MapFS {
	t.Helper()
	files, err := signedFiles(Build(e, id), id, attachmentOf(e))
	if err != nil {
		t.Fatal(err)
	}
	m := fstest.MapFS{}
	for _, f := range files {
		m[f.name] = &fstest.MapFile{Data: f.data, Mode: 0o644}
	}
	return m
}

// problems verifies and gives what is wrong.
func problems(t testing.TB, folder fs.FS, trusted *x509.Certificate) []Problem {
	t.Helper()
	c := check{folder: folder}
	v, err := c.run(trusted)
	if err != nil {
		t.Fatal(err)
	}
	if v == nil && len(c.problems) == 0 {
		t.Fatal("neither valid nor a problem")
	}
	return c.problems
}

// wantProblem checks that one of the problems is in that file under that code.
func wantProblem(t testing.TB, got []Problem, file, code string) {
	t.Helper()
	if !slices.ContainsFunc(got, func(p Problem) bool { return p.File == file && p.Code == code && p.Text != "" }) {
		t.Errorf("want a problem %q in %q, got %v", code, file, got)
	}
}

// Every single-bit change of every file must be found, and blamed on that file
// or, when the certificate or the envelope is hit, on what no longer fits. Most
// bits are in files that the envelope pins, and what comes before their digests
// is compared does not look into them; so these go through the whole check with
// every 67th bit only, which meets all eight bits of a byte in turn, and through
// the comparison with every bit. Under -short every 67th bit of all has to do.
func TestEveryBit(t *testing.T) {
	good := memory(t, attested(), lab(t))
	if p := problems(t, good, nil); len(p) > 0 {
		t.Fatal(p)
	}
	for name, file := range good {
		t.Run(name, func(t *testing.T) {
			pinned := name != envelopeFile && name != CertificateFile
			step := 1
			if testing.Short() || pinned {
				step = 67
			}
			flips(t, file.Data, step, func(data []byte) []Problem {
				folder := maps.Clone(good)
				folder[name] = &fstest.MapFile{Data: data, Mode: 0o644}
				return problems(t, folder, nil)
			}, name, envelopeFile)
			if !pinned || testing.Short() {
				return
			}
			_, signed, err := openEnvelope(good[envelopeFile].Data)
			if err != nil {
				t.Fatal(err)
			}
			flips(t, file.Data, 1, func(data []byte) []Problem {
				c := check{folder: fstest.MapFS{name: &fstest.MapFile{Data: data, Mode: 0o644}}, names: []string{name}}
				if report, _, err := c.pinned(signed.pins()); err != nil || name == reportFile && report != nil {
					t.Errorf("%d bytes of a report, %v", len(report), err)
				}
				return c.problems
			}, name)
		})
	}
}

// flips hands data with one bit changed, 0, step, 2·step, … each in turn, to
// find, which has to find a problem in one of the files. The processors share
// the work; each has data of its own, the same for all of its calls.
func flips(t *testing.T, data []byte, step int, find func(data []byte) []Problem, files ...string) {
	t.Helper()
	var wg sync.WaitGroup
	for first := range runtime.NumCPU() {
		data := bytes.Clone(data)
		wg.Go(func() {
			for bit := first * step; bit < 8*len(data); bit += step * runtime.NumCPU() {
				data[bit/8] ^= 1 << (bit % 8)
				if got := find(data); !slices.ContainsFunc(got, func(p Problem) bool { return slices.Contains(files, p.File) }) {
					t.Errorf("bit %d: %v", bit, got)
				}
				data[bit/8] ^= 1 << (bit % 8)
			}
		})
	}
	wg.Wait()
}

func TestMissingAndAdded(t *testing.T) {
	good := memory(t, attested(), lab(t))
	for name, file := range good {
		delete(good, name)
		wantProblem(t, problems(t, good, nil), name, "missing")
		for _, other := range []string{strings.ToUpper(name), name + " ", "." + name} {
			good[other] = file
			got := problems(t, good, nil)
			wantProblem(t, got, name, "missing")
			wantProblem(t, got, other, "added")
			delete(good, other)
		}
		good[name] = &fstest.MapFile{Mode: fs.ModeDir | 0o755}
		wantProblem(t, problems(t, good, nil), name, "added")
		good[name] = &fstest.MapFile{Data: append(bytes.Clone(file.Data), 0)}
		if got := problems(t, good, nil); len(got) == 0 {
			t.Errorf("%s with a byte more is valid", name)
		}
		good[name] = &fstest.MapFile{}
		if got := problems(t, good, nil); len(got) == 0 {
			t.Errorf("%s without a byte is valid", name)
		}
		good[name] = file
	}
	for _, name := range []string{"notes.txt", ".hidden", "..data", "samples/one.bin", "report.pdf"} {
		good[name] = &fstest.MapFile{}
		top, _, _ := strings.Cut(name, "/")
		wantProblem(t, problems(t, good, nil), top, "added")
		delete(good, name)
	}
	if p := problems(t, good, nil); len(p) > 0 {
		t.Error(p)
	}
	if p := problems(t, fstest.MapFS{}, nil); len(p) != 7 {
		t.Errorf("an empty folder: %v", p)
	}
}

// On a real disk: links and pipes, which an fs.FS in memory does not have.
func TestLinks(t *testing.T) {
	id := lab(t)
	dir := filepath.Join(t.TempDir(), "b")
	if err := WriteBundle(dir, Build(small(), id), id, nil); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, mapFile)
	aside := filepath.Join(t.TempDir(), "aside")
	if err := os.Rename(path, aside); err != nil {
		t.Fatal(err)
	}
	for _, put := range []func() error{
		func() error { return os.Symlink(aside, path) },
		func() error { return os.Symlink("nowhere", path) },
		func() error { return syscall.Mkfifo(path, 0o644) },
	} {
		if err := put(); err != nil {
			t.Fatal(err)
		}
		_, err := Verify(dir, nil)
		var invalid *InvalidError
		if !errors.As(err, &invalid) {
			t.Fatalf("error %v", err)
		}
		wantProblem(t, invalid.Problems, mapFile, "added")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Rename(aside, path); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(dir, nil); err != nil {
		t.Error(err)
	}
}

// What is no bundle at all is an error of its own: nothing was verified.
func TestVerifyCannotRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, file + "-missing"} {
		_, err := Verify(dir, nil)
		var invalid *InvalidError
		if err == nil || errors.As(err, &invalid) {
			t.Errorf("%s: error %v", dir, err)
		}
	}
}

// Spellings of the envelope that mean the same to a lenient reader.
func TestEnvelopeHasOneSpelling(t *testing.T) {
	id := lab(t)
	good := memory(t, small(), id)
	text := string(good[envelopeFile].Data)
	var e dsse.Envelope
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	respell := func(change func(e *dsse.Envelope)) string {
		c := e
		c.Signatures = slices.Clone(e.Signatures)
		change(&c)
		return string(encodeEnvelope(&c))
	}
	payload, _ := base64.StdEncoding.DecodeString(e.Payload)
	for _, c := range []struct{ name, envelope, code string }{
		{"no line end", strings.TrimSpace(text), "envelope"},
		{"indented", strings.Replace(text, "{", "{ ", 1), "envelope"},
		{"trailing data", text + text, "envelope"},
		{"unknown field", strings.Replace(text, "{", `{"x":1,`, 1), "envelope"},
		{"field twice", strings.Replace(text, "{", `{"payloadType":"x",`, 1), "envelope"},
		{"line end in base64", strings.Replace(text, e.Payload, e.Payload[:4]+`\n`+e.Payload[4:], 1), "envelope"},
		{"no key id", respell(func(e *dsse.Envelope) { e.Signatures[0].KeyID = "" }), "signature"},
		{"second signature", respell(func(e *dsse.Envelope) { e.Signatures = append(e.Signatures, e.Signatures[0]) }), "envelope"},
		{"no signature", respell(func(e *dsse.Envelope) { e.Signatures = nil }), "envelope"},
		{"payload type", respell(func(e *dsse.Envelope) { e.PayloadType = "text/plain" }), "envelope"},
		{"blank in the payload", respell(func(e *dsse.Envelope) { e.Payload = base64.StdEncoding.EncodeToString(append(payload, ' ')) }), "envelope"},
		{"null", "null\n", "envelope"},
	} {
		folder := fstest.MapFS{}
		for n, f := range good {
			folder[n] = f
		}
		folder[envelopeFile] = &fstest.MapFile{Data: []byte(c.envelope)}
		got := problems(t, folder, nil)
		if len(got) == 0 {
			t.Errorf("%s: valid", c.name)
			continue
		}
		t.Run(c.name, func(t *testing.T) { wantProblem(t, got, envelopeFile, c.code) })
	}
}

func TestStrictBase64(t *testing.T) {
	if b, err := strictBase64("QUI="); err != nil || string(b) != "AB" {
		t.Errorf("%q, %v", b, err)
	}
	for _, s := range []string{"QUJ=", "QUI", "QU-_", "QU\nI=", "QUI=\n", " QUI=", "QUI=QUI="} {
		if b, err := strictBase64(s); err == nil {
			t.Errorf("%q was taken for %q", s, b)
		}
	}
}

// Parts of another bundle, or a whole one signed by somebody else.
func TestSwapped(t *testing.T) {
	mine, other := lab(t), lab(t)
	a, b := memory(t, small(), mine), memory(t, small(), other)
	swap := func(names ...string) fstest.MapFS {
		m := fstest.MapFS{}
		for n, f := range a {
			m[n] = f
		}
		for _, n := range names {
			m[n] = b[n]
		}
		return m
	}
	wantProblem(t, problems(t, swap(CertificateFile), nil), envelopeFile, "signature")
	wantProblem(t, problems(t, swap(CertificateFile), nil), CertificateFile, "changed")
	wantProblem(t, problems(t, swap(envelopeFile), nil), envelopeFile, "signature")
	wantProblem(t, problems(t, swap(reportFile), nil), reportFile, "changed")
	wantProblem(t, problems(t, swap(envelopeFile, CertificateFile), nil), reportFile, "changed")

	// Signed again by another key it is valid, but not for one who knows whose it should be.
	if p := problems(t, b, nil); len(p) > 0 {
		t.Error(p)
	}
	wantProblem(t, problems(t, b, mine.Certificate()), CertificateFile, "signer")
}

// A signer who signs a statement that does not fit the report is found out.
func TestStatementAndReportAgree(t *testing.T) {
	id := lab(t)
	d := Build(small(), id)
	for name, change := range map[string]func(s *statement){
		"verdict": func(s *statement) { s.Predicate.Verdict = "no-residue" },
		"id":      func(s *statement) { s.Predicate.ID = "other" },
		"subject": func(s *statement) { s.Subject[0].Digest.Tree = strings.Repeat("0", 64) },
		"medium":  func(s *statement) { s.Subject[0].Name = "another.img" },
		"fewer":   func(s *statement) { s.Predicate.Files = s.Predicate.Files[1:] },
		"more":    func(s *statement) { s.Predicate.Files = append(s.Predicate.Files, s.Predicate.Files[0]) },
		"path":    func(s *statement) { s.Predicate.Files[0].Name = "../" + s.Predicate.Files[0].Name },
		"huge":    func(s *statement) { s.Predicate.Files[0].Bytes = maxPinned + 1 },
	} {
		files := bundleFiles(d, id)
		s := newStatement(d, files)
		change(s)
		envelope, err := sealEnvelope(s, id)
		if err != nil {
			t.Fatal(err)
		}
		folder := fstest.MapFS{envelopeFile: {Data: envelope}}
		for _, f := range files {
			folder[f.name] = &fstest.MapFile{Data: f.data}
		}
		t.Run(name, func(t *testing.T) { wantProblem(t, problems(t, folder, nil), envelopeFile, "contradiction") })
	}
}

// Whoever has the key can sign another page beside a report that they can not
// change, because a TPM has signed it as well.
func TestPagesOfSigner(t *testing.T) {
	id := lab(t)
	d := Build(small(), id)
	for _, changed := range []string{"", dfxmlFile, pngFile, mapFile, htmlFile} {
		files := bundleFiles(d, id)
		for i := range files {
			if files[i].name == changed {
				files[i].data = []byte("<h1>NO RESIDUE</h1>\n")
			}
		}
		envelope, err := sealEnvelope(newStatement(d, files), id)
		if err != nil {
			t.Fatal(err)
		}
		folder := fstest.MapFS{envelopeFile: {Data: envelope}}
		for _, f := range files {
			folder[f.name] = &fstest.MapFile{Data: f.data}
		}
		c := check{folder: folder}
		v, err := c.run(nil)
		if err != nil || v == nil {
			t.Fatal(err, c.problems)
		}
		if got := strings.Join(v.Unlike, " "); got != changed {
			t.Errorf("%q was changed, %q found", changed, got)
		}
	}
}

func TestNotes(t *testing.T) {
	codes := func(id Identity, trusted bool, e *Examination) (list []string) {
		c := check{folder: memory(t, e, id)}
		var cert *x509.Certificate
		if trusted {
			cert = id.Certificate()
		}
		v, err := c.run(cert)
		if err != nil || v == nil {
			t.Fatal(err, c.problems)
		}
		for _, n := range v.Notes {
			list = append(list, n.Code)
		}
		return list
	}
	early := small()
	early.Finished = early.Finished.AddDate(-50, 0, 0)
	for _, c := range []struct {
		got  []string
		want string
	}{
		{codes(lab(t), true, small()), ""},
		{codes(lab(t), false, small()), "untrusted"},
		{codes(throwAway(t), false, small()), "untrusted throw-away"},
		{codes(lab(t), true, early), "clock"},
	} {
		if got := strings.Join(c.got, " "); got != c.want {
			t.Errorf("notes %q, want %q", got, c.want)
		}
	}
}

func FuzzOpenEnvelope(f *testing.F) {
	f.Add(memory(f, small(), lab(f))[envelopeFile].Data)
	f.Fuzz(func(t *testing.T, b []byte) {
		e, s, err := openEnvelope(b)
		if err != nil {
			return
		}
		if e == nil || s == nil || !bytes.Equal(encodeEnvelope(e), b) {
			t.Fatalf("%q is accepted, but is not what would be written", b)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	folder := memory(b, control(), lab(b))
	var n int64
	for _, f := range folder {
		n += int64(len(f.Data))
	}
	b.SetBytes(n)
	for b.Loop() {
		problems(b, folder, nil)
	}
}
