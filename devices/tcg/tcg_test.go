package tcg

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shokyo.dev/shokyo/devices/answer"
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

// drive answers protocol 00h and Level 0 discovery with a page or an error each.
type drive struct {
	list, level0       []byte
	listErr, level0Err error
	asked              []string
}

func (d *drive) receive(protocol byte, specific uint16, buf []byte) (int, error) {
	d.asked = append(d.asked, fmt.Sprintf("%02x/%04x/%d", protocol, specific, len(buf)))
	switch {
	case protocol == 0 && specific == 0:
		return copy(buf, d.list), d.listErr
	case protocol == 1 && specific == 1:
		return copy(buf, d.level0), d.level0Err
	}
	return 0, errors.New("no such protocol")
}

func TestDiscover(t *testing.T) {
	refused := fmt.Errorf("%w (Invalid Field in Command)", ErrUnsupported)
	silent := errors.New("the bridge passes no such commands")
	list, none, level0 := page(t, "protocols-tcg.hex"), page(t, "protocols-none.hex"), page(t, "opal2-not-taken.hex")
	for _, c := range []struct {
		name        string
		drive       drive
		want        string // an error's text, "" for none
		unsupported bool
		asked       int
	}{
		{"both", drive{list: list, level0: level0}, "", false, 2},
		{"no list", drive{listErr: refused, level0: level0}, "", false, 2},
		{"list is garbage", drive{list: []byte{1, 2}, level0: level0}, "", false, 2},
		{"list of zeros", drive{list: make([]byte, 512), level0: level0}, "", false, 2},
		{"not in the list", drive{list: none, level0: level0}, "no protocol 01h", true, 1},
		{"refused", drive{listErr: refused, level0Err: refused}, "Invalid Field", true, 2},
		{"listed but refused", drive{list: list, level0Err: silent}, "the bridge", false, 2},
		{"silent", drive{listErr: silent, level0Err: silent}, "the bridge", false, 2},
		{"zeros", drive{list: list, level0: make([]byte, 512)}, "less than its own", false, 2},
		{"short", drive{list: list, level0: level0[:20]}, "20 bytes", false, 2},
		{"nothing", drive{list: list}, "0 bytes", false, 2},
	} {
		got, err := Discover(c.drive.receive)
		if (got == nil) != (c.want != "") || (err != nil) != (c.want != "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v; want error %q", c.name, got, err, c.want)
		}
		if errors.Is(err, ErrUnsupported) != c.unsupported {
			t.Errorf("%s: %v: unsupported should be %v", c.name, err, c.unsupported)
		}
		if want := []string{"00/0000/512", "01/0001/2048"}[:c.asked]; !slices.Equal(c.drive.asked, want) {
			t.Errorf("%s: asked %q, want %q", c.name, c.drive.asked, want)
		}
	}
}

// TestReceiveLies: a receive function that claims more than the buffer, or less
// than nothing.
func TestReceiveLies(t *testing.T) {
	for _, n := range []int{-5, 1 << 40} {
		_, err := Discover(func(byte, uint16, []byte) (int, error) { return n, nil })
		if err == nil || errors.Is(err, ErrUnsupported) {
			t.Errorf("n = %d: %v", n, err)
		}
	}
}

func TestDiscovery(t *testing.T) {
	type answers struct{ supported, enabled, locked, encrypts, shadowed, owned, removing, interrupted answer.Answer }
	for _, c := range []struct {
		name    string
		classes []string
		want    answers
		names   string
	}{
		{"opal2-not-taken.hex", []string{"Opal 2"}, answers{answer.Yes, answer.No, answer.No, answer.Yes, answer.No, answer.Unknown, answer.Unknown, answer.Unknown},
			"TPer, Locking, Geometry Reporting, Single User Mode, Additional DataStore Tables, Opal 2"},
		{"opal2-locked.hex", []string{"Opal 2"}, answers{answer.Yes, answer.Yes, answer.Yes, answer.Yes, answer.Yes, answer.Yes, answer.Yes, answer.Yes},
			"TPer, Locking, Opal 2, Block SID Authentication, Supported Data Removal Mechanism"},
		{"pyrite2-unlocked.hex", []string{"Pyrite 2"}, answers{answer.Yes, answer.Yes, answer.No, answer.No, answer.No, answer.Unknown, answer.Unknown, answer.Unknown},
			"TPer, Locking, Pyrite 2"},
		{"enterprise.hex", []string{"Enterprise"}, answers{answer.Yes, answer.Yes, answer.No, answer.Yes, answer.No, answer.Unknown, answer.Unknown, answer.Unknown},
			"TPer, Locking, Enterprise"},
	} {
		d, err := ParseDiscovery(page(t, c.name))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := answers{d.LockingSupported(), d.LockingEnabled(), d.Locked(), d.MediaEncryption(), d.Shadowed(), d.Owned(), d.Removing(), d.RemovalInterrupted()}
		if got != c.want || !slices.Equal(d.Classes(), c.classes) || d.Truncated || d.Revision != 1 {
			t.Errorf("%s: %v, classes %q, truncated %v; want %v, %q", c.name, got, d.Classes(), d.Truncated, c.want, c.classes)
		}
		var names []string
		for _, f := range d.Features {
			names = append(names, f.Name())
		}
		if s := strings.Join(names, ", "); s != c.names {
			t.Errorf("%s: %s; want %s", c.name, s, c.names)
		}
	}
}

// TestNotThere: what a drive leaves out is unknown, and what is cut off as well.
func TestNotThere(t *testing.T) {
	whole := page(t, "opal2-locked.hex")
	for _, end := range []int{0x40, 0x44, 0x4f} { // without the Locking descriptor, or with a part of it
		d, err := ParseDiscovery(whole[:end])
		if err != nil || !d.Truncated {
			t.Errorf("%d bytes: truncated %v, %v", end, d.Truncated, err)
		}
		for _, a := range []answer.Answer{d.LockingSupported(), d.LockingEnabled(), d.Locked(), d.MediaEncryption(), d.Shadowed(), d.Has(FeatureLocking)} {
			if a != answer.Unknown {
				t.Errorf("%d bytes: %v is said of what is not there", end, a)
			}
		}
		if d.Has(FeatureTPer) != answer.Yes {
			t.Errorf("%d bytes: TPer is lost", end)
		}
	}
	d, err := ParseDiscovery(whole)
	if err != nil || d.Has(FeatureGeometry) != answer.No || d.Has(FeatureLocking) != answer.Yes {
		t.Errorf("geometry %v, locking %v, %v", d.Has(FeatureGeometry), d.Has(FeatureLocking), err)
	}
	empty := Discovery{Features: []Feature{{Code: FeatureLocking}}}
	if empty.Locked() != answer.Unknown || empty.Shadowed() != answer.Unknown {
		t.Errorf("a Locking descriptor without data: locked %v, shadowed %v", empty.Locked(), empty.Shadowed())
	}
}

// TestContradiction: of two Locking descriptors the worse one counts.
func TestContradiction(t *testing.T) {
	calm, bad := Feature{Code: FeatureLocking, Data: []byte{0x39}}, Feature{Code: FeatureLocking, Data: []byte{0x1f}}
	for _, list := range [][]Feature{{calm, bad}, {bad, calm}} {
		d := Discovery{Features: list}
		if d.Locked() != answer.Yes || d.Shadowed() != answer.Yes {
			t.Errorf("locked %v, shadowed %v", d.Locked(), d.Shadowed())
		}
	}
}

func TestHeader(t *testing.T) {
	whole := page(t, "enterprise.hex")
	for _, c := range []struct {
		length    []byte
		truncated bool
		bad       bool
	}{
		{[]byte{0, 0, 0, 0x60}, false, false},
		{[]byte{0xff, 0xff, 0xff, 0xff}, true, false},
		{[]byte{0, 0, 1, 0xfc}, false, false}, // zeros are counted in
		{[]byte{0, 0, 0x01, 0xfd}, true, false},
		{[]byte{0, 0, 0, 44}, false, true}, // no descriptor
		{[]byte{0, 0, 0, 43}, false, true}, // ends in the header
		{[]byte{0, 0, 0, 0}, false, true},
	} {
		copy(whole, c.length)
		d, err := ParseDiscovery(whole)
		if (err != nil) != c.bad || d.Truncated != c.truncated || !c.bad && !slices.Equal(d.Classes(), []string{"Enterprise"}) {
			t.Errorf("length %x: %+v, %v", c.length, d, err)
		}
	}
}

func TestNames(t *testing.T) {
	for code, want := range map[uint16]string{0x0004: "Secure Messaging", 0x0200: "Opal 1", 0x0301: "Opalite", 0x0302: "Pyrite 1", 0x0304: "Ruby",
		0x0305: "Key per I/O", 0x0401: "Locking LBA Ranges Control", 0x0403: "Configurable Namespace Locking", 0x0405: "Namespace Geometry Reporting", 0xc001: "feature C001h"} {
		if got := (Feature{Code: code}).Name(); got != want {
			t.Errorf("%04x is %q, want %q", code, got, want)
		}
	}
	if s := fmt.Sprint(answer.Unknown, answer.No, answer.Yes); s != "unknown no yes" {
		t.Error(s)
	}
}

func FuzzParseDiscovery(f *testing.F) {
	for _, name := range []string{"opal2-not-taken.hex", "opal2-locked.hex", "pyrite2-unlocked.hex", "enterprise.hex"} {
		p := page(f, name)
		f.Add(p)
		f.Add(p[:0x55])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := ParseDiscovery(b)
		if err != nil {
			if len(d.Features) != 0 {
				t.Errorf("%v, but with features", err)
			}
			return
		}
		total := 48
		for _, x := range d.Features {
			total += 4 + len(x.Data)
			_ = x.Name()
		}
		if total > len(b) || len(d.Features) == 0 {
			t.Errorf("%d bytes of features in %d", total, len(b))
		}
		if d.Has(FeatureLocking) != answer.Yes && d.Locked()+d.Shadowed() != answer.Unknown {
			t.Error("locked is said without a Locking descriptor")
		}
		d.Classes()
	})
}

func FuzzParseProtocols(f *testing.F) {
	f.Add(page(f, "protocols-tcg.hex"))
	f.Add(page(f, "protocols-none.hex"))
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 2, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := ParseProtocols(b)
		if err == nil && (!slices.Contains(list, 0) || len(list) > len(b)-8) {
			t.Errorf("%x from %x", list, b)
		}
	})
}
