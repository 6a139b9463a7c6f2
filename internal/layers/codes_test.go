package layers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// withoutCode are reasons of which a report has the sentence alone (platform.attestation).
var withoutCode = []string{"no-tpm", "tpm-failed"}

// writeReasons are the packages that give reasons, and those of the catalogue that have tables of them.
var writeReasons = []string{"verdict", "reports", "words/reason", "words/report", "cmd/shokyo"}

var code = regexp.MustCompile(`^[a-z][a-z-]{3,}$`)

// reasonCodes are the codes of all reasons, remarks and notes that a file makes: the
// first member of a Reason, the keys of a table of reasons, and what is handed to its functions because and saying.
func reasonCodes(f *ast.File, constants map[string]string) (codes []string) {
	take := func(x ast.Expr) {
		switch x := x.(type) {
		case *ast.BasicLit:
			if s, err := strconv.Unquote(x.Value); err == nil && code.MatchString(s) {
				codes = append(codes, s)
			}
		case *ast.Ident:
			if s, ok := constants[x.Name]; ok {
				codes = append(codes, s)
			}
		}
	}
	literal := func(x *ast.CompositeLit) {
		for i, e := range x.Elts {
			if pair, ok := e.(*ast.KeyValueExpr); ok {
				if key, ok := pair.Key.(*ast.Ident); ok && key.Name == "Code" {
					take(pair.Value)
				}
			} else if i == 0 {
				take(e)
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.ValueSpec: // a table of the catalogue: LimitReasons
			if lit, ok := tableOfReasons(x); ok {
				for _, e := range lit.Elts {
					if row, ok := e.(*ast.KeyValueExpr); ok {
						take(row.Key)
					}
				}
			}
		case *ast.CompositeLit:
			if list, ok := x.Type.(*ast.ArrayType); ok && named(list.Elt) == "Reason" {
				for _, e := range x.Elts {
					if each, ok := e.(*ast.CompositeLit); ok {
						literal(each)
					}
				}
			} else if named(x.Type) == "Reason" {
				literal(x)
			}
		case *ast.CallExpr:
			if name := named(x.Fun); (name == "because" || name == "saying") && len(x.Args) > 0 {
				take(x.Args[0])
			}
		}
		return true
	})
	return codes
}

// tableOfReasons says that a variable is a table of the catalogue whose codes are those of
// reasons, remarks or notes: its name says so.
func tableOfReasons(v *ast.ValueSpec) (*ast.CompositeLit, bool) {
	if len(v.Names) != 1 || len(v.Values) != 1 || !strings.HasSuffix(v.Names[0].Name, "Reasons") {
		return nil, false
	}
	lit, ok := v.Values[0].(*ast.CompositeLit)
	return lit, ok && named(lit.Type) == "Table"
}

func named(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}

// stringConstants are those of a file, by name.
func stringConstants(f *ast.File, into map[string]string) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			for i, name := range v.Names {
				if i < len(v.Values) {
					if lit, ok := v.Values[i].(*ast.BasicLit); ok && lit.Kind == token.STRING {
						into[name.Name], _ = strconv.Unquote(lit.Value)
					}
				}
			}
		}
	}
}

// TestReasonCodes: docs/report-format.md explains every reason code that a report can
// have, and its table has no other.
func TestReasonCodes(t *testing.T) {
	root, paths := sourceFiles(t)
	constants := map[string]string{}
	var files []*ast.File
	for _, path := range paths {
		rel, _ := filepath.Rel(root, path)
		if dir := filepath.ToSlash(filepath.Dir(rel)); strings.HasSuffix(path, "_test.go") || !slices.Contains(writeReasons, dir) {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		stringConstants(f, constants)
		files = append(files, f)
	}
	codes := []string{"live-key-slot"} // verdict.ReasonLiveKeySlot has it from package scan
	for _, f := range files {
		codes = append(codes, reasonCodes(f, constants)...)
	}
	if len(codes) < 40 {
		t.Fatalf("only %q", codes)
	}
	b, err := os.ReadFile(filepath.Join(root, "docs/report-format.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	for _, code := range slices.Compact(slices.Sorted(slices.Values(codes))) {
		if !slices.Contains(withoutCode, code) && !strings.Contains(page, "`"+code+"`") {
			t.Errorf("docs/report-format.md does not explain %s", code)
		}
	}
	_, table, _ := strings.Cut(page, "## Reason codes\n")
	table, _, _ = strings.Cut(table, "\n## ")
	rows := regexp.MustCompile("(?m)^\\| (`[^|]*) \\|").FindAllStringSubmatch(table, -1)
	if len(rows) < 30 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows {
		for _, code := range regexp.MustCompile("`([a-z-]+)`").FindAllStringSubmatch(row[1], -1) {
			if !slices.Contains(codes, code[1]) {
				t.Errorf("docs/report-format.md has %s, which nothing gives", code[1])
			}
		}
	}
}
