package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/attest"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/maker"
	"shokyo.dev/shokyo/reports/sign"
)

// A page that does not say what report.json says is found out by the program that
// made it. Another one can not tell, and does not say that a TPM vouches for it.
func TestCheckPages(t *testing.T) {
	self, older := reports.Tool{Version: "1.0"}, reports.Tool{Version: "0.9"}
	for _, c := range []struct {
		name     string
		unlike   []string
		self, by reports.Tool
		manifest bool
		problem  bool
		failed   bool
		note     bool
	}{
		{"alike", nil, self, older, true, false, false, false},
		{"other version", []string{"report.html"}, self, older, false, false, false, true},
		{"the same program", []string{"report.html"}, self, self, false, true, false, false},
		{"the same program, the TPM's word is asked for", []string{"report.html"}, self, self, true, true, false, false},
		{"other version, the TPM's word is asked for", []string{"report.html"}, self, older, true, false, true, false},
	} {
		b := &verifiedBundle{Verified: &sign.Verified{Unlike: c.unlike, Document: &reports.Document{Tool: c.by}}, bundle: "the-bundle"}
		if c.manifest {
			b.manifest = new(attest.Manifest)
		}
		problems, err := b.checkPages(c.self)
		note := slices.ContainsFunc(b.Notes, func(r reports.Reason) bool {
			return r.Code == "pages-not-compared" && strings.HasPrefix(r.Text, "report.html: ")
		})
		if (len(problems) > 0) != c.problem || (err != nil) != c.failed || note != c.note {
			t.Errorf("%s: %v, %v, %v", c.name, problems, err, b.Notes)
		}
		screen, err := os.Create(filepath.Join(t.TempDir(), "screen"))
		if err != nil {
			t.Fatal(err)
		}
		p, want, begins := &program{stdout: screen, stderr: screen}, exitInconclusive, "WHOLE, SIGNER UNKNOWN  the-bundle\n"
		switch {
		case c.problem:
			want, begins = exitNotValid, "NOT VALID  the-bundle\n  report.html: does not say what"
		case c.failed:
			want, begins = exitFailed, "shokyo verify: the TPM signed report.json"
		}
		answer := b.judge(c.self)
		p.showOne(answer)
		text, _ := os.ReadFile(screen.Name())
		if answer.status() != want || !strings.HasPrefix(string(text), begins) {
			t.Errorf("%s: status %d, %v:\n%s", c.name, answer.status(), answer.err, text)
		}
		screen.Close()
	}
}

// The program that make builds names its commit, whatever the go command puts into it.
func TestVersionNamesTheCommit(t *testing.T) {
	if testing.Short() {
		t.Skip("clones the project and builds it")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	clone := filepath.Join(t.TempDir(), "clone")
	run := func(dir, name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=-buildvcs=false", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	run(root, "git", "clone", "-q", "--local", ".", clone)
	head := run(clone, "git", "rev-parse", "HEAD")
	for _, dirty := range []string{"", maker.Modified} {
		run(clone, "make", "-s", "bin/shokyo")
		if got := run(clone, "bin/shokyo", "--version"); !strings.HasSuffix(got, " commit "+head+dirty) {
			t.Errorf("%s, want commit %s%s", got, head, dirty)
		}
		if err := os.WriteFile(filepath.Join(clone, "README.md"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestToolWords(t *testing.T) {
	for want, of := range map[string]reports.Tool{
		"one without a version": {Version: maker.Unversioned}, "version 1.0": {Version: "1.0"}, "version development c1": {Version: maker.Unversioned, Commit: "c1"}, "version \uFFFD[2J": {Version: "\x1b[2J"},
	} {
		if got := toolWords(&of); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
