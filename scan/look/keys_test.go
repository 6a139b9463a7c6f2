package look

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/seen"
)

// Keys are key material wherever they lie: in a text at any byte, in either UTF-16, without their
// beginning, in a program's memory. What is public is residue alone.
func TestKeysAtAnyByte(t *testing.T) {
	secret := make([]byte, 1217)
	disktest.Keystream(9).ReadAt(secret, 0)
	private := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
	public := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secret}))
	schedule, err := os.ReadFile("../keyschedule/testdata/openssl-aes-256-xts")
	if err != nil {
		t.Fatal(err)
	}
	ed25519 := "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20" + string(secret[:32]) // RFC 8410 §7
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"a key":                {[]byte(private), "pem-private-key"},
		"a key in a text":      {[]byte(prose + private + prose), "pem-private-key"},
		"in UTF-16":            {wide(prose + private + prose), "pem-private-key"},
		"without BEGIN":        {[]byte(private[40:]), "pem-private-key"},
		"a certificate":        {[]byte(prose + public + prose), ""},
		"a key in DER":         {[]byte(ed25519), "der-private-key"},
		"a recovery key":       {[]byte("459140-054692-459140-054692-459140-054692-459140-054692"), "bitlocker-recovery-key"},
		"memory of a program":  {schedule[100:588], "aes-256-key-schedule aes-256-key-schedule"},
		"a key and a password": {[]byte(private + "\nAGE-SECRET-KEY-1" + strings.Repeat("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA", 2)[:58]), "pem-private-key age-secret-key"},
	} {
		for _, at := range []int{8192, 9001} {
			all := newSight(t).put(at, c.data).look()
			var got []string
			for _, f := range all.Findings {
				if f.Detector.HoldsKeys() {
					got = append(got, f.Kind)
				}
				if f.Detector.HoldsKeys() && (!seen.IsKeyMaterial(f.Detector, f.Kind) || len(f.Preview) > 30) {
					t.Errorf("%s at %d: %+v", name, at, f)
				}
			}
			if got := strings.Join(got, " "); got != c.want || len(all.Findings) == 0 {
				t.Errorf("%s at %d: %q, want %q", name, at, got, c.want)
			}
		}
	}
}

// What statistics see in a block alone is no ciphertext, so nothing is said of its key.
func TestPlainDataAreNoKeystream(t *testing.T) {
	if got := kinds(newSight(t).put(8192, biased(16<<10, 5)).look()); strings.Contains(got, "xor") || strings.Contains(got, "keystream") || !strings.Contains(got, "byte-distribution") {
		t.Error(got)
	}
}

func wide(s string) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

// The middle of a PEM file, with neither end, is a key by what it decodes to; of other base64 nothing is said.
func TestMiddleOfArmour(t *testing.T) {
	key, err := rsa.GenerateKey(nil, 2048)
	if err != nil {
		t.Fatal(err)
	}
	secret := keystream(1217)
	for name, c := range map[string]struct {
		der  []byte
		want bool
	}{"a key": {x509.MarshalPKCS1PrivateKey(key), true}, "a public key": {x509.MarshalPKCS1PublicKey(&key.PublicKey), false}, "other base64": {secret, false}} {
		armour := pem.EncodeToMemory(&pem.Block{Type: "X", Bytes: c.der})
		for _, from := range []int{100, 203, 306} {
			piece := armour[min(from, len(armour)/4) : len(armour)-40]
			all := newSight(t).put(9001, piece[:min(len(piece), 1100)]).look()
			if got := len(of(all.Findings, detector.Keys)) > 0; got != c.want {
				t.Errorf("%s from %d: %v", name, from, kinds(all))
			}
		}
	}
}

// A key in what was compressed is key material too, at the place of the stream.
func TestKeysInCompressedData(t *testing.T) {
	secret := keystream(1217)
	private := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	buf := keystream(1 << 20)
	copy(buf[300_001:], deflated(slices.Concat(story(20_000), private, private, story(20_000))))
	all := New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 48}).Look(Span{Buf: buf, Base: doubtBase, Lo: 64 << 10, Hi: len(buf) - 64<<10})
	streams, keys := of(all.Findings, detector.Deflate), of(all.Findings, detector.Keys)
	if len(streams) != 1 || len(keys) != 1 || keys[0].Kind != "pem-private-key" || keys[0].Offset != streams[0].Offset || len(keys[0].Path) == 0 || keys[0].Preview != "" {
		t.Errorf("%+v", all.Findings)
	}
}

// Sectors under the same keystream, and text under a short key, are residue; one that does not come again is ciphertext.
func TestReusedKeystream(t *testing.T) {
	text, err := os.ReadFile("../../docs/detection.md")
	if err != nil || len(text) < 48<<10 {
		t.Fatal(len(text), err)
	}
	stream := make([]byte, len(text))
	disktest.Keystream(11).ReadAt(stream, 0)
	for name, c := range map[string]struct {
		period int
		want   string
	}{
		"no period":       {len(text), ""},
		"sectors":         {512, "reused-keystream"},
		"units of 16 KiB": {16 << 10, "reused-keystream"},
		"37 bytes":        {37, "byte-distribution"},
	} {
		b := make([]byte, len(text))
		for i := range b {
			b[i] = text[i] ^ stream[i%c.period]
		}
		s := newSight(t).put(8192, b[:48<<10])
		all := s.look()
		found := false
		for _, f := range all.Findings {
			found = found || f.Kind == c.want
		}
		if found != (c.want != "") {
			t.Errorf("%s: %s, want %q", name, kinds(all), c.want)
		}
		for _, at := range []int{0, 8192, 30000, 60000} {
			inside := at >= 8192 && at < 56<<10
			if got := s.at(all, at).Class == medium.Residue; got != (inside && c.want != "") {
				t.Errorf("%s: at %d residue is %v", name, at, got)
			}
		}
	}
}
