// Package written says which keys a text holds: in files of keys, in settings, in a note that somebody made. A run of
// text has proven itself already. Public keys and certificates are no keys.
package written

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// A writing is a way to write a key: what always stands in it, and who looks around that and
// says where the key is. No kind: it is none.
type writing struct {
	mark string
	read func(b []byte, at int) (kind string, start, end int)
}

var writings = append([]writing{
	{"PRIVATE KEY", armour},
	{"LS0tLS1CRUdJTi", armourInside},
	{"Private-Lines: ", putty},
	{"AGE-SECRET-KEY-1", age},
	{`"d"`, jwk},
	{`"k"`, jwk},
	{"PrivateKey", wireguard},
	{"PresharedKey", wireguard},
	{"crypt ", dmCrypt},
	{"private-key (", gnupg},
}, bodies()...)

const (
	// leastKey is how many characters of base64 a key has at least; the shortest, Ed25519's, has 64.
	leastKey = 40
	// around is how far from its mark the rest of a key is looked for, and mostArmour how far its end.
	around     = 600
	jwkAround  = 4 << 10
	mostArmour = 32 << 10
	leastJWK   = 22 // characters: 16 bytes
	// So many marks are looked at in a run of text, and one for so many of its bytes. What is left out is description.
	mostMarks    = 64
	bytesPerMark = 256
)

// LUKS2Metadata is the kind of what is left of LUKS2's metadata.
const LUKS2Metadata = "luks2-metadata"

// InText says which keys a run of printable text holds, and where. Text in UTF-16 is handed in
// without its zeros (Narrow).
func InText(b []byte, found func(kind string, start, end int)) {
	if IsLUKS2(b) {
		found(LUKS2Metadata, 0, len(b))
	}
	marks := mostMarks + len(b)/bytesPerMark
	for at := 0; at+2 <= len(b) && marks > 0; at++ {
		if !begins[uint16(b[at])|uint16(b[at+1])<<8] {
			continue
		}
		w := writingAt(b[at:])
		if w == nil {
			continue
		}
		marks--
		if kind, start, end := w.read(b, at); kind != "" {
			found(kind, start, end)
			at = max(at, end-1)
		}
	}
	recoveryKeys(b, found)
}

// begins has the first two characters of the marks: most text has few of them. It is on the heap, for a stack has to grow
// for 64 KiB at the start of every program.
var begins = func() *[1 << 16]bool {
	t := new([1 << 16]bool)
	for _, w := range writings {
		t[uint16(w.mark[0])|uint16(w.mark[1])<<8] = true
	}
	return t
}()

func writingAt(b []byte) *writing {
	for i := range writings {
		if w := &writings[i]; len(b) >= len(w.mark) && string(b[:len(w.mark)]) == w.mark {
			return w
		}
	}
	return nil
}

// Narrow makes one byte of each unit of UTF-16: FF of those that are not ASCII.
func Narrow(into, b []byte, bigEndian bool) []byte {
	into = into[:0]
	for ; len(b) >= 2; b = b[2:] {
		low, high := b[0], b[1]
		if bigEndian {
			low, high = high, low
		}
		if high != 0 || low >= 0x80 {
			low = 0xFF
		}
		into = append(into, low)
	}
	return into
}

// armour takes what stands between -----BEGIN … PRIVATE KEY----- and its END (RFC 7468; OpenSSH, PROTOCOL.key; RFC 9580
// §6.2; RFC 4716's dashes), or, where one is missing, what is left: base64 behind a BEGIN or before an END.
func armour(b []byte, at int) (kind string, start, end int) {
	before := b[max(0, at-around/10):at]
	label, begins := behindLast(before, "-BEGIN ")
	if label == nil {
		if label, begins = behindLast(before, "- BEGIN "); label == nil {
			return armourEnd(b, at)
		}
	}
	kind, start = armourKind(label), at-len(before)+begins
	for start > 0 && b[start-1] == '-' {
		start--
	}
	body := base64Behind(b, at+len("PRIVATE KEY"), around)
	if body < 0 {
		return "", 0, 0
	}
	end = body + base64Length(b[body:min(len(b), body+mostArmour)], "\r\n")
	return kind, start, armourTo(b, end)
}

// armourTo is where armour ends whose lines were read up to here: behind its END, if that is near.
func armourTo(b []byte, end int) int {
	rest := b[end:min(len(b), end+around)]
	n := bytes.Index(rest, []byte("PRIVATE KEY"))
	if n < 0 || !bytes.Contains(rest[:n], []byte("END ")) || bytes.Contains(rest[:n], []byte("BEGIN ")) {
		return end
	}
	return end + n + len("PRIVATE KEY")
}

// armourEnd takes a key of which the beginning is gone.
func armourEnd(b []byte, at int) (kind string, start, end int) {
	before := b[max(0, at-around/10):at]
	label, ends := behindLast(before, "-END ")
	if label == nil {
		return "", 0, 0
	}
	start = at - len(before) + ends
	for start > 0 && b[start-1] == '-' {
		start--
	}
	body := start
	for body > 0 && start-body < mostArmour && base64Length(b[body-1:body], "\r\n") > 0 {
		body--
	}
	if base64Behind(b[:start], body, around) < 0 {
		return "", 0, 0
	}
	return armourKind(label), body, at + len("PRIVATE KEY")
}

func armourKind(label []byte) string {
	kind := "pem-private-key"
	switch {
	case bytes.Contains(label, []byte("OPENSSH")):
		kind = "openssh-private-key"
	case bytes.Contains(label, []byte("PGP")):
		kind = "pgp-private-key"
	}
	return kind
}

// behindLast is what stands in b behind the last s, and where that s is; the rest of a label has letters, digits and blanks.
func behindLast(b []byte, s string) (rest []byte, at int) {
	at = bytes.LastIndex(b, []byte(s))
	if at < 0 || len(bytes.Trim(b[at+len(s):], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ")) > 0 {
		return nil, 0
	}
	return b[at+len(s) : len(b) : len(b)], at
}

// base64Behind is where so many characters of base64 as a key has begin, at most so far behind; -1: nowhere.
func base64Behind(b []byte, at, within int) int {
	n := 0
	for i := at; i < min(len(b), at+within); i++ {
		if !isBase64(b[i]) {
			n = 0
		} else if n++; n == leastKey {
			return i + 1 - n
		}
	}
	return -1
}

// base64Length is how many characters b begins with that are base64, with those that may stand between.
func base64Length(b []byte, between string) (n int) {
	for n < len(b) && (isBase64(b[n]) || strings.IndexByte(between, b[n]) >= 0) {
		n++
	}
	return n
}

const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

func isBase64(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '='
}

// armourInside takes an armoured key in base64, as Kubernetes writes them (client-key-data, tls.key).
func armourInside(b []byte, at int) (kind string, start, end int) {
	const first = 64 // characters; the longest BEGIN line has 37 bytes
	n := base64Length(b[at:], "")
	if n < first+leastKey {
		return "", 0, 0
	}
	var line [first / 4 * 3]byte
	if _, err := base64.StdEncoding.Decode(line[:], b[at:at+first]); err != nil || !bytes.Contains(line[:], []byte("PRIVATE KEY")) {
		return "", 0, 0
	}
	return armourKind(line[:]), at, at + n
}

// bodies are the first characters of keys in base64 whose BEGIN line is gone, or that never had one. What varies are
// the lengths in the first six characters.
func bodies() (list []writing) {
	for _, mark := range []string{
		"IBADANBgkqhkiG9w0BAQEFAASC",                   // PKCS #8 (RFC 5208), RSA
		"AgEAMBMGByqGSM49AgEG", "AgEAMBAGByqGSM49AgEG", // on elliptic curves (RFC 5915)
		"MC4CAQAwBQYDK2V",                        // Ed25519, X25519 (RFC 8410)
		"IBAAKCAQEA", "IBAAKCAYEA", "IBAAKCAgEA", // PKCS #1 (RFC 8017 A.1.2) of 2048, 3072, 4096 bits
		"MHcCAQEEI", "MIGkAgEBBDA", "MIHcAgEBBEI", // SEC 1, P-256, -384, -521
		"BgkqhkiG9w0BBQ0w", "GCSqGSIb3DQEFDTB", // PBES2 (RFC 8018) around PKCS #8
	} {
		list = append(list, writing{mark, body})
	}
	return append(list, writing{opensshBody, body})
}

const opensshBody = "b3BlbnNzaC1rZXktdjEA"

func body(b []byte, at int) (kind string, start, end int) {
	const lengths = 8
	for start = at; start > 0 && at-start <= lengths && isBase64(b[start-1]); start-- {
	}
	end = at + base64Length(b[at:], "\r\n")
	if at-start > lengths || end < at+leastKey {
		return "", 0, 0
	}
	kind = "pem-private-key"
	if bytes.HasPrefix(b[at:], []byte(opensshBody)) {
		kind = "openssh-private-key"
	}
	return kind, start, end
}

// putty takes what PuTTY writes (PPK 2 and 3, PuTTY manual, appendix C): lines in base64 behind their number.
func putty(b []byte, at int) (kind string, start, end int) {
	lines := past(b, past(b, at+len("Private-Lines: "), "0123456789"), "\r\n")
	end = lines + base64Length(b[min(lines, len(b)):], "\r\n")
	if end < lines+leastKey {
		return "", 0, 0
	}
	before := max(0, at-4*around)
	if n := bytes.LastIndex(b[before:at], []byte("PuTTY-User-Key-File-")); n >= 0 {
		at = before + n
	}
	kind = "putty-private-key"
	return kind, at, end
}

// age takes the identity of age (age-encryption.org/v1): 32 bytes in Bech32, in capitals.
func age(b []byte, at int) (kind string, start, end int) {
	at += len("AGE-SECRET-KEY-1")
	const digits = 52 + 6 // with the checksum
	if at+digits > len(b) || len(bytes.Trim(b[at:at+digits], "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")) > 0 {
		return "", 0, 0
	}
	kind = "age-secret-key"
	return kind, at - len("AGE-SECRET-KEY-1"), at + digits
}

// jwk takes the private member of a JSON Web Key (RFC 7518 §6): "d", or "k" of a symmetric one.
func jwk(b []byte, at int) (kind string, start, end int) {
	value := past(b, past(b, past(b, at+len(`"d"`), " \t\r\n"), ":"), " \t\r\n\"")
	end = past(b, value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=")
	near := b[max(0, at-jwkAround):min(len(b), at+jwkAround)]
	if end < value+leastJWK || !bytes.Contains(near, []byte(`"kty"`)) {
		return "", 0, 0
	}
	kind = "jwk-private-key"
	return kind, at, end
}

// past is the first place from at on where none of these stands.
func past(b []byte, at int, these string) int {
	for at < len(b) && strings.IndexByte(these, b[at]) >= 0 {
		at++
	}
	return at
}

// wireguard takes the keys of wg(8) and systemd.netdev(5): 32 bytes in base64.
func wireguard(b []byte, at int) (kind string, start, end int) {
	value := past(b, past(b, past(b, past(b, at, "PresharedivateKy"), " \t"), "="), " \t")
	end = past(b, value, base64Letters)
	if end != value+43 || end == len(b) || b[end] != '=' {
		return "", 0, 0
	}
	kind = "wireguard-key"
	return kind, at, end + 1
}

// dmCrypt takes a table of the device mapper with a key in it (dmsetup table --showkeys): cipher, then hexadecimal digits.
func dmCrypt(b []byte, at int) (kind string, start, end int) {
	rest := b[at+len("crypt ") : min(len(b), at+around)]
	cipher, key, ok := bytes.Cut(rest, []byte(" "))
	if !ok || len(cipher) < 3 || len(cipher) > 64 || !UsualCipher(string(cipher)) {
		return "", 0, 0
	}
	key, _, _ = bytes.Cut(key, []byte(" "))
	if len(key) < 32 || len(key)%2 != 0 || len(bytes.Trim(bytes.ToLower(key), "0123456789abcdef")) > 0 || len(bytes.Trim(key, "0")) == 0 {
		return "", 0, 0 // without --showkeys it has zeros
	}
	kind = "dm-crypt-table"
	return kind, at, at + len("crypt ") + len(cipher) + 1 + len(key)
}

// gnupg takes the key files of GnuPG 2.3 and later (agent/keyformat.txt); shadowed ones lie on a card.
func gnupg(b []byte, at int) (kind string, start, end int) {
	for _, form := range []string{"(", "(protected-"} {
		if from := at - len(form); from >= 0 && string(b[from:at]) == form {
			kind = "gnupg-private-key"
			return kind, from, at + len("private-key (")
		}
	}
	return "", 0, 0
}

// recoveryKeys takes the recovery passwords of BitLocker: eight groups of six digits, each
// 11 times a number of 16 bits (libbde, "BitLocker Drive Encryption (BDE) format", 5.4).
func recoveryKeys(b []byte, found func(kind string, start, end int)) {
	const group, all = 7, 8*7 - 1
	for at := 0; at+all <= len(b); {
		n := bytes.IndexByte(b[at+group-1:len(b)-all+group], '-')
		if n < 0 {
			return
		}
		at += n
		if recoveryKey(b[at : at+all]) {
			found("bitlocker-recovery-key", at, at+all)
			at += all - 1
		}
		at++
	}
}

func recoveryKey(b []byte) bool {
	for len(b) >= 6 {
		v := 0
		for _, c := range b[:6] {
			if c < '0' || c > '9' {
				return false
			}
			v = 10*v + int(c-'0')
		}
		if v%11 != 0 || v/11 > 0xFFFF || len(b) > 6 && b[6] != '-' {
			return false
		}
		b = b[min(7, len(b)):]
	}
	return true
}

// IsLUKS2 says that a printable text is a part of LUKS2's metadata: of a header of which the beginning is
// gone. cryptsetup writes them in one line; a program or a page about them has lines.
func IsLUKS2(b []byte) bool {
	if bytes.ContainsAny(b, "\n\t") {
		return false
	}
	seen := 0
	for _, s := range []string{`"keyslots":{"`, `"af":{"type":"luks1"`, `"stripes":4000`, `"area":{"type":"raw"`, `"type":"luks2","key_size"`, `"type":"crypt","offset":"`, `"keyslots":["`, `"keyslots_size":"`, `"json_size":"`, `"segments":["`, `"segments":{"`, `"digests":{"`, `"kdf":{"type":"`} {
		if bytes.Contains(b, []byte(s)) {
			seen++
		}
	}
	return seen >= 2
}
