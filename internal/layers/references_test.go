package layers

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// How the pages and comments of this project point at each other: at a page, with a
// section by its heading or without, and at files and folders.
var (
	pageReference    = regexp.MustCompile("`?([A-Za-z0-9_./-]+\\.md)`?(?:,? \\(?\"([^\"]+)\")?")
	numberedSection  = regexp.MustCompile(`(?i)\b(DESIGN|[a-z0-9_./-]+\.md)[` + "`" + `,]* (§|section )\s*[0-9]+[0-9.]*`)
	pathReference    = regexp.MustCompile("`((?:attest|bootimage|cases|cmd|custody|devices|docs|entropy|examine|image|internal|ledger|reports|scan|scripts|verdict|words)/[A-Za-z0-9_./-]+)`")
	placeholder      = regexp.MustCompile(`[A-Z]{4}`) // reports/YYYYMMDD…
	comment          = regexp.MustCompile(`(?m)(?:^|\s)//(.*\n)`)
	notOfThisProject = regexp.MustCompile(`https?://\S+`)
)

// dangling lists the references in a text that lead nowhere. Name is where the text
// stands, below root.
func dangling(root, name, text string) (out []string) {
	text = notOfThisProject.ReplaceAllString(text, "")
	for _, m := range numberedSection.FindAllString(text, -1) {
		out = append(out, m+": our sections have headings, not numbers")
	}
	for _, m := range pageReference.FindAllStringSubmatch(text, -1) {
		page, err := pageOf(root, name, m[1])
		switch {
		case err != nil:
			out = append(out, m[1]+" is not there")
		case m[2] != "" && !slices.Contains(headings(page), m[2]):
			out = append(out, m[1]+" has no section \""+m[2]+"\"")
		}
	}
	for _, m := range pathReference.FindAllStringSubmatch(text, -1) {
		if strings.HasSuffix(m[1], ".md") || placeholder.MatchString(m[1]) {
			continue
		}
		if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
			out = append(out, m[1]+" is not there")
		}
	}
	return out
}

// pageOf reads a page that is named from the root, or beside the one that names it.
func pageOf(root, name, page string) (string, error) {
	b, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		b, err = os.ReadFile(filepath.Join(root, filepath.Dir(name), page))
	}
	return string(b), err
}

func headings(page string) (out []string) {
	for line := range strings.Lines(page) {
		if title := strings.TrimLeft(line, "#"); title != line {
			out = append(out, strings.TrimSpace(title))
		}
	}
	return out
}

// comments are the lines of a Go file that are comments.
func comments(text string) string {
	var b strings.Builder
	for _, m := range comment.FindAllStringSubmatch(text, -1) {
		b.WriteString(m[1])
	}
	return b.String()
}

// pages are all Markdown files of the project.
func pages(t *testing.T, root string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "bin") {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".md") {
			list = append(list, path)
		}
		return err
	})
	if err != nil || len(list) < 20 {
		t.Fatalf("%d pages below %s: %v", len(list), root, err)
	}
	return list
}

// TestReferences: what a page or a comment points at is there.
func TestReferences(t *testing.T) {
	root, files := sourceFiles(t)
	for _, path := range append(pages(t, root), files...) {
		rel, _ := filepath.Rel(root, path)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		if strings.HasSuffix(path, ".go") {
			text = comments(text)
		}
		for _, problem := range dangling(root, rel, text) {
			t.Errorf("%s: %s", rel, problem)
		}
	}
}

func TestDangling(t *testing.T) {
	for text, want := range map[string]int{
		"see `docs/design.md`":                            0,
		"see docs/design.md, \"Words\", and more":         0,
		"(`docs/design.md`, \"Layout\")":                  0,
		"`README.md` (\"Exit status\")":                   0,
		"`0003-samples.md`":                               0,
		"https://example.org/docs/nothing.md":             0,
		"RFC 6962 §2.1 and DESIGN of something":           0,
		"`scan/text` and `cmd/shokyo/main.go`":            0,
		"DESIGN §3 has two claims":                        1,
		"docs/design.md §3":                               1,
		"`docs/design.md`, section 4":                     1,
		"`docs/nothing.md`":                               1,
		"see docs/design.md, \"Nothing of the kind\"":     1,
		"`docs/design.md` (\"Words of old\") and so on":   1,
		"`cmd/shokyo/nothing.go`":                         1,
		"`0099-nothing.md` and `cmd/nothing/nothing.txt`": 2,
	} {
		if got := dangling("../..", "docs/decisions/0001-claim.md", text); len(got) != want {
			t.Errorf("%q: %q, want %d", text, got, want)
		}
	}
}
