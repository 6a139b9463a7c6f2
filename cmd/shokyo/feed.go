package main

import (
	"encoding/json"
	"io"
	"math"
	"strings"
	"time"

	"shokyo.dev/shokyo/scan"
)

// progressLine is what --progress-json prints on standard output about once a
// second for each source until its result, and whenever it comes to a new phase.
type progressLine struct {
	Source   string          `json:"source"`
	Progress progressFigures `json:"progress"`
}

type progressFigures struct {
	Phase       string `json:"phase"` // "waiting", "opening", "reading", "second-pass", "finishing"
	Done        int64  `json:"done_bytes"`
	Planned     int64  `json:"planned_bytes"` // 0: not known yet
	PerSecond   int64  `json:"bytes_per_second"`
	SecondsLeft *int64 `json:"seconds_left"` // null: not known
	Residue     int64  `json:"residue_bytes"`
	Unreadable  int64  `json:"unreadable_bytes"`
	Map         string `json:"map"` // see mapText
}

const feedEach = time.Second

// feedTo makes the board print for a program too.
func (b *board) feedTo(w io.Writer) {
	b.mu.Lock()
	b.program = w
	for _, l := range b.lines {
		l.feed()
	}
	b.mu.Unlock()
	stopped := b.stop
	stop := every(feedEach, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, l := range b.lines {
			l.feed()
		}
	})
	b.stop = func() { stop(); stopped() }
}

// feed prints the line for a program; the board is locked. If nobody reads it,
// the result will not be printed either, and that is noticed.
func (l *line) feed() {
	if l.board.program == nil || l.phase == ended {
		return
	}
	json.NewEncoder(l.board.program).Encode(progressLine{l.path, l.figures(l.board.now())})
}

func (l *line) figures(now time.Time) progressFigures {
	f := progressFigures{Phase: [...]string{"waiting", "opening", "reading", "finishing", "ended"}[l.phase], Map: mapText(scan.LiveMap{})}
	if l.status == nil {
		return f
	}
	st := l.status()
	rate := l.speed.at(now, st)
	if l.phase == reading && st.Pass == 2 {
		f.Phase = "second-pass"
	}
	f.Done, f.Planned, f.Residue, f.Unreadable = st.DoneBytes, st.PlannedBytes, st.ResidueBytes, st.UnreadableBytes
	f.PerSecond, f.Map = int64(rate), mapText(st.Map)
	if d, ok := timeLeft(st, rate); ok {
		seconds := int64(math.Ceil(d.Seconds()))
		f.SecondsLeft = &seconds
	}
	return f
}

// mapText draws the medium with the signs of mapSign, a character for each 64th.
func mapText(m scan.LiveMap) string {
	var b strings.Builder
	for _, c := range m {
		b.WriteByte(classSign(c))
	}
	return b.String()
}

func classSign(c scan.Class) byte {
	switch c {
	case scan.Residue:
		return '#'
	case scan.Unreadable:
		return '!'
	case scan.Ciphertext:
		return '='
	case scan.Metadata:
		return 'm'
	case scan.Fill, scan.Pattern:
		return '.'
	}
	return '?'
}
