package text

import (
	"unicode/utf8"
)

// asciiClasses holds the 98 characters of text in ASCII: the 95 printable ones
// (ISO/IEC 646, 20 to 7E), tab, line feed and carriage return.
const asciiClasses = "" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07\x07\x00\x00\x07\x00\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x01\x06\x06\x06\x06\x06\x06\x06\x06\x06\x06\x06\x06\x06\x06\x06" + // space ! " # …
	"\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x06\x06\x06\x06\x06\x06" + // 0 1 2 … : ; < = > ?
	"\x06\x04\x04\x04\x04\x04\x04\x04\x04\x04\x04\x04\x04\x04\x04\x04" + // @ A B …
	"\x04\x04\x04\x04\x04\x04\x04\x04\x04\x04\x04\x06\x06\x06\x06\x06" + // P … Z [ \ ] ^ _
	"\x06\x02\x03\x03\x02\x02\x03\x03\x02\x02\x03\x03\x02\x03\x02\x02" + // ` a b c d e f g h i j k l m n o
	"\x03\x03\x02\x02\x02\x03\x03\x03\x03\x03\x03\x06\x06\x06\x06\x00" // p q r s t u v w x y z { | } ~

func asciiClass(c byte) class {
	if c >= 0x80 {
		return none
	}
	return class(asciiClasses[c])
}

func nextASCII(b []byte) (int, class) { return 1, asciiClass(b[0]) }

// nextUTF8 reads well-formed UTF-8 (RFC 3629 §4): no overlong forms, no surrogates.
func nextUTF8(b []byte) (int, class) {
	if b[0] < 0x80 {
		return 1, asciiClass(b[0])
	}
	r, n := utf8.DecodeRune(b)
	if n < 2 {
		return 1, none
	}
	return n, unicodeClass(r)
}

// unicodeClass sorts Unicode scalar values. No characters of text: controls
// (Cc), surrogates, private use, noncharacters (Unicode core specification
// §23.7), and planes without scripts (4 and up).
func unicodeClass(r rune) class {
	switch {
	case r < 0x80:
		return asciiClass(byte(r))
	case r < 0xA0, r >= 0xD800 && r < 0xF900, r >= 0xFDD0 && r < 0xFDF0, r&0xFFFE == 0xFFFE, r > 0x3FFFF:
		return none
	case r >= 0x4E00 && r < 0xA000:
		return kanji
	case r >= 0x3000 && r < 0x3100:
		return kanaClass(r)
	case r >= 0xC0 && r < 0x250:
		return latin
	case r >= 0x370 && r < 0x530:
		return alphabetic
	case r >= 0xFF01 && r < 0xFFA0:
		return wideClass(r - 0xFEE0)
	case r >= 0x2010 && r < 0x2028: // dashes, quotation marks, …
		return symbol
	}
	return other
}

// kanaClass sorts the blocks CJK Symbols and Punctuation, Hiragana, Katakana.
func kanaClass(r rune) class {
	switch {
	case r == 0x3001 || r == 0x3002:
		return stop
	case r >= 0x3041 && r <= 0x3096:
		return hiragana
	case r >= 0x30A1 && r <= 0x30FA || r == 0x30FC:
		return katakana
	case r == 0x3040 || r == 0x3097 || r == 0x3098: // unassigned
		return other
	}
	return symbol
}

// wideClass sorts full-width forms by the ASCII character they widen.
func wideClass(r rune) class {
	switch {
	case r >= '0' && r <= '9':
		return wideDigit
	case r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z':
		return wideLetter
	}
	return symbol
}

func nextJapaneseLE(b []byte) (int, class) {
	if len(b) < 2 {
		return 1, none
	}
	return 2, japaneseClass(rune(b[0]) | rune(b[1])<<8)
}

func nextJapaneseBE(b []byte) (int, class) {
	if len(b) < 2 {
		return 1, none
	}
	return 2, japaneseClass(rune(b[0])<<8 | rune(b[1]))
}

// japaneseClass knows of UTF-16 units ASCII, kana, CJK punctuation, CJK unified
// ideographs and full-width forms, nothing else.
func japaneseClass(r rune) class {
	c := unicodeClass(r)
	if c >= latin {
		return none
	}
	return c
}

func nextLatinLE(b []byte) (int, class) {
	if len(b) < 2 || b[1] != 0 {
		return 1, none
	}
	return 2, unicodeClass(rune(b[0]))
}

func nextLatinBE(b []byte) (int, class) {
	if len(b) < 2 || b[0] != 0 {
		return 1, none
	}
	return 2, unicodeClass(rune(b[1]))
}
