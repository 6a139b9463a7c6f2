package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
)

// screen is a terminal as far as a board needs one. What leaves it at the top is
// kept, as a person can scroll back to it.
type screen struct {
	t             *testing.T
	columns, rows int
	cells         [][]rune // all rows ever; the last are on the screen
	top           int      // the first that is
	x, y          int      // y counts from the first ever
	noWrap        bool
}

func newScreen(t *testing.T, columns, rows int) *screen {
	return &screen{t: t, columns: columns, rows: rows, cells: [][]rune{nil}}
}

func (s *screen) Write(b []byte) (int, error) {
	text := []rune(string(b))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\r':
			s.x = 0
		case c == '\n':
			s.down()
		case c == 0x1b:
			i += s.escape(text[i+1:])
		case c < ' ':
			s.t.Errorf("the control character %U", c)
		default:
			s.put(c)
		}
	}
	return len(b), nil
}

func (s *screen) down() {
	if s.y++; s.y == len(s.cells) {
		s.cells = append(s.cells, nil)
	}
	s.top = max(s.top, len(s.cells)-s.rows)
}

// put writes a character; the second cell of a wide one holds nothing.
func (s *screen) put(c rune) {
	w := runeWidth(c)
	if w == 0 { // it joins what stands before it
		return
	}
	if s.x+w > s.columns {
		if s.noWrap {
			s.t.Errorf("row %d is wider than %d columns", s.y-s.top, s.columns)
			return
		}
		s.x = 0
		s.down()
	}
	row := &s.cells[s.y]
	for len(*row) < s.x+w {
		*row = append(*row, ' ')
	}
	(*row)[s.x] = c
	if w == 2 {
		(*row)[s.x+1] = -1
	}
	s.x += w
}

// escape carries out a control sequence and gives its length.
func (s *screen) escape(text []rune) int {
	end := slices.IndexFunc(text, func(c rune) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' })
	seq := string(text[:end+1])
	switch {
	case seq == "[K":
		s.cells[s.y] = s.cells[s.y][:min(s.x, len(s.cells[s.y]))]
	case seq == "[J":
		s.cells[s.y] = s.cells[s.y][:min(s.x, len(s.cells[s.y]))]
		for i := s.y + 1; i < len(s.cells); i++ {
			s.cells[i] = nil
		}
	case seq == "[?7l", seq == "[?7h":
		s.noWrap = seq == "[?7l"
	case strings.HasSuffix(seq, "A"):
		n, err := strconv.Atoi(seq[1 : len(seq)-1])
		if err != nil || s.y-n < s.top {
			s.t.Errorf("up %d rows from row %d: %v", n, s.y-s.top, err)
		}
		s.y = max(s.y-n, s.top)
	case strings.HasSuffix(seq, "m"):
	default:
		s.t.Errorf("the sequence %q", seq)
	}
	return end + 1
}

// text is all that was ever shown, as it stands in the end.
func (s *screen) text() string {
	var b strings.Builder
	for _, row := range s.cells {
		line := strings.ReplaceAll(string(row), string(rune(-1)), "")
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// boardOn makes a board on a screen, with a clock that only tests move.
func boardOn(s *screen, names ...string) (*board, *time.Time) {
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	b := &board{out: s, terminal: true, style: style{true}, now: func() time.Time { return clock },
		size: func() (int, int) { return s.columns, s.rows }, stop: func() {}}
	for _, n := range names {
		b.lines = append(b.lines, &line{board: b, source: n})
	}
	return b, &clock
}

func status(done, residue, unreadable int64) func() scan.Status {
	return func() scan.Status {
		return scan.Status{PlannedBytes: 1000 << 30, DoneBytes: done, ResidueBytes: residue, UnreadableBytes: unreadable}
	}
}

func wantScreen(t *testing.T, s *screen, want string) {
	t.Helper()
	if got := s.text(); got != strings.TrimLeft(want, "\n") {
		t.Errorf("the screen shows\n%swant\n%s", got, strings.TrimLeft(want, "\n"))
	}
}

func TestBoard(t *testing.T) {
	s := newScreen(t, 80, 24)
	b, clock := boardOn(s, "/dev/sdb", "ディスク3番.img", "/dev/a-name-that-is-far-too-long-for-its-column", "x.img.zst", "/dev/sdc", "/dev/sdd")
	b.draw()
	for i := range 4 {
		b.line(i).Opening()
	}
	b.line(0).Reading(status(0, 0, 0))
	b.line(1).Reading(status(100<<30, 0, 0))
	b.line(2).Reading(status(999<<30, 4096, 512))
	b.line(3).Measuring(1, 4)
	b.draw()
	*clock = clock.Add(4 * time.Second)
	b.line(0).change(func() { b.lines[0].status = status(800<<20, 0, 0) })
	b.line(1).change(func() { b.lines[1].status = status(900<<30, 0, 0) })
	b.draw()
	wantScreen(t, s, `
sdb              0%  200.0 MiB/s  1h25m left
  800.0 MiB of 1000.0 GiB in 4s, no residue so far
ディスク3番.~   90%  200.0 GiB/s     1s left
  900.0 of 1000.0 GiB in 4s, no residue so far
a-name-that-~   99%        0 B/s              residue 4.0 KiB, unreadable 512 B
  999.0 of 1000.0 GiB in 4s
x.img.zst       25%  measuring the compressed image
sdc            waiting
sdd            waiting
`)
	b.line(4).end(span{"1;31", "COULD NOT RUN"})
	b.tell("shokyo scan: /dev/sdc is gone, and what is said of that is longer than a row of the terminal is wide\n")
	b.line(2).Finishing()
	b.draw()
	b.line(2).end(verdictWord(whole("residue-found")))
	b.tell("\nRESIDUE FOUND\n  report\n")
	wantScreen(t, s, `
shokyo scan: /dev/sdc is gone, and what is said of that is longer than a row of
the terminal is wide

RESIDUE FOUND
  report
sdb                    0%  [                      ]  200.0 MiB/s  1h25m left
  800.0 MiB of 1000.0 GiB in 4s, no residue so far
ディスク3番.img       90%  [===================   ]  200.0 GiB/s     1s left
  900.0 of 1000.0 GiB in 4s, no residue so far
a-name-that-is-far~  RESIDUE FOUND
x.img.zst             25%  measuring the compressed image
sdc                  COULD NOT RUN
sdd                  waiting
`)
	before := s.text()
	b.close()
	b.tell("the last word\n")
	wantScreen(t, s, before+"the last word\n")
}

// With more sources than rows, those at work are shown and the others counted.
func TestBoardOnASmallScreen(t *testing.T) {
	s := newScreen(t, 40, 8)
	var names []string
	for i := range 20 {
		names = append(names, fmt.Sprintf("/dev/disk%02d", i))
	}
	b, _ := boardOn(s, names...)
	b.draw()
	wantScreen(t, s, "0 of 20 done, 20 waiting\n")
	for i := range 8 {
		b.line(i).Reading(status(int64(i)<<36, 0, 0))
		b.draw()
	}
	b.line(0).end(verdictWord(whole("no-residue")))
	for i := range 10 {
		b.tell(fmt.Sprintf("line %d\n", i))
	}
	wantScreen(t, s, `
line 0
line 1
line 2
line 3
line 4
line 5
line 6
line 7
line 8
line 9
disk01    6%        0 B/s
disk02   12%        0 B/s
disk03   19%        0 B/s
disk04   25%        0 B/s
disk05   32%        0 B/s
1 of 20 done, 12 waiting, 2 not shown
`)
	for i := range 20 {
		b.line(i).end(verdictWord(whole("no-residue")))
	}
	b.close()
	if !strings.HasSuffix(s.text(), "line 9\n20 of 20 done, 0 waiting\n") {
		t.Errorf("%s", s.text())
	}
}

// No size of terminal, no status and no name may break a line.
func TestBoardFitsEverywhere(t *testing.T) {
	hostile := func() scan.Status {
		return scan.Status{PlannedBytes: 1, DoneBytes: 5, ResidueBytes: 1 << 62, UnreadableBytes: 1 << 62}
	}
	for columns := 1; columns < 130; columns++ {
		for _, rows := range []int{1, 2, 3, 4, 24} {
			s := newScreen(t, max(columns, 2), rows)
			b, clock := boardOn(s, "", "x", strings.Repeat("消", 40), "e\u0301"+strings.Repeat("́", 9), "a/b/c")
			b.lines[1].Reading(hostile)
			b.lines[2].Reading(hostile)
			b.lines[3].Reading(status(-5, 0, 0))
			for range 3 {
				*clock = clock.Add(3 * time.Second)
				b.draw()
			}
			b.close()
		}
	}
}

// Without a terminal there is a line a source, for a log.
func TestBoardLogs(t *testing.T) {
	var out bytes.Buffer
	b, clock := boardOn(newScreen(t, 80, 24), "x.img", "y.img.gz", "z.img")
	b.out, b.terminal = &out, false
	b.line(0).Opening()
	*clock = clock.Add(time.Minute)
	b.line(0).Reading(status(10<<30, 0, 0))
	b.line(1).Opening()
	b.line(1).Measuring(1, 3)
	*clock = clock.Add(10 * time.Second)
	b.line(0).change(func() { b.lines[0].status = status(11<<30, 4096, 0) })
	b.log()
	b.tell("a message\n")
	*clock = clock.Add(10 * time.Second)
	b.line(2).Reading(status(0, 0, 512))
	b.line(0).Finishing()
	b.line(0).end(verdictWord(whole("residue-found")))
	b.log()
	b.close()
	want := `x.img: 1%, 11.0 GiB of 1000.0 GiB, 102.4 MiB/s, 1m10s so far, 2h44m left, residue 4.0 KiB
y.img.gz: measuring the compressed image, 33%
a message
x.img: 1%, 11.0 GiB of 1000.0 GiB, 0 B/s, 1m20s so far, unknown left, residue 4.0 KiB
y.img.gz: measuring the compressed image, 33%
z.img: 0%, 0 B of 1000.0 GiB, 0 B/s, 0s so far, unknown left, no residue so far, unreadable 512 B
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestMeter(t *testing.T) {
	var m meter
	now := time.Unix(0, 0)
	rate := 0.0
	for range 100 {
		now = now.Add(time.Second)
		rate = m.at(now, scan.Status{DoneBytes: now.Unix() * 1000})
	}
	if rate != 1000 {
		t.Errorf("%v a second", rate)
	}
	for range 20 {
		now = now.Add(time.Second)
		rate = m.at(now, scan.Status{DoneBytes: 100 * 1000})
	}
	if rate != 0 {
		t.Errorf("%v a second after standing still for 20 s", rate)
	}
	for d, want := range map[time.Duration]string{0: "0s", 59 * time.Second: "59s", 245 * time.Second: "4m05s", 3720 * time.Second: "1h02m", 100 * time.Hour: "4d04h"} {
		if got := shortDuration(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

// openTerminal opens a pseudo-terminal (pty(7), ioctl_tty(2)).
func openTerminal(t *testing.T, columns, rows uint16) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	err = errors.Join(err, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0),
		unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: columns}))
	if err != nil {
		t.Fatal(err)
	}
	if slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// The real program on a terminal: what a person sees when it has ended.
func TestBatchOnATerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs the real program")
	}
	shokyo, dir := buildProgram(t), t.TempDir()
	clear, marked := disktest.New(16<<20, 1), disktest.New(16<<20, 2)
	marked.Plant(1<<20, []byte("a text that stands in the clear, long enough to be found by its printable run alone"))
	for name, m := range map[string]*disktest.Medium{"clear.img": clear, "marked.img": marked} {
		if err := m.WriteFile(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	master, slave := openTerminal(t, 80, 24)
	cmd := exec.Command(shokyo, "scan", "clear.img", "missing.img", "marked.img", "--out", "o")
	cmd.Dir, cmd.Stderr = dir, slave
	cmd.Env = append(os.Environ(), "TERM=linux")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	s := newScreen(t, 80, 24)
	if _, err := io.Copy(s, master); err != nil && !errors.Is(err, syscall.EIO) { // EIO: nobody has the other end open any more
		t.Fatal(err)
	}
	if code := exitCode(cmd.Wait()); code != exitResidue {
		t.Errorf("exit status %d", code)
	}
	text := s.text()
	for _, want := range []string{
		"shokyo scan: missing.img does not exist\n",
		"\nNO RESIDUE  clear.img  (16.0 MiB)\n", "\nRESIDUE FOUND  marked.img  (16.0 MiB)\n",
		"clear.img    NO RESIDUE\nmissing.img  COULD NOT RUN\nmarked.img   RESIDUE FOUND\n\nBATCH  ",
	} {
		if strings.Count(text, want) != 1 {
			t.Errorf("the screen has not once %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "%") {
		t.Errorf("progress is left on the screen:\n%s", text)
	}
}

// whole is a report on a whole medium.
func whole(verdict string) *reports.Document {
	return &reports.Document{Verdict: verdict, Plan: reports.Plan{Mode: "full"}, Scope: reports.Scope{Kind: "medium"}}
}
