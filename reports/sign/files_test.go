package sign

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"shokyo.dev/shokyo/reports/sign/envelope"

	"shokyo.dev/shokyo/reports/sign/countersign"
	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
)

// The table says of each file what its kind needs, and is in the order of the pins.
func TestFiles(t *testing.T) {
	var names []string
	for _, f := range files {
		names = append(names, f.name)
		if f.kind == 0 || f.most <= 0 {
			t.Errorf("%s: %+v", f.name, f)
		}
		if (f.kind == rendered) != (f.render != nil) || (f.kind == attachment) != (f.promised != nil) {
			t.Errorf("%s: kind %d, render %v, promised %v", f.name, f.kind, f.render != nil, f.promised != nil)
		}
		if got := fileOf(f.name); got == nil || got.name != f.name {
			t.Errorf("%s is not found in the table", f.name)
		}
	}
	last := slices.IndexFunc(files, func(f file) bool { return f.kind == pinning })
	if files[0].kind != document || !slices.IsSorted(names[1:last]) {
		t.Errorf("the report, then by name, then the envelope: %q", names)
	}
	for i, f := range files[last+1:] {
		if want := map[bool]kind{true: apart, false: later}[i == 0]; f.kind != want || (f.kind == later) != (f.check != nil) {
			t.Errorf("behind the envelope: %+v", f)
		}
	}
	for _, name := range []string{"", "Report.json", "report.json ", "../report.json", "lab.key.pem", "Report.pdf"} {
		if fileOf(name) != nil {
			t.Errorf("%q is a file of a bundle", name)
		}
	}
}

// What is written is the table: the names, and the bytes by their kind.
func TestPinnedFiles(t *testing.T) {
	id := lab(t)
	d := build.Document(reporttest.Attested(), id.Facts())
	list := pinnedFiles(d, id, map[string][]byte{AttestationFile: []byte("quote")})
	if want := slices.IndexFunc(files, func(f file) bool { return f.kind == pinning }); len(list) != want { // neither the envelope nor what is signed apart
		t.Fatalf("%d files", len(list))
	}
	for i, f := range list {
		row := files[i]
		want := map[kind][]byte{document: d.Encode(), attachment: []byte("quote"), certificate: id.PEM()}[row.kind]
		if row.kind == rendered {
			want = row.render(d)
		}
		if f.name != row.name || !bytes.Equal(f.data, want) || len(want) == 0 {
			t.Errorf("%s in the place of %s, %d bytes, want %d", f.name, row.name, len(f.data), len(want))
		}
	}
	for _, f := range pinnedFiles(d, id, nil) {
		if f.name == AttestationFile {
			t.Error("an attestation that nobody gave")
		}
	}
}

// onDisk is a bundle in a folder.
func onDisk(t *testing.T, id identity.Identity) string {
	t.Helper()
	e := reporttest.Attested()
	dir := filepath.Join(t.TempDir(), "b")
	if err := WriteBundle(dir, build.Document(e, id.Facts()), id, attachmentOf(e)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Every file of a bundle, done to whatever can be done to a file, is blamed for it.
func TestEveryFile(t *testing.T) {
	id := lab(t)
	dir := onDisk(t, id)
	aside := filepath.Join(t.TempDir(), "aside")
	pinned := func(f *file) (string, string) { // what a change of its bytes is
		switch f.kind {
		case pinning:
			return f.name, "envelope"
		case certificate:
			return f.name, "certificate"
		}
		return f.name, "changed"
	}
	same := func(name, code string) func(f *file) (string, string) {
		return func(f *file) (string, string) { return strings.ReplaceAll(name, "NAME", f.name), code }
	}
	write := func(change func(b []byte) []byte) func(path string) error {
		return func(path string) error {
			b, err := os.ReadFile(aside)
			if err != nil {
				return err
			}
			return os.WriteFile(path, change(bytes.Clone(b)), 0o644)
		}
	}
	for _, c := range []struct {
		name string
		do   func(path string) error // the file is not there
		want func(f *file) (file, code string)
	}{
		{"missing", func(string) error { return nil }, same("NAME", "missing")},
		{"empty", write(func([]byte) []byte { return nil }), pinned},
		{"cut short", write(func(b []byte) []byte { return b[:len(b)-1] }), func(f *file) (string, string) {
			if f.kind == certificate { // a line end less is no other certificate
				return f.name, "changed"
			}
			return pinned(f)
		}},
		{"a byte more", write(func(b []byte) []byte { return append(b, '\n') }), func(f *file) (string, string) {
			if f.kind == certificate {
				return f.name, "changed"
			}
			return pinned(f)
		}},
		{"first byte changed", write(func(b []byte) []byte { b[0] ^= 1; return b }), pinned},
		{"last byte changed", write(func(b []byte) []byte { b[len(b)-1] ^= 1; return b }), func(f *file) (string, string) {
			if f.kind == certificate { // nor is another line end
				return "", ""
			}
			return pinned(f)
		}},
		{"a link to itself of before", func(path string) error { return os.Symlink(aside, path) }, same("NAME", "added")},
		{"a link to nowhere", func(path string) error { return os.Symlink("nowhere", path) }, same("NAME", "added")},
		{"a folder", func(path string) error { return os.Mkdir(path, 0o755) }, same("NAME", "added")},
		{"a pipe", func(path string) error { return syscall.Mkfifo(path, 0o644) }, same("NAME", "added")},
		{"renamed", func(path string) error { return os.WriteFile(path+".old", nil, 0o644) }, same("NAME.old", "added")},
		{"renamed, and gone", func(path string) error { return os.WriteFile(path+".old", nil, 0o644) }, same("NAME", "missing")},
		{"larger than any can be", func(path string) error {
			if err := os.WriteFile(path, nil, 0o644); err != nil {
				return err
			}
			return os.Truncate(path, 1<<40)
		}, same("NAME", "changed")},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i := range files {
				f := &files[i]
				path := filepath.Join(dir, f.name)
				if f.kind == later { // it is not there yet
					continue
				}
				if err := os.Rename(path, aside); err != nil {
					t.Fatal(err)
				}
				if err := c.do(path); err != nil {
					t.Fatal(err)
				}
				_, err := Verify(dir, nil)
				var invalid *InvalidError
				if !errors.As(err, &invalid) {
					t.Errorf("%s: error %v", f.name, err)
				} else if name, code := c.want(f); name != "" {
					wantProblem(t, invalid.Problems, name, code)
				}
				os.Remove(path)
				os.Remove(path + ".old")
				if err := os.Rename(aside, path); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if v, err := Verify(dir, id.Certificate()); err != nil || !v.Trusted {
		t.Errorf("as it was: %v", err)
	}
}

func TestIsBundle(t *testing.T) {
	for _, f := range files {
		dir := t.TempDir()
		if IsBundle(dir) {
			t.Fatal("an empty folder is a bundle")
		}
		if err := os.WriteFile(filepath.Join(dir, f.name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if got := IsBundle(dir); got != (f.kind != certificate) { // an identity has one
			t.Errorf("a folder with %s: %v", f.name, got)
		}
	}
	if IsBundle(filepath.Join(t.TempDir(), "none")) {
		t.Error("nothing is a bundle")
	}
}

// A folder of bundles is none itself, and says so.
func TestFolderOfBundles(t *testing.T) {
	dir := filepath.Dir(onDisk(t, lab(t)))
	_, err := Verify(dir, nil)
	var invalid *InvalidError
	if err == nil || errors.As(err, &invalid) || !strings.Contains(err.Error(), "no bundle but a folder of them (1)") {
		t.Errorf("error %v", err)
	}
	// With a file of a bundle it is one, and not valid.
	if err := os.WriteFile(filepath.Join(dir, envelopeFile), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(dir, nil); !errors.As(err, &invalid) {
		t.Errorf("error %v", err)
	}
}

func TestPinsOf(t *testing.T) {
	dir := onDisk(t, lab(t))
	got, err := PinsOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, sum := range map[string]string{reportFile: got.ReportSHA256, envelopeFile: got.EnvelopeSHA256} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || envelope.Pin(name, b).SHA256 != sum {
			t.Errorf("%s is pinned by %s, %v", name, sum, err)
		}
	}
	if got.ID != reporttest.Attested().ID {
		t.Errorf("id %q", got.ID)
	}
	if err := os.WriteFile(filepath.Join(dir, envelopeFile), []byte("{}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := PinsOf(dir); err == nil {
		t.Error("an empty envelope pins something")
	}
	if _, err := PinsOf(t.TempDir()); err == nil {
		t.Error("a folder without an envelope pins something")
	}
}

// What a document promises is what its bundle has.
func TestPromised(t *testing.T) {
	for kind, want := range map[string]bool{reports.AttestedTPM2: true, reports.NotAttested: false, "": false, "tpm3": false} {
		d := &reports.Document{}
		d.Platform.Attestation.Kind = kind
		if got := fileOf(AttestationFile).promised(d); got != want {
			t.Errorf("%q promises: %v", kind, got)
		}
	}
}

// TestRoles: what a second person signs has its row.
func TestRoles(t *testing.T) {
	for _, r := range []countersign.Role{countersign.Concurrence, countersign.Validation} {
		if r.String() == "" || fileOf(r.File()) == nil {
			t.Errorf("role %d", r)
		}
	}
}
