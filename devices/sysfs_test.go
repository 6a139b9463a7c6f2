package devices

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/answer"
)

// machine makes a host from lines of "path = content" under sys and proc;
// "path -> target" makes a link.
func machine(t *testing.T, lines string) host {
	t.Helper()
	root := t.TempDir()
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		if name, target, ok := strings.Cut(line, " -> "); ok {
			path := filepath.Join(root, name)
			mkdir(t, filepath.Dir(path))
			if err := os.Symlink(filepath.Join(root, target), path); err != nil {
				t.Fatal(err)
			}
		} else if name, content, ok := strings.Cut(line, " = "); ok {
			path := filepath.Join(root, name)
			mkdir(t, filepath.Dir(path))
			write(t, path, []byte(strings.ReplaceAll(content, "|", "\n")+"\n"))
		}
	}
	return host{filepath.Join(root, "sys"), filepath.Join(root, "proc")}
}

func mkdir(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
}

const bench = `
	sys/dev/block/8:16 -> sys/devices/ata1/block/sdb
	sys/dev/block/8:17 -> sys/devices/ata1/block/sdb/sdb1
	sys/dev/block/8:18 -> sys/devices/ata1/block/sdb/sdb2
	sys/dev/block/8:19 -> sys/devices/ata1/block/sdb/sdb3
	sys/dev/block/259:0 -> sys/devices/pci0/nvme/nvme0/nvme0n1
	sys/devices/ata1/block/sdb/dev = 8:16
	sys/devices/ata1/block/sdb/diskseq = 9
	sys/devices/ata1/block/sdb/queue/rotational = 1
	sys/devices/ata1/block/sdb/removable = 0
	sys/devices/ata1/block/sdb/stat =      300        0    40960      211       17        5     1234       90        0      200      301        3        0       64        0        9        1
	sys/devices/ata1/block/sdb/device/model =  ST4000NM0033-9ZM  
	sys/devices/ata1/block/sdb/device/rev = SN06
	sys/devices/ata1/block/sdb/device/wwid = naa.5000c500a1b2c3d4
	sys/devices/ata1/block/sdb/sdb1/dev = 8:17
	sys/devices/ata1/block/sdb/sdb1/partition = 1
	sys/devices/ata1/block/sdb/sdb1/stat = 1 2 3 4 5 6 7 8 9 10 11
	sys/devices/ata1/block/sdb/sdb1/holders/dm-0/dm/name = vg0-root
	sys/devices/ata1/block/sdb/sdb2/dev = 8:18
	sys/devices/ata1/block/sdb/sdb2/partition = 2
	sys/devices/ata1/block/sdb/sdb2/stat = 1 2 3 4 5
	sys/devices/ata1/block/sdb/sdb2/holders/md127/md/level = raid1
	sys/devices/ata1/block/sdb/sdb3/dev = 8:19
	sys/devices/ata1/block/sdb/sdb3/partition = 3
	sys/devices/ata1/block/sdb/sdb3/stat = 1 2 3 4 none 6 7 8 9 10 11 12 13 14
	sys/devices/ata1/block/sdb/sdb3/holders/bcache0/x = y
	sys/devices/pci0/nvme/nvme0/nvme0n1/dev = 259:0
	sys/devices/pci0/nvme/nvme0/nvme0n1/wwid = eui.0025385b91b0a1c2
	sys/devices/pci0/nvme/nvme0/nvme0n1/device/model = Disk` + "\x1b[31m\u202e" + ` 9000
	sys/devices/pci0/nvme/nvme0/nvme0n1/device/serial = S4EWNX0N123456
	sys/devices/pci0/nvme/nvme0/nvme0n1/device/firmware_rev = 2B2QEXM7
	proc/sys/kernel/random/boot_id = 0f7d2a5c-1111
	proc/swaps = Filename Type Size Used Priority|/dev/sdb3 partition 1 0 -2|/swap/file file 1 0 -3
	proc/self/mountinfo = 22 1 8:18 / /mnt/with\040space rw - ext4 /dev/sdb2 rw|23 1 0:40 / /b rw,x shared:1 - btrfs /dev/sdb1 rw|24 1 8:1 / / rw - ext4 /dev/sda1 rw|damaged line - x
`

func TestFacts(t *testing.T) {
	h := machine(t, bench)
	page := append([]byte{0, 0x80, 0, 20}, "            Z1Z0ABCD"...)
	write(t, filepath.Join(h.sys, "devices/ata1/block/sdb/device/vpd_pg80"), append(page, "rest"...))
	drive := Facts{Name: "sdb", Model: "ST4000NM0033-9ZM", Serial: "Z1Z0ABCD", Firmware: "SN06", WWID: "naa.5000c500a1b2c3d4",
		Partition: answer.No, Rotational: answer.Yes, Removable: answer.No}
	part := drive
	part.Name, part.Partition = "sdb1", answer.Yes
	for _, test := range []struct {
		dev  uint64
		want Facts
	}{
		{unix.Mkdev(8, 16), drive},
		{unix.Mkdev(8, 17), part},
		{unix.Mkdev(259, 0), Facts{Name: "nvme0n1", Model: "Disk[31m 9000", Serial: "S4EWNX0N123456", Firmware: "2B2QEXM7",
			WWID: "eui.0025385b91b0a1c2", Partition: answer.No}},
		{unix.Mkdev(1, 1), Facts{}},
	} {
		if got := h.facts(test.dev); got != test.want {
			t.Errorf("facts %+v\nwant  %+v", got, test.want)
		}
	}
	for _, damaged := range []string{"", "\x00\x80\x00", "\x00\x83\x00\x04abcd", "\x00\x80\xff\xff"} {
		write(t, filepath.Join(h.sys, "devices/ata1/block/sdb/device/vpd_pg80"), []byte(damaged))
		if got := h.facts(unix.Mkdev(8, 16)).Serial; got != "" {
			t.Errorf("serial of page %q: %q", damaged, got)
		}
	}
}

func TestCounters(t *testing.T) {
	h := machine(t, bench)
	for _, test := range []struct {
		minor uint32
		want  Counters
		ok    bool
	}{
		{16, Counters{17, 1234, 3, 64}, true},
		{17, Counters{5, 7, 0, 0}, true}, // a kernel before 4.18
		{18, Counters{}, false},
		{19, Counters{}, false},
		{20, Counters{}, false},
	} {
		c, ok := h.counters(unix.Mkdev(8, test.minor))
		if ok != test.ok || ok && c != test.want {
			t.Errorf("8:%d: %+v, %v; want %+v, %v", test.minor, c, ok, test.want, test.ok)
		}
	}
}

func TestUsers(t *testing.T) {
	h := machine(t, bench)
	root := user{"sdb1 mounted at /b", "unmount it"}
	lvm := user{"sdb1 held by dm-0 (vg0-root)", "close vg0-root (cryptsetup close, vgchange -an or dmsetup remove)"}
	space := user{"sdb2 mounted at /mnt/with space", "unmount it"}
	raid := user{"sdb2 held by md127 (raid1)", "run mdadm --stop /dev/md127"}
	swap := user{"sdb3 used as swap", "run swapoff"}
	bcache := user{"sdb3 held by bcache0", "stop bcache0"}
	for minor, want := range [][]user{16: {root, lvm, space, raid, swap, bcache}, 17: {root, lvm}, 18: {space, raid}, 19: {swap, bcache}} {
		if got := h.users(unix.Mkdev(8, uint32(minor))); !slices.Equal(got, want) {
			t.Errorf("8:%d: %+v\nwant %+v", minor, got, want)
		}
	}
}

func TestEpoch(t *testing.T) {
	h := machine(t, bench)
	for dev, want := range map[uint64]string{
		unix.Mkdev(8, 16):  "0f7d2a5c-1111:9",
		unix.Mkdev(8, 17):  "0f7d2a5c-1111:9", // a partition
		unix.Mkdev(259, 0): "",                // a kernel before 5.15
		unix.Mkdev(1, 1):   "",
	} {
		if got := h.epoch(dev); got != want {
			t.Errorf("epoch of %d:%d: %q, want %q", unix.Major(dev), unix.Minor(dev), got, want)
		}
	}
	h.proc = t.TempDir()
	if got := h.epoch(unix.Mkdev(8, 16)); got != "" {
		t.Errorf("epoch without a boot id: %q", got)
	}
}

func TestCompare(t *testing.T) {
	counted := State{SizeBytes: 9, Counted: true, Epoch: "a:1", Counters: Counters{Writes: 5, WrittenSectors: 40}}
	with := func(change func(*State)) State {
		s := counted
		change(&s)
		return s
	}
	discarded := with(func(s *State) { s.Counters.Discards++ })
	anew := with(func(s *State) { s.Epoch = "a:2" })
	moment := time.Date(2031, 5, 6, 7, 8, 9, 123456789, time.FixedZone("", 9*3600))
	file := State{SizeBytes: 9, ModTime: moment}
	for _, test := range []struct {
		name          string
		kind          Kind
		before, after State
		want          answer.Answer
		text          string
	}{
		{"same", BlockDevice, counted, counted, answer.No, "the same before and after"},
		{"discarded", BlockDevice, counted, discarded, answer.Yes, "counted 0 writes (0 sectors) and 1 discards"},
		{"not counted", BlockDevice, State{SizeBytes: 9}, State{SizeBytes: 9}, answer.Unknown, "no write counters"},
		{"vanished", BlockDevice, counted, State{SizeBytes: 9}, answer.Unknown, "no write counters"},
		{"grown", BlockDevice, State{SizeBytes: 8}, State{SizeBytes: 9}, answer.Yes, "from 8 to 9 bytes"},
		{"attached anew", BlockDevice, counted, anew, answer.Unknown, "was attached anew since, so writes in between were not counted"},
		{"attached anew, counted since", BlockDevice, counted, with(func(s *State) { s.Epoch, s.Counters = "b:1", Counters{} }), answer.Unknown, "was attached anew"},
		{"attached anew, other size", BlockDevice, counted, with(func(s *State) { s.Epoch, s.SizeBytes = "a:2", 10 }), answer.Yes, "from 9 to 10 bytes"},
		{"epoch not known before", BlockDevice, with(func(s *State) { s.Epoch = "" }), counted, answer.Unknown, "not known whether"},
		{"epoch not known after", BlockDevice, counted, with(func(s *State) { s.Epoch = "" }), answer.Unknown, "not known whether"},
		{"partition made anew", BlockDevice, counted, with(func(s *State) { s.Counters = Counters{Discards: 9} }), answer.Unknown, "was attached anew"},
		{"same file", File, file, State{SizeBytes: 9, ModTime: moment.UTC()}, answer.No, "are the same"},
		{"file a nanosecond later", File, file, State{SizeBytes: 9, ModTime: moment.Add(1)}, answer.Yes, "was written to"},
		{"file grown", File, file, State{SizeBytes: 10, ModTime: moment}, answer.Yes, "from 9 to 10 bytes"},
	} {
		got, text, japanese := compare(test.kind, saved(t, test.before), test.after)
		if got != test.want || !strings.Contains(text, test.text) || !strings.HasSuffix(japanese, "。") {
			t.Errorf("%s: %s (%s), want %s (… %s …)", test.name, got, text, test.want, test.text)
		}
	}
}

// saved is a state as another process finds it: written as JSON and read.
func saved(t *testing.T, s State) (read State) {
	t.Helper()
	b, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(b, &read)
	}
	if err != nil {
		t.Fatal(err)
	}
	return read
}
