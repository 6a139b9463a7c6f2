package main

import (
	"encoding/json"
	"io"
	"math"
	"strings"
	"time"

	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/scan"
)

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
	json.NewEncoder(l.board.program).Encode(exchange.Progress{Source: l.path, Progress: l.figures(l.board.now())})
}

func (l *line) figures(now time.Time) exchange.Figures {
	f := exchange.Figures{Phase: phaseOf(l.phase), Map: mapText(scan.LiveMap{})}
	if l.status == nil {
		return f
	}
	st := l.status()
	rate := l.speed.at(now, st)
	if l.phase == reading && st.Pass == 2 {
		f.Phase = exchange.SecondPass
	}
	f.Done, f.Planned, f.Residue, f.Unreadable = st.DoneBytes, st.PlannedBytes, st.ResidueBytes, st.UnreadableBytes
	f.PerSecond, f.Map = int64(rate), mapText(st.Map)
	if d, ok := timeLeft(st, rate); ok {
		seconds := int64(math.Ceil(d.Seconds()))
		f.SecondsLeft = &seconds
	}
	return f
}

// phaseOf has no word for what has ended: nothing is printed of it.
func phaseOf(p phase) exchange.Phase {
	return [...]exchange.Phase{waiting: exchange.Waiting, opening: exchange.Opening, reading: exchange.Reading, finishing: exchange.Finishing, ended: exchange.PhaseUnknown}[p]
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
		return exchange.SignResidue
	case scan.Unreadable:
		return exchange.SignUnreadable
	case scan.Ciphertext:
		return exchange.SignCiphertext
	case scan.Metadata:
		return exchange.SignMetadata
	case scan.Fill, scan.Pattern:
		return exchange.SignFill
	}
	return exchange.SignUnread
}
