package text

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMask(t *testing.T) {
	for _, c := range []struct {
		text string
		e    Encoding
		max  int
		want string
	}{
		{"Taro <taro@example.jp>\r\n090-1234", ASCII, 99, "Xxxx <xxxx@xxxxxxx.xx>  999-9999"},
		{"山田太郎、ヤマダさん。２丁目Ａ「上」", UTF8, 99, "漢漢漢漢。あああああ。9漢漢X·漢·"},
		{"山田太郎 Taro", ShiftJIS, 99, "漢漢漢漢 Xxxx"},
		{"山田太郎 Taro", EUCJP, 99, "漢漢漢漢 Xxxx"},
		{"山田太郎: Taro", UTF16LE, 99, "漢漢漢漢: Xxxx"},
		{"山田太郎: Taro", UTF16BE, 99, "漢漢漢漢: Xxxx"},
		{"Müller", UTF16LE, 99, "Xxxxxx"},
		{"Müller Ωмега 한글", UTF8, 99, "Xxxxxx xxxxx ··"},
		{"password", ASCII, 4, "xxxx"},
		{"ab\x00cd", ASCII, 99, "xx…"},
		{"", ASCII, 99, ""},
		{"abc", Unknown, 99, "…"},
	} {
		b := []byte(c.text)
		if c.e != ASCII && c.e != Unknown {
			b = encode(t, c.text, c.e)
		}
		if got := Mask(b, c.e, c.max); got != c.want {
			t.Errorf("%q in %s: %q, want %q", c.text, c.e, got, c.want)
		}
	}
	if got := Mask([]byte("abc"), ASCII, -1); got != "" {
		t.Errorf("negative length: %q", got)
	}
}

// Whatever goes in, what comes out is made of these.
func checkMask(t *testing.T, s string, maxChars int) {
	t.Helper()
	const allowed = " xX9あ漢。·…!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > max(maxChars, 0) {
		t.Fatalf("mask %q is no text of %d characters", s, maxChars)
	}
	for _, r := range s {
		if !strings.ContainsRune(allowed, r) {
			t.Fatalf("mask %q shows %q", s, r)
		}
	}
}

func TestMaskShowsNoContent(t *testing.T) {
	r := rand.New(rand.NewChaCha8([32]byte{12}))
	for range 20_000 {
		b, n := hostile(r, 40), r.IntN(50)
		for e := Unknown; e <= EUCJP; e++ {
			checkMask(t, Mask(b, e, n), n)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add([]byte("Taro 090"), uint8(1), uint8(8))
	f.Add(encode(f, "山田太郎", ShiftJIS), uint8(5), uint8(3))
	f.Fuzz(func(t *testing.T, b []byte, e, n uint8) {
		checkMask(t, Mask(b, Encoding(e%7), int(n)), int(n))
	})
}
