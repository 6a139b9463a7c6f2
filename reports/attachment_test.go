package reports

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// attested is an examination on a machine with a TPM.
func attested() *Examination {
	e := small()
	e.Attested = true
	e.Release = "shokyo 1.0\n"
	e.Assignment = Assignment{Operator: "佐藤", Case: "2026-17", Customer: "Example <City>", Site: "Bench 3", Note: "two\nlines", JobSHA256: strings.Repeat("ab", 32)}
	return e
}

// attachmentOf stands in for a TPM: all that matters here is that it gets the
// digest.
func attachmentOf(e *Examination) Attach {
	if !e.Attested {
		return nil
	}
	return func(sum [32]byte) ([]Attachment, error) {
		return []Attachment{{AttestationFile, append([]byte("quote of "), sum[:]...)}}, nil
	}
}

func TestAttestation(t *testing.T) {
	id, e := lab(t), attested()
	dir := filepath.Join(t.TempDir(), "b")
	if err := WriteBundle(dir, Build(e, id), id, attachmentOf(e)); err != nil {
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
	if d.Platform.Release != "shokyo 1.0" || d.Platform.Attestation.Kind != AttestedTPM2 || d.Examination.Operator != "佐藤" {
		t.Errorf("%+v, %+v", d.Platform, d.Examination)
	}
	if strings.Contains(d.Examination.Note, "\n") {
		t.Error("a line end in a field")
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
		e          *Examination
		attach     Attach
	}{
		{"promised, not given", "0 files", attested(), nil},
		{"promised, empty list", "0 files", attested(), give(nil)},
		{"not promised", "1 files", small(), give(nil, Attachment{AttestationFile, nil})},
		{"twice", "2 files", attested(), give(nil, Attachment{AttestationFile, nil}, Attachment{AttestationFile, nil})},
		{"another name", "can not be attached", attested(), give(nil, Attachment{"../x", nil})},
		{"another file of the bundle", "can not be attached", attested(), give(nil, Attachment{mapFile, nil})},
		{"too large", "can not be attached", attested(), give(nil, Attachment{AttestationFile, make([]byte, maxAttestation+1)})},
		{"failed", "broken", attested(), give(broken)},
	} {
		_, err := signedFiles(Build(c.e, id), id, c.attach)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := signedFiles(Build(attested(), id), id, give(broken)); !errors.Is(err, broken) {
		t.Errorf("the cause is lost: %v", err)
	}
}

// An attestation that the envelope does not pin is no part of the bundle, and a
// signer can not say one thing in the report and another in the envelope.
func TestAttestationMustBePinned(t *testing.T) {
	id := lab(t)
	plain := memory(t, small(), id)
	plain[AttestationFile] = &fstest.MapFile{Data: []byte("{}")}
	wantProblem(t, problems(t, plain, nil), AttestationFile, "added")

	for _, c := range []struct{ says, comes *Examination }{{small(), attested()}, {attested(), small()}} {
		d := Build(c.says, id)
		files := bundleFiles(d, id)
		if c.comes.Attested {
			files = append(files[:1:1], append([]bundleFile{{AttestationFile, []byte("{}")}}, files[1:]...)...)
		}
		envelope, err := sealEnvelope(newStatement(d, files), id)
		if err != nil {
			t.Fatal(err)
		}
		folder := fstest.MapFS{envelopeFile: {Data: envelope}}
		for _, f := range files {
			folder[f.name] = &fstest.MapFile{Data: f.data}
		}
		wantProblem(t, problems(t, folder, nil), reportFile, "contradiction")
	}

	// Taken from another bundle of the same signer.
	a, other := memory(t, attested(), id), attested()
	other.ID = "another"
	swapped := maps.Clone(a)
	swapped[AttestationFile] = memory(t, other, id)[AttestationFile]
	wantProblem(t, problems(t, swapped, nil), AttestationFile, "changed")
}

func TestHTMLSaysWhoAndWhere(t *testing.T) {
	html := string(RenderHTML(Build(attested(), lab(t))))
	for _, want := range []string{"佐藤", "2026-17", "Example &lt;City&gt;", "Bench 3", "shokyo 1.0", "attestation.json", "案件番号", "構成証明"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if html := string(RenderHTML(Build(small(), lab(t)))); strings.Contains(html, "Assignment") {
		t.Error("an assignment that nobody gave")
	}
}

func TestISOItemsFromAssignment(t *testing.T) {
	text := func(e *Examination, clause string) string {
		for _, i := range Build(e, lab(t)).ISO17025 {
			if i.Clause == "7.8.2.1 "+clause {
				return orEmpty(i.Text)
			}
		}
		t.Fatalf("no item %s", clause)
		return ""
	}
	for _, c := range []struct{ clause, with, without string }{
		{"c", "Bench 3", ""},
		{"d", small().ID + "; case 2026-17", small().ID},
		{"e", "Example <City>", ""},
		{"o", "", ""}, // who operated has not authorised
	} {
		if with, without := text(attested(), c.clause), text(small(), c.clause); with != c.with || without != c.without {
			t.Errorf("%s: %q and %q, want %q and %q", c.clause, with, without, c.with, c.without)
		}
	}
}
