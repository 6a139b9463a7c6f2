package sealed

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/reports/sign/identity"
)

const testKind = "https://example.test/kind/v1"

func sealedFolder(t *testing.T) (string, identity.Identity) {
	t.Helper()
	id, err := identity.ThrowAway(time.Unix(1e9, 0))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"a", "b"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name+name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := Seal(id, dir, testKind, "a", "b"); err != nil {
		t.Fatal(err)
	}
	return dir, id
}

func TestSeal(t *testing.T) {
	dir, id := sealedFolder(t)
	s, err := Open(dir, testKind, id.Certificate(), "a", "b")
	if err != nil {
		t.Fatal(err)
	}
	if s.Signer != id.Facts() || len(s.SHA256) != 64 || s.Bytes("b") != 2 || s.Bytes("c") != 0 {
		t.Errorf("%+v", s)
	}
	for _, c := range []struct {
		name, holds string
		ok          bool
	}{{"a", "aa", true}, {"b", "bb", true}, {"a", "bb", false}, {"a", "aaa", false}, {"a", "", false}, {"c", "cc", false}} {
		if err := s.Check(c.name, []byte(c.holds)); (err == nil) != c.ok {
			t.Errorf("%s, %q: %v", c.name, c.holds, err)
		}
	}
	if err := Seal(id, dir, testKind, "a"); err == nil {
		t.Error("sealed twice")
	}
}

func TestSealIsChecked(t *testing.T) {
	dir, id := sealedFolder(t)
	other, err := identity.ThrowAway(time.Unix(1e9, 0))
	if err != nil {
		t.Fatal(err)
	}
	open := func(kind string, names ...string) error {
		_, err := Open(dir, kind, id.Certificate(), names...)
		return err
	}
	for what, err := range map[string]error{
		"another kind": open("https://example.test/kind/v2", "a", "b"),
		"a file less":  open(testKind, "a"),
		"a file more":  open(testKind, "a", "b", "c"),
		"turned round": open(testKind, "b", "a"),
	} {
		if err == nil {
			t.Errorf("%s: opened", what)
		}
	}
	if _, err := Open(dir, testKind, other.Certificate(), "a", "b"); err == nil || !strings.Contains(err.Error(), "signed by") {
		t.Errorf("another signer: %v", err)
	}
	if _, err := Open(dir, testKind, nil, "a", "b"); err != nil {
		t.Error(err)
	}
	for _, name := range []string{File, identity.CertificateFile} {
		path := filepath.Join(dir, name)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(good); i += 7 {
			bad := append([]byte(nil), good...)
			bad[i] ^= 1
			os.WriteFile(path, bad, 0o644)
			if open(testKind, "a", "b") == nil {
				t.Fatalf("%s, byte %d changed: opened", name, i)
			}
		}
		os.WriteFile(path, other.PEM(), 0o644)
		if open(testKind, "a", "b") == nil {
			t.Errorf("%s of another: opened", name)
		}
		os.WriteFile(path, good, 0o644)
	}
	if err := open(testKind, "a", "b"); err != nil {
		t.Error(err)
	}
}

// A folder of any kind is whole, or something of it is not as it was sealed, or it could not be looked at.
func TestWhole(t *testing.T) {
	dir, id := sealedFolder(t)
	f, kind, err := Whole(dir)
	if err != nil || kind != testKind || f.Signer != id.Facts() || !Is(dir) || Is(t.TempDir()) {
		t.Fatalf("%+v, %q, %v", f, kind, err)
	}
	other, _ := sealedFolder(t)
	for name, c := range map[string]struct {
		change  func(dir string) error
		changed bool
	}{
		"a file":        {func(dir string) error { return os.WriteFile(filepath.Join(dir, "b"), []byte("bc"), 0o644) }, true},
		"a longer file": {func(dir string) error { return os.WriteFile(filepath.Join(dir, "b"), []byte("bbb"), 0o644) }, true},
		"the certificate": {func(dir string) error {
			return os.Rename(filepath.Join(other, identity.CertificateFile), filepath.Join(dir, identity.CertificateFile))
		}, true},
		"the seal":            {func(dir string) error { return os.WriteFile(filepath.Join(dir, File), []byte("{}"), 0o644) }, true},
		"a file that is gone": {func(dir string) error { return os.Remove(filepath.Join(dir, "a")) }, false},
		"no seal":             {func(dir string) error { return os.Remove(filepath.Join(dir, File)) }, false},
	} {
		dir, _ := sealedFolder(t)
		if err := c.change(dir); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Whole(dir); err == nil || errors.Is(err, ErrChanged) != c.changed {
			t.Errorf("%s: %v", name, err)
		}
	}
}
