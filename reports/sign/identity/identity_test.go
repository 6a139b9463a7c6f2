package identity

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/pem"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/youmark/pkcs8"

	"shokyo.dev/shokyo/internal/tooltest"
)

func TestIdentitySaveLoad(t *testing.T) {
	id := lab(t)
	dir := filepath.Join(t.TempDir(), "lab")
	if err := id.Save(dir, []byte("correct horse")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, KeyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v", info.Mode(), err)
	}
	got, err := Load(dir, []byte("correct horse"))
	if err != nil {
		t.Fatal(err)
	}
	if !got.cert.PublicKey.(*ecdsa.PublicKey).Equal(id.key.Public()) || !got.key.(*ecdsa.PrivateKey).Equal(id.key) || !got.cert.Equal(id.cert) || got.IsThrowAway() || got.Name() != id.Name() {
		t.Error("what was loaded is not what was saved")
	}
	if err := lab(t).Save(dir, []byte("x")); err == nil || !strings.Contains(err.Error(), "never overwritten") {
		t.Errorf("saved over an identity: %v", err)
	}
	if err := id.Save(t.TempDir(), nil); err == nil || !strings.Contains(err.Error(), "passphrase") {
		t.Errorf("saved without a passphrase: %v", err)
	}
	if err := (Identity{}).Save(t.TempDir(), []byte("x")); err == nil {
		t.Error("saved the zero identity")
	}
}

// Saving over an identity, or over half of one, is refused and leaves what is there as it
// was: a laboratory whose key is gone can not sign any more.
func TestSaveKeepsWhatIsThere(t *testing.T) {
	id, dir := lab(t), t.TempDir()
	if err := id.Save(dir, []byte("first")); err != nil {
		t.Fatal(err)
	}
	for _, lost := range []string{"", CertificateFile, KeyFile} {
		if lost != "" {
			os.Remove(filepath.Join(dir, lost))
		}
		before := contents(t, dir)
		if err := lab(t).Save(dir, []byte("second")); err == nil || !strings.Contains(err.Error(), "never overwritten") {
			t.Errorf("without %q: %v", lost, err)
		}
		if !maps.Equal(contents(t, dir), before) {
			t.Errorf("without %q: what was there is not as before", lost)
		}
		if err := os.WriteFile(filepath.Join(dir, CertificateFile), id.PEM(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// lab is a real identity, throwAway is not.
func lab(t testing.TB) Identity {
	t.Helper()
	id, err := New(Holder{Name: "Example Forensic Laboratory 例示研究所"}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func throwAway(t testing.TB) Identity {
	t.Helper()
	id, err := ThrowAway(time.Date(2026, 3, 14, 1, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		m[e.Name()] = string(b)
	}
	return m
}

func TestLoadIdentityRefuses(t *testing.T) {
	pass := []byte("pass")
	dir := t.TempDir()
	if err := lab(t).Save(dir, pass); err != nil {
		t.Fatal(err)
	}
	key, cert := filepath.Join(dir, KeyFile), filepath.Join(dir, CertificateFile)
	keyPEM, _ := os.ReadFile(key)
	PEM, _ := os.ReadFile(cert)
	put := func(path string, b []byte) func() {
		return func() {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	block, _ := pem.Decode(keyPEM)
	cut := pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes[:len(block.Bytes)-5]})
	plain := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte{1}})
	for _, c := range []struct {
		name string
		do   func()
		pass string
		want string
	}{
		{"wrong passphrase", func() {}, "word", "wrong passphrase"},
		{"no passphrase", func() {}, "", "give its passphrase"},
		{"key cut short", put(key, cut), "pass", "damaged"},
		{"key is no PEM", put(key, []byte("x")), "pass", "PEM"},
		{"key is not encrypted", put(key, plain), "pass", "not encrypted"},
		{"key is a certificate", put(key, PEM), "pass", "not an encrypted key"},
		{"key of another", put(cert, lab(t).PEM()), "pass", "do not belong together"},
		{"certificate is a key", put(cert, keyPEM), "pass", "no certificate"},
		{"two certificates", put(cert, append(bytes.Clone(PEM), PEM...)), "pass", "more than one"},
		{"key readable by the group", func() { os.Chmod(key, 0o640) }, "pass", "chmod 600"},
		{"no certificate", func() { os.Remove(cert) }, "pass", "no such file"},
		{"no key", func() { os.Remove(key) }, "pass", "no such file"},
	} {
		c.do()
		_, err := Load(dir, []byte(c.pass))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
		os.Remove(key)
		put(key, keyPEM)()
		put(cert, PEM)()
	}
	if _, err := Load(dir, pass); err != nil {
		t.Error(err)
	}
}

// The module that opens keys panics on some damage: none may get through, and
// no damaged key may open. The key derivation is a cheap one here.
func TestDamagedKey(t *testing.T) {
	opts := &pkcs8.Opts{Cipher: pkcs8.AES256CBC, KDFOpts: pkcs8.ScryptOpts{SaltSize: 8, CostParameter: 2, BlockSize: 1, ParallelizationParameter: 1}}
	id := lab(t)
	der, err := pkcs8.MarshalPrivateKey(id.key, []byte("p"), opts)
	if err != nil {
		t.Fatal(err)
	}
	try := func(der []byte) error {
		key, err := decryptKey(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}), []byte("p"))
		if (key == nil) == (err == nil) {
			t.Fatalf("key %v, error %v", key, err)
		}
		if err == nil && !key.Equal(id.key) {
			return fmt.Errorf("another key")
		}
		return err
	}
	if err := try(der); err != nil {
		t.Fatal(err)
	}
	for n := range der {
		if try(der[:n]) == nil {
			t.Errorf("a key cut after %d bytes opens", n)
		}
	}
	for bit := range 8 * len(der) {
		der[bit/8] ^= 1 << (bit % 8)
		try(der) // AES-CBC has no checksum: that the key fits the certificate is checked later
		der[bit/8] ^= 1 << (bit % 8)
	}
}

func TestNewIdentityRefuses(t *testing.T) {
	for _, name := range []string{"", strings.Repeat("x", 65), "a\nb", "\u202ebal", "\xff"} {
		if _, err := New(Holder{Name: name}, time.Now()); err == nil {
			t.Errorf("the name %q was accepted", name)
		}
	}
	if _, err := New(Holder{Name: strings.Repeat("研", 64)}, time.Now()); err != nil {
		t.Error(err)
	}
}

// Nobody becomes a laboratory, or stops being a throw-away, by a name.
func TestThrowAwayIsMarked(t *testing.T) {
	now := time.Now()
	id := throwAway(t)
	if !id.IsThrowAway() {
		t.Error("a throw-away identity is not marked")
	}
	named, err := New(Holder{Name: "throw-away"}, now)
	if err != nil || named.IsThrowAway() {
		t.Error("a name makes a throw-away", err)
	}
	if (Identity{}).IsThrowAway() || (Identity{}).Name() != "" {
		t.Error("the zero identity says something")
	}
}

// OpenSSL, a program that knows nothing of ours, must read the key, and we what it encrypts.
func TestOpenSSL(t *testing.T) {
	openssl := tooltest.Path(t, "openssl")
	id := lab(t)
	dir := t.TempDir()
	if err := id.Save(dir, []byte("pass")); err != nil {
		t.Fatal(err)
	}
	key, cert := filepath.Join(dir, KeyFile), filepath.Join(dir, CertificateFile)
	run(t, openssl, "pkey", "-in", key, "-passin", "pass:pass", "-check", "-noout")
	run(t, openssl, "verify", "-x509_strict", "-CAfile", cert, "-partial_chain", "-no_check_time", cert)

	// And the other way: a key that OpenSSL encrypted, with PBKDF2, is read.
	other := t.TempDir()
	run(t, openssl, "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-iter", "1000",
		"-in", key, "-passin", "pass:pass", "-out", filepath.Join(other, KeyFile), "-passout", "pass:other")
	if err := os.Chmod(filepath.Join(other, KeyFile), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other, CertificateFile), id.PEM(), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(other, []byte("other")); err != nil {
		t.Error(err)
	}
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// TestHolder: what keygen is told stands in the certificate, or is refused.
func TestHolder(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	id, err := New(Holder{"Example Lab", "例示株式会社", "JP", 3, nil}, now)
	if err != nil {
		t.Fatal(err)
	}
	c := id.Certificate()
	if c.Subject.Organization[0] != "例示株式会社" || c.Subject.Country[0] != "JP" || !c.NotAfter.Equal(now.AddDate(3, 0, 0)) {
		t.Errorf("%v until %v", c.Subject, c.NotAfter)
	}
	for says, h := range map[string]Holder{
		"two capital letters": {Name: "x", Country: "Japan"},
		"capital":             {Name: "x", Country: "jp"},
		"years":               {Name: "x", Years: MaxYears + 1},
		"the organization":    {Name: "x", Organization: strings.Repeat("x", 65)},
	} {
		if _, err := New(h, now); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v", h, err)
		}
	}
	for says, at := range map[string]time.Time{"not valid before 28 February 2026": now.AddDate(0, 0, -3), "expired on 1 March 2029": now.AddDate(4, 0, 0)} {
		if err := id.Current(at); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v", at, err)
		}
	}
	if err := id.Current(now); err != nil {
		t.Error(err)
	}
}

// TestPKCS12: what OpenSSL packs is opened, and what is wrong with a pack is said.
func TestPKCS12(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	openssl := func(args ...string) {
		t.Helper()
		cmd := exec.Command("openssl", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("openssl %q: %v\n%s", args, err, out)
		}
	}
	openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "k.pem", "-out", "c.pem", "-subj", "/CN=Packed Lab", "-days", "9")
	openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "rk.pem", "-out", "rc.pem", "-subj", "/CN=RSA", "-days", "9")
	openssl("pkcs12", "-export", "-inkey", "k.pem", "-in", "c.pem", "-out", "lab.p12", "-passout", "pass:horse")
	openssl("pkcs12", "-export", "-inkey", "rk.pem", "-in", "rc.pem", "-out", "rsa.p12", "-passout", "pass:horse")
	whole, err := os.ReadFile(path("lab.p12"))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"cut.p12": whole[:len(whole)-9], "no.p12": []byte("hello"), "open.p12": whole} {
		if err := os.WriteFile(path(name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	os.Chmod(path("lab.p12"), 0o600)
	os.Chmod(path("rsa.p12"), 0o600)
	os.Chmod(path("open.p12"), 0o644)
	id, err := Load(path("lab.p12"), []byte("horse"))
	if err != nil || id.Name() != "Packed Lab" {
		t.Errorf("%q, %v", id.Name(), err)
	}
	for _, c := range []struct{ file, pass, says string }{
		{"lab.p12", "cow", "wrong passphrase"}, {"lab.p12", "", "wrong passphrase"}, {"rsa.p12", "horse", "not an ECDSA P-256 key"},
		{"cut.p12", "horse", "not a PKCS #12 file"}, {"no.p12", "horse", "not a PKCS #12 file"}, {"open.p12", "horse", "can be read by others"},
	} {
		if _, err := Load(path(c.file), []byte(c.pass)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s with %q: %v", c.file, c.pass, err)
		}
	}
}

func FuzzPKCS12(f *testing.F) {
	f.Add([]byte("hello"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if id, err := openPKCS12(b, nil); err == nil && id.key == nil {
			t.Error("an identity without a key")
		}
	})
}

// TestOf: a key that is kept elsewhere, with a certificate that is for it.
func TestOf(t *testing.T) {
	mine, other := lab(t), lab(t)
	id, err := Of(mine.Signer(), mine.Certificate())
	if err != nil || id.Facts() != mine.Facts() {
		t.Errorf("%+v, %v", id.Facts(), err)
	}
	if _, err := Of(other.Signer(), mine.Certificate()); err == nil || !strings.Contains(err.Error(), "do not belong together") {
		t.Errorf("another key: %v", err)
	}
}
