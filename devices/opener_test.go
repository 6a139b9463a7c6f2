package devices

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// opening are the functions that can open a file, by import path. A medium is
// only ever to be opened by openReadOnly, so whoever calls one of these has to
// say below what it opens.
func opening(pkg string) []string {
	switch pkg {
	case "os":
		return []string{"Open", "OpenFile", "OpenInRoot", "OpenRoot", "Create", "CreateTemp", "ReadFile", "WriteFile", "Truncate", "DirFS", "CopyFS", "NewFile"}
	case "golang.org/x/sys/unix", "syscall":
		return []string{"Open", "Openat", "Openat2", "Creat", "Truncate", "Mount", "OpenTree", "OpenByHandleAt", "MemfdCreate",
			"SYS_OPEN", "SYS_OPENAT", "SYS_OPENAT2", "SYS_CREAT", "SYS_TRUNCATE", "SYS_MOUNT"}
	case "io/ioutil":
		return []string{"ReadFile", "WriteFile", "TempFile"}
	case "shokyo.dev/shokyo/internal/wholefile":
		return []string{"Read", "Create", "Replace", "SyncDir"}
	case "github.com/diskfs/go-diskfs":
		return []string{"Open", "OpenBackend", "Create"} // opens for writing unless told otherwise
	case "github.com/diskfs/go-diskfs/backend/file":
		return []string{"OpenFromPath", "CreateFromPath", "New"}
	}
	return nil
}

// permission lets one file call some of them.
type permission struct {
	file   string // or a folder, with / at the end
	calls  string
	reason string
}

func permissions() []permission {
	return []permission{
		{"devices/open.go", "unix.Open os.NewFile", "openReadOnly: this is the one"},
		{"devices/kernel/sysfs.go", "os.ReadFile", "sysfs"},
		{"devices/kernel/users.go", "os.ReadFile", "sysfs and procfs"},
		{"bootimage/", "os.ReadFile os.WriteFile os.OpenFile os.Create diskfs.OpenBackend file.CreateFromPath", "the image to be made, which is a new file, and what goes into it"},
		{"cmd/mkbootimage/", "os.ReadFile os.WriteFile os.Open", "files that go into an image, and those that come out"},
		{"internal/guest/", "os.Open os.Create os.OpenFile os.ReadFile os.WriteFile os.NewFile unix.Open unix.Mount", "runs tests in a virtual machine: files of the host that are new, and in the guest the attempts to write that must fail"},
		{"scripts/mutate/", "os.ReadFile os.WriteFile", "sources of the project, and copies of them with a line broken"},
		{"internal/golden/", "os.Open os.WriteFile", "its testdata"},
		{"internal/walktest/", "os.ReadFile", "testdata of the rooms of sound"},
		{"internal/tooltest/", "os.Create os.WriteFile", "new files for the tools that make file systems"},
		{"internal/accuracy/", "os.Open os.OpenFile os.ReadFile os.WriteFile", "the files that pieces are cut from, and its results; sources and documents of the project"},
		{"internal/sysfstest/", "os.WriteFile", "folders that look like sysfs, for tests"},
		{"image/split/siblings.go", "os.Open", "the folder that an image lies in, to list it"},
		{"devices/kernel/kerneltest/", "os.WriteFile", "new files for tests, that look like the kernel's"},
		{"image/imagetest/", "os.WriteFile os.Open", "new files for the tests of image"},
		{"internal/disktest/", "os.Create os.ReadFile os.WriteFile", "makes test media, which are new files"},
		{"attest/device.go", "os.Open", "the firmware's event log, in securityfs"},
		{"internal/wholefile/", "os.Open os.OpenFile", "what its callers name, who need a permission each"},
		{"cmd/shokyo/assignment.go", "wholefile.Read", "the job"},
		{"cmd/shokyo/attest.go", "wholefile.Read", "the release file"},
		{"cmd/shokyo/verify.go", "wholefile.Read", "an image's manifest, certificates and revocation lists, names of keys"},
		{"appliance/stick/which.go", "wholefile.Read os.OpenFile", "a note in memory; openStick: the stick's disk, once, to give it its number"},
		{"appliance/screen/font.go", "wholefile.Read os.OpenFile", "the screen, and its size in sysfs"},
		{"appliance/console/console.go", "wholefile.Read", "the release file"},
		{"appliance/appliance.go", "wholefile.Read", "the release file"},
		{"appliance/lab/lab.go", "wholefile.Read", "the certificate on the stick"},
		{"appliance/stick/mark/mark.go", "wholefile.Read", "the firmware's variables, and the kernel's command line"},
		{"appliance/machine/supervise.go", "wholefile.Read", "procfs"},
		{"appliance/unattended.go", "wholefile.Read", "the passphrase on the stick"},
		{"appliance/recover.go", "wholefile.Read", "the job, in memory"},
		{"appliance/runstate/runstate.go", "wholefile.Read", "notes, in memory"},
		{"appliance/disks/block.go", "unix.Open", "the stick's partition table, and disks to set their read-only flag; O_RDONLY"},
		{"appliance/stick/stick.go", "unix.Mount", "the evidence partition, the only thing that is mounted"},
		{"appliance/machine/mounts.go", "unix.Mount", "proc, sysfs and the like"},
		{"appliance/disks/sysfs.go", "os.ReadFile", "sysfs"},
		{"appliance/machine/modules.go", "os.Open os.ReadFile", "kernel modules of the initramfs"},
		{"appliance/job/job.go", "wholefile.Read", "the job on the stick"},
		{"appliance/job.go", "os.WriteFile", "the copy of the job in memory"},
		{"appliance/machine/keys.go", "os.OpenFile", "settings of the kernel: Ctrl-Alt-Del, SysRq, which process is spared"},
		{"appliance/screen/journal.go", "wholefile.Read os.OpenFile", "the journal in memory; /dev/kmsg, the kernel's log"},
		{"appliance/bundle/bundle.go", "wholefile.Read", "reports, in memory"},
		{"cmd/shokyo/call.go", "wholefile.Create", "the ZIP of a bundle"},
		{"appliance/reports.go", "wholefile.Read", "the summary of a batch, in memory"},
		{"appliance/stick/save/save.go", "os.Open os.OpenFile os.WriteFile", "bundles in memory, and their copies on the stick; notes in memory"},
		{"appliance/screen/ttys.go", "os.ReadFile unix.Open os.NewFile os.OpenFile", "consoles"},
		{"examine/checkpoint/", "os.OpenFile os.ReadFile wholefile.Replace", "the checkpoint under --out"},
		{"cmd/shokyo/demo.go", "os.WriteFile", "the mark of a demo's folder"},
		{"cmd/shokyo/democase.go", "os.WriteFile os.OpenFile", "what the demo of a case gives itself, and /dev/null"},
		{"cmd/shokyo/identity.go", "os.ReadFile", "a passphrase file"},
		{"ledger/ledger.go", "wholefile.Read", "the asset ledger, a CSV file"},
		{"reports/sign/bundle.go", "wholefile.Create wholefile.SyncDir os.DirFS", "new files of a bundle (O_EXCL), its folder to sync it, and to read it back"},
		{"reports/sign/identity/identity.go", "wholefile.Read wholefile.Create wholefile.SyncDir", "keys and certificates"},
		{"reports/batch/signed.go", "wholefile.Read wholefile.Replace", "the files of a batch's summary"},
		{"reports/sign/verify.go", "os.DirFS wholefile.Read", "the folder of a bundle, or one file"},
		{"reports/sign/onefile.go", "wholefile.Read", "a bundle that is one file, and the files of one"},
		{"reports/sign/later.go", "wholefile.Create wholefile.SyncDir", "what comes to a bundle later: timestamps, countersignatures, the PDF with them"},
		{"reports/sign/statement.go", "wholefile.Read", "a bundle's envelope"},
		{"reports/sign/sealed/sealed.go", "os.Open wholefile.Read wholefile.Create wholefile.SyncDir", "files of a sealed folder, and its seal"},
		{"cases/report/report.go", "wholefile.Read wholefile.Create", "a joint report, a sealed folder"},
		{"cases/folder/folder.go", "os.Open os.OpenFile wholefile.Read wholefile.Create wholefile.Replace", "the folder of a case: evidence, regular files only, and copies of it that are new"},
		{"cases/folder/gather.go", "wholefile.Read", "evidence in the folder of a case"},
		{"scripts/verify-page/main.go", "os.Create wholefile.Read", "the page that checks reports, and the program that goes into it"},
		{"cmd/shokyo/fetch.go", "wholefile.Read", "certificates, and the key of a client"},
		{"cmd/shokyo/keys.go", "os.Open wholefile.Read", "exports and logs of key servers, a mapping of one, the list of volumes"},
		{"reports/pdf/font/pack/main.go", "os.ReadFile", "the typeface that is packed, at build time"},
		{"casefile/", "wholefile.Read", "the case file, and the logo that it names"},
		{"cmd/shokyo/timestamp.go", "wholefile.Read wholefile.Create", "requests to timestamp authorities, and their answers"},
		{"corpus/build.go", "os.Open os.Create wholefile.Create wholefile.SyncDir", "the files that a corpus is made of, regular ones only: no medium; and the corpus, which is new"},
		{"corpus/corpus.go", "wholefile.Read wholefile.Create", "the key of a corpus"},
		{"corpus/open.go", "os.Open", "a corpus"},
		{"corpus/sorted/sorted.go", "os.CreateTemp", "what is sorted, in a new file"},
		{"corpus/canary/canary.go", "wholefile.Create", "canaries, which are new files"},
		{"internal/bench/", "os.Create os.OpenFile os.ReadFile os.WriteFile", "media that it makes, procfs, and the page it writes"},
		{"internal/kmiptest/", "os.WriteFile", "certificates for key servers of tests"},
		{"internal/tsatest/", "os.ReadFile os.WriteFile", "a timestamp authority for tests"},
	}
}

// TestOneOpener looks at every call in the project. It fails for a new one
// (say in permissions what it opens) and for a permission nobody uses.
func TestOneOpener(t *testing.T) {
	root := ".."
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatal("the root of the module is not where it should be: ", err)
	}
	list := permissions()
	used := make([]bool, len(list))
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != root && (name[0] == '.' || name[0] == '_' || name == "vendor" || name == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		files++
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		calls, err := opens(path)
		for _, c := range calls {
			if i := permitted(list, rel, c.name); i >= 0 {
				used[i] = true
			} else {
				t.Errorf("%s:%d uses %s: only devices.Open opens a medium; if this opens something else, say what in permissions()", rel, c.line, c.name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Errorf("only %d files were looked at", files)
	}
	for i, p := range list {
		if !used[i] {
			t.Errorf("%s needs no permission for %s any more", p.file, p.calls)
		}
	}
}

func permitted(list []permission, file, call string) int {
	return slices.IndexFunc(list, func(p permission) bool {
		in := p.file == file || strings.HasSuffix(p.file, "/") && strings.HasPrefix(file, p.file)
		return in && slices.Contains(strings.Fields(p.calls), call)
	})
}

type use struct {
	name string // "os.Open", by the package's own name whatever it is imported as
	line int
}

// opens lists the opening functions that a Go file mentions: called, or given
// away as a value.
func opens(path string) (list []use, err error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	type imported struct {
		alias, name string
		funcs       []string
	}
	var packages []imported
	for _, spec := range file.Imports {
		pkg, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		funcs := opening(pkg)
		if funcs == nil {
			continue
		}
		p := imported{name: strings.TrimPrefix(filepath.Base(pkg), "go-"), funcs: funcs}
		p.alias = p.name
		if spec.Name != nil {
			p.alias = spec.Name.Name
		}
		if p.alias == "." {
			return nil, fmt.Errorf("%s imports %s by a dot: its calls can not be told", path, pkg)
		}
		packages = append(packages, p)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := sel.X.(*ast.Ident)
		if !ok {
			return true
		}
		for _, p := range packages {
			if p.alias == x.Name && slices.Contains(p.funcs, sel.Sel.Name) {
				list = append(list, use{p.name + "." + sel.Sel.Name, set.Position(sel.Pos()).Line})
			}
		}
		return true
	})
	return list, nil
}

// TestOpensIsNotFooled feeds it what it has to find.
func TestOpensIsNotFooled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.go")
	write(t, path, []byte(`package x
import (
	sys "os"
	"golang.org/x/sys/unix"
	diskfs "github.com/diskfs/go-diskfs"
)
var f = sys.Open
func g() { unix.Openat(0, "", 0, 0); diskfs.Open(""); sys.Stat(""); unix.Close(0) }
`))
	got, err := opens(path)
	want := []use{{"os.Open", 7}, {"unix.Openat", 8}, {"diskfs.Open", 8}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	write(t, path, []byte("package x\nimport . \"os\"\nvar f = Open\n"))
	if _, err := opens(path); err == nil {
		t.Error("a dot import passes")
	}
}

// TestNoWritingFlags: nothing in this package, or where files of the kernel are read,
// can ask for a writable descriptor.
func TestNoWritingFlags(t *testing.T) {
	here, err := filepath.Glob("*.go")
	below, err2 := filepath.Glob("kernel/*.go")
	if err != nil || err2 != nil || len(here) == 0 || len(below) == 0 {
		t.Fatal(here, below, err, err2)
	}
	for _, path := range append(here, below...) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && slices.Contains([]string{"O_RDWR", "O_WRONLY", "O_CREAT", "O_CREATE", "O_TRUNC", "O_APPEND", "Pwrite", "WriteAt", "Write", "WriteString"}, id.Name) {
				t.Errorf("%s mentions %s", set.Position(id.Pos()), id.Name)
			}
			return true
		})
	}
}
