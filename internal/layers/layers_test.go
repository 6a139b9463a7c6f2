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
// A package that is not here may import nothing of ours. One line each, sorted.
var allowed = parseRows(`
appliance: appliance/bundle appliance/child appliance/console appliance/core appliance/disks appliance/job appliance/lab appliance/machine appliance/notice appliance/runstate appliance/screen appliance/stick appliance/stick/mark appliance/stick/save internal/exchange internal/wholefile words words/stick
appliance/bundle: appliance/ascii appliance/core internal/bytesize internal/exchange internal/wholefile words/stick
appliance/child: appliance/ascii appliance/core appliance/disks appliance/machine internal/bytesize internal/exchange words/stick
appliance/console: appliance/ascii appliance/console/disklist appliance/console/estimate appliance/console/form appliance/console/page appliance/core appliance/screen internal/bytesize internal/exchange internal/wholefile words words/console
appliance/console/disklist: appliance/ascii appliance/console/page appliance/core internal/bytesize words/console
appliance/console/estimate: appliance/core internal/exchange words/console
appliance/console/form: appliance/ascii appliance/console/estimate appliance/console/page words words/console
appliance/console/page: appliance/ascii words/console
appliance/core: internal/exchange words/stick
appliance/disks: words words/stick
appliance/job: appliance/core internal/exchange internal/tomltext internal/wholefile words/stick
appliance/lab: appliance/child appliance/job appliance/stick appliance/stick/save internal/wholefile
appliance/machine: appliance/ascii appliance/screen internal/wholefile words/stick
appliance/notice: appliance/job appliance/stick/save words words/stick
appliance/runstate: appliance/bundle appliance/core appliance/stick/save internal/bytesize internal/wholefile
appliance/screen: appliance/ascii internal/wholefile words words/stick
appliance/stick: appliance/core appliance/disks appliance/machine appliance/stick/mark appliance/stick/save internal/wholefile
appliance/stick/mark: internal/gpt internal/wholefile words/stick
attest: words words/boot
baseline: entropy internal/aligned
baseline/record: baseline reports reports/canonical reports/sign reports/sign/identity reports/sign/sealed
bootimage/disk: bootimage
bootimage/manifest: bootimage bootimage/uki
casefile: internal/tomltext internal/wholefile reports
cases: baseline custody custody/life verdict words words/cases
cases/folder: baseline cases custody custody/record custody/volumes internal/wholefile reports reports/sign reports/sign/countersign verdict words words/cases
cases/report: cases cases/folder internal/wholefile reports reports/canonical reports/sign/identity reports/sign/sealed words words/cases
cmd/mkbootimage: bootimage bootimage/disk bootimage/manifest bootimage/uki internal/bar internal/bytesize words words/terminal // and nobody else builds images
cmd/shokyo: attest baseline baseline/ casefile cases cases/ corpus corpus/ custody custody/ devices devices/ examine examine/ image/layout internal/bar internal/bytesize internal/disktest/demo internal/exchange internal/manual internal/wholefile ledger reports reports/ scan verdict words words/cases words/custody words/terminal
cmd/shokyo-pkcs11: reports/sign/token // loads a C library, and nothing else does
cmd/shokyo-init: appliance appliance/job appliance/machine appliance/screen words/stick // scans nothing itself: it starts the program that does
cmd/shokyo-verify-page: reports/maker verifypage
corpus: corpus/filter corpus/sorted entropy internal/wholefile reports reports/canonical reports/sign reports/sign/
corpus/canary: corpus internal/disktest/files internal/wholefile reports/canonical reports/sign/identity
custody: words words/custody
custody/exports: custody internal/tomltext
custody/kmip: custody custody/kmip/ttlv
custody/life: custody words words/custody
custody/record: custody custody/life reports reports/canonical reports/sign reports/sign/identity reports/sign/sealed
custody/volumes: custody internal/tomltext
devices: devices/ internal/aligned words/drive
devices/*: devices/answer
devices/ata: devices/answer devices/ata/taskfile words words/drive
devices/ata/taskfile: words words/drive
devices/kernel: devices/answer
devices/kernel/*: devices/kernel
devices/nvme: devices/answer words words/drive
devices/scsi: devices/answer devices/scsi/cdb words words/drive
devices/scsi/cdb:
devices/statements: devices/answer devices/ata devices/kernel devices/nvme devices/scsi devices/scsi/cdb devices/tcg words words/drive
devices/written: devices/answer devices/kernel words words/drive
examine: baseline baseline/record attest casefile corpus devices devices/ entropy examine/checkpoint examine/plan image image/layout image/table reports reports/ scan verdict words/medium
examine/batch: examine examine/ reports reports/ scan
examine/checkpoint: devices/written internal/bytesize internal/wholefile reports/build verdict
examine/plan: image/table internal/bytesize scan scan/labels
image: image/ words/medium
image/container: image/codec image/container/ image/foreign image/source
image/container/disk: image/source words words/medium
image/container/ewf: image/container/disk image/foreign image/source words/medium
image/codec: image/foreign image/source
image/imagetest: image/source internal/disktest
image/layout: image/source words/medium
image/split: image/codec image/foreign image/source words/medium
image/table: image/source internal/gpt words words/medium
internal/accuracy: internal/accuracy/ground internal/bytesize scan scan/power words/report
internal/bench: internal/bytesize internal/disktest internal/disktest/files scan
internal/calibrate: internal/accuracy/ground internal/bytesize scan/detector scan/gather scan/look
internal/disktest/demo: internal/disktest internal/disktest/files internal/disktest/filesystems
internal/disktest/filesystems: internal/disktest internal/disktest/files
internal/disktest/judge: internal/disktest/files internal/tooltest
internal/filetest: scan/proof
internal/guest: bootimage internal/guest/
internal/guest/*: internal/guest/
internal/kmiptest: internal/tooltest
internal/layers:
internal/pdftest: reports/sign/strictpdf
internal/walktest: scan/media/sound/walk
ledger: internal/bytesize internal/wholefile reports/batch
reports: reports/canonical scan scan/labels verdict words words/
reports/batch: internal/bytesize internal/wholefile reports reports/canonical reports/maker reports/sign reports/sign/ scan verdict words words/batch words/report
reports/build: internal/bytesize reports scan scan/power verdict words words/
reports/maker: reports
reports/pdf: reports/pdf/font
reports/pdf/font/pack: reports/pdf/font
reports/pdf/layout: reports/pdf reports/pdf/font
reports/render: internal/bytesize reports reports/render/ scan verdict words words/
reports/render/paper: internal/bytesize reports reports/pdf reports/pdf/layout reports/render reports/render/paper/drawing reports/render/sheet words words/
reports/render/paper/drawing: reports/pdf reports/pdf/layout reports/render reports/render/shapes words words/page words/report
reports/render/shapes: internal/bytesize reports scan
reports/render/sheet: reports words words/page
reports/reporttest: reports reports/build scan scan/detector scan/medium verdict
reports/sign: internal/wholefile reports reports/pdf reports/render reports/render/paper reports/render/shapes reports/sign/ words words/report
reports/sign/authority: reports
reports/sign/countersign: reports reports/canonical reports/sign/envelope reports/sign/identity
reports/sign/envelope: reports/canonical reports/sign/identity
reports/sign/identity: internal/wholefile reports reports/sign/token
reports/sign/pades: reports/sign/cms reports/sign/strictpdf
reports/sign/timestamp: reports/sign/cms
reports/sign/sealed: internal/wholefile reports reports/sign/envelope reports/sign/identity
reports/sign/trust: reports/sign reports/sign/authority reports/sign/identity words/terminal
scan: internal/aligned scan/copies scan/explained scan/fold scan/gather scan/look scan/medium scan/merkle scan/plan scan/read scan/seen
scan/compressed/*: scan/compressed/bitstream scan/pairs scan/proof
scan/copies:
scan/detector: scan/compressed/lzma scan/proof
scan/explained: scan/labels scan/medium
scan/extents: scan/medium scan/plan scan/read
scan/filesystem: scan/filesystem/ scan/proof
scan/filesystem/*: scan/proof scan/superblock/view
scan/fold: entropy scan/copies scan/detector scan/explained scan/extents scan/gather scan/look scan/medium scan/merkle scan/plan scan/read scan/repeats scan/sectors scan/seen words/report
scan/gather: entropy scan/detector scan/explained scan/look scan/medium scan/repeats scan/seen
scan/inside: scan/compressed/deflate scan/keys/written scan/proof scan/signature scan/text
scan/keys: scan/keys/written scan/proof
scan/keys/written:
scan/keyschedule: scan/proof
scan/look: entropy scan/compressed/ scan/detector scan/explained scan/filesystem scan/inside scan/keys scan/keys/ scan/keyschedule scan/marks scan/media/ scan/medium scan/partitions scan/proof scan/repeats scan/reused scan/seen scan/signature scan/signature/keyfile scan/superblock scan/text words/report
scan/marks: scan/marks/ scan/proof
scan/marks/*: scan/marks/label scan/proof
scan/media/*: scan/pairs scan/proof
scan/media/picture: entropy scan/media/picture/jpeg scan/media/picture/three scan/proof
scan/media/picture/jpeg: entropy scan/compressed/bitstream scan/media/picture/three scan/proof
scan/media/picture/three:
scan/media/sound: scan/media/sound/ scan/pairs scan/proof
scan/media/sound/*: scan/media/sound/walk scan/proof
scan/media/sound/walk: scan/compressed/bitstream scan/proof
scan/medium: entropy
scan/merkle:
scan/partitions: scan/partitions/ scan/proof
scan/partitions/*: scan/partitions/boot scan/partitions/label scan/proof
scan/plan: scan/look scan/medium scan/seen
scan/proof: internal/bytesize words/report
scan/read: scan/look scan/plan scan/seen
scan/reused: scan/proof
scan/sectors:
scan/seen: entropy scan/detector scan/explained scan/keys scan/medium scan/proof scan/repeats
scan/signature: scan/proof scan/signature/
scan/signature/*: scan/compressed/deflate scan/pairs scan/proof
scan/superblock: scan/proof scan/superblock/
scan/superblock/*: scan/proof scan/superblock/view
scripts/verify-page: internal/wholefile verifypage
verdict: baseline devices/ scan words words/kinds words/reason words/report // results and typed states
verifypage: reports reports/maker reports/render reports/sign reports/sign/countersign reports/sign/trust words words/terminal words/verifypage
words:
words/*: words
`)

// parseRows reads a table: in a line a package, a colon, what it may import, and a comment.
func parseRows(table string) map[string][]string {
	rows := map[string][]string{}
	for line := range strings.Lines(table) {
		line, _, _ = strings.Cut(line, "//")
		if pkg, list, ok := strings.Cut(line, ":"); ok {
			if rows[pkg] != nil {
				panic("two rows for " + pkg)
			}
			rows[pkg] = strings.Fields(list)
		}
	}
	return rows
}

// allowedInTests is what the test files of one package may import besides.
var allowedInTests = parseRows(`
appliance/stick: words
appliance: appliance/ascii
bootimage/uki: bootimage
casefile: appliance/job
cases/folder: reports/sign/identity
cases/report: custody
examine: words words/report
internal/guest: attest bootimage/disk bootimage/manifest bootimage/uki internal/golden
ledger: reports
reports/sign/trust: reports/sign/timestamp
scan/power: words/report
verifypage: reports/sign/identity
`)

// testOnly is what all test files may import besides.
var testOnly = []string{"devices/kernel/kerneltest", "internal/disktest", "internal/disktest/files", "internal/disktest/filesystems", "internal/disktest/judge", "internal/tooltest", "internal/walktest", "scan", "scan/signature", "entropy", "verdict", "internal/filetest", "internal/pdftest", "internal/chrometest", "internal/tsatest", "internal/kmiptest", "reports/reporttest", "reports/canonical", "scan/look", "scan/detector", "scan/seen", "internal/sysfstest", "image/imagetest", "reports/build"}

func sourceFiles(t *testing.T) (root string, files []string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && strings.ContainsAny(d.Name()[:1], "._") { // not seen by go build either
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
	used := map[[2]string]bool{} // key, with its ending for tests, and prefix of a rule
	const inTests = " in tests"
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
			if strings.HasSuffix(file, "_test.go") {
				if ok {
					continue // the code has to use it
				}
				r, ok = permitting(allowedInTests[pkg], ours)
				key = pkg + inTests
			}
			if !ok {
				t.Errorf("%s imports %s: package %s may not", rel, ours, pkg)
			}
			used[[2]string{key, r}] = true
		}
	}
	for ending, table := range map[string]map[string][]string{"": allowed, inTests: allowedInTests} {
		for key, rules := range table {
			for _, r := range rules {
				if !used[[2]string{key + ending, r}] {
					t.Errorf("%s%s may import %s, and does not", key, ending, r)
				}
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
