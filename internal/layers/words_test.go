package layers

import (
	"bufio"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// What people read stands in the catalogue (package words). This file looks for what
// stands elsewhere.

// data says where Japanese is what is looked for or written to test media, and no
// sentence: a file or a folder, and why.
var data = map[string]string{
	"scan/text/":                     "alphabets, to know text by",
	"scan/labels/":                   "names that tools give by default",
	"internal/disktest/":             "what is written to test media",
	"internal/tooltest/":             "names of files on test media",
	"reports/reporttest/":            "what examinations made by hand say",
	"bootimage/manifest/licenses.go": "names of authors",
	"reports/pdf/layout/line.go":     "characters that may not begin or end a line",
	"custody/exports/exports.go":     "words for no time, in tables of others",
	"ledger/ledger.go":               "headings that a ledger may have",
	"ledger/doubt.go":                "truth values as spreadsheets write them",
}

// technical says whose English is no sentence for people.
var technical = map[string]string{
	"scan/detector/detector.go":         "titles of detectors, as docs/detection.md has them",
	"scan/filesystem/":                  "names and figures of a structure, read from its header",
	"scan/superblock/":                  "likewise",
	"scan/partitions/":                  "likewise",
	"scan/marks/":                       "likewise",
	"scan/keys/":                        "likewise",
	"scan/signature/":                   "likewise",
	"internal/":                         "tests and what they are made with",
	"reports/reporttest/":               "likewise",
	"image/imagetest/":                  "likewise",
	"reports/sign/verify.go":            "what is wrong with a bundle: an error",
	"reports/sign/identity/identity.go": "what a certificate says",
	"reports/render/map.go":             "the format of ddrescue",
	"devices/scsi/cdb/sense.go":         "names of the standard",
	"scan/labels/":                      "names that tools give by default",
	"ledger/doubt.go":                   "names of months",
	"image/foreign/kinds.go":            "names of file kinds, and the commands that undo them, as errors say them",
	"appliance/child/scan.go":           "what shokyo says, to know it by",
	"cmd/shokyo/help.go":                "the help of all verbs, and what is wrong with a call",
	"devices/nvme/status.go":            "likewise",
	"devices/open.go":                   "why a medium is refused: errors",
	"devices/kernel/users.go":           "what to do about that: likewise",
	"bootimage/manifest/licenses.go":    "phrases to know licences by",
	"bootimage/uki/predict.go":          "what firmware measures, byte for byte",
	"bootimage/disk/bios.go":            "the configuration of syslinux",
}

// partsOfErrors are what makes parts of errors, which are no sentences for people: the file,
// and the function, type or constant in it.
var partsOfErrors = map[string]string{
	"image/image.go:Objection":                "why a file is refused",
	"image/refuse.go:Objection":               "likewise",
	"image/split/split.go:Objection":          "likewise",
	"image/split/siblings.go:Objection":       "likewise",
	"image/split/siblings.go:ObjectBeside":    "likewise",
	"image/split/siblings.go:joinThem":        "what to do with such a file",
	"image/codec/codec.go:meaning":            "what a decoder's error means",
	"examine/source.go:folderAdvice":          "what to do about a folder",
	"examine/checkpoint/checkpoint.go:String": "how an error tells one medium from another",
	"custody/kmip/client.go:told":             "what is the matter with a connection",
	"ledger/csv.go:csvError":                  "what is wrong with a line",
	"attest/structures.go:want":               "which field is not what it must be",
	"casefile/keys.go:stated":                 "what is expected of a key",
	"casefile/keys.go:wantDate":               "likewise",
	"casefile/keys.go:wantCategory":           "likewise",
}

// remaining is how many sentences of a file are not in the catalogue yet: Japanese, English.
// The sums only go down. Whoever moves a sentence, or a file, writes the list anew: -shrink.
const remaining = "testdata/sentences.txt"

var shrink = flag.Bool("shrink", false, "write "+remaining+" anew; its sums must not grow")

// leastWords make a sentence.
const leastWords = 5

// japanese says whether a text has a letter that only Japanese has.
func japanese(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool { return unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana) })
}

// english says whether a text looks like a sentence: enough words in a row.
func english(s string) bool {
	n := 0
	for _, f := range strings.Fields(s) {
		word := strings.Trim(f, `.,:;()"'“”?!`)
		if word == "" || strings.ContainsFunc(word, func(c rune) bool { return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '\'' || c == '-') }) {
			if !strings.HasPrefix(f, "%") { // a figure does not end a sentence
				n = 0
			}
			continue
		}
		if n++; n == leastWords {
			return true
		}
	}
	return false
}

// notRead are functions whose English is for whoever runs or mends the program: errors
// go to standard error, in English, and panics to nobody. Of a flag it is the help.
func notRead(call *ast.CallExpr) bool {
	name, of := "", ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
		if id, ok := f.X.(*ast.Ident); ok {
			of = id.Name
		}
	}
	switch of + "." + name {
	case "errors.New", "fmt.Errorf", ".usagef", ".Usagef", ".tooShort", "plan.Usagef", ".panic", "regexp.MustCompile", "template.New":
		return true
	}
	return strings.HasSuffix(name, "Var") || slices.Contains([]string{"Bool", "String", "Int", "Int64", "Float64", "Duration", "Func", "BoolFunc"}, name) && len(call.Args) >= 2
}

// spoken are the string constants of a file that somebody may read; those put together
// by + are one. Of what is left out by name, nothing counts.
func spoken(f *ast.File, leftOut func(name string) bool) (list []string) {
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.FuncDecl:
			if n.Recv != nil && n.Name.Name == "Error" || leftOut(n.Name.Name) { // of an error
				return false
			}
		case *ast.ValueSpec: // the help of a verb stands with its flags
			if leftOut(n.Names[0].Name) || strings.HasSuffix(n.Names[0].Name, "Help") {
				return false
			}
		case *ast.CompositeLit:
			if n.Type != nil && leftOut(named(n.Type)) {
				return false
			}
		case *ast.Field: // its tag is for programs
			if n.Type != nil {
				ast.Inspect(n.Type, visit)
			}
			return false
		case *ast.CallExpr:
			if notRead(n) || leftOut(named(n.Fun)) {
				return false
			}
		case *ast.BinaryExpr:
			if s, ok := constant(n); ok {
				list = append(list, s)
				return false
			}
		case *ast.BasicLit:
			if s, ok := constant(n); ok {
				list = append(list, s)
			}
		}
		return true
	}
	ast.Inspect(f, visit)
	return list
}

func constant(x ast.Expr) (string, bool) {
	switch x := x.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(x.Value)
		return s, err == nil && x.Kind == token.STRING
	case *ast.BinaryExpr:
		a, ok := constant(x.X)
		b, also := constant(x.Y)
		return a + b, ok && also && x.Op == token.ADD
	}
	return "", false
}

// under says whether a path is in a list of files and folders.
func under(path string, list map[string]string) bool {
	for p := range list {
		if path == p || strings.HasSuffix(p, "/") && strings.HasPrefix(path, p) {
			return true
		}
	}
	return false
}

// tally is how many sentences a file has.
type tally struct{ Japanese, English int }

func sentences(path string, f *ast.File) (t tally) {
	left := func(name string) bool { return partsOfErrors[path+":"+name] != "" }
	for _, s := range spoken(f, left) {
		switch {
		case japanese(s):
			if !under(path, data) {
				t.Japanese++
			}
		case english(s) && !under(path, technical):
			t.English++
		}
	}
	return t
}

// TestSentencesStandInWords: no file says more than it is known to say, and what has
// gone to the catalogue stays there.
func TestSentencesStandInWords(t *testing.T) {
	root, paths := sourceFiles(t)
	got := map[string]tally{}
	for _, path := range paths {
		rel, _ := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		if strings.HasSuffix(rel, "_test.go") || strings.HasPrefix(rel, "words/") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if n := sentences(rel, f); n != (tally{}) {
			got[rel] = n
		}
	}
	known := readTallies(t)
	if *shrink {
		if a, b := sum(got), sum(known); a.Japanese > b.Japanese || a.English > b.English {
			t.Fatalf("%d Japanese and %d English sentences, known were %d and %d: they belong in words", a.Japanese, a.English, b.Japanese, b.English)
		}
		writeTallies(t, got)
		return
	}
	for _, path := range slices.Sorted(maps.Keys(got)) {
		if n, k := got[path], known[path]; n.Japanese > k.Japanese || n.English > k.English {
			t.Errorf("%s has %d Japanese and %d English sentences, known are %d and %d: a sentence belongs in words", path, n.Japanese, n.English, k.Japanese, k.English)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(known)) {
		if n, k := got[path], known[path]; n.Japanese < k.Japanese || n.English < k.English {
			t.Errorf("%s has %d Japanese and %d English sentences left, not %d and %d: go test ./internal/layers -run Sentences -shrink", path, n.Japanese, n.English, k.Japanese, k.English)
		}
	}
}

func sum(all map[string]tally) (s tally) {
	for _, n := range all {
		s.Japanese, s.English = s.Japanese+n.Japanese, s.English+n.English
	}
	return s
}

// TestDataIsThere: what is excused is there to be excused.
func TestDataIsThere(t *testing.T) {
	for _, list := range []map[string]string{data, technical} {
		for path, why := range list {
			if _, err := os.Stat(filepath.Join("../..", path)); err != nil || why == "" {
				t.Errorf("%s (%s): %v", path, why, err)
			}
		}
	}
	for key, why := range partsOfErrors {
		path, name, _ := strings.Cut(key, ":")
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", path), nil, parser.SkipObjectResolution)
		if err != nil || why == "" {
			t.Fatalf("%s (%s): %v", key, why, err)
		}
		all := spoken(f, func(string) bool { return false })
		if rest := spoken(f, func(n string) bool { return n == name }); len(rest) == len(all) {
			t.Errorf("%s (%s) leaves nothing out", key, why)
		}
	}
}

func readTallies(t *testing.T) map[string]tally {
	t.Helper()
	f, err := os.Open(remaining)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string]tally{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		var path string
		var n tally
		if _, err := fmt.Sscan(lines.Text(), &n.Japanese, &n.English, &path); err != nil {
			t.Fatalf("%s: %q: %v", remaining, lines.Text(), err)
		}
		out[path] = n
	}
	return out
}

func writeTallies(t *testing.T, all map[string]tally) {
	t.Helper()
	var b strings.Builder
	b.WriteString("# Sentences outside of words, by file: Japanese, English. Their sums only go down.\n")
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if n := all[path]; n != (tally{}) {
			fmt.Fprintf(&b, "%3d %3d %s\n", n.Japanese, n.English, path)
		}
	}
	if err := os.WriteFile(remaining, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSentences(t *testing.T) {
	const file = `package p
import "errors"
type t struct { F int ` + "`json:\"this is a long tag indeed\"`" + ` }
var a = "five words make a sentence"
var b = "five words make " + "a sentence, in two pieces"
var c = "%s of %s bytes were left out"
var d = "only four words here"
var e = "残留データ"
var f = errors.New("five words make a sentence")
var g = fs.String("out", "", "where all of it is to go")
func h() { fmt.Printf("nothing was found on %s\n", x); panic("this can not be the case") }
var i = "SELECT x-1 FROM t2 WHERE n3"
var j = Objection{"five words make a sentence"}
const demoHelp = "make two disks and examine both"
`
	f, err := parser.ParseFile(token.NewFileSet(), "p.go", file, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := sentences("p.go", f); got != (tally{1, 4}) {
		t.Errorf("%+v", got)
	}
	if got := sentences("scan/marks/p.go", f); got != (tally{1, 0}) {
		t.Errorf("of a parser: %+v", got)
	}
	if got := sentences("scan/text/jis.go", f); got != (tally{0, 4}) {
		t.Errorf("of an alphabet: %+v", got)
	}
	if got := sentences("image/refuse.go", f); got != (tally{1, 3}) {
		t.Errorf("of a part of an error: %+v", got)
	}
}
