package child

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"shokyo.dev/shokyo/appliance/ascii"
)

// LastLines keeps the end of what is written to it: enough to see why a program died.
type LastLines struct {
	mu    sync.Mutex
	lines []string
	rest  []byte
}

const (
	keptLines = 20
	maxLine   = 500
)

func (l *LastLines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for part := range bytes.Lines(b) {
		l.rest = append(l.rest, part[:min(len(part), maxLine)]...)
		if part[len(part)-1] == '\n' || len(l.rest) > maxLine {
			l.end()
		}
	}
	return len(b), nil
}

func (l *LastLines) end() {
	if s := strings.TrimSpace(string(l.rest)); s != "" {
		l.lines = append(l.lines, ascii.Printable(s))
		l.lines = l.lines[max(0, len(l.lines)-keptLines):]
	}
	l.rest = l.rest[:0]
}

// Text is the last line of the first kind there is: an error of shokyo's, or
// anything.
func (l *LastLines) Text() string {
	all := l.All()
	for _, s := range all {
		if strings.HasPrefix(s, "shokyo") || strings.HasPrefix(s, "panic:") || strings.HasPrefix(s, "fatal error:") {
			return s
		}
	}
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

func (l *LastLines) All() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end()
	return slices.Clone(l.lines)
}

// LastWords is the same for a program that has ended.
func LastWords(output []byte) string {
	var l LastLines
	l.Write(output)
	return l.Text()
}
