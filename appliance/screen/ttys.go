package screen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// TTYs are all consoles of the kernel, the screen and the serial line: whoever
// looks at either sees the same, and either keyboard works.
type TTYs struct {
	all []*tty

	mu    sync.Mutex
	taken bool // a console program has the screen
}

// tty is one console. A serial line can be slow, or stand still because nobody
// takes what comes out of it; that must not hold up the screen, let alone the
// examination. So each has a queue, and when that is full it misses something.
type tty struct {
	file  *os.File
	queue chan output
}

// output is something to write, or a question whether all before it is written.
type output struct {
	text    []byte
	written chan<- struct{}
}

// On are consoles that are open.
func On(consoles ...*os.File) *TTYs {
	t := &TTYs{}
	for _, f := range consoles {
		t.all = append(t.all, newTTY(f))
	}
	return t
}

func newTTY(f *os.File) *tty {
	t := &tty{f, make(chan output, 4096)}
	go t.writeOut()
	return t
}

func (t *tty) writeOut() {
	for o := range t.queue {
		t.file.Write(o.text) // a console that is gone has nobody in front of it
		if o.written != nil {
			unix.IoctlSetInt(int(t.file.Fd()), unix.TCSBRK, 1) // tcdrain(3)
			close(o.written)
		}
	}
}

func (t *tty) put(o output) bool {
	select {
	case t.queue <- o:
		return true
	default:
		return false
	}
}

// OpenTTYs opens what the kernel lists as its consoles, "tty0 ttyS0". A port that
// is not there does not open.
func OpenTTYs(dev, active string) *TTYs {
	b, err := os.ReadFile(active)
	if err != nil {
		return On(os.Stdout)
	}
	t := &TTYs{}
	for name := range strings.FieldsSeq(string(b)) {
		// O_NONBLOCK: opening a serial line may otherwise wait for a modem.
		fd, err := unix.Open(filepath.Join(dev, name), unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
		if err != nil {
			continue
		}
		unix.SetNonblock(fd, false)
		sane(fd)
		t.all = append(t.all, newTTY(os.NewFile(uintptr(fd), name)))
	}
	return t
}

// print prints a line, and says whether it did: not while a program has the screen.
func (t *TTYs) print(line string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.taken {
		return false
	}
	t.put([]byte(line + "\n")) // the kernel makes a carriage return of it
	return true
}

func (t *TTYs) put(b []byte) {
	for _, c := range t.all {
		c.put(output{text: bytes.Clone(b)})
	}
}

// Flush waits until everything is written, or a time that suffices for every
// console that is read.
func (t *TTYs) Flush() {
	limit := time.After(2 * time.Second)
	for _, c := range t.all {
		written := make(chan struct{})
		if !c.put(output{written: written}) {
			continue
		}
		select {
		case <-written:
		case <-limit:
			return
		}
	}
}

// take gives the screen to a program, or back.
func (t *TTYs) take(taken bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.taken = taken
}

// The screen that every console has room for, whatever it says of itself: a serial
// line says 0 by 0, and a program would then draw nothing at all.
const Rows, Columns = 24, 80

// Relay runs a program on a pseudo-terminal of its own, and passes what it draws
// to all consoles and what is typed on any of them to it (pty(7)).
func (t *TTYs) Relay(program func(in, out *os.File) error) error {
	master, slave, err := NewTerminal()
	if err != nil {
		return err
	}
	t.take(true)
	defer t.take(false)
	stop := t.passKeys(func() io.Writer { return &keyFilter{to: master} }, raw)
	drawn := make(chan struct{})
	go func() { t.passScreen(master); close(drawn) }()
	err = program(slave, slave)
	slave.Close()
	// The other end reads EIO when the last bytes are through; or nothing, if the
	// program left somebody behind who still reads.
	master.SetReadDeadline(time.Now().Add(time.Second))
	<-drawn
	t.Flush() // before the consoles are what they were
	stop()
	master.Close()
	return err
}

func NewTerminal() (master, slave *os.File, err error) {
	// Not blocking, so that waiting for it can be given up.
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("open a terminal: %w", err)
	}
	master = os.NewFile(uintptr(fd), "master")
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	err = errors.Join(err, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0),
		unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: Rows, Col: Columns}))
	if err == nil {
		slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		master.Close()
		return nil, nil, fmt.Errorf("open a terminal: %w", err)
	}
	return master, slave, nil
}

func (t *TTYs) passScreen(master *os.File) {
	buf := make([]byte, 32<<10)
	for {
		n, err := master.Read(buf)
		t.put(buf[:n])
		if err != nil {
			return
		}
	}
}

// passKeys passes the keys of every console on, to a writer each, until it is stopped.
func (t *TTYs) passKeys(to func() io.Writer, prepare func(fd int) (restore func())) (stop func()) {
	var wg sync.WaitGroup
	reader, writer, err := os.Pipe() // its end ends the waiting
	if err != nil {
		return func() {}
	}
	for _, c := range t.all {
		restore := prepare(int(c.file.Fd()))
		wg.Go(func() {
			defer restore()
			passKeys(c.file, to(), reader)
		})
	}
	return func() {
		writer.Close()
		wg.Wait()
		reader.Close()
	}
}

func passKeys(from *os.File, to io.Writer, stop *os.File) {
	buf := make([]byte, 256)
	for {
		fds := []unix.PollFd{{Fd: int32(from.Fd()), Events: unix.POLLIN}, {Fd: int32(stop.Fd())}}
		if _, err := unix.Poll(fds, -1); err != nil && err != unix.EINTR {
			return
		}
		if fds[1].Revents != 0 {
			return
		}
		if fds[0].Revents == 0 {
			continue
		}
		n, err := from.Read(buf)
		if n == 0 || err != nil {
			return
		}
		to.Write(buf[:n])
	}
}

// keyFilter leaves out the function keys of the Linux console, F1 to F5: ESC [ [ A to
// E (console_codes(4)). Nobody else has such keys, and the letter would be taken for
// one that was typed. It is for one keyboard.
type keyFilter struct {
	to   io.Writer
	held []byte // the beginning of what may be such a key
}

func (k *keyFilter) Write(b []byte) (int, error) {
	const start = "\x1b[["
	rest := append(k.held, b...)
	k.held = nil
	var out []byte
	for len(rest) > 0 {
		at := bytes.Index(rest, []byte(start))
		if at < 0 {
			// The first bytes of one: the third may come with the next read.
			if n := len(rest) - 2; n >= 0 && string(rest[n:]) == start[:2] {
				out, k.held = append(out, rest[:n]...), bytes.Clone(rest[n:])
			} else {
				out = append(out, rest...)
			}
			break
		}
		out = append(out, rest[:at]...)
		if rest = rest[at:]; len(rest) == len(start) {
			k.held = bytes.Clone(rest)
			break
		}
		rest = rest[len(start)+1:]
	}
	if _, err := k.to.Write(out); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Lines that are typed where no console program runs.
const (
	KeyUse  = "u" // use the stick that is there
	KeyGoOn = "c" // go on to the console
)

// TypedLines are the lines that are typed on any console, without Enter.
type TypedLines chan string

func (l TypedLines) Write(b []byte) (int, error) {
	select {
	case l <- strings.ToLower(strings.TrimSpace(string(b))):
	default: // nobody asks any more
	}
	return len(b), nil
}

// AwaitLines tells what is typed on any console, until it is stopped.
func (t *TTYs) AwaitLines() (typed TypedLines, stop func()) {
	typed = make(TypedLines, 1)
	return typed, t.passKeys(func() io.Writer { return typed }, lines)
}

// lines lets the kernel pass on whole lines, beginning with one that was not typed
// yet, and makes Ctrl-D a key like others (termios(3), VEOF).
func lines(fd int) (restore func()) {
	return change(fd, func(t *unix.Termios) {
		unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCIFLUSH)
		t.Cc[unix.VEOF] = 0
	})
}

// Next waits for a line until the limit (nil: for ever) or the end of the context,
// and says whether there was one.
func (l TypedLines) Next(ctx context.Context, limit <-chan time.Time) (line string, entered bool) {
	select {
	case <-ctx.Done():
	case line = <-l:
		return line, true
	case <-limit:
	}
	return "", false
}

// sane undoes what a program may have done to a console that did not live to do so.
func sane(fd int) {
	change(fd, func(t *unix.Termios) {
		t.Iflag = t.Iflag&^unix.IXON | unix.ICRNL // a Ctrl-S on the line would hold up everything
		t.Oflag |= unix.OPOST | unix.ONLCR
		t.Lflag |= unix.ISIG | unix.ICANON | unix.ECHO | unix.IEXTEN
		t.Cc[unix.VEOF] = 4 // Ctrl-D
	})
}

// change changes how a console behaves, and returns what undoes it.
func change(fd int, how func(*unix.Termios)) (restore func()) {
	before, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return func() {} // no terminal: a pipe, or a file
	}
	now := *before
	how(&now)
	unix.IoctlSetTermios(fd, unix.TCSETS, &now)
	return func() { unix.IoctlSetTermios(fd, unix.TCSETS, before) }
}

// raw takes from a console all that the kernel would do with keys and output, as
// cfmakeraw(3) does, and returns what undoes it. The pseudo-terminal does it.
func raw(fd int) (restore func()) {
	return change(fd, func(t *unix.Termios) {
		t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
		t.Oflag &^= unix.OPOST
		t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
		t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
		t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	})
}
