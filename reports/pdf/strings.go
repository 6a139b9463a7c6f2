package pdf

import (
	"bytes"
	"fmt"
	"strconv"
	"time"
	"unicode/utf16"

	"github.com/klauspost/compress/zlib"
)

// How values are written.

// text is a string for people, in UTF-16 (7.9.2.2).
func text(s string) string {
	b := []byte("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		b = fmt.Appendf(b, "%04X", u)
	}
	return string(b) + ">"
}

// ascii is a string of plain letters, as file names for old programs are; other
// characters become a low line.
func ascii(s string) string {
	b := []byte("(")
	for _, r := range s {
		if r <= ' ' || r > '~' || r == '(' || r == ')' || r == '\\' {
			r = '_'
		}
		b = append(b, byte(r))
	}
	return string(b) + ")"
}

// name is a name object (7.3.5).
func name(s string) string {
	b := []byte("/")
	for _, c := range []byte(s) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' {
			b = append(b, c)
		} else {
			b = fmt.Appendf(b, "#%02X", c)
		}
	}
	return string(b)
}

// date is a time in UTC (7.9.4).
func date(t time.Time) string { return "(D:" + t.UTC().Format("20060102150405") + "Z)" }

// number is a length, to a hundredth of a point.
func number(x float64) string {
	if x < 0.005 && x > -0.005 {
		return "0"
	}
	b := strconv.AppendFloat(nil, x, 'f', 2, 64)
	return string(bytes.TrimRight(bytes.TrimRight(b, "0"), "."))
}

// deflate compresses by a library whose version the module fixes: another toolchain gives
// the same bytes.
func deflate(data []byte) []byte {
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, 6)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic("pdf: a buffer in memory cannot be written: " + err.Error())
	}
	return b.Bytes()
}
