package sign

import (
	"crypto/x509"
	"io/fs"
	"os"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"shokyo.dev/shokyo/reports/canonical"
	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/reports/build"
)

// lab is a real identity, throwAway is not.
func lab(t testing.TB) identity.Identity {
	t.Helper()
	id, err := identity.New(identity.Holder{Name: "Example Forensic Laboratory 例示研究所"}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func throwAway(t testing.TB) identity.Identity {
	t.Helper()
	id, err := identity.ThrowAway(time.Date(2026, 3, 14, 1, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// attachmentOf stands in for a TPM: all that matters here is that it gets the
// digest.
func attachmentOf(e *build.Examination) Attach {
	if !e.Attested {
		return nil
	}
	return func(sum [32]byte) ([]Attachment, error) {
		return []Attachment{{AttestationFile, append([]byte("quote of "), sum[:]...)}}, nil
	}
}

// memory is a bundle held in memory.
func memory(t testing.TB, e *build.Examination, id identity.Identity) fstest.MapFS {
	t.Helper()
	files, err := signedFiles(build.Document(e, id.Facts()), id, attachmentOf(e))
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

// names lists a folder, hidden files too.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// encodeEnvelope spells an envelope as it is spelled.
func encodeEnvelope(e *dsse.Envelope) []byte { return append(canonical.Compact(e), '\n') }
