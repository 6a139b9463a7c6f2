package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/u-root/u-root/pkg/cpio"

	"shokyo.dev/shokyo/bootimage"
	"shokyo.dev/shokyo/bootimage/disk"
)

func TestParse(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1800000000")
	o, err := parse([]string{"-evidence", "exfat", "-evidence-size", "4G", "-out", "/x"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if o.evidence != disk.ExFAT || o.evidenceSize != 4<<30 || o.cache != "/x" || !o.time.Equal(time.Unix(1800000000, 0)) {
		t.Errorf("%+v", o)
	}
	for _, c := range []struct{ args, want string }{
		{"-evidence ntfs", "want fat32 or exfat"},
		{"-evidence exfat -job go.mod", "-job (JOB) needs -evidence fat32"},
		{"-job nonexistent.toml", "-job (JOB): open"},
		{"-key k.pem", "go together"},
		{"-cert c.pem", "go together"},
		{"-release a\"b", "want a name"},
		{"-release -X=y,main.z=$(x)", "want a name"},
		{"-time 0", "FAT knows"},
		{"-time 99999999999", "FAT knows"},
		{"extra", "not wanted"},
		{"-nonsense", "not defined"},
	} {
		if _, err := parse(strings.Fields(c.args), io.Discard); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.args, err, c.want)
		}
	}
}

func TestParseSize(t *testing.T) {
	for s, want := range map[string]int64{
		"34M": 34 << 20, "35651584": 34 << 20, "34816K": 34 << 20, "34816k": 34 << 20, "40m": 40 << 20,
		"40 M": 40 << 20, "1.5GiB": 3 << 29, "4G": 4 << 30, "4g": 4 << 30, "1T": 1 << 40, "1t": 1 << 40, "2097151M": 2<<40 - 1<<20,
	} {
		if got, err := parseSize(s); got != want || err != nil {
			t.Errorf("%s: %d, %v; want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "0", "M", "-1M", "-40M", "33M", "34815K", "34817K", "35651585", "40MB", "40+", "40-", "2097152M", "2T", "9223372036854775807T", "9223372036854775808"} {
		if got, err := parseSize(s); err == nil || !strings.Contains(err.Error(), "-evidence-size (EVIDENCE_SIZE)") || !strings.Contains(err.Error(), "from 34 to 2097151 MiB") {
			t.Errorf("%q: %d, %v", s, got, err)
		}
	}
}

// No driver for a network gets into the image, and nothing that puts disks together.
func TestModules(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the kernel of scripts/install-test-tools")
	}
	k, err := bootimage.FindKernel()
	if err != nil {
		t.Fatal(err)
	}
	list, err := k.Modules(modules())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		for _, folder := range []string{"/kernel/drivers/net/", "/kernel/net/", "/kernel/drivers/md/", "/kernel/drivers/infiniband/"} {
			if strings.Contains(m.Path, folder) {
				t.Errorf("%s is from %s", m.Name, folder)
			}
		}
	}
	files := moduleFiles("6.1", list)
	order := files[len(files)-1]
	if order.Path != "/etc/modules" || len(list) != strings.Count(string(order.Data), "\n") {
		t.Errorf("%d modules, and in %s\n%s", len(list), order.Path, order.Data)
	}
	for i, line := range strings.Fields(string(order.Data)) {
		if files[i].Path != moduleFolder+line || !strings.HasPrefix(line, "6.1/"+list[i].Name) {
			t.Errorf("line %d of /etc/modules is %s, the file %s", i+1, line, files[i].Path)
		}
	}
}

// TestSameTwice builds the image twice, each from a copy of the source of its
// own, and compares all that comes out. u-root's programs are built in any case
// for the second; for the first they may be those that "make image" has kept,
// which are to be the same.
func TestSameTwice(t *testing.T) {
	if testing.Short() {
		t.Skip("builds u-root's programs, which takes a minute")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	source, first, second := t.TempDir(), t.TempDir(), t.TempDir()
	copySource(t, source, root)
	build(t, first, source, filepath.Join(root, "bin"))
	other := filepath.Join(t.TempDir(), "another", "place")
	copySource(t, other, source)
	t.Setenv("TZ", "Asia/Tokyo")
	build(t, second, other, t.TempDir())
	for _, name := range []string{imageName, programName, kernelName, initramfsName, manifestName, sbomName, licensesName} {
		a, b := sum(t, filepath.Join(first, name)), sum(t, filepath.Join(second, name))
		if a != b {
			t.Errorf("%s: %s, then %s", name, a, b)
		}
	}
	checkManifest(t, first)
	checkInitramfs(t, filepath.Join(first, initramfsName))
	checkSBOM(t, filepath.Join(first, sbomName))
	checkLicensed(t, filepath.Join(first, sbomName))
}

func build(t *testing.T, out, source, cache string) {
	t.Helper()
	args := []string{"-out", out, "-source", source, "-cache", cache, "-release", "test", "-time", "1767225600", "-evidence-size", "40M"}
	if err := run(args, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
}

// copySource copies what the programs are built of.
func copySource(t *testing.T, to, from string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if rel != "." && (strings.HasPrefix(d.Name(), ".") || slices.Contains([]string{"bin", "docs", "testdata"}, d.Name())) {
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		if strings.HasSuffix(path, "_test.go") || !d.Type().IsRegular() {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func sum(t *testing.T, name string) string {
	t.Helper()
	i, err := fileItem("", name)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", i.SHA256)
}

type entry struct {
	Name, SHA256, Package, Version string
	Bytes                          int64
}

type written struct {
	Image   entry
	Inputs  []entry
	Outputs []entry
	PCRSets []struct{ PCRs []any } `json:"pcr_sets"`
}

func readManifest(t *testing.T, dir string) (m written) {
	t.Helper()
	unmarshal(t, filepath.Join(dir, manifestName), &m)
	return m
}

// checkManifest: the hashes are those of the files, and the image is as small as
// it is to be.
func checkManifest(t *testing.T, dir string) {
	t.Helper()
	m := readManifest(t, dir)
	for _, i := range append(m.Outputs, m.Image) {
		if got := sum(t, filepath.Join(dir, i.Name)); got != i.SHA256 {
			t.Errorf("%s is %s, the manifest has %s", i.Name, got, i.SHA256)
		}
	}
	if m.Image.Bytes-40<<20 > 64<<20 {
		t.Errorf("the image has %d bytes before the evidence partition of 40 MiB", m.Image.Bytes-40<<20)
	}
	for _, want := range []string{"u-root.cpio", "shokyo", "shokyo-init", "module nvme", "linuxx64.efi.stub", "gptmbr.bin", "syslinux"} {
		if i := slices.IndexFunc(m.Inputs, func(i entry) bool { return i.Name == want }); i < 0 || m.Inputs[i].Package == "" || m.Inputs[i].Version == "" {
			t.Errorf("%s is not among the inputs, or without package and version", want)
		}
	}
	if len(m.PCRSets) != 2 || len(m.PCRSets[0].PCRs) != 4 {
		t.Errorf("PCRs: %v", m.PCRSets)
	}
}

func unmarshal(t *testing.T, name string, v any) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func checkInitramfs(t *testing.T, name string) {
	t.Helper()
	packed, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	archive, err := z.DecodeAll(packed, nil)
	if err != nil {
		t.Fatal(err)
	}
	records, err := cpio.ReadAllRecords(cpio.Newc.Reader(bytes.NewReader(archive)))
	if err != nil {
		t.Fatal(err)
	}
	have := make(map[string]uint64)
	for _, r := range records {
		have[r.Name] = r.Mode
		if r.MTime != 0 || r.UID != 0 || r.GID != 0 {
			t.Errorf("%s: of %d:%d, time %d", r.Name, r.UID, r.GID, r.MTime)
		}
	}
	for name, mode := range map[string]uint64{
		"init": cpio.S_IFLNK, "bin/uinit": cpio.S_IFLNK, "bbin/poweroff": cpio.S_IFLNK, "bin/defaultsh": cpio.S_IFLNK, "dev/console": cpio.S_IFCHR,
		"bin/shokyo": cpio.S_IFREG | 0o755, "bin/shokyo-init": cpio.S_IFREG | 0o755,
		"etc/modules": cpio.S_IFREG | 0o644, "etc/shokyo-release": cpio.S_IFREG | 0o644,
	} {
		if have[name]&mode != mode {
			t.Errorf("%s has mode %o, want %o", name, have[name], mode)
		}
	}
}

// checkSBOM: what is certainly in the image is listed.
func checkSBOM(t *testing.T, name string) {
	t.Helper()
	var d struct {
		Packages []struct{ Name, VersionInfo string }
	}
	unmarshal(t, name, &d)
	for _, want := range []string{"systemd-boot-efi", "syslinux", "github.com/u-root/u-root", "golang.org/x/sys", "std", "shokyo-init"} {
		if !slices.ContainsFunc(d.Packages, func(p struct{ Name, VersionInfo string }) bool { return p.Name == want && p.VersionInfo != "" }) {
			t.Errorf("%s is not listed with a version", want)
		}
	}
}
