package devices

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/nvme"
	"shokyo.dev/shokyo/devices/scsi/cdb"
	"shokyo.dev/shokyo/devices/statements"
)

// TestRecorder: pages are what went over the wire, and do not change afterwards.
func TestRecorder(t *testing.T) {
	f := scsiDrive(t, pages{"inquiry": {data: []byte{1, 2, 3}}, "identify-device": {data: []byte{4}, status: []byte{0x70, 1}}, "log-00h": {err: unix.EIO}})
	r := newRecorder(kernel.BusSCSI, f, permitCDB)
	inquiry, identify, log := cdb.Inquiry(36), unhex(t, "85080e0000000100000000000040ec00"), cdb.LogSense(0, 252)
	buf := make([]byte, 8)
	if n, status, err := r.Do(inquiry, buf); n != 3 || status != nil || err != nil {
		t.Errorf("%d, % x, %v", n, status, err)
	}
	inquiry[0], buf[0] = 0xff, 0xff
	r.Do(identify, buf)
	if _, _, err := r.Do(log, buf); !errors.Is(err, unix.EIO) {
		t.Error(err)
	}
	want := []statements.Page{
		{Bus: kernel.BusSCSI, Name: "inquiry", Command: cdb.Inquiry(36), Data: []byte{1, 2, 3}},
		{Bus: kernel.BusATA, Name: "identify-device", Command: identify, Data: []byte{4}, Status: []byte{0x70, 1}},
		{Bus: kernel.BusSCSI, Name: "log-00h", Command: log, Error: unix.EIO.Error()},
	}
	if len(r.pages) != len(want) {
		t.Fatalf("%d pages", len(r.pages))
	}
	for i, p := range r.pages {
		w := want[i]
		if p.Bus != w.Bus || p.Name != w.Name || !bytes.Equal(p.Command, w.Command) || !bytes.Equal(p.Data, w.Data) || !bytes.Equal(p.Status, w.Status) || p.Error != w.Error {
			t.Errorf("page %d: %+v\nwant %+v", i, p, w)
		}
	}
}

// TestRecorderRefuses: what is not on the list never reaches the drive, and is
// no page.
func TestRecorderRefuses(t *testing.T) {
	for bus, permit := range map[string]func([]byte) (string, error){kernel.BusSCSI: permitCDB, kernel.BusNVMe: permitNVMe} {
		f := &fakeDrive{t: t, permit: permit}
		r := newRecorder(bus, f, permit)
		for _, d := range dangerous(t) {
			if d.bus != bus {
				continue
			}
			if _, _, err := r.Do(d.command, nil); !errors.Is(err, errRefused) {
				t.Errorf("%s: %v", d.name, err)
			}
		}
		if len(f.sent) != 0 || len(r.pages) != 0 {
			t.Errorf("%s: sent %q", bus, f.sent)
		}
	}
}

// TestRecorderTires: bounds of what one drive can cost.
func TestRecorderTires(t *testing.T) {
	const more = 10
	for name, test := range map[string]struct {
		answer func(n int) reply
		before time.Duration // of the deadline
		want   int           // commands that reach the drive
		why    error
	}{
		"many questions": {func(int) reply { return reply{} }, time.Hour, maxPages, errMany},
		"out of time":    {func(int) reply { return reply{} }, -time.Second, 0, errSlow},
		"two time-outs":  {func(int) reply { return reply{err: unix.ETIMEDOUT} }, time.Hour, 2, unix.ETIMEDOUT},
		"time-outs far apart": {func(n int) reply {
			return reply{err: map[int]error{3: unix.ETIMEDOUT, 9: fmt.Errorf("x: %w", unix.ETIMEDOUT)}[n]}
		}, time.Hour, 10, unix.ETIMEDOUT},
		"gone":                   {func(n int) reply { return reply{err: map[int]error{4: unix.ENXIO}[n]} }, time.Hour, 5, unix.ENXIO},
		"gone, says the adapter": {func(n int) reply { return reply{err: map[int]error{4: fmt.Errorf("x: %w", unix.ENODEV)}[n]} }, time.Hour, 5, unix.ENODEV},
		"errors are answers":     {func(int) reply { return reply{err: unix.EIO} }, time.Hour, maxPages, errMany},
	} {
		f := scsiDrive(t, nil)
		f.answer = func(string, []byte) reply { return test.answer(len(f.sent) - 1) }
		r := newRecorder(kernel.BusSCSI, f, permitCDB).stopped(test.before)
		var err error
		for range maxPages + more {
			_, _, err = r.Do(cdb.TestUnitReady(), nil)
		}
		if len(f.sent) != test.want || len(r.pages) != test.want || !errors.Is(err, test.why) {
			t.Errorf("%s: %d commands, %d pages, at last %v; want %d and %v", name, len(f.sent), len(r.pages), err, test.want, test.why)
		}
	}
}

// wild returns numbers of bytes that make no sense.
type wild int

func (w wild) Do([]byte, []byte) (int, []byte, error) { return int(w), nil, nil }

func TestRecorderBounds(t *testing.T) {
	for n, want := range map[int]int{-1: 0, 1 << 40: 100, 7: 7} {
		r := newRecorder(kernel.BusSCSI, wild(n), permitCDB)
		if got, _, err := r.Do(cdb.Inquiry(100), make([]byte, 100)); got != want || err != nil || len(r.pages[0].Data) != want {
			t.Errorf("%d bytes: %d, %v", n, got, err)
		}
	}
	r := newRecorder(kernel.BusSCSI, wild(1<<20), permitCDB)
	if n, _, err := r.Do(cdb.Read16(0, 2000), make([]byte, 1<<20)); n != 1<<20 || err != nil || len(r.pages[0].Data) != maxPageBytes {
		t.Errorf("%d bytes, %v, %d kept", n, err, len(r.pages[0].Data))
	}
}

// TestRecorderKeeps: long answers end the questions, because there is room for so
// much in a report only.
func TestRecorderKeeps(t *testing.T) {
	r := newRecorder(kernel.BusSCSI, wild(1<<20), permitCDB)
	sent := 0
	for ; r.tired() == nil && sent <= maxPages; sent++ {
		r.Do(cdb.VPD(0x83, 0xffff), make([]byte, maxPageBytes))
	}
	if sent != maxBytes/maxPageBytes || !errors.Is(r.tired(), errLong) {
		t.Errorf("%d answers of %d bytes were kept: %v", sent, maxPageBytes, r.tired())
	}
}

// TestBuffersFit: an NVMe drive writes as much as the command says, wherever the
// buffer ends; so any other buffer is refused before the ioctl.
func TestBuffersFit(t *testing.T) {
	identify := make([]byte, 64)
	identify[0], identify[40] = 0x06, 0x01
	if n := nvme.Length(identify); n != 4096 {
		t.Fatalf("%d bytes", n)
	}
	for _, n := range []int{0, 1, 512, 4095, 4097, 8192} {
		if _, _, err := (nvmeAdmin{}).Do(identify, make([]byte, n)); !errors.Is(err, errRefused) {
			t.Errorf("a buffer of %d bytes: %v", n, err)
		}
	}
	if _, _, err := (nvmeAdmin{}).Do(identify, make([]byte, 4096)); err == nil || errors.Is(err, errRefused) {
		t.Errorf("a buffer that fits, and no file: %v", err)
	}
}
