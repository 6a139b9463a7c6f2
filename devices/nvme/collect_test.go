package nvme

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// fake replays pages by Permit's names; what it has no page for it refuses.
type fake struct {
	t       *testing.T
	pages   map[string][]byte
	refuse  map[string]uint16 // another status than Invalid Field
	errs    map[string]error
	garbage func(command, data []byte) (int, []byte, error) // instead of all that
	asked   []string
}

func (f *fake) Do(command, data []byte) (int, []byte, error) {
	name, err := Permit(command)
	if err != nil || len(data) != Length(command) {
		f.t.Fatalf("sent %x with room for %d bytes: %v", command, len(data), err)
	}
	f.asked = append(f.asked, name)
	if f.garbage != nil {
		return f.garbage(command, data)
	}
	if err := f.errs[name]; err != nil {
		return 0, nil, err
	}
	if p, ok := f.pages[name]; ok {
		return copy(data, p), nil, nil
	}
	status := uint16(0x4002)
	if s, ok := f.refuse[name]; ok {
		status = s
	}
	return 0, binary.LittleEndian.AppendUint16(nil, status), nil
}

// enterprise has namespaces 1 and 3 attached, 2 not, and every log.
func enterprise(t *testing.T) *fake {
	ns, ns520, desc := page(t, "identify-namespace-4096.hex"), page(t, "identify-namespace-520.hex"), page(t, "identify-descriptors.hex")
	return &fake{t: t, pages: map[string][]byte{
		"identify-controller":            page(t, "identify-controller-1.4-enterprise.hex"),
		"log-02h-smart":                  page(t, "log-smart.hex"),
		"log-01h-error":                  append(page(t, "log-errors.hex"), make([]byte, 4096-192)...),
		"log-03h-firmware":               page(t, "log-firmware.hex"),
		"log-81h-sanitize":               page(t, "sanitize-success-0101h.hex"),
		"log-05h-effects":                page(t, "log-effects.hex"),
		"identify-active-namespaces":     page(t, "identify-active.hex"),
		"identify-allocated-namespaces":  page(t, "identify-allocated.hex"),
		"identify-namespace-1":           ns,
		"identify-descriptors-1":         desc,
		"identify-allocated-namespace-2": ns520,
		"identify-namespace-3":           ns,
		"identify-descriptors-3":         desc,
	}}
}

func TestCollect(t *testing.T) {
	f := enterprise(t)
	d := Collect(f, 1)
	if d.Controller == nil || d.SMART == nil || d.Errors == nil || d.Firmware == nil || d.Sanitize == nil || d.Effects == nil || d.Active == nil || d.Allocated == nil {
		t.Fatalf("%+v", d)
	}
	var entries []string
	for _, e := range d.Namespaces {
		entries = append(entries, fmt.Sprintf("%d %v %v %v", e.ID, e.Attached, e.Namespace != nil, e.Descriptors != nil))
	}
	if want := []string{"1 yes true true", "2 no true false", "3 yes true true"}; !slices.Equal(entries, want) {
		t.Errorf("%q, want %q", entries, want)
	}
	if d.Namespaces[1].Namespace.Format.MetadataBytes != 8 || d.AllListed != answer.Yes {
		t.Errorf("%+v, all listed %v", d.Namespaces[1].Namespace, d.AllListed)
	}
	if want := []Missing{{"identify-descriptors-2", drive.NVMeNotAttached}}; !slices.Equal(d.Missing, want) {
		t.Errorf("missing %q", d.Missing)
	}
	if len(d.Errors.Entries) != 2 || d.Sanitize.State != SanitizeSucceeded {
		t.Errorf("%+v, %+v", d.Errors, d.Sanitize)
	}
	// The logs come before anything a drive might refuse and log.
	want := "identify-controller log-02h-smart log-01h-error log-03h-firmware log-81h-sanitize log-05h-effects identify-active-namespaces identify-allocated-namespaces " +
		"identify-namespace-1 identify-descriptors-1 identify-allocated-namespace-2 identify-namespace-3 identify-descriptors-3"
	if got := strings.Join(f.asked, " "); got != want {
		t.Errorf("asked %s\nwant  %s", got, want)
	}
}

// TestCollectConsumer: what the controller says it has not is not asked for.
func TestCollectConsumer(t *testing.T) {
	active := make([]byte, 4096)
	active[0] = 1
	f := &fake{t: t, pages: map[string][]byte{
		"identify-controller":        page(t, "identify-controller-1.2-consumer.hex"),
		"log-02h-smart":              page(t, "log-smart.hex"),
		"log-01h-error":              make([]byte, 256),
		"log-03h-firmware":           page(t, "log-firmware.hex"),
		"identify-active-namespaces": active,
		"identify-namespace-1":       page(t, "identify-namespace-4096.hex"),
	}}
	d := Collect(f, 1)
	for page, want := range map[string]string{
		"log-81h-sanitize":              "not asked: Identify Controller SANICAP says no sanitize",
		"log-05h-effects":               "not asked: Identify Controller LPA says no commands and effects log",
		"identify-allocated-namespaces": "not asked: Identify Controller OACS says no namespace management",
		"identify-descriptors-1":        "not asked: the drive's version is before 1.3, which brought the list",
		"identify-controller":           "",
	} {
		if d.Why(page).EN != want {
			t.Errorf("%s: %q, want %q", page, d.Why(page).EN, want)
		}
	}
	if len(f.asked) != len(f.pages) || len(d.Missing) != 4 || d.Sanitize != nil {
		t.Errorf("asked %q, missing %q", f.asked, d.Missing)
	}
	if d.AllListed != answer.Yes { // NN is 1, and namespace 1 is there
		t.Errorf("all listed: %v", d.AllListed)
	}
}

// TestCollectRefusals: refused pages are missing with the drive's words.
func TestCollectRefusals(t *testing.T) {
	f := enterprise(t)
	delete(f.pages, "log-81h-sanitize")
	delete(f.pages, "log-05h-effects")
	delete(f.pages, "identify-allocated-namespaces")
	delete(f.pages, "identify-namespace-3")
	f.refuse = map[string]uint16{"log-81h-sanitize": 0x4109, "log-05h-effects": 0x4001, "identify-namespace-3": 0x001D}
	d := Collect(f, 1)
	want := []Missing{
		{"log-81h-sanitize", drive.NVMeUnsupported.Say("Invalid Log Page")},
		{"log-05h-effects", drive.NVMeUnsupported.Say("Invalid Command Opcode")},
		{"identify-allocated-namespaces", drive.NVMeUnsupported.Say("Invalid Field in Command")},
		{"identify-namespace-3", drive.NVMeRefused.Say("Sanitize In Progress")},
	}
	if !slices.Equal(d.Missing, want) {
		t.Errorf("got  %q\nwant %q", d.Missing, want)
	}
	if d.AllListed != answer.Unknown || len(d.Namespaces) != 2 || d.Namespaces[1].Attached != answer.Yes || d.Namespaces[1].Namespace != nil || d.Namespaces[1].Descriptors == nil {
		t.Errorf("all listed %v, %+v", d.AllListed, d.Namespaces)
	}
}

// TestCollectWithoutController: then nothing is known to be unsupported.
func TestCollectWithoutController(t *testing.T) {
	f := enterprise(t)
	delete(f.pages, "identify-controller")
	f.pages["log-01h-error"] = make([]byte, 64)
	d := Collect(f, 0)
	for _, page := range []string{"log-81h-sanitize", "identify-allocated-namespaces", "identify-descriptors-1"} {
		if why := d.Why(page).EN; !strings.Contains(why, "not known whether") {
			t.Errorf("%s: %q", page, why)
		}
	}
	if d.SMART == nil || d.Errors == nil || len(d.Namespaces) != 2 || d.AllListed != answer.Unknown {
		t.Errorf("%+v", d)
	}
}

// TestCollectNoLists: the caller's namespace is described; that the controller
// describes it is what shows that it is attached.
func TestCollectNoLists(t *testing.T) {
	f := enterprise(t)
	delete(f.pages, "identify-active-namespaces")
	delete(f.pages, "identify-allocated-namespaces")
	for nsid, want := range map[uint32]answer.Answer{1: answer.Yes, 9: answer.Unknown} {
		if d := Collect(f, nsid); len(d.Namespaces) != 1 || d.Namespaces[0].ID != nsid || d.Namespaces[0].Attached != want {
			t.Errorf("%d: %+v", nsid, d.Namespaces)
		}
	}
	if d := Collect(f, 0); len(d.Namespaces) != 0 || d.AllListed != answer.Unknown {
		t.Errorf("%+v", d.Namespaces)
	}
}

// TestCollectUnordered: an irregular list proves nothing about what it leaves out.
func TestCollectUnordered(t *testing.T) {
	f := enterprise(t)
	f.pages["identify-active-namespaces"] = slices.Concat([]byte{3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}, make([]byte, 4084))
	d := Collect(f, 1)
	var ids []uint32
	for _, e := range d.Namespaces {
		ids = append(ids, e.ID)
	}
	if !slices.Equal(ids, []uint32{1, 2, 3}) || d.Namespaces[1].Attached != answer.Unknown || !slices.Contains(f.asked, "identify-namespace-2") {
		t.Errorf("%v, %+v", ids, d.Namespaces[1])
	}
}

// TestCollectMany: 2,000 namespaces; 1,024 are described, and the caller's is
// one of them.
func TestCollectMany(t *testing.T) {
	f := enterprise(t)
	full := func(first uint32) []byte {
		var p []byte
		for i := range uint32(1024) {
			p = binary.LittleEndian.AppendUint32(p, first+i)
		}
		return p
	}
	f.pages["identify-active-namespaces"] = full(1)
	d := Collect(f, 5000)
	if len(d.Namespaces) != MaxNamespaces || d.Namespaces[1023].ID != 5000 || d.AllListed != answer.No {
		t.Errorf("%d namespaces, last %d, all listed %v", len(d.Namespaces), d.Namespaces[len(d.Namespaces)-1].ID, d.AllListed)
	}
	if !d.Active.Full {
		t.Error("a full list may go on")
	}
	if d := Collect(f, 1); len(d.Namespaces) != 1024 || d.AllListed != answer.Unknown {
		t.Errorf("a full list leaves it open: %d, %v", len(d.Namespaces), d.AllListed)
	}
	f.pages["identify-active-namespaces"] = append([]byte{9}, make([]byte, 4095)...)
	if d := Collect(f, 1); len(d.Namespaces) != 4 || d.AllListed != answer.Unknown {
		t.Errorf("namespace 9 is attached but not allocated: %d, %v", len(d.Namespaces), d.AllListed)
	}
}

// TestCollectSilent: a drive that hangs is not asked a thousand times.
func TestCollectSilent(t *testing.T) {
	gone := errors.New("timed out")
	f := &fake{t: t, garbage: func([]byte, []byte) (int, []byte, error) { return 0, nil, gone }}
	d := Collect(f, 1)
	if len(f.asked) != maxSilent {
		t.Errorf("asked %q", f.asked)
	}
	if d.Why("log-02h-smart").EN != "timed out" || !strings.HasPrefix(d.Why("identify-namespace-1").EN, "not asked: the drive did not answer") {
		t.Errorf("%q", d.Missing)
	}
	// One lost answer is no silence.
	f = enterprise(t)
	f.errs = map[string]error{"log-02h-smart": gone, "log-01h-error": gone, "log-81h-sanitize": gone}
	if d := Collect(f, 1); len(d.Missing) != 4 || len(d.Namespaces) != 3 || d.SMART != nil {
		t.Errorf("%q", d.Missing)
	}
}

// TestCollectGarbage: whatever comes, Collect ends, and with bounded work.
func TestCollectGarbage(t *testing.T) {
	fill := func(v byte, n int) func(_, data []byte) (int, []byte, error) {
		return func(_, data []byte) (int, []byte, error) {
			for i := range data {
				data[i] = v
			}
			return n, nil, nil
		}
	}
	for _, c := range []struct {
		name    string
		garbage func(command, data []byte) (int, []byte, error)
		pages   bool // something can be read from it
	}{
		{"zeros", fill(0, 1<<30), false},
		{"FFh", fill(0xFF, 1<<30), true},
		{"01h", fill(1, 4096), true},
		{"nothing", fill(0xFF, 0), false},
		{"less than nothing", fill(0xFF, -1), false},
		{"short", fill(0xFF, 63), false},
		{"a status of one byte", func([]byte, []byte) (int, []byte, error) { return 0, []byte{1}, nil }, false},
		{"an empty status", func([]byte, []byte) (int, []byte, error) { return 4096, []byte{}, nil }, false},
	} {
		f := &fake{t: t, garbage: c.garbage}
		d := Collect(f, 1)
		if len(f.asked) > 8+2*MaxNamespaces || len(d.Namespaces) > MaxNamespaces {
			t.Errorf("%s: %d commands", c.name, len(f.asked))
		}
		if (d.Controller != nil) != c.pages || d.Sanitize != nil && d.Sanitize.State != SanitizeUnknown && d.Sanitize.State != SanitizeSucceeded {
			t.Errorf("%s: %+v, %+v", c.name, d.Controller, d.Sanitize)
		}
		if len(d.Missing) == 0 {
			t.Errorf("%s: nothing is missing", c.name)
		}
	}
}

func TestReceive(t *testing.T) {
	f := &fake{t: t, pages: map[string][]byte{"security-protocols": {0, 0, 0, 0, 0, 0, 0, 2, 0, 1}}}
	if n, err := Receive(f, 0, 0, make([]byte, 512)); n != 10 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	var refused Status
	if _, err := Receive(f, 1, 1, make([]byte, 2048)); !errors.As(err, &refused) || !refused.Unsupported() {
		t.Errorf("%v", err)
	}
	if _, err := Receive(f, 1, 0x1000, make([]byte, 2048)); err == nil || len(f.asked) != 2 {
		t.Errorf("a session's ComID was asked for: %q, %v", f.asked, err)
	}
}

func FuzzCollect(f *testing.F) {
	for _, name := range []string{"identify-controller-1.4-enterprise.hex", "sanitize-success-0101h.hex", "identify-allocated.hex"} {
		f.Add(page(f, name), uint32(1))
	}
	f.Add([]byte{0xFF}, uint32(0xFFFFFFFF))
	f.Fuzz(func(t *testing.T, b []byte, nsid uint32) {
		drive := &fake{t: t, garbage: func(_, data []byte) (int, []byte, error) {
			for n := 0; n < len(data) && len(b) > 0; {
				n += copy(data[n:], b)
			}
			return len(data), nil, nil
		}}
		d := Collect(drive, nsid)
		if len(d.Namespaces) > MaxNamespaces || len(drive.asked) > 8+2*MaxNamespaces {
			t.Errorf("%d namespaces, %d commands", len(d.Namespaces), len(drive.asked))
		}
		for _, m := range d.Missing {
			if m.Why == (words.Text{}) || m.Page == "not permitted" {
				t.Errorf("%+v", m)
			}
		}
	})
}
