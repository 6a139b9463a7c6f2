// Package console is what a person sees who has booted the stick: five steps from
// the disks to the verdicts, by keyboard, in plain ASCII, because the font of the
// Linux text console has little else and a serial line may have nothing else.
//
// It is a state machine after Elm: [model] is the state, Update makes the next
// state from a message, View draws a state, and neither does anything else. What
// takes time or touches the world (a call of [core.Core], the clock) is a command,
// which runs in a goroutine of its own and comes back as a message.
package console

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/console/disklist"
	"shokyo.dev/shokyo/appliance/console/estimate"
	"shokyo.dev/shokyo/appliance/console/form"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/screen"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/console"
)

// Run runs until the machine is shut down or ctx ends.
func Run(ctx context.Context, core core.Core, releaseFile string, in, out *os.File) error {
	m := newModel(ctx, core)
	m.now, m.each = time.Now, time.Second
	m.release = releaseName(releaseFile)
	_, err := os.Stat("/dev/tpmrm0") // the kernel's resource manager: only for a TPM 2.0
	m.tpm = err == nil
	return m.run(in, out)
}

// run shows m on a terminal.
func (m model) run(in, out *os.File) error {
	defer screen.PrepareTerminal(out)()
	ctx, stop := context.WithCancel(m.ctx)
	defer stop() // an examination does not go on behind a console that has failed
	m.ctx = ctx
	var p *tea.Program
	m.send = func(msg tea.Msg) { p.Send(msg) }
	p = tea.NewProgram(m, tea.WithoutSignalHandler(),
		tea.WithInput(in), tea.WithOutput(out), tea.WithWindowSize(screen.Columns, screen.Rows),
		// Ten pictures a second are enough for a serial line. vt100 is what all
		// terminals understand, and the eight colours of ECMA-48 8.3.117. A terminal
		// that is reached through SSH is not asked what it can do: an answer that
		// comes late over a slow line would be taken for keys.
		tea.WithFPS(10), tea.WithEnvironment([]string{"TERM=vt100", "CLICOLOR_FORCE=1", "SSH_TTY=serial"}))
	defer context.AfterFunc(ctx, p.Quit)()
	_, err := p.Run()
	return cmp.Or(err, ctx.Err())
}

// releaseName is how the image calls itself in the file that says so, in which it
// comes second: "shokyo-usb 1.0 (linux-image-…)".
func releaseName(path string) string {
	b, _ := wholefile.Read(path, 1<<10)
	if words := strings.Fields(string(b)); len(words) > 1 {
		return words[1]
	}
	return ""
}

// step is where in the examination a person is.
type step int

const (
	stepDisks step = iota
	stepSettings
	stepConfirm
	stepExamine
	stepResults
	stepOff // nothing more is asked: the machine is going down
)

// question is what must be answered before anything else.
type question int

const (
	askNothing question = iota
	askShutDown
	askStop
	askOtherStick
)

// model is the state of the console.
type model struct {
	ctx     context.Context
	core    core.Core
	send    func(tea.Msg)    // for what Core tells while it examines
	now     func() time.Time // only commands look at it
	each    time.Duration    // between two looks at the clock; 0: never
	release string
	tpm     bool

	width, height int
	clock         time.Time
	step          step
	ask           question
	evidence      evidenceState
	looking       bool // for disks
	fresh         bool // what was left from before is not known yet
	saving        bool
	message       string // what went wrong last, until the next key

	disks   disklist.List
	form    form.Form
	jobs    []diskJob
	stop    context.CancelFunc
	stopped bool
	view    int // the job under the cursor, or the first on the screen
	large   bool
	rates   estimate.Rates
	kept    []core.Outcome // of earlier rounds, not saved yet
}

type evidenceState struct {
	known, asking bool
	free          int64
	err           error
}

// diskJob is the examination of one disk.
type diskJob struct {
	disk     core.Disk
	progress core.Progress
	outcome  *core.Outcome // nil: not done
}

func newModel(ctx context.Context, core core.Core) model {
	return model{ctx: ctx, core: core, width: 80, height: 24, looking: true, fresh: true, form: form.New()}
}

// Messages: what commands bring back.
type (
	tickMsg  time.Time
	disksMsg struct {
		disks []core.Disk
		err   error
	}
	evidenceMsg struct {
		free int64
		err  error
	}
	identityMsg struct {
		name   string
		exists bool
	}
	identityMadeMsg struct {
		name string
		err  error
	}
	passphraseMsg struct{ err error }
	progressMsg   core.Progress
	outcomeMsg    core.Outcome
	endedMsg      struct{ err error }
	savedMsg      []core.Outcome
	takenMsg      struct{ err error }
)

// Init looks at everything once. Reports may be left from a run before.
func (m model) Init() tea.Cmd {
	return tea.Batch(m.readClock(), m.tick(), m.findDisks(), m.askEvidence(), m.askIdentity(), m.save())
}

// Update makes the next state.
func (m model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		return m.key(msg)
	case tickMsg:
		return m.ticked(time.Time(msg))
	case disksMsg:
		m.looking = false
		m.disks = m.disks.Found(msg.disks, msg.err)
	case evidenceMsg:
		return m.sawEvidence(msg)
	case identityMsg:
		m.form = m.form.HaveIdentity(msg.name, msg.exists)
	case identityMadeMsg:
		return m.identityMade(msg)
	case passphraseMsg:
		return m.passphraseChecked(msg.err)
	case progressMsg:
		m = m.progressed(core.Progress(msg))
	case outcomeMsg:
		return m.cameOut(core.Outcome(msg)), tea.ClearScreen
	case endedMsg:
		// What is unsaved may be of a disk that was in the place of one of these.
		return m.ended(msg.err), tea.Batch(tea.ClearScreen, m.askEvidence(), m.save())
	case takenMsg:
		if msg.err != nil {
			m.message = sentence(msg.err)
		}
		return m, tea.Batch(m.askEvidence(), m.findDisks()) // it is no disk to be examined any more
	case savedMsg:
		return m.saved(msg), tea.Batch(tea.ClearScreen, m.askEvidence())
	}
	return m, nil
}

// key gives a key to whom it concerns.
func (m model) key(k tea.KeyPressMsg) (tea.Model, tea.Cmd) {
	m.message = ""
	name := k.String()
	switch {
	case name == "ctrl+l": // the usual key for a screen that something wrote over
		return m, tea.ClearScreen
	case m.step == stepOff:
		return m, nil
	case m.ask != askNothing:
		return m.answer(strings.ToLower(name))
	case name == "ctrl+c":
		return m.leave(), nil
	}
	before := m.step
	next, cmd := m.keyOnStep(k, name)
	if next.step != before {
		// The kernel or the log may have written over the screen.
		cmd = tea.Batch(tea.ClearScreen, cmd)
	}
	return next, cmd
}

func (m model) keyOnStep(k tea.KeyPressMsg, name string) (model, tea.Cmd) {
	if m.step == stepSettings {
		return m.settingsKey(k, name)
	}
	name = strings.ToLower(name) // somebody has caps lock on
	if name == "u" && m.otherStick() {
		m.ask = askOtherStick
		return m, nil
	}
	switch m.step {
	case stepDisks:
		return m.disksKey(name)
	case stepConfirm:
		return m.confirmKey(name)
	case stepExamine:
		return m.examineKey(name)
	}
	return m.resultsKey(name)
}

// leave asks before anything is lost.
func (m model) leave() model {
	m.ask = askShutDown
	if m.step == stepExamine {
		m.ask = askStop
	}
	return m
}

// answer takes the answer to a question. What loses reports is not y: a finger
// is quick.
func (m model) answer(key string) (tea.Model, tea.Cmd) {
	asked, lose := m.ask, len(m.unsaved()) > 0
	m.ask = askNothing
	switch {
	case key == "n" || key == "esc":
	case asked == askStop && key == "y":
		m.stopped = true
		m.stop()
		return m, m.log(console.StoppedHere)
	case asked == askOtherStick && key == "y":
		return m, m.takeOther()
	case asked == askShutDown && lose && key == "s":
		return m.saveAgain()
	case asked == askShutDown && (!lose && key == "y" || lose && key == "x"):
		m.step = stepOff
		return m, m.powerOff(m.core.PowerOff)
	case asked == askShutDown && !lose && key == "r":
		m.step = stepOff
		return m, m.powerOff(m.core.Reboot)
	default:
		m.ask = asked
	}
	return m, nil
}

// otherStick says whether there is a stick that could be used instead.
func (m model) otherStick() bool { return errors.Is(m.evidence.err, core.ErrOtherStick) }

// ticked looks at the stick every second: it can be pulled at any time.
func (m model) ticked(now time.Time) (tea.Model, tea.Cmd) {
	m.clock = now
	if m.evidence.asking || m.step == stepOff {
		return m, m.tick()
	}
	m.evidence.asking = true
	return m, tea.Batch(m.tick(), m.askEvidence())
}

// sawEvidence saves what waits for a stick as soon as there is one.
func (m model) sawEvidence(msg evidenceMsg) (tea.Model, tea.Cmd) {
	wasMissing := m.evidence.known && m.evidence.err != nil
	if fmt.Sprint(m.evidence.err) != fmt.Sprint(msg.err) {
		m.message = "" // it was of the stick as it was
	}
	m.evidence = evidenceState{known: true, free: msg.free, err: msg.err}
	switch {
	case !wasMissing || msg.err != nil:
		return m, nil
	case len(m.unsaved()) == 0:
		return m, m.save() // a summary, or the log
	}
	return m.saveAgain()
}

// Commands.

func (m model) readClock() tea.Cmd { return func() tea.Msg { return tickMsg(m.now()) } }

func (m model) tick() tea.Cmd {
	if m.each == 0 {
		return nil
	}
	return tea.Tick(m.each, func(time.Time) tea.Msg { return tickMsg(m.now()) })
}

func (m model) findDisks() tea.Cmd {
	return func() tea.Msg {
		disks, err := m.core.Disks(m.ctx)
		return disksMsg{disks, err}
	}
}

func (m model) askEvidence() tea.Cmd {
	return func() tea.Msg {
		free, err := m.core.Evidence()
		return evidenceMsg{free, err}
	}
}

func (m model) askIdentity() tea.Cmd {
	return func() tea.Msg {
		name, exists := m.core.LabIdentity()
		return identityMsg{name, exists}
	}
}

func (m model) makeIdentity(name, passphrase string) tea.Cmd {
	return func() tea.Msg { return identityMadeMsg{name, m.core.MakeLabIdentity(name, passphrase)} }
}

func (m model) checkPassphrase(passphrase string) tea.Cmd {
	return func() tea.Msg { return passphraseMsg{m.core.CheckPassphrase(passphrase)} }
}

func (m model) takeOther() tea.Cmd {
	return func() tea.Msg { return takenMsg{m.core.TakeOtherStick()} }
}

func (m model) log(line words.Text) tea.Cmd {
	return func() tea.Msg { m.core.Log(line.EN); return nil }
}

// saveAgain tries what is not on the stick yet.
func (m model) saveAgain() (model, tea.Cmd) {
	if m.saving || len(m.unsaved()) == 0 {
		return m, nil
	}
	m.saving, m.message = true, ""
	return m, m.save()
}

func (m model) save() tea.Cmd {
	return func() tea.Msg { return savedMsg(m.core.Save(m.ctx)) }
}

func (m model) powerOff(do func()) tea.Cmd {
	return func() tea.Msg { do(); return tea.Quit() }
}
