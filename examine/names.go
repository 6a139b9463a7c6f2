package examine

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"shokyo.dev/shokyo/examine/checkpoint"
)

// A bundle is named after its source, and a file can be named anything: with line
// ends, sequences that speak to a terminal, bytes that are no text, or longer than
// what is made beside the bundle leaves room for (docs/scripts.md, "Names").

// longestName leaves room for the longest of what is added to a bundle's name:
// checkpoint.Suffix, with 20 bytes. A name in a file system has at most 255 (NAME_MAX).
const longestName = 255 - len(checkpoint.Suffix)

// BundleName is the folder of a source's bundle. Other sources of the same call may
// have the same: package batch refuses them.
func BundleName(source string) string {
	if abs, err := filepath.Abs(source); err == nil {
		source = abs // "." and ".." are no names
	}
	name := filepath.Base(source)
	safe := Escape(name)
	if len(safe) <= longestName {
		return safe
	}
	sum := sha256.Sum256([]byte(name))
	tail := fmt.Sprintf("~%x", sum[:8])
	return cutEscaped(safe, longestName-len(tail)) + tail
}

// Escape writes every byte that is not part of a visible character as %XX (RFC 3986
// section 2.1), and every % that would otherwise read as the beginning of one. So
// nothing else changes, and what comes out can be turned back.
func Escape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		c, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == utf8.RuneError && n == 1, !unicode.IsGraphic(c), c == '%' && isEscape(s[i:]):
			for _, x := range []byte(s[i : i+n]) {
				fmt.Fprintf(&b, "%%%02X", x)
			}
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

func isEscape(s string) bool { return len(s) >= 3 && s[0] == '%' && isHex(s[1]) && isHex(s[2]) }

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

// cutEscaped keeps at most n bytes, and no part of a character or of a %XX.
func cutEscaped(s string, n int) string {
	for i := max(n-2, 0); i < n; i++ {
		if isEscape(s[i:]) && i+3 > n {
			n = i
			break
		}
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
