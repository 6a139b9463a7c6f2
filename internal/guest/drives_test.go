package guest

import (
	"crypto/sha256"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/disktest/files"
	"shokyo.dev/shokyo/internal/disktest/filesystems"
	"shokyo.dev/shokyo/internal/guest/job"
)

// drive is a disk of the guest and what an examination has to say of it.
type drive struct {
	Disk
	media       func(t *testing.T) source
	verdict     string
	because     string // the codes of the reasons; "": only that of the verdict
	claim       string
	unreadable  []span
	errno       string // of those
	writeBlock  bool   // attached through a write blocker
	notExamined bool
}

// interrupted: these are examined in steps of their own.
func (d drive) interrupted() bool { return d.Name == "pulled" || d.Name == "dropped" }

type source interface{ WriteFile(path string) error }

type span struct{ Start, Length int64 }

// debugDisk is made by the kernel's scsi_debug: zeros, deallocated (LBPRZ), with
// protection information, and the one disk here whose bad sectors (512, 513)
// say MEDIUM ERROR as real ones do. QEMU's say ABORTED COMMAND.
const debugDisk = "scsi_debug dev_size_mb=8 lbpu=1 lbprz=1 dif=1 dix=0 vpd_use_hostno=0 opts=2 medium_error_start=512 medium_error_count=2"

// drives: every way a disk can be attached, and on each bus one with bad sectors.
// Those that go away are long.
func drives() []drive {
	const none, residue, open = "no-residue", "residue-found", "inconclusive"
	return []drive{
		{Disk: Disk{Name: "nvme", Bus: NVMe, Serial: "NVME0001", Model: "QEMU NVMe Ctrl", WWN: 0x0025385b71b0c301, BadSectors: []int64{0, 4095, 4096, 8000}},
			media: ciphertext(4, 1), verdict: open, unreadable: []span{{0, 512}, {4095 * 512, 1024}, {8000 * 512, 512}}, errno: "ENODATA"},
		{Disk: Disk{Name: "nvme4k", Bus: NVMe, Serial: "NVME0001", Model: "QEMU NVMe Ctrl", LogicalBlock: 4096, BadSectors: []int64{1001}},
			media: ciphertext(4, 2), verdict: open, unreadable: []span{{1000 * 512, 4096}}, errno: "ENODATA"},
		{Disk: Disk{Name: "multipath", Bus: NVMe, Serial: "NVME0002", Model: "QEMU NVMe Ctrl"},
			media: ciphertext(4, 3), verdict: open, because: "hidden-capacity"}, // the next one
		{Disk: Disk{Name: "detached", Bus: NVMe, Serial: "NVME0002", Detached: true},
			media: ciphertext(4, 4), notExamined: true},
		{Disk: Disk{Name: "ssd", Bus: AHCI, Serial: "AHCI0001", Model: "SHOKYO SSD", Rotation: 1, WWN: 0x5000c50012345601},
			media: erased, verdict: none, claim: "logical"}, // zeros beside the partition
		{Disk: Disk{Name: "hdd", Bus: AHCI, Serial: "AHCI0002", Model: "SHOKYO HDD", Rotation: 7200, BadSectors: []int64{5001}},
			media: ciphertext(4, 5), verdict: open, unreadable: []span{{5001 * 512, 512}}, errno: "EIO"},
		{Disk: Disk{Name: "sas", Bus: VirtioSCSI, Serial: "SCSI0001", Vendor: "SHOKYO", Model: "SASDISK", WWN: 0x5000c50012345678, BadSectors: []int64{100, 2048, 2049, 8191}},
			media: ciphertext(4, 6), verdict: open, unreadable: []span{{100 * 512, 512}, {2048 * 512, 1024}, {8191 * 512, 512}}, errno: "EIO"},
		{Disk: Disk{Name: "pulled", Bus: VirtioSCSI, Serial: "SCSI0002", Vendor: "SHOKYO", Model: "SASDISK", WWN: 0x5000c50012345679},
			media: long, verdict: none},
		{Disk: Disk{Name: "dropped", Bus: AHCI, Serial: "AHCI0003", Model: "SHOKYO HDD"},
			media: long, verdict: none},
		{Disk: Disk{Name: "debug", Bus: ByModule, Serial: "2000", Model: "scsi_debug"},
			verdict: open, unreadable: []span{{512 * 512, 1024}}, errno: "ENODATA"},
		{Disk: Disk{Name: "usb", Bus: USB, Serial: "USB00001", Model: "QEMU HARDDISK", Removable: true},
			media: control, verdict: residue},
		{Disk: Disk{Name: "uas", Bus: UAS, Serial: "UAS00001", Model: "QEMU HARDDISK", ReadOnly: true},
			media: ciphertext(4, 8), verdict: none, claim: "physical-ciphertext", writeBlock: true},
		{Disk: Disk{Name: "virtio", Bus: VirtioBlk, Serial: "VBLK0001"},
			media: zeros, verdict: none, claim: "logical"},
		{Disk: Disk{Name: "victim", Bus: VirtioBlk, Serial: "VBLK0002"},
			media: ciphertext(4, 9), notExamined: true},
	}
}

func ciphertext(mib int64, seed uint64) func(*testing.T) source {
	return func(*testing.T) source { return disktest.New(mib<<20, seed) }
}

// long has three groups of pages, so that a checkpoint is written long before the
// end. The first one is quickly examined, the others are not.
func long(*testing.T) source {
	m := disktest.New(40<<20, 7)
	m.Fill(0, 16<<20, 0)
	return m
}

func zeros(*testing.T) source {
	m := disktest.New(4<<20, 0)
	m.Fill(0, m.Size(), 0)
	return m
}

// documents is an ext4 file system of small documents.
func documents(t *testing.T) []byte {
	t.Helper()
	var small []files.File
	for _, f := range files.Documents() {
		if len(f.Data) < 20_000 {
			small = append(small, f)
		}
	}
	fs, err := filesystems.Ext4(8<<20, small)
	if err != nil {
		t.Fatal(err)
	}
	return fs
}

// control is the disk that was not erased.
func control(t *testing.T) source { return partitioned(documents(t)) }

// erased is the same under LUKS2, whose key slot was destroyed.
func erased(t *testing.T) source {
	volume, err := filesystems.FormatLUKS2(documents(t), "open sesame", 10)
	if err == nil {
		err = volume.Erase()
	}
	if err != nil {
		t.Fatal(err)
	}
	return partitioned(volume.Image)
}

func partitioned(volume []byte) source {
	const start = 1 << 20
	size := start + int64(len(volume)) + start
	m := disktest.New(size, 11)
	m.Fill(0, size, 0)
	head, tail := filesystems.GPT(size, []filesystems.Part{{Name: "data", Start: start, Length: int64(len(volume))}})
	m.Plant(0, head)
	m.Plant(start, volume)
	m.Plant(size-int64(len(tail)), tail)
	return m
}

// TestDrives boots once and examines every drive with the real program. Each
// subtest judges one thing the guest brought back.
func TestDrives(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a kernel in software emulation: half a minute")
	}
	start := time.Now()
	list, dir := drives(), t.TempDir()
	m := Machine{
		Modules: []string{debugDisk},
		Files: append(Tools(t, "nvme", "hdparm", "sg_inq"),
			Program(t, "shokyo", "./cmd/shokyo"), TestProgram(t, "devices.test", "./devices")),
		Steps: steps(list),
		Keep:  []string{"/tmp/out", "/tmp/pulled", "/tmp/dropped"},
	}
	for i := range list {
		d := &list[i]
		if d.media != nil {
			d.Image = filepath.Join(dir, d.Name+".img")
			if err := d.media(t).WriteFile(d.Image); err != nil {
				t.Fatal(err)
			}
		}
		m.Disks = append(m.Disks, d.Disk)
	}
	before := imageSums(t, list)
	prepared := time.Now()
	r := Boot(t, m)
	t.Logf("prepared in %.1f s, guest %.1f s: modules %.1f s, disks %.1f s, steps %.1f s", prepared.Sub(start).Seconds(),
		r.Took.Seconds(), r.Report.Seconds.Modules, r.Report.Seconds.Disks, r.Report.Seconds.Steps)
	logSteps(t, r)
	keep(t, r)

	t.Run("devices", func(t *testing.T) { checkDevices(t, r, list) })
	t.Run("passthrough", func(t *testing.T) { wantStatus(t, r, "passthrough", 0) })
	t.Run("reports", func(t *testing.T) { checkReports(t, r, list) })
	t.Run("unchanged", func(t *testing.T) { checkUnchanged(t, r, list) })
	t.Run("pulled", func(t *testing.T) { checkAway(t, r, "pulled") })
	t.Run("dropped", func(t *testing.T) { checkAway(t, r, "dropped") })
	t.Run("untouched", func(t *testing.T) { checkUntouched(t, r, list, before, imageSums(t, list)) })
	t.Run("guarded", func(t *testing.T) { checkGuarded(t, r, list) })
	t.Run("reference", func(t *testing.T) { checkReference(t, r) })
}

// steps: look, examine, pull one out and go on with it, then try to write.
func steps(list []drive) []job.Step {
	scan := job.Step{Name: "scan", Argv: []string{"/bin/shokyo", "scan", "--quiet", "--json", "--out", "/tmp/out"}, Seconds: 300}
	var writes []job.Step
	for _, d := range list {
		device := "/dev/{" + d.Name + "}"
		if !d.notExamined && !d.interrupted() {
			scan.Argv = append(scan.Argv, device)
		}
		if !d.Detached {
			writes = append(writes, job.Step{Name: "write " + d.Name, Argv: []string{"/init", "write", device}})
		}
	}
	examine := func(disk string, more ...string) []string {
		return append([]string{"/bin/shokyo", "scan", "/dev/{" + disk + "}", "--json", "--out", "/tmp/" + disk}, more...)
	}
	away := func(how, disk string) []string {
		return append([]string{"/init", how, disk, "/tmp/" + disk}, examine(disk, "--workers", "1", "--checkpoint", "0s")...)
	}
	return slices.Concat([]job.Step{
		{Name: "devices", Argv: []string{"/bin/shokyo", "devices", "--json"}},
		{Name: "passthrough", Argv: []string{"/bin/devices.test", "-test.v", "-test.run", "^TestInGuest"}},
		{Name: "nvme", Argv: []string{"nvme", "id-ctrl", "/dev/{nvme}", "-o", "json"}},
		{Name: "hdparm", Argv: []string{"hdparm", "--verbose", "-I", "/dev/{ssd}"}},
		{Name: "sg_inq", Argv: []string{"sg_inq", "-vvv", "/dev/{sas}"}},
		scan,
		{Name: "pulled", Argv: away("pull", "pulled")},
		{Name: "pulled: back", Argv: []string{"/init", "rescan", "pulled"}},
		{Name: "pulled: resume", Argv: examine("pulled", "--resume")},
		{Name: "dropped", Argv: away("drop", "dropped")},
		{Name: "dropped: back", Argv: []string{"/init", "revive", "dropped"}},
		{Name: "dropped: resume", Argv: examine("dropped", "--resume")},
	}, writes)
}

func logSteps(t *testing.T, r *Results) {
	for _, o := range r.Report.Outcomes {
		t.Logf("%-18s exit status %3d after %5.1f s", o.Name, o.Status, float64(o.Millis)/1000)
	}
}

// keepVariable names a folder of the host that gets everything the guest brought
// back: to look at, or to renew recorded pages in testdata.
const keepVariable = "SHOKYO_GUEST_KEEP"

func keep(t *testing.T, r *Results) {
	t.Helper()
	dir := os.Getenv(keepVariable)
	if dir == "" {
		return
	}
	files := map[string][]byte{"console": []byte(r.Console)}
	maps.Copy(files, r.Files)
	for _, o := range r.Report.Outcomes {
		files[o.Name+".stdout"], files[o.Name+".stderr"] = o.Stdout, o.Stderr
	}
	for name, b := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, b, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
}

// imageSums are the SHA-256 of the images; "" where there is none.
func imageSums(t *testing.T, list []drive) (sums []string) {
	t.Helper()
	for _, d := range list {
		if d.Image == "" {
			sums = append(sums, "")
			continue
		}
		f, err := os.Open(d.Image)
		if err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		if _, err := io.Copy(h, f); err != nil {
			t.Fatal(err)
		}
		f.Close()
		sums = append(sums, string(h.Sum(nil)))
	}
	return sums
}
