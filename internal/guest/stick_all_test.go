package guest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/bootimage"
	"shokyo.dev/shokyo/bootimage/disk"
	"shokyo.dev/shokyo/bootimage/uki"
	"shokyo.dev/shokyo/internal/guest/job"
)

// bootAllVariable asks for TestBootAll, which takes some minutes: "make test-boot-all".
const bootAllVariable = "SHOKYO_BOOT_ALL"

// TestBootAll boots the stick in every way that it can be booted, in some in which
// it is not to be, and with what can go wrong.
func TestBootAll(t *testing.T) {
	if os.Getenv(bootAllVariable) == "" {
		t.Skip("some minutes: make test-boot-all")
	}
	built := makeImage(t)
	for _, c := range []struct {
		name string
		test func(t *testing.T, built string)
	}{
		{"secure boot", bootSigned},
		{"secure boot refuses", bootUnsigned},
		{"BIOS", bootBIOS},
		{"network", bootNetwork},
		{"network by UEFI", bootNetworkUEFI},
		{"exFAT", bootExFAT},
		{"stick pulled", bootPulled},
		{"no job", bootToConsole},
		{"changed image", bootChanged},
		{"command line overridden", bootOverridden},
		{"used again", bootAgain},
		{"stick late", bootLate},
		{"stick a card", bootCard},
		{"disk swapped", bootSwapped},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, built) })
	}
}

// withJob is a bench with one disk and the job on the stick.
func withJob(t *testing.T, c Computer, image string) *bench {
	t.Helper()
	b := newBench(t, c, image, one())
	putOnStick(t, b.stick(), map[string][]byte{"/job.toml": []byte(jobAll)})
	return b
}

func imageIn(built string) string    { return filepath.Join(built, "shokyo-usb.img") }
func manifestIn(built string) string { return filepath.Join(built, "manifest.json") }

// attestedAs: the report is good, and a TPM said which image made it.
func (b *bench) attestedAs(t *testing.T, says, evidence, manifest string) {
	t.Helper()
	at := bundle(t, evidence, one().Serial)
	b.wantReport(t, b.list[0], at, jobAll)
	b.wantVerified(t, 0, says, at, "--manifest", manifest)
}

// notAttested: the report is good, and says that no TPM was there.
func (b *bench) notAttested(t *testing.T, evidence, built string) {
	t.Helper()
	at := bundle(t, evidence, one().Serial)
	b.wantReport(t, b.list[0], at, jobAll)
	b.wantVerified(t, 0, "VALID", at)
	b.wantVerified(t, 3, "no TPM 2.0", at, "--manifest", manifestIn(built))
}

// snakeoil is the key that Debian's OVMF for tests trusts. What its pass phrase
// is stands in the package's documentation.
func snakeoil(t *testing.T) (key, certificate string) {
	t.Helper()
	const files = "/usr/share/ovmf/PkKek-1-snakeoil"
	key = filepath.Join(t.TempDir(), "key.pem")
	if out, err := exec.Command("openssl", "rsa", "-in", files+".key", "-passin", "pass:snakeoil", "-out", key).CombinedOutput(); err != nil {
		t.Fatalf("openssl: %v: run scripts/install-test-tools\n%s", err, out)
	}
	return key, files + ".pem"
}

// The signed image gives the PCRs that were foretold for Secure Boot: the kernel
// inside is not measured once more.
func bootSigned(t *testing.T, _ string) {
	key, certificate := snakeoil(t)
	built := makeImage(t, "-key", key, "-cert", certificate)
	b := withJob(t, Computer{Firmware: SecureBoot, TPM: true}, imageIn(built))
	_, evidence := b.examine(t)
	b.attestedAs(t, thisImage+" (secure-boot-on)", evidence, manifestIn(built))
}

func bootUnsigned(t *testing.T, built string) {
	b := newBench(t, Computer{Firmware: SecureBoot}, imageIn(built), one())
	b.Start(t, Cue{"Access Denied", (*Session).Quit})
}

func bootBIOS(t *testing.T, built string) {
	b := withJob(t, Computer{Firmware: BIOS}, imageIn(built))
	_, evidence := b.examine(t, Cue{"started from the stick whose system volume is 5D0F-0002\r\n", nil})
	b.notAttested(t, evidence, built)
}

// bootNetwork: the computer gets kernel and initramfs by TFTP. The stick is there
// for the evidence, and could not boot.
func bootNetwork(t *testing.T, built string) {
	server := t.TempDir()
	u := takeApart(t, filepath.Join(built, "shokyo.efi"))
	script := fmt.Sprintf("#!ipxe\nkernel vmlinuz %s\ninitrd initramfs.cpio.zst\nboot\n", u.CommandLine)
	err := os.WriteFile(filepath.Join(server, BootFile), []byte(script), 0o644)
	for _, name := range []string{"vmlinuz", "initramfs.cpio.zst"} {
		err = errors.Join(err, os.Link(filepath.Join(built, name), filepath.Join(server, name)))
	}
	if err != nil {
		t.Fatal(err)
	}
	b := withJob(t, Computer{Firmware: BIOS, Server: server}, imageIn(built))
	overwrite(t, b.stick(), make([]byte, 440)) // the boot code
	_, evidence := b.examine(t, Cue{"started from something that is not known", nil})
	b.notAttested(t, evidence, built)
}

// bootNetworkUEFI: the firmware gets the same program from a server that it would get
// from the stick, and the TPM says that it is the same.
func bootNetworkUEFI(t *testing.T, built string) {
	server := t.TempDir()
	if err := os.Link(filepath.Join(built, "shokyo.efi"), filepath.Join(server, BootFile)); err != nil {
		t.Fatal(err)
	}
	b := withJob(t, Computer{Firmware: UEFI, TPM: true, Server: server, NoROM: true}, imageIn(built))
	_, evidence := b.examine(t, Cue{"started from something that is not known", nil})
	b.attestedAs(t, thisImage, evidence, manifestIn(built))
}

func overwrite(t *testing.T, path string, start []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(start)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// bootExFAT: Linux in a machine of its own puts the job on the stick and reads the
// reports, because nothing on the host can.
func bootExFAT(t *testing.T, _ string) {
	built := makeImage(t, "-evidence", "exfat")
	b := newBench(t, Computer{Firmware: UEFI, TPM: true}, imageIn(built), one())
	b.mounted(t, job.Step{Name: "copy", Argv: []string{"cp", "/job.toml", "/mnt/job.toml"}}, job.Step{Name: "umount", Argv: []string{"umount", "/mnt"}})
	b.start(t)
	b.checkExFAT(t)
	evidence := t.TempDir()
	for path, data := range b.mounted(t).Files {
		rel, err := filepath.Rel("/mnt", path)
		if err != nil || !filepath.IsLocal(rel) {
			continue
		}
		to := filepath.Join(evidence, rel)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	b.attestedAs(t, thisImage, evidence, manifestIn(built))
}

// mounted boots a machine that mounts the evidence partition at /mnt and brings
// back what is in it at the end.
func (b *bench) mounted(t *testing.T, steps ...job.Step) *Results {
	t.Helper()
	mount := job.Step{Name: "mount", Argv: []string{"mount", "-t", "exfat", "/dev/{stick}2", "/mnt"}}
	r := Boot(t, Machine{
		Disks:   b.Disks[len(b.Disks)-1:],
		Modules: []string{"exfat"},
		Files:   append(Tools(t, "mount", "umount", "cp"), File{Path: "/job.toml", Data: []byte(jobAll)}, File{Path: "/mnt/not-mounted", Data: []byte("!")}),
		Steps:   append([]job.Step{mount}, steps...),
		Keep:    []string{"/mnt"},
	})
	for _, o := range r.Report.Outcomes {
		wantStatus(t, r, o.Name, 0)
	}
	return r
}

// checkExFAT lets other people's program look at the evidence partition.
func (b *bench) checkExFAT(t *testing.T) {
	t.Helper()
	stick, err := os.Open(b.stick())
	if err != nil {
		t.Fatal(err)
	}
	defer stick.Close()
	part := filepath.Join(t.TempDir(), "evidence")
	copySection(t, part, stick, evidenceStart(t, stick), 40<<20)
	hostProgram(t, "fsck.exfat", "-n", part)
}

// bootPulled: the stick is pulled before there are reports, and plugged in again
// when the appliance asks for it.
func bootPulled(t *testing.T, built string) {
	b := withJob(t, Computer{Firmware: UEFI, TPM: true}, imageIn(built))
	pull := func(s *Session) error { return s.Pull("stick") }
	plug := func(s *Session) error { return s.Plug("stick") }
	_, evidence := b.examine(t, Cue{"job.toml found", pull}, Cue{"NOT SAVED", nil}, Cue{"REPORTS ARE NOT SAVED YET", plug})
	b.attestedAs(t, thisImage, evidence, manifestIn(built))
}

// bootToConsole: with no job, somebody is asked, and answers on the keyboard of the
// serial console.
func bootToConsole(t *testing.T, built string) {
	b := newBench(t, Computer{Firmware: UEFI, TPM: true}, imageIn(built), one())
	b.Start(t,
		Cue{"Which disks shall be examined?", typing("a\r")},
		Cue{"How shall 1 disk be examined?", typing("\rYamada\r\r\r\r\r\r\r")}, // through the fields
		Cue{"Press Enter to START", typing("\r")},
		Cue{"Nothing recoverable was found", typing("q")},
		Cue{"Shut down the machine?", typing("y")})
	evidence := t.TempDir()
	readBack(t, b.stick(), evidence)
	at := bundle(t, evidence, one().Serial)
	b.wantVerified(t, 0, thisImage, at, "--manifest", manifestIn(built))
	if !bytes.Contains(readAll(t, filepath.Join(at, "report.json")), []byte(`"operator": "Yamada"`)) {
		t.Error("the report does not have what was typed")
	}
}

func typing(keys string) func(*Session) error {
	return func(s *Session) error { return s.Type(keys) }
}

// bootChanged: each change is seen by the TPM of the computer that it was booted
// on, and is as was foretold for the changed image.
func bootChanged(t *testing.T, built string) {
	for _, c := range changes() {
		t.Run(c.name, func(t *testing.T) {
			u := takeApart(t, filepath.Join(built, "shokyo.efi"))
			c.do(t, &u)
			b := withJob(t, Computer{Firmware: UEFI, TPM: true}, imageOf(t, u))
			_, evidence := b.examine(t)
			at := bundle(t, evidence, one().Serial)
			b.wantVerified(t, 0, "not compared", at)
			b.wantVerified(t, 0, "made by exactly this image: other.img", at, "--manifest", writeManifest(t, u))
			for _, pcr := range c.pcrs {
				b.wantVerified(t, 3, pcr+" (", at, "--manifest", manifestIn(built))
			}
		})
	}
}

// imageOf is an image of the stick with another kernel.
func imageOf(t testing.TB, u uki.Kernel) string {
	t.Helper()
	program, err := u.Build()
	if err != nil {
		t.Fatal(err)
	}
	d := disk.Image{System: []bootimage.File{{Path: "/EFI/BOOT/BOOTX64.EFI", Data: program}}, EvidenceSize: 40 << 20, Time: time.Unix(1767225600, 0)}
	path := filepath.Join(t.TempDir(), "other.img")
	if err := d.Write(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// bootOverridden: without Secure Boot a boot entry can give the unmodified image
// another command line. PCR 12 is there for that.
func bootOverridden(t *testing.T, built string) {
	c := Computer{Firmware: UEFI, TPM: true, Program: filepath.Join(built, "shokyo.efi"), Options: "console=ttyS0,115200 quiet panic=10 shokyo.other=1"}
	b := withJob(t, c, imageIn(built))
	_, evidence := b.examine(t)
	at := bundle(t, evidence, one().Serial)
	b.wantVerified(t, 0, "not compared", at)
	b.wantVerified(t, 3, "PCR 12 is not zero", at, "--manifest", manifestIn(built))
}

// bootAgain: a stick that was used keeps its number, and is changed nowhere else.
func bootAgain(t *testing.T, built string) {
	for _, firmware := range []Firmware{UEFI, BIOS} {
		b := withJob(t, Computer{Firmware: firmware}, imageIn(built))
		b.examine(t)
		number, table := b.number(t), b.firstSectors(t)
		cue := "started from the stick whose system volume is "
		if firmware == UEFI {
			cue = "started from stick " + strings.ToLower(number) + "\r\n"
		}
		_, evidence := b.examine(t, Cue{cue, nil})
		if b.number(t) != number || !bytes.Equal(b.firstSectors(t), table) {
			t.Errorf("firmware %d: the stick got another number", firmware)
		}
		if found, _ := filepath.Glob(filepath.Join(evidence, "reports", "*-"+one().Serial+"*")); len(found) != 2 {
			t.Error(found)
		}
	}
}

// firstSectors are the partition table and the first boot sector.
func (b *bench) firstSectors(t *testing.T) []byte {
	t.Helper()
	f, err := os.Open(b.stick())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sectors := make([]byte, 1<<20+512)
	if _, err := f.ReadAt(sectors, 0); err != nil {
		t.Fatal(err)
	}
	return sectors
}

// bootLate: the stick is pulled as soon as its kernel runs, and plugged in when it is
// asked for. Its job is carried out all the same.
func bootLate(t *testing.T, built string) {
	b := withJob(t, Computer{Firmware: UEFI, TPM: true}, imageIn(built))
	pull := func(s *Session) error { return s.Pull("stick") }
	plug := func(s *Session) error { return s.Plug("stick") }
	_, evidence := b.examine(t, Cue{"shokyo-init: ", pull}, Cue{"Or type c and press Enter to go on without it", plug}, Cue{"job.toml found", nil})
	b.attestedAs(t, thisImage, evidence, manifestIn(built))
}

// bootCard: a card with EVIDENCE is put into its reader when it is asked for. The
// computer was started from something else, as from a network.
func bootCard(t *testing.T, built string) {
	b := withJob(t, Computer{Firmware: UEFI, Program: filepath.Join(built, "shokyo.efi")}, imageIn(built))
	reader := &b.Disks[len(b.Disks)-1]
	reader.Empty, reader.Boot = true, false
	insert := func(s *Session) error { return s.Insert("stick") }
	_, evidence := b.examine(t, Cue{"Or type c and press Enter to go on without it", insert}, Cue{"job.toml found", nil})
	b.notAttested(t, evidence, built)
}

// bootSwapped: between the choice and the start the disk is pulled, and another one
// gets its name, on which there is nothing. Nothing is said of the first.
func bootSwapped(t *testing.T, built string) {
	chosen := drive{Disk: Disk{Name: "chosen", Bus: USB, Serial: "CHOSEN01", Removable: true}, media: control}
	other := drive{Disk: Disk{Name: "other", Bus: USB, Serial: "OTHER002", Removable: true}, media: ciphertext(128, 1)}
	b := newBench(t, Computer{Firmware: UEFI}, imageIn(built), chosen, other)
	all := b.Disks
	b.Disks = []Disk{all[0], all[2]}
	swap := func(s *Session) error {
		s.computer.Disks = all
		return errors.Join(s.Pull("chosen"), s.Plug("other"), s.Type("\r"))
	}
	s := b.Start(t,
		Cue{"Which disks shall be examined?", typing("a\r")},
		Cue{"How shall 1 disk be examined?", typing("\rYamada\r\r\r\r\r\r\r")},
		Cue{"Press Enter to START", swap},
		Cue{"so there is no verdict", typing("q")},
		Cue{"Shut down the machine?", typing("y")})
	if strings.Contains(s.Console, "NO RESIDUE") || strings.Contains(s.Console, "Nothing recoverable was found") {
		t.Errorf("there is a verdict:\n%s", s.Console)
	}
	evidence := t.TempDir()
	readBack(t, b.stick(), evidence)
	if found, _ := filepath.Glob(filepath.Join(evidence, "reports", "*")); len(found) > 0 {
		t.Error(found)
	}
}
