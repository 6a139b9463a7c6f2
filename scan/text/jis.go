package text

// nextEUCJP reads EUC-JP: ASCII, and JIS X 0208 as two bytes 0xA0+row, 0xA0+cell.
// Code sets 2 and 3 (half-width katakana, JIS X 0212) are left out.
func nextEUCJP(b []byte) (int, class) {
	if b[0] < 0x80 {
		return 1, asciiClass(b[0])
	}
	if len(b) < 2 {
		return 1, none
	}
	return 2, jisClass(int(b[0])-0xA0, int(b[1])-0xA0)
}

// nextShiftJIS reads Shift_JIS (JIS X 0208:1997, annex 1): ASCII, and two bytes
// of which each lead byte holds two rows of 94 cells; trail byte 7F is skipped.
// Half-width katakana, single bytes A1 to DF, are left out: they would make two
// bytes in three a character, and a run in random bytes twice as long.
func nextShiftJIS(b []byte) (int, class) {
	lead := int(b[0])
	if lead < 0x80 {
		return 1, asciiClass(b[0])
	}
	if len(b) < 2 || lead > 0x9F && lead < 0xE0 || lead == 0x80 {
		return 1, none
	}
	row, trail := (lead-0x81)*2+1, int(b[1])
	if lead >= 0xE0 {
		row -= 2 * 0x40
	}
	switch {
	case trail < 0x40 || trail == 0x7F || trail > 0xFC:
		return 1, none
	case trail >= 0x9F:
		return 2, jisClass(row+1, trail-0x9E)
	case trail >= 0x80:
		return 2, jisClass(row, trail-0x40)
	}
	return 2, jisClass(row, trail-0x3F)
}

// jisClass is jisTable where there are such a row and cell.
func jisClass(row, cell int) class {
	if uint(row) >= uint(len(jisTable)) || uint(cell) >= uint(len(jisTable[0])) {
		return none
	}
	return jisTable[row][cell]
}

// jisTable is sortJIS by row and cell.
var jisTable = func() (t [85][95]class) {
	for row := range t {
		for cell := range t[row] {
			t[row][cell] = sortJIS(row, cell)
		}
	}
	return t
}()

// sortJIS sorts the assigned characters of JIS X 0208:1997 by row and cell
// (ku and ten, 1 to 94), and those of row 13 that NEC added (① Ⅱ ㎏ ㈱), which
// Japanese business text is full of. 6879 + 83 characters.
func sortJIS(row, cell int) class {
	if cell < 1 || cell > 94 || row < 1 || row > 84 {
		return none
	}
	switch {
	case row >= 16 && row <= 46, row == 47 && cell <= 51:
		return kanji
	case row >= 48 && row <= 83, row == 84 && cell <= 6:
		return kanji2
	case row == 4 && cell <= 83:
		return hiragana
	case row == 5 && cell <= 86, row == 1 && cell == 28: // ー
		return katakana
	case row == 1 && (cell == 2 || cell == 3):
		return stop
	case row == 3:
		return jisWide(cell)
	case row == 6 && within(cell, 1, 24, 33, 56), row == 7 && within(cell, 1, 33, 49, 81):
		return alphabetic
	case row == 1,
		row == 2 && within(cell, 1, 14, 26, 33, 42, 48, 60, 74, 82, 89, 94, 94),
		row == 8 && cell <= 32,
		row == 13 && within(cell, 1, 30, 32, 54, 63, 92):
		return symbol
	}
	return none
}

// jisWide sorts row 3: full-width digits and letters.
func jisWide(cell int) class {
	switch {
	case within(cell, 16, 25):
		return wideDigit
	case within(cell, 33, 58, 65, 90):
		return wideLetter
	}
	return none
}

// within says whether x lies in one of the closed ranges given by their ends.
func within(x int, ends ...int) bool {
	for i := 0; i+1 < len(ends); i += 2 {
		if x >= ends[i] && x <= ends[i+1] {
			return true
		}
	}
	return false
}
