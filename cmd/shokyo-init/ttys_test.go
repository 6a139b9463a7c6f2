package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/appliance/ascii"
)

// Two consoles: what the program draws is on both, and the keys of both reach it.
func TestRelay(t *testing.T) {
	screenA, consoleA, err := newTerminal()
	if err != nil {
		t.Fatal(err)
	}
	screenB, consoleB, err := newTerminal()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { screenA.Close(); screenB.Close() }()
	both := &ttys{all: []*tty{newTTY(consoleA), newTTY(consoleB)}}
	ended := make(chan error, 1)
	failed := errors.New("the program's own error")
	go func() {
		ended <- both.relay(func(in, out *os.File) error {
			if both.print("a line of the log") {
				t.Error("a line was printed over the program")
			}
			lines := bufio.NewReader(in)
			for range 2 {
				out.WriteString("ready\r\n")
				if line, err := lines.ReadString('\n'); err != nil || strings.TrimSpace(line) != "key" {
					t.Errorf("%q, %v", line, err)
				}
			}
			out.WriteString("bye\r\n")
			return failed
		})
	}()
	linesA, linesB := bufio.NewReader(screenA), bufio.NewReader(screenB)
	for _, typing := range []io.Writer{screenA, screenB} {
		wantLine(t, linesA, "ready")
		wantLine(t, linesB, "ready")
		typing.Write([]byte("key\r"))
	}
	wantLine(t, linesA, "bye")
	wantLine(t, linesB, "bye")
	if err := <-ended; err != failed {
		t.Error(err)
	}
	if !both.print("a line of the log") {
		t.Error("the screen was not given back")
	}
	wantLine(t, linesB, "a line of the log")
}

// wantLine reads lines up to the one that is wanted: what is typed is shown too.
func wantLine(t *testing.T, r *bufio.Reader, want string) {
	t.Helper()
	for range 10 {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatalf("%v, want %q", err, want)
		}
		if strings.TrimSpace(line) == want {
			return
		}
	}
	t.Fatalf("no line %q", want)
}

// A console that nobody reads holds up neither the program nor the other console.
func TestStuckConsole(t *testing.T) {
	unread, stuck, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer unread.Close()
	path := filepath.Join(t.TempDir(), "screen")
	screen, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	both := &ttys{all: []*tty{newTTY(stuck), newTTY(screen)}}
	for range 100 {
		both.print(strings.Repeat("x", 4096))
	}
	screenAlone := &ttys{all: both.all[1:]}
	screenAlone.flush()
	if got := len(read(t, path)); got != 100*4097 {
		t.Error(got)
	}
}

func TestOpenTTYs(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "tty0"), "")
	write(t, filepath.Join(dir, "active"), "tty0 ttyS9\n")
	a := openTTYs(dir, filepath.Join(dir, "active"))
	if len(a.all) != 1 || !a.print("hello") {
		t.Error(a.all)
	}
	a.flush()
	if got := read(t, filepath.Join(dir, "tty0")); got != "hello\n" {
		t.Errorf("%q", got)
	}
	if a := openTTYs(dir, filepath.Join(dir, "none")); len(a.all) != 1 {
		t.Error(a.all)
	}
}

func TestScreens(t *testing.T) {
	hostile := errors.New("\x1b[2Jhostile\x00日本")
	for _, text := range []string{screenNoStick(hostile), screenJobRefused(hostile, thenPowerOff), screenJobRefused(hostile, thenReboot),
		screenJobRefused(hostile, thenConsole), screenUnsaved(hostile), screenUnsaved(nil), screenConsoleFailed(hostile)} {
		b := newRig(t)
		b.show(text)
		for line := range strings.Lines(b.printed()) {
			if line = strings.TrimSuffix(line, "\n"); line != ascii.Printable(line) || len(line) > 80 && !strings.Contains(line, "hostile") {
				t.Errorf("%d characters: %q", len(line), line)
			}
		}
		if len(strings.Split(b.printed(), "\n")) > rows {
			t.Error("more than a screen: ", b.printed())
		}
	}
}

func TestJournal(t *testing.T) {
	b := newRig(t)
	b.ttys.take(true)
	write(t, b.journal.kernelLog, "")
	b.say("one %d", 1)
	if got := read(t, b.journal.kernelLog); got != "<6>shokyo-init: one 1" || b.printed() != "" {
		t.Errorf("%q %q", got, b.printed())
	}
	j := journal{now: func() time.Time { return time.Time{} }}
	for range journalLines + 10 {
		j.add("x")
	}
	if n := strings.Count(string(j.text()), "\r\n"); n != journalLines+1 || !strings.HasSuffix(string(j.text()), "the log is full: what came later is missing\r\n") {
		t.Error(n)
	}
}

func TestModules(t *testing.T) {
	b := newRig(t)
	dir := t.TempDir()
	b.loadModules(dir, filepath.Join(dir, "modules"))
	b.wantPrinted("no kernel modules are loaded: open ")
	write(t, filepath.Join(dir, "modules"), "1.0/a.ko\n\nb.ko\n")
	write(t, filepath.Join(dir, "1.0/a.ko"), "no module")
	b.loadModules(dir, filepath.Join(dir, "modules"))
	b.wantPrinted("module 1.0/a.ko: ", "module b.ko: open ", "0 of 2 kernel modules loaded")
}

func TestLastLines(t *testing.T) {
	for in, want := range map[string]string{
		"":                                  "",
		"\n\n":                              "",
		"one\ntwo":                          "two",
		"shokyo scan: no\nand more\n":       "shokyo scan: no",
		"goroutine\npanic: x\n\nmore\n\n":   "panic: x",
		"\x1b[1mbold\n":                     "?[1mbold",
		strings.Repeat("x", 10*maxText):     strings.Repeat("x", maxText),
		strings.Repeat("y\n", 10*keptLines): "y",
	} {
		if got := lastWords([]byte(in)); got != want {
			t.Errorf("%.40q: %.60q", in, got)
		}
	}
}

func FuzzLastLines(f *testing.F) {
	f.Add([]byte("a\nb"), 1)
	f.Add([]byte(strings.Repeat("long", 1000)), 7)
	f.Fuzz(func(t *testing.T, b []byte, at int) {
		at = min(max(at, 0), len(b))
		var l lastLines
		l.Write(b[:at])
		l.Write(b[at:])
		text := l.text()
		if text != ascii.Printable(text) || len(text) > 2*maxText+2 || len(l.lines) > keptLines {
			t.Errorf("%q", text)
		}
	})
}

// The function keys of the Linux console are no letters, in whatever pieces they come;
// all other keys pass unchanged.
func TestKeyFilter(t *testing.T) {
	for _, c := range []struct{ keys, want string }{
		{"a\x1b[[Ab", "ab"}, {"\x1b[[E\x1b[[A", ""}, {"\x1b[A\x1b[15~\x1b", "\x1b[A\x1b[15~\x1b"}, {"[[A", "[[A"}, {"", ""},
	} {
		for split := range len(c.keys) + 1 {
			var got strings.Builder
			k := &keyFilter{to: &got}
			for _, part := range []string{c.keys[:split], c.keys[split:]} {
				if n, err := k.Write([]byte(part)); n != len(part) || err != nil {
					t.Error(n, err)
				}
			}
			if want := c.want; got.String() != want && !(split > 0 && c.keys[split-1] == 0x1b) {
				t.Errorf("%q cut at %d: %q", c.keys, split, got.String())
			}
		}
	}
}
