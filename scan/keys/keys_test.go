package keys

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/tooltest"
	"shokyo.dev/shokyo/scan/proof"
)

// The headers here are made by cryptsetup, which works on image files without
// root and without device mapper. PBKDF2 with few iterations keeps it quick.

const imageBytes = 20 << 20

// lab is an image with a LUKS volume and two key files.
type lab struct {
	t             testing.TB
	img, pw1, pw2 string
}

func newLab(t testing.TB, version string) *lab {
	t.Helper()
	if testing.Short() {
		t.Skip("runs cryptsetup; not with -short")
	}
	dir := t.TempDir()
	l := &lab{t: t, img: filepath.Join(dir, "x.img"), pw1: filepath.Join(dir, "1"), pw2: filepath.Join(dir, "2")}
	for name, content := range map[string]string{l.pw1: "first", l.pw2: "second", l.img: ""} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(l.img, imageBytes); err != nil {
		t.Fatal(err)
	}
	l.cryptsetup("", append(quick, "luksFormat", "--type", version, "--uuid", testUUID, l.img, l.pw1)...)
	return l
}

const testUUID = "a41f27ab-6f55-410b-8a1f-885cce572420"

var quick = []string{"--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"}

func (l *lab) cryptsetup(stdin string, args ...string) {
	l.t.Helper()
	cmd := exec.Command(tooltest.Path(l.t, "cryptsetup"), append([]string{"--batch-mode"}, args...)...)
	cmd.Stdin = strings.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		l.t.Fatalf("cryptsetup %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (l *lab) addKey() {
	l.t.Helper()
	l.cryptsetup("", append(quick, "luksAddKey", "--key-file", l.pw1, l.img, l.pw2)...)
}
func (l *lab) erase() { l.t.Helper(); l.cryptsetup("", "luksErase", l.img) }
func (l *lab) killOne() {
	l.t.Helper()
	l.cryptsetup("", "luksKillSlot", l.img, "0", "--key-file", l.pw2)
}

func (l *lab) bytes() []byte {
	l.t.Helper()
	f, err := os.Open(l.img)
	if err != nil {
		l.t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		l.t.Fatal(err)
	}
	return b
}

// volumes calls parseLUKS at every sector, as the engine does.
func volumes(buf []byte, base int64) (found []Volume) {
	for off := 0; off <= len(buf)-512; off += 512 {
		if v, ok := parseLUKS(buf, off, base); ok {
			found = append(found, v)
		}
	}
	return found
}

// wiped says that a header is whole and lists no live key slot.
func wiped(v *Volume) bool { return v.Live == 0 && !v.Damaged }

func TestLUKS2(t *testing.T) {
	l := newLab(t, "luks2")
	expect := func(step string, live int, indices ...int) {
		t.Helper()
		vs := volumes(l.bytes(), 1<<20)
		if len(vs) != 2 {
			t.Fatalf("%s: %d headers", step, len(vs))
		}
		for i, v := range vs {
			if v.Version != 2 || v.Secondary != (i == 1) || v.Live != live || v.Damaged || !v.Verified || wiped(&v) != (live == 0) {
				t.Errorf("%s: %+v", step, v)
			}
			if v.VolumeStart != 1<<20 || v.DataOffset != 16<<20 || v.Cipher != "aes-xts-plain64" || v.UUID != testUUID || v.Start != i*16384 {
				t.Errorf("%s: %+v", step, v)
			}
			for k, s := range v.Slots {
				if s.Index != indices[k] || !s.Live || s.Length < 250000 || s.Offset < 32768 || !strings.Contains(s.Detail, "pbkdf2") {
					t.Errorf("%s: slot %+v", step, s)
				}
			}
		}
	}
	expect("format", 1, 0)
	l.addKey()
	expect("second key", 2, 0, 1)
	l.killOne()
	expect("one live among wiped", 1, 1)
	l.cryptsetup("", "token", "add", "--key-description", "shokyo:test", l.img)
	expect("keyring token", 1, 1)
	l.erase()
	expect("erase", 0)
	if vs := volumes(l.bytes(), 0); vs[0].Tokens != 1 {
		t.Errorf("%d tokens", vs[0].Tokens)
	}
}

// TestTokenOfOthers: a token that the format does not define may carry
// anything. Next to a live slot it changes nothing; in a wiped header it is
// not explained.
func TestTokenOfOthers(t *testing.T) {
	l := newLab(t, "luks2")
	token := `{"type":"notes","keyslots":[],"memo":"` + strings.Repeat("the plan is ", 40) + `"}`
	l.cryptsetup(token, "token", "import", l.img)
	if v := volumes(l.bytes(), 0)[0]; v.Damaged || v.Live != 1 || v.Tokens != 1 {
		t.Errorf("live: %+v", v)
	}
	l.erase()
	if v := volumes(l.bytes(), 0)[0]; !v.Damaged || v.Live != 0 || wiped(&v) || !v.Foreign || !v.Verified ||
		!strings.Contains(v.Detail, `foreign token of type "notes"`) || strings.Contains(v.Detail, "damaged") || strings.Contains(v.Detail, "trusted") {
		t.Errorf("wiped: %+v", v)
	}
}

// TestTokens: what systemd-cryptenroll and Clevis leave behind after luksErase.
func TestTokens(t *testing.T) {
	tokens := []struct{ kind, json string }{
		{"systemd-tpm2", `{"type":"systemd-tpm2","keyslots":["0"],"tpm2-blob":"` + strings.Repeat("AJ4AIOxI", 60) + `","tpm2-pcrs":[7],"tpm2-pcr-bank":"sha256","tpm2-primary-alg":"ecc","tpm2-policy-hash":"00ff","tpm2-pin":false,"tpm2_pubkey_pcrs":[11]}`},
		{"systemd-fido2", `{"type":"systemd-fido2","keyslots":["0"],"fido2-credential":"AbcD+/8=","fido2-salt":"AAAA","fido2-rp":"io.systemd.cryptsetup","fido2-clientPin-required":true,"fido2-up-required":true,"fido2-uv-required":false}`},
		{"systemd-pkcs11", `{"type":"systemd-pkcs11","keyslots":["0"],"pkcs11-uri":"pkcs11:model=PKCS%2315;serial=1234;token=Some%20Card","pkcs11-key":"AAAA"}`},
		{"systemd-recovery", `{"type":"systemd-recovery","keyslots":["0"]}`},
		{"clevis", `{"type":"clevis","keyslots":["0"],"jwe":{"ciphertext":"abc","encrypted_key":"","iv":"x_-","protected":"eyJhbGciOiJFQ0RILUVTIn0","tag":"z"}}`},
	}
	l := newLab(t, "luks2")
	for _, token := range tokens {
		l.cryptsetup(token.json, "token", "import", l.img)
	}
	l.cryptsetup("", "token", "add", "--key-description", "user:foo bar", l.img)
	l.erase()
	vs := volumes(l.bytes(), 0)
	if len(vs) != 2 {
		t.Fatalf("%d headers", len(vs))
	}
	for _, v := range vs {
		if !wiped(&v) || !v.Verified || v.Tokens != 6 || !strings.Contains(v.Detail, "open nothing without a key slot") {
			t.Errorf("%+v", v)
		}
		for _, token := range tokens {
			if !strings.Contains(v.Detail, token.kind) {
				t.Errorf("%s is not in %q", token.kind, v.Detail)
			}
		}
	}
}

// TestLUKS2Sizes: a JSON area longer than what was read at once is read up to
// its end, and the missing checksum said.
func TestLUKS2Sizes(t *testing.T) {
	l := newLab(t, "luks2")
	l.cryptsetup("", append(quick, "luksFormat", "--type", "luks2", "--luks2-metadata-size", "128k", "--label", "lab 請求", l.img, l.pw1)...)
	b := l.bytes()
	vs := volumes(b, 0)
	if len(vs) != 2 || !vs[0].Verified || !vs[1].Verified || vs[1].Start != 128<<10 || vs[0].Label != "lab 請求" || vs[1].VolumeStart != 0 {
		t.Fatalf("whole: %+v", vs)
	}
	v, ok := parseLUKS(b[:64<<10], 0, 0)
	if !ok || v.Verified || v.Damaged || v.Live != 1 || !strings.Contains(v.Detail, "not computed") {
		t.Errorf("cut: %v %+v", ok, v)
	}
	v, ok = parseLUKS(b[128<<10:], 0, 128<<10)
	if !ok || !v.Secondary || v.VolumeStart != 0 || v.Live != 1 {
		t.Errorf("secondary alone: %v %+v", ok, v)
	}
}

func TestLUKS1(t *testing.T) {
	l := newLab(t, "luks1")
	expect := func(step string, live ...int) {
		t.Helper()
		vs := volumes(l.bytes(), 4096)
		if len(vs) != 1 {
			t.Fatalf("%s: %d headers", step, len(vs))
		}
		v := vs[0]
		if v.Version != 1 || v.Live != len(live) || v.Damaged || !v.Verified || len(v.Slots) != 8 || v.VolumeStart != 4096 ||
			v.UUID != testUUID || v.Cipher != "aes-xts-plain64" || v.DataOffset != 2<<20 || v.End != 592 {
			t.Errorf("%s: %+v", step, v)
		}
		for _, i := range live {
			if !v.Slots[i].Live || v.Slots[i].Length != 64*4000 {
				t.Errorf("%s: slot %+v", step, v.Slots[i])
			}
		}
	}
	expect("format", 0)
	l.addKey()
	expect("second key", 0, 1)
	l.killOne()
	expect("one live among wiped", 1)
	l.erase()
	expect("erase")
}

// TestHeaderBackup: a copy of the header in another place is found and live.
func TestHeaderBackup(t *testing.T) {
	l := newLab(t, "luks2")
	name := filepath.Join(t.TempDir(), "backup")
	l.cryptsetup("", "luksHeaderBackup", "--header-backup-file", name, l.img)
	l.erase()
	backup, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	medium := make([]byte, 64<<10)
	medium = append(medium, backup...)
	vs := volumes(medium, 0)
	if len(vs) != 2 || vs[0].Live != 1 || vs[0].VolumeStart != 64<<10 || vs[1].VolumeStart != 64<<10 {
		t.Errorf("%+v", vs)
	}
}

// TestDamage: no single changed bit of a wiped header leaves it explained and
// different from what it was.
func TestDamage(t *testing.T) {
	for _, version := range []string{"luks1", "luks2"} {
		l := newLab(t, version)
		l.erase()
		b := l.bytes()[:64<<10]
		before, _ := parseLUKS(b, 0, 0)
		if !wiped(&before) {
			t.Fatalf("%+v", before)
		}
		end := before.End
		if version == "luks2" {
			end = 16 << 10
		}
		for i := magicBytes; i < end; i++ {
			bit := byte(1) << (i % 8)
			b[i] ^= bit
			v, ok := parseLUKS(b, 0, 0)
			if version == "luks2" && ok && wiped(&v) {
				t.Errorf("byte %d changed: still explained", i)
			}
			if version == "luks1" && i >= 208 && (i-208)%48 < 4 && ok && wiped(&v) {
				t.Errorf("byte %d of a slot's state changed: still explained", i)
			}
			b[i] ^= bit
		}
	}
}

// TestHidden: what a forger with a correct checksum could put into a wiped header.
func TestHidden(t *testing.T) {
	l := newLab(t, "luks2")
	l.erase()
	made := l.bytes()[:64<<10]
	text := string(made[4096 : 4096+bytes.IndexByte(made[4096:], 0)])
	tests := []struct {
		name    string
		old     string
		new     string
		damaged bool
		live    int
	}{
		{"nothing", "", "", false, 0},
		{"blank between", `"tokens"`, ` "tokens"`, false, 0},
		{"unknown member", `"tokens"`, `"memo":"x","tokens"`, true, 0},
		{"unknown member of config", `"json_size"`, `"x":1,"json_size"`, true, 0},
		{"unknown member of a segment", `"iv_tweak"`, `"x":1,"iv_tweak"`, true, 0},
		{"free text for a number", `"iv_tweak":"0"`, `"iv_tweak":"some words"`, true, 0},
		{"free text for a cipher", `aes-xts-plain64`, `some words`, true, 0},
		{"long name", `aes-xts-plain64`, strings.Repeat("a", 65), true, 0},
		{"number with zeros", `"iv_tweak":"0"`, `"iv_tweak":"00000000"`, true, 0},
		{"long digest", `"digest":"`, `"digest":"` + strings.Repeat("AAAA", 60), true, 0},
		{"two keyslots", `"keyslots":{}`, `"keyslots":{"0":{}},"keyslots":{}`, true, 0},
		{"two keyslots by escape", `"keyslots":{}`, `"keyslots":{"0":{}},"keyslo\u0074s":{}`, true, 0},
		{"keyslots no object", `"keyslots":{}`, `"keyslots":[]`, true, 0},
		{"a slot by escape", `"keyslots":{}`, `"keyslo\u0074s":{"7":{}}`, false, 1},
		{"a slot that is no object", `"keyslots":{}`, `"keyslots":{"7":null}`, false, 1},
		{"a slot with a bad name", `"keyslots":{}`, `"keyslots":{"x":{}}`, false, 1},
		{"blanks", `"tokens"`, strings.Repeat(" ", 3000) + `"tokens"`, true, 0},
		{"too deep", `"tokens":{}`, `"tokens":` + strings.Repeat("[", 50) + strings.Repeat("]", 50), true, 0},
		{"too many", `"tokens":{}`, `"tokens":[` + strings.Repeat("0,", 300) + `0]`, true, 0},
		{"cut off", `"config"`, "\x00", true, 0},
		{"a second object", `}}`, `}}{`, true, 0},
		{"known flags", `"json_size"`, `"flags":["allow-discards"],"requirements":{"mandatory":["online-reencrypt-v2"]},"json_size"`, false, 0},
		{"known token", `"tokens":{}`, `"tokens":{"0":{"type":"systemd-tpm2","keyslots":[]}}`, false, 0},
		{"no tokens", `"tokens":{},`, ``, false, 0},
		{"unknown token", `"tokens":{}`, `"tokens":{"0":{"type":"mine","keyslots":[]}}`, true, 0},
		{"unknown and known token", `"tokens":{}`, `"tokens":{"0":{"type":"clevis","keyslots":[]},"1":{"type":"mine","keyslots":[]}}`, true, 0},
		{"token without a type", `"tokens":{}`, `"tokens":{"0":{"keyslots":[]}}`, true, 0},
		{"token with a bad name", `"tokens":{}`, `"tokens":{"memo":{"type":"clevis","keyslots":[]}}`, true, 0},
		{"tokens in a list", `"tokens":{}`, `"tokens":["meet me"]`, true, 0},
		{"token with a slot that is gone", `"tokens":{}`, `"tokens":{"0":{"type":"clevis","keyslots":["0"]}}`, true, 0},
		{"token with prose", `"tokens":{}`, `"tokens":{"0":{"type":"clevis","keyslots":[],"jwe":{"tag":"meet me at noon"}}}`, true, 0},
		{"token with prose for a name", `"tokens":{}`, `"tokens":{"0":{"type":"clevis","keyslots":[],"jwe":{"meet me":"x"}}}`, true, 0},
		{"tokens of 8 KiB", `"tokens":{}`, `"tokens":{"0":{"type":"clevis","keyslots":[],"jwe":"` + strings.Repeat("A", 8<<10-50) + `"}}`, false, 0},
		{"tokens of more", `"tokens":{}`, `"tokens":{"0":{"type":"clevis","keyslots":[],"jwe":"` + strings.Repeat("A", 8<<10) + `"}}`, true, 0},
		{"tokens of more, together", `"tokens":{}`, `"tokens":{"0":{"type":"clevis","keyslots":[],"jwe":"` + strings.Repeat("A", 5<<10) + `"},"1":{"type":"clevis","keyslots":[],"jwe":"` + strings.Repeat("A", 5<<10) + `"}}`, true, 0},
		{"keyring token", `"tokens":{}`, `"tokens":{"0":{"type":"luks2-keyring","keyslots":[],"key_description":"user:foo bar"}}`, false, 0},
		{"keyring token, long", `"tokens":{}`, `"tokens":{"0":{"type":"luks2-keyring","keyslots":[],"key_description":"` + strings.Repeat("x", 129) + `"}}`, true, 0},
		{"keyring token, more members", `"tokens":{}`, `"tokens":{"0":{"type":"luks2-keyring","keyslots":[],"jwe":"x"}}`, true, 0},
		{"a lot of JSON", `"json_size"`, `"flags":[` + strings.Repeat(`"allow-discards",`, 15) + `"x"],"requirements":{"mandatory":["a"]},"json_size"`, false, 0},
		{"more than 8 KiB of JSON", `"tokens"`, strings.Repeat(" ", 8<<10-700) + `"tokens"`, true, 0},
		{"three segments", `"segments":{`, `"segments":{"7":{"type":"linear"},"8":{"type":"linear"},`, true, 0},
		{"two segments", `"segments":{`, `"segments":{"7":{"type":"linear","offset":"0","size":"dynamic"},`, false, 0},
		{"two digests", `"digests":{`, `"digests":{"7":{"type":"pbkdf2"},`, true, 0},
		{"segment of another type", `"type":"crypt"`, `"type":"memo"`, true, 0},
		{"segment of a drive that encrypts", `"type":"crypt"`, `"type":"hw-opal-crypt","opal_segment_number":1,"opal_key_size":32,"opal_segment_size":"4194304"`, false, 0},
		{"opal size that is none", `"type":"crypt"`, `"type":"hw-opal","opal_segment_size":"large"`, true, 0},
		{"kernel's names", `aes-xts-plain64`, `capi:authenc(hmac(sha256),xts(aes))-random`, false, 0},
		{"integrity", `"iv_tweak"`, `"integrity":{"type":"hmac(sha256)","journal_encryption":"none","journal_integrity":"none"},"iv_tweak"`, false, 0},
		{"capitals", `aes-xts-plain64`, `TheCodeIsHere`, true, 0},
		{"empty name", `aes-xts-plain64`, ``, true, 0},
		{"other length", `"json_size":"12288"`, `"json_size":"12289"`, true, 0},
	}
	for _, tt := range tests {
		changed := text
		if tt.old != "" {
			if changed = strings.Replace(text, tt.old, tt.new, 1); changed == text {
				t.Fatalf("%s: %q is not in the header", tt.name, tt.old)
			}
		}
		v, ok := parseLUKS(forge(made, changed), 0, 0)
		if !ok || v.Damaged != tt.damaged || v.Live != tt.live {
			t.Errorf("%s: damaged %v live %d: %s", tt.name, v.Damaged, v.Live, v.Detail)
		}
	}
	behind := forge(made, text)
	behind[4096+len(text)+300] = 'x'
	reseal(behind)
	if v, ok := parseLUKS(behind, 0, 0); !ok || !v.Damaged {
		t.Errorf("bytes behind the JSON: %+v", v)
	}
}

// forge puts another JSON text into a header, with a checksum that fits.
func forge(header []byte, text string) []byte {
	b := bytes.Clone(header)
	clear(b[4096 : 16<<10])
	copy(b[4096:16<<10], text)
	reseal(b)
	return b
}

func reseal(b []byte) {
	clear(b[448:512])
	sum := sha256.Sum256(b[:16<<10])
	copy(b[448:], sum[:])
}

func TestRandomBytes(t *testing.T) {
	src := rand.NewChaCha8([32]byte{1})
	b := make([]byte, 2048*512+64<<10)
	for round := range 500 {
		src.Read(b)
		for off := 0; off < 2048*512; off += 512 {
			if round%2 == 0 {
				copy(b[off:], "LUKS\xba\xbe")
				b[off+7] |= 4 // versions 1 and 2 are real headers, however damaged
			}
			if v, ok := parseLUKS(b, off, 0); ok {
				t.Fatalf("round %d: %+v", round, v)
			}
		}
	}
}

// minimal is a wiped LUKS2 header for tests that do not run cryptsetup.
func minimal(magic string) []byte {
	b := make([]byte, 64<<10)
	copy(b, magic)
	binary.BigEndian.PutUint16(b[6:], 2)
	binary.BigEndian.PutUint64(b[8:], 16<<10)
	copy(b[72:], "sha256")
	copy(b[168:], testUUID)
	if magic[0] == 'S' {
		binary.BigEndian.PutUint64(b[256:], 16<<10)
	}
	return forge(b, `{"keyslots":{},"tokens":{},"segments":{"0":{"type":"crypt","offset":"16777216","size":"dynamic","iv_tweak":"0","encryption":"aes-xts-plain64","sector_size":512}},"digests":{},"config":{"json_size":"12288","keyslots_size":"16744448"}}`)
}

func TestMinimal(t *testing.T) {
	for _, magic := range []string{"LUKS\xba\xbe", "SKUL\xba\xbe"} {
		if v, ok := parseLUKS(minimal(magic), 0, 16<<10); !ok || !wiped(&v) || !v.Verified {
			t.Errorf("%q: %+v", magic, v)
		}
	}
	if v, ok := parseLUKS(minimal("SKUL\xba\xbe"), 0, 0); !ok || !v.Damaged {
		t.Errorf("a volume before the medium: %+v", v)
	}
	b := minimal("LUKS\xba\xbe")
	for n := range len(b) / 64 {
		if v, ok := parseLUKS(b[:n*64], 0, 0); ok && (v.End > n*64 || v.Verified != (n*64 >= 16<<10)) {
			t.Errorf("cut at %d: %+v", n*64, v)
		}
	}
}

// TestJSON compares with encoding/json: what is read is valid JSON.
func TestJSON(t *testing.T) {
	for _, s := range []string{`{}`, `{"a":[1,2,{"b":null}]}`, `{"a":1,"a":2}`, `{"a":1}}`, `{"a" 1}`, `[]`, `{"a":[1,]}`, `{"a":1,}`, ``, `{`, `{"":1}`, "{\"a\":\"\xff\"}", `{"a":[1}`} {
		_, err := readJSON([]byte(s))
		valid := json.Valid([]byte(s)) && strings.HasPrefix(s, "{")
		if err == nil && !valid {
			t.Errorf("%q is read", s)
		}
		if s == `{}` || s == `{"a":[1,2,{"b":null}]}` {
			if err != nil {
				t.Errorf("%q: %v", s, err)
			}
		} else if err == nil {
			t.Errorf("%q is read", s)
		}
	}
}

func FuzzParseLUKS(f *testing.F) {
	f.Add(minimal("LUKS\xba\xbe")[:16<<10], uint16(0), int64(0))
	f.Add(minimal("SKUL\xba\xbe")[:16<<10], uint16(0), int64(16<<10))
	tokens := bytes.Replace(minimal("LUKS\xba\xbe")[4096:8192], []byte(`"tokens":{}`), []byte(`"tokens":{"0":{"type":"clevis","keyslots":[],"jwe":{"a":[1,true]}},"1":{"type":"x"}}`), 1)
	f.Add(forge(minimal("LUKS\xba\xbe"), string(bytes.TrimRight(tokens, "\x00")))[:16<<10], uint16(0), int64(0))
	one := make([]byte, 4096)
	copy(one, "LUKS\xba\xbe\x00\x01aes")
	f.Add(one, uint16(0), int64(512))
	f.Fuzz(func(t *testing.T, buf []byte, n uint16, base int64) {
		base &= 1<<60 - 512
		check := func() {
			v, ok := parseLUKS(buf, int(n)*512, base)
			if ok && (v.Start < 0 || v.End > len(buf) || v.Start >= v.End || v.Bits < 56 || v.Detail == "" || v.Damaged != (v.Problem != "") || v.Foreign && !v.Damaged) {
				t.Fatalf("%+v in %d bytes", v, len(buf))
			}
			live := 0
			for _, s := range v.Slots {
				if s.Live {
					live++
				}
			}
			if live != v.Live {
				t.Fatalf("%d live slots, %d counted", live, v.Live)
			}
		}
		check()
		if int(n)*512 == 0 && len(buf) >= 16<<10 { // again behind the checksum
			reseal(buf)
			check()
		}
	})
}

func BenchmarkParseLUKS(b *testing.B) {
	buf := make([]byte, 1<<20)
	rand.NewChaCha8([32]byte{2}).Read(buf)
	b.SetBytes(int64(len(buf)))
	for b.Loop() {
		if len(volumes(buf, 0)) > 0 {
			b.Fatal("found")
		}
	}
}

// TestHeaders: what a header is, by what is live in it and what speaks against it.
func TestHeaders(t *testing.T) {
	slots := []Slot{{Index: 0}, {Index: 2, Live: true}, {Index: 7, Live: true}}
	for name, c := range map[string]struct {
		v     Volume
		kinds string
	}{
		"wiped":             {Volume{Kind: "luks2", Free: 3}, "luks2-wiped"},
		"live":              {Volume{Kind: "luks1", Live: 2, Slots: slots}, "live-key-slot"},
		"damaged":           {Volume{Kind: "luks1", Damaged: true}, "luks1-damaged"},
		"damaged and live":  {Volume{Kind: "luks1", Damaged: true, Live: 2, Slots: slots}, "luks1-damaged live-key-slot"},
		"a token of others": {Volume{Kind: "luks2", Damaged: true, Foreign: true}, "luks2-foreign-token"},
	} {
		var kinds []string
		for _, o := range c.v.observations() {
			kinds = append(kinds, o.Kind)
			if explained := c.kinds == "luks2-wiped"; o.Explained != explained || o.Keys == explained || o.Free != c.v.Free {
				t.Errorf("%s: %+v", name, o)
			}
			if o.Kind == LiveKeySlot && o.Detail != "luks1, live key slots: 2, 7" {
				t.Errorf("%s: %q", name, o.Detail)
			}
		}
		if got := strings.Join(kinds, " "); got != c.kinds {
			t.Errorf("%s: %q, want %q", name, got, c.kinds)
		}
	}
	if list := Headers(proof.Place{Buf: make([]byte, 512)}); list != nil {
		t.Errorf("of zeros: %+v", list)
	}
}
