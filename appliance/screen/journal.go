package screen

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/words/stick"
)

// Journal is what happened, line by line, until it is on the stick.
type Journal struct {
	now       func() time.Time
	kernelLog string // where lines go that nobody is to see at once

	mu    sync.Mutex
	lines []string
	file  *os.File // in memory, for the next start should this one fail; nil: none
}

// NewJournal makes one that is empty; lines that nobody is to see at once go to kernelLog.
func NewJournal(now func() time.Time, kernelLog string) *Journal {
	return &Journal{now: now, kernelLog: kernelLog}
}

// Keep goes on with the journal that an earlier start has left at path.
func (j *Journal) Keep(path string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	b, lost := wholefile.Read(path, 16<<20)
	if len(b) > 0 {
		j.lines = append(strings.Split(strings.TrimSuffix(string(b), "\n"), "\n"), j.lines...)
	}
	if errors.Is(lost, fs.ErrNotExist) {
		lost = nil
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	j.file = file
	return errors.Join(lost, err)
}

// journalLines bounds the memory that a drive that fails all day can take.
const journalLines = 10_000

// Add adds a line that no console shows.
func (j *Journal) Add(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case len(j.lines) > journalLines:
		return
	case len(j.lines) == journalLines:
		line = stick.LogFull.EN
	default:
		line = j.now().UTC().Format(time.RFC3339) + " " + line
	}
	j.lines = append(j.lines, line)
	if j.file != nil {
		j.file.WriteString(line + "\n")
	}
}

// Text is all of it.
func (j *Journal) Text() []byte {
	j.mu.Lock()
	defer j.mu.Unlock()
	return []byte(strings.Join(j.lines, "\r\n") + "\r\n") // for Windows' editor too
}

// toKernelLog leaves a line where dmesg shows it. Level 6 stays off the screen.
func (j *Journal) toKernelLog(line string) {
	f, err := os.OpenFile(j.kernelLog, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer f.Close()
	fmt.Fprintf(f, "<6>%s", line)
}
