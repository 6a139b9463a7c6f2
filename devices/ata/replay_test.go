package ata

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/ata/taskfile"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// replay answers with what a drive answered once; a command that is not in the
// recording panics.
type replay []exchange

type exchange struct {
	name          string
	command       []byte
	status, bytes []byte
}

func recording(t *testing.T, file string) (r replay) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Fields(line)
		if len(f) != 4 {
			t.Fatalf("%s: %d fields", file, len(f))
		}
		e := exchange{name: f[0], command: unhex(t, f[1])}
		if f[2] != "-" {
			e.status = unhex(t, f[2])
		}
		if f[3] != "-" {
			e.bytes = unhex(t, f[3])
		}
		r = append(r, e)
	}
	return r
}

func (r replay) Do(command, data []byte) (int, []byte, error) {
	for _, e := range r {
		if bytes.Equal(e.command, command) {
			return copy(data, e.bytes), e.status, nil
		}
	}
	panic(fmt.Sprintf("% x was not recorded", command))
}

func (r replay) answer(t *testing.T, name string) (*taskfile.Registers, words.Text) {
	t.Helper()
	for _, e := range r {
		if e.name == name {
			return taskfile.Judge(e.status)
		}
	}
	t.Fatalf("%s was not recorded", name)
	return nil, words.Text{}
}

func TestReplayQEMU(t *testing.T) {
	r := recording(t, "qemu-harddisk.txt")
	for _, e := range r {
		if name, err := taskfile.Permit(e.command); err != nil || name != e.name {
			t.Errorf("Permit(% x) = %q, %v; recorded as %s", e.command, name, err, e.name)
		}
	}
	d := Collect(r)
	id := d.Identify
	if id == nil {
		t.Fatal(d.Missing)
	}
	if id.Model != "QEMU HARDDISK" || id.Serial != "SSD0001" || id.WWN != 0x5000c50012345678 || id.SolidState != answer.Yes || id.PhysicalBytes != 4096 || id.Sectors != 65536 || id.Version() != "ATA/ATAPI-7" {
		t.Errorf("%+v", id)
	}
	// QEMU's word 48 is 0001h in its old meaning; its words 69 and 169 are real.
	if id.TrustedComputing != answer.No || id.TRIM != answer.Yes || id.DRAT != answer.Yes || id.RZAT != answer.No || id.Checksum != answer.Unknown {
		t.Errorf("%+v", id)
	}
	if h := d.Hidden(65536); h.Answer != answer.No {
		t.Errorf("hidden: %+v", h)
	}
	if h := d.Hidden(65000); h.Answer != answer.Yes || h.Sectors != 536 {
		t.Errorf("hidden from a smaller size: %+v", h)
	}
	if d.SMARTStatus == nil || d.SMARTStatus.Exceeded != answer.No || d.PowerMode == nil || *d.PowerMode != 0xff {
		t.Errorf("SMART %+v, power mode %v", d.SMARTStatus, d.PowerMode)
	}
	if a, ok := d.SMART.Attribute(190); !ok || a.Value != 69 || a.Raw != 0x1f1f001f {
		t.Errorf("attribute 190: %+v, %v", a, ok)
	}
	if !slices.Contains(d.Thresholds.entries, threshold{5, 36}) {
		t.Errorf("thresholds %v, 36 of attribute 5 is not among them", d.Thresholds.entries)
	}
}

// Collect does not ask QEMU for these, its IDENTIFY data do not claim them. They
// show how Linux returns registers: success by descriptor, refusals its own way.
func TestReplayRegisters(t *testing.T) {
	r := recording(t, "qemu-harddisk.txt")
	for name, parse := range map[string]func(*taskfile.Registers) (uint64, error){taskfile.PageNativeMax: parseNativeMax28, taskfile.PageNativeMaxExt: parseNativeMax48} {
		registers, why := r.answer(t, name)
		if why != (words.Text{}) {
			t.Fatalf("%s: %s", name, why)
		}
		if n, err := parse(registers); err != nil || n != 65536 {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
	for _, name := range []string{taskfile.PageAccessibleMax, taskfile.PageSanitize, taskfile.PageDCO, taskfile.PageLogDirectory} {
		registers, why := r.answer(t, name)
		if registers == nil || registers.Error != taskfile.ErrorABRT || why != drive.ATAAbort {
			t.Errorf("%s: %+v, %q", name, registers, why)
		}
	}
}

func TestReplaySCSIDisk(t *testing.T) {
	d := Collect(recording(t, "qemu-scsi-hd.txt"))
	want := "the bridge or controller does not pass ATA commands (Invalid Command Operation Code)"
	if d.Identify != nil || len(d.Missing) != 1 || d.Why(taskfile.PageIdentify).EN != want {
		t.Errorf("%+v", d)
	}
}
