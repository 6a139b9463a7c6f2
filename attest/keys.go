package attest

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Key is an attestation key that somebody has recorded of a machine.
type Key struct {
	Name   string // TPM 2.0 Library, Part 1, 16: hexadecimal, "000b" and a SHA-256
	Remark string // whose it is
}

// maxKeys is more than any lab has machines.
const maxKeys = 100_000

// ParseKeys reads a list of keys: one name a line, and behind it what one likes,
// such as "bench 3". Empty lines and those that begin with # say nothing.
func ParseKeys(text []byte) (keys []Key, err error) {
	n := 0
	for line := range strings.Lines(strings.TrimPrefix(string(text), "\ufeff")) {
		n++
		name, remark := firstWord(strings.TrimSpace(line))
		if name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		if name, err = parseName(name); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if len(keys) == maxKeys {
			return nil, fmt.Errorf("more than %d keys", maxKeys)
		}
		keys = append(keys, Key{name, nameOf(strings.TrimSpace(remark))})
	}
	if len(keys) == 0 {
		return nil, errors.New("there is no key in it")
	}
	return keys, nil
}

// firstWord ends at the first blank or tab: lists come out of spreadsheets too.
func firstWord(line string) (word, rest string) {
	if end := strings.IndexFunc(line, unicode.IsSpace); end >= 0 {
		return line[:end], line[end:]
	}
	return line, ""
}

func parseName(s string) (string, error) {
	s = strings.ToLower(s)
	if b, err := hex.DecodeString(s); err != nil || len(b) != 34 || !strings.HasPrefix(s, "000b") {
		return "", fmt.Errorf("%.80q is no name of an attestation key: want 000b and 64 hexadecimal digits, as shokyo verify prints them", s)
	}
	return s, nil
}

// Recognize looks for the key that has signed among those recorded. One that is
// there was seen in that machine by whoever made the list: then nothing is left to
// be said of whether it lies in a TPM.
func (r *Result) Recognize(keys []Key) (Key, bool) {
	i := slices.IndexFunc(keys, func(k Key) bool { return k.Name == r.KeyName })
	if i < 0 {
		return Key{}, false
	}
	r.Notes = slices.DeleteFunc(r.Notes, func(n Note) bool {
		return n.Code == noteNotBound || n.Code == noteUnproven || n.Code == noteCertified
	})
	return keys[i], true
}
