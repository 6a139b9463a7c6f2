package keyfile

import (
	"bytes"
	gopem "encoding/pem"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/filetest"
	"shokyo.dev/shokyo/scan/proof"
)

const need = 48 + 19 // of a medium of 1 TB, with what a block's positions and its share cost

func random(seed byte, n int) []byte { return []byte(filetest.Noise(n, seed)) }

func findAll(b []byte, need float64) (seen []proof.Observation) {
	new(Finder).Find(b, need, func(o proof.Observation) { seen = append(seen, o) })
	return seen
}

func run(t testing.TB, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	c := exec.Command(name, args...)
	c.Stdin = bytes.NewReader(stdin)
	var errors bytes.Buffer
	c.Stderr = &errors
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, errors.Bytes())
	}
	return out
}

func derOf(t testing.TB, armour []byte) []byte {
	block, _ := gopem.Decode(armour)
	if block == nil {
		t.Fatalf("no armour: %.60s", armour)
	}
	return block.Bytes
}

// made are private keys as openssl, ssh-keygen and gpg write them, made for the test.
func made(t testing.TB) map[string][]byte {
	dir := t.TempDir()
	openssl := func(args ...string) []byte { return derOf(t, run(t, nil, "openssl", args...)) }
	rsa := run(t, nil, "openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
	p256 := run(t, nil, "openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout")
	path := filepath.Join(dir, "ssh")
	run(t, nil, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path)
	ssh, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string][]byte{
		"der-private-key/PKCS #8 RSA":     derOf(t, rsa),
		"der-private-key/PKCS #1":         derOf(t, run(t, rsa, "openssl", "rsa", "-traditional")),
		"der-private-key/encrypted":       derOf(t, run(t, rsa, "openssl", "pkcs8", "-topk8", "-passout", "pass:test")),
		"der-private-key/SEC 1":           derOf(t, p256),
		"der-private-key/PKCS #8 P-256":   derOf(t, run(t, p256, "openssl", "pkcs8", "-topk8", "-nocrypt")),
		"der-private-key/PKCS #8 P-384":   openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"),
		"der-private-key/SEC 1 brainpool": openssl("ecparam", "-name", "brainpoolP256r1", "-genkey", "-noout"),
		"der-private-key/Ed25519":         openssl("genpkey", "-algorithm", "ed25519"),
		"der-private-key/X448":            openssl("genpkey", "-algorithm", "x448"),
		"openssh-private-key":             derOf(t, ssh),
	}
	home := filepath.Join(dir, "gpg")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	gpg := func(args ...string) []byte {
		return run(t, nil, "gpg", append([]string{"--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""}, args...)...)
	}
	defer func() { _ = exec.Command("gpgconf", "--homedir", home, "--kill", "all").Run() }()
	for _, algorithm := range []string{"rsa2048", "ed25519", "nistp256"} {
		gpg("--quick-generate-key", algorithm+"@example.org", algorithm)
		keys["pgp-private-key/"+algorithm] = gpg("--export-secret-keys", algorithm+"@example.org")
	}
	files, _ := filepath.Glob(filepath.Join(home, "private-keys-v1.d", "*.key"))
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if b[0] == '(' { // from GnuPG 2.3 on: text
			keys["gnupg-private-key/"+filepath.Base(path)] = b
		}
	}
	return keys
}

// Keys that programs made are found at any byte, and nothing is said of what is public.
func TestKeysOfPrograms(t *testing.T) {
	for name, key := range made(t) {
		kind, _, _ := strings.Cut(name, "/")
		for _, at := range []int{0, 1, 4099} {
			seen := findAll(slices.Concat(random(1, at), key, random(2, 999)), need)
			if len(seen) == 0 || seen[0].Kind != kind || seen[0].Start != at || !seen[0].Keys || seen[0].End > at+len(key) {
				t.Errorf("%s at %d: %+v", name, at, seen)
			}
			if strings.HasPrefix(kind, "der") && len(seen) > 1 {
				t.Errorf("%s at %d is found %d times", name, at, len(seen))
			}
		}
	}
}

// A key of RSA without its beginning is found by its primes.
func TestPrimes(t *testing.T) {
	for _, bits := range []string{"2048", "3072", "4096"} {
		key := derOf(t, run(t, nil, "openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:"+bits))
		seen := findAll(key[len(key)/3:], need)
		if len(seen) != 1 || seen[0].Detail != "RSA primes" || !seen[0].Keys {
			t.Errorf("%s: %+v", bits, seen)
		}
	}
}

func TestPublicIsNotPrivate(t *testing.T) {
	rsa := run(t, nil, "openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, rsa, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"a public key":  derOf(t, run(t, rsa, "openssl", "pkey", "-pubout")),
		"PKCS #1":       derOf(t, run(t, rsa, "openssl", "rsa", "-RSAPublicKey_out")),
		"a certificate": derOf(t, run(t, nil, "openssl", "req", "-x509", "-new", "-key", path, "-subj", "/CN=test", "-days", "9")),
		"a request":     derOf(t, run(t, nil, "openssl", "req", "-new", "-key", path, "-subj", "/CN=test")),
		"a trust store": []byte("\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x02\x00\x20" + strings.Repeat("certificate", 9)),
		"parameters":    derOf(t, run(t, nil, "openssl", "ecparam", "-name", "prime256v1")),
	} {
		if seen := findAll(slices.Concat(random(1, 77), b, random(2, 77)), 0); len(seen) > 0 {
			t.Errorf("%s: %+v", name, seen)
		}
	}
}

// What a structure is worth where it may begin, over every place of random bytes that have its anchor: the bound of 2^-s.
func TestNull(t *testing.T) {
	n := 1 << 18
	if testing.Short() {
		n = 1 << 14
	}
	r := rand.NewChaCha8([32]byte{3})
	b := make([]byte, 1400)
	var counts [64]int
	for range n {
		_, _ = r.Read(b)
		a := &anchors[r.Uint64()%uint64(len(anchors))]
		back := a.back[r.Uint64()%uint64(len(a.back))]
		copy(b[back:], a.magic)
		var p proof.Cursor
		if o, ok := p.Confirm(&a.form, b, 0); ok {
			for s := range min(len(counts), int(max(0, o.Bits-float64(8*len(a.magic))))) {
				counts[s]++
			}
		}
	}
	for s := 8; s < len(counts); s++ {
		if mean := math.Ldexp(float64(n), -s); float64(counts[s]) > mean+4*math.Sqrt(mean) {
			t.Errorf("%d of %d have %d bits besides their anchor", counts[s], n, s)
		}
	}
	if seen := findAll(random(4, 4<<20), 0); len(seen) > 0 {
		t.Errorf("%+v", seen)
	}
}

// Every row of bytes that begins a structure is read so often and no more.
func TestTriesAreBounded(t *testing.T) {
	saved := anchors[0].form
	defer func() { anchors[0].form = saved }()
	n := 0
	anchors[0].form.Read = func(*proof.Cursor) { n++ }
	b := bytes.Repeat([]byte("\x30\x03\x02\x01\x00"), 1<<14)
	findAll(b, need)
	if n != fewTries+len(b)/bytesPerTry {
		t.Errorf("%d tries", n)
	}
}

func FuzzFind(f *testing.F) {
	for i := range anchors {
		a := &anchors[i]
		f.Add(slices.Concat(bytes.Repeat([]byte{0x30}, a.back[0]), []byte(a.magic), random(5, 40)))
	}
	for _, s := range samples(f) {
		f.Add([]byte(s.Data))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		until := 0
		for _, o := range findAll(b, need) {
			if o.Start < until || o.End > len(b) || o.Start >= o.End || o.Bits < need {
				t.Errorf("%+v", o)
			}
			until = o.End
		}
	})
}

func BenchmarkAnywhere(b *testing.B) {
	for name, buf := range map[string][]byte{"ciphertext": random(6, 1<<20), "zeros": make([]byte, 1<<20),
		"text": bytes.Repeat([]byte("a private-key(11: of-key-v1 "), 1<<15), "crafted": bytes.Repeat([]byte("\x30\x03\x02\x01\x00"), 1<<18)} {
		b.Run(name, func(b *testing.B) {
			var f Finder
			b.SetBytes(int64(len(buf)))
			for b.Loop() {
				f.Find(buf, need, func(proof.Observation) {})
			}
		})
	}
}
