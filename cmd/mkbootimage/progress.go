package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"shokyo.dev/shokyo/internal/bar"
	"shokyo.dev/shokyo/words/terminal"
)

// steps shows how far the building of the image is: on a terminal a bar, which is
// drawn over, and elsewhere nothing, because each result has a line of its own.
type steps struct {
	screen    io.Writer // nil: no terminal
	now       func() time.Time
	began     time.Time
	done, all int
	what      string
}

// buildSteps are those of builder.build.
const buildSteps = 6

func newSteps(stderr io.Writer) steps {
	s := steps{now: time.Now, began: time.Now(), all: buildSteps}
	if f, ok := stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		s.screen = f
	}
	return s
}

// next begins a step; an empty one is the end.
func (s *steps) next(what string) {
	if s.what != "" {
		s.done++
	}
	s.what = what
	s.draw()
}

// Erase in line (ECMA-48 8.3.41).
const clearLine = "\r\x1b[K"

func (s *steps) clear() {
	if s.screen != nil {
		io.WriteString(s.screen, clearLine)
	}
}

func (s *steps) draw() {
	if s.screen == nil || s.what == "" {
		s.clear()
		return
	}
	fmt.Fprintf(s.screen, clearLine+"%3d%%  %s  %s", s.done*100/s.all, bar.Text(int64(s.done), int64(s.all), 24),
		terminal.Step.Say(s.now().Sub(s.began).Round(time.Second), s.what).EN)
}
