package scsi

import (
	"strings"
	"testing"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/scsi/cdb"
)

func TestSense(t *testing.T) {
	for _, c := range []struct {
		sense, text string
		condition   cdb.Condition
	}{
		{"70 00 02 00 00 00 00 0a 00 00 00 00 04 1b 00 80 80 00", "not ready: logical unit not ready, sanitize in progress (04h/1Bh), 50 % done", cdb.Sanitizing},
		{"72 02 04 1b 00 00 00 08 02 06 00 00 80 40 00 00", "not ready: logical unit not ready, sanitize in progress (04h/1Bh), 25 % done", cdb.Sanitizing},
		{"72 02 04 04 00 00 00 08 0a 06 03 00 00 00 40 00", "not ready: logical unit not ready, format in progress (04h/04h), 25 % done", cdb.Formatting},
		{"70 00 03 00 00 00 00 0a 00 00 00 00 31 03 00 00 00 00", "medium error: sanitize command failed (31h/03h)", cdb.SanitizeDied},
		{"72 03 31 03 00 00 00 00", "medium error: sanitize command failed (31h/03h)", cdb.SanitizeDied},
		{"70 00 03 00 00 00 00 0a 00 00 00 00 31 01 00 00 00 00", "medium error: format command failed (31h/01h)", cdb.Unformatted},
		{"f0 00 03 00 00 12 34 0a 00 00 00 00 11 15 00 00 00 00", "medium error: write after sanitize required (11h/15h), at 4660", cdb.ConditionUnknown},
		{"72 03 11 00 00 00 00 0c 00 0a 80 00 00 00 00 01 00 00 00 02", "medium error: unrecovered read error (11h/00h), at 4294967298", cdb.ConditionUnknown},
		{"71 00 04 00 00 00 00 0a 00 00 00 00 44 00 00 00 00 00", "deferred hardware error: internal target failure (44h/00h)", cdb.ConditionUnknown},
		{"70 00 05 00 00 00 00 0a 00 00 00 00 24 00 00 c0 00 02", "illegal request: invalid field in command (24h/00h)", cdb.ConditionUnknown},
		{"70 00 02 00 00 00 00 0a 00 00 00 00 04 02 00 00 00 00", "not ready: logical unit not ready, initializing command required (04h/02h)", cdb.Stopped},
		{"70 00 02 00 00 00 00 0a 00 00 00 00 04 01 00 00 00 00", "not ready: logical unit is in process of becoming ready (04h/01h)", cdb.Busy},
		{"70 00 0b 00 00 00 00 0a 00 00 00 00 99 aa 00 00 00 00", "aborted command: additional sense code 99h/AAh", cdb.ConditionUnknown},
		{"70 00 06 00 00 00 00 00", "unit attention: no additional sense information (00h/00h)", cdb.ConditionUnknown},
		{"", "no sense data ()", cdb.ConditionUnknown},
		{"70 00 02", "sense data of 3 bytes is too short (70 00 02)", cdb.ConditionUnknown},
		{"7f 00", "sense data of an unknown format 7Fh (7f 00)", cdb.ConditionUnknown},
		// descriptors that claim more than there is
		{"72 02 04 1b 00 00 00 ff 02 ff 00 00 80 40 00", "not ready: logical unit not ready, sanitize in progress (04h/1Bh)", cdb.Sanitizing},
	} {
		b := unhex(t, c.sense)
		if got := cdb.SenseText(b); got != c.text {
			t.Errorf("%s:\n got %q\nwant %q", c.sense, got, c.text)
		}
		s, _ := cdb.ParseSense(b)
		if s.Condition() != c.condition {
			t.Errorf("%s: condition %v, want %v", c.sense, s.Condition(), c.condition)
		}
	}
}

// TestAdditionalLength: bytes behind the additional length are not part of it.
func TestAdditionalLength(t *testing.T) {
	s, err := cdb.ParseSense(unhex(t, "70 00 02 00 00 00 00 04 00 00 00 00 04 1b 00 80 80 00"))
	if err != nil || s.Code != 0 || s.ProgressKnown {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestVPDRefusesOtherPages(t *testing.T) {
	standard := unhex(t, "00 80 02 02 1f 00 00 02 47 65 6e 65 72 69 63 20 46 6c 61 73 68 20 42 72 69 64 67 65 20 20 20 20 31 2e 30 30")
	other := append(unhex(t, "00 ff 00 40"), make([]byte, 64)...)
	short := map[byte]string{0x00: "00 00 00 00", 0x80: "00 80 00 00", 0x89: "00 89 02 38 00", 0xb0: "00 b0 00 04 00 00 00 00",
		0xb1: "00 b1 00 03 1c 20 00", 0xb2: "00 b2 00 03 00 00 00"}
	for page, parse := range map[byte]func([]byte) error{
		0x00: func(b []byte) error { _, err := ParsePageList(b); return err },
		0x80: func(b []byte) error { _, err := ParseSerialNumber(b); return err },
		0x83: func(b []byte) error { _, err := ParseIdentification(b); return err },
		0x89: func(b []byte) error { _, err := ParseATAInformation(b); return err },
		0xb0: func(b []byte) error { _, err := ParseBlockLimits(b); return err },
		0xb1: func(b []byte) error { _, err := ParseCharacteristics(b); return err },
		0xb2: func(b []byte) error { _, err := ParseProvisioning(b); return err },
	} {
		for name, b := range map[string][]byte{"standard INQUIRY data": standard, "another page": other, "nothing": nil, "a header cut off": {0, page, 0}} {
			if parse(b) == nil {
				t.Errorf("%02xh: %s passes for the page", page, name)
			}
		}
		if s, ok := short[page]; ok && parse(unhex(t, s)) == nil {
			t.Errorf("%02xh: a page that ends before its fields passes", page)
		}
	}
	// Standard data of a fixed disk have 00h where the page code is.
	standard[1] = 0
	if list, err := ParsePageList(standard); err == nil {
		t.Errorf("standard INQUIRY data pass for a list of pages: %x", list)
	}
}

func TestAfterErase(t *testing.T) {
	for bits, want := range map[byte]struct{ block, crypto AfterErase }{
		0x03: {NotSpecified, NotSpecified}, 0x13: {NotSpecified, ReadsComplete}, 0x23: {NotSpecified, ReadsFail}, 0x33: {NotSpecified, WriteRequired},
		0x43: {ReadsComplete, NotSpecified}, 0x83: {ReadsFail, NotSpecified}, 0xc3: {WriteRequired, NotSpecified}, 0xe3: {WriteRequired, ReadsFail},
	} {
		c, err := ParseCharacteristics([]byte{0, 0xb1, 0, 4, 0x1c, 0x20, 0, bits})
		if err != nil || c.AfterBlockErase != want.block || c.AfterCryptoErase != want.crypto || c.FormFactor != 3 || c.Rotation != 7200 {
			t.Errorf("%02x: %+v, %v", bits, c, err)
		}
	}
}

func TestProvisioningReads(t *testing.T) {
	for bits, want := range map[byte]Unmapped{0: UnmappedVendor, 1: UnmappedZeros, 2: UnmappedPattern, 3: UnmappedZeros, 4: UnmappedReserved, 5: UnmappedZeros, 6: UnmappedReserved, 7: UnmappedZeros} {
		if p, err := ParseProvisioning([]byte{0, 0xb2, 0, 4, 0, bits << 2, 2, 0}); err != nil || p.Reads != want || p.Type != 2 || p.Unmap {
			t.Errorf("LBPRZ %03b: %+v, %v", bits, p, err)
		}
	}
}

func TestATAInformation(t *testing.T) {
	b := make([]byte, 572)
	copy(b, unhex(t, "00 89 02 38 00 00 00 00"))
	copy(b[8:], "linux   libata          3.00")
	b[56], b[60], b[571] = 0xec, 0x40, 0xa5
	a, err := ParseATAInformation(b)
	if err != nil || a.Vendor != "linux" || a.Product != "libata" || a.Revision != "3.00" || a.Command != 0xec || len(a.Identify) != 512 || a.Identify[0] != 0x40 || a.Identify[511] != 0xa5 {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestCapacity(t *testing.T) {
	for _, c := range []struct {
		name, page string
		want       Capacity
		fails      string
	}{
		{"10", "00 00 07 ff 00 00 02 08", Capacity{Blocks: 2048, BlockBytes: 520}, ""},
		{"10", "ff ff ff ff 00 00 02 00", Capacity{}, "more blocks"},
		{"10", "00 00 07 ff 00 00 00 00", Capacity{}, "block length"},
		{"10", "00 00 07 ff 00 02 00 00", Capacity{}, "block length"},
		{"10", "00 00 07 ff 00 00 02", Capacity{}, "where 8 are needed"},
		{"16", "00 00 00 01 00 00 00 00 00 00 10 00 07 30 c0 03", Capacity{Blocks: 1<<32 + 1, BlockBytes: 4096, PerPhysical: 1, Aligned: 3, Protected: answer.Yes, ProtectionType: 4, IntervalExponent: 3, Provisioned: answer.Yes, UnmappedZeros: answer.Yes}, ""},
		{"16", "00 00 00 00 00 00 07 ff 00 00 02 00 04 03 00 01", Capacity{Blocks: 2048, BlockBytes: 512, PerPhysical: 8, Aligned: 1, Protected: answer.No, Provisioned: answer.No, UnmappedZeros: answer.No}, ""},
		{"16", "ff ff ff ff ff ff ff ff 00 00 02 00 00 00 00 00", Capacity{}, "last block"},
		{"16", "7f ff ff ff ff ff ff ff 00 00 02 00 00 00 00 00", Capacity{}, "no drive"},
		{"16", "00 00 00 00 00 00 07 ff 00 00 02 00", Capacity{}, "where 16 are needed"},
	} {
		parse := ParseCapacity10
		if c.name == "16" {
			parse = ParseCapacity16
		}
		got, err := parse(unhex(t, c.page))
		if c.fails != "" {
			if err == nil || !strings.Contains(err.Error(), c.fails) {
				t.Errorf("%s %s: %+v, %v; want an error with %q", c.name, c.page, got, err, c.fails)
			}
		} else if err != nil || got != c.want {
			t.Errorf("%s %s: %+v, %v; want %+v", c.name, c.page, got, err, c.want)
		}
	}
}

func TestControl(t *testing.T) {
	c, err := ParseControl6(unhex(t, "17 00 80 08 00 00 08 00 00 00 02 08 0a 0a 00 00 08 00 00 00 00 00 00 00"))
	if err != nil || c != (Control{WriteProtected: answer.Yes, SoftwareWP: answer.Yes, Blocks: 2048, BlockBytes: 520}) {
		t.Errorf("%+v, %v", c, err)
	}
	// No block descriptor, and a device that leaves out the page.
	c, err = ParseControl10(unhex(t, "00 06 00 00 00 00 00 00"))
	if err != nil || c != (Control{WriteProtected: answer.No, SoftwareWP: answer.Unknown}) {
		t.Errorf("%+v, %v", c, err)
	}
	for _, short := range []string{"", "03 00 80", "03 00 80 08", "00 10 00 00 00 00 00 08"} {
		if c, err := ParseControl6(unhex(t, short)); err == nil {
			t.Errorf("%q: %+v", short, c)
		}
	}
}

func TestDefects(t *testing.T) {
	for _, c := range []struct {
		long  bool
		list  cdb.List
		page  string
		count uint32
		fails string
	}{
		{true, cdb.Grown, "00 0c 00 01 00 00 00 28", 5, ""},
		{true, cdb.Primary, "00 15 00 00 00 00 00 08", 1, ""},
		{false, cdb.Grown, "00 08 00 0c", 3, ""},
		{false, cdb.Grown, "00 0d 00 00", 0, ""},
		{true, cdb.Grown, "00 14 00 01 00 00 00 28", 0, "does not contain"},
		{true, cdb.Grown, "00 0e 00 01 00 00 00 28", 0, "vendor"},
		{true, cdb.Grown, "00 0c 00 01 ff ff ff ff", 0, "longer"},
		{true, cdb.Grown, "00 0c 00 01 00 00 00 2c", 0, "no multiple"},
		{false, cdb.Grown, "00 0c ff f8", 0, "longer"},
		{false, cdb.Grown, "00 0c 00", 0, "needed"},
		{true, cdb.Grown, "00 0c 00 28", 0, "needed"},
	} {
		parse := ParseDefects10
		if c.long {
			parse = ParseDefects12
		}
		d, err := parse(unhex(t, c.page), c.list)
		if c.fails == "" && (err != nil || d.Count != c.count) || c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)) {
			t.Errorf("%s: %+v, %v; want %d %q", c.page, d, err, c.count, c.fails)
		}
	}
}

func TestLogs(t *testing.T) {
	// A counter at its maximum, one wider than 64 bits, one of no bytes, and a
	// parameter that is cut off.
	page := unhex(t, `02 00 00 2e  00 06 03 04 ff ff ff ff  00 05 03 0a 00 00 00 00 00 00 00 00 01 02  00 00 03 00
		00 03 03 0a 01 00 00 00 00 00 00 00 00 00  00 02 03 08 00 01`)
	c, err := ParseErrorCounters(page, 0x02)
	if err != nil || c != (ErrorCounters{Processed: Count{0x102, true}}) {
		t.Errorf("%+v, %v", c, err)
	}
	for name, b := range map[string]string{"another page": "03 00 00 00", "a subpage": "42 01 00 00", "no counter": "02 00 00 00", "nothing": ""} {
		if c, err := ParseErrorCounters(unhex(t, b), 0x02); err == nil {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if temperature, err := ParseTemperature(unhex(t, "0d 00 00 0c 00 00 03 02 00 ff 00 01 03 02 00 41")); err != nil || temperature.Current.Known || temperature.Reference.Value != 65 {
		t.Errorf("%+v, %v", temperature, err)
	}
	for code, want := range map[string]answer.Answer{"00 00": answer.No, "5d 00": answer.Yes, "5d 32": answer.Yes, "5d ff": answer.Unknown, "0b 01": answer.Yes, "11 00": answer.Unknown} {
		e, err := ParseExceptions(unhex(t, "2f 00 00 08 00 00 03 04 "+code+" 1e 00"))
		if err != nil || e.Tripped() != want || e.Temperature.Value != 30 {
			t.Errorf("%s: %+v %v, %v; want %v", code, e, e.Tripped(), err, want)
		}
	}
	if list, err := ParseLogList(unhex(t, "00 00 00 05 00 02 03")); err == nil {
		t.Errorf("a list that is cut off: %x", list)
	}
}

func TestLists(t *testing.T) {
	if luns, err := ParseLUNs(unhex(t, "00 00 00 10 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00 00 00")); err != nil || len(luns) != 2 || luns[1] != 1<<48 {
		t.Errorf("%x, %v", luns, err)
	}
	if luns, err := ParseLUNs(unhex(t, "00 00 00 10 00 00 00 00 00 00 00 00 00 00 00 00")); err == nil {
		t.Errorf("a list that is cut off: %x", luns)
	}
	if p, err := ParseSecurityProtocols(unhex(t, "00 00 00 00 00 00 00 02 00 01 00")); err != nil || len(p) != 2 {
		t.Errorf("%x, %v", p, err)
	}
	if p, err := ParseSecurityProtocols(unhex(t, "00 00 00 00 00 00 00 04 00 01 00")); err == nil {
		t.Errorf("a list that is cut off: %x", p)
	}
	for bits, want := range map[byte]answer.Answer{0: answer.Unknown, 1: answer.No, 2: answer.Unknown, 3: answer.Yes, 4: answer.Unknown, 5: answer.Yes, 0x81: answer.No} {
		if a, err := ParseSupported([]byte{0, bits, 0, 10}); a != want || (err == nil) != (want != answer.Unknown) {
			t.Errorf("SUPPORT %d: %v, %v", bits, a, err)
		}
	}
}

// FuzzParsers: no parser panics, whatever the page.
func FuzzParsers(f *testing.F) {
	for _, drive := range []string{"sas-520", "sas-protection-type-2", "sas-sanitizing", "sas-sanitize-failed"} {
		for _, a := range openReplay(f, drive).pages {
			f.Add(a.data)
			f.Add(a.sense)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		cdb.SenseText(b)
		ParseInquiry(b)
		ParsePageList(b)
		ParseSerialNumber(b)
		if list, err := ParseIdentification(b); err == nil && len(list) > len(b)/4 {
			t.Errorf("%d designators in %d bytes", len(list), len(b))
		}
		ParseATAInformation(b)
		ParseBlockLimits(b)
		ParseCharacteristics(b)
		ParseProvisioning(b)
		for _, parse := range []func([]byte) (Capacity, error){ParseCapacity10, ParseCapacity16} {
			if c, err := parse(b); err == nil && c.Bytes() <= 0 {
				t.Errorf("capacity %+v", c)
			}
		}
		ParseControl6(b)
		ParseControl10(b)
		ParseDefects10(b, cdb.Grown)
		ParseDefects12(b, cdb.Primary)
		ParseLUNs(b)
		ParseSecurityProtocols(b)
		ParseSupported(b)
		ParseLogList(b)
		ParseErrorCounters(b, 0x02)
		ParseNonMedium(b)
		ParseTemperature(b)
		ParseStartStop(b)
		ParseSolidState(b)
		ParseBackgroundScan(b)
		ParseExceptions(b)
	})
}
