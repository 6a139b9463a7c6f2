package sign

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"shokyo.dev/shokyo/reports/sign/envelope"

	"shokyo.dev/shokyo/reports/sign/identity"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/canonical"
	"shokyo.dev/shokyo/reports/reporttest"
)

// Every single-bit change of every file must be found, and blamed on that file
// or, when the certificate or the envelope is hit, on what no longer fits. Most
// bits are in files that the envelope pins, and what comes before their digests
// is compared does not look into them; so these go through the whole check with
// every 67th bit only, which meets all eight bits of a byte in turn, and through
// the comparison with every bit. To the verifier a page is so many bytes: those of
// this bundle are short, and the real ones are met by every 67th bit. Under -short every
// 67th bit of all has to do.
func TestEveryBit(t *testing.T) {
	for name, good := range map[string]fstest.MapFS{"pages": memory(t, reporttest.Attested(), lab(t)), "short": shortPages(t)} {
		if p := problems(t, good, nil); len(p) > 0 {
			t.Fatal(p)
		}
		t.Run(name, func(t *testing.T) { everyBit(t, good, name == "short" && !testing.Short()) })
	}
}

func everyBit(t *testing.T, good fstest.MapFS, all bool) {
	_, signed, err := openEnvelope(good[envelopeFile].Data)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if good[f.name] == nil { // one without a PDF
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			step, pinned := 67, f.kind != pinning && f.kind != certificate
			if all && !pinned {
				step = 1
			}
			if f.kind == apart { // package pades meets each of its bits
				step, pinned = 20011, false
			}
			data := good[f.name].Data
			flips(t, data, step, func(data []byte) []Problem {
				return problems(t, with(good, f.name, data), nil)
			}, f.name, envelopeFile)
			if !all || !pinned {
				return
			}
			flips(t, data, 1, func(data []byte) []Problem {
				c := check{folder: with(nil, f.name, data), names: []string{f.name}}
				if same, err := c.pinned(signed.pins()); err != nil || len(same) > 0 {
					t.Errorf("%d files are the same, %v", len(same), err)
				}
				return c.problems
			}, f.name)
		})
	}
}

// shortPages is a bundle whose signer rendered nothing worth reading.
func shortPages(t *testing.T) fstest.MapFS {
	t.Helper()
	id := lab(t)
	d := build.Document(reporttest.Attested(), id.Facts())
	list := pinnedFiles(d, id, map[string][]byte{AttestationFile: []byte("a quote")})
	for i, f := range list {
		if fileOf(f.name).kind == rendered {
			list[i].data = f.data[:min(len(f.data), 300)]
		}
	}
	return sealed(t, newStatement(d, list), list, id)
}

// sealed is a bundle with any statement and any files.
func sealed(t *testing.T, s *statement, list []bundleFile, id identity.Identity) fstest.MapFS {
	t.Helper()
	e, err := envelope.Seal(s, id)
	if err != nil {
		t.Fatal(err)
	}
	folder := fstest.MapFS{envelopeFile: {Data: e, Mode: 0o644}}
	for _, f := range list {
		folder[f.name] = &fstest.MapFile{Data: f.data, Mode: 0o644}
	}
	return folder
}

// with is the folder with one file put in, or in the place of another.
func with(folder fstest.MapFS, name string, data []byte) fstest.MapFS {
	out := fstest.MapFS{name: &fstest.MapFile{Data: data, Mode: 0o644}}
	for n, f := range folder {
		if n != name {
			out[n] = f
		}
	}
	return out
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
	good := memory(t, reporttest.Attested(), lab(t))
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
	for _, name := range []string{"notes.txt", ".hidden", "..data", "samples/one.bin", "report.txt"} {
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
	if err := WriteBundle(dir, build.Document(reporttest.Small(), id.Facts()), id, nil); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "regions.map")
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
		wantProblem(t, invalid.Problems, "regions.map", "added")
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
	good := memory(t, reporttest.Small(), id)
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
		got := problems(t, with(good, envelopeFile, []byte(c.envelope)), nil)
		if len(got) == 0 {
			t.Errorf("%s: valid", c.name)
			continue
		}
		t.Run(c.name, func(t *testing.T) { wantProblem(t, got, envelopeFile, c.code) })
	}
}

// Parts of another bundle, or a whole one signed by somebody else.
func TestSwapped(t *testing.T) {
	mine, other := lab(t), lab(t)
	a, b := memory(t, reporttest.Small(), mine), memory(t, reporttest.Small(), other)
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
	wantProblem(t, problems(t, swap(identity.CertificateFile), nil), envelopeFile, "signature")
	wantProblem(t, problems(t, swap(identity.CertificateFile), nil), identity.CertificateFile, "changed")
	wantProblem(t, problems(t, swap(envelopeFile), nil), envelopeFile, "signature")
	wantProblem(t, problems(t, swap(reportFile), nil), reportFile, "changed")
	wantProblem(t, problems(t, swap(envelopeFile, identity.CertificateFile), nil), reportFile, "changed")

	// Signed again by another key it is valid, but not for one who knows whose it should be.
	if p := problems(t, b, nil); len(p) > 0 {
		t.Error(p)
	}
	wantProblem(t, problems(t, b, mine.Certificate()), identity.CertificateFile, "signer")
}

// A signer who signs a statement that does not fit the report is found out.
func TestStatementAndReportAgree(t *testing.T) {
	id := lab(t)
	d := build.Document(reporttest.Small(), id.Facts())
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
		list := pinnedFiles(d, id, nil)
		s := newStatement(d, list)
		change(s)
		folder := sealed(t, s, list, id)
		t.Run(name, func(t *testing.T) { wantProblem(t, problems(t, folder, nil), envelopeFile, "contradiction") })
	}
}

// Whoever has the key can sign another page beside a report that they can not
// change, because a TPM has signed it as well.
func TestPagesOfSigner(t *testing.T) {
	id := lab(t)
	d := build.Document(reporttest.Small(), id.Facts())
	for _, changed := range []string{"", "findings.dfxml", "map.png", "regions.map", "report.html"} {
		list := pinnedFiles(d, id, nil)
		for i := range list {
			if list[i].name == changed {
				list[i].data = []byte("<h1>NO RESIDUE</h1>\n")
			}
		}
		folder := sealed(t, newStatement(d, list), list, id)
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
	codes := func(id identity.Identity, trusted bool, e *build.Examination) (list []string) {
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
	early := reporttest.Small()
	early.Finished = early.Finished.AddDate(-50, 0, 0)
	for _, c := range []struct {
		got  []string
		want string
	}{
		{codes(lab(t), true, reporttest.Small()), ""},
		{codes(lab(t), false, reporttest.Small()), "untrusted"},
		{codes(throwAway(t), false, reporttest.Small()), "untrusted throw-away"},
		{codes(lab(t), true, early), "clock"},
	} {
		if got := strings.Join(c.got, " "); got != c.want {
			t.Errorf("notes %q, want %q", got, c.want)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	folder := memory(b, reporttest.Control(), lab(b))
	var n int64
	for _, f := range folder {
		n += int64(len(f.Data))
	}
	b.SetBytes(n)
	for b.Loop() {
		problems(b, folder, nil)
	}
}

// Every field of the statement, signed with something else in it than the report says.
func TestEveryFieldOfTheStatement(t *testing.T) {
	id := lab(t)
	e := reporttest.Small()
	e.Result.SHA256 = bytes.Repeat([]byte{7}, 32)
	d := build.Document(e, id.Facts())
	other := strings.Repeat("0", 64)
	for name, change := range map[string]struct {
		do   func(s *statement)
		code string
	}{
		"type":                   {func(s *statement) { s.Type = "https://in-toto.io/Statement/v0.1" }, "envelope"},
		"predicate type":         {func(s *statement) { s.PredicateType += "x" }, "envelope"},
		"no subject":             {func(s *statement) { s.Subject = nil }, "envelope"},
		"two subjects":           {func(s *statement) { s.Subject = append(s.Subject, s.Subject[0]) }, "envelope"},
		"name of the medium":     {func(s *statement) { s.Subject[0].Name = "other.img" }, "contradiction"},
		"digest":                 {func(s *statement) { s.Subject[0].Digest.SHA256 = other }, "contradiction"},
		"no digest":              {func(s *statement) { s.Subject[0].Digest = envelope.Digest{} }, "contradiction"},
		"tree":                   {func(s *statement) { s.Subject[0].Digest.Tree = other }, "contradiction"},
		"tree of what was read":  {func(s *statement) { s.Subject[0].Digest.ExaminedTree = s.Subject[0].Digest.Tree }, "contradiction"},
		"what the subject is":    {func(s *statement) { s.Predicate.SubjectIs = "report" }, "contradiction"},
		"leaves":                 {func(s *statement) { s.Predicate.TreeLeafBytes *= 2 }, "contradiction"},
		"id":                     {func(s *statement) { s.Predicate.ID = "small-2" }, "contradiction"},
		"verdict":                {func(s *statement) { s.Predicate.Verdict = "no-residue" }, "contradiction"},
		"no verdict":             {func(s *statement) { s.Predicate.Verdict = "" }, "contradiction"},
		"claim":                  {func(s *statement) { s.Predicate.Claim = "physical-ciphertext" }, "contradiction"},
		"certificate":            {func(s *statement) { s.Predicate.CertificateSHA256 = other }, "contradiction"},
		"tool's name":            {func(s *statement) { s.Predicate.Tool.Name = "x" }, "contradiction"},
		"tool's version":         {func(s *statement) { s.Predicate.Tool.Version = "x" }, "contradiction"},
		"tool's commit":          {func(s *statement) { s.Predicate.Tool.Commit = "x" }, "contradiction"},
		"another report":         {func(s *statement) { s.Predicate.Report.Name = "other.json" }, "contradiction"},
		"no files":               {func(s *statement) { s.Predicate.Files = nil }, "contradiction"},
		"a file twice":           {func(s *statement) { s.Predicate.Files = slices.Insert(s.Predicate.Files, 1, s.Predicate.Files[0]) }, "contradiction"},
		"files in another order": {func(s *statement) { slices.Reverse(s.Predicate.Files) }, "contradiction"},
		"the envelope pinned": {func(s *statement) {
			s.Predicate.Files = append(s.Predicate.Files, envelope.Pinned{Name: envelopeFile, SHA256: other, Bytes: 1})
		}, "contradiction"},
		"a file of no bundle": {func(s *statement) {
			s.Predicate.Files = append(s.Predicate.Files, envelope.Pinned{Name: "x.txt", SHA256: other, Bytes: 1})
		}, "contradiction"},
		"a report that is too large": {func(s *statement) { s.Predicate.Report.Bytes = maxPinned + 1 }, "contradiction"},
	} {
		list := pinnedFiles(d, id, nil)
		s := newStatement(d, list)
		change.do(s)
		t.Run(name, func(t *testing.T) {
			wantProblem(t, problems(t, sealed(t, s, list, id), nil), envelopeFile, change.code)
		})
	}
	// The attestation that the report does not promise may not be as large as the report.
	s := newStatement(d, pinnedFiles(d, id, nil))
	s.Predicate.Files = slices.Insert(s.Predicate.Files, 0, envelope.Pinned{Name: AttestationFile, SHA256: other, Bytes: maxAttestation + 1})
	folder := sealed(t, s, append(pinnedFiles(d, id, nil), bundleFile{AttestationFile, []byte("{}")}), id)
	wantProblem(t, problems(t, folder, nil), envelopeFile, "contradiction")
}

// What a pin says of a file, and the file is another.
func TestEveryPin(t *testing.T) {
	id := lab(t)
	d := build.Document(reporttest.Small(), id.Facts())
	list := pinnedFiles(d, id, nil)
	for i, f := range list {
		for name, change := range map[string]func(p *envelope.Pinned){
			"digest":             func(p *envelope.Pinned) { p.SHA256 = strings.Repeat("0", 64) },
			"digest in capitals": func(p *envelope.Pinned) { p.SHA256 = strings.ToUpper(p.SHA256) },
			"no digest":          func(p *envelope.Pinned) { p.SHA256 = "" },
			"a byte less":        func(p *envelope.Pinned) { p.Bytes-- },
			"a byte more":        func(p *envelope.Pinned) { p.Bytes++ },
			"negative":           func(p *envelope.Pinned) { p.Bytes = -1 },
		} {
			s := newStatement(d, list)
			if i == 0 {
				change(&s.Predicate.Report)
			} else {
				change(&s.Predicate.Files[i-1])
			}
			t.Run(f.name+"/"+name, func(t *testing.T) {
				wantProblem(t, problems(t, sealed(t, s, list, id), nil), f.name, "changed")
			})
		}
	}
}

// A document that contradicts itself is no evidence, whoever signed it.
func TestSignedContradiction(t *testing.T) {
	id := lab(t)
	for name, change := range map[string]func(d *reports.Document){
		"verdict against its reason": func(d *reports.Document) { d.Verdict = "no-residue" },
		"outside the medium":         func(d *reports.Document) { d.Medium.SizeBytes = 4096 },
		"another schema":             func(d *reports.Document) { d.Schema = "x" },
		"another identity":           func(d *reports.Document) { d.Identity = lab(t).Facts() },
		"a laboratory by name":       func(d *reports.Document) { d.Identity.ThrowAway = true },
	} {
		d := build.Document(reporttest.Small(), id.Facts())
		change(d)
		list := pinnedFiles(d, id, nil)
		t.Run(name, func(t *testing.T) {
			wantProblem(t, problems(t, sealed(t, newStatement(d, list), list, id), nil), reportFile, "contradiction")
		})
	}
}

// signedOver is an envelope whose signature, by the right key, is over what it likes.
func signedOver(t *testing.T, id identity.Identity, payload []byte, message []byte) []byte {
	t.Helper()
	sig, err := id.Sign(message)
	if err != nil {
		t.Fatal(err)
	}
	return encodeEnvelope(&dsse.Envelope{
		PayloadType: envelope.PayloadType, Payload: base64.StdEncoding.EncodeToString(payload),
		Signatures: []dsse.Signature{{KeyID: id.Facts().CertificateSHA256, Sig: base64.StdEncoding.EncodeToString(sig)}},
	})
}

// DSSE protocol v1.0.2, "Signature Definition": the signature is over the payload with its
// type and both lengths, so that nothing else that was ever signed can be taken for it.
func TestSignatureIsOverTheEncoding(t *testing.T) {
	id, stranger := lab(t), lab(t)
	good := memory(t, reporttest.Small(), id)
	var e dsse.Envelope
	if err := json.Unmarshal(good[envelopeFile].Data, &e); err != nil {
		t.Fatal(err)
	}
	payload, err := base64.StdEncoding.DecodeString(e.Payload)
	if err != nil {
		t.Fatal(err)
	}
	pae := func(kind string, payload []byte) []byte {
		return fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(kind), kind, len(payload), payload)
	}
	if p := problems(t, with(good, envelopeFile, signedOver(t, id, payload, pae(envelope.PayloadType, payload))), nil); len(p) > 0 {
		t.Fatalf("an envelope as DSSE has it: %v", p)
	}
	for name, message := range map[string][]byte{
		"the payload alone": payload,
		"another type":      pae("text/plain", payload),
		"no type":           pae("", payload),
		"another payload":   pae(envelope.PayloadType, payload[1:]),
		"the base64":        pae(envelope.PayloadType, []byte(e.Payload)),
		"nothing":           nil,
	} {
		t.Run(name, func(t *testing.T) {
			wantProblem(t, problems(t, with(good, envelopeFile, signedOver(t, id, payload, message)), nil), envelopeFile, "signature")
		})
	}
	t.Run("another key under the name of this one", func(t *testing.T) {
		sig, err := stranger.Sign(pae(envelope.PayloadType, payload))
		if err != nil {
			t.Fatal(err)
		}
		e.Signatures[0].Sig = base64.StdEncoding.EncodeToString(sig)
		wantProblem(t, problems(t, with(good, envelopeFile, encodeEnvelope(&e)), nil), envelopeFile, "signature")
	})
}

// A payload has one spelling, too.
func TestPayloadHasOneSpelling(t *testing.T) {
	id := lab(t)
	d := build.Document(reporttest.Small(), id.Facts())
	list := pinnedFiles(d, id, nil)
	good := string(canonical.Compact(newStatement(d, list)))
	for name, payload := range map[string]string{
		"blank behind a comma":   strings.Replace(good, ",", ", ", 1),
		"line end":               good + "\n",
		"field twice":            strings.Replace(good, `{"_type"`, `{"_type":"x","_type"`, 1),
		"field in other letters": strings.Replace(good, `"verdict"`, `"verdict":"no-residue","Verdict"`, 1),
		"two payloads":           good + good,
		"a list":                 "[" + good + "]",
		"nothing":                "",
		"null":                   "null",
		"not UTF-8":              strings.Replace(good, "erased.img", "erased\xff", 1),
		"number for a text":      strings.Replace(good, `"predicateType":"`+predicateType+`"`, `"predicateType":7`, 1),
	} {
		if payload == good {
			t.Fatalf("%s: nothing was changed", name)
		}
		message := fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(envelope.PayloadType), envelope.PayloadType, len(payload), payload)
		folder := with(sealed(t, newStatement(d, list), list, id), envelopeFile, signedOver(t, id, []byte(payload), message))
		t.Run(name, func(t *testing.T) { wantProblem(t, problems(t, folder, nil), envelopeFile, "envelope") })
	}
}

// Certificates that are none of ours.
func TestForeignCertificates(t *testing.T) {
	id := lab(t)
	good := memory(t, reporttest.Small(), id)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)}, &x509.Certificate{}, p384.Public(), p384)
	if err != nil {
		t.Fatal(err)
	}
	mine := good[identity.CertificateFile].Data
	for name, b := range map[string][]byte{
		"nothing":              {},
		"no PEM":               []byte("certificate"),
		"a key":                pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: id.Certificate().Raw}),
		"no certificate in it": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte{0x30, 0}}),
		"two":                  append(bytes.Clone(mine), mine...),
		"another curve":        pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
	} {
		t.Run(name, func(t *testing.T) {
			wantProblem(t, problems(t, with(good, identity.CertificateFile, b), nil), identity.CertificateFile, "certificate")
		})
	}
	// The same certificate with something around it is the same signer, and other bytes.
	wantProblem(t, problems(t, with(good, identity.CertificateFile, append([]byte("# mine\n"), mine...)), nil), identity.CertificateFile, "changed")
}

// The report's time beside the certificate's: before, within, to the second, after. The
// time is the signer's word, so it is a note.
func TestClock(t *testing.T) {
	id := lab(t)
	for name, c := range map[string]struct {
		finished time.Time
		note     bool
	}{
		"long before":     {id.Certificate().NotBefore.AddDate(-1, 0, 0), true},
		"a second before": {id.Certificate().NotBefore.Add(-time.Second), true},
		"at the start":    {id.Certificate().NotBefore, false},
		"within":          {id.Certificate().NotBefore.AddDate(1, 0, 0), false},
		"at the end":      {id.Certificate().NotAfter, false},
		"expired":         {id.Certificate().NotAfter.Add(time.Second), true},
	} {
		e := reporttest.Small()
		e.Finished = c.finished
		check := check{folder: memory(t, e, id)}
		v, err := check.run(id.Certificate())
		if err != nil || v == nil {
			t.Fatal(name, err, check.problems)
		}
		if got := slices.ContainsFunc(v.Notes, func(r reports.Reason) bool { return r.Code == "clock" && r.Text != "" && r.TextJA != "" }); got != c.note {
			t.Errorf("%s: %+v", name, v.Notes)
		}
	}
}

// What is wrong is said in full, and not that the folder is valid.
func TestInvalidError(t *testing.T) {
	err := &InvalidError{"dir", []Problem{{reportFile, "changed", "is another"}, {"", "signer", "who?"}}}
	if got, want := err.Error(), "dir is not valid: report.json: is another; who?"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
