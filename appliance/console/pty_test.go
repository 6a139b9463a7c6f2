package console

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/appliance/screen"
)

// onTerminal is a console that runs on a pseudo-terminal, and what a terminal
// shows of it.
type onTerminal struct {
	t       *testing.T
	core    *consoleCore
	master  *os.File
	begun   bool // the examination
	ended   chan error
	changed chan struct{} // the terminal has been written to

	mu sync.Mutex
	vt *vt
}

// patience is how long a screen may take to come. It is only used up when a test
// fails.
const patience = 10 * time.Second

// startOnTerminal runs m on a terminal that says it is of a size; 0 by 0 is what a
// serial line says. What it is shown on may be larger: the screen of a computer
// shows the same 80 by 24 as the serial line.
func startOnTerminal(t *testing.T, m model, core *consoleCore, size unix.Winsize, shown *vt) *onTerminal {
	t.Helper()
	master, slave, err := screen.NewTerminal()
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(slave.Fd()), unix.TIOCSWINSZ, &size); err != nil {
		t.Fatal(err)
	}
	core.hold = make(chan struct{})
	o := &onTerminal{t: t, core: core, vt: shown, master: master, ended: make(chan error, 1), changed: make(chan struct{}, 1)}
	ctx, stop := context.WithCancel(context.Background())
	m.ctx, m.each = ctx, 20*time.Millisecond // how often the stick is looked at
	read := make(chan struct{})
	go func() { o.read(); close(read) }()
	go func() {
		err := m.run(slave, slave)
		slave.Close()
		o.ended <- err
	}()
	t.Cleanup(func() {
		stop()
		<-read
		master.Close()
	})
	return o
}

// read shows what the console draws until it closes its end.
func (o *onTerminal) read() {
	buf := make([]byte, 4096)
	for {
		n, err := o.master.Read(buf)
		o.mu.Lock()
		o.vt.Write(buf[:n])
		o.mu.Unlock()
		select {
		case o.changed <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (o *onTerminal) text() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.vt.text()
}

// reach waits until the terminal shows a screen.
func (o *onTerminal) reach(scene int, name string) {
	o.t.Helper()
	want, limit := goldenScreen(o.t, name, "")+strings.Repeat("\n", o.vt.rows-24), time.After(patience)
	for o.text() != want {
		select {
		case <-o.changed:
		case err := <-o.ended:
			o.t.Fatalf("scene %d: the console ended: %v", scene, err)
		case <-limit:
			o.t.Fatalf("scene %d: the terminal shows\n%s\nwant %s\n%s\nnot understood: %s", scene, o.text(), name, want, o.vt.problems)
		}
	}
}

func (o *onTerminal) play(i int, s scene) {
	o.t.Helper()
	if s.world != nil {
		o.core.change(func() { s.world(o.core) })
	}
	for name := range strings.FieldsSeq(s.keys) {
		if _, err := o.master.WriteString(keyBytes(name)); err != nil {
			o.t.Fatal(err)
		}
	}
	if s.happen != nil {
		if !o.begun {
			<-o.core.entered
			o.begun = true
		}
		o.core.events <- s.happen
		<-o.core.done
	}
	if s.golden != "" {
		o.reach(i, s.golden)
	}
}

// The same screens, by keys typed on a terminal and read back from it.
func TestConsoleOnATerminal(t *testing.T) {
	for i, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			core, size, shown := s.core(), unix.Winsize{Col: 80, Row: 24}, newVT(132, 50)
			if i%2 == 0 {
				size, shown = unix.Winsize{}, newVT(80, 24)
			}
			o := startOnTerminal(t, s.model(core), core, size, shown)
			for i, sc := range s.scenes {
				o.play(i, sc)
			}
			if s.shutsDown {
				close(core.hold)
				if err := <-o.ended; err != nil {
					t.Fatal(err)
				}
				checkScene(t, len(s.scenes), s.scenes[len(s.scenes)-1], core)
			}
			if len(o.vt.problems) > 0 {
				t.Errorf("not every terminal understands %s", strings.Join(o.vt.problems, ", "))
			}
		})
	}
}
