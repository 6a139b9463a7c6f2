package batch

import (
	"fmt"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/examine"
	"shokyo.dev/shokyo/examine/plan"
	batches "shokyo.dev/shokyo/reports/batch"
)

// CheckSources refuses sources that would be in each other's way: by their names, as one
// medium, or in the output folder. Nothing is opened.
func CheckSources(sources []string, out string, summary bool) error {
	if err := checkNames(sources, out, summary); err != nil {
		return err
	}
	return checkSame(sources)
}

// checkNames refuses sources that would share a bundle and sources that lie in
// the output folder, where a bundle could stand in their way.
func checkNames(sources []string, out string, summary bool) error {
	named := make(map[string]string)
	for _, s := range sources {
		name := examine.BundleName(s)
		if summary && batches.IsFile(name) {
			return plan.Usagef("%s has the name of the batch's summary: examine it alone", s)
		}
		if other, ok := named[name]; ok {
			return plan.Usagef("%s and %s have one name, and each would be DIR/%s: examine them into different folders", other, s, name)
		}
		named[name] = s
		inside, err := within(s, out)
		if err != nil {
			return err
		}
		if inside {
			return plan.Usagef("%s lies inside --out %s: evidence and what is written about it must not share a folder", s, out)
		}
	}
	return nil
}

// within says whether a path lies in dir, links resolved as far as they exist.
func within(path, dir string) (bool, error) {
	p, err := resolve(path)
	if err != nil {
		return false, err
	}
	d, err := resolve(dir)
	if err != nil {
		return false, err
	}
	rel, err := filepath.Rel(d, p)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../"), nil
}

func resolve(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real, nil
	}
	dir, base := filepath.Split(filepath.Clean(abs))
	if dir == abs || base == "" {
		return abs, nil
	}
	parent, err := resolve(dir)
	return filepath.Join(parent, base), err
}

// checkSame refuses sources that are one medium: by another path, a link, or
// as a drive and a partition of it.
func checkSame(sources []string) error {
	ids := make([]string, len(sources))
	for i, s := range sources {
		ids[i] = identityOf(s)
		for j, other := range ids[:i] {
			switch {
			case ids[i] == "" || other == "":
			case ids[i] == other:
				return plan.Usagef("%s and %s are the same medium: name it once", sources[j], s)
			case strings.HasPrefix(ids[i], other+"/") || strings.HasPrefix(other, ids[i]+"/"):
				return plan.Usagef("one of %s and %s is a partition of the other: name the drive, or examine one after the other", sources[j], s)
			}
		}
	}
	return nil
}

// identityOf names what a path leads to: a device by its place in sysfs, where a
// partition lies below its drive, a file by its inode. It is empty for what is
// not there, which is the examination's business.
func identityOf(path string) string {
	var st unix.Stat_t
	if unix.Stat(path, &st) != nil {
		return ""
	}
	if st.Mode&unix.S_IFMT != unix.S_IFBLK {
		return fmt.Sprintf("file %d:%d", st.Dev, st.Ino)
	}
	number := fmt.Sprintf("/sys/dev/block/%d:%d", unix.Major(st.Rdev), unix.Minor(st.Rdev))
	if place, err := filepath.EvalSymlinks(number); err == nil {
		return place
	}
	return number
}
