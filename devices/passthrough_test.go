package devices

import (
	"encoding/binary"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/kernel"
)

// harmful is a command that writes, erases, locks, or starts or stops something.
type harmful struct {
	bus, name string
	command   []byte
}

// dangerous is what must never be sent, for each bus and each way to carry it.
func dangerous(t testing.TB) (list []harmful) {
	t.Helper()
	for line := range strings.Lines(`
		write-6 0a0000000100
		write-10 2a000000000000000100
		write-12 aa0000000000000000010000
		write-16 8a000000000000000000000000010000
		write-32 7f0000000000001800 0b 00000000000000000000000000000000000000000001
		write-verify-10 2e000000000000000100
		write-verify-16 8e000000000000000000000000010000
		write-atomic-16 9c000000000000000000000000010000
		write-same-10 41000000000000000100
		write-same-16 93080000000000000000000000010000
		write-long-10 3f000000000000000000
		write-long-16 9f110000000000000000000000000000
		unmap 42000000000000001800
		format-unit 040000000000
		sanitize-overwrite 48010000000000000400
		sanitize-block 48020000000000000000
		sanitize-crypto 48030000000000000000
		sanitize-exit-failure 481f0000000000000000
		mode-select-6 151000000c00
		mode-select-10 55100000000000000c00
		log-select 4c020000000000000000
		log-sense-saving 4d014000000000010000
		log-sense-changing 4d000000000000010000
		start-stop-stop 1b0000000000
		start-stop-start 1b0000000100
		start-stop-eject 1b0000000200
		synchronize-cache-10 35000000000000000000
		security-protocol-out b5010001000000000200 0000
		persistent-reserve-out 5f000000000000001800
		reserve-6 160000000000
		reserve-10 56000000000000000000
		write-buffer-microcode 3b050000000000001000
		write-buffer-data 3b020000000000001000
		send-diagnostic-self-test 1d0400000000
		receive-write-attribute 8d000000000000000000000000100000
		reassign-blocks 070000000000
		remove-element 9e180000000000000000000000000000
		set-identifying a4060000000000000100 0000
		change-aliases a40b0000000000000100 0000
		compare-and-write 89000000000000000000000000010000
		extended-copy 83000000000000000000000000100000
		rezero 010000000000
		read-defects-vendor 37000100000000000400
		prevent-removal 1e0000000100
		tcg-other-comid a2010004000000000200 0000
	`) {
		if f := strings.Fields(line); len(f) > 1 {
			list = append(list, harmful{kernel.BusSCSI, f[0], unhex(t, strings.Join(f[1:], ""))})
		}
	}
	return append(append(list, dangerousATA()...), dangerousNVMe()...)
}

// dangerousATA carries each task file in every way: both carriers, every
// protocol, with and without the bits for a transfer in either direction.
func dangerousATA() (list []harmful) {
	for _, task := range []struct {
		name             string
		command, feature byte
	}{
		{"write-sectors", 0x30, 0}, {"write-sectors-ext", 0x34, 0}, {"write-dma", 0xca, 0}, {"write-dma-ext", 0x35, 0}, {"write-dma-fua-ext", 0x3d, 0},
		{"write-multiple", 0xc5, 0}, {"write-multiple-ext", 0x39, 0}, {"write-fpdma-queued", 0x61, 0}, {"send-fpdma-queued", 0x64, 0}, {"write-stream-ext", 0x3b, 0},
		{"write-uncorrectable-ext", 0x45, 0x55}, {"write-log-ext", 0x3f, 0}, {"write-log-dma-ext", 0x57, 0}, {"write-buffer", 0xe8, 0},
		{"security-set-password", 0xf1, 0}, {"security-unlock", 0xf2, 0}, {"security-erase-prepare", 0xf3, 0}, {"security-erase-unit", 0xf4, 0}, {"security-freeze", 0xf5, 0}, {"security-disable", 0xf6, 0},
		{"set-max-address", 0xf9, 0}, {"set-max-password", 0xf9, 1}, {"set-max-address-ext", 0x37, 0}, {"set-accessible-max", 0x78, 1}, {"freeze-accessible-max", 0x78, 2},
		{"dco-restore", 0xb1, 0xc0}, {"dco-freeze", 0xb1, 0xc1}, {"dco-set", 0xb1, 0xc3},
		{"sanitize-crypto", 0xb4, 0x11}, {"sanitize-block", 0xb4, 0x12}, {"sanitize-overwrite", 0xb4, 0x14}, {"sanitize-freeze", 0xb4, 0x20}, {"sanitize-antifreeze", 0xb4, 0x40},
		{"trim", 0x06, 1}, {"download-microcode", 0x92, 7}, {"download-microcode-dma", 0x93, 7}, {"set-features", 0xef, 2}, {"smart-offline", 0xb0, 0xd4}, {"smart-write-log", 0xb0, 0xd6},
		{"smart-enable", 0xb0, 0xd8}, {"smart-disable", 0xb0, 0xd9}, {"smart-autosave", 0xb0, 0xd2}, {"smart-auto-offline", 0xb0, 0xdb}, {"standby-immediate", 0xe0, 0}, {"idle-immediate", 0xe1, 0x44},
		{"standby", 0xe2, 0}, {"sleep", 0xe6, 0}, {"device-reset", 0x08, 0}, {"trusted-send", 0x5e, 1}, {"trusted-send-dma", 0x5f, 1}, {"flush-cache", 0xe7, 0}, {"flush-cache-ext", 0xea, 0},
		{"configure-stream", 0x51, 0}, {"set-sector-configuration", 0xb2, 0}, {"cfa-erase-sectors", 0xc0, 0}, {"media-eject", 0xed, 0}, {"zac-management-out", 0x9f, 4}, {"format-track", 0x50, 0}, {"read-log-initialising", 0x2f, 1},
	} {
		for protocol := range byte(16) {
			for _, second := range []byte{0x06, 0x0e, 0x20} {
				for extend := range byte(2) {
					long := make([]byte, 16)
					long[0], long[1], long[2], long[4], long[6], long[13], long[14] = 0x85, protocol<<1|extend, second, task.feature, 1, 0x40, task.command
					short := []byte{0xa1, protocol<<1 | extend, second, task.feature, 1, 0, 0, 0, 0x40, task.command, 0, 0}
					name := fmt.Sprintf("%s, protocol %d, flags %02x", task.name, protocol, second)
					list = append(list, harmful{kernel.BusSCSI, name + " by 85h", long}, harmful{kernel.BusSCSI, name + " by A1h", short})
				}
			}
		}
	}
	clear := make([]byte, 16) // SANITIZE STATUS EXT that clears a failure
	copy(clear, []byte{0x85, 0x07, 0x20, 0, 0, 0, 1})
	clear[13], clear[14] = 0x40, 0xb4
	wrongKey := make([]byte, 16) // SMART RETURN STATUS without its key
	copy(wrongKey, []byte{0x85, 0x06, 0x20, 0, 0xda})
	wrongKey[13], wrongKey[14] = 0x40, 0xb0
	out := unhexBytes("85080600000001000000000000 40ec00") // IDENTIFY DEVICE with T_DIR to the drive
	return append(list, harmful{kernel.BusSCSI, "sanitize-status-clearing", clear}, harmful{kernel.BusSCSI, "smart-without-key", wrongKey}, harmful{kernel.BusSCSI, "identify-to-the-drive", out})
}

func unhexBytes(s string) (b []byte) {
	fmt.Sscanf(strings.ReplaceAll(s, " ", ""), "%x", &b)
	return b
}

func dangerousNVMe() (list []harmful) {
	add := func(name string, opcode byte, dwords ...uint32) {
		c := make([]byte, 64)
		c[0], c[4] = opcode, 1
		for i, d := range dwords {
			binary.LittleEndian.PutUint32(c[40+4*i:], d)
		}
		list = append(list, harmful{kernel.BusNVMe, name, c})
	}
	add("format", 0x80, 0x200)
	add("sanitize-exit", 0x84, 1)
	add("sanitize-block", 0x84, 2)
	add("sanitize-overwrite", 0x84, 3)
	add("sanitize-crypto", 0x84, 4)
	add("namespace-management-create", 0x0d, 0)
	add("namespace-management-delete", 0x0d, 1)
	add("namespace-attach", 0x15, 0)
	add("namespace-detach", 0x15, 1)
	add("set-features", 0x09, 6)
	add("set-features-write-protect", 0x09, 0x84, 1)
	add("firmware-commit", 0x10, 8)
	add("firmware-download", 0x11, 1023)
	add("security-send", 0x81, 0x01000100, 512)
	add("security-receive-other-comid", 0x82, 0x01000400, 512)
	add("directive-send", 0x19, 0)
	add("doorbell-buffer-config", 0x7c)
	add("virtualization-management", 0x1c, 1)
	add("self-test", 0x14, 1)
	add("abort", 0x08, 0)
	add("delete-submission-queue", 0x00, 1)
	add("create-submission-queue", 0x01, 1)
	add("asynchronous-event-request", 0x0c)
	add("keep-alive", 0x18)
	add("nvme-mi-send", 0x1d)
	add("lockdown", 0x24)
	add("get-log-persistent-event-establish", 0x02, 0x01ff0000|0x8000|0x100|0x0d)
	add("get-log-telemetry-create", 0x02, 0x01ff0000|0x8000|0x100|0x07)
	add("get-log-clearing-event", 0x02, 0x007f0002) // SMART log, the event not retained
	for opcode := range 256 {                       // I/O opcodes, vendor opcodes, all others, with any NSID
		if !slices.Contains([]int{0x02, 0x06, 0x82}, opcode) {
			add(fmt.Sprintf("opcode %02x", opcode), byte(opcode))
		}
	}
	return list
}

// TestDangerousCommands: refused by the real transports, before anything else
// happens: there is no file here, so the ioctl would be another error.
func TestDangerousCommands(t *testing.T) {
	closed, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	list := dangerous(t)
	for _, d := range list {
		for _, file := range []*os.File{nil, closed} {
			var to transport = scsiGeneric{file}
			if d.bus == kernel.BusNVMe {
				to = nvmeAdmin{file}
			}
			for _, data := range [][]byte{nil, make([]byte, 512)} {
				if _, _, err := to.Do(d.command, data); !errors.Is(err, errRefused) {
					t.Fatalf("%s %s, % x: %v", d.bus, d.name, d.command, err)
				}
			}
		}
	}
	if len(list) < 300 {
		t.Errorf("only %d commands", len(list))
	}
	for _, to := range []transport{scsiGeneric{closed}, nvmeAdmin{closed}} {
		for _, command := range [][]byte{nil, {}, {0x12}, make([]byte, 5), make([]byte, 17), make([]byte, 63), make([]byte, 65), make([]byte, 300)} {
			if _, _, err := to.Do(command, nil); !errors.Is(err, errRefused) {
				t.Errorf("%d bytes: %v", len(command), err)
			}
		}
	}
	if _, _, err := (scsiGeneric{closed}).Do(make([]byte, 6), nil); err == nil || errors.Is(err, errRefused) {
		t.Errorf("TEST UNIT READY on a closed file: %v", err)
	}
}

// FuzzPermit: what the lists let through moves no data to a drive, by the bits
// that say so in every command of its kind.
func FuzzPermit(f *testing.F) {
	for _, d := range dangerous(f)[:60] {
		f.Add(d.command)
	}
	for _, model := range []string{"qemu-nvme", "qemu-ide-hd", "scsi_debug"} {
		for _, r := range recording(f, model) {
			f.Add(r.command)
		}
	}
	reading := []byte{0x00, 0x03, 0x12, 0x1a, 0x25, 0x37, 0x4d, 0x5a, 0x88, 0x9e, 0xa0, 0xa2, 0xa3, 0xb7}
	f.Fuzz(func(t *testing.T, command []byte) {
		if _, err := permitNVMe(command); err == nil && (command[0]&3 == 1 || command[0]&3 == 3) {
			t.Errorf("NVMe opcode %02x moves data to the drive", command[0])
		}
		if _, err := permitCDB(command); err != nil {
			return
		}
		if !isATA(command) {
			if !slices.Contains(reading, command[0]) {
				t.Errorf("SCSI operation code %02x", command[0])
			}
			return
		}
		protocol, transfers, toDrive := command[1]>>1&15, command[2]&3 != 0, command[2]&8 == 0
		if protocol != 3 && protocol != 4 || transfers && toDrive || transfers != (protocol == 4) {
			t.Errorf("% x: protocol %d, transfers %v, to the drive %v", command, protocol, transfers, toDrive)
		}
	})
}

// TestStructs: the kernel's sizes and offsets on 64-bit machines.
func TestStructs(t *testing.T) {
	var h sgHeader
	var c nvmePassthru
	for _, f := range []struct {
		name      string
		got, want uintptr
	}{
		{"struct sg_io_hdr", unsafe.Sizeof(h), 88}, {"dxfer_len", unsafe.Offsetof(h.dataLen), 12}, {"dxferp", unsafe.Offsetof(h.data), 16}, {"cmdp", unsafe.Offsetof(h.cmd), 24},
		{"sbp", unsafe.Offsetof(h.sense), 32}, {"timeout", unsafe.Offsetof(h.timeout), 40}, {"usr_ptr", unsafe.Offsetof(h.user), 56}, {"status", unsafe.Offsetof(h.status), 64},
		{"sb_len_wr", unsafe.Offsetof(h.senseWritten), 67}, {"host_status", unsafe.Offsetof(h.hostStatus), 68}, {"driver_status", unsafe.Offsetof(h.driverStatus), 70}, {"resid", unsafe.Offsetof(h.residual), 72},
		{"struct nvme_passthru_cmd", unsafe.Sizeof(c), 72}, {"nsid", unsafe.Offsetof(c.nsid), 4}, {"addr", unsafe.Offsetof(c.data), 24}, {"data_len", unsafe.Offsetof(c.dataLen), 36},
		{"cdw10", unsafe.Offsetof(c.cdw), 40}, {"timeout_ms", unsafe.Offsetof(c.timeout), 64}, {"result", unsafe.Offsetof(c.result), 68},
		{"size in the ioctl's number", ioctlNVMeAdmin >> 16 & 0x3fff, unsafe.Sizeof(c)},
	} {
		if f.got != f.want {
			t.Errorf("%s: %d, want %d", f.name, f.got, f.want)
		}
	}
}

// TestOutcome: what the kernel reports of a SCSI command. Success is only what
// says so in every field.
func TestOutcome(t *testing.T) {
	for name, test := range map[string]struct {
		h     sgHeader
		want  error // nil: the drive spoke
		sense int
	}{
		"good":                     {sgHeader{}, nil, 0},
		"check condition":          {sgHeader{status: 2, senseWritten: 18}, nil, 18},
		"check condition, mute":    {sgHeader{status: 2}, unix.EIO, 0},
		"more sense than room":     {sgHeader{status: 2, senseWritten: 200}, nil, 64},
		"timed out":                {sgHeader{hostStatus: 3}, unix.ETIMEDOUT, 0},
		"timed out, by the driver": {sgHeader{driverStatus: 6}, unix.ETIMEDOUT, 0},
		"not there":                {sgHeader{hostStatus: 1}, unix.ENXIO, 0},
		"bad target":               {sgHeader{hostStatus: 4}, unix.ENXIO, 0},
		"adapter error":            {sgHeader{hostStatus: 7}, unix.EIO, 0},
		"adapter error with sense": {sgHeader{hostStatus: 7, status: 2, senseWritten: 18}, nil, 18},
	} {
		err := test.h.outcome()
		if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		if n := len(test.h.senseData(make([]byte, 64))); n != test.sense {
			t.Errorf("%s: %d bytes of sense data, want %d", name, n, test.sense)
		}
	}
	for _, status := range []uint8{0x08, 0x18, 0x28, 0x30, 0x40} { // busy, reservation conflict, set full, ACA active, aborted
		if err := (&sgHeader{status: status}).outcome(); err == nil {
			t.Errorf("status %02x passes for success", status)
		}
	}
}

func TestIoctlErrors(t *testing.T) {
	for errno, want := range map[unix.Errno]error{unix.EPERM: unix.EPERM, unix.EACCES: unix.EACCES, unix.ENOTTY: unix.ENOTTY, unix.EINVAL: unix.EINVAL,
		unix.ENXIO: unix.ENXIO, unix.ENODEV: unix.ENODEV, unix.EIO: unix.EIO, unix.ETIMEDOUT: unix.ETIMEDOUT, unix.EINTR: unix.ETIMEDOUT} {
		if err := ioctlError(errno); !errors.Is(err, want) {
			t.Errorf("%v: %v, want %v", errno, err, want)
		}
	}
}

// TestOneSender looks at every file of the project for what a command could be
// sent by: system calls by number, ioctls, the numbers of the pass-through
// ioctls. Whoever has one has to be listed here.
func TestOneSender(t *testing.T) {
	type owner struct{ file, what string }
	owners := []owner{
		{"devices/passthrough.go", "Syscall SYS_IOCTL 0x2285 0xC0484E41"},
		{"devices/open.go", "IoctlSetPointerInt"},                                               // BLKROSET
		{"internal/guest/", "Syscall SYS_IOCTL"},                                                // the attempts to write that must fail
		{"appliance/screen/", "IoctlSetTermios IoctlSetWinsize IoctlSetInt IoctlSetPointerInt"}, // consoles
		{"appliance/disks/guard.go", "IoctlSetPointerInt"},                                      // BLKROSET
		{"appliance/screen/font.go", "Syscall SYS_IOCTL"},                                       // KDFONTOP, of the screen
		{"internal/guest/", "BLKDISCARD BLKZEROOUT BLKSECDISCARD IoctlSetPointerInt IoctlSetInt"},
	}
	used := make([]bool, len(owners))
	files := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && path != ".." && (d.Name()[0] == '.' || d.Name()[0] == '_' || d.Name() == "testdata") {
				return fs.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		files++
		rel, err := filepath.Rel("..", path)
		if err != nil {
			return err
		}
		found, err := senders(path)
		for _, what := range found {
			i := slices.IndexFunc(owners, func(o owner) bool {
				return (o.file == rel || strings.HasSuffix(o.file, "/") && strings.HasPrefix(rel, o.file)) && slices.Contains(strings.Fields(o.what), what)
			})
			if i < 0 {
				t.Errorf("%s uses %s: only devices/passthrough.go sends commands to a drive", rel, what)
				continue
			}
			used[i] = true
		}
		return err
	})
	if err != nil || files < 10 {
		t.Fatalf("%d files: %v", files, err)
	}
	for i, o := range owners {
		if !used[i] && !strings.HasPrefix(o.file, "internal/") {
			t.Errorf("%s needs no permission for %s any more", o.file, o.what)
		}
	}
}

// senders are the words and numbers in a file that could send a command.
func senders(path string) (list []string, err error) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var systems []string // what unix and syscall are called here
	for _, spec := range file.Imports {
		switch name := strings.Trim(spec.Path.Value, `"`); {
		case name == "C" || name == "plugin" || spec.Name != nil && spec.Name.Name == ".":
			return nil, fmt.Errorf("%s imports %s: what it calls can not be told", path, spec.Path.Value)
		case name != "syscall" && name != "golang.org/x/sys/unix":
		case spec.Name != nil:
			systems = append(systems, spec.Name.Name)
		default:
			systems = append(systems, filepath.Base(name))
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			name := n.Sel.Name
			call := strings.HasPrefix(name, "Syscall") || strings.HasPrefix(name, "RawSyscall") || strings.HasPrefix(name, "Ioctl") && !strings.HasPrefix(name, "IoctlGet")
			if x, ok := n.X.(*ast.Ident); ok && slices.Contains(systems, x.Name) && (call || name == "SYS_IOCTL" || strings.HasPrefix(name, "BLK") && !strings.HasPrefix(name, "BLKRO") && !slices.Contains([]string{"BLKSSZGET", "BLKPBSZGET", "BLKGETSIZE64"}, name)) {
				list = append(list, name)
			}
		case *ast.BasicLit:
			switch v := strings.ToLower(strings.ReplaceAll(n.Value, "_", "")); v {
			case "0x2285", "8837": // SG_IO
				list = append(list, "0x2285")
			case "0xc0484e41", "3225964097": // NVME_IOCTL_ADMIN_CMD
				list = append(list, "0xC0484E41")
			case "0xc0484e43", "0xc0504e47", "0xc0504e48": // NVME_IOCTL_IO_CMD, and the forms with a 64-bit result
				list = append(list, v)
			}
		}
		return true
	})
	return list, nil
}

// TestSendersIsNotFooled feeds it what it has to find.
func TestSendersIsNotFooled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.go")
	write(t, path, []byte(`package x
import unix "syscall"
const a, b, c = 0x2285, 0xc048_4e41, 0xC0484E43
func f() { unix.Syscall6(unix.SYS_IOCTL, 0, 0, 0, 0, 0, 0); unix.IoctlSetInt(0, 0, 0); unix.IoctlGetInt(0, unix.BLKROGET); unix.RawSyscall(0, 0, unix.BLKDISCARD, 0) }
`))
	want := []string{"0x2285", "0xC0484E41", "0xc0484e43", "Syscall6", "SYS_IOCTL", "IoctlSetInt", "RawSyscall", "BLKDISCARD"}
	if got, err := senders(path); err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	write(t, path, []byte("package x\nimport \"C\"\n"))
	if _, err := senders(path); err == nil {
		t.Error("C passes")
	}
}

// TestNoDirectionToDrive: of SG_IO's four directions only two have a name here,
// and the one structure is filled in at one place.
func TestNoDirectionToDrive(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "passthrough.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var negative []string
	ast.Inspect(file, func(n ast.Node) bool {
		if u, ok := n.(*ast.UnaryExpr); ok && u.Op == token.SUB {
			negative = append(negative, "-"+u.X.(*ast.BasicLit).Value)
		}
		return true
	})
	if want := []string{"-1", "-3"}; !slices.Equal(negative, want) { // SG_DXFER_NONE, SG_DXFER_FROM_DEV
		t.Errorf("negative numbers %q, want %q: -2 is SG_DXFER_TO_DEV, -4 both ways", negative, want)
	}
	if sgNoData != -1 || sgFromDrive != -3 {
		t.Errorf("%d, %d", sgNoData, sgFromDrive)
	}
}
