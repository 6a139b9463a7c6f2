package guest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/diskfs/go-diskfs"
	"github.com/diskfs/go-diskfs/filesystem"

	"shokyo.dev/shokyo/bootimage"
	"shokyo.dev/shokyo/bootimage/disk"
)

const unattendedJob = `disks = ["serial:ERASED1", "model:control*"]
operator = "検査員 太郎"
case = "2026-11-22/1"
identity = "lab"
passphrase_file = "passphrase.txt"
at_end = "poweroff"
`

// TestStick starts the appliance in the real kernel, with the stick's partitions
// but without its boot loader, and lets it carry out a job: the reports have to be
// on the stick, valid, and the disks as they were.
func TestStick(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a kernel in software emulation: half a minute")
	}
	dir := t.TempDir()
	list := []drive{
		{Disk: Disk{Name: "erased", Bus: NVMe, Serial: "ERASED1"}, media: erased},
		{Disk: Disk{Name: "control", Bus: AHCI, Serial: "CONTROL1", Model: "CONTROL DISK"}, media: control},
		{Disk: Disk{Name: "stick", Bus: USB, Serial: "STICK1", Removable: true}},
	}
	m := Machine{Modules: []string{"vfat", "nls_cp437", "nls_ascii"}}
	for i := range list {
		list[i].Image = filepath.Join(dir, list[i].Name+".img")
		if list[i].media != nil {
			if err := list[i].media(t).WriteFile(list[i].Image); err != nil {
				t.Fatal(err)
			}
		}
		m.Disks = append(m.Disks, list[i].Disk)
	}
	stick := disk.Image{EvidenceSize: 34 << 20, Time: time.Unix(1_700_000_000, 0)}
	if err := stick.Write(list[2].Image); err != nil {
		t.Fatal(err)
	}
	shokyo := Program(t, "shokyo", "./cmd/shokyo")
	lab := makeLab(t, shokyo.Host)
	putOnStick(t, list[2].Image, map[string][]byte{"/job.toml": []byte(unattendedJob), "/passphrase.txt": []byte(passphrase + "\r\n"),
		"/identity/lab.key.pem": lab["lab.key.pem"], "/identity/lab.cert.pem": lab["lab.cert.pem"]})
	before := imageSums(t, list[:2])
	console := bootAlone(t, m, shokyo, Program(t, "shokyo-init", "./cmd/shokyo-init"))
	t.Logf("the guest's console:\n%s", console)
	for i, sum := range imageSums(t, list[:2]) {
		if sum != before[i] {
			t.Errorf("%s was changed", list[i].Name)
		}
	}
	for _, want := range []string{"shokyo-init: done, 2 examined, 2 saved\r\n", "ERASED1 no-residue\r\n", "CONTROL1 residue-found\r\n", "-batch.csv\r\n"} {
		if !strings.Contains(console, want) {
			t.Errorf("not on the console: %q", want)
		}
	}
	evidence := filepath.Join(dir, "evidence")
	readBack(t, list[2].Image, evidence)
	checkStick(t, evidence, shokyo.Host)
}

// TestStickSurvivesFailure kills shokyo-init as soon as one of two reports is there,
// before it has heard of it. Started again, it has to find and save that report, and
// to say of the other disk that there is none.
func TestStickSurvivesFailure(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a kernel in software emulation: half a minute")
	}
	dir := t.TempDir()
	// The boot loader's word is of the stick before its first use, also after the failure.
	m := Machine{Modules: []string{"vfat", "nls_cp437", "nls_ascii"}, Append: "FSUUID=5D0F-0002", Disks: []Disk{
		{Name: "short", Bus: NVMe, Serial: "SHORT1", Image: filepath.Join(dir, "short.img")},
		{Name: "long", Bus: AHCI, Serial: "LONG1", Image: filepath.Join(dir, "long.img")},
		{Name: "stick", Bus: USB, Serial: "STICK1", Removable: true, Image: filepath.Join(dir, "stick.img")},
	}}
	stick := disk.Image{EvidenceSize: 34 << 20, Time: time.Unix(1_700_000_000, 0)}
	err := errors.Join(ciphertext(4, 1)(t).WriteFile(m.Disks[0].Image), ciphertext(256, 2)(t).WriteFile(m.Disks[1].Image), stick.Write(m.Disks[2].Image))
	if err != nil {
		t.Fatal(err)
	}
	putOnStick(t, m.Disks[2].Image, map[string][]byte{"/job.toml": []byte(jobAll)})
	shokyo := Program(t, "shokyo", "./cmd/shokyo")
	console := bootAlone(t, m, File{Path: "/bin/shokyo-real", Host: shokyo.Host},
		File{Path: "/bin/shokyo", Host: Program(t, "faulty", "./internal/guest/faulty").Host}, Program(t, "shokyo-init", "./cmd/shokyo-init"))
	t.Logf("the guest's console:\n%s", console)
	for _, want := range []string{"started from the stick whose system volume is 5D0F-0002\r\n", "failed: signal: killed: starting again", "THE PROGRAM FAILED, AND WAS STARTED AGAIN: signal: killed",
		"NOT EXAMINED /dev/sda: the program of this appliance failed", "shokyo-init: done, 1 examined, 1 saved, 2 NOT EXAMINED\r\n"} {
		if !strings.Contains(console, want) {
			t.Errorf("not on the console: %q", want)
		}
	}
	first := regexp.MustCompile(`saved /reports/\S+-(\w+) no-residue\r\n`).FindStringSubmatch(console) // of two disks, whichever
	if first == nil {
		t.Fatal("no report was saved")
	}
	evidence := filepath.Join(dir, "evidence")
	readBack(t, m.Disks[2].Image, evidence)
	at := bundle(t, evidence, first[1])
	if out, err := exec.Command(shokyo.Host, "verify", at, "--any-signer").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if found, _ := filepath.Glob(filepath.Join(evidence, "reports", "*")); len(found) != 1 {
		t.Error(found)
	}
}

// bootAlone starts shokyo-init as the first process, with the modules where it
// looks for them, until it switches the machine off.
func bootAlone(t *testing.T, m Machine, programs ...File) (console string) {
	t.Helper()
	kernel, err := bootimage.FindKernel()
	if err != nil {
		t.Fatal(err)
	}
	modules, err := kernel.Modules(m.modules())
	if err != nil {
		t.Fatal(err)
	}
	files := append(programs, File{Path: "/init", Link: "/bin/shokyo-init"}, File{Path: "/etc/shokyo-release", Data: []byte("shokyo-usb test\n")})
	var names []byte
	for _, mod := range modules {
		name := kernel.Release + "/" + mod.Name + ".ko"
		names = append(names, name+"\n"...)
		files = append(files, File{Path: "/lib/modules/" + name, Host: mod.Path})
	}
	files = append(files, File{Path: "/etc/modules", Data: names})
	console, _, err = m.run(t, kernel, files, t.TempDir())
	if err != nil {
		t.Fatalf("%v\nthe guest's console:\n%s", err, console)
	}
	return console
}

const passphrase = "open sesame"

// makeLab makes a lab's signing identity.
func makeLab(t *testing.T, shokyo string) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command(shokyo, "keygen", "--name", "Test Lab", "--out", dir)
	cmd.Env = append(os.Environ(), "SHOKYO_PASSPHRASE="+passphrase)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	files := make(map[string][]byte)
	for _, name := range []string{"lab.key.pem", "lab.cert.pem"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = b
	}
	return files
}

// putOnStick writes files as a person does at another computer.
func putOnStick(t *testing.T, image string, files map[string][]byte) {
	t.Helper()
	disk, err := diskfs.Open(image, diskfs.WithOpenMode(diskfs.ReadWrite))
	if err != nil {
		t.Fatal(err)
	}
	fat, err := disk.GetFilesystem(2)
	if err != nil {
		t.Fatal(err)
	}
	if err := fat.Mkdir("/identity"); err != nil {
		t.Fatal(err)
	}
	for name, b := range files {
		f, err := fat.OpenFile(name, os.O_CREATE|os.O_RDWR)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Write(b)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(fat.Close(), disk.Close()); err != nil {
		t.Fatal(err)
	}
}

// readBack copies the files of the evidence partition into a folder.
func readBack(t *testing.T, image, to string) {
	t.Helper()
	disk, err := diskfs.Open(image, diskfs.WithOpenMode(diskfs.ReadOnly))
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	fat, err := disk.GetFilesystem(2)
	if err != nil {
		t.Fatal(err)
	}
	copyOut(t, fat, ".", to)
}

func copyOut(t *testing.T, from filesystem.FileSystem, name, to string) {
	t.Helper()
	entries, err := from.ReadDir(name)
	if err != nil {
		t.Fatal(name, err)
	}
	for _, e := range entries {
		at := path.Join(name, e.Name())
		switch {
		case e.Name() == "." || e.Name() == "..":
		case e.IsDir():
			copyOut(t, from, at, filepath.Join(to, e.Name()))
		default:
			copyFileOut(t, from, at, filepath.Join(to, e.Name()), e)
		}
	}
}

// copyFileOut takes no more than the file's size: go-diskfs goes on to the end of
// the last cluster.
func copyFileOut(t *testing.T, from filesystem.FileSystem, name, to string, entry fs.DirEntry) {
	t.Helper()
	f, err := from.OpenFile("/"+name, os.O_RDONLY)
	if err != nil {
		t.Fatal(name, err)
	}
	info, errInfo := entry.Info()
	if errInfo != nil {
		t.Fatal(name, errInfo)
	}
	b, err := io.ReadAll(io.LimitReader(f, info.Size()))
	if err := errors.Join(err, f.Close(), os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, b, 0o644)); err != nil {
		t.Fatal(name, err)
	}
}

// checkStick looks at what an office computer would find on the stick.
func checkStick(t *testing.T, dir, shokyo string) {
	t.Helper()
	verdicts := map[string]string{"ERASED1": "no-residue", "CONTROL1": "residue-found"}
	for serial, want := range verdicts {
		found, _ := filepath.Glob(filepath.Join(dir, "reports", "*-"+serial))
		if len(found) != 1 {
			t.Errorf("%d reports of %s", len(found), serial)
			continue
		}
		if out, err := exec.Command(shokyo, "verify", found[0], "--cert", filepath.Join(dir, "identity/lab.cert.pem")).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", serial, err, out)
		}
		b, err := os.ReadFile(filepath.Join(found[0], "report.json"))
		var r struct {
			Verdict     string
			Examination struct {
				Operator string
				Job      string `json:"job_sha256"`
			}
		}
		if err := errors.Join(err, json.Unmarshal(b, &r)); err != nil || r.Verdict != want || r.Examination.Operator != "検査員 太郎" || len(r.Examination.Job) != 64 {
			t.Errorf("%s: %+v, %v", serial, r, err)
		}
	}
	summary := exec.Command(shokyo, "verify", filepath.Join(dir, "reports"), "--cert", filepath.Join(dir, "identity", "lab.cert.pem"))
	if out, err := summary.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("-batch.json\n")) || !bytes.Contains(out, []byte("2 bundles: 2 valid")) {
		t.Errorf("the summary: %v\n%s", err, out)
	}
	for _, pattern := range []string{"reports/*-batch.json", "reports/*-batch.csv", "reports/*-batch.html", "log/*[0-9].txt", "log/*-kernel.txt", "README.txt"} {
		if found, _ := filepath.Glob(filepath.Join(dir, pattern)); len(found) != 1 {
			t.Errorf("%s: %d", pattern, len(found))
		}
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if strings.HasPrefix(d.Name(), ".partial-") {
			t.Errorf("%s was left behind", path)
		}
		return err
	})
	logs, _ := filepath.Glob(filepath.Join(dir, "log/*[0-9].txt"))
	for _, log := range logs {
		b, _ := os.ReadFile(log)
		if !bytes.Contains(b, []byte("done, 2 examined, 2 saved\r\n")) {
			t.Error("the log does not have the end of the job")
		}
	}
	if err != nil {
		t.Error(err)
	}
}
