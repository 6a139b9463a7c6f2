package keys

import (
	"slices"
	"strings"
)

// A header that lists no key slot is explained, and yet it can hold words that
// somebody chose: the label and the subsystem (LUKS2 §2.1), the description of a key
// in the keyring, the address of a key server, a PKCS#11 URI with the owner's name.
// They are handed on as they are (Volume.Texts); nothing here prints them.

// chose notes a text that anybody could have chosen.
func (v *Volume) chose(text string) {
	if text != "" && len(v.Texts) < mostTexts {
		v.Texts = append(v.Texts, text)
	}
}

// mostTexts is more than any header that can be explained has room for.
const mostTexts = 64

// tokenTexts collects the readable texts of a token.
func (v *Volume) tokenTexts(n *node) {
	for i := range n.items {
		v.tokenTexts(&n.items[i])
	}
	if n.kind == text && !blob(n.value) && !slices.Contains(tokenWords(), n.value) && !index(n.value) {
		v.chose(n.value)
	}
}

// tokenWords are what programs write into their tokens by themselves.
func tokenWords() []string {
	return append(knownTokens(), "sha1", "sha256", "sha384", "sha512", "ecc", "rsa", "io.systemd.cryptsetup", "tang", "tpm2", "sss", "A256GCM", "ECDH-ES", "dir", "P-521", "EC", "ES512")
}

// blob: wrapped keys and policies stand in base64 or hexadecimal digits (RFC 4648,
// clevis' JWE with dots between its parts), longer than a name.
func blob(s string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_."
	return len(s) > 40 && strings.Trim(s, letters) == ""
}

// usualCipher says whether the name of a cipher is made of words that the kernel's
// ciphers are made of. Any other word was chosen by somebody.
func usualCipher(name string) bool {
	for _, w := range strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("-:(),", r) }) {
		if !slices.Contains(cipherWords, w) {
			return false
		}
	}
	return true
}

// cipherWords: ciphers, modes, initial vectors and hashes of dm-crypt
// (Documentation/admin-guide/device-mapper/dm-crypt.rst, cryptsetup(8)).
var cipherWords = strings.Fields(`
adiantum aegis128 aes anubis aria authenc benbi blowfish camellia capi cast5 cast6 cbc chacha20 cipher_null cmac crc32c ctr
des des3_ede eboiv ecb elephant essiv gcm hctr2 hmac lmk lrw md5 none null pcbc plain plain64 plain64be poly1305 random
rfc7539 ripemd160 rmd160 serpent sha1 sha224 sha256 sha384 sha512 sm3 sm4 streebog256 streebog512 tcw tea twofish whirlpool
xchacha12 xchacha20 xctr xeta xtea xts wp256 wp512 blake2b blake2s aes-ni 256 512 128`)
