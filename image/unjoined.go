package image

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Split images have other names as well: what split(1) writes (x.aa, x.ab; xaa;
// x.00 and x00 with -d) and what people do (x.1, x.part1). They are not joined,
// because such a name may also number whole media, and joining two media would
// be as wrong as examining a part for all. So they are refused, and a person
// decides by renaming.

// refuseOtherPart refuses a file whose name ends in a counter when the file with
// the next or the previous number lies beside it: examined alone it would pass
// for the whole medium. The counter may stand before the extension of a
// compressed file: x.aa.gz.
func refuseOtherPart(path string) error {
	if !isRegular(path) {
		return nil // the opener says it best
	}
	name, compressed := path, ""
	if codecByName(path) != nil {
		compressed = filepath.Ext(path)
		name = strings.TrimSuffix(path, compressed)
	}
	stem, count := cutCounter(name)
	for _, n := range neighbours(stem, count) {
		if beside := stem + n + compressed; isRegular(beside) {
			return fmt.Errorf("%s seems to be one part of a split image (%s lies beside it): give the parts names ending in .001, .002, … and name the first; if it is a whole medium by itself, rename it to end in .raw",
				path, filepath.Base(beside))
		}
	}
	return nil
}

// cutCounter takes the counter off a name: digits or two to four small letters,
// behind a dot or ".part", or behind the x that split(1) begins with if told no
// name. There is none if count is empty.
func cutCounter(path string) (stem, count string) {
	base := filepath.Base(path)
	at := strings.LastIndexByte(base, '.') + 1
	switch {
	case at > 1:
		if part := base[at:]; len(part) > 4 && strings.EqualFold(part[:4], "part") {
			at += 4
		}
	case len(base) > 2 && base[0] == 'x':
		at = 1
	default:
		return path, ""
	}
	count = base[at:]
	if !isNumber(count) && !isLetters(count) {
		return path, ""
	}
	return strings.TrimSuffix(path, count), count
}

func isNumber(s string) bool {
	return len(s) >= 1 && len(s) <= 9 && strings.Trim(s, "0123456789") == ""
}

func isLetters(s string) bool {
	return len(s) >= 2 && len(s) <= 4 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

// neighbours are the counters before and behind one. Numbers of four digits and
// more count only where the sequence begins beside them: x.2024 and x.2025 are
// rather dates.
func neighbours(stem, count string) (list []string) {
	if isLetters(count) {
		return []string{stepLetters(count, 'a', 'z', -1), stepLetters(count, 'z', 'a', 1)}
	}
	n, err := strconv.Atoi(count)
	if err != nil || len(count) > 3 && !begins(stem, len(count)) {
		return nil
	}
	for _, m := range []int{n - 1, n + 1} {
		if m >= 0 {
			list = append(list, fmt.Sprintf("%0*d", len(count), m))
		}
	}
	if count == strconv.Itoa(n) && n > 0 { // x.9 before x.10
		list = append(list, strconv.Itoa(n-1))
	}
	return list
}

// begins says whether part 0 or 1 lies there with so many digits, or with less:
// split(1) counts x89, x9000.
func begins(stem string, digits int) bool {
	for n := 2; n <= digits; n++ {
		if isRegular(fmt.Sprintf("%s%0*d", stem, n, 0)) || isRegular(fmt.Sprintf("%s%0*d", stem, n, 1)) {
			return true
		}
	}
	return false
}

// stepLetters counts by one step, as split(1) does: a letter at its end turns
// into the other one and the letter before it is counted. Behind the last
// (zz) comes the first, which does no harm.
func stepLetters(s string, end, turned byte, step int) string {
	b := []byte(s)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] != end {
			b[i] = byte(int(b[i]) + step)
			break
		}
		b[i] = turned
	}
	return string(b)
}

// isRegular: a device beside is no part of an image.
func isRegular(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.Mode().IsRegular()
}
