package screen

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Two consoles: what the program draws is on both, and the keys of both reach it.
func TestRelay(t *testing.T) {
	screenA, consoleA, err := NewTerminal()
	if err != nil {
		t.Fatal(err)
	}
	screenB, consoleB, err := NewTerminal()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { screenA.Close(); screenB.Close() }()
	both := On(consoleA, consoleB)
	ended := make(chan error, 1)
	failed := errors.New("the program's own error")
	go func() {
		ended <- both.Relay(func(in, out *os.File) error {
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
	both := On(stuck, screen)
	for range 100 {
		both.print(strings.Repeat("x", 4096))
	}
	screenAlone := &TTYs{all: both.all[1:]}
	screenAlone.Flush()
	if got := len(read(t, path)); got != 100*4097 {
		t.Error(got)
	}
}

func TestOpenTTYs(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "tty0"), "")
	write(t, filepath.Join(dir, "active"), "tty0 ttyS9\n")
	a := OpenTTYs(dir, filepath.Join(dir, "active"))
	if len(a.all) != 1 || !a.print("hello") {
		t.Error(a.all)
	}
	a.Flush()
	if got := read(t, filepath.Join(dir, "tty0")); got != "hello\n" {
		t.Errorf("%q", got)
	}
	if a := OpenTTYs(dir, filepath.Join(dir, "none")); len(a.all) != 1 {
		t.Error(a.all)
	}
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

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
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
