package ata

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/ata/taskfile"
	"shokyo.dev/shokyo/words"
)

func TestCollectPlainDisk(t *testing.T) {
	fake := newDrive(plainHDD())
	d := collect(t, fake)
	if len(d.Missing) != 0 {
		t.Errorf("missing: %v", d.Missing)
	}
	want := "identify-device read-native-max-ext get-native-max-ext dco-identify check-power-mode sanitize-status-ext " +
		"smart-return-status smart-read-data smart-read-thresholds log-00h-directory " +
		"log-04h-00h log-04h-01h log-04h-03h log-04h-04h log-04h-06h log-04h-07h log-30h-00h log-30h-02h"
	if got := strings.Join(fake.asked, " "); got != want {
		t.Errorf("asked\n%s\nwant\n%s", got, want)
	}
	v := reflect.ValueOf(*d)
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Pointer && f.IsNil() {
			t.Errorf("%s did not come", v.Type().Field(i).Name)
		}
	}
	for what, got := range map[string]string{
		"model":      d.Identify.Model,
		"power":      fmt.Sprintf("%02x", *d.PowerMode),
		"native":     fmt.Sprint(*d.NativeMax == tib1, *d.AccessibleMax == tib1, d.DCO.Sectors == tib1, d.Capacity.Sectors == tib1),
		"sanitize":   d.Sanitize.State.String(),
		"smart":      d.SMARTStatus.Exceeded.String(),
		"written":    fmt.Sprintf("%x", d.General.SectorsWritten.Value),
		"commands":   fmt.Sprint(d.General.WriteCommands.Supported, d.General.WriteCommands.Valid),
		"read":       fmt.Sprint(d.General.SectorsRead.Supported, d.General.SectorsRead.Valid),
		"reallocate": fmt.Sprint(d.Rotating.Reallocated.Value),
		"errors":     fmt.Sprint(d.Errors.Uncorrectable.Value),
		"crc":        fmt.Sprint(d.Interface.CRCErrors.Value),
		"used":       fmt.Sprint(d.SolidState.PercentUsed.Value, d.SolidState.PercentUsed.Normalized),
	} {
		want := map[string]string{
			"model": "SHOKYO SPEC HDD", "power": "ff", "native": "true true true true",
			"sanitize": "no-failure", "smart": "no", "written": "123456789abc",
			"commands": "yes false", "read": "no false",
			"reallocate": "8", "errors": "2", "crc": "3", "used": "101 true",
		}[what]
		if got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
}

// Whatever fails, the page is missing with a reason, never there and empty.
func TestCollectReasons(t *testing.T) {
	for name, test := range map[string]struct {
		drive func() *fakeDrive
		page  string
		why   string
	}{
		"bridge refuses 85h and A1h": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.translator.refuse16, d.translator.refuse12 = true, true
			return d
		}, taskfile.PageIdentify, "does not pass ATA commands (Invalid Command Operation Code)"},
		"bridge refuses, other page": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.translator.refuse16, d.translator.refuse12 = true, true
			return d
		}, taskfile.PageSanitize, "not asked: the drive gave no IDENTIFY DEVICE data"},
		"bridge passes only A1h": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.translator.refuse16 = true
			return d
		}, taskfile.PageSanitize, "not asked: the bridge passes only ATA PASS-THROUGH(12)"},
		"no registers": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.translator.noRegisters = true
			return d
		}, taskfile.PageSanitize, "no registers came back"},
		"zero registers": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.translator.zeroRegisters = true
			return d
		}, taskfile.PageNativeMaxExt, "registers that came back are not the drive's (STATUS 00h)"},
		"zero registers, power mode": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.translator.zeroRegisters = true
			return d
		}, taskfile.PagePowerMode, "registers that came back are not the drive's (STATUS 00h)"},
		"zero registers, SMART": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.translator.zeroRegisters = true
			return d
		}, taskfile.PageSMARTStatus, "registers that came back are not the drive's (STATUS 00h)"},
		"fixed format cannot hold a native maximum": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.translator.fixed = true
			return d
		}, taskfile.PageNativeMaxExt, "only the lower half of the registers came back"},
		"fixed format cannot hold a sanitize status": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.translator.fixed = true
			return d
		}, taskfile.PageSanitize, "only the lower half of the registers came back"},
		"short pages": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.translator.short = 1
			return d
		}, taskfile.PageIdentify, "only 511 of 512 bytes came"},
		"a drive that hangs": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.translator.err = errTimeout
			return d
		}, taskfile.PageIdentify, "timed out"},
		"HPA aborted": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.native = 0
			return d
		}, taskfile.PageNativeMaxExt, "the drive aborted the command (ABRT)"},
		"DCO frozen": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.dco = nil
			return d
		}, taskfile.PageDCO, "the drive aborted the command (ABRT)"},
		"DCO of zeros": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.dco = make([]byte, 512)
			return d
		}, taskfile.PageDCO, "DCO data fail their checksum"},
		"no sanitize": {func() *fakeDrive { return newDrive(plainHDD().with(words16{59: 0})) },
			taskfile.PageSanitize, "not asked: IDENTIFY word 59 says no sanitize"},
		"no HPA": {func() *fakeDrive { return newDrive(plainSSD()) },
			taskfile.PageNativeMaxExt, "not asked: IDENTIFY word 82 says no host protected area"},
		"words not valid": {func() *fakeDrive { return newDrive(plainHDD().with(words16{83: 0})) },
			taskfile.PageDCO, "not asked: IDENTIFY word 83 is not valid, configuration overlay unknown"},
		"SMART switched off": {func() *fakeDrive { return newDrive(plainHDD().with(words16{85: 0x0402})) },
			taskfile.PageSMARTData, "not asked: IDENTIFY word 85 says no SMART switched on"},
		"checksum wrong": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.identify[60]++
			return d
		}, taskfile.PageSanitize, "not asked: IDENTIFY word 59 is not valid, sanitize unknown"},
		"no statistics log": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.logs[[2]byte{0, 0}] = words16{0: 1, 0x30: 9}.bare()
			return d
		}, "log-04h-00h", "not asked: the log directory has no log 04h"},
		"no endurance page": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.logs[[2]byte{4, 0}] = pageList(0, 0, 1)
			return d
		}, "log-04h-07h", "not asked: the log has no page 07h"},
		"wrong statistics page": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.logs[[2]byte{4, 1}] = statistics(7, 1<<63)
			return d
		}, "log-04h-01h", "log page 07h came instead of 01h"},
		"sanitize aborted without a reason": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.sanitizeAt = 0x99
			return d
		}, taskfile.PageSanitize, "gives no reason (99h)"},
		"SMART checksum": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.smart[511]++
			return d
		}, taskfile.PageSMARTData, "SMART data fail their checksum"},
	} {
		t.Run(name, func(t *testing.T) {
			d := collect(t, test.drive())
			if why := d.Why(test.page).EN; !strings.Contains(why, test.why) {
				t.Errorf("why no %s: %q, want %q", test.page, why, test.why)
			}
			for _, m := range d.Missing {
				if m.Why == (words.Text{}) {
					t.Errorf("%s is missing without a reason", m.Page)
				}
			}
		})
	}
}

func TestCollectShortCarrier(t *testing.T) {
	fake := newDrive(plainHDD())
	fake.translator.refuse16 = true
	fake.native = 1<<28 - 2 // the largest that F8h can tell
	d := collect(t, fake)
	if d.Identify == nil || d.SMART == nil || d.DCO == nil || d.SMARTStatus == nil {
		t.Fatalf("28-bit commands did not get through: %v", d.Missing)
	}
	if d.NativeMax == nil || *d.NativeMax != 1<<28-1 {
		t.Errorf("native maximum: %v, %s", d.NativeMax, d.Why(taskfile.PageNativeMax).EN)
	}
	fake.native = tib1Max
	if d := collect(t, fake); d.NativeMax != nil || d.Why(taskfile.PageNativeMax).EN != "the address does not fit into 28 bits" {
		t.Errorf("saturated native maximum: %v, %q", d.NativeMax, d.Why(taskfile.PageNativeMax).EN)
	}
}

// A hanging drive costs two time-outs, not one for each command.
func TestCollectGivesUp(t *testing.T) {
	fake := newDrive(plainHDD())
	d := Collect(&hangsAfter{fakeDrive: fake, n: 3})
	if len(fake.asked) != 3 || d.DCO != nil {
		t.Fatalf("asked %v", fake.asked)
	}
	if why := d.Why(taskfile.PageDCO).EN; why != "timed out" {
		t.Errorf("first: %q", why)
	}
	if why := d.Why(taskfile.PagePowerMode).EN; why != "timed out" {
		t.Errorf("second: %q", why)
	}
	if why := d.Why(taskfile.PageSanitize).EN; why != "not asked: the drive stopped answering" {
		t.Errorf("third: %q", why)
	}
}

type hangsAfter struct {
	*fakeDrive
	n, failed int
}

func (h *hangsAfter) Do(command, data []byte) (int, []byte, error) {
	if len(h.asked) == h.n {
		if h.failed++; h.failed > maxFailures {
			panic("asked again after it stopped answering")
		}
		return 0, nil, errTimeout
	}
	return h.fakeDrive.Do(command, data)
}

func TestTrustedReceive(t *testing.T) {
	fake := newDrive(plainSSD())
	d := Collect(fake)
	data := make([]byte, 1024)
	n, err := d.TrustedReceive(fake, 0, 0, data)
	if err != nil || n != 512 || data[7] != 2 {
		t.Errorf("protocols: %d bytes, %v", n, err)
	}
	if n, err := d.TrustedReceive(fake, 1, 1, data); err != nil || n != 512 || data[3] != 0x2c {
		t.Errorf("level 0: %d bytes, %v", n, err)
	}
	for what, f := range map[string]func() (int, error){
		"other ComID":    func() (int, error) { return d.TrustedReceive(fake, 1, 2, data) },
		"other protocol": func() (int, error) { return d.TrustedReceive(fake, 2, 1, data) },
		"half a block":   func() (int, error) { return d.TrustedReceive(fake, 1, 1, data[:256]) },
		"too much":       func() (int, error) { return d.TrustedReceive(fake, 1, 1, make([]byte, 129*512)) },
	} {
		if n, err := f(); err == nil {
			t.Errorf("%s: %d bytes", what, n)
		}
	}
	if _, err := Collect(newDrive(plainHDD())).TrustedReceive(fake, 0, 0, data); err != ErrNotTrusted {
		t.Errorf("a drive without trusted computing: %v", err)
	}
}

func FuzzCollect(f *testing.F) {
	good := newDrive(plainHDD())
	f.Add(good.identify, good.dco, descriptorFormat(taskfile.Registers{Status: 0x50, Count: 0x80ff, LBA: tib1Max}, 1, 0, 0x1d, true))
	f.Add(good.identify, good.smart, fixedFormat(taskfile.Registers{Status: 0x51, Error: 4, LBA: 1}, 11, 0, 0, true))
	f.Add(good.identify, pageList(0, 0, 1, 2, 3, 255), []byte{0x72, 1, 0, 0x1d, 0, 0, 0, 255, 9, 255})
	f.Add(plainSSD().sealed(), []byte{}, []byte{0x70})
	f.Fuzz(func(t *testing.T, identify, page, status []byte) {
		d := Collect(anything{identify, page, status})
		hidden := d.Hidden(tib1)
		if (hidden.Answer == answer.Yes) != (hidden.Sectors > 0) {
			t.Fatalf("hidden: %+v", hidden)
		}
		if d.Identify == nil && len(d.Missing) != 1 {
			t.Fatalf("without IDENTIFY: %+v", d)
		}
		for _, m := range d.Missing {
			if m.Page == "" || m.Why == (words.Text{}) {
				t.Fatalf("missing without a reason: %+v", m)
			}
		}
	})
}

// anything answers with whatever it was given.
type anything struct{ identify, page, status []byte }

func (a anything) Do(command, data []byte) (int, []byte, error) {
	if _, err := taskfile.Permit(command); err != nil {
		panic(err)
	}
	f := decode(command)
	switch {
	case f.command == 0xec:
		return copy(data, a.identify), nil, nil
	case f.in:
		return copy(data, a.page), nil, nil
	}
	return 0, a.status, nil
}
