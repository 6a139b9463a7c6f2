package taskfile

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// reference reads what capture.sh recorded: "# command line", "cdb: bytes".
func reference(t *testing.T, file string) (lines []string, blocks [][]byte) {
	t.Helper()
	b, err := os.ReadFile("testdata/reference/" + file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if s, ok := strings.CutPrefix(line, "# "); ok {
			lines = append(lines, strings.TrimSpace(s))
		}
		if s, ok := strings.CutPrefix(line, "cdb: "); ok {
			blocks = append(blocks, hexBytes(t, strings.TrimSpace(s)))
		}
	}
	if len(lines) == 0 || len(lines) != len(blocks) {
		t.Fatalf("%s: %d command lines, %d blocks", file, len(lines), len(blocks))
	}
	return lines, blocks
}

// hdparm builds the very bytes that this package builds, with one exception on
// purpose: it sends F8h, a 28-bit command, with EXTEND set.
func TestBuildsWhatHdparmBuilds(t *testing.T) {
	want := []string{PageIdentify, PagePowerMode, PageNativeMaxExt, PageAccessibleMax, PageNativeMax, PageDCO, PageSanitize}
	lines, blocks := reference(t, "hdparm.txt")
	if len(blocks) != len(want) {
		t.Fatalf("%d blocks for %d commands", len(blocks), len(want))
	}
	for i, name := range want {
		task, _ := TaskNamed(name)
		if name == PageNativeMax {
			if blocks[i][1] != protocolNonData|extend {
				t.Errorf("%s: byte 1 is %02X: the exception is gone", lines[i], blocks[i][1])
			}
			blocks[i][1] &^= extend
		}
		if got := task.cdb16(); !bytes.Equal(got, blocks[i]) {
			t.Errorf("%s:\n % x\nhdparm (%s):\n % x", name, got, lines[i], blocks[i])
		}
		if got, err := Permit(blocks[i]); err != nil || got != name {
			t.Errorf("Permit(hdparm's %s) = %q, %v", lines[i], got, err)
		}
	}
}

// sg3_utils leaves DEVICE at zero. ACS-3 does not look at it for these commands;
// hdparm sets the LBA bit, as old drives wanted, and so does this package.
func TestBuildsWhatSg3UtilsBuild(t *testing.T) {
	want := []string{PageIdentify, PageIdentify, PageLogDirectory, "log-04h-01h", "log-04h-07h", PageCapacity}
	lines, blocks := reference(t, "sg3-utils.txt")
	if len(blocks) != len(want) {
		t.Fatalf("%d blocks for %d commands", len(blocks), len(want))
	}
	for i, name := range want {
		task, _ := TaskNamed(name)
		device := map[int]int{12: 8, 16: 13}[len(blocks[i])]
		if blocks[i][device] != 0 {
			t.Errorf("%s: DEVICE is %02X: the exception is gone", lines[i], blocks[i][device])
		}
		blocks[i][device] = byLBA
		if got := task.Block(len(blocks[i]) == 12); !bytes.Equal(got, blocks[i]) {
			t.Errorf("%s:\n % x\n%s:\n % x", name, got, lines[i], blocks[i])
		}
	}
}

// Without a tool to capture from, these come from the fields of the standards.
func TestBuildsTheRest(t *testing.T) {
	for name, want := range map[string]string{
		PageSMARTData:        "85 08 0e 00 d0 00 01 00 00 00 4f 00 c2 40 b0 00",
		PageSMARTThresholds:  "85 08 0e 00 d1 00 01 00 00 00 4f 00 c2 40 b0 00",
		PageSMARTStatus:      "85 06 20 00 da 00 00 00 00 00 4f 00 c2 40 b0 00",
		pageTrustedProtocols: "85 08 0e 00 00 00 01 00 00 00 00 00 00 40 5c 00",
		pageTrustedLevel0:    "85 08 0e 00 01 00 01 00 00 00 01 00 00 40 5c 00",
		PageIdentifyPages:    "85 09 0e 00 00 00 01 00 30 00 00 00 00 40 2f 00",
	} {
		task, ok := TaskNamed(name)
		if got := task.cdb16(); !ok || !bytes.Equal(got, hexBytes(t, want)) {
			t.Errorf("%s = % x, want %s", name, got, want)
		}
	}
	task, _ := TaskNamed(PageSMARTStatus)
	if got, want := task.cdb12(), hexBytes(t, "a1 06 20 da 00 00 4f c2 40 b0 00 00"); !bytes.Equal(got, want) {
		t.Errorf("short: % x, want % x", got, want)
	}
}

func TestPermitNamesEveryTask(t *testing.T) {
	seen := map[string]bool{}
	for _, task := range tasks() {
		if seen[task.name] {
			t.Errorf("two tasks are called %s", task.name)
		}
		seen[task.name] = true
		if got, err := Permit(task.cdb16()); err != nil || got != task.name {
			t.Errorf("Permit(%s) = %q, %v", task.name, got, err)
		}
		if short := task.cdb12(); short != nil {
			if got, err := Permit(short); err != nil || got != task.name {
				t.Errorf("Permit(short %s) = %q, %v", task.name, got, err)
			}
		} else if !task.extended {
			t.Errorf("%s has no short form", task.name)
		}
	}
}

// Each of these is one field away from a command on the list.
func TestPermitRefuses(t *testing.T) {
	for what, block := range map[string]string{
		"empty":                               "",
		"INQUIRY":                             "12 00 00 00 60 00",
		"WRITE(16)":                           "8a 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
		"15 bytes":                            "85 08 0e 00 00 00 01 00 00 00 00 00 00 40 ec",
		"A1h of 16 bytes":                     "a1 08 0e 00 01 00 00 00 40 ec 00 00 00 00 00 00",
		"IDENTIFY as PIO out":                 "85 0a 06 00 00 00 01 00 00 00 00 00 00 40 ec 00",
		"IDENTIFY as DMA":                     "85 0c 0e 00 00 00 01 00 00 00 00 00 00 40 ec 00",
		"IDENTIFY, T_DIR to the drive":        "85 08 06 00 00 00 01 00 00 00 00 00 00 40 ec 00",
		"IDENTIFY, OFF_LINE":                  "85 08 ce 00 00 00 01 00 00 00 00 00 00 40 ec 00",
		"hard reset protocol":                 "85 00 20 00 00 00 00 00 00 00 00 00 00 40 e5 00",
		"soft reset protocol":                 "85 02 20 00 00 00 00 00 00 00 00 00 00 40 e5 00",
		"STANDBY IMMEDIATE":                   "85 06 20 00 00 00 00 00 00 00 00 00 00 40 e0 00",
		"SLEEP":                               "85 06 20 00 00 00 00 00 00 00 00 00 00 40 e6 00",
		"SET FEATURES":                        "85 06 20 00 03 00 00 00 00 00 00 00 00 40 ef 00",
		"SET MAX ADDRESS":                     "85 06 20 00 00 00 00 00 00 00 00 00 00 40 f9 00",
		"SET MAX ADDRESS EXT":                 "85 07 20 00 00 00 00 00 00 00 00 00 00 40 37 00",
		"SET ACCESSIBLE MAX ADDRESS EXT":      "85 07 20 00 01 00 00 00 00 00 00 00 00 40 78 00",
		"FREEZE ACCESSIBLE MAX ADDRESS EXT":   "85 07 20 00 02 00 00 00 00 00 00 00 00 40 78 00",
		"DCO RESTORE":                         "85 06 20 00 c0 00 00 00 00 00 00 00 00 40 b1 00",
		"DCO FREEZE LOCK":                     "85 06 20 00 c1 00 00 00 00 00 00 00 00 40 b1 00",
		"DCO SET":                             "85 0a 06 00 c3 00 01 00 00 00 00 00 00 40 b1 00",
		"SANITIZE STATUS, clear failure":      "85 07 20 00 00 00 01 00 00 00 00 00 00 40 b4 00",
		"CRYPTO SCRAMBLE EXT":                 "85 07 20 00 11 00 00 43 70 00 79 00 72 40 b4 00",
		"BLOCK ERASE EXT":                     "85 07 20 00 12 00 00 42 72 00 45 00 6b 40 b4 00",
		"OVERWRITE EXT":                       "85 07 20 00 14 00 01 00 00 4f 00 57 00 40 b4 00",
		"SANITIZE FREEZE LOCK EXT":            "85 07 20 00 20 00 00 46 4b 00 4c 00 72 40 b4 00",
		"SANITIZE ANTIFREEZE LOCK EXT":        "85 07 20 00 40 00 00 41 6e 00 74 00 69 40 b4 00",
		"SMART EXECUTE OFF-LINE":              "85 06 20 00 d4 00 00 00 01 00 4f 00 c2 40 b0 00",
		"SMART DISABLE":                       "85 06 20 00 d9 00 00 00 00 00 4f 00 c2 40 b0 00",
		"SMART WRITE LOG":                     "85 0a 06 00 d6 00 01 00 80 00 4f 00 c2 40 b0 00",
		"SMART SAVE":                          "85 06 20 00 d3 00 00 00 00 00 4f 00 c2 40 b0 00",
		"READ LOG EXT, resetting statistics":  "85 09 0e 00 01 00 01 00 04 00 01 00 00 40 2f 00",
		"READ LOG EXT of log 10h (clears it)": "85 09 0e 00 00 00 01 00 10 00 00 00 00 40 2f 00",
		"READ LOG EXT, two pages":             "85 09 0e 00 00 00 02 00 04 00 01 00 00 40 2f 00",
		"READ LOG EXT, page 0101h":            "85 09 0e 00 00 00 01 00 04 01 01 00 00 40 2f 00",
		"WRITE LOG EXT":                       "85 0b 06 00 00 00 01 00 04 00 01 00 00 40 3f 00",
		"TRUSTED SEND":                        "85 0a 06 00 01 00 01 00 00 00 01 00 00 40 5e 00",
		"TRUSTED RECEIVE, other ComID":        "85 08 0e 00 01 00 01 00 00 00 02 00 00 40 5c 00",
		"TRUSTED RECEIVE, protocol 02h":       "85 08 0e 00 02 00 01 00 00 00 01 00 00 40 5c 00",
		"TRUSTED RECEIVE, no blocks":          "85 08 0e 00 01 00 00 00 00 00 01 00 00 40 5c 00",
		"TRUSTED RECEIVE, 129 blocks":         "85 08 0e 00 01 00 81 00 00 00 01 00 00 40 5c 00",
		"SECURITY ERASE UNIT":                 "85 0a 06 00 00 00 01 00 00 00 00 00 00 40 f4 00",
		"SECURITY FREEZE LOCK":                "85 06 20 00 00 00 00 00 00 00 00 00 00 40 f5 00",
		"WRITE DMA EXT":                       "85 0d 06 00 00 00 01 00 00 00 00 00 00 40 35 00",
		"DATA SET MANAGEMENT":                 "85 0d 06 00 01 00 01 00 00 00 00 00 00 40 06 00",
		"DOWNLOAD MICROCODE":                  "85 0a 06 00 07 00 01 00 00 00 00 00 00 40 92 00",
		"short, SET MAX ADDRESS":              "a1 06 20 00 00 00 00 00 40 f9 00 00",
		"short, sanitize":                     "a1 06 20 00 00 00 00 00 40 b4 00 00",
	} {
		if name, err := Permit(hexBytes(t, block)); err == nil {
			t.Errorf("%s is permitted as %s", what, name)
		}
	}
}

// Any single bit makes another command of it, but for the number of blocks.
func TestPermitEveryBitCounts(t *testing.T) {
	for _, task := range tasks() {
		for _, good := range [][]byte{task.cdb16(), task.cdb12()} {
			for i := range 8 * len(good) {
				bad := bytes.Clone(good)
				bad[i/8] ^= 1 << (i % 8)
				name, err := Permit(bad)
				if err != nil {
					continue
				}
				if f := carriedBy(bad); name == task.name && f.command != 0x5c || !onList(bad) {
					t.Errorf("% x, bit %d of %s, is permitted as %s", bad, i, task.name, name)
				}
			}
		}
	}
}

// Of all commands and features, only the list.
func TestPermitEveryCommand(t *testing.T) {
	permitted := 0
	for _, flags := range [][3]uint16{{6, 0x20, 0}, {7, 0x20, 0}, {8, 0x0e, 1}, {9, 0x0e, 1}} {
		for command := range 256 {
			for feature := range 256 {
				block := make([]byte, 16)
				block[0], block[1], block[2], block[4], block[6] = 0x85, byte(flags[0]), byte(flags[1]), byte(feature), byte(flags[2])
				block[13], block[14] = 0x40, byte(command)
				if command == 0xb0 {
					block[10], block[12] = 0x4f, 0xc2
				}
				if _, err := Permit(block); err == nil {
					permitted++
					if !onList(block) {
						t.Errorf("% x is permitted", block)
					}
				}
			}
		}
	}
	// identify, power mode, native max ×2, AMA, DCO, sanitize, SMART ×3, log 00h, trusted 00h
	if permitted != 12 {
		t.Errorf("%d commands permitted with LBA zero, want 12", permitted)
	}
}

// onList is the reading list told a second time, by field and not by byte: what
// a drive that decodes the block would do.
func onList(block []byte) bool {
	f := carriedBy(block)
	if len(block) == 12 && (f.extended || block[10] != 0 || block[11] != 0) || len(block) == 16 && block[15] != 0 {
		return false
	}
	protocol := block[1] >> 1
	data := protocol == 4 && block[2] == 0x0e && f.in
	none := protocol == 3 && block[2] == 0x20 && !f.in && f.count == 0
	if !data && !none || f.device != 0x40 {
		return false
	}
	switch f.command {
	case 0xec:
		return data && !f.extended && f.feature == 0 && f.count == 1 && f.lba == 0
	case 0xe5, 0xf8:
		return none && !f.extended && f.feature == 0 && f.lba == 0
	case 0x27, 0x78, 0xb4:
		return none && f.extended && f.feature == 0 && f.lba == 0
	case 0xb1:
		return data && !f.extended && f.feature == 0xc2 && f.count == 1 && f.lba == 0
	case 0xb0:
		read := data && (f.feature == 0xd0 || f.feature == 0xd1) && f.count == 1
		return !f.extended && f.lba == 0xc24f00 && (read || none && f.feature == 0xda)
	case 0x2f:
		log, page := f.lba&0xff, f.lba>>8
		known := log == 0 && page == 0 || log == 4 && page < 8 || log == 0x30 && (page == 0 || page == 2)
		return data && f.extended && f.feature == 0 && f.count == 1 && known
	case 0x5c:
		return data && !f.extended && f.count >= 1 && f.count <= 128 && (f.feature == 0 && f.lba == 0 || f.feature == 1 && f.lba == 0x100)
	}
	return false
}

func FuzzPermit(f *testing.F) {
	for _, task := range tasks() {
		f.Add(task.cdb16())
		f.Add(task.cdb12())
	}
	f.Add([]byte{0x85})
	f.Fuzz(func(t *testing.T, block []byte) {
		name, err := Permit(block)
		if err != nil {
			return
		}
		if name == "" || len(block) != 12 && len(block) != 16 || !onList(block) {
			t.Fatalf("% x is permitted as %q", block, name)
		}
	})
}

func hexBytes(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// carried is a decoded command block.
type carried struct {
	command, device byte
	feature, count  uint16
	lba             uint64
	extended        bool
	in, registers   bool
}

func carriedBy(c []byte) carried {
	f := carried{extended: c[1]&1 != 0, in: c[2]&8 != 0, registers: c[2]&0x20 != 0}
	if c[0] == 0xa1 {
		f.feature, f.count, f.device, f.command = uint16(c[3]), uint16(c[4]), c[8], c[9]
		f.lba = uint64(c[5]) | uint64(c[6])<<8 | uint64(c[7])<<16
		return f
	}
	f.feature, f.count = binary.BigEndian.Uint16(c[3:]), binary.BigEndian.Uint16(c[5:])
	f.device, f.command = c[13], c[14]
	f.lba = uint64(c[8]) | uint64(c[10])<<8 | uint64(c[12])<<16 | uint64(c[7])<<24 | uint64(c[9])<<32 | uint64(c[11])<<40
	return f
}
