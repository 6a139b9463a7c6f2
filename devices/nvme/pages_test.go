package nvme

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/words"
)

// page reads a page made by the specification: "size N", then "offset: bytes",
// offsets in hex, everything else zero.
func page(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var p []byte
	for line := range strings.Lines(string(content)) {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if size, ok := strings.CutPrefix(line, "size "); ok {
			n, err := strconv.Atoi(size)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			p = make([]byte, n)
			continue
		}
		if line == "" {
			continue
		}
		offset, digits, _ := strings.Cut(line, ":")
		at, err := strconv.ParseUint(offset, 16, 16)
		b, err2 := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
		if err != nil || err2 != nil || int(at)+len(b) > len(p) || len(b) == 0 {
			t.Fatalf("%s: line %q: %v, %v", name, line, err, err2)
		}
		copy(p[at:], b)
	}
	return p
}

// parse reads a page that has to be readable.
func parse[T any](t testing.TB, name string, parser func([]byte) (T, error)) T {
	t.Helper()
	v, err := parser(page(t, name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

func TestController(t *testing.T) {
	c := parse(t, "identify-controller-1.4-enterprise.hex", ParseController)
	want := Controller{
		VendorID: 0x144d, Serial: "S0001", Model: "SHOKYO ENT 1.9T", Firmware: "FW07", OUI: [3]byte{0x00, 0x25, 0x38},
		CMIC: 2, ID: 6, Version: 0x10400, LPA: 2, ELPE: 63, RPMB: RPMB{2, 4 << 20}, Namespaces: 128, Subsystem: "nqn.2014.shokyo",
		Sanitize:         SanitizeCapabilities{answer.Yes, answer.Yes, answer.Yes, answer.No, answer.Yes, answer.Yes},
		SecurityCommands: answer.Yes, FormatNVM: answer.Yes, NamespaceManagement: answer.Yes, MultiController: answer.Yes,
		FormatCoversAll: answer.No, SecureEraseCoversAll: answer.No, FormatCryptoErase: answer.Yes,
		TNVMCAP: Uint128{0, 1920383410176}, UNVMCAP: Uint128{0, 1 << 20},
	}
	if c != want {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
	if free, ok := c.UnallocatedCapacity(); !ok || free.String() != "1048576" {
		t.Errorf("unallocated %v, %v", free, ok)
	}
	if c.Version.String() != "1.4.0" || !c.Version.AtLeast(1, 3) || c.Version.AtLeast(2, 0) || c.EffectsLog() != answer.Yes {
		t.Errorf("version %v, effects log %v", c.Version, c.EffectsLog())
	}
}

// TestConsumerController: a drive without namespace management and sanitize says
// nothing about what belongs to them.
func TestConsumerController(t *testing.T) {
	c := parse(t, "identify-controller-1.2-consumer.hex", ParseController)
	if c.NamespaceManagement != answer.No || c.Sanitize != (SanitizeCapabilities{CryptoErase: answer.No, BlockErase: answer.No, Overwrite: answer.No, MediaVerification: answer.No}) || c.RPMB.Units != 0 || c.MultiController != answer.No {
		t.Errorf("%+v", c)
	}
	if b, known := c.UnallocatedCapacity(); known {
		t.Errorf("unallocated capacity made up: %v", b)
	}
	if b, known := c.TotalCapacity(); known {
		t.Errorf("total capacity made up: %v", b)
	}
	c.UNVMCAP.Lo = 512
	if b, known := c.UnallocatedCapacity(); !known || b.Lo != 512 {
		t.Errorf("a capacity the drive states is lost: %v, %v", b, known)
	}
	c.NamespaceManagement, c.UNVMCAP.Lo = answer.Yes, 0
	if b, known := c.UnallocatedCapacity(); !known || !b.IsZero() {
		t.Errorf("a zero of a drive with namespace management is an answer: %v, %v", b, known)
	}
	if s := Version(0).String(); s != "before 1.2" {
		t.Error(s)
	}
}

func TestModifiesMediaAfter(t *testing.T) {
	for value, want := range map[uint32]answer.Answer{0: answer.Unknown, 1: answer.No, 2: answer.Yes, 3: answer.Unknown} {
		if got := parseSanitizeCapabilities(1 | value<<30).ModifiesMediaAfter; got != want {
			t.Errorf("NODMMAS %d: %v, want %v", value, got, want)
		}
	}
	if (SanitizeCapabilities{}).Any() != answer.Unknown || (SanitizeCapabilities{Overwrite: answer.Yes}).Any() != answer.Yes {
		t.Error("capabilities nobody stated are not a no")
	}
}

func TestNamespace(t *testing.T) {
	n := parse(t, "identify-namespace-4096.hex", ParseNamespace)
	want := Namespace{
		Blocks: 1 << 20, Capacity: 1 << 19, Used: 256, NSFEAT: 5,
		Format: Format{Known: true, Index: 1, DataBytes: 4096},
		NVMCap: Uint128{0, 4 << 30}, NGUID: "00253800000000010025380000000002", EUI64: "0025380000000003",
		Unwritten:       Deallocation{Reads: Zeros, InWriteZeroes: answer.Yes, GuardIsCRC: answer.Yes, Errors: answer.Yes},
		ThinProvisioned: answer.Yes,
	}
	if n != want {
		t.Errorf("got  %+v\nwant %+v", n, want)
	}
	size, ok := n.Bytes()
	if size != 4<<30 || !ok || n.Protection() != 0 {
		t.Errorf("%d bytes, %v", size, ok)
	}
}

func TestNamespace520(t *testing.T) {
	n := parse(t, "identify-namespace-520.hex", ParseNamespace)
	if n.Format != (Format{Known: true, Index: 2, DataBytes: 512, MetadataBytes: 8, Extended: true}) || n.Protection() != 1 ||
		n.Unwritten.Reads != Ones || n.EUI64 != "" || n.NGUID != "" || n.ThinProvisioned != answer.No {
		t.Errorf("%+v", n)
	}
	if s := n.Unwritten.Reads.String() + Zeros.String() + UnknownFill.String(); s != "FFh00hunknown" {
		t.Error(s)
	}
}

// TestFormat is about numbers a drive should not give.
func TestFormat(t *testing.T) {
	for _, c := range []struct {
		name                string
		nlbaf, flbas, extra byte
		exponent            byte
		blocks              byte // highest byte of NSZE
		index               int
		known, sized        bool
	}{
		{"plain", 0, 0x00, 0, 9, 0, 0, true, true},
		{"the first of 16", 15, 0x60, 0, 9, 0, 0, true, true}, // bits 6:5 are reserved here
		{"above the 16th", 16, 0x20, 0, 12, 0, 16, true, true},
		{"with unique formats", 15, 0x20, 1, 12, 0, 16, true, true},
		{"not in the list", 1, 0x02, 0, 9, 0, 2, false, false},
		{"of 256", 255, 0x6f, 255, 9, 0, 63, true, true},
		{"smaller than allowed", 0, 0x00, 0, 8, 0, 0, true, false},
		{"unavailable", 0, 0x00, 0, 0, 0, 0, true, false},
		{"larger than anything", 0, 0x00, 0, 255, 0, 0, true, false},
		{"size overflows", 0, 0x00, 0, 12, 0xff, 0, true, false},
	} {
		p := make([]byte, 4096)
		p[0], p[7], p[25], p[26], p[81] = 1, c.blocks, c.nlbaf, c.flbas, c.extra
		p[128+4*c.index+2] = c.exponent
		n, err := ParseNamespace(p)
		_, sized := n.Bytes()
		if err != nil || n.Format.Index != c.index || n.Format.Known != c.known || sized != c.sized {
			t.Errorf("%s: %+v, sized %v, %v", c.name, n.Format, sized, err)
		}
	}
}

func TestDescriptors(t *testing.T) {
	d := parse(t, "identify-descriptors.hex", ParseDescriptors)
	want := Descriptors{EUI64: "0025380000000003", NGUID: "00253800000000010025380000000002",
		UUID: "12345678-9abc-def0-1234-56789abcdef0", CommandSet: 0, HasCommandSet: true, Others: 1}
	if d != want {
		t.Errorf("got  %+v\nwant %+v", d, want)
	}
	p := make([]byte, 4096)
	p[0], p[1] = 1, 7 // an EUI64 of 7 bytes is none
	if d, err := ParseDescriptors(p); err != nil || d != (Descriptors{Others: 1}) {
		t.Errorf("%+v, %v", d, err)
	}
	for i := 0; i < 4096; i += 4 + 255 { // up to the end of the page and over it
		p[i], p[i+1] = 9, 255
	}
	if d, err := ParseDescriptors(p); err == nil {
		t.Errorf("longer than its page: %+v", d)
	}
	p = make([]byte, 4096)
	p[100] = 1
	if d, err := ParseDescriptors(p); err == nil {
		t.Errorf("nothing in it: %+v", d)
	}
}

func TestNamespaceList(t *testing.T) {
	ids := func(v ...uint32) []byte {
		p := make([]byte, 4096)
		for i, id := range v {
			p[4*i], p[4*i+1], p[4*i+2], p[4*i+3] = byte(id), byte(id>>8), byte(id>>16), byte(id>>24)
		}
		return p
	}
	all := make([]uint32, 1024)
	for i := range all {
		all[i] = uint32(i + 1)
	}
	for _, c := range []struct {
		name            string
		page            []byte
		want            []uint32
		full, irregular bool
	}{
		{"none", ids(), nil, false, false},
		{"two", ids(1, 7), []uint32{1, 7}, false, false},
		{"unordered", ids(7, 1), []uint32{7, 1}, false, true},
		{"twice", ids(1, 1, 2), []uint32{1, 2}, false, true},
		{"broadcast", ids(1, 0xFFFFFFFF), []uint32{1}, false, true},
		{"a hole", ids(1, 0, 2), []uint32{1}, false, true},
		{"full", ids(all...), all, true, false},
		{"full of one", ids(slices.Repeat([]uint32{5}, 1024)...), []uint32{5}, true, true},
	} {
		l, err := ParseNamespaceList(c.page)
		if err != nil || !slices.Equal(l.IDs, c.want) || l.Full != c.full || l.Irregular != c.irregular || l.Complete() != (!c.full && !c.irregular) {
			t.Errorf("%s: %d ids, full %v, irregular %v, %v", c.name, len(l.IDs), l.Full, l.Irregular, err)
		}
	}
}

func TestSMART(t *testing.T) {
	s := parse(t, "log-smart.hex", ParseSMART)
	n := func(v uint64) Uint128 { return Uint128{0, v} }
	want := SMART{CriticalWarning: 8, Kelvin: 310, SparePercent: 100, SpareThreshold: 10, UsedPercent: 103,
		UnitsRead: n(10000), UnitsWritten: n(3), HostReads: n(123456), HostWrites: n(12345), PowerCycles: n(7), PowerOnHours: n(1000),
		UnsafeShutdowns: n(2), MediaErrors: n(5), ErrorEntries: Uint128{1, 0}}
	if s != want {
		t.Errorf("got  %+v\nwant %+v", s, want)
	}
}

func TestUint128(t *testing.T) {
	for _, c := range []struct {
		u    Uint128
		text string
		v    uint64
		fits bool
	}{
		{Uint128{}, "0", 0, true},
		{Uint128{0, 1<<64 - 1}, "18446744073709551615", 1<<64 - 1, true},
		{Uint128{1, 0}, "18446744073709551616", 1<<64 - 1, false},
		{Uint128{1<<64 - 1, 1<<64 - 1}, "340282366920938463463374607431768211455", 1<<64 - 1, false},
	} {
		v, fits := c.u.Uint64()
		if c.u.String() != c.text || v != c.v || fits != c.fits {
			t.Errorf("%+v: %s, %d, %v", c.u, c.u, v, fits)
		}
	}
}

func TestFirmware(t *testing.T) {
	f := parse(t, "log-firmware.hex", ParseFirmware)
	if f != (Firmware{Active: 1, Next: 2, Revisions: [7]string{"FW07", "FW08"}}) {
		t.Errorf("%+v", f)
	}
}

func TestErrors(t *testing.T) {
	e := parse(t, "log-errors.hex", ParseErrors)
	want := []ErrorEntry{
		{Count: 9, Queue: 2, Command: 0x11, Status: 0x4281, LBA: 2_000_000, Namespace: 1},
		{Count: 8, Command: 0x12, Status: 0x4002},
	}
	if !slices.Equal(e.Entries, want) {
		t.Errorf("got  %+v\nwant %+v", e.Entries, want)
	}
	if e, err := ParseErrors(make([]byte, 4096)); err != nil || len(e.Entries) != 0 {
		t.Errorf("an empty log is an answer: %v, %v", e, err)
	}
	many := slices.Repeat([]byte{1}, 1<<20)
	if e, err := ParseErrors(many); err != nil || len(e.Entries) != 64 {
		t.Errorf("%d entries, %v", len(e.Entries), err)
	}
}

func TestEffects(t *testing.T) {
	p := page(t, "log-effects.hex")
	e, err := ParseEffects(p)
	if err != nil || e.Admin[0x84]&1 == 0 || e.Admin[0x80]&1 == 0 || e.Admin[0x0d]&1 != 0 || e.IO[1] != 3 {
		t.Errorf("sanitize %x, format %x, namespace management %x, write %x, %v", e.Admin[0x84], e.Admin[0x80], e.Admin[0x0d], e.IO[1], err)
	}
	p[0x18] = 0
	if _, err := ParseEffects(p); err == nil {
		t.Error("a drive that does not know Identify has answered it")
	}
}

func TestSanitize(t *testing.T) {
	for _, c := range []struct {
		name      string
		state     SanitizeState
		untouched answer.Answer
		percent   int
		text      string
	}{
		{"sanitize-never-0100h.hex", SanitizeNever, answer.Yes, -1, "never sanitized; no user data written since manufacture"},
		{"sanitize-never-0000h.hex", SanitizeNever, answer.No, -1, "never sanitized; user data has been written"},
		{"sanitize-success-0101h.hex", SanitizeSucceeded, answer.Yes, -1, "crypto erase succeeded; no user data written since"},
		{"sanitize-written-since-0001h.hex", SanitizeSucceeded, answer.No, -1, "block erase succeeded; user data has been written since"},
		{"sanitize-in-progress-0002h.hex", SanitizeInProgress, answer.Unknown, 50, "overwrite in progress, 50 % done"},
		{"sanitize-verifying-0002h.hex", SanitizeInProgress, answer.Unknown, -1, "crypto erase in progress, waiting for the media to be verified"},
		{"sanitize-failed-0003h.hex", SanitizeFailed, answer.No, -1, "block erase failed"},
		{"sanitize-deallocated-0104h.hex", SanitizeDeallocated, answer.Yes, -1, "crypto erase succeeded, and deallocated all blocks although asked not to; no user data written since"},
	} {
		s := parse(t, c.name, ParseSanitize)
		percent, known := s.Percent()
		if !known {
			percent = -1
		}
		if s.State != c.state || s.Untouched() != c.untouched || percent != c.percent || s.Text().EN != c.text {
			t.Errorf("%s: %v, untouched %v, %d %%, %q", c.name, s.State, s.Untouched(), percent, s.Text().EN)
		}
	}
}

func TestSanitizeFields(t *testing.T) {
	s := parse(t, "sanitize-success-0101h.hex", ParseSanitize)
	if s.Action() != "crypto erase" || s.KeptAllocated() != answer.No || s.VerificationCanceled {
		t.Errorf("%+v", s)
	}
	if s.BlockErase != 90 || s.Overwrite != 1<<32-1 {
		t.Errorf("block erase takes %d, overwriting %d", s.BlockErase, s.Overwrite)
	}
	if s := parse(t, "sanitize-in-progress-0002h.hex", ParseSanitize); s.Passes != 2 || s.Action() != "overwrite" {
		t.Errorf("%+v", s)
	}
	if s := parse(t, "sanitize-failed-0003h.hex", ParseSanitize); s.Machine != 2 || s.FailedIn != 1 {
		t.Errorf("%+v", s)
	}
	if s := parse(t, "sanitize-deallocated-0104h.hex", ParseSanitize); !s.VerificationCanceled || s.KeptAllocated() != answer.Yes {
		t.Errorf("%+v", s)
	}
	if s := parse(t, "sanitize-never-0100h.hex", ParseSanitize); s.Action() != "" || s.KeptAllocated() != answer.Unknown {
		t.Errorf("%+v", s)
	}
}

// TestSanitizeReserved: a value of a later specification is not "never".
func TestSanitizeReserved(t *testing.T) {
	for status := byte(5); status <= 7; status++ {
		p := page(t, "sanitize-success-0101h.hex")
		p[2] = status
		s, err := ParseSanitize(p)
		if err != nil || s.State != SanitizeUnknown || s.Untouched() != answer.Unknown || !strings.Contains(s.Text().EN, "unknown") {
			t.Errorf("status %d: %v, %v, %q, %v", status, s.State, s.Untouched(), s.Text(), err)
		}
	}
	var names []string
	for s := SanitizeUnknown; s <= SanitizeDeallocated; s++ {
		names = append(names, s.String())
	}
	if got := strings.Join(names, ", "); got != "unknown, never, succeeded, in progress, failed, succeeded with deallocation" {
		t.Error(got)
	}
}

// parsers are all of them; ok says whether a page was readable.
func parsers() []struct {
	name  string
	size  int
	parse func([]byte) error
	zeros bool // a page of zeros is an answer
} {
	return []struct {
		name  string
		size  int
		parse func([]byte) error
		zeros bool
	}{
		{"controller", 4096, func(b []byte) error { _, err := ParseController(b); return err }, false},
		{"namespace", 4096, func(b []byte) error { _, err := ParseNamespace(b); return err }, false},
		{"descriptors", 4096, func(b []byte) error { _, err := ParseDescriptors(b); return err }, false},
		{"list", 4096, func(b []byte) error { _, err := ParseNamespaceList(b); return err }, true},
		{"smart", 512, func(b []byte) error { _, err := ParseSMART(b); return err }, false},
		{"errors", 64, func(b []byte) error { _, err := ParseErrors(b); return err }, true},
		{"firmware", 512, func(b []byte) error { _, err := ParseFirmware(b); return err }, false},
		{"effects", 4096, func(b []byte) error { _, err := ParseEffects(b); return err }, false},
		{"sanitize", 512, func(b []byte) error { _, err := ParseSanitize(b); return err }, false},
	}
}

// TestNoAnswer: short pages and zeros are errors, never a drive that says no.
func TestNoAnswer(t *testing.T) {
	for _, p := range parsers() {
		for _, n := range []int{0, 1, p.size - 1} {
			if p.parse(slices.Repeat([]byte{1}, n)) == nil {
				t.Errorf("%s: %d bytes are accepted", p.name, n)
			}
		}
		if err := p.parse(make([]byte, p.size)); (err == nil) != p.zeros {
			t.Errorf("%s: zeros: %v", p.name, err)
		}
	}
}

func FuzzParsers(f *testing.F) {
	names, err := filepath.Glob("testdata/*.hex")
	if err != nil || len(names) < 15 {
		f.Fatalf("%d pages, %v", len(names), err)
	}
	for _, name := range names {
		f.Add(page(f, filepath.Base(name)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, p := range parsers() {
			if p.parse(b) == nil && len(b) < p.size {
				t.Errorf("%s accepts %d bytes", p.name, len(b))
			}
		}
		fuzzNamespace(t, b)
		fuzzSanitize(t, b)
		if l, err := ParseNamespaceList(b); err == nil && (len(l.IDs) > MaxNamespaces || slices.Contains(l.IDs, 0)) {
			t.Errorf("list of %d", len(l.IDs))
		}
		if e, err := ParseErrors(b); err == nil && len(e.Entries) > len(b)/errorBytes {
			t.Errorf("%d entries in %d bytes", len(e.Entries), len(b))
		}
	})
}

func fuzzNamespace(t *testing.T, b []byte) {
	n, err := ParseNamespace(b)
	if err != nil {
		return
	}
	if size, ok := n.Bytes(); ok && (size < n.Blocks || size/n.Format.DataBytes != n.Blocks) {
		t.Errorf("%d blocks of %d are not %d bytes", n.Blocks, n.Format.DataBytes, size)
	}
}

func fuzzSanitize(t *testing.T, b []byte) {
	s, err := ParseSanitize(b)
	if err != nil {
		return
	}
	if p, ok := s.Percent(); ok && (p < 0 || p > 99 || s.State != SanitizeInProgress) {
		t.Errorf("%d %% in state %v", p, s.State)
	}
	if s.Text() == (words.Text{}) || s.State == SanitizeUnknown && s.Untouched() != answer.Unknown {
		t.Errorf("%q, untouched %v", s.Text(), s.Untouched())
	}
}
