package keys

import (
	"slices"
	"testing"

	"shokyo.dev/shokyo/scan/keys/written"
)

// What somebody chose in a token or a cipher's name is handed on; what programs write
// by themselves is not.
func TestTexts(t *testing.T) {
	for _, c := range []struct {
		json string
		want []string
	}{
		{`{"type":"luks2-keyring","keyslots":[],"key_description":"user:Hanako"}`, []string{"user:Hanako"}},
		{`{"type":"systemd-tpm2","keyslots":["0"],"tpm2-blob":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIj","tpm2-pcr-bank":"sha256","tpm2-primary-alg":"ecc"}`, nil},
		{`{"type":"systemd-pkcs11","keyslots":[],"pkcs11-uri":"pkcs11:token=Hanako"}`, []string{"pkcs11:token=Hanako"}},
		{`{"type":"clevis","keyslots":[],"jwe":{"url":"http://tang.example"}}`, []string{"http://tang.example"}},
		{`{"type":"notes of Hanako","keyslots":[]}`, []string{"notes of Hanako"}},
		{`{"type":"clevis","keyslots":[],"jwe":{"Hanako_was_here":null}}`, []string{"Hanako_was_here"}},
		{`{"type":"clevis","keyslots":[],"jwe":{"tag":"the-password-of-Hanako-Yamada-is-hunter-two"}}`, []string{"the-password-of-Hanako-Yamada-is-hunter-two"}},
	} {
		root, err := readJSON([]byte(c.json))
		if err != nil {
			t.Fatal(err)
		}
		var v Volume
		if v.tokenTexts(root); !slices.Equal(v.Texts, c.want) {
			t.Errorf("%s: %q, want %q", c.json, v.Texts, c.want)
		}
	}
	for name, want := range map[string]bool{
		"aes-xts-plain64": true, "aes-cbc-essiv:sha256": true, "capi:xts(aes)-plain64": true, "xchacha12,aes-adiantum-plain64": true, "cipher_null-ecb": true, "": true,
		"hanako-yamada": false, "aes-xts-hanako": false,
	} {
		if written.UsualCipher(name) != want {
			t.Errorf("%q: usual %v", name, !want)
		}
	}
}

// Names and blobs of LUKS2's metadata, and LUKS1's salts, can be texts as well.
func TestTextsInNumbers(t *testing.T) {
	for _, c := range []struct {
		json string
		want []string
	}{
		{`{"segments":{"0":{"type":"crypt","offset":"16777216","size":"dynamic","iv_tweak":"0","encryption":"aes-xts-plain64","sector_size":512,"flags":["backup-final"]}}}`, nil},
		{`{"digests":{"0":{"type":"pbkdf2","keyslots":[],"segments":["0"],"hash":"sha256","iterations":1000,"salt":"G8XCvFo0HwvMZqHyfp3o3WrZOCVLpRNzmWK6FBG71cw=","digest":"3WrZOCVLpRNzmWK6FBG71cwG8XCvFo0HwvMZqHyfp3o="}}}`, nil},
		{`{"config":{"flags":["allow-discards","hanako-lives-here"]}}`, []string{"hanako-lives-here"}},
		{`{"digests":{"0":{"type":"hanako","hash":"yamada"}}}`, []string{"hanako", "yamada"}},
		{`{"digests":{"0":{"salt":"aGFuYWtvIHdhcyBoZXJlAA=="}}}`, []string{"hanako was here"}},
		{`{"digests":{"0":{"digest":"hanakoyamadaishereandthereee"}}}`, []string{"hanakoyamadaishereandthereee"}},
	} {
		root, err := readJSON([]byte(c.json))
		if err != nil {
			t.Fatal(err)
		}
		var v Volume
		if v.metadataTexts(root); !slices.Equal(v.Texts, c.want) {
			t.Errorf("%s: %q, want %q", c.json, v.Texts, c.want)
		}
	}
	for at, want := range map[int]bool{112: true, 132: true, 208 + 48*7 + 8: true, 168: false} {
		b := make([]byte, luks1Bytes)
		copy(b[at:], "hanako yamada")
		var v Volume
		v.luks1Numbers(b)
		if got := slices.Equal(v.Texts, []string{"hanako yamada"}); got != want || (v.Free == 13) != want {
			t.Errorf("byte %d: %q, %d free", at, v.Texts, v.Free)
		}
	}
}
