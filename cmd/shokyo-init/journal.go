package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/internal/wholefile"
)

// journal is what happened, line by line, until it is on the stick.
type journal struct {
	now       func() time.Time
	kernelLog string // where lines go that nobody is to see at once

	mu    sync.Mutex
	lines []string
	file  *os.File // in memory, for the next start should this one fail; nil: none
}

// keep goes on with the journal that an earlier start has left at path.
func (j *journal) keep(path string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	b, err := wholefile.Read(path, 16<<20)
	if err == nil && len(b) > 0 {
		j.lines = append(strings.Split(strings.TrimSuffix(string(b), "\n"), "\n"), j.lines...)
	}
	j.file, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	return err
}

// journalLines bounds the memory that a drive that fails all day can take.
const journalLines = 10_000

func (j *journal) add(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case len(j.lines) > journalLines:
		return
	case len(j.lines) == journalLines:
		line = "the log is full: what came later is missing"
	default:
		line = j.now().UTC().Format(time.RFC3339) + " " + line
	}
	j.lines = append(j.lines, line)
	if j.file != nil {
		j.file.WriteString(line + "\n")
	}
}

func (j *journal) text() []byte {
	j.mu.Lock()
	defer j.mu.Unlock()
	return []byte(strings.Join(j.lines, "\r\n") + "\r\n") // for Windows' editor too
}

// toKernelLog leaves a line where dmesg shows it. Level 6 stays off the screen.
func (j *journal) toKernelLog(line string) {
	f, err := os.OpenFile(j.kernelLog, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer f.Close()
	fmt.Fprintf(f, "<6>%s", line)
}

// quietKernel keeps the kernel's messages off the consoles, all but those before
// it dies: a drive that fails says so a thousand times, over whatever a person
// reads. They are in the kernel's log.
func quietKernel() {
	const onlyPanics = 1
	unix.Klogctl(unix.SYSLOG_ACTION_CONSOLE_LEVEL, make([]byte, onlyPanics)) // syslog(2): the level is the length
}

// kernelMessages is the kernel's log.
func kernelMessages() []byte {
	b := make([]byte, 1<<20)
	n, err := unix.Klogctl(unix.SYSLOG_ACTION_READ_ALL, b)
	if err != nil {
		return fmt.Appendf(nil, "the kernel's log can not be read: %v\n", err)
	}
	return b[:n]
}

// prefix is how programs tell our lines on the serial line from the kernel's.
const prefix = "shokyo-init: "

// Log adds a line to the log. While a console has the screen, the line is not
// shown; the log is on the stick in the end.
func (a *appliance) Log(line string) {
	line = ascii.Printable(line)
	a.journal.add(line)
	if !a.ttys.print(prefix + line) {
		a.journal.toKernelLog(prefix + line)
	}
}

func (a *appliance) say(format string, args ...any) { a.Log(fmt.Sprintf(format, args...)) }

// saveJournal writes the log to the stick, over what was there of this start.
func (a *appliance) saveJournal() error { return a.saveLog(".txt", a.journal.text()) }

func (a *appliance) saveLog(ending string, text []byte) error {
	return a.stick.with(func(dir string) error {
		if a.logName == "" {
			a.logName = unused(filepath.Join(dir, logDir), stamp(a.started), ending)
		}
		return saveFile(filepath.Join(dir, logDir, a.logName+ending), text)
	})
}

// stamp is a time as part of a file's name.
func stamp(t time.Time) string { return t.UTC().Format("20060102-150405") }
