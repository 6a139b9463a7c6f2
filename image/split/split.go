// Package split joins the parts of an image that was split, and tells when a file is
// one part of something and must not pass for all of it.
//
// Parts called x.001, x.002, ... are joined (split.go); other names that only seem to
// number parts are refused (siblings.go).
package split

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"shokyo.dev/shokyo/image/codec"
	"shokyo.dev/shokyo/image/foreign"
	"shokyo.dev/shokyo/image/source"
	"shokyo.dev/shokyo/words/medium"
)

// Parts finds the files of the image that path is, or is a part of. Whole is
// the name without the number of the part: it says what the joined bytes are
// (x.gz of x.gz.002).
//
// A part is called NAME.001, NAME.002, …, also from .000, and goes on with
// .1000 behind .999. The folder is read, not probed: only so a hole can be
// told from the end.
func Parts(path string) (paths []string, whole string, err error) {
	whole, number, ok := partNumber(path)
	if !ok {
		return []string{path}, path, nil
	}
	numbers, err := partNumbers(whole)
	if err != nil {
		return nil, "", err
	}
	if !slices.Contains(numbers, number) { // the opener says it best
		return []string{path}, whole, nil
	}
	first := 1
	if numbers[0] == 0 {
		first = 0
	}
	for i, n := range numbers {
		if n != first+i {
			o := &foreign.Objection{What: fmt.Sprintf("image part %s is missing (%s is there)", partName(whole, first+i), partName(whole, n)), Cure: "an image with a hole is not examined"}
			return nil, "", o.Refusal()
		}
		paths = append(paths, partName(whole, n))
	}
	return paths, whole, nil
}

// Numbered are those that lie there, with holes or without.
func Numbered(path string) (paths []string) {
	if whole, _, ok := partNumber(path); ok {
		numbers, _ := partNumbers(whole)
		for _, n := range numbers {
			paths = append(paths, partName(whole, n))
		}
	}
	return paths
}

func partName(whole string, n int) string { return fmt.Sprintf("%s.%03d", whole, n) }

// partNumber takes NAME.nnn apart. More than three digits are a part only from
// 1000 on, and only with a leading part beside it: x.2024 is rather a date.
func partNumber(path string) (whole string, n int, ok bool) {
	ext := filepath.Ext(path)
	whole = strings.TrimSuffix(path, ext)
	digits := strings.TrimPrefix(ext, ".")
	if len(digits) < 3 || len(digits) > 6 || strings.Trim(digits, "0123456789") != "" || filepath.Base(whole) == "." {
		return path, 0, false
	}
	n, err := strconv.Atoi(digits)
	if err != nil || partName(whole, n) != path {
		return path, 0, false
	}
	if n > 999 {
		if _, err := os.Lstat(partName(whole, 999)); err != nil {
			return path, 0, false
		}
	}
	return whole, n, true
}

// partNumbers are the numbers of all parts in the folder, ascending.
func partNumbers(whole string) (numbers []int, err error) {
	dir, base := filepath.Split(whole)
	if dir == "" {
		dir = "."
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("look for the parts of %s: %w", whole, err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), base+".") {
			continue
		}
		if w, n, ok := partNumber(filepath.Join(dir, e.Name())); ok && filepath.Base(w) == base {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

// ObjectCompressed: x.001.gz holds one part of a medium. Decoded alone it
// would pass for all of it.
func ObjectCompressed(path string) *foreign.Objection {
	if c := codec.ByName(path); c != nil {
		if _, _, ok := partNumber(c.Trim(path)); ok {
			return &foreign.Objection{What: path + " is one part of a split image, compressed by itself", Cure: "decompress all its parts first"}
		}
	}
	return nil
}

// OpenEnded says whether more parts may have been left behind: the last is not
// shorter than the first, or there is but one and its name says that it is one.
func OpenEnded(paths []string, files []source.Source) bool {
	if len(paths) == 1 {
		_, _, numbered := partNumber(paths[0])
		return numbered || soundsLikePart(paths[0])
	}
	return files[len(files)-1].Size() >= files[0].Size()
}

// Short is the defect of a joined image: a part that is shorter than the
// first was cut off while it was copied, unless it is the last. What it lacks
// is not there to be examined, and all behind it is out of place.
func Short(paths []string, files []source.Source) error {
	want, more := files[0].Size(), 0
	var first error
	for i, f := range files[:len(files)-1] {
		switch n := f.Size(); {
		case n >= want:
		case first == nil:
			first = fmt.Errorf("image part %s holds %d bytes where %d are expected (as the first part has): what it lacks was not examined, and all behind it is out of place", paths[i], n, want)
		default:
			more++
		}
	}
	if more > 0 {
		return fmt.Errorf("%w (%d more parts are too short)", first, more)
	}
	return first
}

// Long notes parts that are longer than the first: it, or what joined
// them, was odd.
func Long(paths []string, files []source.Source) (notes []string) {
	want := files[0].Size()
	for i, f := range files {
		if n := f.Size(); n > want && len(notes) < 8 {
			notes = append(notes, medium.PartTooLong.Say(paths[i], n, want).EN)
		}
	}
	return notes
}

// Joined is several sources end to end.
type Joined struct {
	paths []string
	files []source.Source
	ends  []int64 // offset behind each file
}

// Join puts sources end to end.
func Join(paths []string, files []source.Source) (*Joined, error) {
	j := &Joined{paths: paths, files: files}
	var end int64
	for _, f := range files {
		end += f.Size()
		if end < 0 || f.Size() < 0 {
			return nil, fmt.Errorf("the parts of %s are longer together than 2^63 bytes", paths[0])
		}
		j.ends = append(j.ends, end)
	}
	return j, nil
}

func (j *Joined) Size() int64 { return j.ends[len(j.ends)-1] }

// Stored asks the part that off lies in.
func (j *Joined) Stored(off int64) (end int64, stored bool) {
	i := sort.Search(len(j.ends), func(i int) bool { return j.ends[i] > off })
	if i == len(j.ends) {
		return off, true
	}
	start := j.ends[i] - j.files[i].Size()
	end, stored = source.Stored(j.files[i], off-start)
	return min(start+end, j.ends[i]), stored
}

func (j *Joined) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, fmt.Errorf("read %s at %d: negative offset", j.paths[0], off)
	}
	for n < len(p) {
		at := off + int64(n)
		i := sort.Search(len(j.ends), func(i int) bool { return j.ends[i] > at })
		if i == len(j.ends) {
			return n, io.EOF
		}
		start := j.ends[i] - j.files[i].Size()
		want := int(min(int64(len(p)-n), j.ends[i]-at))
		k, err := j.files[i].ReadAt(p[n:n+want], at-start)
		n += k
		if k < want { // never go on in the next part: all would be out of place
			if errors.Is(err, io.EOF) || err == nil {
				err = io.ErrUnexpectedEOF // the next part may well be there
				if i == len(j.files)-1 {
					err = io.EOF
				}
				err = fmt.Errorf("read %s at %d: %w", j.paths[i], at-start+int64(k), err)
			}
			return n, err
		}
	}
	return n, nil
}
