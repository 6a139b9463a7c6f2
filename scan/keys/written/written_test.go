package written

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	wide "unicode/utf16"
)

type written struct {
	kind       string
	start, end int
}

func inText(b []byte) (seen []written) {
	InText(b, func(kind string, start, end int) { seen = append(seen, written{kind, start, end}) })
	return seen
}

func kindsOf(b []byte) (kinds []string) {
	for _, w := range inText(b) {
		if !slices.Contains(kinds, w.kind) {
			kinds = append(kinds, w.kind)
		}
	}
	return kinds
}

// run is what a program writes; in a folder of its own.
func run(t testing.TB, name string, args ...string) []byte {
	t.Helper()
	c := exec.Command(name, args...)
	var errors bytes.Buffer
	c.Stderr = &errors
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, errors.Bytes())
	}
	return out
}

// made are keys as programs write them, made for the test.
func made(t testing.TB) map[string][]byte {
	programs.Do(func() { keysOfPrograms = makeKeys(t) })
	return keysOfPrograms
}

var (
	programs       sync.Once
	keysOfPrograms map[string][]byte
)

func makeKeys(t testing.TB) map[string][]byte {
	dir := t.TempDir()
	keys := map[string][]byte{
		"pem-private-key/RSA":       run(t, "openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
		"pem-private-key/PKCS #1":   run(t, "openssl", "genrsa", "-traditional", "2048"),
		"pem-private-key/P-256":     run(t, "openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
		"pem-private-key/P-384":     run(t, "openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"),
		"pem-private-key/SEC 1":     run(t, "openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout"),
		"pem-private-key/Ed25519":   run(t, "openssl", "genpkey", "-algorithm", "ed25519"),
		"pem-private-key/PBES2":     run(t, "openssl", "genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:x"),
		"pem-private-key/encrypted": run(t, "openssl", "genrsa", "-traditional", "-aes128", "-passout", "pass:test", "2048"),
		"age-secret-key":            run(t, "age-keygen"),
	}
	for _, kind := range []string{"ed25519", "ecdsa", "rsa"} {
		path := filepath.Join(dir, kind)
		run(t, "ssh-keygen", "-q", "-t", kind, "-N", "", "-f", path)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		keys["openssh-private-key/"+kind] = b
	}
	return keys
}

// Keys of OpenSSL, OpenSSH and age are named, wherever they stand in a text, whole, without their beginning
// and in base64 once more.
func TestKeysOfPrograms(t *testing.T) {
	before, behind := strings.Repeat("Some text that stands before a key. ", 9), strings.Repeat("\nAnd some text behind it.", 40)
	for name, key := range made(t) {
		kind, _, _ := strings.Cut(name, "/")
		text := []byte(before + string(key) + behind)
		seen := inText(text)
		if len(seen) == 0 || seen[0].kind != kind || len(kindsOf(text)) != 1 {
			t.Errorf("%s: %+v", name, seen)
			continue
		}
		if kind == "age-secret-key" {
			continue
		}
		end := len(before) + bytes.LastIndex(key, []byte("-----\n"))
		if len(seen) > 2 || seen[0].start != len(before) || seen[0].end != end {
			t.Errorf("%s: %+v, want %d to %d", name, seen, len(before), end)
		}
		// The BEGIN line is gone, or the END line.
		lines := bytes.Index(key, []byte("\n")) + 1
		for what, part := range map[string][]byte{"without BEGIN": key[lines:], "from line 3": key[min(lines+65, len(key)-100):], "without END": key[:min(300, bytes.LastIndex(key, []byte("-----END")))], "one line": bytes.ReplaceAll(key, []byte("\n"), []byte(`\n`))} {
			if !slices.Contains(kindsOf([]byte(before+"\n"+string(part))), kind) {
				t.Errorf("%s %s is not named", name, what)
			}
		}
		if got := kindsOf([]byte("    client-key-data: " + base64.StdEncoding.EncodeToString(key) + "\n")); !slices.Equal(got, []string{kind}) {
			t.Errorf("%s in base64: %v", name, got)
		}
		units := wide.Encode([]rune(string(text)))
		for _, big := range []bool{false, true} {
			var both []byte
			for _, u := range units {
				if both = append(both, byte(u), byte(u>>8)); big {
					slices.Reverse(both[len(both)-2:])
				}
			}
			if got := Narrow(nil, both, big); !bytes.Equal(got, text) {
				t.Errorf("%s in UTF-16 comes back as %.40q", name, got)
			}
		}
	}
}

// A key without armour: the base64 of its DER alone.
func TestKeysWithoutArmour(t *testing.T) {
	for name, key := range made(t) {
		block, _ := pem.Decode(key)
		if block == nil || strings.Contains(string(key), "DEK-Info") {
			continue
		}
		text := `{"key":"` + base64.StdEncoding.EncodeToString(block.Bytes) + `"}`
		if kind, _, _ := strings.Cut(name, "/"); !slices.Equal(kindsOf([]byte(text)), []string{kind}) {
			t.Errorf("%s: %v of %.60s", name, kindsOf([]byte(text)), text)
		}
	}
}

// Other forms, by their documents.
func TestOtherForms(t *testing.T) {
	body := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7, 99, 200}, 40))
	lines := body[:64] + "\r\n" + body[64:] + "\r\n"
	for text, want := range map[string]string{
		"PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\nComment: x\r\nPublic-Lines: 1\r\n" + lines + "Private-Lines: 2\r\n" + lines + "Private-MAC: 00": "putty-private-key",
		"Private-Lines: 2\r\n" + lines + "Private-MAC: 00":                                                              "putty-private-key",
		"PuTTY-User-Key-File-3: ssh-ed25519\r\nPublic-Lines: 1\r\n" + lines:                                             "",
		`{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfV"}`:            "jwk-private-key",
		`{"kty":"oct", "k" : "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}`: "jwk-private-key",
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`:                               "",
		`{"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}`:                                                           "",
		"[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n":                                      "wireguard-key",
		"PresharedKey=/UwcSPg38hW/D9Y3tcS1FOV0K1wuURMbS0sesJEP5ak=":                                                     "wireguard-key",
		"PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\n":                                                    "",
		"0 409600 crypt aes-xts-plain64 " + strings.Repeat("00ab", 32) + " 0 8:1 32768":                                 "dm-crypt-table",
		"0 409600 crypt capi:xts(aes)-plain64 " + strings.Repeat("00ab", 32) + " 0 8:1 32768":                           "dm-crypt-table",
		"0 409600 crypt aes-xts-plain64 " + strings.Repeat("00", 64) + " 0 8:1 32768":                                   "",
		"0 409600 crypt aes-xts-plain64 :64:logon:cryptsetup:6f0f-d0 0 8:1 32768":                                       "",
		"Created: 20261130T000000\nKey: (protected-private-key (ecc (curve Ed25519)(flags eddsa)(q\n":                   "gnupg-private-key",
		"Key: (private-key (rsa (n #00A4":                                                                               "gnupg-private-key",
		"Key: (shadowed-private-key (rsa":                                                                               "",
		"Recovery Key: " + recovery(1) + "\r\n":                                                                         "bitlocker-recovery-key",
		recovery(2) + "-000011":                                                                                         "bitlocker-recovery-key",
		"123457-123457-123457-123457-123457-123457-123457-123457":                                                       "",
		strings.Replace(recovery(3), "-", " ", 1):                                                                       "",
		"-----BEGIN PUBLIC KEY-----\n" + lines + "-----END PUBLIC KEY-----\n":                                           "",
		"-----BEGIN CERTIFICATE-----\n" + lines + "-----END CERTIFICATE-----\n":                                         "",
		"Paste what stands between -----BEGIN RSA PRIVATE KEY----- and -----END RSA PRIVATE KEY----- here.":             "",
		"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n" + lines + "=abcd\n-----END PGP PRIVATE KEY BLOCK-----":              "pgp-private-key",
		"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n" + lines + "---- END SSH2 ENCRYPTED PRIVATE KEY ----":             "pem-private-key",
		"AGE-SECRET-KEY-1 is how an identity begins, in capitals, and 58 characters follow":                             "",
	} {
		if got := strings.Join(kindsOf([]byte(text)), " "); got != want {
			t.Errorf("%.80q: %q, want %q", text, got, want)
		}
	}
}

func recovery(seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 0))
	var groups []string
	for range 8 {
		groups = append(groups, fmt.Sprintf("%06d", 11*r.IntN(1<<16)))
	}
	return strings.Join(groups, "-")
}

// Public keys and certificates are residue, but no keys.
func TestPublicIsNotPrivate(t *testing.T) {
	for _, key := range made(t) {
		block, _ := pem.Decode(key)
		if block == nil {
			continue
		}
		var public any
		switch private, _ := x509.ParsePKCS8PrivateKey(block.Bytes); k := private.(type) {
		case *rsa.PrivateKey:
			public = &k.PublicKey
		case *ecdsa.PrivateKey:
			public = &k.PublicKey
		case ed25519.PrivateKey:
			public = k.Public()
		default:
			continue
		}
		der, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			t.Fatal(err)
		}
		if got := inText(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})); len(got) > 0 {
			t.Errorf("%T: %+v", public, got)
		}
	}

}

// However often a mark stands there, it is looked at so many times.
func TestMarksAreBounded(t *testing.T) {
	n := 0
	saved := writings
	defer func() { writings = saved }()
	writings = []writing{{"PRIVATE KEY", func([]byte, int) (string, int, int) { n++; return "", 0, 0 }}}
	text := bytes.Repeat([]byte("PRIVATE KEY"), 1<<14)
	inText(text)
	if n != mostMarks+len(text)/bytesPerMark {
		t.Errorf("%d marks", n)
	}
}

func FuzzInText(f *testing.F) {
	for _, w := range writings {
		f.Add([]byte("-----BEGIN "+w.mark+"-----\n"+strings.Repeat("QUJD", 30)), 3)
	}
	f.Add([]byte(recovery(1)), 0)
	f.Fuzz(func(t *testing.T, b []byte, pad int) {
		b = append(bytes.Repeat([]byte("-"), pad&63), b...)
		for _, w := range inText(b) {
			if w.start < 0 || w.end > len(b) || w.start >= w.end {
				t.Errorf("%+v of %d bytes", w, len(b))
			}
		}
	})
}

func BenchmarkInText(b *testing.B) {
	for name, text := range map[string]string{"prose": "It was the best of times, it was the worst of times, the age of wisdom,\n", "marks": "-----BEGIN PRIVATE KEY-----\n", "groups": "123456-123456-"} {
		b.Run(name, func(b *testing.B) {
			buf := bytes.Repeat([]byte(text), 1<<20/len(text))
			b.SetBytes(int64(len(buf)))
			for b.Loop() {
				InText(buf, func(string, int, int) {})
			}
		})
	}
}
