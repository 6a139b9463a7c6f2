package cdb

import (
	"bytes"
	"encoding/hex"
	"os"
	"slices"
	"strings"
	"testing"
)

// captured are the commands that sg3-utils sent, see testdata/reference.
func captured(t testing.TB) (list [][]byte) {
	t.Helper()
	b, err := os.ReadFile("testdata/reference/sg3-utils.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if cdb, rest, ok := strings.Cut(line, " ; "); ok {
			if strings.HasPrefix(rest, "TO") {
				t.Fatalf("the reference holds a command that sends data: %s", line)
			}
			list = append(list, hexBytes(t, cdb))
		}
	}
	if len(list) < 40 {
		t.Fatalf("only %d commands in the reference", len(list))
	}
	return list
}

// TestBuildersAgainstReference compares every builder with what sg3-utils sends
// for the same. The lengths asked for are sg3-utils'; Collect asks for others.
// There is no tool in it that sends READ DEFECT DATA (12) or SECURITY PROTOCOL
// IN: those two are compared with the specification below.
func TestBuildersAgainstReference(t *testing.T) {
	reference := captured(t)
	for _, c := range []struct {
		name    string
		command []byte
	}{
		{"test-unit-ready", TestUnitReady()},
		{"request-sense", RequestSense(252)},
		{"inquiry", Inquiry(36)},
		{"vpd-00h", VPD(0x00, 252)}, {"vpd-80h", VPD(0x80, 252)}, {"vpd-83h", VPD(0x83, 252)},
		{"vpd-89h", VPD(0x89, 572)}, {"vpd-b0h", VPD(0xb0, 252)}, {"vpd-b1h", VPD(0xb1, 252)}, {"vpd-b2h", VPD(0xb2, 252)},
		{"mode-sense-10-0ah", ModeSense10(0x0a, 4096)}, {"mode-sense-6-0ah", ModeSense6(0x0a, 252)},
		{"read-capacity-10", ReadCapacity10()}, {"read-capacity-16", ReadCapacity16(32)},
		{"log-00h", LogSense(0x00, 4)}, {"log-02h", LogSense(0x02, 4)}, {"log-03h", LogSense(0x03, 4)}, {"log-05h", LogSense(0x05, 4)},
		{"log-06h", LogSense(0x06, 4)}, {"log-0dh", LogSense(0x0d, 4)}, {"log-0eh", LogSense(0x0e, 4)}, {"log-11h", LogSense(0x11, 4)},
		{"log-15h", LogSense(0x15, 4)}, {"log-2fh", LogSense(0x2f, 4)},
		{"defects-10-grown", ReadDefects10(Grown, 4)}, {"defects-10-primary", ReadDefects10(Primary, 4)},
		{"report-luns", ReportLUNs(8192)},
		{"sanitize-supported-01h", SanitizeSupported(SanitizeOverwrite, 8192)}, {"sanitize-supported-02h", SanitizeSupported(SanitizeBlock, 8192)},
		{"sanitize-supported-03h", SanitizeSupported(SanitizeCrypto, 8192)}, {"sanitize-supported-1fh", SanitizeSupported(SanitizeExit, 8192)},
		{"read-16", Read16(0x1234567890, 8)},
	} {
		if !slices.ContainsFunc(reference, func(r []byte) bool { return bytes.Equal(r, c.command) }) {
			t.Errorf("%s: % x is not what sg3-utils sends", c.name, c.command)
		}
		if name, err := Permit(c.command); err != nil || name != c.name {
			t.Errorf("Permit(% x) = %q, %v; want %q", c.command, name, err, c.name)
		}
	}
}

// TestBuildersAgainstSpecification: SBC-5 table 93; SECURITY PROTOCOL IN as the
// Linux kernel sends it (sd_sec_submit in drivers/scsi/sd.c).
func TestBuildersAgainstSpecification(t *testing.T) {
	for _, c := range []struct {
		name    string
		command []byte
		want    string
	}{
		{"defects-12-grown", ReadDefects12(Grown, 8), "b70c00000000000000080000"},
		{"defects-12-primary", ReadDefects12(Primary, 8), "b71400000000000000080000"},
		{"security-protocols", SecurityProtocolIn(0, 0, 512), "a20000000000000002000000"},
		{"security-level-0-discovery", SecurityProtocolIn(1, 1, 2048), "a20100010000000008000000"},
	} {
		if got := hex.EncodeToString(c.command); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if name, err := Permit(c.command); err != nil || name != c.name {
			t.Errorf("Permit(% x) = %q, %v; want %q", c.command, name, err, c.name)
		}
	}
}

// TestPermitReference: what sg3-utils sends for reading is on the list, but for
// one format of the defect list that we do not ask for.
func TestPermitReference(t *testing.T) {
	for _, c := range captured(t) {
		_, err := Permit(c)
		if physical := c[0] == 0x37 && c[2]&7 == 5; (err != nil) != physical {
			t.Errorf("% x: %v", c, err)
		}
	}
}

func TestPermitNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range readings() {
		if seen[r.name] || r.name == "" {
			t.Errorf("two commands are named %q", r.name)
		}
		seen[r.name] = true
	}
	if len(seen) != 36 {
		t.Errorf("%d commands on the list: if one was added on purpose, change this test", len(seen))
	}
}

// TestPermitRefuses names commands that write, erase, or change something.
func TestPermitRefuses(t *testing.T) {
	for name, command := range map[string]string{
		"nothing":                             "",
		"one byte":                            "12",
		"FORMAT UNIT":                         "04 00 00 00 00 00",
		"REASSIGN BLOCKS":                     "07 00 00 00 00 00",
		"WRITE (6)":                           "0a 00 00 00 01 00",
		"MODE SELECT (6)":                     "15 10 00 00 0c 00",
		"START STOP UNIT":                     "1b 00 00 00 00 00",
		"RECEIVE DIAGNOSTIC RESULTS":          "1c 01 00 00 fc 00",
		"SEND DIAGNOSTIC, self-test":          "1d 04 00 00 00 00",
		"WRITE (10)":                          "2a 00 00 00 00 00 00 00 01 00",
		"WRITE AND VERIFY (10)":               "2e 00 00 00 00 00 00 00 01 00",
		"VERIFY (10)":                         "2f 00 00 00 00 00 00 00 01 00",
		"SYNCHRONIZE CACHE":                   "35 00 00 00 00 00 00 00 00 00",
		"WRITE BUFFER, microcode":             "3b 05 00 00 00 00 00 02 00 00",
		"READ LONG (10)":                      "3e 00 00 00 00 00 00 02 40 00",
		"WRITE LONG (10)":                     "3f 00 00 00 00 00 00 02 40 00",
		"WRITE SAME (10)":                     "41 00 00 00 00 00 00 00 01 00",
		"UNMAP":                               "42 00 00 00 00 00 00 00 18 00",
		"SANITIZE, block erase":               "48 02 00 00 00 00 00 00 00 00",
		"SANITIZE, exit failure mode":         "48 1f 00 00 00 00 00 00 00 00",
		"LOG SELECT":                          "4c 02 40 00 00 00 00 00 00 00",
		"LOG SENSE that saves (SP)":           "4d 01 42 00 00 00 00 00 fc 00",
		"LOG SENSE with PPC":                  "4d 02 42 00 00 00 00 00 fc 00",
		"LOG SENSE, threshold values":         "4d 00 02 00 00 00 00 00 fc 00",
		"LOG SENSE, subpage":                  "4d 00 42 01 00 00 00 00 fc 00",
		"LOG SENSE, page 10h":                 "4d 00 50 00 00 00 00 00 fc 00",
		"MODE SELECT (10)":                    "55 10 00 00 00 00 00 00 14 00",
		"MODE SENSE (10), saved values":       "5a 00 ca 00 00 00 00 00 fc 00",
		"PERSISTENT RESERVE OUT":              "5f 00 00 00 00 00 00 00 18 00",
		"ATA PASS-THROUGH (12)":               "a1 08 0e 00 01 00 00 00 00 ec 00 00",
		"ATA PASS-THROUGH (16)":               "85 08 0e 00 00 00 01 00 00 00 00 00 00 00 ec 00",
		"WRITE (16)":                          "8a 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
		"WRITE SAME (16) with UNMAP":          "93 08 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
		"SERVICE ACTION OUT (16)":             "9f 11 00 00 00 00 00 00 00 00 00 00 02 40 00 00",
		"SERVICE ACTION IN, GET LBA STATUS":   "9e 12 00 00 00 00 00 00 00 00 00 00 02 00 00 00",
		"SERVICE ACTION IN, READ LONG":        "9e 11 00 00 00 00 00 00 00 00 00 00 02 40 00 00",
		"MAINTENANCE OUT":                     "a4 0c 02 48 00 01 00 00 00 40 00 00",
		"REPORT SUPPORTED, all commands":      "a3 0c 00 00 00 00 00 00 00 40 00 00",
		"MAINTENANCE IN, other":               "a3 0a 02 48 00 01 00 00 00 40 00 00",
		"SECURITY PROTOCOL OUT":               "b5 01 00 01 00 00 00 00 02 00 00 00",
		"SECURITY PROTOCOL IN, a TCG session": "a2 01 07 fe 00 00 00 00 02 00 00 00",
		"SECURITY PROTOCOL IN, ATA security":  "a2 ef 00 00 00 00 00 00 02 00 00 00",
		"READ (10) with FUA":                  "28 08 00 00 00 00 00 00 01 00",
		"READ (10) with RDPROTECT":            "28 20 00 00 00 00 00 00 01 00",
		"READ (16) with a group number":       "88 00 00 00 00 00 00 00 00 00 00 00 00 01 01 00",
		"READ (16) of 8193 blocks":            "88 00 00 00 00 00 00 00 00 00 00 00 20 01 00 00",
		"READ (32)":                           "7f 00 00 00 00 00 00 18 00 09 00 00 00 00 00 00",
		"INQUIRY with CMDDT":                  "12 02 00 00 fc 00",
		"INQUIRY, page without EVPD":          "12 00 80 00 fc 00",
		"INQUIRY with NACA":                   "12 00 00 00 24 04",
		"INQUIRY, vendor page":                "12 01 c0 00 fc 00",
		"INQUIRY of seven bytes":              "12 00 00 00 24 00 00",
		"TEST UNIT READY with a bit":          "00 01 00 00 00 00",
		"READ CAPACITY (16) of 128 KiB":       "9e 10 00 00 00 00 00 00 00 00 00 02 00 00 00 00",
		"READ DEFECT DATA, no list":           "37 00 04 00 00 00 00 00 04 00",
		"READ DEFECT DATA, both lists":        "37 00 1c 00 00 00 00 00 04 00",
	} {
		if got, err := Permit(hexBytes(t, command)); err == nil {
			t.Errorf("%s passes as %s", name, got)
		}
	}
}

// TestPermitEveryOpcode tries every operation code and second byte with all
// lengths of commands, otherwise zeros: what passes is exactly this.
func TestPermitEveryOpcode(t *testing.T) {
	list := readings()
	var passed []string
	for op := range 256 {
		for second := range 256 {
			for _, n := range []int{6, 10, 12, 16, 32} {
				c := make([]byte, n)
				c[0], c[1] = byte(op), byte(second)
				if name, err := permit(list, c); err == nil {
					passed = append(passed, name)
				}
			}
		}
	}
	want := []string{"test-unit-ready", "request-sense", "inquiry", "vpd-00h", "read-capacity-10", "read-16",
		"read-capacity-16", "report-luns", "security-protocols", "defects-12-grown", "defects-12-primary"}
	if !slices.Equal(passed, want) {
		t.Errorf("passed %v\nwant   %v", passed, want)
	}
}

// decode is a second opinion on what a command is, written apart from Permit:
// by operation code and the fields that make it another command.
func decode(c []byte) (harmless bool) {
	zero := func(at ...int) bool {
		return !slices.ContainsFunc(at, func(i int) bool { return c[i] != 0 })
	}
	if c[len(c)-1] != 0 { // CONTROL
		return false
	}
	switch c[0] {
	case 0x00, 0x03:
		return len(c) == 6 && zero(1, 2, 3)
	case 0x12:
		return len(c) == 6 && (zero(1, 2) || c[1] == 1 && slices.Contains([]byte{0, 0x80, 0x83, 0x89, 0xb0, 0xb1, 0xb2}, c[2]))
	case 0x1a:
		return len(c) == 6 && c[2] == 0x0a && zero(1, 3)
	case 0x5a:
		return len(c) == 10 && c[2] == 0x0a && zero(1, 3, 4, 5, 6)
	case 0x25:
		return len(c) == 10 && zero(1, 2, 3, 4, 5, 6, 7, 8)
	case 0x37:
		return len(c) == 10 && (c[2] == 0x0c || c[2] == 0x14) && zero(1, 3, 4, 5, 6)
	case 0x4d:
		return len(c) == 10 && c[2]>>6 == 1 && slices.Contains([]byte{0, 2, 3, 5, 6, 0xd, 0xe, 0x11, 0x15, 0x2f}, c[2]&0x3f) && zero(1, 3, 4, 5, 6)
	case 0x88:
		return len(c) == 16 && zero(1, 14)
	case 0x9e:
		return len(c) == 16 && c[1] == 0x10 && zero(2, 3, 4, 5, 6, 7, 8, 9, 14)
	case 0xa0:
		return len(c) == 12 && zero(1, 2, 3, 4, 5, 10)
	case 0xa2:
		return len(c) == 12 && zero(2, 4, 5, 10) && (c[1] == 0 && c[3] == 0 || c[1] == 1 && c[3] == 1)
	case 0xa3:
		return len(c) == 12 && c[1] == 0x0c && c[2] == 2 && c[3] == 0x48 && zero(4, 10) && slices.Contains([]byte{1, 2, 3, 0x1f}, c[5])
	case 0xb7:
		return len(c) == 12 && (c[1] == 0x0c || c[1] == 0x14) && zero(2, 3, 4, 5, 10)
	}
	return false
}

func FuzzPermit(f *testing.F) {
	for _, c := range captured(f) {
		f.Add(c)
	}
	f.Add(ReadDefects12(Grown, 8))
	f.Add(SecurityProtocolIn(1, 1, 2048))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, c []byte) {
		if name, err := Permit(c); err == nil && !decode(c) {
			t.Errorf("% x passes as %s", c, name)
		}
	})
}

func hexBytes(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
