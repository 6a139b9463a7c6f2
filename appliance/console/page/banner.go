package page

// Banner writes capital letters five rows high; 13 of them take 77 columns.
func Banner(s string) (lines [5]string) {
	for i, c := range s {
		glyph := letter(c)
		for k := range lines {
			if i > 0 {
				lines[k] += " "
			}
			lines[k] += glyph[k]
		}
	}
	return lines
}

// letter has the letters that verdicts are written with.
func letter(c rune) [5]string {
	switch c {
	case 'C':
		return [5]string{" ####", "#    ", "#    ", "#    ", " ####"}
	case 'D':
		return [5]string{"#### ", "#   #", "#   #", "#   #", "#### "}
	case 'E':
		return [5]string{"#####", "#    ", "#### ", "#    ", "#####"}
	case 'F':
		return [5]string{"#####", "#    ", "#### ", "#    ", "#    "}
	case 'I':
		return [5]string{"#####", "  #  ", "  #  ", "  #  ", "#####"}
	case 'L':
		return [5]string{"#    ", "#    ", "#    ", "#    ", "#####"}
	case 'N':
		return [5]string{"#   #", "##  #", "# # #", "#  ##", "#   #"}
	case 'O':
		return [5]string{" ### ", "#   #", "#   #", "#   #", " ### "}
	case 'R':
		return [5]string{"#### ", "#   #", "#### ", "#  # ", "#   #"}
	case 'S':
		return [5]string{" ####", "#    ", " ### ", "    #", "#### "}
	case 'T':
		return [5]string{"#####", "  #  ", "  #  ", "  #  ", "  #  "}
	case 'U':
		return [5]string{"#   #", "#   #", "#   #", "#   #", " ### "}
	case 'V':
		return [5]string{"#   #", "#   #", "#   #", " # # ", "  #  "}
	}
	return [5]string{"     ", "     ", "     ", "     ", "     "}
}
