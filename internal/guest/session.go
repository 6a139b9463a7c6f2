package guest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Cue is something to be done once the serial console shows a text, after that of
// the cue before it.
type Cue struct {
	Text string
	Do   func(*Session) error // nil: only the time is noted
}

// Session is a computer from power-on to power-off.
type Session struct {
	Console string          // the serial one
	Seen    []time.Duration // since power-on, for each cue that came
	Took    time.Duration

	computer Computer
	monitor  *monitor
	keyboard io.Writer // of the serial console

	mu      sync.Mutex
	start   time.Time
	shown   bytes.Buffer
	from    int // in shown: what the next cue is looked for in
	cues    []Cue
	problem error
}

// Start switches the computer on and waits until it has switched itself off.
// Everything that goes wrong outside of it ends the test, with the console.
func (c Computer) Start(t testing.TB, cues ...Cue) *Session {
	t.Helper()
	var s *Session
	err := despiteCrashes(t, c.images(), func() error {
		s = &Session{computer: c, cues: cues}
		dir := t.TempDir()
		if err := c.prepare(dir); err != nil {
			return err
		}
		return s.run(dir)
	})
	s.Console = s.shown.String()
	if err == nil && len(s.cues) > 0 {
		err = fmt.Errorf("the console does not show %q", s.cues[0].Text)
	}
	if err != nil {
		t.Fatalf("%v\nthe computer's console:\n%s", err, s.Console)
	}
	return s
}

// run starts QEMU, with sockets to its monitor and to the TPM that nobody has to
// look for: they are open before it starts.
func (s *Session) run(dir string) error {
	ctx, cancel := context.WithTimeout(context.Background(), bootLimit)
	defer cancel()
	ours, theirs, err := socketPair()
	if err != nil {
		return err
	}
	defer theirs.Close()
	if s.monitor, err = newMonitor(ours); err != nil {
		return err
	}
	defer s.monitor.conn.Close()
	cmd := exec.CommandContext(ctx, emulator, s.computer.arguments(dir)...)
	cmd.Args = append(cmd.Args, "-chardev", "socket,id=monitor,fd=3", "-mon", "chardev=monitor,mode=control")
	cmd.ExtraFiles = []*os.File{theirs}
	if s.computer.TPM {
		end, err := attachTPM(cmd, dir)
		if err != nil {
			return err
		}
		defer end()
	}
	cmd.Stdout, cmd.Stderr = s, s
	if s.keyboard, err = cmd.StdinPipe(); err != nil {
		return err
	}
	return s.wait(ctx, cmd)
}

func (s *Session) wait(ctx context.Context, cmd *exec.Cmd) error {
	s.start = time.Now()
	err := cmd.Run()
	s.Took = time.Since(s.start)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("the computer did not switch itself off within %v", bootLimit)
	case errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("%w: run scripts/install-test-tools", err)
	}
	return errors.Join(err, s.problem)
}

// Write takes what the console shows.
func (s *Session) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown.Write(b)
	for len(s.cues) > 0 {
		at := bytes.Index(s.shown.Bytes()[s.from:], []byte(s.cues[0].Text))
		if at < 0 {
			break
		}
		cue := s.cues[0]
		s.from += at + len(cue.Text)
		s.cues, s.Seen = s.cues[1:], append(s.Seen, time.Since(s.start))
		if cue.Do == nil {
			continue
		}
		if err := cue.Do(s); err != nil {
			s.problem = errors.Join(s.problem, fmt.Errorf("at %q: %w", cue.Text, err), s.Quit())
		}
	}
	return len(b), nil
}

// Type types on the keyboard of the serial console.
func (s *Session) Type(keys string) error {
	_, err := io.WriteString(s.keyboard, keys)
	return err
}

// attachTPM starts a software TPM that ends with the computer.
func attachTPM(cmd *exec.Cmd, dir string) (end func(), err error) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("socketpair: %w", err)
	}
	chip, wires := os.NewFile(uintptr(fds[0]), "tpm"), os.NewFile(uintptr(fds[1]), "qemu")
	tpm := exec.Command("swtpm", "socket", "--tpm2", "--tpmstate", "dir="+dir, "--ctrl", "type=unixio,clientfd=3", "--terminate")
	tpm.ExtraFiles = []*os.File{chip}
	var out bytes.Buffer
	tpm.Stdout, tpm.Stderr = &out, &out
	if err := tpm.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: run scripts/install-test-tools", err), chip.Close(), wires.Close())
	}
	chip.Close()
	cmd.ExtraFiles = append(cmd.ExtraFiles, wires)
	cmd.Args = append(cmd.Args, "-chardev", "socket,id=tpm,fd=4", "-tpmdev", "emulator,id=tpm,chardev=tpm", "-device", "tpm-tis,tpmdev=tpm")
	return func() {
		wires.Close()
		tpm.Process.Kill() // it has nothing left to do
		tpm.Wait()
	}, nil
}
