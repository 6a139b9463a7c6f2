package verdict

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"shokyo.dev/shokyo/words/reason"
)

// TestEveryCodeHasItsSentence: a code is said with the row of its name and as many figures as
// that has places for, or with one of several sentences; each is said somewhere.
func TestEveryCodeHasItsSentence(t *testing.T) {
	codes, figures, several := reasonCalls(t)
	if len(codes) < len(reason.Reasons) {
		t.Fatalf("only %d codes were found", len(codes))
	}
	place := regexp.MustCompile(`%\[(\d+)\]`)
	for name, code := range codes {
		row, ok := reason.Reasons[code]
		if n, said := figures[name]; ok != said || ok == several[name] {
			t.Errorf("%s: has a row: %v, is said by it: %v, has several: %v", name, ok, said, several[name])
		} else if said {
			most := 0
			for _, m := range place.FindAllStringSubmatch(row[0], -1) {
				i, _ := strconv.Atoi(m[1])
				most = max(most, i)
			}
			for _, n := range n {
				if n != most {
					t.Errorf("%s is given %d figures, its row takes %d", name, n, most)
				}
			}
		}
	}
}

// reasonCalls reads the package: all codes by the names of their constants, how many
// figures each call of because gives, and which codes saying is called with.
func reasonCalls(t *testing.T) (codes map[string]string, figures map[string][]int, several map[string]bool) {
	codes, figures, several = map[string]string{"ReasonLiveKeySlot": string(ReasonLiveKeySlot)}, map[string][]int{}, map[string]bool{}
	paths, _ := filepath.Glob("*.go")
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				if id, ok := n.Type.(*ast.Ident); ok && id.Name == "Code" && len(n.Values) == 1 {
					if lit, ok := n.Values[0].(*ast.BasicLit); ok {
						codes[n.Names[0].Name], _ = strconv.Unquote(lit.Value)
					}
				}
			case *ast.CallExpr:
				called, ok := n.Fun.(*ast.Ident)
				if !ok || len(n.Args) == 0 {
					break
				}
				code, ok := n.Args[0].(*ast.Ident)
				switch {
				case !ok || !strings.HasPrefix(code.Name, "Reason"):
				case called.Name == "because":
					figures[code.Name] = append(figures[code.Name], len(n.Args)-1)
				case called.Name == "saying":
					several[code.Name] = true
				}
			}
			return true
		})
	}
	return codes, figures, several
}
