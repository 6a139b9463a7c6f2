package console

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/internal/exchange"
)

var updateConsole = flag.Bool("update-console", false, "write the screens to testdata/console")

// consoleCore is an appliance that does what the test says.
type consoleCore struct {
	mu          sync.Mutex
	disks       []core.Disk
	disksErr    error
	free        int64
	evidenceErr error
	takeErr     error // what TakeOtherStick gives
	identity    string
	identityErr error
	saves       [][]core.Outcome // what each Save gives
	log         []string
	ended       string        // by PowerOff or Reboot
	hold        chan struct{} // how long that takes; nil: no time
	settings    core.Settings
	examined    []core.Disk

	entered chan struct{} // Examine has begun
	events  chan event
	done    chan struct{} // the event has been carried out
}

// event is what happens while the disks are examined. It says whether it was the last.
type event func(progress func(core.Progress), done func(core.Outcome)) (last bool, err error)

func newConsoleCore(disks ...core.Disk) *consoleCore {
	return &consoleCore{disks: disks, free: 118 << 20, entered: make(chan struct{}, 1), events: make(chan event), done: make(chan struct{})}
}

func (c *consoleCore) change(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
}

func (c *consoleCore) Disks(context.Context) (d []core.Disk, err error) {
	c.change(func() { d, err = c.disks, c.disksErr })
	return d, err
}

func (c *consoleCore) Examine(ctx context.Context, disks []core.Disk, s core.Settings, progress func(core.Progress), done func(core.Outcome)) error {
	c.change(func() { c.examined, c.settings = disks, s })
	c.entered <- struct{}{}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case e := <-c.events:
			last, err := e(progress, done)
			c.done <- struct{}{}
			if last {
				return err
			}
		}
	}
}

func (c *consoleCore) Save(context.Context) (o []core.Outcome) {
	c.change(func() {
		if len(c.saves) > 0 {
			o, c.saves = c.saves[0], c.saves[1:]
		}
	})
	return o
}

func (c *consoleCore) Evidence() (free int64, err error) {
	c.change(func() { free, err = c.free, c.evidenceErr })
	return free, err
}

func (c *consoleCore) TakeOtherStick() (err error) {
	c.change(func() {
		if err = c.takeErr; err == nil {
			c.evidenceErr = nil
		}
	})
	return err
}

func (c *consoleCore) LabIdentity() (name string, exists bool) {
	c.change(func() { name, exists = c.identity, c.identity != "" })
	return name, exists
}

func (c *consoleCore) MakeLabIdentity(name, passphrase string) (err error) {
	c.change(func() {
		if err = c.identityErr; err == nil {
			c.identity = name
		}
	})
	return err
}

func (c *consoleCore) CheckPassphrase(passphrase string) (err error) {
	c.change(func() {
		if passphrase != "correct horse" && passphrase != "correct horse battery" {
			err = errors.New("the passphrase does not open the key")
		}
	})
	return err
}

func (c *consoleCore) Log(line string) { c.change(func() { c.log = append(c.log, line) }) }

func (c *consoleCore) PowerOff() { c.end("off") }
func (c *consoleCore) Reboot()   { c.end("reboot") }

func (c *consoleCore) end(how string) {
	c.change(func() { c.ended = how })
	if c.hold != nil {
		<-c.hold
	}
}

// scene is something that happens to a console, and what it shows then.
type scene struct {
	keys   string                   // names of keys; 'text' is typed; a terminal must be waited for after esc
	happen event                    // during the examination
	world  func(*consoleCore)       // what changes around it
	golden string                   // the screen that must be reached
	after  func(*consoleCore) error // what must hold then
}

// scenario is a console from its start.
type scenario struct {
	name      string
	core      func() *consoleCore
	noTPM     bool
	scenes    []scene
	shutsDown bool // with the last scene
}

func theClock() time.Time { return time.Date(2026, 11, 22, 6, 47, 18, 0, time.UTC) }

func (s scenario) model(core *consoleCore) model {
	m := newModel(context.Background(), core)
	m.now, m.release, m.tpm = theClock, "0.4.0", !s.noTPM
	return m
}

// keyBytes are what a terminal sends for the keys that are no character.
func keyBytes(name string) string {
	switch name {
	case "up":
		return "\x1b[A"
	case "down":
		return "\x1b[B"
	case "right":
		return "\x1b[C"
	case "left":
		return "\x1b[D"
	case "enter":
		return "\r"
	case "esc":
		return "\x1b"
	case "space":
		return " "
	case "backspace":
		return "\x7f"
	case "ctrl+u":
		return "\x15"
	case "ctrl+c":
		return "\x03"
	}
	return strings.ReplaceAll(strings.Trim(name, "'"), "_", " ")
}

func keyMessages(name string) (keys []tea.KeyPressMsg) {
	special := func(code rune) []tea.KeyPressMsg { return []tea.KeyPressMsg{{Code: code}} }
	switch name {
	case "up":
		return special(tea.KeyUp)
	case "down":
		return special(tea.KeyDown)
	case "right":
		return special(tea.KeyRight)
	case "left":
		return special(tea.KeyLeft)
	case "enter":
		return special(tea.KeyEnter)
	case "esc":
		return special(tea.KeyEscape)
	case "backspace":
		return special(tea.KeyBackspace)
	case "ctrl+u":
		return []tea.KeyPressMsg{{Code: 'u', Mod: tea.ModCtrl}}
	case "ctrl+c":
		return []tea.KeyPressMsg{{Code: 'c', Mod: tea.ModCtrl}}
	}
	for _, c := range keyBytes(name) {
		keys = append(keys, tea.KeyPressMsg{Code: c, Text: string(c)})
	}
	return keys
}

// driver runs a model without a terminal: commands at once, one after the other,
// except for the examination.
type driver struct {
	t       *testing.T
	core    *consoleCore
	m       model
	inbox   []tea.Msg
	running chan tea.Msg // the examination's end
	quit    bool
}

func newDriver(t *testing.T, m model, core *consoleCore) *driver {
	d := &driver{t: t, core: core, m: m}
	d.m.send = func(msg tea.Msg) { d.inbox = append(d.inbox, msg) }
	d.do(d.m.Init())
	return d
}

func (d *driver) tell(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
		return
	case tea.BatchMsg:
		for _, cmd := range msg {
			d.do(cmd)
		}
		return
	case tea.QuitMsg:
		d.quit = true
		return
	}
	next, cmd := d.m.Update(msg)
	d.m = next.(model)
	d.do(cmd)
}

func (d *driver) do(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	result := make(chan tea.Msg, 1)
	go func() { result <- cmd() }()
	select {
	case msg := <-result:
		d.tell(msg)
	case <-d.core.entered:
		d.running = result
	}
}

func (d *driver) play(s scene) {
	if s.world != nil {
		d.core.change(func() { s.world(d.core) })
		d.tell(tickMsg(theClock()))
	}
	for _, name := range strings.Fields(s.keys) {
		for _, k := range keyMessages(name) {
			d.tell(k)
		}
	}
	if s.happen != nil {
		last := false
		d.core.events <- func(p func(core.Progress), o func(core.Outcome)) (bool, error) {
			var err error
			last, err = s.happen(p, o)
			return last, err
		}
		<-d.core.done
		for _, msg := range d.inbox {
			d.tell(msg)
		}
		d.inbox = nil
		if last {
			d.tell(<-d.running)
			d.running = nil
		}
	}
	d.settle()
}

// settle waits for an examination that has been stopped.
func (d *driver) settle() {
	if d.m.stopped && d.running != nil {
		d.tell(<-d.running)
		d.running = nil
	}
}

// screen is what is drawn, without the colours.
func (d *driver) screen() string {
	v := newVT(d.m.width, d.m.height)
	v.Write([]byte(strings.Join(d.m.lines(), "\r\n")))
	for _, p := range v.problems {
		d.t.Error(p)
	}
	return v.text()
}

func goldenScreen(t *testing.T, name, got string) string {
	t.Helper()
	path := filepath.Join("testdata", "console", name+".txt")
	if *updateConsole && got != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(want)
}

// A screen with a ~ in its last row does not tell all keys.
func checkKeys(t *testing.T, screen string) {
	t.Helper()
	rows := strings.Split(strings.TrimSuffix(screen, "\n"), "\n")
	if strings.HasSuffix(rows[len(rows)-1], "~") {
		t.Errorf("the keys do not fit:\n%s", rows[len(rows)-1])
	}
}

// Every screen, from keys, without a terminal.
func TestConsoleScreens(t *testing.T) {
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			core := s.core()
			d := newDriver(t, s.model(core), core)
			for i, sc := range s.scenes {
				d.play(sc)
				got := d.screen()
				checkKeys(t, got)
				if sc.golden != "" {
					if want := goldenScreen(t, sc.golden, got); got != want {
						t.Fatalf("scene %d shows\n%s\nwant %s\n%s", i, got, sc.golden, want)
					}
				}
				checkScene(t, i, sc, core)
			}
		})
	}
}

func checkScene(t *testing.T, i int, s scene, core *consoleCore) {
	t.Helper()
	if s.after == nil {
		return
	}
	core.change(func() {
		if err := s.after(core); err != nil {
			t.Fatalf("scene %d: %v", i, err)
		}
	})
}

func begunWith(want core.Settings) func(*consoleCore) error {
	return func(c *consoleCore) error {
		if c.settings != want {
			return fmt.Errorf("examined with %+v, want %+v", c.settings, want)
		}
		return nil
	}
}

func endedBy(want string) func(*consoleCore) error {
	return func(c *consoleCore) error {
		if c.ended != want {
			return fmt.Errorf("the machine went down by %q, want %q", c.ended, want)
		}
		return nil
	}
}

var errPulled = errors.New("no EVIDENCE partition is there: plug in the stick with it")

// Nothing that a disk, a child process or a stick says, and no terminal, may
// break a screen: every row is printable ASCII, none is wider than the terminal,
// and there are exactly as many as it has.
func FuzzConsole(f *testing.F) {
	f.Add([]byte(" a\r\r\r\r\r\r\r\r\r\r\r\r"), "\x1b[2J消", uint8(80), uint8(24), int64(4096))
	f.Add([]byte("a\rRDDDDDDDD\r\rpooooE\rsnqx"), "", uint8(40), uint8(10), int64(-1))
	f.Add([]byte("D \rDDDDDDR\r12345678\r12345678\r\r\r\rpE\rUUDDsqy"), "a: b", uint8(1), uint8(1), int64(1<<62))
	f.Fuzz(func(t *testing.T, keys []byte, text string, columns, rows uint8, n int64) {
		if len(keys) > 200 || len(text) > 1000 {
			return
		}
		core := newConsoleCore(core.Disk{Path: text, Model: text, Serial: text, Size: text, Bus: text, Health: text, InUse: text, Bytes: n, Notes: []string{text}},
			core.Disk{Path: "/dev/sda", Bytes: n}, core.Disk{Path: "/dev/sdb", Stick: true})
		core.free, core.identity = n, text
		d := newDriver(t, scenario{}.model(core), core)
		defer func() {
			if d.running != nil {
				d.m.stop()
				<-d.running
			}
		}()
		d.tell(tea.WindowSizeMsg{Width: int(columns), Height: int(rows)})
		for _, k := range keys {
			d.tell(fuzzMessage(k, text, n))
			d.settle()
			for i, line := range d.m.lines() {
				checkLine(t, line, int(columns))
				if i >= int(rows) {
					t.Fatalf("more than %d rows", rows)
				}
			}
		}
	})
}

// fuzzMessage makes a message of a byte: keys, and what comes in unasked.
func fuzzMessage(k byte, text string, n int64) tea.Msg {
	special := map[byte]rune{'U': tea.KeyUp, 'D': tea.KeyDown, 'L': tea.KeyLeft, 'R': tea.KeyRight, '\r': tea.KeyEnter, 0x1b: tea.KeyEscape, 0x7f: tea.KeyBackspace}
	switch k {
	case 'p':
		return progressMsg{Source: text, Phase: exchange.Phase(n), Done: n, Planned: n / 2, PerSecond: n, SecondsLeft: n, Residue: n, Unreadable: n, Map: text}
	case 'o':
		return outcomeMsg{Source: text, Verdict: exchange.Verdict(n), Claim: exchange.Claim(n), Reasons: []string{text, text}, Error: text, Bundle: text, SaveError: text}
	case 'O':
		return outcomeMsg{Source: "/dev/sda", Verdict: exchange.NoResidue, Claim: exchange.ClaimLogical, Bundle: "b", Saved: text}
	case 'e':
		return evidenceMsg{n, errors.New(text)}
	case 'E':
		return endedMsg{errors.New(text)}
	case 'v':
		return savedMsg{{Bundle: text, SaveError: text}}
	}
	if code, ok := special[k]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	return tea.KeyPressMsg{Code: rune(k), Text: string(rune(k))}
}

func checkLine(t *testing.T, line string, columns int) {
	t.Helper()
	width := 0
	for rest := line; rest != ""; {
		if strings.HasPrefix(rest, "\x1b[") {
			rest = rest[strings.IndexByte(rest, 'm')+1:]
			continue
		}
		if c := rest[0]; c < ' ' || c > '~' {
			t.Fatalf("the byte %#x in %q", c, line)
		}
		rest, width = rest[1:], width+1
	}
	if width > columns {
		t.Fatalf("%d columns in %q", width, line)
	}
}
