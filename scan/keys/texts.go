package keys

import (
	"encoding/base64"
	"slices"
	"strings"

	"shokyo.dev/shokyo/scan/keys/written"
	"shokyo.dev/shokyo/scan/proof"
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
	if !slices.Contains(tokenNames, n.name) && !index(n.name) {
		v.chose(n.name)
	}
	for i := range n.items {
		v.tokenTexts(&n.items[i])
	}
	if n.kind == text && !blob(n.value) && !slices.Contains(tokenWords(), n.value) && !index(n.value) {
		v.chose(n.value)
	}
}

// metadataTexts collects the readable texts of the other members: names that are none of
// LUKS2's, and salts and digests that are words.
func (v *Volume) metadataTexts(n *node) {
	for i := range n.items {
		v.metadataTexts(&n.items[i])
	}
	switch blob, err := base64.StdEncoding.DecodeString(n.value); {
	case n.kind != text || written.UsualCipher(n.value) || slices.Contains(metadataWords, n.value) || isDecimal(n):
	case (n.name == "salt" || n.name == "digest") && err == nil && proof.Drawn(n.value):
		v.choseAll(proof.Words(blob))
	default:
		v.chose(n.value)
	}
}

func (v *Volume) choseAll(texts []string) {
	for _, s := range texts {
		v.chose(s)
	}
}

// metadataWords are the values of a header that LUKS2 itself writes (§3.3 to §3.6 and
// cryptsetup, lib/luks2/luks2_json_metadata.c, persistent_flags and requirements_flags).
var metadataWords = strings.Fields(`
aead allow-discards backup-final backup-moved-segment backup-previous crypt dynamic high-priority hw-opal hw-opal-crypt in-reencryption
inline-hw-tags linear no-journal no-read-workqueue no-write-workqueue offline-reencrypt online-reencrypt online-reencrypt-v2 online-reencrypt-v3
online-reencrypt-v4 opal pbkdf2 same-cpu-crypt submit-from-crypt-cpus xxhash64 crc32 poly1305`)

// tokenWords are what programs write into their tokens by themselves.
func tokenWords() []string {
	return append(knownTokens(), "sha1", "sha256", "sha384", "sha512", "ecc", "rsa", "io.systemd.cryptsetup", "tang", "tpm2", "sss", "A256GCM", "ECDH-ES", "dir", "P-521", "EC", "ES512")
}

// tokenNames are the members of tokens (cryptsetup, systemd's cryptenroll-*.c, Clevis, whose
// token is a JWE by RFC 7516 and 7517).
var tokenNames = strings.Fields(`
tokens type keyslots key_description tpm2-blob tpm2-pcrs tpm2-pcr-bank tpm2-primary-alg tpm2-policy-hash tpm2-pin tpm2_pcrlock tpm2_pcrlock_nv tpm2_pubkey
tpm2_pubkey_pcrs tpm2_salt tpm2_srk fido2-credential fido2-salt fido2-rp fido2-clientPin-required fido2-up-required fido2-uv-required pkcs11-uri pkcs11-key
jwe ciphertext encrypted_key header iv protected unprotected recipients tag aad alg enc kid epk apu apv crv kty key_ops x y k keys clevis pin tang
url adv thp tpm2 hash key pcr_bank pcr_ids pcr_digest jwk_pub jwk_priv sss t p pins`)

// blob: wrapped keys and policies stand in base64 or hexadecimal digits (RFC 4648,
// clevis' JWE with dots between its parts), longer than a name.
func blob(s string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_."
	return len(s) > 40 && strings.Trim(s, letters) == "" && proof.Drawn(s)
}
