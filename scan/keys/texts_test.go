package keys

import (
	"slices"
	"testing"
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
		if usualCipher(name) != want {
			t.Errorf("%q: usual %v", name, !want)
		}
	}
}
