package appliance

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"shokyo.dev/shokyo/appliance/bundle"
	"shokyo.dev/shokyo/appliance/child"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/job"
	"shokyo.dev/shokyo/appliance/lab"
	"shokyo.dev/shokyo/appliance/machine"
	"shokyo.dev/shokyo/appliance/runstate"
	"shokyo.dev/shokyo/appliance/stick/save"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/words/stick"
)

// run is one call of shokyo scan: disks that are examined at the same time.
type run struct {
	*Appliance
	disks    []core.Disk
	folders  []string        // on the stick, for each disk
	outcomes []*core.Outcome // for each disk, nil while it is not known
	out      string          // in memory
	name     string          // when it was started, as in the names of files
	progress func(core.Progress)
	done     func(core.Outcome)

	calls   sync.Mutex // progress and done are called by turns
	results chan exchange.Line
	child   child.LastLines // what it said on standard error
}

// Examine lets shokyo examine the disks at the same time, and saves each bundle
// when it is there while the others go on.
func (a *Appliance) Examine(ctx context.Context, disks []core.Disk, s core.Settings, progress func(core.Progress), done func(core.Outcome)) error {
	r := &run{Appliance: a, disks: slices.Clone(disks), name: save.Stamp(a.now()), progress: progress, done: done, results: make(chan exchange.Line, len(disks))}
	// Before the stick is asked for: then none of them becomes it.
	if !r.running.CompareAndSwap(nil, &disks) {
		return errors.New("the examination before this one is still ending: wait a moment, then try again")
	}
	defer r.running.Store(nil)
	if err := r.check(s); err != nil {
		return err
	}
	if err := r.prepare(); err != nil {
		return err
	}
	scan := child.Scan{Program: r.program, Out: r.out, Job: r.jobFile, CaseFile: r.caseFile, Identity: filepath.Join(r.stick.Dir, lab.Dir), Disks: r.disks, Settings: s}
	cmd := scan.Command(ctx)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	cmd.Stderr = &r.child
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the examination: %w", err)
	}
	// When memory runs out, this is to end and not what keeps the reports (proc(5)).
	machine.Set(fmt.Sprintf("/proc/%d", cmd.Process.Pid), machine.OOMScore, "0")
	saved := make(chan int)
	go func() { saved <- r.saveResults(ctx) }()
	died := r.await(ctx, cmd, stdout)
	close(r.results)
	<-saved
	r.reportMissing(ctx, died)
	r.saveTable()
	return ctx.Err()
}

// stuckLimit is how long a child may take to end that was asked to, and then
// killed. One that hangs in the kernel, with a dead disk, does neither.
const stuckLimit = 45 * time.Second

// await reads what the child says until its end. It is left behind when it is
// stuck: the reports of the other disks are not to wait for it.
func (r *run) await(ctx context.Context, cmd *exec.Cmd, stdout io.ReadCloser) error {
	stuck := make(chan struct{})
	defer context.AfterFunc(ctx, func() {
		time.Sleep(stuckLimit)
		stdout.Close()
		close(stuck)
	})()
	r.readLines(stdout)
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-stuck:
		return errors.New("it hangs in the kernel and does not end")
	}
}

// examining says whether a disk is being examined.
func (a *Appliance) examining(disk string) bool {
	disks := a.running.Load()
	return disks != nil && slices.ContainsFunc(*disks, func(d core.Disk) bool { return d.Path == "/dev/"+disk })
}

func (r *run) check(s core.Settings) error {
	if len(r.disks) == 0 {
		return errors.New("no disk is chosen")
	}
	stick := r.stick.Disk()
	for _, d := range r.disks {
		if d.Stick || d.Path == "/dev/"+stick {
			return fmt.Errorf("%s is the stick: it is not examined", d.Path)
		}
		// A person can choose again. A job goes on: the report says which disk it is on.
		if r.jobFile == "" && d.Appearance != "" && !r.unmoved(d) {
			return fmt.Errorf("%s is not the disk that was listed any more (%s): list the disks again", d.Path, d.Name())
		}
	}
	if s.Identity == core.Lab {
		if _, exists := r.LabIdentity(); !exists {
			return lab.ErrNone
		}
	}
	return job.CheckMode(s.Mode)
}

// prepare makes the folder of this call and gives each disk its name on the stick.
func (r *run) prepare() error {
	parent := r.outDir()
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return err
	}
	runstate.Forget(parent)
	var err error
	if r.out, err = os.MkdirTemp(parent, r.name+"-"); err != nil {
		return err
	}
	for _, d := range r.disks {
		r.folders = append(r.folders, r.folderFor(d))
	}
	r.outcomes = make([]*core.Outcome, len(r.disks))
	r.dropSaved()
	return r.note()
}

// folderFor is a name that no other disk of this run has.
func (r *run) folderFor(d core.Disk) string {
	name := r.name + "-" + d.FileName()
	for slices.ContainsFunc(r.folders, func(f string) bool { return strings.EqualFold(f, name) }) { // FAT does not tell case apart
		name += "-" + filepath.Base(d.Path)
	}
	return name
}

// maxLine is far beyond any line that shokyo prints.
const maxLine = 1 << 20

// readLines takes what the child prints until it ends. Results go to whoever
// saves them: a slow stick does not hold up the progress of the other disks.
func (r *run) readLines(stdout io.Reader) {
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, maxLine)
	open := make(map[string]bool)
	for _, d := range r.disks {
		open[d.Path] = true
	}
	for lines.Scan() {
		var l exchange.Line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil || !open[l.Source] {
			r.say(stick.NotUnderstood.Say(fmt.Sprintf("%.100q", lines.Bytes())))
			continue
		}
		if l.Progress != nil {
			r.tell(func() { r.progress(child.Progress(l)) })
			continue
		}
		open[l.Source] = false // so that the channel's room is enough
		r.results <- l
	}
	if err := lines.Err(); err != nil {
		r.say(stick.CanNotRead.Say(err))
	}
	io.Copy(io.Discard, stdout) // or it would wait for a reader for ever
}

func (r *run) tell(f func()) {
	r.calls.Lock()
	defer r.calls.Unlock()
	f()
}

// saveResults saves each result as it comes.
func (r *run) saveResults(ctx context.Context) (n int) {
	for l := range r.results {
		i := r.index(l.Source)
		switch {
		case l.Error == "":
			r.accept(i, l.Bundle)
		case r.finished(i):
			r.Log(l.Source + ": " + l.Error)
			r.accept(i, r.bundleOf(i))
		case ctx.Err() != nil:
			r.fail(i, core.StoppedByPerson)
		default:
			r.fail(i, child.WithoutAdvice(l.Error))
		}
		n++
	}
	return n
}

// bundleOf is where shokyo leaves what comes of disk i.
func (r *run) bundleOf(i int) string { return filepath.Join(r.out, filepath.Base(r.disks[i].Path)) }

// finished says whether there is a bundle of disk i of which nobody has said that
// there is. Shokyo writes bundles whole or not at all. It is asked all the same; but
// a bundle is not given up because it could not be asked.
func (r *run) finished(i int) bool {
	dir := r.bundleOf(i)
	if _, err := bundle.Read(dir); err != nil || r.taken(dir) {
		return false
	}
	return !r.program.NotValid(dir)
}

// taken says whether a bundle has an outcome: of the disk that was swapped in.
func (r *run) taken(dir string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.outcomes, func(o *core.Outcome) bool { return o != nil && o.Bundle == dir })
}

// accept takes in the report on disk i. What it says counts, and it is on the disk
// that it names: the one that was listed may have been pulled hours before its turn
// came, and another one be where it was.
func (r *run) accept(i int, dir string) {
	doc, err := bundle.Read(dir)
	if err != nil {
		r.fail(i, stick.ReportUnreadable.Say(err).EN)
		return
	}
	listed, is := r.disks[i], bundle.Disk(&doc, r.disks[i].Path)
	same := r.unmoved(listed) || core.Same(listed, is)
	if !same {
		r.replace(i, is)
	}
	o := r.outcomeOf(i)
	o.Verdict, o.Scope, o.Claim, o.Reasons, o.Bundle = doc.Verdict, bundle.Part(&doc), doc.Claim, bundle.Reasons(&doc), dir
	if same {
		r.finish(&report{folder: r.folders[i], outcome: o})
		return
	}
	r.keep(&report{folder: r.folders[i], outcome: o, note: r.noteOf(r.folders[i])})
	r.fail(len(r.disks)-1, stick.OtherDisk.Say(is.Path, is.Name()).EN)
}

// replace puts a disk in the place of disk i, which moves to the end.
func (r *run) replace(i int, d core.Disk) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.disks, r.folders, r.outcomes = append(r.disks, r.disks[i]), append(r.folders, r.folders[i]), append(r.outcomes, nil)
	r.disks[i], r.folders[i] = d, r.folderFor(d)
}

// unmoved says whether the kernel has seen no other disk at that path since the disk
// was listed.
func (a *Appliance) unmoved(d core.Disk) bool {
	name := filepath.Base(d.Path)
	return d.Appearance == a.stick.Sys.Appearance(name) && a.stick.Sys.Attribute(name, "diskseq") != ""
}

// fail gives disk i its outcome: none.
func (r *run) fail(i int, why string) {
	o := r.outcomeOf(i)
	o.Error = why
	r.finish(&report{folder: r.folders[i], outcome: o})
}

// index is which disk a source is. Of others nothing gets past readLines.
func (r *run) index(source string) int {
	return slices.IndexFunc(r.disks, func(d core.Disk) bool { return d.Path == source })
}

// outcomeOf begins the outcome of disk i.
func (r *run) outcomeOf(i int) core.Outcome {
	d := r.disks[i]
	return core.Outcome{Source: d.Path, Model: d.Model, Serial: d.Serial}
}

// finish saves a report and tells what came of it.
func (r *run) finish(rep *report) {
	rep.note = r.noteOf(rep.folder)
	outcome := r.keep(rep)
	r.tell(func() { r.done(outcome) })
}

// reportMissing gives every disk its outcome that the child did not live to give one.
func (r *run) reportMissing(ctx context.Context, died error) {
	why := stick.NoVerdict.EN
	switch {
	case ctx.Err() != nil:
		why = core.StoppedByPerson
	case died != nil:
		why = stick.BrokeOff.Say(died).EN
	}
	if words := r.child.Text(); words != "" && ctx.Err() == nil {
		why += ": " + words
	}
	for i := range len(r.disks) {
		switch {
		case r.known(r.folders[i]):
		case r.finished(i):
			r.say(stick.ReportIsThere.Say(r.disks[i].Path, why))
			r.accept(i, r.bundleOf(i))
		default:
			r.fail(i, why)
		}
	}
	for _, words := range r.child.All() {
		r.Log("shokyo: " + words)
	}
}
