// Package layers keeps imports pointing one way (docs/design.md, "Layout"): allowed
// has who may import whom of ours, thirdParty (thirdparty_test.go) whose code besides.
package layers

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "shokyo.dev/shokyo/"

// allowed lists, for each package, the prefixes of ours that it may import.
// A package that is not here may import nothing of ours.
var allowed = map[string][]string{
	"devices":                    {"devices/", "internal/aligned"},
	"image":                      {"image/"},
	"scan":                       {"entropy", "internal/aligned", "scan/look"},
	"scan/look":                  {"entropy", "scan/filesystem", "scan/keys", "scan/labels", "scan/marks", "scan/partitions", "scan/proof", "scan/repeats", "scan/signature", "scan/superblock", "scan/text"},
	"scan/filesystem":            {"scan/proof"},
	"scan/keys":                  {"scan/proof"},
	"scan/marks":                 {"scan/proof", "scan/marks/"},
	"scan/partitions":            {"scan/proof", "scan/partitions/"},
	"scan/proof":                 {"internal/bytesize"},
	"scan/superblock":            {"scan/proof", "scan/superblock/"},
	"verdict":                    {"scan", "devices", "devices/"}, // results and typed states
	"reports":                    {"scan", "scan/labels", "verdict", "words", "words/", "reports/canonical"},
	"words":                      {},
	"words/*":                    {"words"},
	"cmd/shokyo":                 {"devices", "scan", "verdict", "reports", "attest", "internal/disktest", "internal/bar", "internal/bytesize", "internal/exchange", "internal/wholefile", "ledger", "reports/", "image/layout", "examine", "examine/", "devices/"},
	"cmd/mkbootimage":            {"bootimage", "internal/bar", "internal/bytesize"},                      // and nobody else builds images
	"cmd/shokyo-init":            {"appliance/screen", "appliance/machine", "appliance", "appliance/job"}, // scans nothing itself: it starts the program that does
	"internal/guest":             {"internal/guest/", "bootimage", "attest", "internal/golden"},
	"internal/guest/*":           {"internal/guest/"},
	"internal/power":             {"entropy", "scan/power"},
	"scan/signature":             {"scan/proof", "scan/signature/"},
	"scan/signature/*":           {"scan/proof", "scan/signature/inflate"},
	"internal/filetest":          {"scan/proof"},
	"ledger":                     {"reports/batch", "reports", "internal/bytesize", "internal/wholefile"},
	"examine":                    {"examine/checkpoint", "examine/plan", "devices", "image", "image/layout", "image/table", "entropy", "scan", "verdict", "reports", "reports/", "attest", "devices/"},
	"examine/plan":               {"image/table", "scan", "scan/labels", "internal/bytesize"},
	"examine/checkpoint":         {"devices", "verdict", "reports/build", "internal/bytesize", "internal/wholefile"},
	"examine/batch":              {"examine", "examine/", "scan", "reports", "reports/"},
	"reports/render":             {"reports", "scan", "words", "words/", "internal/bytesize", "verdict"},
	"reports/sign":               {"reports", "reports/canonical", "reports/render", "words/report", "internal/wholefile"},
	"reports/batch":              {"reports", "reports/canonical", "reports/sign", "scan", "words", "words/batch", "internal/wholefile", "verdict"},
	"reports/reporttest":         {"reports", "scan", "scan/look", "verdict", "reports/build"},
	"appliance":                  {"appliance/ascii", "appliance/child", "appliance/console", "appliance/core", "appliance/disks", "appliance/job", "appliance/machine", "appliance/screen", "appliance/stick", "appliance/stick/mark", "appliance/stick/save", "internal/bytesize", "internal/exchange", "internal/wholefile"},
	"appliance/child":            {"appliance/ascii", "appliance/core", "appliance/disks", "appliance/machine", "internal/bytesize", "internal/exchange"},
	"appliance/console":          {"appliance/ascii", "appliance/core", "appliance/screen", "internal/bytesize", "internal/exchange", "internal/wholefile", "appliance/console/page", "appliance/console/estimate", "appliance/console/form", "appliance/console/disklist"},
	"appliance/console/disklist": {"appliance/ascii", "appliance/console/page", "appliance/core", "internal/bytesize"},
	"appliance/console/form":     {"appliance/ascii", "appliance/console/estimate", "appliance/console/page"},
	"appliance/core":             {"internal/exchange"},
	"appliance/job":              {"appliance/core", "internal/exchange", "internal/wholefile"},
	"appliance/screen":           {"appliance/ascii", "internal/wholefile"},
	"appliance/machine":          {"appliance/ascii", "appliance/screen", "internal/wholefile"},
	"scan/marks/*":               {"scan/proof", "scan/marks/label"},
	"scan/superblock/*":          {"scan/proof", "scan/superblock/view"},
	"appliance/stick":            {"appliance/core", "appliance/disks", "appliance/machine", "appliance/stick/mark", "appliance/stick/save", "internal/wholefile"},
	"appliance/stick/mark":       {"internal/gpt", "internal/wholefile"},
	"image/table":                {"image/source", "internal/gpt"},
	"image/layout":               {"image/source"},
	"image/split":                {"image/codec", "image/foreign", "image/source"},
	"image/imagetest":            {"image/source"},
	"image/codec":                {"image/foreign", "image/source"},
	"devices/*":                  {"devices/answer"},
	"scan/partitions/*":          {"scan/proof", "scan/partitions/boot", "scan/partitions/label"},
	"reports/build":              {"reports", "scan", "scan/power", "verdict", "words", "words/", "internal/bytesize"},
	"appliance/console/page":     {"appliance/ascii"},
	"appliance/console/estimate": {"appliance/console/page", "appliance/core", "internal/exchange"},
	"devices/kernel":             {"devices/answer"},
	"devices/kernel/*":           {"devices/kernel"},
	"devices/statements":         {"devices/answer", "devices/kernel", "devices/ata", "devices/nvme", "devices/scsi", "devices/tcg", "devices/scsi/cdb"},
	"devices/ata":                {"devices/answer", "devices/ata/taskfile"},
	"devices/ata/taskfile":       {},
	"devices/scsi":               {"devices/answer", "devices/scsi/cdb"},
	"devices/scsi/cdb":           {},
}

// testOnly is what test files may import besides.
var testOnly = []string{"devices/kernel/kerneltest", "internal/disktest", "internal/tooltest", "scan", "scan/signature", "entropy", "verdict", "internal/filetest", "reports/reporttest", "reports/canonical", "scan/look", "internal/sysfstest", "image/imagetest", "reports/build"}

func sourceFiles(t *testing.T) (root string, files []string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".go") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 50 {
		t.Fatalf("only %d Go files below %s", len(files), root)
	}
	return root, files
}

// TestImportsPointOneWay: no package imports what it may not, and none is allowed what
// it does not use.
func TestImportsPointOneWay(t *testing.T) {
	root, files := sourceFiles(t)
	used := map[[2]string]bool{} // key and prefix of a rule
	for _, file := range files {
		rel, _ := filepath.Rel(root, file)
		pkg := filepath.ToSlash(filepath.Dir(rel))
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			ours, ok := strings.CutPrefix(path, module)
			if !ok || ours == pkg || strings.HasSuffix(file, "_test.go") && testMay(ours) {
				continue
			}
			key := keyOf(pkg)
			r, ok := permitting(allowed[key], ours)
			if !ok {
				t.Errorf("%s imports %s: package %s may not", rel, ours, pkg)
			}
			used[[2]string{key, r}] = true
		}
	}
	for key, rules := range allowed {
		for _, r := range rules {
			if !used[[2]string{key, r}] {
				t.Errorf("%s may import %s, and does not", key, r)
			}
		}
	}
}

func testMay(pkg string) bool {
	_, ok := permitting(testOnly, pkg)
	return ok
}

// keyOf is where a package's rules stand in allowed.
func keyOf(pkg string) string {
	if _, ok := allowed[pkg]; ok {
		return pkg
	}
	return filepath.ToSlash(filepath.Dir(pkg)) + "/*"
}

// permitting is the rule by which a package may be imported.
func permitting(rules []string, pkg string) (rule string, ok bool) {
	for _, r := range rules {
		if pkg == r || strings.HasSuffix(r, "/") && strings.HasPrefix(pkg, r) {
			return r, true
		}
	}
	return "", false
}
