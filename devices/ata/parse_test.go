package ata

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/ata/taskfile"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

func TestParseIdentify(t *testing.T) {
	id, err := ParseIdentify(plainHDD().sealed())
	if err != nil {
		t.Fatal(err)
	}
	want := Identify{
		Model: "SHOKYO SPEC HDD", Serial: "ZA0TEST1", Firmware: "SC60", WWN: 0x5000c50012345678,
		Sectors: tib1, LogicalBytes: 512, PhysicalBytes: 4096,
		RPM: 7200, SolidState: answer.No, Removable: answer.No, MajorVersions: 0x07f0, TransportWord: 0x107f,
		Sanitize: answer.Yes, CryptoScramble: answer.No, Overwrite: answer.Yes, BlockErase: answer.No, AntifreezeLock: answer.No,
		EncryptsAll: answer.No, TRIM: answer.No, DRAT: answer.No, RZAT: answer.No,
		LBA48: answer.Yes, HPA: answer.Yes, HPAEnabled: answer.Yes, DCO: answer.Yes, AMA: answer.Yes, SMART: answer.Yes, SMARTEnabled: answer.Yes,
		Logging: answer.Yes, TrustedComputing: answer.No, SCT: answer.Yes,
		Security: Security{Supported: answer.Yes, Enabled: answer.No, Locked: answer.No, Frozen: answer.Yes, CountExpired: answer.No, EnhancedErase: answer.Yes, Maximum: answer.No},
		Checksum: answer.Yes,
	}
	if *id != want {
		t.Errorf("got\n%+v\nwant\n%+v", *id, want)
	}
	if id.Version() != "ACS-3" || id.Transport() != "SATA" {
		t.Errorf("version %q, transport %q", id.Version(), id.Transport())
	}
}

func TestIdentifyWords(t *testing.T) {
	type check func(*Identify) bool
	for name, test := range map[string]struct {
		words words16
		check check
	}{
		"DRAT and RZAT": {plainSSD(), func(id *Identify) bool {
			return id.DRAT == answer.Yes && id.RZAT == answer.Yes && id.TRIM == answer.Yes && id.EncryptsAll == answer.Yes
		}},
		"DRAT only": {plainSSD().with(words16{69: 0x4000}), func(id *Identify) bool {
			return id.DRAT == answer.Yes && id.RZAT == answer.No && id.EncryptsAll == answer.No
		}},
		"word 69 not valid": {plainSSD().with(words16{53: 0}), func(id *Identify) bool {
			return id.DRAT == answer.Unknown && id.RZAT == answer.Unknown && id.EncryptsAll == answer.Unknown
		}},
		"word 59 not reported": {plainSSD().with(words16{59: 0xffff}), func(id *Identify) bool { return id.Sanitize == answer.Unknown && id.CryptoScramble == answer.Unknown }},
		"crypto scramble": {plainSSD(), func(id *Identify) bool {
			return id.Sanitize == answer.Yes && id.CryptoScramble == answer.Yes && id.BlockErase == answer.Yes
		}},
		"SSD":                    {plainSSD(), func(id *Identify) bool { return id.SolidState == answer.Yes && id.RPM == 0 }},
		"rotation not reported":  {plainSSD().with(words16{217: 0}), func(id *Identify) bool { return id.SolidState == answer.Unknown }},
		"rotation reserved":      {plainSSD().with(words16{217: 0x0400}), func(id *Identify) bool { return id.SolidState == answer.Unknown && id.RPM == 0 }},
		"old meaning of word 48": {plainSSD().with(words16{48: 0x0001}), func(id *Identify) bool { return id.TrustedComputing == answer.Unknown }},
		"before trusted computing": {plainSSD().with(words16{48: 0x0001, 80: 0x00f0}),
			func(id *Identify) bool { return id.TrustedComputing == answer.No && id.Version() == "ATA/ATAPI-7" }},
		"trusted computing": {plainSSD(), func(id *Identify) bool { return id.TrustedComputing == answer.Yes }},
		"word 83 not valid": {plainHDD().with(words16{83: 0x0c00}), func(id *Identify) bool {
			return id.HPA == answer.Unknown && id.DCO == answer.Unknown && id.LBA48 == answer.Unknown && id.SMART == answer.Unknown
		}},
		"word 83 of ones": {plainHDD().with(words16{83: 0xffff}), func(id *Identify) bool { return id.HPA == answer.Unknown && id.DCO == answer.Unknown }},
		"word 87 not valid": {plainHDD().with(words16{87: 0}), func(id *Identify) bool {
			return id.SMARTEnabled == answer.Unknown && id.HPAEnabled == answer.Unknown && id.WWN == 0
		}},
		"word 119 not announced": {plainHDD().with(words16{86: 0x0c00}), func(id *Identify) bool { return id.AMA == answer.Unknown }},
		"word 119 before ACS-3":  {plainHDD().with(words16{86: 0x0c00, 80: 0x03f0}), func(id *Identify) bool { return id.AMA == answer.No }},
		"no version named":       {plainHDD().with(words16{86: 0x0c00, 80: 0}), func(id *Identify) bool { return id.AMA == answer.Unknown && id.Version() == "" }},
		"logging by word 87":     {plainHDD().with(words16{84: 0}), func(id *Identify) bool { return id.Logging == answer.Yes }},
		"no logging words":       {plainHDD().with(words16{84: 0, 87: 0}), func(id *Identify) bool { return id.Logging == answer.Unknown }},
		"locked": {plainSSD().with(words16{128: 0x0107}), func(id *Identify) bool {
			return id.Security == Security{answer.Yes, answer.Yes, answer.Yes, answer.No, answer.No, answer.No, answer.Yes}
		}},
		"security unsupported":    {plainSSD().with(words16{128: 0, 82: 0x0001}), func(id *Identify) bool { return id.Security.Supported == answer.No && id.Security.Locked == answer.No }},
		"security contradictory":  {plainSSD().with(words16{128: 0}), func(id *Identify) bool { return id.Security == Security{} }},
		"security unknown":        {plainSSD().with(words16{128: 0, 83: 0}), func(id *Identify) bool { return id.Security == Security{} }},
		"4 KiB sectors":           {plainHDD().with(words16{106: 0x5000, 117: 2048}), func(id *Identify) bool { return id.LogicalBytes == 4096 && id.PhysicalBytes == 4096 }},
		"absurd sector size":      {plainHDD().with(words16{106: 0x5000, 117: 0xffff, 118: 0xffff}), func(id *Identify) bool { return id.LogicalBytes == 0 && id.PhysicalBytes == 0 }},
		"word 106 not valid":      {plainHDD().with(words16{106: 0}), func(id *Identify) bool { return id.LogicalBytes == 512 && id.PhysicalBytes == 0 }},
		"28-bit disk":             {plainHDD().with(words16{83: 0x4800}).number(60, 2, 1000).number(100, 4, 0), func(id *Identify) bool { return id.Sectors == 1000 && id.LBA48 == answer.No }},
		"saturated 28 bits":       {plainHDD().with(words16{83: 0x4800}).number(100, 4, 0), func(id *Identify) bool { return id.Sectors == 0 }},
		"extended sector count":   {plainHDD().with(words16{69: 0x0008}).number(230, 4, 12345), func(id *Identify) bool { return id.Sectors == 12345 }},
		"impossible sector count": {plainHDD().number(100, 4, 1<<48), func(id *Identify) bool { return id.Sectors == 0 }},
		"not spun up": {plainHDD().with(words16{2: 0x37c8}), func(id *Identify) bool {
			return id.Incomplete && id.HPA == answer.Unknown && id.Sanitize == answer.Unknown
		}},
		"parallel":     {plainHDD().with(words16{222: 0x001f}), func(id *Identify) bool { return id.Transport() == "parallel ATA" }},
		"CompactFlash": {plainHDD().with(words16{0: 0x848a}), func(id *Identify) bool { return id.Removable == answer.Yes }},
	} {
		id, err := ParseIdentify(test.words.sealed())
		if err != nil || !test.check(id) {
			t.Errorf("%s: %v\n%+v", name, err, id)
		}
	}
}

func TestIdentifyChecksum(t *testing.T) {
	page := plainSSD().bare()
	if id, err := ParseIdentify(page); err != nil || id.Checksum != answer.Unknown || id.Sanitize != answer.Yes {
		t.Errorf("without signature: %+v, %v", id, err)
	}
	page = plainSSD().sealed()
	page[100] ^= 0x10
	id, err := ParseIdentify(page)
	if err != nil || id.Checksum != answer.No || id.Model != "SHOKYO SPEC SSD" || id.Sectors != tib1 {
		t.Fatalf("damaged: %+v, %v", id, err)
	}
	if id.HPA != answer.Unknown || id.Sanitize != answer.Unknown || id.RZAT != answer.Unknown || id.Security != (Security{}) || id.SolidState != answer.Unknown {
		t.Errorf("damaged, and believed: %+v", id)
	}
}

func TestIdentifyRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		page []byte
		want string
	}{
		"short":  {plainHDD().sealed()[:511], "511 bytes"},
		"zeros":  {make([]byte, 512), "nothing but 00h"},
		"ones":   {bytes.Repeat([]byte{0xff}, 512), "nothing but FFh"},
		"ATAPI":  {plainHDD().with(words16{0: 0x8580}).sealed(), "not an ATA disk"},
		"absent": {nil, "0 bytes"},
	} {
		if id, err := ParseIdentify(test.page); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %+v, %v", name, id, err)
		}
	}
}

func TestHidden(t *testing.T) {
	noDCO := plainHDD().with(words16{83: 0x4400})
	old := noDCO.with(words16{80: 0x01f0, 86: 0x0400, 82: 0x0003})
	for name, test := range map[string]struct {
		drive  func() *fakeDrive
		user   uint64
		answer answer.Answer
		hidden uint64
		source string // the one that is checked
		why    string
	}{
		"nothing hidden":   {func() *fakeDrive { return newDrive(plainHDD()) }, tib1, answer.No, 0, "HPA", ""},
		"no such features": {func() *fakeDrive { return newDrive(old) }, tib1, answer.No, 0, "AMA", "not asked: IDENTIFY word 119 says no accessible maximum address"},
		"HPA of 1 GiB": {func() *fakeDrive {
			d := newDrive(plainHDD().number(100, 4, tib1-gib1))
			d.logs[[2]byte{0x30, 2}] = statistics(2, 1<<63|(tib1-gib1))
			return d
		}, tib1 - gib1, answer.Yes, gib1, "HPA", ""},
		"bridge shows less": {func() *fakeDrive { return newDrive(plainHDD()) }, tib1 - 2048, answer.Yes, 2048, "IDENTIFY", ""},
		"DCO hides more than HPA": {func() *fakeDrive {
			d := newDrive(plainHDD().number(100, 4, tib1-2*gib1))
			d.native, d.ama, d.logs[[2]byte{0x30, 2}] = tib1Max-gib1, tib1Max-2*gib1, statistics(2, 1<<63|(tib1-2*gib1))
			return d
		}, tib1 - 2*gib1, answer.Yes, 2 * gib1, "DCO", ""},
		"AMA": {func() *fakeDrive {
			d := newDrive(plainSSD().number(100, 4, tib1-gib1))
			d.logs[[2]byte{0x30, 2}] = statistics(2, 1<<63|(tib1-gib1))
			return d
		}, tib1 - gib1, answer.Yes, gib1, "AMA", ""},
		"HPA aborted": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.native = 0
			return d
		}, tib1, answer.Unknown, 0, "HPA", "the drive aborted the command (ABRT): not supported, or not in this state"},
		"HPA aborted, but DCO tells": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.native = 0
			d.dco = words16{0: 2}.number(3, 4, tib1Max+gib1).sealed()
			return d
		}, tib1, answer.Yes, gib1, "DCO", ""},
		"native maximum below the size": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.native = tib1Max - 1
			return d
		}, tib1, answer.Unknown, 0, "HPA", "contradictory: 2147483647 sectors, fewer than the 2147483648 in use"},
		"native maximum impossible": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.native = 1<<48 - 1
			return d
		}, tib1, answer.Unknown, 0, "HPA", "contradictory: 281474976710655 as the last address"},
		"two capacities": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.logs[[2]byte{0x30, 2}] = statistics(2, 1<<63|(tib1-1))
			return d
		}, tib1, answer.Unknown, 0, "IDENTIFY", "contradictory: IDENTIFY DEVICE says 2147483648 sectors, log 30h says 2147483647"},
		"bridge returns no registers": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.translator.noRegisters = true
			return d
		}, tib1, answer.Unknown, 0, "HPA", "no registers came back: the bridge or controller does not pass them on"},
		"bridge returns zeros": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.translator.zeroRegisters = true
			return d
		}, tib1, answer.Unknown, 0, "AMA", "the registers that came back are not the drive's (STATUS 00h): the bridge or controller does not pass them on"},
		"bridge passes nothing": {func() *fakeDrive {
			d := newDrive(plainHDD())
			d.translator.refuse16, d.translator.refuse12 = true, true
			return d
		}, tib1, answer.Unknown, 0, "DCO", "not asked: the drive gave no IDENTIFY DEVICE data"},
		"validity bits off": {func() *fakeDrive { return newDrive(plainHDD().with(words16{83: 0x0c00})) },
			tib1, answer.Unknown, 0, "HPA", "not asked: IDENTIFY word 82 is not valid, host protected area unknown"},
		"size in use not known": {func() *fakeDrive { return newDrive(plainHDD()) }, 0, answer.Unknown, 0, "DCO", "the size in use is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			h := collect(t, test.drive()).Hidden(test.user)
			if h.Answer != test.answer || h.Sectors != test.hidden {
				t.Errorf("hidden: %v, %d sectors, want %v, %d\n%+v", h.Answer, h.Sectors, test.answer, test.hidden, h.Sources)
			}
			for _, s := range h.Sources {
				if s.Name == test.source && s.Why.EN != test.why {
					t.Errorf("%s: %q, want %q", s.Name, s.Why, test.why)
				}
				if s.Answer == answer.Unknown && s.Why == (words.Text{}) {
					t.Errorf("%s is unknown without a reason", s.Name)
				}
			}
		})
	}
}

func TestSanitize(t *testing.T) {
	for name, test := range map[string]struct {
		count    uint16
		progress uint16
		reason   byte
		want     Sanitize
		text     string
	}{
		"never sanitized, or success": {0x80, 0xffff, 0, Sanitize{State: SanitizeNoFailure, Frozen: answer.No, Antifreeze: answer.No}, "proves no erasure"},
		"in progress":                 {0x40, 0x8000, 0, Sanitize{State: SanitizeInProgress, Progress: 0x8000, Frozen: answer.No, Antifreeze: answer.No}, "50.0 %"},
		"in progress, and bit 7":      {0xc0, 0x4000, 0, Sanitize{State: SanitizeInProgress, Progress: 0x4000, Frozen: answer.No, Antifreeze: answer.No}, "25.0 %"},
		"frozen":                      {0xa0, 0xffff, 0, Sanitize{State: SanitizeNoFailure, Frozen: answer.Yes, Antifreeze: answer.No}, "proves no erasure"},
		"antifreeze lock":             {0x90, 0xffff, 0, Sanitize{State: SanitizeNoFailure, Frozen: answer.No, Antifreeze: answer.Yes}, "proves no erasure"},
		"did not complete":            {0x00, 0xffff, 0, Sanitize{State: SanitizeIncomplete, Frozen: answer.No, Antifreeze: answer.No}, "did not complete"},
		"failed":                      {0, 0, 1, Sanitize{State: SanitizeFailed, Reason: drive.ATAUnsuccessful}, "failed"},
		"aborted as frozen":           {0, 0, 3, Sanitize{Frozen: answer.Yes, Reason: drive.ATAFrozen}, "not known"},
		"aborted by antifreeze":       {0, 0, 4, Sanitize{Antifreeze: answer.Yes, Reason: drive.ATAAntifreeze}, "not known"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newDrive(plainHDD())
			fake.count, fake.progress, fake.sanitizeAt = test.count, test.progress, test.reason
			d := collect(t, fake)
			if d.Sanitize == nil {
				t.Fatal(d.Why(taskfile.PageSanitize))
			}
			if *d.Sanitize != test.want || !strings.Contains(d.Sanitize.Text().EN, test.text) {
				t.Errorf("%+v (%s), want %+v", *d.Sanitize, d.Sanitize.Text(), test.want)
			}
		})
	}
	// A reason fits into the fixed format, a state does not.
	fake := newDrive(plainHDD())
	fake.translator.fixed, fake.sanitizeAt = true, 1
	if d := collect(t, fake); d.Sanitize == nil || d.Sanitize.State != SanitizeFailed {
		t.Errorf("failed, in fixed format: %+v, %s", d.Sanitize, d.Why(taskfile.PageSanitize))
	}
}

// The stick's own kernel returns a failure in its own format.
func TestSanitizeFailedOnLinux61(t *testing.T) {
	r, why := taskfile.Judge(unhex(t, "70000b000000000a04414000000000008001"))
	if r == nil || why == (words.Text{}) {
		t.Fatalf("%+v, %q", r, why)
	}
	if s, err := parseSanitize(r); err != nil || s.State != SanitizeFailed {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestSense(t *testing.T) {
	good := taskfile.Registers{Error: 0x04, Status: 0x51, Device: 0x4e, Count: 0x1234, LBA: 0x0123456789ab, Wide: true}
	narrow := good
	narrow.Count, narrow.LBA, narrow.Wide = 0x34, 0x6789ab, false
	small := narrow
	small.Wide = true
	descriptor := descriptorFormat(good, 11, 0, 0, true)
	other := append([]byte{0x72, 11, 0, 0, 0, 0, 0, 26, 0x00, 10, 0x80, 0, 1, 2, 3, 4, 5, 6, 7, 8}, descriptor[8:]...)
	for name, test := range map[string]struct {
		sense []byte
		want  *taskfile.Registers
	}{
		"descriptor":                     {descriptor, &good},
		"descriptor, 28-bit":             {descriptorFormat(good, 11, 0, 0, false), &narrow},
		"second descriptor":              {other, &good},
		"descriptor cut off":             {descriptor[:21], nil},
		"descriptor behind the end":      {append([]byte{0x72, 1, 0, 0x1d, 0, 0, 0, 13}, descriptor[8:]...), nil},
		"descriptor of another length":   {append([]byte{0x72, 1, 0, 0x1d, 0, 0, 0, 14, 9, 11}, descriptor[10:]...), nil},
		"endless descriptors":            {append([]byte{0x72, 1, 0, 0x1d, 0, 0, 0, 255}, make([]byte, 247)...), nil},
		"fixed, upper halves not there":  {fixedFormat(good, 11, 0, 0, true), &narrow},
		"fixed, upper halves zero":       {fixedFormat(small, 11, 0, 0, true), &small},
		"fixed, 28-bit":                  {fixedFormat(narrow, 11, 0, 0, false), &narrow},
		"fixed, VALID off":               {append([]byte{0x70}, fixedFormat(good, 11, 0, 0, true)[1:]...), nil},
		"fixed, INFORMATION is an LBA":   {[]byte{0xf0, 0, 3, 0, 0, 0x10, 0, 10, 0, 0, 0, 0, 0x11, 0}, nil},
		"Linux before 6.11":              {unhex(t, "70000b000000000a04414001000000008001"), &taskfile.Registers{Error: 4, Status: 0x41, Device: 0x40, Count: 1, LBA: 1}},
		"Linux before 6.11, no error":    {unhex(t, "70000b000000000a00504001000000008001"), nil},
		"sense-key specific bytes":       {unhex(t, "700005000000000a0441400024000080c001"), nil},
		"fixed, no error and no 00h/1Dh": {fixedFormat(taskfile.Registers{Status: 0x50}, 11, 0, 0, true), nil},
	} {
		s, err := taskfile.ParseSense(test.sense)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if (s.Registers == nil) != (test.want == nil) || test.want != nil && *s.Registers != *test.want {
			t.Errorf("%s: %+v, want %+v", name, s.Registers, test.want)
		}
	}
	for _, b := range [][]byte{nil, {0x72}, {0x70, 0, 5, 0, 0, 0, 0, 0}, make([]byte, 18), bytes.Repeat([]byte{0x7f}, 18)} {
		if s, err := taskfile.ParseSense(b); err == nil {
			t.Errorf("% x: %+v", b, s)
		}
	}
}

func TestJudge(t *testing.T) {
	for name, test := range map[string]struct {
		status []byte
		why    string
		came   bool
	}{
		"success":                     {nil, "", false},
		"empty":                       {[]byte{}, "the answer cannot be understood: sense data of 0 bytes", false},
		"registers":                   {descriptorFormat(taskfile.Registers{Status: 0x50}, 1, 0, 0x1d, true), "", true},
		"aborted":                     {descriptorFormat(taskfile.Registers{Status: 0x51, Error: 4}, 11, 0, 0, true), "the drive aborted the command (ABRT): not supported, or not in this state", true},
		"device fault":                {descriptorFormat(taskfile.Registers{Status: 0x71, Error: 4}, 4, 0x44, 0, true), "the drive reports a device fault", true},
		"no address":                  {descriptorFormat(taskfile.Registers{Status: 0x51, Error: 0x10}, 11, 0, 0, true), "the drive found no such address (IDNF)", true},
		"uncorrectable":               {descriptorFormat(taskfile.Registers{Status: 0x51, Error: 0x40}, 3, 0x11, 4, true), "the drive could not read its own data (UNC)", true},
		"some error":                  {descriptorFormat(taskfile.Registers{Status: 0x51, Error: 0x80}, 11, 0x47, 0, true), "the drive failed the command (STATUS 51h, ERROR 80h)", true},
		"busy":                        {descriptorFormat(taskfile.Registers{Status: 0xd0}, 1, 0, 0x1d, true), "the registers that came back are not the drive's (STATUS D0h): the bridge or controller does not pass them on", false},
		"good registers, yet refused": {descriptorFormat(taskfile.Registers{Status: 0x50}, 5, 0x24, 0, true), "the bridge or controller does not pass this ATA command (Invalid Field in CDB)", false},
		"recovered, no registers":     {[]byte{0x72, 1, 0, 0x1d, 0, 0, 0, 0}, "", false},
		"aborted, no registers":       {[]byte{0x72, 11, 0, 0, 0, 0, 0, 0}, "the command was aborted, and no registers say why", false},
		"not ready":                   {[]byte{0x72, 2, 4, 1, 0, 0, 0, 0}, "sense key 2h, ASC/ASCQ 04h/01h", false},
	} {
		r, why := taskfile.Judge(test.status)
		if why.EN != test.why || (r != nil) != test.came {
			t.Errorf("%s: %+v, %q, want %q", name, r, why, test.why)
		}
	}
}

func TestSMART(t *testing.T) {
	page := smartPage(smartEntry{197, 0x0012, 100, 99, 3}, smartEntry{}, smartEntry{241, 0x32, 1, 2, 0xabcdef012345}, smartEntry{197, 0, 1, 1, 9})
	s, err := ParseSMART(page)
	if err != nil {
		t.Fatal(err)
	}
	if a, ok := s.Attribute(AttributeWritten); !ok || a.Raw != 0xabcdef012345 || a.Value != 1 || a.Worst != 2 {
		t.Errorf("241: %+v, %v", a, ok)
	}
	if a, ok := s.Attribute(AttributePending); !ok || a.Raw != 3 || a.Flags != 0x12 || len(s.Attributes) != 2 {
		t.Errorf("197, given twice: %+v, %v", a, ok)
	}
	if a, ok := s.Attribute(AttributeReallocated); ok {
		t.Errorf("5: %+v", a)
	}
	limits, err := ParseThresholds(smartPage(smartEntry{id: 5, flags: 36}))
	if err != nil {
		t.Fatal(err)
	}
	if want := []threshold{{5, 36}}; !slices.Equal(limits.entries, want) {
		t.Errorf("thresholds %v, want %v", limits.entries, want)
	}
	for name, page := range map[string][]byte{"zeros": make([]byte, 512), "ones": bytes.Repeat([]byte{255}, 512), "short": page[:511]} {
		if s, err := ParseSMART(page); err == nil {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestSMARTStatus(t *testing.T) {
	fake := newDrive(plainHDD())
	fake.exceeded = true
	if d := collect(t, fake); d.SMARTStatus == nil || d.SMARTStatus.Exceeded != answer.Yes {
		t.Errorf("exceeded: %+v", d.SMARTStatus)
	}
	fake.translator.fixed = true
	if d := collect(t, fake); d.SMARTStatus == nil || d.SMARTStatus.Exceeded != answer.Yes {
		t.Errorf("exceeded, in fixed format: %+v, %s", d.SMARTStatus, d.Why(taskfile.PageSMARTStatus))
	}
	if s, err := parseSMARTStatus(&taskfile.Registers{Status: 0x50}); err == nil {
		t.Errorf("LBA zero: %+v", s)
	}
}

func TestLogPages(t *testing.T) {
	if _, err := ParseLogDirectory(make([]byte, 512)); err == nil {
		t.Error("a directory of zeros")
	}
	if d, err := ParseLogDirectory(words16{0: 1, 4: 8, 255: 3}.bare()); err != nil || d.Pages[4] != 8 || d.Pages[255] != 3 || d.Pages[0] != 0 {
		t.Errorf("directory: %v, %v", d, err)
	}
	if l, err := ParsePageList(pageList(0, 0, 1, 7)); err != nil || !l.Has(7) || l.Has(3) {
		t.Errorf("list: %v, %v", l, err)
	}
	full := pageList(0)
	full[8] = 255
	if l, err := ParsePageList(full); err != nil || len(l.Pages) != 255 {
		t.Errorf("full list: %v, %v", l, err)
	}
	if c, err := ParseCapacity(statistics(2, tib1)); err != nil || c.Sectors != 0 {
		t.Errorf("capacity not marked valid: %v, %v", c, err)
	}
	for name, parse := range map[string]func([]byte) error{
		"list":      func(p []byte) error { _, err := ParsePageList(p); return err },
		"capacity":  func(p []byte) error { _, err := ParseCapacity(p); return err },
		"general":   func(p []byte) error { _, err := ParseGeneralStatistics(p); return err },
		"rotating":  func(p []byte) error { _, err := ParseRotatingStatistics(p); return err },
		"errors":    func(p []byte) error { _, err := ParseErrorStatistics(p); return err },
		"interface": func(p []byte) error { _, err := ParseInterfaceStatistics(p); return err },
		"solid":     func(p []byte) error { _, err := ParseSolidStateStatistics(p); return err },
		"directory": func(p []byte) error { _, err := ParseLogDirectory(p); return err },
		"DCO":       func(p []byte) error { _, err := ParseDCO(p); return err },
	} {
		for what, page := range map[string][]byte{"zeros": make([]byte, 512), "ones": bytes.Repeat([]byte{255}, 512), "short": make([]byte, 511), "none": nil} {
			if parse(page) == nil {
				t.Errorf("%s reads %s", name, what)
			}
		}
	}
}

func TestStatisticStates(t *testing.T) {
	page := statistics(1, 0xc0<<56|5, 0x80<<56|6, 0x40<<56|7, 0)
	g, err := ParseGeneralStatistics(page)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ got, want Statistic }{
		"valid":                    {g.PowerOnResets, Statistic{Supported: answer.Yes, Valid: true, Value: 5}},
		"supported, not valid":     {g.PowerOnHours, Statistic{Supported: answer.Yes}},
		"valid, but not supported": {g.SectorsWritten, Statistic{Supported: answer.No}},
		"absent":                   {g.WriteCommands, Statistic{Supported: answer.No}},
	} {
		if test.got != test.want {
			t.Errorf("%s: %+v, want %+v", name, test.got, test.want)
		}
	}
}

func FuzzParsers(f *testing.F) {
	d := newDrive(plainHDD())
	for _, page := range [][]byte{d.identify, d.dco, d.smart, d.limits, plainSSD().sealed(), d.logs[[2]byte{0, 0}], d.logs[[2]byte{4, 1}], d.logs[[2]byte{4, 7}], nil} {
		f.Add(page)
	}
	f.Fuzz(func(t *testing.T, page []byte) {
		if id, err := ParseIdentify(page); err == nil {
			if id.Sectors >= 1<<48 || id.LogicalBytes > 1<<20 || id.PhysicalBytes > 1<<20 {
				t.Fatalf("absurd sizes: %+v", id)
			}
			if id.Checksum == answer.No && (id.HPA != answer.Unknown || id.Sanitize != answer.Unknown) {
				t.Fatalf("a damaged page is believed: %+v", id)
			}
		}
		if p, err := ParseDCO(page); err == nil && (p.Sectors == 0 || p.Sectors >= 1<<48) {
			t.Fatalf("absurd DCO: %+v", p)
		}
		if s, err := ParseSMART(page); err == nil && len(s.Attributes) > 30 {
			t.Fatalf("%d attributes", len(s.Attributes))
		}
		if l, err := ParsePageList(page); err == nil && len(l.Pages) > 255 {
			t.Fatalf("%d pages", len(l.Pages))
		}
		if g, err := ParseGeneralStatistics(page); err == nil && g.SectorsWritten.Value >= 1<<48 {
			t.Fatalf("absurd statistic: %+v", g)
		}
		_, _ = ParseThresholds(page)
		_, _ = ParseLogDirectory(page)
		_, _ = ParseCapacity(page)
		_, _ = ParseSolidStateStatistics(page)
	})
}

func FuzzSense(f *testing.F) {
	f.Add(descriptorFormat(taskfile.Registers{Status: 0x50, Count: 0x8000, LBA: 0xffff}, 1, 0, 0x1d, true))
	f.Add(fixedFormat(taskfile.Registers{Status: 0x51, Error: 4, LBA: 1}, 11, 0, 0, true))
	f.Add([]byte{0x72, 1, 0, 0x1d, 0, 0, 0, 255, 0, 0})
	f.Add(unhex(f, "70000b000000000a04414001000000008001"))
	f.Fuzz(func(t *testing.T, status []byte) {
		r, why := taskfile.Judge(status)
		if r == nil {
			return
		}
		if r.Status&0xc0 != 0x40 || r.Failed() != (why != (words.Text{})) {
			t.Fatalf("%+v, %q", r, why)
		}
		if !r.Wide && (r.Count > 0xff || r.LBA > 0xffffff) {
			t.Fatalf("upper halves that never came: %+v", r)
		}
		if n, err := parseNativeMax48(r); err == nil && (n < 2 || n >= 1<<48) {
			t.Fatalf("native maximum %d of %+v", n, r)
		}
		if n, err := parseNativeMax28(r); err == nil && n >= 1<<28 {
			t.Fatalf("native maximum %d of %+v", n, r)
		}
		if s, err := parseSanitize(r); err == nil && s.Text() == (words.Text{}) {
			t.Fatalf("%+v", s)
		}
	})
}
