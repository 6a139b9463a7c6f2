package guest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/golden"
	"shokyo.dev/shokyo/internal/guest/job"
)

// wantStatus returns the outcome of a step that must have ended so.
func wantStatus(t *testing.T, r *Results, step string, status int) job.Outcome {
	t.Helper()
	o, err := r.Step(step)
	if err != nil {
		t.Fatal(err)
	}
	if o.Status != status {
		t.Errorf("%q ended with status %d, want %d %s\n%s\n%s", o.Argv, o.Status, status, o.Error, o.Stdout, o.Stderr)
	}
	return o
}

// row is what these tests read of a medium in `shokyo devices --json`.
type row struct {
	Path, Bus, Serial string
	SizeBytes         int64 `json:"size_bytes"`
	LogicalBlockBytes int   `json:"logical_block_bytes"`
	ReadOnly          *bool `json:"read_only"`
	Removable         *bool
	HiddenCapacity    struct {
		State string
		Bytes int64
	} `json:"hidden_capacity"`
}

// checkDevices: every drive that has a block device is listed, as what it is,
// and nothing else but the scratch disk is.
func checkDevices(t *testing.T, r *Results, list []drive) {
	o := wantStatus(t, r, "devices", 0)
	var listed struct{ Devices []row }
	if err := json.Unmarshal(o.Stdout, &listed); err != nil {
		t.Fatal(err)
	}
	rows := make(map[string]row)
	for _, d := range listed.Devices {
		rows[d.Path] = d
	}
	expected := 1
	for _, d := range list {
		if !d.Detached {
			expected++
			path := "/dev/" + kernelName(t, r, d.Name)
			d.checkRow(t, path, rows[path])
		}
	}
	if len(rows) != expected {
		t.Errorf("%d devices listed, want %d: %+v", len(rows), expected, listed.Devices)
	}
}

func (d drive) checkRow(t *testing.T, path string, got row) {
	t.Helper()
	bus := map[Bus]string{NVMe: "nvme", AHCI: "ata", VirtioSCSI: "scsi", ByModule: "scsi", USB: "usb", UAS: "usb", VirtioBlk: "virtio"}[d.Bus]
	if got.Bus != bus || got.Serial != d.Serial || got.LogicalBlockBytes != max(d.LogicalBlock, 512) {
		t.Errorf("%s (%s): %+v", path, d.Name, got)
	}
	if got.ReadOnly == nil || *got.ReadOnly != d.writeBlock || got.Removable == nil || *got.Removable != d.Removable {
		t.Errorf("%s (%s): read-only or removable: %+v", path, d.Name, got)
	}
	if size := d.imageSize(t); size > 0 && got.SizeBytes != size {
		t.Errorf("%s (%s): %d bytes, want %d", path, d.Name, got.SizeBytes, size)
	}
	hidden := map[string]string{"nvme": "none", "ata": "none", "nvme hidden-capacity": "hidden"}[strings.TrimSpace(bus+" "+d.because)]
	if hidden != "" && got.HiddenCapacity.State != hidden {
		t.Errorf("%s (%s): hidden capacity: %+v, want %s", path, d.Name, got.HiddenCapacity, hidden)
	}
}

// imageSize is 0 for a disk that has no image.
func (d drive) imageSize(t *testing.T) int64 {
	t.Helper()
	if d.Image == "" {
		return 0
	}
	st, err := os.Stat(d.Image)
	if err != nil {
		t.Fatal(err)
	}
	return st.Size()
}

func kernelName(t *testing.T, r *Results, disk string) string {
	t.Helper()
	s, err := r.Disk(disk)
	if err != nil {
		t.Fatal(err)
	}
	return s.Kernel
}

// document is what these tests read of a report.
type document struct {
	Verdict string
	Claim   string
	Reasons []struct{ Code, Text string }
	Medium  struct {
		SizeBytes         int64 `json:"size_bytes"`
		LogicalBlockBytes int   `json:"logical_block_bytes"`
		Model, Serial     string
		ReadOnlyFlag      *bool      `json:"read_only_flag"`
		WriteGuard        writeGuard `json:"write_guard"`
	}
	Regions []struct {
		Start, Length int64
		Class, Reason string
	}
	Interruptions []json.RawMessage
}

type writeGuard struct{ Untouched *bool }

func readReport(t *testing.T, r *Results, path string) (d document) {
	t.Helper()
	b, ok := r.Files[path]
	if !ok {
		t.Fatalf("the guest has no %s", path)
	}
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// checkUnchanged holds the reports of the drives to what they were, under names that do not
// depend on which drive the kernel finds first. Those that went away meanwhile are left
// out: when they did decides what their reports say.
func checkUnchanged(t *testing.T, r *Results, list []drive) {
	run := map[string][]byte{}
	var names []string
	for _, d := range list {
		if !d.Detached {
			names = append(names, kernelName(t, r, d.Name), "{"+d.Name+"}")
		}
	}
	named := strings.NewReplacer(names...)
	for _, d := range list {
		if d.notExamined || d.interrupted() {
			continue
		}
		folder := "/tmp/out/" + kernelName(t, r, d.Name) + "/"
		for path, b := range r.Files {
			// What was signed are the names that the kernel gave.
			if name, ok := strings.CutPrefix(path, folder); ok && !strings.HasSuffix(name, ".dsse.json") {
				run["drives/"+d.Name+"/"+name] = []byte(named.Replace(string(b)))
			}
		}
	}
	golden.Compare(t, "drives", run)
}

func checkReports(t *testing.T, r *Results, list []drive) {
	wantStatus(t, r, "scan", 3) // the control has residue
	for _, d := range list {
		if d.notExamined || d.interrupted() {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			doc := readReport(t, r, "/tmp/out/"+kernelName(t, r, d.Name)+"/report.json")
			d.checkVerdict(t, doc)
			d.checkFacts(t, doc)
		})
	}
}

// checkVerdict: the verdict, and exactly the planted sectors unreadable.
func (d drive) checkVerdict(t *testing.T, doc document) {
	t.Helper()
	because := cmp.Or(d.because, map[string]string{"no-residue": "no-residue", "residue-found": "residue", "inconclusive": "unreadable"}[d.verdict])
	var codes []string
	for _, r := range doc.Reasons {
		codes = append(codes, r.Code)
	}
	if doc.Verdict != d.verdict || strings.Join(codes, " ") != because {
		t.Errorf("%s %v; want %s because of %s", doc.Verdict, doc.Reasons, d.verdict, because)
	}
	if d.claim != "" && doc.Claim != d.claim {
		t.Errorf("claim %s, want %s", doc.Claim, d.claim)
	}
	var bad []span
	for _, region := range doc.Regions {
		switch {
		case region.Class == "unread":
			t.Errorf("unread: %+v", region)
		case region.Class == "unreadable":
			bad = append(bad, span{region.Start, region.Length})
			if region.Reason != d.errno {
				t.Errorf("at %d: reason %s, want %s", region.Start, region.Reason, d.errno)
			}
		}
	}
	if !slices.Equal(bad, d.unreadable) {
		t.Errorf("unreadable %v, planted %v", bad, d.unreadable)
	}
}

// checkFacts: what the report says of the drive is what the drive was made to
// say, and that nothing was written.
func (d drive) checkFacts(t *testing.T, doc document) {
	t.Helper()
	m := doc.Medium
	block := max(d.LogicalBlock, 512)
	if m.LogicalBlockBytes != block || !strings.Contains(m.Model, d.Model) {
		t.Errorf("model %q, logical block %d; want %q, %d", m.Model, m.LogicalBlockBytes, d.Model, block)
	}
	if m.Serial != d.Serial {
		t.Errorf("serial number %q, want %q", m.Serial, d.Serial)
	}
	if size := d.imageSize(t); size > 0 && m.SizeBytes != size {
		t.Errorf("%d bytes, want %d", m.SizeBytes, size)
	}
	if !yes(m.ReadOnlyFlag) || !yes(m.WriteGuard.Untouched) {
		t.Error("the report does not say that the drive was read-only and that nothing was written")
	}
}

func yes(b *bool) bool { return b != nil && *b }

// checkAway: a drive that goes away costs nothing. The program says so and keeps
// its checkpoint; when the drive is back the examination goes on.
func checkAway(t *testing.T, r *Results, disk string) {
	o := wantStatus(t, r, disk, 1)
	if !strings.Contains(string(o.Stderr), "--resume") {
		t.Errorf("it is not said how to go on:\n%s", o.Stderr)
	}
	wantStatus(t, r, disk+": back", 0)
	wantStatus(t, r, disk+": resume", 0)
	doc := readReport(t, r, "/tmp/"+disk+"/"+kernelName(t, r, disk)+"/report.json")
	if doc.Verdict != "no-residue" || len(doc.Interruptions) != 1 {
		t.Errorf("%s %v after %d interruptions", doc.Verdict, doc.Reasons, len(doc.Interruptions))
	}
}

// checkUntouched: the bytes, as the host has them, and the kernel's counters.
func checkUntouched(t *testing.T, r *Results, list []drive, before, after []string) {
	for i, d := range list {
		switch {
		case d.Name == "victim":
			if before[i] == after[i] {
				t.Error("the attempts to write do not even change a disk that nobody protects")
			}
		case before[i] != after[i]:
			t.Errorf("%s: the image was changed", d.Name)
		}
		if d.notExamined {
			continue
		}
		s, err := r.Disk(d.Name)
		if err != nil {
			t.Fatal(err)
		}
		if s.Before.Writes == "" || s.Before.Writes != s.After.Writes {
			t.Errorf("%s: writes %q before, %q after", d.Name, s.Before.Writes, s.After.Writes)
		}
		if was := s.Before.ReadOnly == "1"; was != d.writeBlock || s.After.ReadOnly != "1" {
			t.Errorf("%s: read-only flag %q before, %q after", d.Name, s.Before.ReadOnly, s.After.ReadOnly)
		}
	}
}

// checkGuarded: on an examined drive every way to write is refused; the same
// attempts succeed on the disk that was not examined.
func checkGuarded(t *testing.T, r *Results, list []drive) {
	for _, d := range list {
		if d.Detached {
			continue
		}
		o := wantStatus(t, r, "write "+d.Name, 0)
		lines := strings.Split(strings.TrimSpace(string(o.Stdout)), "\n")
		for _, line := range lines {
			how, outcome, _ := strings.Cut(line, " ")
			if !slices.Contains(wantOutcomes(d, how), outcome) {
				t.Errorf("%s: %s: %s, want one of %v", d.Name, how, outcome, wantOutcomes(d, how))
			}
		}
		if want := map[bool]int{false: 7, true: 1}[d.writeBlock]; len(lines) != want {
			t.Errorf("%s: %d attempts, want %d:\n%s", d.Name, len(lines), want, o.Stdout)
		}
	}
}

// wantOutcomes: some drives know no discard, and then the kernel says that first.
func wantOutcomes(d drive, how string) []string {
	switch {
	case d.Name == "victim" && how == "secure-discard":
		return []string{"ENOTSUP"}
	case d.Name == "victim":
		return []string{"written"}
	case how == "open-for-writing":
		return []string{"EROFS", "EACCES"}
	case how == "write-direct", how == "write-buffered", how == "zero-out":
		return []string{"EPERM"}
	case how == "map-shared":
		return []string{"EINVAL"}
	}
	return []string{"EPERM", "ENOTSUP"}
}

// checkReference: the drives are what the test takes them for, by the word of
// other people's programs.
func checkReference(t *testing.T, r *Results) {
	for step, want := range map[string]string{"nvme": "NVME0001", "hdparm": "AHCI0001", "sg_inq": "SCSI0001"} {
		if o := wantStatus(t, r, step, 0); !bytes.Contains(o.Stdout, []byte(want)) {
			t.Errorf("%s does not name %s:\n%s", step, want, o.Stdout)
		}
	}
}
