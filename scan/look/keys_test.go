package look

import (
	"encoding/pem"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"shokyo.dev/shokyo/internal/disktest"
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
			seen := newSight(t).put(at, c.data).look()
			var got []string
			for _, f := range seen.Findings {
				if f.Detector.HoldsKeys() {
					got = append(got, f.Kind)
				}
				if f.Detector.HoldsKeys() && (!IsKeyMaterial(f.Detector, f.Kind) || len(f.Preview) > 30) {
					t.Errorf("%s at %d: %+v", name, at, f)
				}
			}
			if got := strings.Join(got, " "); got != c.want || len(seen.Findings) == 0 {
				t.Errorf("%s at %d: %q, want %q", name, at, got, c.want)
			}
		}
	}
}

func wide(s string) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}
