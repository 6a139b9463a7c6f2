package appliance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shokyo.dev/shokyo/appliance/child"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/disks"
	"shokyo.dev/shokyo/appliance/lab"
	"shokyo.dev/shokyo/appliance/screen"
	"shokyo.dev/shokyo/appliance/stick"
	"shokyo.dev/shokyo/appliance/stick/mark"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/internal/sysfstest"
)

// rig is a computer made of folders: sysfs, a stick, and a shokyo that is a
// shell script.
type rig struct {
	*Appliance
	*sysfstest.Tree
	t       *testing.T
	sys     disks.Sysfs
	console *os.File // what was printed
	stickFS string   // the file system of the stick
	mounts  int
	coming  bool                 // another USB disk
	marks   map[string]mark.Mark // of sticks that are not like all others
	mu      sync.Mutex
	flags   []string // "sda on", in the order they were set
	ended   []string // "poweroff", "reboot"
	waited  time.Duration
	onWait  func() // called for every wait
}

func newRig(t *testing.T) *rig {
	t.Helper()
	return newRigIn(t, t.TempDir())
}

// newRigIn makes a rig where one may have been before: the program was started again.
func newRigIn(t *testing.T, dir string) *rig {
	t.Helper()
	b := &rig{t: t, Tree: sysfstest.New(t, filepath.Join(dir, "sys")), sys: disks.Sysfs(filepath.Join(dir, "sys")), stickFS: filepath.Join(dir, "evidence"), marks: make(map[string]mark.Mark)}
	for _, d := range []string{"evidence", "run"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// Each has its own: what one prints may come when the next is there already.
	console, err := os.CreateTemp(dir, "screen")
	if err != nil {
		t.Fatal(err)
	}
	b.console = console
	t.Cleanup(func() { console.Close() })
	clock := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	now := func() time.Time { return clock }
	a := &Appliance{program: child.Program(fakeShokyo(t)), runDir: filepath.Join(dir, "run"), started: clock, now: now}
	a.after = func(d time.Duration) <-chan time.Time {
		b.waited += d
		if b.onWait != nil {
			b.onWait()
		}
		ready := make(chan time.Time)
		close(ready)
		return ready
	}
	a.powerOff = func(reboot bool) error {
		b.ended = append(b.ended, map[bool]string{false: "poweroff", true: "reboot"}[reboot])
		return nil
	}
	a.log = &screen.Log{TTYs: screen.On(console), Journal: screen.NewJournal(now, filepath.Join(dir, "kmsg"))}
	if err := a.log.Journal.Keep(filepath.Join(dir, "run", "journal")); err != nil {
		t.Fatal(err)
	}
	a.guard = disks.NewGuard(b.sys, "/dev", a.say)
	a.guard.Set = b.setFlag
	a.stick = stick.New(b.sys, "/dev", b.stickFS, a.guard)
	a.stick.Pluggable = func(string) bool { return true }
	a.stick.State, a.stick.Busy = filepath.Join(dir, "run", "stick"), a.examining
	a.stick.Coming = func() bool { return b.coming }
	a.stick.Settle, a.stick.Now = 0, func() time.Time { return clock.Add(b.waited) }
	a.stick.Read = func(p disks.Partition) (mark.Mark, error) {
		if m, special := b.marks[p.Disk]; special {
			return m, nil
		}
		return mark.Mark{Number: "1"}, nil
	}
	a.stick.Number = func(p disks.Partition, number string) error {
		b.marks[p.Disk] = mark.Mark{Number: number, Volume: "OF-" + number[:9]}
		return nil
	}
	a.stick.ReadOnly = func(device string, on bool) error { return b.setFlag(filepath.Base(device), on) }
	a.stick.Mount = func(string, string) error { b.mounts++; return nil }
	a.stick.Unmount = func(string) error { return nil }
	b.Appliance = a
	return b
}

func (b *rig) setFlag(disk string, on bool) error {
	b.mu.Lock() // disks are guarded at the same time
	defer b.mu.Unlock()
	b.flags = append(b.flags, fmt.Sprintf("%s %v", disk, on))
	return nil
}

// printed is what stands on the screen.
func (b *rig) printed() string {
	b.t.Helper()
	b.log.TTYs.Flush()
	return strings.ReplaceAll(read(b.t, b.console.Name()), "\r\n", "\n")
}

func (b *rig) wantPrinted(lines ...string) {
	b.t.Helper()
	got := b.printed()
	for _, want := range lines {
		if !strings.Contains(got, want) {
			b.t.Errorf("not printed: %q; but\n%s", want, got)
		}
	}
}

// loaded says that the drivers are.
func loaded() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

func (b *rig) onStick(name string) string { return filepath.Join(b.stickFS, name) }

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o755)); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// fakeShokyo is a program that does what the test says in $FAKE: nothing, "die",
// "silent" or "wait". It notes how it was called beside itself.
func fakeShokyo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shokyo")
	write(t, path, `#!/bin/sh
here=$(dirname "$0")
echo "$SHOKYO_PASSPHRASE $*" >>"$here/calls"
case $1 in
devices) cat "$here/devices.json"; exit ;;
verify) grep -q no-residue "$2/report.json" || exit 3; exit ;;
keygen) case $2 in --check=*)
		[ "$SHOKYO_PASSPHRASE" = "open sesame" ] || { echo "shokyo: the passphrase does not open the key" >&2; exit 1; }
		echo "the passphrase opens the key"; exit ;;
	esac
	for a; do dir=$a; done; echo key >"$dir/lab.key.pem"; echo "${FAKE_CERT}" >"$dir/lab.cert.pem"; exit ;;
esac
for a; do case $a in
--out=*) out=${a#--out=} ;;
/dev/*) sources="$sources $a" ;;
esac; done
for s in $sources; do
	n=$(basename $s)
	echo '{"source":"'$s'","progress":{"phase":"reading","done_bytes":50,"planned_bytes":100,"bytes_per_second":7,"seconds_left":null,"map":"==??"}}'
	case $FAKE in
	die) [ $n != sda ] && { echo "panic: out of luck" >&2; kill -9 $$; } ;;
	silent) echo 'not JSON'; echo '{"source":"/dev/other"}'; continue ;;
	wait) mkfifo "$here/fifo"; trap 'kill $!; echo "{\"source\":\"'$s'\",\"error\":\"interrupted; --resume goes on\"}"; exit 130' INT; cat "$here/fifo" & wait ;;
	esac
	mkdir -p $out/$n
	is=$(grep "^$n|" "$here/disks")
	echo '{"verdict":"no-residue","plan":{"mode":"full"},"scope":{"kind":"medium"},"claim":"logical","reasons":[{"code":"fine","text":"'$s'"}],"medium":{'"${is#*|}"'}}' >$out/$n/report.json
	[ "$FAKE" = killed-after ] && [ $n = sdb ] && kill -9 $$
	[ "$FAKE" = error-after ] && { echo '{"source":"'$s'","error":"the row could not be made"}'; continue; }
	echo "signature of $s" >$out/$n/report.dsse
	echo '{"source":"'$s'","bundle":"'$out/$n'","verdict":"no-residue","claim":"logical","reasons":["fine"]}'
done
echo '{"rows":[{"source": "/dev/sda", "bundle": "sda"},{"source": "/dev/sdb", "bundle": "sdb"}]}' >$out/batch.json
printf 'source,bundle\r\n/dev/sda,sda\r\n/dev/sdb,sdb\r\n' >$out/batch.csv
for e in html pem dsse; do echo $e >$out/batch.$e; done
`)
	write(t, filepath.Join(filepath.Dir(path), "disks"), `sda|"serial":"S/1","size_bytes":100
sdb|"serial":"s_1","size_bytes":100
`)
	return path
}

func (b *rig) calls() string {
	return read(b.t, filepath.Join(filepath.Dir(string(b.program)), "calls"))
}

func (b *rig) twoDisks() []core.Disk {
	return []core.Disk{{Path: "/dev/sda", Serial: "S/1", Bytes: 100}, {Path: "/dev/sdb", Serial: "s_1", Bytes: 100}}
}

func TestExamineSavesEachReport(t *testing.T) {
	b := newRig(t)
	b.Attach("sdz", 1, "BOOT", "EVIDENCE")
	var progress []core.Progress
	var done []core.Outcome
	s := core.Settings{Mode: "random:0.10", Operator: "A B", Case: "--x", Identity: core.ThrowAway, Passphrase: "not to be given"}
	err := b.Examine(t.Context(), b.twoDisks(), s, func(p core.Progress) { progress = append(progress, p) }, func(o core.Outcome) { done = append(done, o) })
	if err != nil || len(progress) != 2 || len(done) != 2 {
		t.Fatal(err, progress, done)
	}
	if p := progress[0]; p != (core.Progress{Source: "/dev/sda", Phase: exchange.Reading, Done: 50, Planned: 100, PerSecond: 7, SecondsLeft: -1, Map: "==??"}) {
		t.Errorf("%+v", p)
	}
	// FAT takes S_1 and s_1 for the same name.
	for i, folder := range []string{"/reports/20261122-070000-S_1", "/reports/20261122-070000-s_1-sdb"} {
		if o := done[i]; o.Saved != folder || o.SaveError != "" || o.Error != "" || o.Verdict != exchange.NoResidue || o.Claim != exchange.ClaimLogical || len(o.Reasons) != 1 {
			t.Errorf("%+v", o)
		}
		if got := read(t, b.onStick(folder+"/report.json")); !strings.Contains(got, `"text":"`+done[i].Source+`"`) {
			t.Error(got)
		}
		if _, err := os.Stat(done[i].Bundle); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s still takes memory", done[i].Bundle)
		}
	}
	if got, want := read(t, b.onStick("reports/20261122-070000-batch.json")), `{"rows":[{"source": "/dev/sda", "bundle": "sda"},{"source": "/dev/sdb", "bundle": "sdb"}]}`+"\n"; got != want { // signed: to the byte
		t.Error(got)
	}
	if got, want := read(t, b.onStick("reports/20261122-070000-batch.csv")), "source,bundle\r\n/dev/sda,sda\r\n/dev/sdb,sdb\r\n"; got != want {
		t.Errorf("%q", got)
	}
	if got := b.calls(); !strings.HasPrefix(got, " scan --json --progress-json --quiet --out="+b.runDir) || !strings.HasSuffix(got, " --sample=random:0.10 --operator=A B --case=--x /dev/sda /dev/sdb\n") {
		t.Error(got)
	}
	b.wantPrinted("shokyo-init: saved /reports/20261122-070000-S_1 no-residue\n", "shokyo-init: saved /reports/20261122-070000-batch.csv\n")
	if !b.allSaved() {
		t.Error("something is left")
	}
}

func TestExamineOutcomes(t *testing.T) {
	for _, c := range []struct {
		fake, stop string
		want       []string // "verdict|error", for each outcome
		printed    string
	}{
		{"die", "", []string{"no-residue|", "|the examination broke off (signal: killed): panic: out of luck"}, "NOT EXAMINED /dev/sdb: the examination broke off (signal: killed): panic: out of luck\n"},
		{"silent", "", []string{"|the examination ended without a verdict", "|the examination ended without a verdict"}, `not understood: "{\"source\":\"/dev/other\"}"`},
		{"wait", "/dev/sda", []string{"|" + core.StoppedByPerson, "|" + core.StoppedByPerson}, "NOT EXAMINED /dev/sdb: stopped before it was done"},
	} {
		t.Run(c.fake, func(t *testing.T) {
			b := newRig(t)
			b.Attach("sdz", 1, "EVIDENCE")
			t.Setenv("FAKE", c.fake)
			ctx, cancel := context.WithCancel(t.Context())
			var got []string
			err := b.Examine(ctx, b.twoDisks(), core.Settings{Mode: "full"}, func(p core.Progress) {
				if p.Source == c.stop {
					openFIFO(t, b) // the script waits now
					cancel()
				}
			}, func(o core.Outcome) { got = append(got, o.Verdict.String()+"|"+o.Error) })
			if (err != nil) != (c.stop != "") || strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("%v\n%q, want\n%q", err, got, c.want)
			}
			cancel()
			b.wantPrinted(c.printed)
		})
	}
}

// openFIFO returns when the script's reader has its end open. The trap is set by then.
func openFIFO(t *testing.T, b *rig) {
	fifo := filepath.Join(filepath.Dir(string(b.program)), "fifo")
	for {
		f, err := os.OpenFile(fifo, os.O_WRONLY, 0)
		if err == nil {
			t.Cleanup(func() { f.Close() })
			return
		}
		if !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
}

func TestExamineRefuses(t *testing.T) {
	b := newRig(t)
	b.Attach("sdz", 1, "EVIDENCE")
	for _, c := range []struct {
		disks []core.Disk
		s     core.Settings
		want  string
	}{
		{nil, core.Settings{Mode: "full"}, "no disk is chosen"},
		{[]core.Disk{{Path: "/dev/sdz", Stick: true}}, core.Settings{Mode: "full"}, "/dev/sdz is the stick"},
		{b.twoDisks(), core.Settings{Mode: "most"}, `sample = "most"`},
		{b.twoDisks(), core.Settings{Mode: "full", Identity: core.Lab}, "there is no lab identity on the stick"},
	} {
		err := b.Examine(t.Context(), c.disks, c.s, nil, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	b.program += "-is-not-there"
	if err := b.Examine(t.Context(), b.twoDisks(), core.Settings{Mode: "full"}, nil, nil); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// The stick is pulled before the reports are there, and comes back as another disk.
func TestSaveAgain(t *testing.T) {
	b := newRig(t)
	b.Attach("sdz", 1, "EVIDENCE")
	if _, err := b.Evidence(); err != nil {
		t.Fatal(err)
	}
	b.Pull("sdz")
	var done []core.Outcome
	if err := b.Examine(t.Context(), b.twoDisks(), core.Settings{Mode: "full"}, func(core.Progress) {}, func(o core.Outcome) { done = append(done, o) }); err != nil {
		t.Fatal(err)
	}
	for _, o := range done {
		if o.Saved != "" || o.SaveError != stick.ErrNoStick.Error() || o.Verdict != exchange.NoResidue {
			t.Errorf("%+v", o)
		}
	}
	if _, err := b.Evidence(); !errors.Is(err, stick.ErrNoStick) || b.allSaved() {
		t.Error(err)
	}
	b.Attach("sdq", 2, "EVIDENCE")
	for _, o := range b.Save(t.Context()) {
		if o.Saved == "" || o.SaveError != "" {
			t.Errorf("%+v", o)
		}
	}
	read(t, b.onStick("reports/20261122-070000-S_1/report.json"))
	read(t, b.onStick("reports/20261122-070000-batch.csv"))
	if log := read(t, b.onStick("log/20261122-070000.txt")); !strings.Contains(log, "2026-11-22T07:00:00Z NOT SAVED /dev/sda no-residue: no EVIDENCE partition is there") {
		t.Error(log)
	}
	if !b.allSaved() {
		t.Error("something is left")
	}
	// With the next disks, what is done with is forgotten. A report of the same second
	// does not replace the first, and is saved all the same: some clocks have no battery.
	write(t, b.onStick("reports/20261122-070000-S_1/report.json"), "earlier")
	if err := b.Examine(t.Context(), b.twoDisks()[:1], core.Settings{Mode: "full"}, func(core.Progress) {}, func(core.Outcome) {}); err != nil {
		t.Fatal(err)
	}
	if all := b.Save(t.Context()); len(all) != 1 || all[0].Saved != "/reports/20261122-070000-S_1-2" {
		t.Errorf("%+v", all)
	}
	if got := read(t, b.onStick("reports/20261122-070000-S_1/report.json")); got != "earlier" {
		t.Errorf("it was replaced by %q", got)
	}
	read(t, b.onStick("reports/20261122-070000-S_1-2/report.json"))
}

func TestLabIdentity(t *testing.T) {
	b := newRig(t)
	b.Attach("sdz", 1, "EVIDENCE")
	if name, exists := b.LabIdentity(); name != "" || exists {
		t.Error(name, exists)
	}
	if err := b.MakeLabIdentity("Lab\nof lines", "x"); err == nil {
		t.Error("a name of two lines is taken")
	}
	t.Setenv("FAKE_CERT", testCertificate(t))
	if err := b.MakeLabIdentity("Lab 1", "open sesame"); err != nil {
		t.Fatal(err)
	}
	if name, exists := b.LabIdentity(); name != "検査所" || !exists {
		t.Error(name, exists)
	}
	if err := b.MakeLabIdentity("Lab 2", "x"); err == nil {
		t.Error("an identity was replaced")
	}
	err := b.Examine(t.Context(), b.twoDisks(), core.Settings{Mode: "full", Identity: core.Lab, Passphrase: "open sesame"}, func(core.Progress) {}, func(core.Outcome) {})
	if got := b.calls(); err != nil || !strings.HasPrefix(got, "open sesame keygen --name Lab 1 --out ") || !strings.Contains(got, "\nopen sesame scan ") ||
		!strings.Contains(got, " --identity="+b.onStick("identity")+" /dev/sda") {
		t.Error(err, got)
	}
	if left, _ := filepath.Glob(filepath.Join(b.runDir, "identity*")); len(left) > 0 {
		t.Error("the key is still in ", left)
	}
}

// An examination that hangs in its end does not have its files removed by the next.
func TestOneExaminationAtATime(t *testing.T) {
	b := newRig(t)
	b.running.Store(&[]core.Disk{})
	err := b.Examine(t.Context(), b.twoDisks(), core.Settings{Mode: "full"}, nil, nil)
	if err == nil || !strings.Contains(err.Error(), "still ending") || b.running.Load() == nil {
		t.Error(err)
	}
}

// examineTwo examines two disks, as the fake shokyo is told to by FAKE.
func (b *rig) examineTwo(t *testing.T) (done []core.Outcome) {
	t.Helper()
	if err := b.Examine(t.Context(), b.twoDisks(), core.Settings{Mode: "full"}, func(core.Progress) {}, func(o core.Outcome) { done = append(done, o) }); err != nil {
		t.Fatal(err)
	}
	return done
}

// Another disk is where the first one was listed. It has a report of its own, and
// nothing is said of the first but that it was not examined.
func TestOtherDiskAtThatPath(t *testing.T) {
	b := newRig(t)
	b.Attach("sdz", 1, "EVIDENCE")
	write(t, filepath.Join(filepath.Dir(string(b.program)), "disks"), `sda|"model":"OTHER","serial":"O 1","size_bytes":7
sdb|"serial":"s_1","size_bytes":520
`)
	done := b.examineTwo(t)
	if len(done) != 2 || done[0].Source != "/dev/sda" || done[0].Verdict != exchange.VerdictUnknown || done[0].Bundle != "" || done[0].Serial != "S/1" ||
		done[0].Error != "another disk was at /dev/sda when its turn came (OTHER O 1), and has the report: this one was not examined" {
		t.Errorf("%+v", done)
	}
	if done[1].Verdict != exchange.NoResidue || done[1].Saved != "/reports/20261122-070000-s_1-sdb" {
		t.Errorf("%+v", done[1])
	}
	read(t, b.onStick("reports/20261122-070000-O_1/report.json"))
	if saved, _ := filepath.Glob(b.onStick("reports/*S_1*")); len(saved) > 0 {
		t.Error(saved)
	}
	read(t, b.onStick("reports/20261122-070000-batch.csv"))
	if got := b.counted(); got != (count{2, 2, 1}) {
		t.Error(got)
	}
}

// A disk is the same although it says less of itself when it is slow, if the kernel
// has seen no other there, or if it has that serial number.
func TestSameDiskAtThatPath(t *testing.T) {
	for _, c := range []struct {
		name   string
		listed core.Disk
		seq    int // of sda, afterwards; it is listed with 7
		is     string
		same   bool
	}{
		{"half of the model", core.Disk{Model: "WDC WD10EZEX-08W", Serial: "1", Appearance: "sda 7"}, 7, `"model":"WDC WD10EZEX-08WN4A0","serial":"1"`, true},
		{"another serial number behind a bridge", core.Disk{Serial: "1", Appearance: "sda 7"}, 7, `"serial":"WD-1"`, true},
		{"attached anew", core.Disk{Model: "M", Serial: "1", Appearance: "sda 7"}, 8, `"model":"M2","serial":"1"`, true},
		{"swapped in a dock that has a serial number of its own", core.Disk{Model: "A", Serial: "1", Appearance: "sda 7"}, 8, `"model":"B","serial":"1"`, false},
		{"swapped", core.Disk{Model: "M", Serial: "1", Appearance: "sda 7"}, 8, `"model":"M","serial":"2"`, false},
		{"swapped for one without a serial number", core.Disk{Model: "M", Serial: "1", Bytes: 5, Appearance: "sda 7"}, 8, `"model":"M","size_bytes":5`, false},
		{"neither has one", core.Disk{Model: "M", Bytes: 5}, 8, `"model":"M","size_bytes":5`, true},
		{"neither has one, other model", core.Disk{Model: "M", Bytes: 5}, 8, `"model":"N","size_bytes":5`, false},
		{"neither has one, other size", core.Disk{Model: "M", Bytes: 5}, 8, `"model":"M","size_bytes":6`, false},
		{"nothing is known", core.Disk{Serial: "1", Appearance: "sda "}, 0, `"serial":"2"`, false},
	} {
		b := newRig(t)
		b.Attach("sdz", 1, "EVIDENCE")
		b.jobFile = "job" // a person would be asked to choose again
		if c.seq != 0 {
			b.Attach("sda", c.seq)
		}
		write(t, filepath.Join(filepath.Dir(string(b.program)), "disks"), "sda|"+c.is+"\n")
		c.listed.Path = "/dev/sda"
		disks := []core.Disk{c.listed}
		var done []core.Outcome
		if err := b.Examine(t.Context(), disks, core.Settings{Mode: "full"}, func(core.Progress) {}, func(o core.Outcome) { done = append(done, o) }); err != nil {
			t.Fatal(err)
		}
		if len(done) != 1 || (done[0].Verdict == exchange.NoResidue) != c.same || (done[0].Error == "") != c.same {
			t.Errorf("%s: %+v", c.name, done)
		}
		if disks[0].Serial != c.listed.Serial || disks[0].Model != c.listed.Model {
			t.Errorf("%s: the caller's list was changed: %+v", c.name, disks)
		}
		if saved, _ := filepath.Glob(b.onStick("reports/*/report.json")); len(saved) != 1 {
			t.Error(c.name, saved)
		}
	}
}

// A front end hears of the report of a disk that was swapped in, to ask before it is
// lost.
func TestReportOfOtherDiskIsNotForgotten(t *testing.T) {
	b := newRig(t)
	write(t, filepath.Join(filepath.Dir(string(b.program)), "disks"), "sda|\"serial\":\"O\"\nsdb|\"serial\":\"s_1\"\n")
	b.examineTwo(t)
	var unsaved []string
	for _, o := range b.Save(t.Context()) {
		if o.Bundle != "" && o.Saved == "" {
			unsaved = append(unsaved, o.Serial)
		}
	}
	if !slices.Equal(unsaved, []string{"O", "s_1"}) {
		t.Error(unsaved)
	}
}

// The report counts, whatever was printed of it.
func TestReportCounts(t *testing.T) {
	b := newRig(t)
	b.Attach("sdz", 1, "EVIDENCE")
	program := read(t, string(b.program))
	write(t, string(b.program), strings.Replace(program, `"claim":"logical","reasons":["fine"]}`, `"claim":"logical","reasons":["fine"]}' | sed 's/no-residue/residue-found/'; : '`, 1))
	for _, o := range b.examineTwo(t) {
		if o.Verdict != exchange.NoResidue || o.Reasons[0] != "fine: "+o.Source {
			t.Errorf("%+v", o)
		}
	}
	write(t, string(b.program), strings.Replace(program, `>$out/$n/report.json`, `| cut -c2- >$out/$n/report.json`, 1))
	for _, o := range b.examineTwo(t) {
		if o.Verdict != exchange.VerdictUnknown || !strings.Contains(o.Error, "its report can not be read") {
			t.Errorf("%+v", o)
		}
	}
}

// A report that is finished is saved, also when shokyo does not live to say so, or
// says that something else went wrong.
func TestFinishedReportIsSaved(t *testing.T) {
	for _, fake := range []string{"killed-after", "error-after"} {
		t.Setenv("FAKE", fake)
		b := newRig(t)
		b.Attach("sdz", 1, "EVIDENCE")
		done := b.examineTwo(t)
		if len(done) != 2 || done[1].Verdict != exchange.NoResidue || done[1].Error != "" || done[1].Saved != "/reports/20261122-070000-s_1-sdb" {
			t.Errorf("%s: %+v", fake, done)
		}
		read(t, b.onStick("reports/20261122-070000-s_1-sdb/report.json"))
	}
	t.Setenv("FAKE", "killed-after") // but not one that shokyo does not find valid
	b := newRig(t)
	b.Attach("sdz", 1, "EVIDENCE")
	write(t, string(b.program), strings.Replace(read(t, string(b.program)), "verify) ", "verify) exit 3;", 1))
	if done := b.examineTwo(t); done[1].Verdict != exchange.VerdictUnknown || !strings.Contains(done[1].Error, "broke off (signal: killed)") {
		t.Errorf("%+v", done)
	}
}

// A disk that is not the one that was listed is not begun with.
func TestListedDiskIsGone(t *testing.T) {
	b := newRig(t)
	b.Attach("sda", 1)
	disks := b.twoDisks()[:1]
	disks[0].Appearance = b.sys.Appearance("sda")
	b.Attach("sda", 2)
	err := b.Examine(t.Context(), disks, core.Settings{Mode: "full"}, func(core.Progress) {}, func(core.Outcome) {})
	if err == nil || !strings.Contains(err.Error(), "/dev/sda is not the disk that was listed any more (S/1)") {
		t.Error(err)
	}
}

// The summary waits for the reports that it lists even where there is room for it, and is kept when
// the next disks are examined before it is saved.
func TestSummaryWaitsForReports(t *testing.T) {
	b := newRig(t)
	b.examineTwo(t)
	write(t, b.onStick("reports/20261122-070000-S_1/report.json"), "earlier")
	b.Attach("sdz", 1, "EVIDENCE")
	locked := func(do func()) {
		b.Appliance.mu.Lock()
		defer b.Appliance.mu.Unlock()
		do()
	}
	locked(b.saveTables)
	if found, _ := filepath.Glob(b.onStick("reports/*batch*")); len(found) > 0 || len(b.tables) != len(summary) {
		t.Error(found)
	}
	for _, p := range b.reports {
		locked(func() { b.saveReport(p) })
	}
	b.stick.Release()
	b.stick.Mount = func(string, string) error { return stick.ErrFull }
	b.Save(t.Context())
	b.dropSaved()
	if len(b.tables) != len(summary) || len(b.reports) != 0 {
		t.Fatal(b.tables, b.reports)
	}
	b.stick.Mount = func(string, string) error { return nil }
	b.Save(t.Context())
	for _, kind := range summary {
		read(t, b.onStick("reports/20261122-070000-batch"+kind))
	}
}

// A run that can not be noted is not begun; its reports would be lost with a failure.
func TestRunIsNotedFirst(t *testing.T) {
	b := newRig(t)
	b.Attach("sdz", 1, "EVIDENCE")
	b.runDir = filepath.Join(b.runDir, strings.Repeat("x", 4096))
	if err := b.Examine(t.Context(), b.twoDisks(), core.Settings{Mode: "full"}, nil, nil); err == nil {
		t.Error("it was begun")
	}
}

// Switching off saves what nobody was asked about.
func TestLeaveSavesSummaries(t *testing.T) {
	b := newRig(t)
	b.saveText("x-batch.csv", []byte("1"))
	b.Attach("sdz", 1, "EVIDENCE")
	b.PowerOff()
	if got := read(t, b.onStick("reports/x-batch.csv")); got != "1" {
		t.Error(got)
	}
}

// The log on another stick is not written over.
func TestLogOnAnotherStick(t *testing.T) {
	b := newRig(t)
	b.stick.StartedFrom(mark.Origin{Number: "1"})
	b.Attach("sda", 0, "EVIDENCE")
	b.Save(t.Context())
	b.Pull("sda")
	b.marks["sdb"] = mark.Mark{Number: "2"}
	b.Attach("sdb", 2, "EVIDENCE")
	write(t, b.onStick("log/20261122-070000.txt"), "of another day")
	if err := b.TakeOtherStick(); err != nil {
		t.Fatal(err)
	}
	b.Save(t.Context())
	if got := read(t, b.onStick("log/20261122-070000.txt")); got != "of another day" {
		t.Error(got)
	}
	read(t, b.onStick("log/20261122-070000-2.txt"))
}

// Why a passphrase can not be tried is said, and not taken for a missing identity.
func TestCheckPassphrase(t *testing.T) {
	b := newRig(t)
	if err := b.CheckPassphrase("x"); !errors.Is(err, stick.ErrNoStick) {
		t.Error(err)
	}
	b.Attach("sdz", 1, "EVIDENCE")
	if err := b.CheckPassphrase("x"); err != lab.ErrNone {
		t.Error(err)
	}
	write(t, b.onStick("identity/lab.cert.pem"), "")
	if err := b.CheckPassphrase("x"); err == nil || !strings.Contains(err.Error(), "does not open the key") {
		t.Error(err)
	}
	if err := b.CheckPassphrase("open sesame"); err != nil {
		t.Error(err)
	}
}
