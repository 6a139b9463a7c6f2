package disks

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/internal/sysfstest"
	"shokyo.dev/shokyo/words"
)

func TestGuardReports(t *testing.T) {
	b := sysfstest.New(t, t.TempDir())
	b.Attach("sda", 1)
	b.Attach("sdb", 2)
	said := ""
	g := NewGuard(Sysfs(b.Dir), "/dev", func(t words.Text) { said += t.EN })
	g.Set = func(disk string, _ bool) error {
		return fmt.Errorf("open: %w", map[string]error{"sda": unix.ENOMEDIUM, "sdb": unix.EIO}[disk])
	}
	g.All()
	if !strings.HasPrefix(said, "sdb could not be set read-only: open: input/output error") || strings.Contains(said, "sda") {
		t.Error(said)
	}
	if err := SetReadOnly("/dev/null", true); err == nil {
		t.Error("/dev/null has a read-only flag")
	}
}

func TestAnnouncements(t *testing.T) {
	for event, want := range map[string]bool{
		"add@/devices/x/block/sda\x00ACTION=add\x00SUBSYSTEM=block\x00DEVNAME=sda\x00DEVTYPE=disk\x00SEQNUM=1\x00":         true,
		"add@/devices/x/block/sda/sda1\x00ACTION=add\x00SUBSYSTEM=block\x00DEVTYPE=partition\x00SEQNUM=1\x00":              false,
		"add@/devices/x/input/input1\x00ACTION=add\x00SUBSYSTEM=input\x00PRODUCT=SUBSYSTEM=block\x00DEVTYPE=disk\x00x\x00": false,
		"": false,
	} {
		if got := announcesDisk([]byte(event)); got != want {
			t.Errorf("%q: %v", event, got)
		}
	}
}
