package devices

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/statements"
)

// states are all that each statement may say.
func states() map[string][]string {
	return map[string][]string{
		"rotation":    {"solid-state", "rotating", "unknown"},
		"hidden":      {"none", "hidden", "unknown"},
		"sanitize":    {"not-supported", "never", "succeeded", "no-failure", "in-progress", "failed", "unknown"},
		"security":    {"none", "off", "unlocked", "shadowed", "locked", "unknown"},
		"deallocated": {"zeros", "ones", "undefined", "unknown"},
		"after erase": {"data", "error", "unknown"},
	}
}

// said is a statement of any kind, in the words that reports have.
type said struct{ State, Text, japanese string }

func inWords[S statements.AnyState](s statements.Statement[S]) said {
	return said{s.State.String(), s.Text, s.TextJA}
}

func saidBy(d *statements.Drive) map[string]said {
	return map[string]said{"rotation": inWords(d.Rotation), "hidden": inWords(d.Hidden.Statement), "sanitize": inWords(d.Sanitize),
		"security": inWords(d.Security), "deallocated": inWords(d.Deallocated), "after erase": inWords(d.AfterErase)}
}

// TestStates: the words are a contract with who reads reports.
func TestStates(t *testing.T) {
	for name, got := range map[string][]string{
		"rotation": allWords[statements.RotationState](), "hidden": allWords[statements.HiddenState](), "sanitize": allWords[statements.SanitizeState](),
		"security": allWords[statements.SecurityState](), "deallocated": allWords[statements.DeallocatedState](), "after erase": allWords[statements.AfterEraseState](),
	} {
		if got[0] != "unknown" {
			t.Errorf("%s: the zero value is %q", name, got[0])
		}
		want := slices.Sorted(slices.Values(states()[name]))
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func allWords[S statements.AnyState]() (words []string) {
	for _, s := range statements.States[S]() {
		words = append(words, s.String())
	}
	return words
}

// checkStatements holds for every drive: a known word, a sentence, a reason for
// what is not known, and a recorded page behind every value.
func checkStatements(t testing.TB, d *statements.Drive) {
	t.Helper()
	for name, s := range saidBy(d) {
		if !slices.Contains(states()[name], s.State) {
			t.Errorf("%s has the state %q", name, s.State)
		}
		if text := strings.TrimSpace(s.Text); text == "" || strings.HasSuffix(text, ":") || strings.HasSuffix(text, "()") || s.japanese == "" {
			t.Errorf("%s is %s, with the text %q", name, s.State, s.Text)
		}
	}
	if (d.Hidden.Bytes > 0) != (d.Hidden.State == statements.HiddenSome) || d.Hidden.Bytes < 0 {
		t.Errorf("%d hidden bytes, %s", d.Hidden.Bytes, d.Hidden.State)
	}
	if d.Written.Known != (d.Written.Name != "") {
		t.Errorf("written: %+v", d.Written)
	}
	checkDetails(t, d)
}

func checkDetails(t testing.TB, d *statements.Drive) {
	t.Helper()
	names := map[string]bool{}
	for _, f := range d.Details {
		if names[f.Name] {
			t.Errorf("two facts are called %s", f.Name)
		}
		names[f.Name] = true
		if (f.Value == "") == (f.Why.EN == "") || (f.Why.EN == "") != (f.Why.JA == "") {
			t.Errorf("%s: value %q, why not %q", f.Name, f.Value, f.Why)
		}
		if f.From == "" || f.Value != "" && !slices.ContainsFunc(d.Pages, func(p statements.Page) bool { return p.Name == f.From }) {
			t.Errorf("%s = %q is from %q, which is not among the pages", f.Name, f.Value, f.From)
		}
	}
}

// says compares statements with "name: state" and a part of the text, if given.
func says(t *testing.T, d *statements.Drive, want ...string) {
	t.Helper()
	all := saidBy(d)
	for _, w := range want {
		name, rest, _ := strings.Cut(w, ": ")
		state, text, _ := strings.Cut(rest, ", ")
		s, ok := all[name]
		if !ok {
			t.Fatalf("no statement is called %s", name)
		}
		if s.State != state || !strings.Contains(s.Text, text) {
			t.Errorf("%s: %s, %s\nwant %s, … %s …", name, s.State, s.Text, state, text)
		}
	}
}

func value(d *statements.Drive, name string) string {
	for _, f := range d.Details {
		if f.Name == name {
			return f.Value
		}
	}
	return "no such fact"
}

// TestReplay: drives that were recorded in a real kernel. The questions are the
// recorded ones, byte for byte and in their order.
func TestReplay(t *testing.T) {
	for model, test := range map[string]struct {
		drive    statements.Drive
		nsid     uint32
		identity string
		hidden   int64
		want     []string
	}{
		"qemu-nvme": {statements.Drive{Facts: kernel.Facts{Removable: answer.No}, Bus: kernel.BusNVMe}, 1, "QEMU NVMe Ctrl/NVME0001/7.2.22//0025385b71b0c301/", 0,
			[]string{"hidden: none, 2 of them", "sanitize: not-supported, SANICAP", "security: none, no TCG locking", "deallocated: zeros, DLFEAT", "after erase: unknown"}},
		"qemu-nvme-subsystem": {statements.Drive{Bus: kernel.BusNVMe}, 1, "QEMU NVMe Ctrl/NVME0002/7.2.22///", 4 << 20,
			[]string{"hidden: hidden, namespace 2 is attached to no block device here", "sanitize: not-supported", "security: none"}},
		"qemu-ide-hd": {statements.Drive{Bus: kernel.BusATA, WholeBytes: 26 << 20}, 0, "SHOKYO SSD/AHCI0001/2.5+/5000c50012345601//", 0,
			[]string{"rotation: solid-state", "hidden: none", "sanitize: not-supported, word 59", "security: none, no ATA security; no TCG locking", "deallocated: undefined, word 69", "after erase: unknown, WACEREQ"}},
		"qemu-scsi-hd": {statements.Drive{Bus: kernel.BusSCSI, WholeBytes: 4 << 20}, 0, "SHOKYO SASDISK/SCSI0001/2.5+/5000c50012345678//", 0,
			[]string{"rotation: unknown", "hidden: unknown, SCSI has no command", "sanitize: unknown, SCSI does not tell", "security: unknown, does not support it", "after erase: unknown"}},
		// It has VPD page 89h of an ATA disk, and knows no ATA command.
		"scsi_debug": {statements.Drive{Bus: kernel.BusSCSI, WholeBytes: 8 << 20}, 0, "Linux scsi_debug/2000/0191/33333330000007d0//", 0,
			[]string{"rotation: solid-state", "hidden: unknown, does not pass ATA commands", "sanitize: unknown, does not pass ATA commands", "security: unknown, does not pass ATA commands", "deallocated: zeros, LBPRZ"}},
		"qemu-uas": {statements.Drive{Facts: kernel.Facts{Removable: answer.No}, Bus: kernel.BusUSB, WholeBytes: 4 << 20}, 0, "QEMU QEMU HARDDISK/UAS00001/2.5+///", 0,
			[]string{"hidden: unknown, does not pass ATA commands", "sanitize: unknown, does not pass ATA commands", "security: unknown, does not pass ATA commands"}},
		"qemu-usb-storage": {statements.Drive{Facts: kernel.Facts{Removable: answer.Yes}, Bus: kernel.BusUSB, WholeBytes: 10 << 20}, 0, "QEMU QEMU HARDDISK/USB00001/2.5+///", 0,
			[]string{"hidden: unknown, a removable USB medium", "sanitize: unknown, a removable USB medium", "security: unknown, a removable USB medium"}},
	} {
		t.Run(model, func(t *testing.T) {
			list := recording(t, model)
			d := asked(t, test.drive, replay(t, list), test.nsid)
			says(t, d, test.want...)
			if got := strings.Join([]string{d.Model, d.Serial, d.Firmware, d.WWN, d.EUI64, d.NGUID}, "/"); got != test.identity {
				t.Errorf("it is %s, want %s", got, test.identity)
			}
			if d.Hidden.Bytes != test.hidden {
				t.Errorf("%d bytes hidden, want %d", d.Hidden.Bytes, test.hidden)
			}
			for name, want := range recordedValues()[model] {
				if got := value(d, name); got != want {
					t.Errorf("%s = %q, want %q", name, got, want)
				}
			}
			samePages(t, d.Pages, list)
		})
	}
}

// recordedValues are facts that the drives were made with.
func recordedValues() map[string]map[string]string {
	return map[string]map[string]string{
		"qemu-nvme":           {"nvme.namespace.1.block_data_bytes": "512", "nvme.namespace.2.block_data_bytes": "4096", "nvme.namespace.1.eui64": "0025385b71b0c301", "nvme.sanitize.state": ""},
		"qemu-nvme-subsystem": {"nvme.namespace.1.attached": "yes", "nvme.namespace.2.attached": "no", "nvme.namespace.2.blocks": "8192", "nvme.multi_controller": "yes"},
		"qemu-ide-hd":         {"ata.version": "ATA/ATAPI-7", "ata.trim": "yes", "ata.sectors.identify": "53248", "ata.hpa.supported": "no", "ata.smart.failure_predicted": "no", "scsi.vendor": "ATA"},
		"qemu-scsi-hd":        {"scsi.blocks": "8192", "scsi.protection": "no", "scsi.state": "ready", "scsi.defects_grown": ""},
		"scsi_debug":          {"scsi.protection": "type 1", "scsi.unmapped_reads_zeros": "yes", "scsi.provisioned": "yes", "scsi.ata_behind_translator": "yes", "scsi.failure_predicted": "no"},
	}
}

// samePages: what is kept as evidence is what went over the wire.
func samePages(t *testing.T, got []statements.Page, want []recorded) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d commands, recorded %d", len(got), len(want))
	}
	for i, p := range got {
		r := want[i]
		if p.Bus != r.bus || p.Name != r.name || !bytes.Equal(p.Command, r.command) || !bytes.Equal(p.Data, r.answers) ||
			!bytes.Equal(p.Status, r.status) || p.Error != "" {
			t.Errorf("command %d: %s %s % x: % x, % x, %q\nwant %+v", i, p.Bus, p.Name, p.Command, p.Data, p.Status, p.Error, r)
		}
	}
}

func TestNVMe(t *testing.T) {
	base := enterpriseNVMe(t)
	controller := base["identify-controller"].data
	sanitize := func(file string) pages {
		return base.with(pages{"log-81h-sanitize": {data: hexPage(t, "nvme/testdata/sanitize-"+file+".hex")}})
	}
	security := func(file string) pages {
		return base.with(pages{"security-protocols": {data: hexPage(t, "tcg/testdata/protocols-tcg.hex")},
			"security-level-0-discovery": {data: hexPage(t, "tcg/testdata/"+file+".hex")}})
	}
	allAttached := base.with(pages{"identify-allocated-namespaces": base["identify-active-namespaces"]})
	unallocated := func(more ...byte) pages {
		return allAttached.with(pages{"identify-controller": {data: changed(controller, 296, append(more, make([]byte, 16-len(more))...)...)}})
	}
	for name, test := range map[string]struct {
		pages  pages
		hidden int64 // -1: whatever it is
		want   []string
	}{
		"nothing hidden":             {unallocated(), 0, []string{"hidden: none, all namespaces are attached"}},
		"no namespace":               {unallocated(0, 0, 0, 0x40), 1 << 30, []string{"hidden: hidden, 1073741824 bytes are in no namespace"}},
		"more than there can be":     {unallocated(bytes.Repeat([]byte{0xff}, 16)...), 0, []string{"hidden: unknown, which no drive has"}},
		"detached":                   {base, -1, []string{"hidden: hidden, namespace 2 is attached to no block device here"}},
		"lists refused":              {without(unallocated(), "identify-allocated-namespaces"), 0, []string{"hidden: unknown, no complete list"}},
		"no controller page":         {without(base, "identify-controller"), 0, []string{"hidden: unknown, Invalid Command Opcode", "sanitize: unknown, without Identify Controller", "security: unknown, Invalid Command Opcode"}},
		"never":                      {sanitize("never-0000h"), -1, []string{"sanitize: never, never sanitized"}},
		"never, nothing written":     {sanitize("never-0100h"), -1, []string{"sanitize: never, no user data written since manufacture"}},
		"succeeded":                  {sanitize("success-0101h"), -1, []string{"sanitize: succeeded, no user data written since"}},
		"written since":              {sanitize("written-since-0001h"), -1, []string{"sanitize: succeeded, user data has been written since"}},
		"deallocated all the same":   {sanitize("deallocated-0104h"), -1, []string{"sanitize: succeeded, although asked not to"}},
		"in progress":                {sanitize("in-progress-0002h"), -1, []string{"sanitize: in-progress, % done"}},
		"failed":                     {sanitize("failed-0003h"), -1, []string{"sanitize: failed, failed"}},
		"a reserved state":           {base.with(pages{"log-81h-sanitize": {data: changed(hexPage(t, "nvme/testdata/sanitize-success-0101h.hex"), 2, 7)}}), -1, []string{"sanitize: unknown, reserved value"}},
		"the log is refused":         {without(base, "log-81h-sanitize"), -1, []string{"sanitize: unknown, Invalid Command Opcode"}},
		"the log is zeros":           {base.with(pages{"log-81h-sanitize": {data: make([]byte, 512)}}), -1, []string{"sanitize: unknown, all zeros"}},
		"no TCG":                     {base, -1, []string{"security: none, no TCG locking"}},
		"Opal, locked, shadowed":     {security("opal2-locked"), -1, []string{"security: locked, Opal 2: a range of blocks is locked"}},
		"Opal, not taken":            {security("opal2-not-taken"), -1, []string{"security: off, locking is not in use"}},
		"Pyrite, unlocked":           {security("pyrite2-unlocked"), -1, []string{"security: unlocked, Pyrite 2"}},
		"Enterprise":                 {security("enterprise"), -1, []string{"security: unlocked, Enterprise"}},
		"discovery is refused":       {without(security("opal2-locked"), "security-level-0-discovery"), -1, []string{"security: unknown, level 0 discovery"}},
		"discovery is zeros":         {security("opal2-locked").with(pages{"security-level-0-discovery": {data: make([]byte, 2048)}}), -1, []string{"security: unknown, level 0 discovery"}},
		"the namespace does not say": {base.with(pages{"identify-namespace-1": {data: changed(base["identify-namespace-1"].data, 33, 0)}}), -1, []string{"deallocated: unknown, DLFEAT"}},
		"ones":                       {base.with(pages{"identify-namespace-1": {data: changed(base["identify-namespace-1"].data, 33, 2)}}), -1, []string{"deallocated: ones, FF"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := asked(t, statements.Drive{Bus: kernel.BusNVMe}, nvmeDrive(t, test.pages), 1)
			says(t, d, test.want...)
			if test.hidden >= 0 && d.Hidden.Bytes != test.hidden {
				t.Errorf("%d bytes hidden, want %d", d.Hidden.Bytes, test.hidden)
			}
		})
	}
}

func without(p pages, names ...string) pages {
	c := p.with(nil)
	for _, name := range names {
		delete(c, name)
	}
	return c
}

// TestDataRemoval: an erasure by TCG commands counts like a sanitize, and what the
// drive says of its sanitize commands does not hide it.
func TestDataRemoval(t *testing.T) {
	for _, test := range []struct {
		bits byte
		want string
	}{{0, "sanitize: succeeded"}, {1, "sanitize: in-progress, TCG data removal"}, {2, "sanitize: failed, TCG data removal"}, {3, "sanitize: in-progress, TCG data removal"}} {
		page := hexPage(t, "tcg/testdata/opal2-locked.hex")
		page = append(bytes.Clone(page[:48]), 0x04, 0x04, 0x10, 0x04, 0, test.bits, 0, 0) // Supported Data Removal Mechanism
		page = changed(page, 0, 0, 0, 0, byte(len(page)-4))
		p := enterpriseNVMe(t).with(pages{"log-81h-sanitize": {data: hexPage(t, "nvme/testdata/sanitize-success-0101h.hex")},
			"security-protocols": {data: hexPage(t, "tcg/testdata/protocols-tcg.hex")}, "security-level-0-discovery": {data: page}})
		says(t, asked(t, statements.Drive{Bus: kernel.BusNVMe}, nvmeDrive(t, p), 1), test.want)
	}
}

// TestNVMeShadowed: the shadow MBR counts when nothing is locked.
func TestNVMeShadowed(t *testing.T) {
	page := hexPage(t, "tcg/testdata/opal2-locked.hex")
	p := enterpriseNVMe(t).with(pages{"security-protocols": {data: hexPage(t, "tcg/testdata/protocols-tcg.hex")},
		"security-level-0-discovery": {data: changed(page, 0x44, 0x1b)}}) // not locked, MBR enabled, not done
	d := asked(t, statements.Drive{Bus: kernel.BusNVMe}, nvmeDrive(t, p), 1)
	says(t, d, "security: shadowed, in place of the first blocks")
	if !d.Written.Known || d.Written.Name != "nvme.data_units_written" || d.Written.UnitBytes != 512_000 {
		t.Errorf("written: %+v", d.Written)
	}
}

func TestATA(t *testing.T) {
	const gib = 1 << 21 // sectors
	disk := statements.Drive{Bus: kernel.BusATA, WholeBytes: tibSectors * 512}
	for name, test := range map[string]struct {
		identify ataWords
		more     pages
		drive    statements.Drive
		hidden   int64
		want     []string
	}{
		"plain": {ataHDD(), nil, disk, 0, []string{"rotation: rotating, 7200", "hidden: none", "sanitize: no-failure, proves no erasure",
			"security: off, no password is set; no TCG locking", "deallocated: undefined, no TRIM", "after erase: unknown"}},
		"HPA of 1 GiB": {ataHDD().number(100, tibSectors-gib), pages{"get-native-max-ext": registers(0, tibSectors-gib-1), "dco-identify": {data: ataWords{0: 2}.number(3, tibSectors-gib-1).page()}},
			statements.Drive{Bus: kernel.BusATA, WholeBytes: (tibSectors - gib) * 512}, 1 << 30, []string{"hidden: hidden, (HPA)"}},
		"DCO":                    {ataHDD(), pages{"dco-identify": {data: ataWords{0: 2}.number(3, tibSectors+gib-1).page()}}, disk, 1 << 30, []string{"hidden: hidden, (DCO)"}},
		"AMA":                    {ataHDD(), pages{"get-native-max-ext": registers(0, tibSectors+gib-1)}, disk, 1 << 30, []string{"hidden: hidden, (AMA)"}},
		"the bridge shows less":  {ataHDD(), nil, statements.Drive{Bus: kernel.BusATA, WholeBytes: (tibSectors - 8) * 512}, 8 * 512, []string{"hidden: hidden, (IDENTIFY, HPA, AMA, DCO)"}},
		"DCO refused":            {ataHDD(), pages{"dco-identify": unknownCommand()}, disk, 0, []string{"hidden: unknown, DCO: "}},
		"no registers":           {ataHDD(), pages{"read-native-max-ext": {}, "sanitize-status-ext": {}}, disk, 0, []string{"hidden: unknown, HPA: no registers came back", "sanitize: unknown, no registers came back"}},
		"registers of zeros":     {ataHDD(), pages{"sanitize-status-ext": {status: append([]byte{0x72, 1, 0, 0x1d, 0, 0, 0, 14, 0x09, 12, 1}, make([]byte, 11)...)}}, disk, 0, []string{"sanitize: unknown, does not pass them on"}},
		"sanitizing":             {ataHDD(), pages{"sanitize-status-ext": registers(0x4000, 0x8000)}, disk, 0, []string{"sanitize: in-progress, 50.0 % done"}},
		"sanitize incomplete":    {ataHDD(), pages{"sanitize-status-ext": registers(0, 0xffff)}, disk, 0, []string{"sanitize: failed, did not complete without error"}},
		"sanitize failed":        {ataHDD(), pages{"sanitize-status-ext": ataAborted(1)}, disk, 0, []string{"sanitize: failed, operation failed"}},
		"sanitize frozen":        {ataHDD(), pages{"sanitize-status-ext": ataAborted(3)}, disk, 0, []string{"sanitize: unknown, frozen"}},
		"no sanitize":            {ataHDD().with(ataWords{59: 0}), nil, disk, 0, []string{"sanitize: not-supported, word 59"}},
		"locked":                 {ataHDD().with(ataWords{128: 0x0027}), nil, disk, 0, []string{"security: locked, locked with a password"}},
		"unlocked":               {ataHDD().with(ataWords{128: 0x0023}), nil, disk, 0, []string{"security: unlocked, a password is set"}},
		"security contradictory": {ataHDD().with(ataWords{82: 0x0400}), nil, disk, 0, []string{"security: unknown, word 128"}},
		"zeros after TRIM":       {ataHDD().with(ataWords{69: 0x4020, 169: 1, 217: 1}), nil, disk, 0, []string{"deallocated: zeros, word 69", "rotation: solid-state"}},
		// Linux passes no ATA commands of trusted computing, but has the SCSI one.
		"Opal by the translator": {ataHDD().with(ataWords{48: 0x4001}), pages{"security-protocols": {data: hexPage(t, "tcg/testdata/protocols-tcg.hex")},
			"security-level-0-discovery": {data: hexPage(t, "tcg/testdata/opal2-locked.hex")}}, disk, 0, []string{"security: locked, no password is set; TCG Opal 2: a range"}},
		"Opal by the drive": {ataHDD().with(ataWords{48: 0x4001}), pages{"trusted-receive-protocols": {data: hexPage(t, "tcg/testdata/protocols-tcg.hex")},
			"trusted-receive-level-0": {data: hexPage(t, "tcg/testdata/opal2-locked.hex")}}, disk, 0, []string{"security: locked, TCG Opal 2: a range"}},
		"Opal not to be asked": {ataHDD().with(ataWords{48: 0x4001}), nil, disk, 0, []string{"security: unknown, TCG locking: level 0 discovery: the bridge or controller does not pass"}},
		// The drive's own word is not to be had: what the translator saw stays.
		"IDENTIFY refused": {ataHDD(), pages{"identify-device": unknownCommand(), "test-unit-ready": {status: unhex(t, "700002000000000a00000000041b00804000")}}, disk, 0,
			[]string{"hidden: unknown, does not pass ATA commands", "sanitize: in-progress, sanitize in progress", "security: unknown, does not pass ATA commands"}},
		"IDENTIFY with a bad checksum": {ataHDD(), pages{"identify-device": {data: changed(ataHDD().page(), 200, 1)}}, disk, 0,
			[]string{"hidden: unknown, checksum", "sanitize: unknown, word 59", "security: unknown, word 128"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := asked(t, test.drive, scsiDrive(t, behindTranslator(t, test.identify, test.more)), 0)
			says(t, d, test.want...)
			if d.Hidden.Bytes != test.hidden {
				t.Errorf("%d bytes hidden, want %d", d.Hidden.Bytes, test.hidden)
			}
			if name == "plain" && (d.Model != "SHOKYO SPEC HDD" || d.Serial != "ZA0TEST1" || d.Firmware != "SC60" || d.WWN != "5000c50012345678") {
				t.Errorf("%+v", d.Facts)
			}
		})
	}
}

// TestTranslatorKnowsMore: the size that READ CAPACITY gives is more than the
// kernel shows, and the drive's own word is not to be had.
func TestTranslatorKnowsMore(t *testing.T) {
	p := behindTranslator(t, ataHDD(), pages{"identify-device": unknownCommand()})
	d := asked(t, statements.Drive{Bus: kernel.BusATA, WholeBytes: 25 << 20}, scsiDrive(t, p), 0)
	if says(t, d, "hidden: hidden, larger than the kernel shows"); d.Hidden.Bytes != 1<<20 {
		t.Errorf("%d bytes hidden, want %d", d.Hidden.Bytes, 1<<20)
	}
}

// ataAborted is SANITIZE STATUS EXT refused, with its reason in LBA(7:0).
func ataAborted(reason byte) reply {
	return reply{status: []byte{0x72, 0x0b, 0, 0, 0, 0, 0, 14, 0x09, 12, 1, 0x04, 0, 0, 0, reason, 0, 0, 0, 0, 0x40, 0x51}}
}

// TestATAWritten: lifetime writes from the statistics, in logical sectors, or
// else from SMART in the vendor's unit.
func TestATAWritten(t *testing.T) {
	logs := ataHDD().with(ataWords{82: 0x0403, 84: 0x4020, 85: 0x0403, 87: 0x4120})
	directory, list, general := make([]byte, 512), make([]byte, 512), make([]byte, 512)
	directory[0], directory[8] = 1, 8
	copy(list, []byte{1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1})
	copy(general, []byte{1, 0, 1})
	copy(general[24:], []byte{0x39, 0x30, 0, 0, 0, 0, 0, 0xc0})
	smart := make([]byte, 512)
	copy(smart, []byte{0x10, 0, 241, 0x32, 0, 100, 100, 0x40, 0xe2, 1})
	for _, b := range smart[:511] {
		smart[511] -= b
	}
	more := pages{"log-00h-directory": {data: directory}, "log-04h-00h": {data: list}, "log-04h-01h": {data: general}, "smart-read-data": {data: smart}}
	for _, test := range []struct {
		pages pages
		want  statements.Written
	}{
		{more, statements.Written{Known: true, Name: "ata.logical_sectors_written", Value: 12345, UnitBytes: 512}},
		{more.with(pages{"log-04h-01h": {data: changed(general, 31, 0xe0)}}), statements.Written{Known: true, Name: "ata.smart_241_written", Value: 123456, UnitBytes: 0}}, // normalised: no sectors
		{without(more, "log-04h-01h"), statements.Written{Known: true, Name: "ata.smart_241_written", Value: 123456, UnitBytes: 0}},
		{without(more, "log-04h-01h", "smart-read-data"), statements.Written{}},
	} {
		d := asked(t, statements.Drive{Bus: kernel.BusATA, WholeBytes: tibSectors * 512}, scsiDrive(t, behindTranslator(t, logs, test.pages)), 0)
		if d.Written != test.want {
			t.Errorf("%+v, want %+v", d.Written, test.want)
		}
	}
}

func TestSCSI(t *testing.T) {
	array := scsiPages(t, "sas-520")
	tcgList := func(b ...byte) reply {
		return reply{data: append([]byte{0, 0, 0, 0, 0, 0, 0, byte(len(b))}, b...)}
	}
	for name, test := range map[string]struct {
		pages pages
		want  []string
	}{
		"520-byte sectors": {array, []string{"rotation: rotating, 10000", "hidden: unknown, SCSI has no command", "sanitize: no-failure, does not tell whether one ever succeeded",
			"after erase: error, WACEREQ", "deallocated: undefined, unmaps no blocks"}},
		"sanitizing":                   {scsiPages(t, "sas-sanitizing"), []string{"sanitize: in-progress, 25 % done"}},
		"sanitize failed":              {scsiPages(t, "sas-sanitize-failed"), []string{"sanitize: failed, sanitize command failed"}},
		"protection type 2":            {scsiPages(t, "sas-protection-type-2"), []string{"rotation: solid-state", "deallocated: zeros, LBPRZ"}},
		"a tape":                       {scsiPages(t, "tape"), []string{"hidden: unknown", "sanitize: unknown", "security: unknown"}},
		"no sanitize":                  {array.with(pages{"sanitize-supported-01h": notSupported(), "sanitize-supported-03h": notSupported(), "sanitize-supported-1fh": notSupported()}), []string{"sanitize: not-supported, REPORT SUPPORTED"}},
		"no TCG":                       {array.with(pages{"security-protocols": tcgList(0x00, 0x20)}), []string{"security: none, no TCG locking"}},
		"locked":                       {array.with(pages{"security-level-0-discovery": {data: hexPage(t, "tcg/testdata/opal2-locked.hex")}}), []string{"security: locked, Opal 2"}},
		"listed, and then not there":   {without(array, "security-level-0-discovery"), []string{"security: unknown, TCG locking: the drive does not support it"}},
		"a list that no drive made":    {array.with(pages{"security-protocols": {data: make([]byte, 512)}}), []string{"security: unknown, not asked"}},
		"no list":                      {without(array, "security-protocols"), []string{"security: unknown, the drive does not support it"}},
		"nothing is known of erasures": {array.with(pages{"vpd-b1h": {data: changed(array["vpd-b1h"].data, 7, 3)}}), []string{"after erase: unknown, WACEREQ"}},
		"data after an erasure":        {array.with(pages{"vpd-b1h": {data: changed(array["vpd-b1h"].data, 7, 0x13)}}), []string{"after erase: data, WACEREQ"}},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, asked(t, statements.Drive{Bus: kernel.BusSCSI}, scsiDrive(t, test.pages), 0), test.want...)
		})
	}
	d := asked(t, statements.Drive{Bus: kernel.BusSCSI}, scsiDrive(t, array), 0)
	if want := int64(0x45dd2fb0) * 520; d.SizeBytes != want || d.LogicalBlockBytes != 520 {
		t.Errorf("size %d, sectors of %d; want %d of 520: the kernel has none", d.SizeBytes, d.LogicalBlockBytes, want)
	}
	if d.Written != (statements.Written{Known: true, Name: "scsi.write_total_processed", Value: 0x123456789abc, UnitBytes: 0}) || value(d, "scsi.defects_grown") != "5" || value(d, "scsi.read_uncorrected") != "7" {
		t.Errorf("written %+v, defects %s, uncorrected %s", d.Written, value(d, "scsi.defects_grown"), value(d, "scsi.read_uncorrected"))
	}
	if d := asked(t, statements.Drive{Bus: kernel.BusSCSI, WholeBytes: 1000 * 520}, scsiDrive(t, array), 0); d.Hidden.State != statements.HiddenSome || d.Hidden.Bytes != (0x45dd2fb0-1000)*520 {
		t.Errorf("larger than the kernel shows: %+v", d.Hidden)
	}
}

func notSupported() reply {
	return reply{data: []byte{0, 1, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}
}

// TestUSBBridge passes no ATA commands: nothing may be taken for a "no".
func TestUSBBridge(t *testing.T) {
	disk := statements.Drive{Facts: kernel.Facts{Removable: answer.No}, Bus: kernel.BusUSB, WholeBytes: 0x03a98000 * 512}
	f := scsiDrive(t, scsiPages(t, "usb-bridge-no-vpd"))
	d := asked(t, disk, f, 0)
	says(t, d, "hidden: unknown, does not pass ATA commands", "sanitize: unknown, does not pass ATA commands", "security: unknown, does not pass ATA commands",
		"deallocated: unknown, does not pass ATA commands", "rotation: unknown", "after erase: unknown")
	if n := countATA(d.Pages); n != 2 { // 85h and A1h, once each
		t.Errorf("%d ATA commands, want 2: %q", n, f.sent)
	}
}

// TestUSBStick: no ATA command is sent at all.
func TestUSBStick(t *testing.T) {
	for _, removable := range []answer.Answer{answer.Yes, answer.Unknown} {
		d := asked(t, statements.Drive{Facts: kernel.Facts{Removable: removable}, Bus: kernel.BusUSB, WholeBytes: 0x03a98000 * 512}, scsiDrive(t, scsiPages(t, "usb-bridge-no-vpd")), 0)
		says(t, d, "hidden: unknown, a removable USB medium", "sanitize: unknown, a removable USB medium", "security: unknown, a removable USB medium")
		if n := countATA(d.Pages); n != 0 || len(d.Pages) == 0 {
			t.Errorf("removable %s: %d ATA commands among %d", removable, n, len(d.Pages))
		}
	}
}

func countATA(list []statements.Page) (n int) {
	for _, p := range list {
		if isATA(p.Command) {
			if p.Bus != kernel.BusATA {
				n += 1000
			}
			n++
		}
	}
	return n
}

// everyBus is a drive that has all there is, one for each way to ask.
func everyBus(t testing.TB) map[string]struct {
	drive statements.Drive
	make  func() *fakeDrive
} {
	hdd := behindTranslator(t, ataHDD().with(ataWords{48: 0x4001}), nil)
	return map[string]struct {
		drive statements.Drive
		make  func() *fakeDrive
	}{
		kernel.BusNVMe: {statements.Drive{Bus: kernel.BusNVMe}, func() *fakeDrive { return nvmeDrive(t, enterpriseNVMe(t)) }},
		kernel.BusATA:  {statements.Drive{Bus: kernel.BusATA, WholeBytes: tibSectors * 512}, func() *fakeDrive { return scsiDrive(t, hdd) }},
		kernel.BusSCSI: {statements.Drive{Bus: kernel.BusSCSI}, func() *fakeDrive { return scsiDrive(t, scsiPages(t, "sas-520")) }},
		kernel.BusUSB:  {statements.Drive{Bus: kernel.BusUSB, Facts: kernel.Facts{Removable: answer.No}, WholeBytes: tibSectors * 512}, func() *fakeDrive { return scsiDrive(t, hdd) }},
	}
}

// TestHanging: a drive that does not answer is given up after two time-outs, and
// everything about it is unknown.
func TestHanging(t *testing.T) {
	for bus, b := range everyBus(t) {
		f := b.make()
		f.answer = timedOut
		d := asked(t, b.drive, f, 1)
		if len(f.sent) > 2 || len(f.sent) == 0 {
			t.Errorf("%s: %d commands were sent: %q", bus, len(f.sent), f.sent)
		}
		says(t, d, "hidden: unknown", "sanitize: unknown", "security: unknown, TCG locking: ", "deallocated: unknown", "after erase: unknown")
		if d.Written.Known || d.Pages[0].Error == "" {
			t.Errorf("%s: %+v, %+v", bus, d.Written, d.Pages[0])
		}
	}
}

// TestVanishing: wherever a drive goes away, what it said before stays, nothing
// more is asked, and what is missing is unknown.
func TestVanishing(t *testing.T) {
	for bus, b := range everyBus(t) {
		whole := asked(t, b.drive, b.make(), 1)
		for at := range len(whole.Pages) {
			for _, gone := range []error{unix.ENXIO, unix.ENODEV} {
				f := b.make()
				answer := f.answer
				f.answer = func(name string, command []byte) reply {
					if len(f.sent) > at {
						return reply{err: fmt.Errorf("pulled: %w", gone)}
					}
					return answer(name, command)
				}
				d := asked(t, b.drive, f, 1)
				if len(f.sent) != at+1 {
					t.Errorf("%s, gone at command %d: %d were sent", bus, at, len(f.sent))
				}
				weaker(t, bus, d, whole)
			}
		}
	}
}

// weaker: a drive that said less may lead to "unknown" where it said "no", but
// not the other way round.
func weaker(t *testing.T, bus string, less, more *statements.Drive) {
	t.Helper()
	known := saidBy(more)
	for name, s := range saidBy(less) {
		if s.State != "unknown" && s.State != known[name].State && name != "hidden" {
			t.Errorf("%s: %s is %s (%s) after %d answers, and %s after all", bus, name, s.State, s.Text, len(less.Pages)-1, known[name].State)
		}
	}
	if less.Hidden.State == statements.HiddenNone && more.Hidden.State != statements.HiddenNone {
		t.Errorf("%s: nothing hidden (%s) after %d answers", bus, less.Hidden.Text, len(less.Pages)-1)
	}
}

// FuzzDescribe: whatever a drive answers, the conversation ends, nothing panics,
// and every statement is one of those there are. Answers are cut from the input:
// how it ends, how many bytes, the bytes.
func FuzzDescribe(f *testing.F) {
	f.Add(uint8(0), []byte{})
	f.Add(uint8(1), bytes.Repeat([]byte{0, 255}, 40))
	f.Add(uint8(2), bytes.Repeat([]byte{0xff}, 4000))
	f.Add(uint8(3), make([]byte, 4000))
	for i, model := range []string{"qemu-nvme", "qemu-ide-hd", "scsi_debug", "qemu-scsi-hd"} {
		var seed []byte
		for _, r := range recording(f, model) {
			seed = append(append(seed, 0, byte(len(r.answers)>>8), byte(len(r.answers))), r.answers...)
		}
		f.Add([]uint8{0, 1, 2, 2}[i], seed)
	}
	f.Fuzz(func(t *testing.T, which uint8, input []byte) {
		d := []statements.Drive{{Bus: kernel.BusNVMe}, {Bus: kernel.BusATA, WholeBytes: 1 << 40}, {Bus: kernel.BusSCSI}, {Bus: kernel.BusUSB, Facts: kernel.Facts{Removable: answer.No}, WholeBytes: 1 << 30}}[which%4]
		drive := &fakeDrive{t: t, permit: permitCDB, answer: fuzzed(input)}
		if d.Bus == kernel.BusNVMe {
			drive.permit = permitNVMe
		}
		got := asked(t, d, drive, 1)
		if len(got.Pages) > maxPages || len(drive.sent) != len(got.Pages) {
			t.Errorf("%d commands, %d pages", len(drive.sent), len(got.Pages))
		}
	})
}

// fuzzed cuts answers from the input, over and over.
func fuzzed(input []byte) func(string, []byte) reply {
	at := 0
	next := func(n int) []byte {
		if len(input) == 0 {
			return make([]byte, n)
		}
		b := make([]byte, n)
		for i := range b {
			b[i] = input[at%len(input)]
			at++
		}
		return b
	}
	return func(string, []byte) reply {
		head := next(3)
		n := (int(head[1])<<8 | int(head[2])) % 8192
		switch head[0] % 8 {
		case 5:
			return reply{status: next(1 + n%70)}
		case 6:
			return reply{data: next(n), status: next(1 + n%70)}
		case 7:
			return reply{err: []error{unix.EIO, unix.ETIMEDOUT, unix.ENXIO, unix.EPERM}[n%4]}
		}
		return reply{data: next(n)}
	}
}

// TestNothingFromZeros: a bridge that answers every question with success and
// zeros, or ones, has told nothing.
func TestNothingFromZeros(t *testing.T) {
	for bus, b := range everyBus(t) {
		for _, fill := range []byte{0x00, 0xff} {
			f := b.make()
			f.answer = func(string, []byte) reply { return reply{data: bytes.Repeat([]byte{fill}, 64<<10)} }
			says(t, asked(t, b.drive, f, 1), "hidden: unknown", "sanitize: unknown", "security: unknown", "after erase: unknown")
			if t.Failed() {
				t.Fatalf("%s, answering %02x", bus, fill)
			}
		}
	}
}
