package nvme

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"os"
	"strconv"
	"strings"
	"testing"
)

// reference is a line of testdata/reference/nvme-cli.txt, which capture.sh made.
type reference struct {
	name   string // Permit's; "-" if it has to refuse the command
	queue  string
	length int
	entry  []byte
	typed  string
}

func references(t testing.TB) []reference {
	t.Helper()
	content, err := os.ReadFile("testdata/reference/nvme-cli.txt")
	if err != nil {
		t.Fatal(err)
	}
	var list []reference
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		data, typed, _ := strings.Cut(strings.TrimSpace(line), " # ")
		f := strings.Fields(data)
		if len(f) != 4 {
			t.Fatalf("line %q", line)
		}
		length, err := strconv.Atoi(f[2])
		entry, err2 := hex.DecodeString(f[3])
		if err != nil || err2 != nil || len(entry) != 64 {
			t.Fatalf("line %q: %v, %v", line, err, err2)
		}
		list = append(list, reference{f[0], f[1], length, entry, typed})
	}
	return list
}

// built is what this package sends, by Permit's name; the error log twice,
// because nvme-cli asked for 64 entries and for one.
func built() []struct {
	name    string
	command []byte
} {
	return []struct {
		name    string
		command []byte
	}{
		{"identify-controller", identify(cnsController, 0)},
		{"identify-namespace-1", identify(cnsNamespace, 1)},
		{"identify-active-namespaces", identify(cnsActiveNamespaces, 0)},
		{"identify-allocated-namespaces", identify(cnsAllocatedNamespaces, 0)},
		{"identify-allocated-namespace-7", identify(cnsAllocatedNamespace, 7)},
		{"identify-descriptors-1", identify(cnsDescriptors, 1)},
		{"log-01h-error", getLog(lidError, 64*errorBytes)},
		{"log-01h-error", getLog(lidError, errorBytes)},
		{"log-02h-smart", getLog(lidSMART, smartBytes)},
		{"log-03h-firmware", getLog(lidFirmware, firmwareBytes)},
		{"log-05h-effects", getLog(lidEffects, effectsBytes)},
		{"log-81h-sanitize", getLog(lidSanitize, sanitizeBytes)},
		{"security-protocols", SecurityReceive(0, 0, 512)},
		{"security-level-0-discovery", SecurityReceive(1, 1, 2048)},
	}
}

// TestAgainstNVMeCLI compares with what Debian's nvme-cli sends. One bit differs
// on purpose: nvme-cli lets a log page clear its event, we do not (RAE, command
// dword 10, bit 15). So nvme-cli's own log commands are refused.
func TestAgainstNVMeCLI(t *testing.T) {
	var used int
	for _, r := range references(t) {
		name, err := Permit(r.entry)
		if r.name == "-" {
			if err == nil {
				t.Errorf("%s: permitted as %s", r.typed, name)
			}
			continue
		}
		want := bytes.Clone(r.entry)
		if strings.HasPrefix(r.name, "log-") {
			if err == nil {
				t.Errorf("%s: permitted as %s, though it clears an event", r.typed, name)
			}
			want[41] |= 0x80
		}
		ours := built()[used]
		used++
		if ours.name != r.name || !bytes.Equal(ours.command, want) {
			t.Errorf("%s:\nours   %x (%s)\ntheirs %x", r.typed, ours.command, ours.name, want)
		}
		if name, err := Permit(ours.command); name != r.name || err != nil {
			t.Errorf("%s: permitted as %q, %v", r.name, name, err)
		}
		if n := Length(ours.command); n != r.length {
			t.Errorf("%s: %d bytes, nvme-cli takes %d", r.name, n, r.length)
		}
	}
	if used != len(built()) {
		t.Errorf("%d commands compared, %d are built", used, len(built()))
	}
}

// TestPermitEveryBit turns every bit of every permitted command: what is still
// permitted has to be another command of the list. Only the namespace, the number
// of error entries and an allocation length may vary, and the CNS.
func TestPermitEveryBit(t *testing.T) {
	for _, b := range built() {
		for i := range 8 * commandBytes {
			c := bytes.Clone(b.command)
			c[i/8] ^= 1 << (i % 8)
			if name, err := Permit(c); err == nil {
				onTheList(t, c, name)
			} else if Length(c) != 0 {
				t.Errorf("%s with bit %d: refused, but brings %d bytes", b.name, i, Length(c))
			}
		}
	}
}

// onTheList decodes a permitted command on its own: an opcode that brings data,
// and only fields that choose what is read.
func onTheList(t *testing.T, c []byte, name string) {
	t.Helper()
	dword := func(n int) uint32 { return binary.LittleEndian.Uint32(c[4*n:]) }
	for _, n := range []int{2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15} {
		if dword(n) != 0 {
			t.Fatalf("%s: dword %d is %x", name, n, dword(n))
		}
	}
	if dword(0)>>8 != 0 {
		t.Fatalf("%s: dword 0 is %x", name, dword(0))
	}
	nsid, d10, d11 := dword(1), dword(10), dword(11)
	ok := false
	switch c[0] {
	case 0x06:
		one := d10 == 0x00 || d10 == 0x03 || d10 == 0x11
		all := d10 == 0x01 || d10 == 0x02 || d10 == 0x10
		ok = d11 == 0 && (one && nsid > 0 && nsid < 0xFFFFFFFF || all && nsid == 0)
	case 0x02:
		bytes := (d10>>16 + 1) * 4
		switch d10 & 0xFFFF { // RAE, no LSP
		case 0x8001:
			ok = bytes%64 == 0 && bytes <= 4096
		case 0x8002, 0x8003, 0x8081:
			ok = bytes == 512
		case 0x8005:
			ok = bytes == 4096
		}
		ok = ok && d11 == 0 && nsid == 0xFFFFFFFF
	case 0x82:
		ok = (d10 == 0 || d10 == 0x01000100) && d11 > 0 && d11 <= 4096 && nsid == 0
	}
	if !ok || c[0]&3 != 2 || name == "" || Length(c) <= 0 || Length(c) > 4096 {
		t.Fatalf("permitted as %q, %d bytes: %x", name, Length(c), c)
	}
}

func TestPermitRefuses(t *testing.T) {
	for _, c := range []struct {
		name    string
		command []byte
	}{
		{"nothing", nil},
		{"63 bytes", identify(cnsController, 0)[:63]},
		{"65 bytes", append(identify(cnsController, 0), 0)},
		{"no namespace", identify(cnsNamespace, 0)},
		{"every namespace", identify(cnsDescriptors, everyNSID)},
		{"controller list", identify(0x13, 0)},
		{"list from the middle", identify(cnsActiveNamespaces, 5)},
		{"telemetry", getLog(0x07, 512)},
		{"changed namespaces, which reading clears", getLog(0x04, 4096)},
		{"persistent events", getLog(0x0D, 512)},
		{"too many errors", getLog(lidError, 65*errorBytes)},
		{"half an error", getLog(lidError, 32)},
		{"half a log", getLog(lidSMART, 256)},
		{"a session's ComID", SecurityReceive(1, 0x07FE, 2048)},
		{"ComID management", SecurityReceive(2, 1, 512)},
		{"certificates", SecurityReceive(0, 1, 512)},
		{"no length", SecurityReceive(1, 1, 0)},
		{"too long", SecurityReceive(1, 1, 8192)},
		{"negative length", SecurityReceive(1, 1, -4)},
	} {
		if name, err := Permit(c.command); err == nil {
			t.Errorf("%s: permitted as %s", c.name, name)
		} else if !strings.HasPrefix(err.Error(), "refused: ") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func FuzzPermit(f *testing.F) {
	for _, r := range references(f) {
		f.Add(r.entry)
	}
	for _, b := range built() {
		f.Add(b.command)
	}
	f.Fuzz(func(t *testing.T, c []byte) {
		name, err := Permit(c)
		if err == nil {
			onTheList(t, c, name)
		} else if name != "" || Length(c) != 0 {
			t.Errorf("refused, but named %q and %d bytes long", name, Length(c))
		}
	})
}

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		status      Status
		text        string
		unsupported bool
	}{
		{0x4002, "the drive does not support it (Invalid Field in Command)", true},
		{0x4001, "the drive does not support it (Invalid Command Opcode)", true},
		{0x4109, "the drive does not support it (Invalid Log Page)", true},
		{0x001D, "the drive refused it (Sanitize In Progress)", false},
		{0x0286, "the drive refused it (Access Denied)", false},
		{0x47FF, "the drive refused it (status type 7h, code FFh)", false},
	} {
		if c.status.Error() != c.text || c.status.Unsupported() != c.unsupported {
			t.Errorf("%04x: %q, unsupported %v", uint16(c.status), c.status.Error(), c.status.Unsupported())
		}
	}
	for _, b := range [][]byte{{}, {2}, {2, 0x40, 0}} {
		if s, err := ParseStatus(b); err == nil {
			t.Errorf("%x is %v", b, s)
		}
	}
}
