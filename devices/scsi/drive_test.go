package scsi

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/scsi/cdb"
	"shokyo.dev/shokyo/words"
)

func TestCollectSAS520(t *testing.T) {
	r := openReplay(t, "sas-520")
	d := Collect(r)
	if d.State != cdb.Ready || d.Sense != nil {
		t.Errorf("state %v, %v", d.State, d.Sense)
	}
	if q := d.Inquiry; q.Vendor != "MAKER" || q.Product != "ARRAYDISK 600G" || q.Revision != "NA01" || !q.Protect || q.Removable || q.Kind() != "disk" {
		t.Errorf("inquiry %+v", q)
	}
	if *d.Serial != "S0M1ABCD0000K123" || d.Identification.NAA() != "5000c50012345678" || d.Identification.EUI() != "" || len(*d.Identification) != 4 {
		t.Errorf("serial %q, designators %v", *d.Serial, *d.Identification)
	}
	c := d.Capacity
	if c.Blocks != 1172123568 || c.BlockBytes != 520 || c.Bytes() != 1172123568*520 || c.Protected != answer.No || c.Provisioned != answer.No || c.PerPhysical != 1 {
		t.Errorf("capacity %+v", c)
	}
	if ch := d.Characteristics; ch.Rotation != 10000 || ch.Rotates() != answer.Yes || ch.AfterCryptoErase != WriteRequired || ch.AfterBlockErase != NotSpecified ||
		!ch.AfterCryptoErase.ByDesign() || ch.AfterBlockErase.ByDesign() || ch.Form() != "2.5 inch" {
		t.Errorf("characteristics %+v", ch)
	}
	if d.Control.WriteProtected != answer.No || d.Control.SoftwareWP != answer.No || d.Control.BlockBytes != 520 || d.Control.Blocks != 1172123568 {
		t.Errorf("control %+v", d.Control)
	}
	if d.Writes.Processed != (Count{0x123456789abc, true}) || d.Reads.Uncorrected != (Count{7, true}) || d.NonMedium.Value != 42 {
		t.Errorf("counters %+v %+v %+v", d.Writes, d.Reads, d.NonMedium)
	}
	if d.Heat.Current.Value != 34 || d.StartStop.Made != "2019 week 07" || d.StartStop.Cycles.Value != 321 || d.StartStop.Loads.Value != 4321 {
		t.Errorf("temperature %+v, start-stop %+v", d.Heat, d.StartStop)
	}
	if *d.Scan != (BackgroundScan{PowerOnMinutes: 1234567, Status: 1, Scans: 88, Done: 0x8000}) || d.FailurePredicted() != answer.No {
		t.Errorf("scan %+v, exceptions %+v", d.Scan, d.Exceptions)
	}
	if *d.PrimaryDefects != (DefectList{3210, 4}) || *d.GrownDefects != (DefectList{5, 4}) {
		t.Errorf("defects %+v %+v", d.PrimaryDefects, d.GrownDefects)
	}
	if d.CanSanitize(cdb.SanitizeOverwrite) != answer.Yes || d.CanSanitize(cdb.SanitizeBlock) != answer.No || d.CanSanitize(cdb.SanitizeCrypto) != answer.Yes {
		t.Errorf("sanitize %v", d.Sanitize)
	}
	if !bytes.Equal(d.Protocols, []byte{0, 1, 0x20}) || len(d.Discovery) != 48 || len(d.LUNs) != 1 {
		t.Errorf("protocols %x, discovery %x, luns %x", d.Protocols, d.Discovery, d.LUNs)
	}
	if d.Endurance != nil || !strings.Contains(d.Why("log-11h").EN, "does not list it") || d.ATA != nil || d.Why("vpd-89h").EN == "" {
		t.Errorf("missing %v", d.Missing)
	}
	if r.hasAsked("log-11h") || r.hasAsked("vpd-89h") || r.hasAsked("mode-sense-6-0ah") || r.hasAsked("defects-10-grown") {
		t.Errorf("asked %v", r.asked)
	}
}

func TestCollectProtectionType2(t *testing.T) {
	r := openReplay(t, "sas-protection-type-2")
	r.pages["test-unit-ready"] = answered{}
	r.pending = []byte{0x70, 0, 6, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x29, 0, 0, 0, 0, 0}
	d := Collect(r)
	if d.State != cdb.Ready {
		t.Errorf("a unit attention that is reported once leaves it %v: %v", d.State, d.Missing)
	}
	want := Capacity{Blocks: 781422768, BlockBytes: 512, PerPhysical: 8, Protected: answer.Yes, ProtectionType: 2, Provisioned: answer.Yes, UnmappedZeros: answer.Yes}
	if *d.Capacity != want || d.Capacity.PhysicalBytes() != 4096 {
		t.Errorf("capacity %+v", d.Capacity)
	}
	if p := d.Provisioning; p.Reads != UnmappedZeros || p.Type != 2 || !p.Unmap || d.Limits.MaxUnmap != 0xffffffff || d.Limits.MaxTransfer != 0x10000 {
		t.Errorf("provisioning %+v, limits %+v", p, d.Limits)
	}
	if d.Characteristics.Rotates() != answer.No || *d.Endurance != 17 || d.FailurePredicted() != answer.Yes || d.Control.WriteProtected != answer.Yes || d.Control.SoftwareWP != answer.Yes {
		t.Errorf("%+v, %v %%, %+v, %+v", d.Characteristics, *d.Endurance, d.Exceptions, d.Control)
	}
	if *d.PrimaryDefects != (DefectList{0, 0}) || *d.GrownDefects != (DefectList{3, 0}) || d.Why("defects-12-grown").EN == "" {
		t.Errorf("defects %+v %+v", d.PrimaryDefects, d.GrownDefects)
	}
	if len(d.LUNs) != 2 || d.LUNs[1] != 1<<48 {
		t.Errorf("logical units %x", d.LUNs)
	}
	if d.CanSanitize(cdb.SanitizeCrypto) != answer.Yes || d.CanSanitize(cdb.SanitizeExit) != answer.Unknown || d.Why("sanitize-supported-1fh").EN == "" {
		t.Errorf("sanitize %v, %v", d.Sanitize, d.Missing)
	}
}

// TestUnitAttentionForever: a device that reports it for every command is not
// asked for ever.
func TestUnitAttentionForever(t *testing.T) {
	r := openReplay(t, "sas-protection-type-2")
	d := Collect(r)
	asked := 0
	for _, name := range r.asked {
		if name == "test-unit-ready" {
			asked++
		}
	}
	if asked != 4 || d.State != cdb.ConditionUnknown || !strings.Contains(d.Why("test-unit-ready").EN, "unit attention") {
		t.Errorf("asked %d times, state %v, %q", asked, d.State, d.Why("test-unit-ready").EN)
	}
}

func TestCollectSanitizing(t *testing.T) {
	d := Collect(openReplay(t, "sas-sanitizing"))
	if d.State != cdb.Sanitizing || d.Sense == nil || !d.Sense.ProgressKnown || d.Sense.Progress != 0x4000 {
		t.Errorf("state %v, %v", d.State, d.Sense)
	}
	if why := d.Why("defects-12-grown").EN; !strings.Contains(why, "sanitize in progress") || !strings.Contains(why, "25 % done") {
		t.Errorf("why: %q", why)
	}
	if d.Capacity == nil || d.Characteristics == nil || d.Serial == nil || d.Control == nil || d.CanSanitize(cdb.SanitizeOverwrite) != answer.Yes {
		t.Error("what is allowed during sanitize is missing")
	}
	if d.GrownDefects != nil || d.Writes != nil || d.FailurePredicted() != answer.Unknown {
		t.Error("what the drive refused is there")
	}
}

func TestCollectSanitizeFailed(t *testing.T) {
	d := Collect(openReplay(t, "sas-sanitize-failed"))
	if d.State != cdb.SanitizeDied || d.Sense == nil || d.Sense.Code != cdb.SanitizeFailed || d.Sense.Key != cdb.MediumError {
		t.Errorf("state %v, %v", d.State, d.Sense)
	}
	if why := d.Why("test-unit-ready").EN; !strings.Contains(why, "sanitize command failed (31h/03h)") {
		t.Errorf("why: %q", why)
	}
}

func TestCollectUSBBridge(t *testing.T) {
	r := openReplay(t, "usb-bridge-no-vpd")
	d := Collect(r)
	if d.State != cdb.Ready || d.Capacity.Blocks != 61440000 || d.Capacity.Protected != answer.Unknown || d.Capacity.Provisioned != answer.Unknown || d.Capacity.PhysicalBytes() != 0 {
		t.Errorf("state %v, capacity %+v", d.State, d.Capacity)
	}
	want := []string{"test-unit-ready", "request-sense", "inquiry", "vpd-00h", "read-capacity-10"}
	if !reflect.DeepEqual(r.asked, want) {
		t.Errorf("asked %v, want %v", r.asked, want)
	}
	if why := d.Why("vpd-00h").EN; !strings.Contains(why, "not understood") {
		t.Errorf("its INQUIRY data pass for a list of pages: %q", why)
	}
	for _, page := range []string{"vpd-80h", "vpd-b1h", "read-capacity-16", "log-02h", "defects-12-grown", "security-protocols", "security-level-0-discovery"} {
		if !strings.HasPrefix(d.Why(page).EN, "not asked: ") {
			t.Errorf("%s: %q", page, d.Why(page).EN)
		}
	}
	if d.Serial != nil || d.CanSanitize(cdb.SanitizeOverwrite) != answer.Unknown {
		t.Error("unknown is not unknown")
	}
}

func TestCollectQEMU(t *testing.T) {
	d := Collect(openReplay(t, "qemu-scsi-hd"))
	if d.State != cdb.Ready || *d.Serial != "SCSI0001" || d.Identification.NAA() != "5000c50012345678" || d.Capacity.Provisioned != answer.Yes || d.Capacity.UnmappedZeros != answer.No {
		t.Errorf("%+v", d)
	}
	if d.Characteristics.Rotates() != answer.Unknown || d.Characteristics.Form() != "" || d.Provisioning.Reads != UnmappedVendor {
		t.Errorf("%+v %+v", d.Characteristics, d.Provisioning)
	}
	if why := d.Why("log-00h").EN; why != "the drive does not support it (invalid command operation code)" {
		t.Errorf("why: %q", why)
	}
	if d.Control != nil || d.Why("mode-sense-6-0ah").EN != "the drive does not support it (invalid field in command)" {
		t.Errorf("control %+v: %q", d.Control, d.Why("mode-sense-6-0ah").EN)
	}
}

func TestCollectTape(t *testing.T) {
	r := openReplay(t, "tape")
	d := Collect(r)
	if d.Inquiry.Kind() != "tape" || d.Capacity != nil || len(r.asked) != 3 {
		t.Errorf("%+v, asked %v", d.Inquiry, r.asked)
	}
}

// TestGone: a drive that stops answering is not asked forty more times.
func TestGone(t *testing.T) {
	for _, at := range []string{"test-unit-ready", "vpd-83h", "log-02h"} {
		r := openReplay(t, "sas-520")
		found := false
		for _, name := range everyName() {
			found = found || name == at
			if found {
				r.refuse[name] = errTimeout
			}
		}
		d := Collect(r)
		if n := countFrom(r.asked, at); n != patience {
			t.Errorf("gone at %s: asked %d more commands, %v", at, n, r.asked)
		}
		if d.Why(at).EN != errTimeout.Error() || d.Why("security-level-0-discovery").EN != "not asked: 2 commands before did not come back" {
			t.Errorf("gone at %s: %q, %q", at, d.Why(at).EN, d.Why("security-level-0-discovery").EN)
		}
	}
}

// everyName is what Collect asks of a drive that has it all, in order.
func everyName() []string {
	return strings.Fields(`test-unit-ready request-sense inquiry vpd-00h vpd-80h vpd-83h vpd-89h vpd-b0h vpd-b1h vpd-b2h
		read-capacity-10 read-capacity-16 mode-sense-10-0ah mode-sense-6-0ah log-00h log-02h log-03h log-05h log-06h log-0dh log-0eh log-11h
		log-15h log-2fh defects-12-primary defects-10-primary defects-12-grown defects-10-grown sanitize-supported-01h sanitize-supported-02h
		sanitize-supported-03h sanitize-supported-1fh report-luns security-protocols security-level-0-discovery`)
}

func countFrom(asked []string, at string) int {
	for i, name := range asked {
		if name == at {
			return len(asked) - i
		}
	}
	return 0
}

// TestEveryPageIsThereOrMissing: nothing that is on the list vanishes silently.
func TestEveryPageIsThereOrMissing(t *testing.T) {
	for _, drive := range []string{"sas-520", "sas-protection-type-2", "sas-sanitizing", "sas-sanitize-failed", "usb-bridge-no-vpd", "qemu-scsi-hd"} {
		r := openReplay(t, drive)
		d := Collect(r)
		for _, name := range everyName() {
			if !r.hasAsked(name) && d.Why(name).EN == "" && name != "mode-sense-6-0ah" && !strings.HasPrefix(name, "defects-10") {
				t.Errorf("%s: %s was neither asked nor noted as missing", drive, name)
			}
		}
		for _, m := range d.Missing {
			if m.Page == "" || m.Why == (words.Text{}) {
				t.Errorf("%s: missing %+v", drive, m)
			}
		}
	}
}

// TestLongPage: a page of more than 252 bytes is asked for again in full.
func TestLongPage(t *testing.T) {
	r := openReplay(t, "sas-520")
	long := []byte{0, 0x83, 0, 0}
	for range 20 {
		long = append(append(long, 1, 3, 0, 16), make([]byte, 16)...)
	}
	be.PutUint16(long[2:], uint16(len(long)-4))
	r.pages["vpd-83h"] = answered{data: long}
	if d := Collect(r); len(*d.Identification) != 20 {
		t.Errorf("%d designators", len(*d.Identification))
	}
}

// fuzzed is a device that answers every command from one stretch of bytes.
type fuzzed struct {
	left []byte
	most int
}

func (f *fuzzed) Do(command, data []byte) (n int, status []byte, err error) {
	if f.most++; f.most > 300 {
		panic("more than 300 commands")
	}
	kind := f.take(1)[0]
	n = copy(data, f.take(len(data)))
	switch kind % 4 {
	case 1:
		return n, f.take(18), nil
	case 2:
		return n - 300, nil, nil // a transport that counts wrongly
	case 3:
		return n + 300, []byte{}, nil
	}
	return n, nil, nil
}

func (f *fuzzed) take(n int) []byte {
	b := make([]byte, n)
	f.left = f.left[copy(b, f.left):]
	return b
}

func FuzzCollect(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 0, 0x70, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		d := Collect(&fuzzed{left: b})
		for _, m := range d.Missing {
			if m.Page == "" || m.Why == (words.Text{}) {
				t.Errorf("missing %+v", m)
			}
		}
		if c := d.Capacity; c != nil && (c.Bytes() <= 0 || c.BlockBytes == 0) {
			t.Errorf("capacity %+v", c)
		}
	})
}
