package text

import "unicode/utf8"

// Mask shows the shape of text and never its content: small letters become x,
// capitals X, digits 9, kana あ, kanji 漢; ASCII punctuation and spaces stay,
// line ends become spaces, every other character a middle dot. It stops after
// maxChars characters, or with … where b is no longer text in e. What it returns
// may hold < & " and the like: whoever prints it escapes it.
func Mask(b []byte, e Encoding, maxChars int) string {
	s := make([]byte, 0, 3*64) // on the stack, where it is large enough
	for ; len(b) > 0 && maxChars > 0; maxChars-- {
		size, c := nextIn(b, e)
		if c == none {
			s = utf8.AppendRune(s, '…')
			break
		}
		s = utf8.AppendRune(s, maskRune(c, b[:size]))
		b = b[size:]
	}
	return string(s)
}

// nextIn reads a character in any alphabet of an encoding.
func nextIn(b []byte, e Encoding) (size int, c class) {
	for i := range alphabets() {
		if a := &alphabets()[i]; a.encoding == e {
			if size, c = a.next(b); c != none {
				return size, c
			}
		}
	}
	return 1, none
}

// maskRune stands for a character. Only ASCII punctuation shows itself.
func maskRune(c class, code []byte) rune {
	switch c {
	case space, lineEnd:
		return ' '
	case common, rare, latin, alphabetic:
		return 'x'
	case upper, wideLetter:
		return 'X'
	case digit, wideDigit:
		return '9'
	case hiragana, katakana:
		return 'あ'
	case kanji, kanji2:
		return '漢'
	case stop:
		return '。'
	case punctuation:
		r := rune(code[0])
		if len(code) == 2 { // UTF-16: the other byte is 0
			r |= rune(code[1])
		}
		return r
	}
	return '·'
}
