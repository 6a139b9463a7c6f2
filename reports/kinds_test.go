package reports

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

	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/scan/signature"
)

func TestKindNamesAreSorted(t *testing.T) {
	for i, k := range kindNames {
		if i > 0 && kindNames[i-1].code >= k.code {
			t.Errorf("%q stands before %q", kindNames[i-1].code, k.code)
		}
		if k.EN == "" || k.JA == "" || rank(k.family) == len(families) {
			t.Errorf("%q: %+v", k.code, k)
		}
	}
}

// Every kind that a recogniser can report has a name that people know, in both
// languages. Kinds of structures are taken from the source: what is given to Found, and
// what is assigned to "kind" or a field Kind.
func TestEveryKindHasAName(t *testing.T) {
	kinds := signature.Kinds()
	for _, dir := range []string{"filesystem", "superblock", "partitions", "marks", "keys"} {
		kinds = append(kinds, kindsIn(t, filepath.Join("../scan", dir))...)
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
		if i := slices.IndexFunc(kindNames, func(k kindName) bool { return k.code == kind }); i < 0 && !slices.Contains(missing, kind) {
			missing = append(missing, kind)
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		t.Errorf("kinds without a name in kinds.go: %s", strings.Join(missing, " "))
	}
}

// kindsIn lists the kinds in the source of a package.
func kindsIn(t *testing.T, dir string) (kinds []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^[a-z][a-z0-9_]*(-[a-z0-9_]+)*$`)
	add := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, _ := strconv.Unquote(lit.Value); form.MatchString(s) {
				kinds = append(kinds, s)
			}
		}
	}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, entry.Name()), nil, 0)
		if err != nil {
			t.Fatal(err)
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
	}
	return kinds
}

func TestSummary(t *testing.T) {
	count := func(detector, kind string, n, bytes int64) FindingCount {
		k := nameOf(detector, kind)
		return FindingCount{Detector: detector, Kind: kind, Count: n, Bytes: bytes, Family: k.family, Name: k.EN, NameJA: k.JA}
	}
	got := summary([]FindingCount{
		count("text", "utf-8", 1234, 5<<20), count("signature", "docx", 6, 348), count("signature", "jpeg", 8, 1), count("signature", "png", 2, 1),
		count("signature", "pdf", 14, 1), count("statistics", "byte-distribution", 3, 12288), count("filesystem", "ext-superblock", 1, 1024),
		count("filesystem", "ext-directory", 4, 4096), count("keys", scan.LiveKeySlot, 2, 1), count("signature", "brand-new", 1, 1), count("augury", "unheard-of", 1, 1),
	})
	want := bi{"keys: LUKS header with live key slots (2); file systems: ext2/3/4 (5); at least 20 documents (14 PDF, 6 Word (docx)); at least 10 pictures (8 JPEG, 2 PNG); " +
		"at least 1 other file (1 brand-new); pieces of readable text: 1,234, 5 MiB; stretches of bytes that are not random: 3, 12 KiB; augury: unheard-of (1)",
		"鍵: 有効な鍵スロットを持つ LUKS ヘッダー(2)、ファイルシステム: ext2/3/4(5)、文書 20 件以上(PDF 14、Word (docx) 6)、画像 10 件以上(JPEG 8、PNG 2)、" +
			"その他のファイル 1 件以上(brand-new 1)、可読文字列 1,234 件(5 MiB)、乱数ではないバイト列 3 箇所(12 KiB)、augury: unheard-of(1)"}
	if got != want {
		t.Errorf("got\n%s\n%s\nwant\n%s\n%s", got.EN, got.JA, want.EN, want.JA)
	}
	if got := summary(nil); got != (bi{}) {
		t.Errorf("nothing found gives %+v", got)
	}
}

// Of many pieces of text and a few files, the page shows each file and some text.
func TestPick(t *testing.T) {
	var all []Finding
	var counts []FindingCount
	for kind, n := range map[string]int{"utf-8": 5000, "jpeg": 10, "pdf": 14, "docx": 6} {
		detector := "signature"
		if kind == "utf-8" {
			detector = "text"
		}
		for i := range n {
			all = append(all, Finding{Offset: int64(i) * 4096, Detector: detector, Kind: kind})
		}
		counts = append(counts, FindingCount{Detector: detector, Kind: kind, Count: int64(n), Family: nameOf(detector, kind).family})
	}
	slices.SortFunc(all, func(a, b Finding) int { return int(a.Offset - b.Offset) })
	got := map[string]int{}
	var order []string
	for _, f := range pick(all, byImportance(counts), 200) {
		if got[f.Kind]++; got[f.Kind] == 1 {
			order = append(order, f.Kind)
		}
	}
	if got["jpeg"] != 10 || got["pdf"] != 14 || got["docx"] != 6 || got["utf-8"] != 170 || !slices.Equal(order, []string{"pdf", "docx", "jpeg", "utf-8"}) {
		t.Errorf("%v in the order %v", got, order)
	}
}

func TestCut(t *testing.T) {
	d := &Document{Lists: []List{{"findings", 32_325, 8_847}, {"regions", 500, 500}}}
	for _, c := range []struct {
		cut  Cut
		left bool
		want string
	}{
		{d.Cut("findings", 8847, 200), true, "200 of 32,325 are shown here; report.json lists 8,847 of them"},
		{d.Cut("regions", 500, 100), true, "100 of 500 are shown here; report.json lists all"},
		{d.Cut("other", 7, 7), false, "7 of 7 are shown here; report.json lists all"},
	} {
		if c.cut.Left() != c.left || c.cut.Text().EN != c.want {
			t.Errorf("%+v: %v %q", c.cut, c.cut.Left(), c.cut.Text().EN)
		}
	}
}
