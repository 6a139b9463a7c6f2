package guest

import (
	"debug/pe"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/attest"
	"shokyo.dev/shokyo/bootimage/uki"
)

const thisImage = "made by exactly this image: shokyo-usb.img"

// benchDrives: the same documents once erased and once not, a disk that is dying,
// and a stick like the one that the computer is started from.
func benchDrives() []drive {
	return []drive{
		{Disk: Disk{Name: "erased", Bus: NVMe, Serial: "NVME0001", Model: "QEMU NVMe Ctrl"},
			media: erased, verdict: "no-residue", because: "no-residue deallocated-reads", claim: "logical"}, // zeros beside the partition
		{Disk: Disk{Name: "control", Bus: AHCI, Serial: "AHCI0001", Model: "SHOKYO SSD", Rotation: 1}, media: control, verdict: "residue-found"},
		{Disk: Disk{Name: "dying", Bus: VirtioSCSI, Serial: "SCSI0001", Vendor: "SHOKYO", Model: "SASDISK", BadSectors: []int64{100, 2048, 2049, 8191}},
			media: ciphertext(4, 6), verdict: "inconclusive", unreadable: []span{{100 * 512, 512}, {2048 * 512, 1024}, {8191 * 512, 512}}, errno: "EIO"},
		{Disk: Disk{Name: "other", Bus: USB, Serial: "OTHER001", Model: "QEMU HARDDISK", Removable: true},
			media: func(t *testing.T) source { return otherStick{t} }, verdict: "residue-found"},
	}
}

// TestStickBoots is the whole way: the image that is built boots by UEFI from a
// USB stick, examines four disks with nobody there and switches the computer off.
// Then the reports are looked at, as at another computer.
func TestStickBoots(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the image and boots it in software emulation: a minute")
	}
	built := makeImage(t)
	manifest := filepath.Join(built, "manifest.json")
	b := newBench(t, Computer{Firmware: UEFI, TPM: true}, filepath.Join(built, "shokyo-usb.img"), benchDrives()...)
	putOnStick(t, b.stick(), map[string][]byte{"/job.toml": []byte(jobAll)})
	s, evidence := b.examine(t, Cue{Text: "shokyo-init: "}, Cue{Text: "started from a stick that was not used before\r\n"})
	t.Logf("%.1f s to the first line of shokyo-init, %.1f s to the end", s.Seen[0].Seconds(), s.Took.Seconds())
	for _, d := range b.list[:len(b.list)-1] {
		t.Run(d.Name, func(t *testing.T) {
			at := bundle(t, evidence, d.Serial)
			b.wantReport(t, d, at, jobAll)
			b.wantVerified(t, 0, thisImage+" (secure-boot-off)", at, "--manifest", manifest)
		})
	}
	t.Run("changed image", func(t *testing.T) { b.otherImages(t, built, bundle(t, evidence, "AHCI0001")) })
	t.Run("replayed quote", func(t *testing.T) { b.replay(t, evidence, "NVME0001", "AHCI0001") })
}

// otherImages holds the report against manifests of images that differ in one
// thing. The first differs in nothing: what was taken apart is put together again.
func (b *bench) otherImages(t *testing.T, built, bundle string) {
	same := takeApart(t, filepath.Join(built, "shokyo.efi"))
	b.wantVerified(t, 0, "made by exactly this image", bundle, "--manifest", writeManifest(t, same))
	for _, c := range changes() {
		t.Run(c.name, func(t *testing.T) {
			other := same
			c.do(t, &other)
			manifest := writeManifest(t, other)
			for _, pcr := range c.pcrs {
				b.wantVerified(t, 3, pcr+" (", bundle, "--manifest", manifest)
			}
		})
	}
}

// takeApart gives what a unified kernel image was made of.
func takeApart(t testing.TB, path string) (u uki.Kernel) {
	t.Helper()
	f, err := pe.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	section := func(name string) []byte {
		s := f.Section(name)
		if s == nil {
			t.Fatalf("%s has no section %s", path, name)
		}
		b, err := s.Data()
		if err != nil {
			t.Fatal(err)
		}
		return b[:s.VirtualSize] // the rest fills a sector
	}
	u.OSRelease, u.CommandLine, u.Release = string(section(".osrel")), string(section(".cmdline")), string(section(".uname"))
	u.Initrd, u.Linux = section(".initrd"), section(".linux")
	if u.Stub, err = os.ReadFile("/usr/lib/systemd/boot/efi/linuxx64.efi.stub"); err != nil {
		t.Fatalf("%v: run scripts/install-test-tools", err)
	}
	return u
}

// replay: a quote that was made for one report does not do for another, neither in
// its bundle, whose files are counted, nor by itself.
func (b *bench) replay(t *testing.T, evidence, from, to string) {
	mixed := filepath.Join(t.TempDir(), "mixed")
	if err := os.CopyFS(mixed, os.DirFS(bundle(t, evidence, to))); err != nil {
		t.Fatal(err)
	}
	quote := readAll(t, filepath.Join(bundle(t, evidence, from), "attestation.json"))
	name := filepath.Join(mixed, "attestation.json")
	own, err := attest.Decode(readAll(t, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, quote, 0o600); err != nil {
		t.Fatal(err)
	}
	b.wantVerified(t, 3, "attestation.json", mixed)
	other, err := attest.Decode(quote)
	if err != nil {
		t.Fatal(err)
	}
	report := sumOf(t, filepath.Join(mixed, "report.json"))
	if _, err := attest.Verify(own, report, nil); err != nil {
		t.Error(err)
	}
	if _, err := attest.Verify(other, report, nil); err == nil || !strings.Contains(err.Error(), "made for another report") {
		t.Errorf("the quote of %s for the report on %s: %v", from, to, err)
	}
}
