package keys

import (
	"fmt"
	"slices"
	"strings"
)

// LUKS2's tokens (specification §3.5) say how to come by the passphrase of a
// key slot: from the kernel's keyring, a TPM, a security key, a server. A token
// opens a key slot and nothing else, so one that an erasure leaves behind is
// harmless: what it would unlock is gone. But a token may have any members, and
// that is room. Known types are explained if they look like what their programs
// write; others are not.

const (
	longestTokens      = 8 << 10 // bytes of JSON, all tokens together; a TPM's takes 1–2 KiB
	longestDescription = 128     // of a key in the keyring
)

// knownTokens: cryptsetup's own, systemd-cryptenroll's, Clevis's.
func knownTokens() []string {
	return []string{"luks2-keyring", "systemd-tpm2", "systemd-fido2", "systemd-pkcs11", "systemd-recovery", "clevis"}
}

// tokens judges the tokens of a header without key slots. foreign is the first
// type that is not known; ok says that the known ones have their form.
func (v *Volume) tokens(n *node) (foreign string, ok bool) {
	ok = n.kind == object && len(n.items) <= 32 && n.bytes <= longestTokens
	for i := range n.items {
		t := &n.items[i]
		kind := t.get("type")
		switch {
		case !index(t.name) || t.kind != object || kind.kind != text:
			ok = false
		case !slices.Contains(knownTokens(), kind.value):
			if foreign == "" {
				foreign = fmt.Sprintf("foreign token of type %q", short(kind.value))
			}
		default:
			if !slices.Contains(v.tokenTypes, kind.value) {
				v.tokenTypes = append(v.tokenTypes, kind.value)
			}
			ok = ok && knownToken(t, kind.value)
		}
	}
	return foreign, ok
}

func knownToken(t *node, kind string) bool {
	if kind == "luks2-keyring" {
		return t.has(keyringToken)
	}
	slots := t.get("keyslots")
	for i := range t.items {
		item := &t.items[i]
		if item.name != "keyslots" && !(word(item.name) && plain(item)) {
			return false
		}
	}
	return empty(slots)
}

// keyringToken: the one type whose members the format itself defines.
func keyringToken() []member {
	return []member{
		{"type", func(n *node) bool { return n.kind == text }},
		{"keyslots", empty},
		{"key_description", func(n *node) bool {
			return n.kind == text && len(n.value) <= longestDescription && printable(n.value)
		}},
	}
}

// plain: numbers, truth values, and strings without blanks: base64, hexadecimal
// digits, names, PKCS#11 URIs (RFC 7512, which escapes blanks). Prose has blanks.
// Lists and objects of these, as deep as readJSON went.
func plain(n *node) bool {
	switch n.kind {
	case boolean, number:
		return len(n.value) <= 20
	case text:
		return strings.IndexFunc(n.value, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
	case list, object:
		return !slices.ContainsFunc(n.items, func(item node) bool {
			return !plain(&item) || !word(item.name)
		})
	}
	return n.value == "" // null
}
