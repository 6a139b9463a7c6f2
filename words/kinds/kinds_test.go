package kinds

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/signature"
)

func TestKindNamesAreSorted(t *testing.T) {
	for i, k := range Names {
		if i > 0 && Names[i-1].Code >= k.Code {
			t.Errorf("%q stands before %q", Names[i-1].Code, k.Code)
		}
		if k.EN == "" || k.JA == "" || Rank(k.Family) == len(Families) {
			t.Errorf("%q: %+v", k.Code, k)
		}
	}
}

// Every kind that a recogniser can report has a name that people know, in both
// languages. Kinds of structures are taken from the source: what is given to Found, and
// what is assigned to "kind" or a field Kind.
func TestEveryKindHasAName(t *testing.T) {
	kinds := signature.Kinds()
	for _, dir := range []string{"filesystem", "superblock", "partitions", "marks", "keys", "compressed", "media", "keyschedule", "reused"} {
		in := kindsIn(t, filepath.Join("../../scan", dir))
		if len(in) == 0 {
			t.Errorf("scan/%s has no kinds that this test could find", dir)
		}
		kinds = append(kinds, in...)
	}
	kinds = append(kinds, "ascii", "utf-8", "utf-16le", "utf-16be", "shift_jis", "euc-jp", "byte-distribution", "byte-distribution-64K", "byte-distribution-1M",
		"byte-distribution-16M", "byte-distribution-region", "repeated-16-byte-units", "repeated-unit", "partly-filled",
		"geom-mirror", "geom-raid3", "geom-stripe", "geom-concat", "geom-label", scan.LiveKeySlot, "luks1-wiped", "luks2-wiped",
		"luks1-damaged", "luks2-damaged", "luks2-foreign-token")
	if len(kinds) < 180 {
		t.Fatalf("only %d kinds were found", len(kinds))
	}
	var missing []string
	for _, kind := range kinds {
		if slices.Contains([]string{"luks1", "luks2", "gfs", "gfs2"}, kind) { // beginnings of kinds
			continue
		}
		if i := slices.IndexFunc(Names, func(k Kind) bool { return k.Code == kind }); i < 0 && !slices.Contains(missing, kind) {
			missing = append(missing, kind)
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		t.Errorf("kinds without a name in kinds.go: %s", strings.Join(missing, " "))
	}
}

// kindsIn lists the kinds in the source of a package and its rooms.
func kindsIn(t *testing.T, dir string) (kinds []string) {
	t.Helper()
	form := regexp.MustCompile(`^[a-z][a-z0-9_]*(-[a-z0-9_]+)*$`)
	add := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, _ := strconv.Unquote(lit.Value); form.MatchString(s) {
				kinds = append(kinds, s)
			}
		}
	}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				name := ""
				switch f := n.Fun.(type) {
				case *ast.SelectorExpr:
					name = f.Sel.Name
				case *ast.Ident:
					name = f.Name
				}
				if strings.EqualFold(name, "found") { // the kind is the first of its literals
					for _, arg := range n.Args {
						add(arg)
					}
				}
			case *ast.AssignStmt:
				for i, left := range n.Lhs {
					if id, ok := left.(*ast.Ident); ok && id.Name == "kind" && i < len(n.Rhs) {
						add(n.Rhs[i])
					}
				}
			case *ast.KeyValueExpr:
				if id, ok := n.Key.(*ast.Ident); ok && (id.Name == "Kind" || id.Name == "kind") {
					add(n.Value)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

// Every detector has a family for a kind that has no name.
func TestEveryDetectorHasAFamily(t *testing.T) {
	if Rank("augury") != len(Families) {
		t.Fatal("a family that is none has a rank")
	}
	for _, r := range detector.Table() {
		if family := Of(r.Name, "brand-new").Family; Rank(family) == len(Families) {
			t.Errorf("%s (%s) has no family: %q is none", r.Name, r.Title, family)
		}
	}
}
