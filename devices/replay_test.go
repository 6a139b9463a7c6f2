package devices

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/words/drive"
)

// reply is what a drive returns for one command.
type reply struct {
	data, status []byte
	err          error
}

// fakeDrive is a drive made of answers. Anything that the allow-lists refuse
// fails the test: the code under test must not even try.
type fakeDrive struct {
	t      testing.TB
	permit func([]byte) (string, error)
	answer func(name string, command []byte) reply
	sent   []string // names, in order
}

func (f *fakeDrive) Do(command, data []byte) (int, []byte, error) {
	name, err := f.permit(command)
	if err != nil {
		f.t.Fatalf("sent % x: %v", command, err)
	}
	f.sent = append(f.sent, name)
	a := f.answer(name, command)
	return copy(data, a.data), a.status, a.err
}

// isATA tells the carriers of ATA commands.
func isATA(command []byte) bool { return command[0] == 0x85 || command[0] == 0xA1 }

// pages are a drive's answers by the name of the command.
type pages map[string]reply

// with is a copy with other answers.
func (p pages) with(more pages) pages {
	c := maps.Clone(p)
	maps.Copy(c, more)
	return c
}

// unknownCommand is ILLEGAL REQUEST, INVALID COMMAND OPERATION CODE; NVMe says
// Invalid Command Opcode.
func unknownCommand() reply {
	return reply{status: []byte{0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0}}
}

func invalidOpcode() reply { return reply{status: []byte{0x01, 0x40}} }

// nvmeDrive and scsiDrive answer from pages, and refuse the rest as unknown to them.
func nvmeDrive(t testing.TB, p pages) *fakeDrive {
	return &fakeDrive{t: t, permit: permitNVMe, answer: p.or(invalidOpcode())}
}

func scsiDrive(t testing.TB, p pages) *fakeDrive {
	return &fakeDrive{t: t, permit: permitCDB, answer: p.or(unknownCommand())}
}

func (p pages) or(refusal reply) func(string, []byte) reply {
	return func(name string, _ []byte) reply {
		if a, ok := p[name]; ok {
			return a
		}
		return refusal
	}
}

// recorded is one line of testdata: a command, and what a drive answered once.
type recorded struct {
	bus, name       string
	command         []byte
	status, answers []byte
}

func recording(t testing.TB, model string) (list []recorded) {
	t.Helper()
	for line := range lines(t, "testdata/"+model+".txt") {
		f := strings.Fields(line)
		if len(f) != 5 {
			t.Fatalf("%s: %d fields", model, len(f))
		}
		list = append(list, recorded{f[0], f[1], unrun(t, f[2]), unrun(t, f[3]), unrun(t, f[4])})
	}
	return list
}

func lines(t testing.TB, file string) func(func(string) bool) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(string) bool) {
		for line := range strings.Lines(string(b)) {
			line, _, _ = strings.Cut(line, "#")
			if line = strings.TrimSpace(line); line != "" && !yield(line) {
				return
			}
		}
	}
}

// unrun reads "0102.00*8.ff": hexadecimal, with runs of zeros cut short.
func unrun(t testing.TB, s string) (b []byte) {
	t.Helper()
	if s == "-" {
		return nil
	}
	for part := range strings.SplitSeq(s, ".") {
		if count, ok := strings.CutPrefix(part, "00*"); ok {
			n, err := strconv.Atoi(count)
			if err != nil || n > 1<<16 {
				t.Fatalf("%q: %v", part, err)
			}
			b = append(b, make([]byte, n)...)
		} else {
			b = append(b, unhex(t, part)...)
		}
	}
	return b
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// replay answers exactly the commands that were recorded.
func replay(t testing.TB, list []recorded) *fakeDrive {
	f := &fakeDrive{t: t, permit: permitCDB}
	if list[0].bus == kernel.BusNVMe {
		f.permit = permitNVMe
	}
	f.answer = func(name string, command []byte) reply {
		for _, r := range list {
			if bytes.Equal(r.command, command) {
				return reply{data: r.answers, status: r.status}
			}
		}
		t.Fatalf("%s, % x, was not recorded", name, command)
		return reply{}
	}
	return f
}

// hexPage reads a page of a bus package's testdata: "size N", then
// "offset: bytes" in hexadecimal.
func hexPage(t testing.TB, file string) []byte {
	t.Helper()
	var page []byte
	for line := range lines(t, file) {
		if size, ok := strings.CutPrefix(line, "size "); ok {
			n, err := strconv.Atoi(size)
			if err != nil {
				t.Fatal(err)
			}
			page = make([]byte, n)
			continue
		}
		at, b, _ := strings.Cut(line, ":")
		offset, err := strconv.ParseUint(at, 16, 16)
		if err != nil || int(offset) >= len(page) {
			t.Fatalf("%s: %q: %v", file, line, err)
		}
		copy(page[offset:], unhex(t, b))
	}
	return page
}

// scsiPages reads a drive of the package scsi: "name: data ! sense".
func scsiPages(t testing.TB, model string) pages {
	t.Helper()
	p := pages{}
	for line := range lines(t, "scsi/testdata/drives/"+model+".txt") {
		name, rest, _ := strings.Cut(line, ":")
		data, sense, failed := strings.Cut(rest, "!")
		a := reply{data: unhex(t, data)}
		if failed {
			a.status = unhex(t, sense)
		}
		p[name] = a
	}
	return p
}

// enterpriseNVMe has namespaces 1 and 3 attached, 2 not, UNVMCAP 0, and every log.
func enterpriseNVMe(t testing.TB) pages {
	p := pages{}
	for name, file := range map[string]string{
		"identify-controller":            "identify-controller-1.4-enterprise",
		"log-02h-smart":                  "log-smart",
		"log-01h-error":                  "log-errors",
		"log-03h-firmware":               "log-firmware",
		"log-81h-sanitize":               "sanitize-never-0000h",
		"log-05h-effects":                "log-effects",
		"identify-active-namespaces":     "identify-active",
		"identify-allocated-namespaces":  "identify-allocated",
		"identify-namespace-1":           "identify-namespace-4096",
		"identify-descriptors-1":         "identify-descriptors",
		"identify-allocated-namespace-2": "identify-namespace-520",
		"identify-namespace-3":           "identify-namespace-4096",
		"identify-descriptors-3":         "identify-descriptors",
		"security-protocols":             "../../tcg/testdata/protocols-none",
	} {
		p[name] = reply{data: hexPage(t, "nvme/testdata/"+file+".hex")}
	}
	return p
}

// changed is a copy of a page with other bytes at an offset.
func changed(page []byte, at int, b ...byte) []byte {
	page = bytes.Clone(page)
	copy(page[at:], b)
	return page
}

// ataWords is an ATA data page of 16-bit words, sealed with the checksum of word 255.
type ataWords map[int]uint16

func (w ataWords) page() []byte {
	page := make([]byte, 512)
	for n, v := range w {
		binary.LittleEndian.PutUint16(page[2*n:], v)
	}
	page[510] = 0xa5
	var sum byte
	for _, b := range page {
		sum += b
	}
	page[511] = -sum
	return page
}

func (w ataWords) with(more ataWords) ataWords {
	c := maps.Clone(w)
	maps.Copy(c, more)
	return c
}

// number puts a number into four words, lowest first.
func (w ataWords) number(at int, v uint64) ataWords {
	return w.with(ataWords{at: uint16(v), at + 1: uint16(v >> 16), at + 2: uint16(v >> 32), at + 3: uint16(v >> 48)})
}

func (w ataWords) text(at, count int, s string) ataWords {
	c := maps.Clone(w)
	s += strings.Repeat(" ", 2*count)
	for i := range count {
		c[at+i] = uint16(s[2*i])<<8 | uint16(s[2*i+1])
	}
	return c
}

const tibSectors = 1 << 31 // of 512 bytes

// ataHDD is a disk of 1 TiB after ACS-3 with HPA, DCO, AMA and sanitize, hiding
// nothing, security supported and off.
func ataHDD() ataWords {
	return ataWords{
		0: 0x0040, 48: 0x4000, 49: 0x2f00, 53: 0x0006, 59: 0x5000, 80: 0x07f0,
		82: 0x0402, 83: 0x4c00, 84: 0x4000, 85: 0x0402, 86: 0x8c00, 87: 0x4100,
		106: 0x6003, 119: 0x4100, 120: 0x4100, 128: 0x0021, 169: 0, 217: 7200, 222: 0x107f,
		108: 0x5000, 109: 0xc500, 110: 0x1234, 111: 0x5678,
	}.number(100, tibSectors).text(10, 10, "ZA0TEST1").text(23, 4, "SC60").text(27, 20, "SHOKYO SPEC HDD")
}

// registers is what ATA PASS-THROUGH with CK_COND returns (SAT-4 §12.2.5).
func registers(count uint16, lba uint64) reply {
	b := []byte{0x72, 1, 0, 0x1d, 0, 0, 0, 14, 0x09, 12, 1, 0, byte(count >> 8), byte(count),
		byte(lba >> 24), byte(lba), byte(lba >> 32), byte(lba >> 8), byte(lba >> 40), byte(lba >> 16), 0x40, 0x50}
	return reply{status: b}
}

// behindTranslator is an ATA disk as Linux's libata shows it: the translator's
// answers, and the drive's to ATA commands.
func behindTranslator(t testing.TB, identify ataWords, more pages) pages {
	p := pages{}
	for _, r := range recording(t, "qemu-ide-hd") {
		if r.bus == kernel.BusSCSI && r.name != "vpd-89h" {
			p[r.name] = reply{data: r.answers, status: r.status}
		}
	}
	return p.with(pages{
		"vpd-b1h":             {data: append([]byte{0, 0xb1, 0, 60, byte(identify[217] >> 8), byte(identify[217])}, make([]byte, 58)...)},
		"identify-device":     {data: identify.page()},
		"check-power-mode":    registers(0xff, 0),
		"read-native-max-ext": registers(0, tibSectors-1),
		"get-native-max-ext":  registers(0, tibSectors-1),
		"dco-identify":        {data: ataWords{0: 2}.number(3, tibSectors-1).page()},
		"sanitize-status-ext": registers(0x8000, 0xffff),
	}).with(more)
}

// asked runs a conversation with a drive from the start.
func asked(t testing.TB, d statements.Drive, f *fakeDrive, nsid uint32) *statements.Drive {
	t.Helper()
	fresh := statements.Unasked(drive.NotAsked)
	fresh.Bus, fresh.Removable, fresh.WholeBytes, fresh.SizeBytes = d.Bus, d.Removable, d.WholeBytes, d.WholeBytes
	bus := kernel.BusSCSI
	if d.Bus == kernel.BusNVMe {
		bus = kernel.BusNVMe
	}
	ask(fresh, newRecorder(bus, f, f.permit), nsid)
	checkStatements(t, fresh)
	return fresh
}

func timedOut(string, []byte) reply { return reply{err: unix.ETIMEDOUT} }

// stopped makes the clock stand still for a recorder, at its deadline or before.
func (r *recorder) stopped(before time.Duration) *recorder {
	r.deadline = time.Now().Add(before)
	return r
}
