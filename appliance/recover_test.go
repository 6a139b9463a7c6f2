package appliance

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/job"
	"shokyo.dev/shokyo/appliance/runstate"
	"shokyo.dev/shokyo/appliance/screen"
	"shokyo.dev/shokyo/appliance/stick"
	"shokyo.dev/shokyo/appliance/stick/save"
	"shokyo.dev/shokyo/internal/exchange"
)

func goodReport(serial string) string {
	return `{"verdict": "no-residue", "plan": {"mode": "full"}, "scope": {"kind": "medium"}, "claim": "logical", "reasons": [{"code": "deallocated-reads", "text": "..."}], "medium": {"serial": "` + serial + `"}}`
}

// failedRig is a computer whose program failed while it examined: sda is saved, of
// sdb the report was known and not saved, sdc's was just finished, sdd's had not
// begun, and sde's is there by half.
func failedRig(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	b := newRigIn(t, dir)
	b.Attach("sdz", 1, "EVIDENCE")
	r := &run{Appliance: b.Appliance, name: save.Stamp(b.now()), disks: []core.Disk{
		{Path: "/dev/sda", Serial: "A"}, {Path: "/dev/sdb", Serial: "B"}, {Path: "/dev/sdc", Serial: "C"}, {Path: "/dev/sdd", Serial: "D"}, {Path: "/dev/sde", Serial: "E"}},
		done: func(core.Outcome) {}}
	if err := r.prepare(); err != nil {
		t.Fatal(err)
	}
	bundle := func(disk, text string) string {
		write(t, filepath.Join(r.out, disk, "report.json"), text)
		return filepath.Join(r.out, disk)
	}
	r.finish(&report{folder: r.folders[0], outcome: core.Outcome{Source: "/dev/sda", Verdict: exchange.NoResidue, Bundle: bundle("sda", goodReport("A"))}})
	b.Pull("sdz")
	r.finish(&report{folder: r.folders[1], outcome: core.Outcome{Source: "/dev/sdb", Verdict: exchange.ResidueFound, Bundle: bundle("sdb", "{}")}})
	bundle("sdc", goodReport("C"))
	bundle("sde", "{")
	b.Log("the last word")
	return dir
}

// What was finished reaches the stick, also what nobody had heard of yet, and the
// rest is said to be missing.
func TestRecoverReports(t *testing.T) {
	b := newRigIn(t, failedRig(t))
	b.Attach("sdz", 2, "EVIDENCE")
	if b.afterFailure(done(), 2, "signal: killed: panic: out of luck\nat line 1") {
		t.Error("the computer is to end, with somebody before it")
	}
	b.Save(t.Context())
	if !b.allSaved() {
		t.Error("something is left")
	}
	for disk, want := range map[string]string{"A": goodReport("A"), "B": "{}", "C": goodReport("C")} {
		if got := read(t, b.onStick("reports/20261122-070000-"+disk+"/report.json")); got != want {
			t.Errorf("%s: %s", disk, got)
		}
	}
	if saved, _ := filepath.Glob(b.onStick("reports/*")); len(saved) != 3 {
		t.Error(saved)
	}
	b.wantPrinted("THE PROGRAM FAILED, AND WAS STARTED AGAIN: signal: killed: panic: out of luck", "saved /reports/20261122-070000-B residue-found\n",
		"saved /reports/20261122-070000-C no-residue\n", "NOT EXAMINED /dev/sdd: the program of this appliance failed", "NOT EXAMINED /dev/sde: the program of this appliance failed")
	if got := b.counted(); got != (count{3, 3, 2}) {
		t.Error(got)
	}
	all := b.Save(t.Context())
	if o := all[2]; o.Source != "/dev/sdc" || o.Claim != exchange.ClaimLogical || len(o.Reasons) != 1 || o.Reasons[0] != "deallocated-reads: ..." {
		t.Errorf("%+v", o)
	}
	log := read(t, b.onStick("log/20261122-070000.txt"))
	if !strings.Contains(log, "the last word\r\n") || !strings.Contains(log, "FAILED, AND WAS STARTED AGAIN") {
		t.Error(log)
	}
	// A third start has nothing more to do, and the next disks are not held up by it.
	c := newRigIn(t, filepath.Dir(b.runDir))
	if c.afterFailure(done(), 3, "again") || c.counted().saved != 3 {
		t.Error(c.counted())
	}
	if saved, _ := filepath.Glob(b.onStick("reports/*")); len(saved) != 3 {
		t.Error(saved)
	}
	if err := os.RemoveAll(filepath.Join(runstate.Noted(c.outDir())[0], "sde")); err != nil {
		t.Fatal(err)
	}
	runstate.Forget(c.outDir())
	if noted := runstate.Noted(c.outDir()); len(noted) > 0 {
		t.Error(noted)
	}
}

// A report whose verdict nobody here knows is none that was examined.
func TestCountedUnknownVerdict(t *testing.T) {
	b := newRigIn(t, t.TempDir())
	b.reports = []*report{{outcome: core.Outcome{Source: "/dev/sda", Bundle: "b", Saved: "s"}}, {outcome: core.Outcome{Source: "/dev/sdb", Verdict: exchange.NoResidue, Bundle: "c"}}}
	if got := b.counted(); got != (count{examined: 1, saved: 1, not: 1}) {
		t.Error(got)
	}
}

// A failure between the two outcomes of a disk that was swapped: its report is saved
// once, and nothing waits for ever. A disk without a name is known by its size.
func TestRecoverOtherDisk(t *testing.T) {
	dir := t.TempDir()
	b := newRigIn(t, dir)
	r := &run{Appliance: b.Appliance, name: save.Stamp(b.now()), disks: []core.Disk{{Path: "/dev/sda", Serial: "A"}, {Path: "/dev/sdb", Bytes: 7}}, done: func(core.Outcome) {}}
	if err := r.prepare(); err != nil {
		t.Fatal(err)
	}
	bundle := r.bundleOf(0)
	write(t, filepath.Join(bundle, "report.json"), goodReport("O"))
	write(t, filepath.Join(r.bundleOf(1), "report.json"), strings.Replace(goodReport(""), `"serial": ""`, `"size_bytes": 7`, 1))
	r.replace(0, core.Disk{Path: "/dev/sda", Serial: "O"})
	r.keep(&report{folder: r.folders[0], outcome: core.Outcome{Source: "/dev/sda", Serial: "O", Verdict: exchange.NoResidue, Bundle: bundle}, note: r.noteOf(r.folders[0])})

	b = newRigIn(t, dir)
	b.Attach("sdz", 1, "EVIDENCE")
	b.recoverReports()
	b.Save(t.Context())
	if got := b.counted(); got != (count{2, 2, 1}) || !b.allSaved() {
		t.Error(got)
	}
	b.wantPrinted("NOT EXAMINED /dev/sda: the program of this appliance failed")
	read(t, b.onStick("reports/20261122-070000-O/report.json"))
	read(t, b.onStick("reports/20261122-070000-sdb/report.json"))
}

// done is a context in place of Enter.
func done() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// A run that is not saved is not forgotten.
func TestForgetRuns(t *testing.T) {
	b := newRigIn(t, failedRig(t))
	runstate.Forget(b.outDir())
	noted := runstate.Noted(b.outDir())
	if len(noted) != 1 {
		t.Fatal(noted)
	}
	write(t, noted[0]+".json", "{")
	b.recoverReports()
	b.wantPrinted("can not be read: unexpected end of JSON input")
}

// A job ends as it says, after everything is saved, and is not begun again: what
// made the program fail would do so once more.
func TestFailedJob(t *testing.T) {
	for then, want := range map[string]string{job.ThenPowerOff: "poweroff", job.ThenReboot: "poweroff", job.ThenConsole: ""} {
		b := newRigIn(t, failedRig(t))
		write(t, filepath.Join(b.runDir, job.Name), "disks = \"all\"\nat_end = \""+then+"\"\n")
		b.onWait = func() {
			if b.waited > time.Minute {
				b.Attach("sdz", 2, "EVIDENCE")
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if then == job.ThenConsole {
			b.onWait = func() { // Enter ends what comes after that
				b.Attach("sdz", 2, "EVIDENCE")
				if b.Save(ctx); b.allSaved() {
					cancel()
				}
			}
		}
		if end := b.afterFailure(ctx, 2, "x"); end != (want != "") || strings.Join(b.ended, "") != want {
			t.Errorf("%s: %v, %v", then, end, b.ended)
		}
		b.wantPrinted("REPORTS ARE NOT SAVED YET", "the job was not carried out to its end\n", "done, 3 examined, 3 saved, 2 NOT EXAMINED\n")
	}
}

// After several failures nothing is done but to save, until somebody switches off.
func TestFailedAgain(t *testing.T) {
	b := newRigIn(t, failedRig(t))
	b.Attach("sdz", 2, "EVIDENCE")
	if !b.afterFailure(done(), maxFailures+1, "x") || strings.Join(b.ended, "") != "poweroff" {
		t.Error(b.ended)
	}
	b.wantPrinted("THE PROGRAM FAILED SEVERAL TIMES")
}

// A stick that is late brings its job all the same.
func TestLateStick(t *testing.T) {
	b := newRig(t)
	b.Attach("sda", 1, "EVIDENCE")
	b.Attach("sdb", 2, "EVIDENCE")
	write(t, b.onStick("job.toml"), "disks = \"all\"\n")
	why := b.awaitStick(t.Context(), loaded(), stickLimit)
	if why != stick.ErrTwoSticks {
		t.Fatal(why)
	}
	b.onWait = func() {
		switch b.waited.Round(time.Second) {
		case time.Minute:
			b.Pull("sda")
			b.Pull("sdb")
		case time.Hour:
			b.Attach("sdc", 3, "EVIDENCE")
		}
	}
	b.askForStick(t.Context(), why)
	b.wantPrinted("THE STICK IS NOT READY: there are several", "THE STICK IS NOT READY: no EVIDENCE partition is there", "the stick is there\n")
	if n := strings.Count(b.printed(), "NOT READY"); n != 2 {
		t.Errorf("%d screens", n)
	}
	if j, err := b.readJob(); j == nil || err != nil {
		t.Error(j, err)
	}
}

// Or somebody presses Enter on one of the consoles.
func TestGoOnWithoutStick(t *testing.T) {
	b := newRig(t)
	keyboard, console, err := screen.NewTerminal()
	if err != nil {
		t.Fatal(err)
	}
	defer keyboard.Close()
	b.log.TTYs = screen.On(b.console, console)
	b.after = func(time.Duration) <-chan time.Time {
		keyboard.Write([]byte("\r an echo\rC \r"))
		return nil // time stands still
	}
	b.askForStick(t.Context(), stick.ErrNoStick)
	b.wantPrinted("type c and press Enter to go on without it")
}

// The drivers may take longer than the stick: the time in which a second one can
// appear passes meanwhile.
func TestStickBeforeDrivers(t *testing.T) {
	b := newRig(t)
	b.stick.Settle = stick.Alone
	b.Attach("sdz", 1, "EVIDENCE")
	drivers := make(chan struct{})
	b.onWait = func() {
		if b.waited == 3*time.Second {
			close(drivers)
		}
		if b.waited <= 3*time.Second && b.mounts > 0 {
			t.Error("the stick was mounted before the drivers for it were there")
		}
	}
	if err := b.awaitStick(t.Context(), drivers, stickLimit); err != nil || b.mounts != 1 || b.waited != 3*time.Second {
		t.Error(err, b.mounts, b.waited)
	}
}

// The job's hash is not in reports of what a person examines afterwards.
func TestJobIsForgotten(t *testing.T) {
	b := withDevices(t)
	write(t, b.onStick("job.toml"), "disks = \"all\"\nat_end = \"console\"\n")
	j, err := b.readJob()
	if err != nil || b.unattended(t.Context(), j) {
		t.Fatal(err)
	}
	if err := b.Examine(t.Context(), b.twoDisks(), core.Settings{Mode: "full"}, func(core.Progress) {}, func(core.Outcome) {}); err != nil {
		t.Fatal(err)
	}
	calls := strings.Split(strings.TrimSpace(b.calls()), "\n")
	if first, last := calls[len(calls)-2], calls[len(calls)-1]; !strings.Contains(first, " --job=") || strings.Contains(last, "--job") {
		t.Error(first, last)
	}
	if _, err := os.Stat(filepath.Join(b.runDir, job.Name)); err == nil {
		t.Error("the job is still there")
	}
}
