package split

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"shokyo.dev/shokyo/image/codec"
	"shokyo.dev/shokyo/image/foreign"
)

// Split images have other names than .001, .002: what split(1) writes (x.aa, xab,
// x00), imagers (disk_001.img, disk.s01, disk.002.dmgpart) and people (disk.part1of2,
// disk (2).img). They are not joined, because such names may also number whole
// media, and joining two media would be as wrong as examining a part for all. So a
// file is refused when another lies beside it whose name differs in a counter only,
// and a person decides. docs/decisions/0011-split-parts.md has the rule and why.

// A counter has so many letters or digits at most.
const maxLetters, maxDigits = 6, 18

// place is where a name may hold a counter: name[from:to].
type place struct {
	from, to int
	letters  bool
	sure     bool // the name says that it is a part: nothing else is named so
	wary     bool // it may be a word, a date, a serial number: the row must begin beside it
}

// ObjectPart refuses a file that seems to be one part of an image. Together are
// the media that are examined in the same call: they are whole, unless the name
// says otherwise. The error is that the folder could not be looked at.
func ObjectPart(path string, together []string) (*foreign.Objection, error) {
	if !isRegular(path) {
		return nil, nil // the opener says it best
	}
	o, err := partOf(path, together)
	if real, e := filepath.EvalSymlinks(path); o == nil && e == nil && filepath.Base(real) != filepath.Base(path) {
		return partOf(real, together)
	}
	return o, err
}

func partOf(path string, together []string) (*foreign.Objection, error) {
	name := plain(filepath.Base(path))
	if n, of, ok := countedOf(name); ok && of > 1 {
		return &foreign.Objection{What: fmt.Sprintf("%s is one part of a split image by its name (%d of %d)", path, n, of), Cure: joinThem}, nil
	}
	var rows []row
	for _, p := range places(filepath.Base(path)) {
		rows = append(rows, row{place: p, own: name[p.from:p.to]})
	}
	var second headless
	whole := statAll(together)
	err := eachFile(filepath.Dir(path), func(beside string) {
		other := plain(beside)
		isWhole := func() bool { return whole.has(filepath.Join(filepath.Dir(path), beside)) }
		for i := range rows {
			if text, ok := rows[i].counter(name, other); ok && (rows[i].sure || !isWhole()) {
				rows[i].see(text, beside)
			}
		}
		if n, ok := numberBehind(name, other); ok && !isWhole() {
			second.see(n, beside)
		}
	})
	for i := range rows {
		if rows[i].isPart() {
			return ObjectBeside(path, rows[i].nearest, rows[i].sure), nil
		}
	}
	if second.missesFirst() {
		return ObjectBeside(path, second.name, false), nil
	}
	return nil, err
}

const joinThem = "give the parts names ending in .001, .002, … and name the first"

// ObjectBeside is about a file that another lies beside; sure says that its name alone
// tells a part.
func ObjectBeside(path, beside string, sure bool) *foreign.Objection {
	o := &foreign.Objection{What: fmt.Sprintf("%s seems to be one part of a split image (%s lies beside it)", path, beside), Cure: joinThem}
	if !sure {
		o.Cure += ", or name all media that are called alike in one call"
	}
	return o
}

// row is the files whose names differ from one in one counter.
type row struct {
	place
	own      string
	nearest  string // name of the file next to it
	distance int64
	least    int64 // counter of the first
	padded   bool  // there are leading zeros
	seen     bool
}

// counter gives what another name has where name has the counter.
func (r *row) counter(name, other string) (text string, ok bool) {
	before, behind := name[:r.from], name[r.to:]
	if len(other) <= len(before)+len(behind) || !strings.HasPrefix(other, before) || !strings.HasSuffix(other, behind) {
		return "", false
	}
	text = other[len(before) : len(other)-len(behind)]
	if r.letters {
		return text, len(text) == len(r.own) && isLetters(text)
	}
	return text, isNumber(text)
}

func (r *row) see(text, name string) {
	n, own := r.value(text), r.value(r.own)
	distance := max(n-own, own-n)
	if distance == 0 {
		return
	}
	if !r.seen {
		r.least = own
	}
	r.least = min(r.least, n)
	r.padded = r.padded || text[0] == '0' || r.own[0] == '0'
	if !r.seen || distance < r.distance {
		r.nearest, r.distance = name, distance
	}
	r.seen = true
}

// value counts from 0 in letters: aa, ab, …
func (r *row) value(text string) (n int64) {
	if !r.letters {
		n, _ = strconv.ParseInt(text, 10, 64)
		return n
	}
	for _, c := range []byte(text) {
		n = n*26 + int64(c-'a')
	}
	return n
}

// isPart weighs a row: how much the name says by itself decides how much the
// others must say.
func (r *row) isPart() bool {
	next := r.distance == 1
	begins := r.least == 0 || r.least == 1 && !r.letters
	switch {
	case !r.seen:
		return false
	case r.letters && r.wary:
		return next && begins
	case r.letters:
		return begins || r.sure && next
	case r.wary:
		return begins
	}
	return r.sure || next || begins || r.padded && len(r.own) >= 3
}

// places are where a name may hold a counter.
func places(base string) (list []place) {
	name := plain(base)
	for _, at := range digitRuns.FindAllStringIndex(name, -1) {
		p := place{from: at[0], to: at[1]}
		word := token(name, p)
		if p.to-p.from > maxDigits || device.MatchString(word) || inDate(name, p) || technical(name, p) {
			continue
		}
		digits := p.to - p.from
		p.wary = digits > 3 || serial(word)
		p.sure = isExtension(name, p) || saysPart(name, p) || numberedOf.MatchString(name[p.from:])
		if p.sure && digits <= 3 {
			p.wary = false
		}
		list = append(list, p)
	}
	for _, at := range words(half(base)) {
		list = append(list, letterPlaces(name, at[0], at[1])...)
	}
	return list
}

// letterPlaces are those in the word name[from:to]: all of it, what follows
// "part", or its end, as in diskaa.
func letterPlaces(name string, from, to int) (list []place) {
	p := place{from: from, to: to, letters: true}
	word, n := name[from:to], to-from
	if t := token(name, p); device.MatchString(t) || serial(t) {
		return nil
	}
	if rest := strings.TrimPrefix(word, "part"); len(rest) >= 2 && len(rest) < n && len(rest) <= maxLetters {
		return []place{{from: to - len(rest), to: to, letters: true, sure: true}}
	}
	alone := n == 1 && from == 0 // a.img and b.img are two names
	if n <= maxLetters && !alone {
		p.sure = n > 1 && from > 0 && name[from-1] == '.' && (to == len(name) || name[to] == '.')
		p.wary = n > 1 && !p.sure
		list = append(list, p)
	}
	for k := 1; k < min(n, 4); k++ {
		list = append(list, place{from: to - k, to: to, letters: true, wary: true})
	}
	return list
}

// words are the runs of letters in a name, with a new one at a capital: diskA.
func words(base string) (list [][2]int) {
	for at := 0; at < len(base); {
		from := at
		for at < len(base) && isLetter(base[at]) && (at == from || !isSmall(base[at-1]) || isSmall(base[at])) {
			at++
		}
		if at > from {
			list = append(list, [2]int{from, at})
		} else {
			at++
		}
	}
	return list
}

func isSmall(c byte) bool  { return c >= 'a' && c <= 'z' }
func isLetter(c byte) bool { return isSmall(c | 0x20) }

var (
	digitRuns = regexp.MustCompile(`[0-9]+`)
	// numberedOf is "1of4", also spelled apart.
	numberedOf = regexp.MustCompile(`^([0-9]{1,4})[ _.-]{0,2}of[ _.-]{0,2}([0-9]{1,4})(?:[^0-9]|$)`)
	// dates has year, month and day in either order, and the time if it is spelled apart.
	dates = regexp.MustCompile(`(?:(?:19|20)[0-9]{2}[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12][0-9]|3[01])` +
		`|(?:0[1-9]|[12][0-9]|3[01])[-_.](?:0[1-9]|[12][0-9]|3[01])[-_.](?:19|20)[0-9]{2})` +
		`(?:[t_. -]{1,2}[0-2][0-9][-_.h:][0-5][0-9](?:[-_.m:][0-5][0-9])?)?`)
	// device is how systems number disks and partitions; hdd is just a hard disk.
	device = regexp.MustCompile(`^(?:(?:(?:sd|vd|xvd)[a-z]{1,2}|hd[a-ce-z])[0-9]*|nvme[0-9]+(?:n[0-9]+(?:p[0-9]+)?)?|mmcblk[0-9]+(?:p[0-9]+)?|disk[0-9]+s[0-9]+|(?:sr|loop|md|dm|nbd)[0-9]+)$`)
	// partWord stands before the counter of a part, or behind it.
	partWord = regexp.MustCompile(`(?:part|seg|segment|chunk|split|piece|slice|分割|パート|パーツ)[ _.(#-]{0,2}$`)
	partTail = regexp.MustCompile(`^[ _.)-]{0,2}[a-z]*(?:part|chunk|split|piece)$`)
	// named are words whose number is a version or a kind.
	named = regexp.MustCompile(`(?:^|[^a-z])(?:v|ver|ext|fat|exfat|ufs|xfs|luks|raid|reiser|nilfs|gfs|ocfs|vmfs|lvm|usb|sha|md|mp|rev|rc)$`)
)

// countedOf reads "1of4" in a name.
func countedOf(name string) (n, of int, ok bool) {
	for _, at := range digitRuns.FindAllStringIndex(name, -1) {
		if m := numberedOf.FindStringSubmatch(name[at[0]:]); m != nil {
			n, _ = strconv.Atoi(m[1])
			of, _ = strconv.Atoi(m[2])
			if n <= of && of > 0 {
				return n, of, true
			}
		}
	}
	return 0, 0, false
}

func inDate(name string, p place) bool {
	for _, at := range dates.FindAllStringIndex(name, -1) {
		joins := at[0] > 0 && isDigit(name[at[0]-1]) || at[1] < len(name) && isDigit(name[at[1]])
		if !joins && at[0] <= p.from && p.to <= at[1] {
			return true
		}
	}
	return false
}

func technical(name string, p place) bool { return named.MatchString(name[:p.from]) }

func saysPart(name string, p place) bool {
	return partWord.MatchString(name[:p.from]) || partTail.MatchString(name[p.to:])
}

// isExtension: .1 or .s01, also before the extension of a compressed file.
func isExtension(name string, p place) bool {
	dot := strings.LastIndexByte(name[:p.from], '.')
	if dot < 1 || p.to != len(name) && codec.ByName(name[p.to:]) == nil {
		return false
	}
	letters := name[dot+1 : p.from]
	return letters == "" || len(letters) <= 2 && isLetters(letters) && p.to-p.from >= 2
}

// token is the letters and digits around a place.
func token(name string, p place) string {
	from, to := p.from, p.to
	for from > 0 && isAlnum(name[from-1]) {
		from--
	}
	for to < len(name) && isAlnum(name[to]) {
		to++
	}
	return name[from:to]
}

// serial is how makers number: eight characters and more, digits and letters in turns.
func serial(token string) bool {
	return len(token) >= 8 && len(digitRuns.FindAllStringIndex(token, 3)) >= 2 && !numberedOf.MatchString(token[strings.IndexAny(token, "0123456789"):]) &&
		!strings.Contains(token, "part")
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isAlnum(c byte) bool { return isLetter(c) || isDigit(c) }

func isNumber(s string) bool {
	return len(s) >= 1 && len(s) <= maxDigits && strings.Trim(s, "0123456789") == ""
}

func isLetters(s string) bool {
	return len(s) >= 1 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

// half spells digits of full width as those of ASCII.
func half(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, name)
}

// plain spells a name so that it compares: also in small letters. It is as long
// as what half gives.
func plain(name string) string {
	b := []byte(half(name))
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

// headless looks for a row whose first file bears no number: disk.dmg and
// disk.002.dmgpart, disk.img and disk_002.img.
type headless struct {
	name  string
	first bool // one is numbered 0 or 1: then the other is the whole
}

func (h *headless) see(n int, name string) {
	switch n {
	case 0, 1:
		h.first = true
	case 2:
		h.name = name
	}
}

func (h *headless) missesFirst() bool { return h.name != "" && !h.first }

var behind = regexp.MustCompile(`^[ ._(-]{0,2}(0+[0-9]+)\)?(\.[a-z]*)?$`)

// numberBehind reads the padded number that another name has behind this one,
// before or behind the extension.
func numberBehind(name, other string) (n int, ok bool) {
	ext := filepath.Ext(name)
	for _, stem := range []string{name, strings.TrimSuffix(name, ext)} {
		rest, ok := strings.CutPrefix(other, stem)
		if m := behind.FindStringSubmatch(rest); ok && stem != "" && m != nil && (m[2] == "" || m[2] == ext || strings.HasSuffix(m[2], "part")) {
			n, err := strconv.Atoi(m[1])
			return n, err == nil
		}
	}
	return 0, false
}

// soundsLikePart says that a name alone tells a part of something: disk.part1,
// disk.aa, disk.01. Nothing lies beside it, but something may once have.
func soundsLikePart(path string) bool {
	base := filepath.Base(path)
	name := plain(base)
	return slices.ContainsFunc(places(base), func(p place) bool {
		text := name[p.from:p.to]
		switch {
		case !p.sure:
			return false
		case p.letters:
			return strings.Trim(text, "a") == ""
		}
		return saysPart(name, p) || len(text) >= 2 && len(text) <= 3 && (text[0] == '0')
	})
}

// eachFile names the regular files of a folder, some at a time: it may be large.
func eachFile(dir string, f func(name string)) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	for {
		entries, err := d.ReadDir(1024)
		for _, e := range entries {
			if e.Type().IsRegular() || e.Type()&fs.ModeSymlink != 0 && isRegular(filepath.Join(dir, e.Name())) {
				f(e.Name())
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// files are some that were looked at.
type files []os.FileInfo

func statAll(paths []string) (list files) {
	for _, p := range paths {
		if st, err := os.Stat(p); err == nil {
			list = append(list, st)
		}
	}
	return list
}

func (list files) has(path string) bool {
	if len(list) == 0 {
		return false
	}
	st, err := os.Stat(path)
	return err == nil && slices.ContainsFunc(list, func(other os.FileInfo) bool { return os.SameFile(st, other) })
}

// isRegular: a device beside is no part of an image.
func isRegular(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.Mode().IsRegular()
}
