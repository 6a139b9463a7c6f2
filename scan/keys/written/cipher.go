package written

import (
	"slices"
	"strings"
)

// UsualCipher says whether the name of a cipher is made of words that the kernel's
// ciphers are made of. Any other word was chosen by somebody.
func UsualCipher(name string) bool {
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
