package guest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/bootimage/disk"
	"shokyo.dev/shokyo/bootimage/manifest"
	"shokyo.dev/shokyo/bootimage/uki"
)

// bench is a computer in which the stick is, with disks to be examined.
type bench struct {
	Computer
	list   []drive // the last is the stick
	shokyo string  // the program, of the host
}

const jobAll = `disks = "all"
operator = "検査員 太郎"
case = "2026-11-22/1"
at_end = "poweroff"
`

// newBench gives it a copy of the image, which will be written to, and the disks.
func newBench(t *testing.T, c Computer, image string, list ...drive) *bench {
	t.Helper()
	dir := t.TempDir()
	for i := range list {
		list[i].Image = filepath.Join(dir, list[i].Name+".img")
		if err := list[i].media(t).WriteFile(list[i].Image); err != nil {
			t.Fatal(err)
		}
	}
	stick := Disk{Name: "stick", Bus: USB, Serial: "STICK1", Removable: true, Boot: true, Image: filepath.Join(dir, "stick.img")}
	copyImage(t, stick.Image, image)
	b := &bench{Computer: c, list: append(list, drive{Disk: stick}), shokyo: Program(t, "shokyo", "./cmd/shokyo").Host}
	for _, d := range b.list {
		b.Disks = append(b.Disks, d.Disk)
	}
	return b
}

func copyImage(t testing.TB, to, from string) {
	t.Helper()
	if err := copyFile(to, from); err != nil {
		t.Fatal(err)
	}
}

// one is a small disk, for when the disks are not what matters.
func one() drive {
	return drive{Disk: Disk{Name: "one", Bus: AHCI, Serial: "AHCI0001", Model: "SHOKYO HDD"}, media: ciphertext(4, 1), verdict: "no-residue", claim: "physical-ciphertext"}
}

func (b *bench) stick() string { return b.list[len(b.list)-1].Image }

// examine starts the computer, which is to carry out the job on the stick by
// itself, and gives what is on the evidence partition afterwards.
func (b *bench) examine(t *testing.T, cues ...Cue) (s *Session, evidence string) {
	t.Helper()
	s = b.start(t, cues...)
	evidence = t.TempDir()
	readBack(t, b.stick(), evidence)
	return s, evidence
}

// start starts the computer and sees that nothing was changed but the evidence
// partition.
func (b *bench) start(t *testing.T, cues ...Cue) *Session {
	t.Helper()
	disks := b.list[:len(b.list)-1]
	before, system := imageSums(t, disks), b.systemSum(t)
	n := len(disks)
	s := b.Start(t, append(cues, Cue{Text: fmt.Sprintf("shokyo-init: done, %d examined, %d saved\r\n", n, n)}, Cue{Text: "reboot: Power down"})...)
	t.Logf("the computer's console:\n%s", s.Console)
	for i, sum := range imageSums(t, disks) {
		if sum != before[i] {
			t.Errorf("%s was changed", disks[i].Name)
		}
	}
	if b.systemSum(t) != system {
		t.Error("the stick was changed before its evidence partition")
	}
	if b.number(t) == noNumber {
		t.Error("the stick was used and has no number")
	}
	return s
}

// systemSum is of the stick up to its evidence partition: boot code, boot loader,
// kernel. What a stick gets at its first use is left out: its number, in the
// partition table, and the serial number of its system volume, in both of its boot
// sectors. Of the table somebody else is asked whether it is one.
func (b *bench) systemSum(t *testing.T) [32]byte {
	t.Helper()
	if out := hostProgram(t, "sgdisk", "--verify", b.stick()); !strings.Contains(out, "No problems found") {
		t.Error(out)
	}
	f, err := os.Open(b.stick())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	const system, serial = 1 << 20, 67
	start := make([]byte, evidenceStart(t, f))
	if _, err := io.ReadFull(f, start); err != nil {
		t.Fatal(err)
	}
	clear(start[512 : 34*512])
	clear(start[system+serial:][:4])
	clear(start[system+6*512+serial:][:4])
	return sha256.Sum256(start)
}

// number is the stick's own, from the GUID of its evidence partition.
func (b *bench) number(t *testing.T) string {
	t.Helper()
	out := hostProgram(t, "sgdisk", "--info=2", b.stick())
	_, id, _ := strings.Cut(out, "unique GUID: 5D0F6A2E-")
	if len(id) < 25 {
		t.Fatal(out)
	}
	return id[:25]
}

const noNumber = "0000-4000-8000-0000000000" // of an image

func hostProgram(t *testing.T, name string, args ...string) string {
	t.Helper()
	path, err := lookPath(name)
	if err != nil {
		t.Fatalf("%v: run scripts/install-test-tools", err)
	}
	out, err := exec.Command(path, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// otherStick is one that was used before, with another computer, and is a disk to
// examine now.
type otherStick struct{ t *testing.T }

func (o otherStick) WriteFile(path string) error {
	d := disk.Image{EvidenceSize: 34 << 20, Time: time.Unix(1767225600, 0)}
	if err := d.Write(path); err != nil {
		return err
	}
	const guid = "5d0f6a2e-1234-4567-89ab-0123456789"
	hostProgram(o.t, "sgdisk", "--disk-guid="+guid+"01", "--partition-guid=1:"+guid+"02", "--partition-guid=2:"+guid+"03", path)
	return nil
}

// evidenceStart is where the second partition begins (UEFI §5.3.3: entries of 128
// bytes from LBA 2, the first LBA at byte 32).
func evidenceStart(t *testing.T, stick io.ReaderAt) int64 {
	t.Helper()
	entry := make([]byte, 128)
	if _, err := stick.ReadAt(entry, 2*512+128); err != nil {
		t.Fatal(err)
	}
	var lba int64
	for i := 7; i >= 0; i-- {
		lba = lba<<8 | int64(entry[32+i])
	}
	return lba * 512
}

// bundle is the folder of a disk's report on the evidence partition.
func bundle(t *testing.T, evidence, serial string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(evidence, "reports", "*-"+serial))
	if err != nil || len(found) != 1 {
		t.Fatalf("reports of %s: %v, %v", serial, found, err)
	}
	return found[0]
}

// wantVerified runs "shokyo verify" as somebody does who got the bundle, and whom the
// throw-away identity that signed it does not trouble.
func (b *bench) wantVerified(t *testing.T, status int, says, bundle string, args ...string) {
	t.Helper()
	out, err := exec.Command(b.shokyo, append([]string{"verify", bundle, "--any-signer"}, args...)...).CombinedOutput()
	got := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	if got != status || !strings.Contains(string(out), says) {
		t.Errorf("verify %s %v: exit status %d, want %d and %q\n%s", filepath.Base(bundle), args, got, status, says, out)
	}
}

// wantReport judges one disk's report.
func (b *bench) wantReport(t *testing.T, d drive, bundle, job string) {
	t.Helper()
	text := readAll(t, filepath.Join(bundle, "report.json"))
	var doc document
	var more struct {
		Examination struct {
			Operator, Case string
			Job            string `json:"job_sha256"`
		}
		Platform struct{ Release string }
	}
	if err := errors.Join(json.Unmarshal(text, &doc), json.Unmarshal(text, &more)); err != nil {
		t.Fatal(err)
	}
	d.checkVerdict(t, doc)
	d.checkFacts(t, doc)
	sum := sha256.Sum256([]byte(job))
	if e := more.Examination; e.Operator != "検査員 太郎" || e.Case != "2026-11-22/1" || e.Job != hex.EncodeToString(sum[:]) {
		t.Errorf("examination: %+v, the job's hash is %x", e, sum)
	}
	if !strings.HasPrefix(more.Platform.Release, "shokyo-usb test (linux-image-") {
		t.Errorf("release %q", more.Platform.Release)
	}
}

// makeImage builds the stick's image as "make image" does, with what that has kept
// of u-root's programs.
func makeImage(t testing.TB, args ...string) (dir string) {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	if err := lookAtSources(root); err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	args = append([]string{"run", "./cmd/mkbootimage", "-out", dir, "-cache", filepath.Join(root, "bin"),
		"-release", "test", "-time", "1767225600", "-evidence-size", "40M"}, args...)
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %v: %v\n%s", args, err, out)
	}
	return dir
}

// writeManifest writes what the manifest of an image with that kernel would be.
func writeManifest(t *testing.T, u uki.Kernel) (path string) {
	t.Helper()
	program, err := u.Build()
	if err != nil {
		t.Fatal(err)
	}
	measured, err := u.Measure(program)
	if err != nil {
		t.Fatal(err)
	}
	b, err := manifest.Manifest{Image: manifest.Item{Name: "other.img"}, PCRSets: uki.Predict(measured)}.JSON()
	path = filepath.Join(t.TempDir(), "manifest.json")
	if err := errors.Join(err, os.WriteFile(path, b, 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

// change is something that someone may change in the image, and that it boots with
// all the same.
type change struct {
	name string
	do   func(*testing.T, *uki.Kernel)
	pcrs []string // that give it away
}

func changes() []change {
	return []change{
		{"command line", func(_ *testing.T, u *uki.Kernel) { u.CommandLine += " shokyo.other=1" }, []string{"PCR 4", "PCR 9", "PCR 11"}},
		{"initramfs", func(_ *testing.T, u *uki.Kernel) { u.Initrd = append(bytes.Clone(u.Initrd), 0, 0, 0, 0) }, []string{"PCR 4", "PCR 9", "PCR 11"}},
		{"kernel", changeKernel, []string{"PCR 4", "PCR 11"}},
	}
}

// changeKernel changes one bit of a message that is shown only by a loader of 1999.
func changeKernel(t *testing.T, u *uki.Kernel) {
	t.Helper()
	message := []byte("No setup signature found...")
	if bytes.Count(u.Linux, message) != 1 {
		t.Fatalf("the kernel has not one %q", message)
	}
	u.Linux = bytes.Replace(u.Linux, message, []byte("No setup signature Found..."), 1)
}

func readAll(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sumOf(t *testing.T, path string) [32]byte {
	t.Helper()
	return sha256.Sum256(readAll(t, path))
}

func copySection(t *testing.T, to string, from io.ReaderAt, start, length int64) {
	t.Helper()
	section := io.NewSectionReader(from, start, length)
	if err := create(to, func(w io.Writer) error { _, err := io.Copy(w, section); return err }); err != nil {
		t.Fatal(err)
	}
}
