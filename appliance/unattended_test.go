package appliance

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/job"
	"shokyo.dev/shokyo/appliance/stick"
	"shokyo.dev/shokyo/internal/exchange"
)

const threeDevices = `{"devices":[
 {"path":"/dev/sda","bus":"ata","model":"SHOKYO ONE","serial":"A1","size_bytes":1000204886016,"facts":[{"name":"ata.smart.failure_predicted","value":"no"}]},
 {"path":"/dev/sdb","bus":"nvme","model":"SHOKYO\u001b[2J","serial":"B2","size_bytes":512,"in_use":true,"users":["a mount"],
  "hidden_capacity":{"state":"hidden","text":"host protected area"},"sanitize":{"state":"failed","text":"it failed"},"security":{"state":"off","text":"no"},
  "facts":[{"name":"nvme.smart.critical_warning","value":"04"}]},
 {"path":"/dev/sdc","bus":"other","size_bytes":0},
 {"path":"/dev/loop0","bus":"loop","size_bytes":99},
 {"path":"/dev/sdz","bus":"usb","model":"STICK","serial":"Z","size_bytes":4000000000}]}`

// withDevices makes the fake shokyo list them, and sysfs have the stick.
func withDevices(t *testing.T) *rig {
	t.Helper()
	b := newRig(t)
	b.Attach("sdz", 1, "EVIDENCE")
	b.Attach("sdc", 2)
	b.Attribute("sdc", "", "removable", "1")
	write(t, filepath.Join(filepath.Dir(string(b.program)), "devices.json"), threeDevices)
	write(t, filepath.Join(filepath.Dir(string(b.program)), "disks"), `sda|"model":"SHOKYO ONE","serial":"A1"
sdb|"model":"SHOKYO\u001b[2J","serial":"B2"
`)
	return b
}

func TestDisks(t *testing.T) {
	b := withDevices(t)
	disks, err := b.Disks(t.Context())
	if err != nil || len(disks) != 4 {
		t.Fatal(disks, err)
	}
	for i, want := range []core.Disk{
		{Path: "/dev/sda", Model: "SHOKYO ONE", Serial: "A1", Bus: "ATA", Size: "1.0 TB", Bytes: 1000204886016, Health: "good"},
		{Path: "/dev/sdb", Model: "SHOKYO?[2J", Serial: "B2", Bus: "NVMe", Size: "512 B", Bytes: 512, Health: "FAILING", InUse: "a mount", Notes: []string{"host protected area", "it failed"}},
		{Path: "/dev/sdc", Bus: "other", Size: "no size", Notes: []string{"it holds no medium, or does not answer"}},
		{Path: "/dev/sdz", Model: "STICK", Serial: "Z", Bus: "USB", Size: "4.0 GB", Bytes: 4000000000, Stick: true},
	} {
		got := disks[i]
		if !slices.Equal(got.Notes, want.Notes) {
			t.Errorf("%+v, want %+v", got, want)
		}
		got.Notes, want.Notes = nil, nil
		if got.Path != want.Path || got.Model != want.Model || got.Serial != want.Serial || got.Bus != want.Bus || got.Size != want.Size ||
			got.Health != want.Health || got.InUse != want.InUse || got.Bytes != want.Bytes || got.Stick != want.Stick {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	write(t, filepath.Join(filepath.Dir(string(b.program)), "devices.json"), "{")
	if _, err := b.Disks(t.Context()); err == nil {
		t.Error("half an answer passes")
	}
}

// The whole way of a job, from the stick to switching off.
func TestUnattended(t *testing.T) {
	b := withDevices(t)
	write(t, b.onStick("job.toml"), "disks = \"all\"\noperator = \"検査員\"\nidentity = \"lab\"\npassphrase_file = \"secret.txt\"\n[lab]\nname = \"L\"\n")
	write(t, b.onStick("secret.txt"), "open sesame\r\n")
	write(t, b.onStick("identity/lab.cert.pem"), testCertificate(t))
	j, err := b.readJob()
	if err != nil || j == nil {
		t.Fatal(j, err)
	}
	if !b.unattended(t.Context(), j) || !slices.Equal(b.ended, []string{"poweroff"}) {
		t.Error(b.ended)
	}
	b.wantPrinted("shokyo-init: job.toml found: sample full, identity lab, then poweroff\n", "shokyo-init: /dev/sda: SHOKYO ONE A1, 1.0 TB\n",
		"shokyo-init: /dev/sda 50 %, 0 bytes residue, 0 bytes unreadable\n", "shokyo-init: saved /reports/20261122-070000-B2 no-residue\n",
		"shokyo-init: done, 2 examined, 2 saved\nshokyo-init: switching off\n")
	if got := b.calls(); !strings.HasSuffix(got, " --sample=full --depth=deep --operator=検査員 --job="+b.runDir+"/job.toml --case-file="+b.runDir+"/case.toml --identity="+b.onStick("identity")+" /dev/sda /dev/sdb\n") || !strings.Contains(got, "open sesame scan") {
		t.Error(got)
	}
	if log := read(t, b.onStick("log/20261122-070000.txt")); !strings.Contains(log, "done, 2 examined, 2 saved\r\n") || strings.Contains(log, "sesame") {
		t.Error(log)
	}
}

func TestJobThatIsNotCarriedOut(t *testing.T) {
	for _, c := range []struct {
		job, printed string
		ended        []string
		wait         time.Duration
	}{
		{"disks = \"all\"\nat_end = \"reboot\"\nsampel = \"full\"\n", "job.toml has an unknown key: sampel", []string{"reboot"}, time.Minute},
		{"disks = [\"serial:NONE\"]\nat_end = \"poweroff\"\n", "none of the disks that the job names is attached:\nserial:NONE", []string{"poweroff"}, 2 * time.Minute},
		{"disks = [\"serial:Z\"]\n", "none of the disks that the job names is attached:\nserial:Z", []string{"poweroff"}, 2 * time.Minute}, // the stick
		{"disks = \"all\"\nidentity = \"lab\"\npassphrase_file = \"p\"\nat_end = \"console\"\n", `passphrase_file = "p" is not there, or is empty`, nil, time.Minute},
		{"disks = \n", "job.toml is no TOML", nil, time.Minute},
	} {
		b := withDevices(t)
		write(t, b.onStick("job.toml"), c.job)
		j, err := b.readJob()
		end := false
		if err != nil {
			end = b.refuseJob(t.Context(), err, j)
		} else {
			end = b.unattended(t.Context(), j)
		}
		if end != (c.ended != nil) || !slices.Equal(b.ended, c.ended) || b.waited.Round(time.Second) != c.wait {
			t.Errorf("%s: ends %v %v after %v", c.job, end, b.ended, b.waited)
		}
		b.wantPrinted("THE JOB IS NOT CARRIED OUT: "+c.printed, "No disk was examined")
		if _, err := os.Stat(b.onStick("reports")); err == nil {
			t.Error("there are reports")
		}
	}
}

// A disk that is slow to appear is waited for; one that is missing does not stop
// the others; and the computer stays on while a report is nowhere but in memory.
func TestUnattendedWaits(t *testing.T) {
	b := withDevices(t)
	write(t, b.onStick("job.toml"), "disks = [\"serial:a1\", \"model:never*\"]\nat_end = \"console\"\n")
	pulled := false
	b.onWait = func() {
		switch {
		case b.waited > 40*time.Second && b.waited < time.Minute:
		case b.waited < time.Minute:
			b.Attach("sd"+string('a'+rune(b.waited/time.Second)%20), int(100+b.waited/time.Second)) // something new all the time
		case !pulled:
			b.Pull("sdz")
			pulled = true
		case b.waited > 90*time.Second:
			b.Attach("sdy", 999, "EVIDENCE")
		}
	}
	j, err := b.readJob()
	if err != nil {
		t.Fatal(err)
	}
	if b.unattended(t.Context(), j) || len(b.ended) > 0 {
		t.Error(b.ended)
	}
	b.wantPrinted("NOT EXAMINED model:never*: no such disk is attached", "NOT SAVED /dev/sda no-residue: no EVIDENCE partition", "REPORTS ARE NOT SAVED YET",
		"saved /reports/20261122-070000-A1 no-residue\n", "waiting for model:never*, up to ", "saved /reports/20261122-070000-not-examined.txt\n", "done, 1 examined, 1 saved, 1 NOT EXAMINED\n")
	if b.waited < 90*time.Second {
		t.Errorf("only %v", b.waited)
	}
}

func TestNoJob(t *testing.T) {
	b := newRig(t)
	if j, err := b.readJob(); j != nil || err != nil {
		t.Error("without a stick: ", j, err)
	}
	if err := b.awaitStick(t.Context(), loaded(), stickLimit); err != stick.ErrNoStick || b.waited < stickLimit {
		t.Error(err, b.waited)
	}
	b.wantPrinted("shokyo-init: waiting for the stick, up to 30s\n")
	b.onWait = func() { b.Attach("sdz", 1, "EVIDENCE") }
	if err := b.awaitStick(t.Context(), loaded(), stickLimit); err != nil {
		t.Error(err)
	}
	if j, err := b.readJob(); j != nil || err != nil {
		t.Error("without a job: ", j, err)
	}
	write(t, b.onStick("job.toml"), "")
	if j, err := b.readJob(); j == nil || err == nil {
		t.Error("an empty job: ", j, err)
	}
}

func TestWelcome(t *testing.T) {
	b := newRig(t)
	b.Attach("sdz", 1, "EVIDENCE")
	write(t, b.onStick("reports/.partial-x/report.json"), "half")
	write(t, b.onStick("reports/x/report.json"), "whole")
	b.welcomeOnStick()
	if _, err := os.Stat(b.onStick("reports/.partial-x")); err == nil {
		t.Error("half a report is still there")
	}
	read(t, b.onStick("reports/x/report.json"))
	if got := read(t, b.onStick("README.txt")); !strings.Contains(got, "報告書") || strings.Contains(strings.ReplaceAll(got, "\r\n", ""), "\n") {
		t.Error(got)
	}
	write(t, b.onStick("README.txt"), "the image's own")
	b.welcomeOnStick()
	if got := read(t, b.onStick("README.txt")); got != "the image's own" {
		t.Error(got)
	}
}

// Whatever happens, switching off lets go of the stick first.
func TestLeave(t *testing.T) {
	b := withDevices(t)
	order := ""
	if _, err := b.Evidence(); err != nil {
		t.Fatal(err)
	}
	b.stick.Unmount = func(string) error { order += "unmount "; return nil }
	b.powerOff = func(bool) error { order += "off"; return nil }
	b.PowerOff()
	if order != "unmount off" {
		t.Error(order)
	}
	read(t, b.onStick("log/20261122-070000.txt"))
	b.Pull("sdz")
	b.reports = []*report{{outcome: core.Outcome{Bundle: "/x"}}}
	b.Reboot()
	b.wantPrinted("reports that are not saved are lost", "starting again", "the log is not saved: no EVIDENCE partition")
}

func testCertificate(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "検査所"}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// A job of which nothing came is shown, before the computer ends; and one that could
// not be signed is not begun.
func TestJobOfWhichNothingCame(t *testing.T) {
	for _, c := range []struct{ job, fake, printed, last string }{
		{"disks = \"all\"\n", "silent", "NO DISK WAS EXAMINED", ", 2 NOT EXAMINED\n"},
		{"disks = \"all\"\nidentity = \"lab\"\npassphrase_file = \"secret\"\n", "", "THE JOB IS NOT CARRIED OUT: the lab's key can not be used: the passphrase does", "\n"},
	} {
		b := withDevices(t)
		t.Setenv("FAKE", c.fake)
		write(t, b.onStick("job.toml"), c.job)
		write(t, b.onStick("secret"), "wrong")
		write(t, b.onStick("identity/lab.cert.pem"), testCertificate(t))
		j, err := b.readJob()
		if err != nil || !b.unattended(t.Context(), j) || b.waited < refusalPause {
			t.Error(err, b.waited)
		}
		b.wantPrinted(c.printed, "done, 0 examined, 0 saved"+c.last)
		if strings.Contains(b.calls(), " --identity=") {
			t.Error("disks were examined")
		}
	}
}

// A job for all is for a disk that is dead as well, and for one that is slow, or comes
// when the others are being examined: what could not be looked at is not left out.
func TestJobForAll(t *testing.T) {
	b := withDevices(t)
	b.Attribute("sdc", "", "removable", "0")
	b.Attach("sda", 3)
	write(t, b.onStick("job.toml"), "disks = \"all\"\n")
	b.onWait = func() {
		switch b.waited {
		case 20 * time.Second: // it turns now
			b.coming = false
			b.Attach("sdb", 4)
		case 40 * time.Second:
			if calls := strings.Count(b.calls(), "devices"); calls != 1 {
				t.Errorf("the disks were listed %d times", calls)
			}
		}
	}
	b.Attach("sdy", 5)
	b.Attribute("sdm", "", "removable", "1") // an empty reader
	if err := os.RemoveAll(filepath.Join(string(b.sys), "block", "sdm", "diskseq")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(filepath.Dir(string(b.program)), "late"), strings.Replace(threeDevices, `"/dev/loop0"`, `"/dev/sdm","bus":"usb"},{"path":"/dev/sdl"`, 1))
	program := read(t, string(b.program)) // one more disk comes while the others are examined
	write(t, string(b.program), strings.Replace(program, "for s in $sources", "cp \"$here/late\" \"$here/devices.json\"; mkdir -p "+string(b.sys)+"/block/sdl\necho 9 >"+string(b.sys)+"/block/sdb/diskseq\nfor s in $sources", 1))
	j, err := b.readJob()
	b.coming = true
	if err != nil || !b.unattended(t.Context(), j) {
		t.Fatal(err)
	}
	const dead, late = "/dev/sdc (a disk without a name, of no size): it gives no size", "/dev/sdl (a disk without a name, of 99 B): it came when the examination had begun"
	b.wantPrinted("NOT EXAMINED "+dead, "NOT EXAMINED "+late, "done, 2 examined, 2 saved, 2 NOT EXAMINED\n")
	if text := read(t, b.onStick("reports/20261122-070000-not-examined.txt")); !strings.Contains(text, dead) {
		t.Error(text)
	}
	if text := read(t, b.onStick("reports/20261122-070000-not-examined-2.txt")); !strings.Contains(text, late) {
		t.Error(text)
	}
	if b.waited < settleLimit {
		t.Errorf("only %v", b.waited)
	}
}

// A disk that is attached anew while the disks are listed does not stop the job, and
// what could not even be begun is counted.
func TestJobGoesOn(t *testing.T) {
	b := withDevices(t)
	b.Attach("sda", 3)
	b.Attach("sdb", 4)
	write(t, string(b.program), strings.Replace(read(t, string(b.program)), "devices) cat", "devices) echo 9 >"+string(b.sys)+"/block/sdb/diskseq; cat", 1))
	write(t, b.onStick("job.toml"), "disks = \"all\"\n")
	j, err := b.readJob()
	if err != nil || !b.unattended(t.Context(), j) {
		t.Fatal(err)
	}
	b.wantPrinted("done, 2 examined, 2 saved\n")

	b = withDevices(t)
	write(t, b.onStick("job.toml"), "disks = [\"serial:A1\", \"serial:B2\", \"serial:NONE\"]\n")
	if j, err = b.readJob(); err != nil {
		t.Fatal(err)
	}
	b.program += "-is-gone"
	chosen := selection{disks: b.twoDisks(), missing: []job.Missed{{What: "serial:NONE", Why: "no such disk is attached"}}}
	if got := b.examineJob(t.Context(), j, chosen, core.Settings{Mode: "full"}); got != (count{0, 0, 3}) {
		t.Error(got)
	}
}

// A disk without a serial number may be the next one at that place: it is not taken
// for the one that has a report.
func TestHasReport(t *testing.T) {
	b := newRig(t)
	for _, o := range []core.Outcome{{Source: "/dev/sda", Model: "M", Verdict: exchange.NoResidue}, {Source: "/dev/sdb", Model: "M", Serial: "1", Verdict: exchange.NoResidue}, {Source: "/dev/sdc", Serial: "2", Error: "x"}} {
		b.reports = append(b.reports, &report{outcome: o})
	}
	for _, c := range []struct {
		disk core.Disk
		want bool
	}{
		{core.Disk{Path: "/dev/sda", Model: "M"}, false},
		{core.Disk{Path: "/dev/sdb", Model: "M", Serial: "1"}, true},
		{core.Disk{Path: "/dev/sdb", Model: "M", Serial: "3"}, false},
		{core.Disk{Path: "/dev/sdd", Model: "M", Serial: "1"}, false},
		{core.Disk{Path: "/dev/sdc", Serial: "2"}, false},
	} {
		if got := b.hasReport(c.disk); got != c.want {
			t.Errorf("%+v: %v", c.disk, got)
		}
	}
}
