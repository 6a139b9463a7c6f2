// Package golden holds the program to what it said before: reports field by field, the
// screen line by line.
//
// A test hands over everything a run left behind (files, what was printed, exit
// statuses). What varies by nature is hidden by one table (masks.go), the rest is kept in
// testdata, one compressed archive per run, and compared byte by byte. Run the tests with
// -update to write the archives anew: do that only where a report is meant to change, and
// read what changed first.
package golden

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Compare masks what a run left behind, by name, and holds it against testdata/NAME.zst.
// Every name must be there, and no other.
func Compare(t *testing.T, name string, run map[string][]byte) {
	t.Helper()
	got, err := mask(run)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	path := filepath.Join("testdata", name+".zst")
	if *update {
		if err := writeArchive(path, got); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := readArchive(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Fatalf("%s has no golden file: look at what the run gives, then run the test with -update", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range differences(want, got) {
		t.Error(d)
	}
}

// differences says what was and what is, in the order of the names.
func differences(want, got map[string]string) (list []string) {
	names := maps.Clone(want)
	maps.Copy(names, got)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		was, before := want[name]
		is, now := got[name]
		switch {
		case !now:
			list = append(list, name+": is not made any more")
		case !before:
			list = append(list, name+": was not made before")
		case was != is:
			list = append(list, compareTexts(name, was, is))
		}
	}
	return list
}

// mostShown differences of one file are printed: the first tell what happened.
const mostShown = 20

func compareTexts(name, was, is string) string {
	lines := changedFields(was, is)
	if len(lines) == 0 { // no JSON, or the same fields written otherwise
		lines = changedLines(was, is)
	}
	more := ""
	if n := len(lines) - mostShown; n > 0 {
		lines, more = lines[:mostShown], fmt.Sprintf("\n  and %d more", n)
	}
	return name + ":\n  " + strings.Join(lines, "\n  ") + more
}

// changedFields compares JSON texts by the paths of their fields.
func changedFields(was, is string) (list []string) {
	old, err1 := fields(was)
	now, err2 := fields(is)
	if err1 != nil || err2 != nil {
		return nil
	}
	had, has := map[string]string{}, map[string]string{}
	for _, f := range old {
		had[f.path] = f.value
	}
	for _, f := range now {
		has[f.path] = f.value
		v, ok := had[f.path]
		if !ok {
			list = append(list, fmt.Sprintf("%s: was not there, is %s", f.path, f.value))
		} else if v != f.value {
			list = append(list, fmt.Sprintf("%s: was %s, is %s", f.path, v, f.value))
		}
	}
	for _, f := range old {
		if _, ok := has[f.path]; !ok {
			list = append(list, fmt.Sprintf("%s: was %s, is not there", f.path, f.value))
		}
	}
	return list
}

// changedLines leaves out what is the same at the beginning and at the end.
func changedLines(was, is string) (list []string) {
	old, now := strings.SplitAfter(was, "\n"), strings.SplitAfter(is, "\n")
	at := 0
	for at < min(len(old), len(now)) && old[at] == now[at] {
		at++
	}
	oldEnd, nowEnd := len(old), len(now)
	for oldEnd > at && nowEnd > at && old[oldEnd-1] == now[nowEnd-1] {
		oldEnd, nowEnd = oldEnd-1, nowEnd-1
	}
	for i := at; i < max(oldEnd, nowEnd); i++ {
		l, n := at2(old[:oldEnd], i), at2(now[:nowEnd], i)
		if l != n {
			list = append(list, fmt.Sprintf("line %d: was %.300q\n%*sis %.300q", i+1, l, 2+len(fmt.Sprintf("line %d: ", i+1)), "", n))
		}
	}
	return list
}

func at2(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// An archive has the texts one after the other, each behind a line with its length and
// its name. Runs are alike inside, so they are compressed as one.
func writeArchive(path string, texts map[string]string) error {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		fmt.Fprintf(&b, "%d %s\n%s", len(texts[name]), name, texts[name])
	}
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(32<<20), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, w.EncodeAll(b.Bytes(), nil), 0o644)
}

func readArchive(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := zstd.NewReader(f)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	texts := map[string]string{}
	for len(b) > 0 {
		var n int
		line, rest, _ := strings.Cut(string(b[:min(len(b), 4096)]), "\n")
		length, name, _ := strings.Cut(line, " ")
		if _, err := fmt.Sscan(length, &n); err != nil || rest == "" && n > 0 || len(line)+1+n > len(b) {
			return nil, fmt.Errorf("read %s: it is damaged", path)
		}
		at := len(line) + 1
		texts[name] = string(b[at : at+n])
		b = b[at+n:]
	}
	return texts, nil
}
