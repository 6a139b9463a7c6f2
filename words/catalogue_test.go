package words_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

const module = "shokyo.dev/shokyo/"

// row is one row of the catalogue, as it stands in the source.
type row struct {
	at     string // file and line
	en, ja string
}

// entry is something a room exports: a row by its name, or a table by code.
type entry struct {
	row
	table map[string]row // nil: a row
	texts bool           // said without figures
}

// source is all Go files of the project but tests, by path below its root.
func source(t *testing.T) (*token.FileSet, map[string]*ast.File) {
	t.Helper()
	set, files := token.NewFileSet(), map[string]*ast.File{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != ".." {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		rel, _ := filepath.Rel("..", path)
		files[filepath.ToSlash(rel)], err = parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		return err
	})
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	return set, files
}

// text is a string constant spelled out, also in pieces.
func text(x ast.Expr) (string, bool) {
	switch x := x.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(x.Value)
		return s, err == nil && x.Kind == token.STRING
	case *ast.BinaryExpr:
		a, ok := text(x.X)
		b, also := text(x.Y)
		return a + b, ok && also && x.Op == token.ADD
	case *ast.KeyValueExpr: // of a Text
		if id, ok := x.Key.(*ast.Ident); ok && (id.Name == "EN" || id.Name == "JA") {
			return text(x.Value)
		}
	}
	return "", false
}

// pair takes two string constants, the English and the Japanese one.
func pair(set *token.FileSet, list []ast.Expr) (r row, ok bool) {
	if len(list) != 2 {
		return row{}, false
	}
	en, ok := text(list[0])
	ja, also := text(list[1])
	return row{set.Position(list[0].Pos()).String(), en, ja}, ok && also
}

// rows are all pairs of a file of the catalogue.
func rows(set *token.FileSet, f *ast.File) (out []row) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if r, ok := pair(set, n.Elts); ok {
				out = append(out, r)
			}
		case *ast.CallExpr: // a kind: called(code, family, English, Japanese)
			if len(n.Args) == 4 {
				if r, ok := pair(set, n.Args[2:]); ok {
					out = append(out, r)
				}
			}
		}
		return true
	})
	return out
}

// exported is what a room lets others say, by "room.Name".
func exported(set *token.FileSet, path string, f *ast.File) map[string]entry {
	out := map[string]entry{}
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			for i, name := range v.Names {
				if i >= len(v.Values) {
					continue
				}
				if lit, ok := v.Values[i].(*ast.CompositeLit); ok {
					out[filepath.ToSlash(filepath.Dir(path))+"."+name.Name] = entryOf(set, lit)
				}
			}
		}
	}
	return out
}

func entryOf(set *token.FileSet, lit *ast.CompositeLit) entry {
	kind := ""
	if x, ok := lit.Type.(*ast.SelectorExpr); ok {
		kind = x.Sel.Name
	}
	e := entry{texts: kind == "Text"}
	e.row, _ = pair(set, lit.Elts)
	if kind != "Table" {
		return e
	}
	e.table = map[string]row{}
	for _, x := range lit.Elts {
		kv, ok := x.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		code, _ := text(kv.Key)
		if value, ok := kv.Value.(*ast.CompositeLit); ok {
			e.table[code], _ = pair(set, value.Elts)
		}
	}
	return e
}

// places are the figures that a text has places for; a place is a verb with its number.
var verb = regexp.MustCompile(`%(?:[-+# 0]*\d*(?:\.\d+)?\[(\d+)\][a-zA-Z]|%|.|$)`)

// numbered is a place with one.
var numbered = regexp.MustCompile(`%[^%\s]*\[\d`)

// bare is a place without its number.
var bare = regexp.MustCompile(`%[sdqvxXcU]`)

func places(s string) (list []int, err error) {
	if !numbered.MatchString(s) { // said as it stands
		if m := bare.FindString(s); m != "" {
			return nil, fmt.Errorf("%q is no place with a number: write %%[1]s", m)
		}
		return nil, nil
	}
	for _, m := range verb.FindAllStringSubmatch(s, -1) {
		n, _ := strconv.Atoi(m[1])
		switch {
		case m[0] == "%%":
		case n == 0:
			return nil, fmt.Errorf("%q is no place with a number: write %%[1]s, or %%%% for a per cent sign", m[0])
		case !slices.Contains(list, n):
			list = append(list, n)
		}
	}
	slices.Sort(list)
	for i, n := range list {
		if n != i+1 {
			return nil, fmt.Errorf("figures %v: they are numbered from 1 without a gap", list)
		}
	}
	return list, nil
}

// japanese says whether a text has a character that is written in Japanese only. Signs
// of width, as "(", count: English has others.
func japanese(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool {
		return unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana) || c >= 0x3000 && c < 0x3040 || c >= 0xFF00 && c < 0xFFF0
	})
}

// alike says that a Japanese text may do without anything Japanese: it has no words
// beside its figures, or those of a name that is written alike.
func (r row) alike() bool {
	known := strings.ToLower(r.en)
	for _, word := range strings.FieldsFunc(verb.ReplaceAllString(r.ja, ""), func(c rune) bool { return !unicode.IsLetter(c) }) {
		if !strings.Contains(known, strings.ToLower(word)) && r.ja != "FF" {
			return false
		}
	}
	return len(strings.Fields(r.ja)) <= 4
}

// masks are signs that a preview has, and that the English texts name.
var masks = strings.NewReplacer("あ for kana", "", "漢 for kanji", "")

func (r row) problems() (list []string) {
	add := func(format string, a ...any) { list = append(list, r.at+": "+fmt.Sprintf(format, a...)) }
	en, err := places(r.en)
	if err != nil {
		add("English: %v", err)
	}
	ja, err := places(r.ja)
	if err != nil {
		add("Japanese: %v", err)
	}
	switch {
	case r.en == "" || r.ja == "":
		add("a language is missing: %q, %q", r.en, r.ja)
	case japanese(masks.Replace(r.en)):
		add("Japanese in the English text %q", r.en)
	case !japanese(r.ja) && !r.alike():
		add("the Japanese text %q has nothing Japanese", r.ja)
	case !slices.Equal(en, ja):
		add("English takes the figures %v, Japanese %v", en, ja)
	}
	return list
}

// onConsole says whether the English of a file is shown where only ASCII can be.
func onConsole(path string) bool {
	return strings.HasPrefix(path, "words/console/") || strings.HasPrefix(path, "words/stick/")
}

// TestRows: each row has both languages, each in its own script, with the same figures.
func TestRows(t *testing.T) {
	set, files := source(t)
	n := 0
	for path, f := range files {
		if !strings.HasPrefix(path, "words/") {
			continue
		}
		for _, r := range rows(set, f) {
			n++
			for _, p := range r.problems() {
				t.Error(p)
			}
			if onConsole(path) && strings.ContainsFunc(r.en, func(c rune) bool { return c > unicode.MaxASCII }) {
				t.Errorf("%s: Linux's console has no letters for %q", r.at, r.en)
			}
		}
	}
	if n == 0 {
		t.Fatal("no row was found")
	}
}

// TestPagesShareLabels: what report.html and report.pdf say alike is one row, for one to be changed with the other.
func TestPagesShareLabels(t *testing.T) {
	set, files := source(t)
	at := map[[2]string]string{}
	for _, room := range []string{"words/page/", "words/paper/"} {
		for path, f := range files {
			if !strings.HasPrefix(path, room) {
				continue
			}
			for _, r := range rows(set, f) {
				said := [2]string{r.en, r.ja}
				if first := at[said]; first != "" && room == "words/paper/" {
					t.Errorf("%s: %q stands at %s as well", r.at, r.en, first)
				}
				at[said] = r.at
			}
		}
	}
	if len(at) == 0 {
		t.Fatal("no row was found")
	}
}

// use is one saying of something in the catalogue.
type use struct {
	at   string
	args []ast.Expr // of Say
	said bool       // by Say
}

// uses are the places outside the catalogue, and in rooms of it that are made of others,
// where its entries are named.
func uses(set *token.FileSet, path string, f *ast.File) map[string][]use {
	rooms := map[string]string{} // by the name they go by in the file
	for _, spec := range f.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		room, ok := strings.CutPrefix(imported, module)
		if !ok || room != "words" && !strings.HasPrefix(room, "words/") {
			continue
		}
		name := room[strings.LastIndexByte(room, '/')+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		rooms[name] = room
	}
	own := ""
	if strings.HasPrefix(path, "words/") {
		own = filepath.ToSlash(filepath.Dir(path))
	}
	nameOf := func(x ast.Expr) string {
		switch x := x.(type) {
		case *ast.SelectorExpr:
			if id, ok := x.X.(*ast.Ident); ok && rooms[id.Name] != "" {
				return rooms[id.Name] + "." + x.Sel.Name
			}
		case *ast.Ident:
			if own != "" {
				return own + "." + x.Name
			}
		}
		return ""
	}
	out := map[string][]use{}
	declared := map[*ast.Ident]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for _, id := range n.Names {
				declared[id] = true
			}
		case *ast.CallExpr:
			if say, ok := n.Fun.(*ast.SelectorExpr); ok && say.Sel.Name == "Say" && !n.Ellipsis.IsValid() {
				if name := nameOf(say.X); name != "" {
					out[name] = append(out[name], use{set.Position(n.Pos()).String(), n.Args, true})
				}
			}
		case ast.Expr:
			if id, ok := n.(*ast.Ident); ok && declared[id] {
				return true
			}
			if name := nameOf(n); name != "" {
				out[name] = append(out[name], use{at: set.Position(n.Pos()).String()})
			}
		}
		return true
	})
	return out
}

// literals are all string constants of a file.
func literals(f *ast.File, into map[string]bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			s, _ := strconv.Unquote(lit.Value)
			into[s] = true
		}
		return true
	})
}

// templates are the names in all templates of the project.
func templates(t *testing.T, into map[string]bool) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".tmpl") {
			return err
		}
		b, err := os.ReadFile(path)
		for _, m := range regexp.MustCompile(`[. ]\.?([A-Z]\w*)`).FindAllSubmatch(b, -1) {
			into[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSaid: every row is said by somebody, and whoever says it gives as many figures as
// it has places for. The code of a table's row is a constant or a name in a template: that a
// table has the codes that its user can come with is for a test of the user.
func TestSaid(t *testing.T) {
	set, files := source(t)
	entries, said, codes := map[string]entry{}, map[string][]use{}, map[string]bool{}
	for path, f := range files {
		if strings.HasPrefix(path, "words/") {
			maps.Copy(entries, exported(set, path, f))
		} else {
			literals(f, codes)
		}
		for name, list := range uses(set, path, f) {
			said[name] = append(said[name], list...)
		}
	}
	templates(t, codes)
	for name, e := range entries {
		if len(said[name]) == 0 {
			t.Errorf("%s is said by nobody", name)
		}
		for code := range e.table {
			if !codes[code] {
				t.Errorf("%s has the code %q, which nobody comes with", name, code)
			}
		}
		for _, u := range said[name] {
			if p := e.problem(u); p != "" {
				t.Errorf("%s: %s: %s", u.at, name, p)
			}
		}
	}
}

// problem says what is wrong with a saying.
func (e entry) problem(u use) string {
	if !u.said {
		return ""
	}
	r, figures := e.row, u.args
	if e.table != nil {
		if len(u.args) == 0 {
			return "a table is asked by a code"
		}
		code, constant := text(u.args[0])
		if !constant {
			return "" // a test of the user's
		}
		var ok bool
		if r, ok = e.table[code]; !ok {
			return fmt.Sprintf("the code %q has no row", code)
		}
		figures = u.args[1:]
	}
	if want, _ := places(r.en); len(want) != len(figures) {
		return fmt.Sprintf("%d figures for a sentence of %d", len(figures), len(want))
	}
	return ""
}

func TestProblemsAreSeen(t *testing.T) {
	for _, c := range []struct {
		en, ja string
		want   int
	}{
		{"%[1]s of %[2]s", "%[2]s のうち %[1]s", 0},
		{"JPEG", "JPEG", 0},
		{"100 %", "百 %", 0},
		{"%[1]s %% of it", "その %[1]s %%", 0},
		{"%[1]s of %[2]s", "%[1]s のうち", 1},
		{"%[1]s of %s", "%[1]s のうち", 1 + 1},
		{"%s of it", "その %s", 2},
		{"%[1]s of %[3]s", "%[1]s と %[3]s", 2},
		{"code %02[1]Xh", "コード %02[1]Xh", 0},
		{"code %[1]02Xh", "コード %[1]02Xh", 2},
		{"residue", "", 1},
		{"", "残留", 1},
		{"残留", "残留", 1},
		{"residue", "zanryu", 1},
		{"Canon raw (CR3)", "Canon RAW(CR3)", 0},
		{"%[1]s (%[2]s)", "%[2]s(%[1]s)", 0},
		{"nothing was found on it", "nothing was found on it", 1},
	} {
		if got := (row{"x", c.en, c.ja}).problems(); len(got) != c.want {
			t.Errorf("%q, %q: %q, want %d", c.en, c.ja, got, c.want)
		}
	}
	const file = `package report
import "shokyo.dev/shokyo/words"
var (
	Plain = words.Text{EN: "plain", JA: "ふつう"}
	One = words.Sentence{"one %[1]s", "一 %[1]s"}
	States = words.Table{"locked": {"locked", "ロック中"}, "count": {"%[1]d of " + "%[2]d", "%[2]d 中 %[1]d"}}
)
func f() { One.Say(); One.Say(1); States.Say("locked"); States.Say("lokced"); States.Say("count", 1); States.Say() }
`
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, "words/report/x.go", file, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	entries, used := exported(set, "words/report/x.go", f), uses(set, "words/report/x.go", f)
	if len(entries) != 3 || len(rows(set, f)) != 4 || len(used["words/report.Plain"]) != 0 {
		t.Fatalf("%+v, used %+v", entries, used)
	}
	var problems []string
	for _, name := range []string{"words/report.One", "words/report.States"} {
		for _, u := range used[name] {
			if p := entries[name].problem(u); p != "" {
				problems = append(problems, p)
			}
		}
	}
	want := []string{"0 figures for a sentence of 1", `the code "lokced" has no row`, "1 figures for a sentence of 2", "a table is asked by a code"}
	if !slices.Equal(problems, want) {
		t.Errorf("%q, want %q", problems, want)
	}
}
