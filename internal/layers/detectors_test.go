package layers

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan/detector"
)

// TestDetectorsAreDocumented: docs/detection.md has the share of every detector, and of
// none that is not in the table.
func TestDetectorsAreDocumented(t *testing.T) {
	root, _ := sourceFiles(t)
	b, err := os.ReadFile(filepath.Join(root, "docs/detection.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, page, _ := strings.Cut(string(b), "| detector | share |")
	page, _, _ = strings.Cut(page, "\n\n")
	shares := map[string]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| ([^|]+) \| (1/[0-9]+|none) \|`).FindAllStringSubmatch(page, -1) {
		shares[row[1]] = row[2]
	}
	for _, r := range detector.Table() {
		want := fmt.Sprintf("1/%.0f", math.Exp2(r.Share))
		if math.IsInf(r.Share, 1) {
			want = "none"
		}
		if shares[r.Title] != want {
			t.Errorf("docs/detection.md gives %q a share of %q, the table %s", r.Title, shares[r.Title], want)
		}
		delete(shares, r.Title)
	}
	for title := range shares {
		t.Errorf("docs/detection.md has %q, which is no detector", title)
	}
}
