// Mutate breaks lines of the program by hand, one at a time, and sees whether the quick
// tests of the package notice:
//
//	go run ./scripts/mutate [-only REGEXP] [-run REGEXP] [-skip REGEXP] [-check]
//
// The list, list.txt beside this file, has lines whose loss would be a wrong clean, a false
// alarm, or a report that is lost or can be forged. A mutation is what would go wrong, then
// the text as it is, then the text as it would be:
//
//	# the text detector's share is none
//	- 	textShare = 4
//	+ 	textShare = 1 << 40
//
// The text is part of a line or goes over several, and stands exactly once in the source of the tree, wherever that is: its package is
// found by it, so files may be moved. Nothing is written into the tree (go test -overlay).
// The status is 1 where less than 95 % are caught, and where the list does not fit the tree.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

const (
	wanted  = 95 // percent
	timeout = 4 * time.Minute
)

type mutation struct {
	line     int    // in the list
	wrong    string // what would go wrong
	old, new string
	file     string // where the text stands
	offset   int
}

func main() {
	only := flag.String("only", "", "try those whose words, text or file `REGEXP` matches")
	var tests selection
	flag.StringVar(&tests.run, "run", "", "run only the tests that `REGEXP` matches: what escapes them need not escape all")
	flag.StringVar(&tests.skip, "skip", "", "leave out the tests that `REGEXP` matches: the same")
	check := flag.Bool("check", false, "only see whether the list fits the tree")
	flag.Parse()
	if err := run(*only, tests, *check); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(only string, tests selection, check bool) error {
	pick, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	b, err := os.ReadFile("scripts/mutate/list.txt")
	if err != nil {
		return fmt.Errorf("read the list (run this at the top of the tree): %w", err)
	}
	list, err := parse(string(b))
	if err != nil {
		return err
	}
	if err := place(list); err != nil || check {
		return err
	}
	counts, sound := map[outcome]int{}, map[string]bool{}
	for _, m := range list {
		if !pick.MatchString(m.wrong) && !pick.MatchString(m.old) && !pick.MatchString(m.file) {
			continue
		}
		if dir := filepath.Dir(m.file); !sound[dir] { // what fails anyway catches nothing
			if out, err := tests.of(dir, "").CombinedOutput(); err != nil {
				return fmt.Errorf("the tests of %s fail as it is: %w\n%s", dir, err, out)
			}
			sound[dir] = true
		}
		start := time.Now()
		o, err := m.try(tests)
		if err != nil {
			return err
		}
		counts[o]++
		fmt.Printf("%-16s %4.0fs  %-40s  %s\n", o, time.Since(start).Seconds(), fmt.Sprintf("%s (list.txt:%d)", m.file, m.line), m.wrong)
	}
	return score(counts)
}

func score(counts map[outcome]int) error {
	all := counts[caught] + counts[escaped]
	fmt.Printf("\n%d of %d caught", counts[caught], all)
	if n := counts[broken]; n > 0 {
		return fmt.Errorf("%d mutations do not compile: mend the list", n)
	}
	if all == 0 {
		return errors.New("nothing was tried")
	}
	fmt.Printf(": %d %%\n", 100*counts[caught]/all)
	if 100*counts[caught] < wanted*all {
		return fmt.Errorf("less than %d %% are caught", wanted)
	}
	return nil
}

// noticed is what a test that failed, or a program that was ended for what it did, prints. The go
// command, the memory or the machine can fail, too: nobody noticed anything then.
var noticed = regexp.MustCompile(`(?m)^\s*--- FAIL|^panic: |^fatal error: `)

// parse reads the list. A mutation ends at an empty line.
func parse(text string) (list []*mutation, err error) {
	var m *mutation
	var was, is []string
	for i, l := range strings.Split(text+"\n", "\n") {
		kind, rest := "", ""
		if len(l) > 0 {
			kind, rest = l[:1], strings.TrimPrefix(l[1:], " ")
		}
		switch {
		case kind == "" && m != nil:
			m.old, m.new = strings.Join(was, "\n"), strings.Join(is, "\n")
			if m.old == "" || m.old == m.new {
				return nil, fmt.Errorf("list.txt:%d: %s: changes nothing", m.line, m.wrong)
			}
			list, m, was, is = append(list, m), nil, nil, nil
		case kind == "":
		case kind == "#" && m == nil:
			m = &mutation{line: i + 1, wrong: rest}
		case kind == "-" && m != nil && is == nil:
			was = append(was, rest)
		case kind == "+" && was != nil:
			is = append(is, rest)
		default:
			return nil, fmt.Errorf("list.txt:%d: not understood: %q", i+1, l)
		}
	}
	if len(list) == 0 {
		return nil, errors.New("list.txt has no line to break")
	}
	return list, nil
}

// place finds each text in the tree, exactly once.
func place(list []*mutation) error {
	found := make([]int, len(list))
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		for i, m := range list {
			if n := bytes.Count(b, []byte(m.old)); n > 0 {
				m.file, m.offset = path, bytes.Index(b, []byte(m.old))
				found[i] += n
			}
		}
		return err
	})
	for i, m := range list {
		if found[i] != 1 {
			err = errors.Join(err, fmt.Errorf("list.txt:%d: %s: the text stands %d times in the tree, want once:\n%s", m.line, m.wrong, found[i], m.old))
		}
	}
	return err
}

type outcome string

const (
	caught  outcome = "caught"
	escaped outcome = "ESCAPED"
	broken  outcome = "DOES NOT COMPILE"
)

// selection is which of the quick tests are run; all, unless it says otherwise.
type selection struct{ run, skip string }

// of are those of one package, with an overlay or, for "", as it is.
func (s selection) of(dir, overlay string) *exec.Cmd {
	args := []string{"test", "-short", "-failfast", "-vet=off", "-timeout", timeout.String(), "-run", s.run, "-skip", s.skip}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	return exec.Command("go", append(args, "./"+filepath.ToSlash(dir))...)
}

// try runs the quick tests of the package with the mutation in it.
func (m *mutation) try(tests selection) (outcome, error) {
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	b, err := os.ReadFile(m.file)
	if err != nil {
		return "", err
	}
	mutant := filepath.Join(dir, filepath.Base(m.file))
	text := string(b[:m.offset]) + m.new + string(b[m.offset+len(m.old):])
	path, err1 := filepath.Abs(m.file)
	overlay, err2 := json.Marshal(map[string]any{"Replace": map[string]string{path: mutant}})
	err = errors.Join(err1, err2, os.WriteFile(mutant, []byte(text), 0o644), os.WriteFile(filepath.Join(dir, "overlay"), overlay, 0o644))
	if err != nil {
		return "", err
	}
	test := tests.of(filepath.Dir(m.file), filepath.Join(dir, "overlay"))
	out, err := test.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return escaped, nil
	case !errors.As(err, &exit):
		return "", err
	case bytes.Contains(out, []byte("[build failed]")), bytes.Contains(out, []byte("[setup failed]")):
		os.Stdout.Write(out)
		return broken, nil
	case !noticed.Match(out):
		return "", fmt.Errorf("the tests of %s ended without one that failed: %w\n%s", filepath.Dir(m.file), err, out)
	}
	return caught, nil
}
