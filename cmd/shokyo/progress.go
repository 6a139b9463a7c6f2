package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/term"
	"golang.org/x/text/width"

	"shokyo.dev/shokyo/examine"
	"shokyo.dev/shokyo/internal/bar"
	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/words/terminal"
)

// board shows how far the examinations are. On a terminal it has one line a
// source at the foot of the screen and redraws them in place; elsewhere it prints
// a line a source every few seconds. What else is to be said meanwhile goes
// through tell and stands above the lines. A nil board shows nothing.
type board struct {
	out      io.Writer
	terminal bool
	quiet    bool      // people are told of errors only
	program  io.Writer // for --progress-json; nil: no program listens
	style    style
	size     func() (columns, rows int)
	now      func() time.Time
	stop     func()

	mu    sync.Mutex
	lines []*line
	drawn int // rows above the cursor that are ours to draw over
}

const (
	frame    = 200 * time.Millisecond
	lineEach = 5 * time.Second
)

// openBoard shows the sources until close, to people unless quiet, and to a
// program if there is one.
func (p *program) openBoard(quiet bool, program io.Writer, sources ...string) *board {
	if quiet && program == nil {
		return nil
	}
	b := &board{out: p.stderr, terminal: !quiet && cursorMoves(p.stderr), quiet: quiet, style: p.style(), size: p.terminalSize, now: time.Now}
	for _, s := range sources {
		b.lines = append(b.lines, &line{board: b, source: examine.Escape(s), path: sayable(s)})
	}
	each, show := lineEach, b.log
	if b.terminal {
		each, show = frame, b.draw
	}
	b.stop = every(each, show)
	if program != nil {
		b.feedTo(program)
	}
	return b
}

// close leaves the lines as they are.
func (b *board) close() {
	if b == nil {
		return
	}
	b.stop()
	b.tell("")
	b.lines, b.drawn = nil, 0
}

func (b *board) line(i int) *line {
	if b == nil {
		return nil
	}
	return b.lines[i]
}

// terminalSize is that of most terminals where it is not known: a serial console
// says 0 × 0.
func (p *program) terminalSize() (columns, rows int) {
	columns, rows, err := term.GetSize(int(p.stderr.Fd()))
	if err != nil || columns <= 0 || rows <= 0 {
		return 80, 24
	}
	return columns, rows
}

// every calls show again and again until the returned function is called; that
// returns after the last call.
func every(each time.Duration, show func()) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		t := time.NewTicker(each)
		defer t.Stop()
		for {
			select {
			case <-quit:
				return
			case <-t.C:
				show()
			}
		}
	}()
	return func() { close(quit); <-done }
}

// tell writes to people in one piece, above the lines of a board if there is one.
func (p *program) tell(text string) {
	if p.screen == nil {
		io.WriteString(p.stderr, text)
		return
	}
	p.screen.tell(text)
}

func (b *board) tell(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.terminal {
		io.WriteString(b.out, text)
		return
	}
	b.redraw(text)
}

func (b *board) draw() { b.tell("") }

// log prints the lines of those that are at work.
func (b *board) log() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.lines {
		l.log()
	}
}

// What moves the cursor (ECMA-48 8.3.22, 8.3.39, 8.3.41; DEC private mode 7 is
// wrapping at the right margin: off, so that a misjudged width costs a character
// and not the picture).
const (
	cursorUp    = "\x1b[%dA"
	clearBelow  = "\x1b[J"
	clearToEnd  = "\x1b[K"
	wrappingOff = "\x1b[?7l"
	wrappingOn  = "\x1b[?7h"
)

// redraw puts text and the lines where the lines were.
func (b *board) redraw(text string) {
	var s strings.Builder
	if b.drawn > 0 {
		fmt.Fprintf(&s, "\r"+cursorUp, b.drawn)
	}
	// Not clearBelow before the text: some terminals take a screen that is cleared
	// from its first row for one to be kept in their history.
	s.WriteString(strings.ReplaceAll(text, "\n", clearToEnd+"\r\n") + wrappingOff)
	rows := b.rows()
	for _, r := range rows {
		s.WriteString(r + clearToEnd + "\r\n")
	}
	s.WriteString(wrappingOn + clearBelow)
	b.drawn = len(rows)
	io.WriteString(b.out, s.String())
}

// rows are the lines as they stand on the screen, with their details below them if
// there is room for all. When there are more lines than it has rows, those that are at work are shown, and how many are not.
func (b *board) rows() (rows []string) {
	columns, height := b.size()
	if height < 3 {
		return nil
	}
	room := b.layout(columns - 1)
	var done, wait, hidden int
	for _, l := range b.lines {
		done += count(l.phase == ended)
		wait += count(l.phase == waiting)
	}
	all := len(b.lines) <= height-2
	details := 2*len(b.lines)-done-wait <= height-2
	for _, l := range b.lines {
		atWork := l.phase != ended && l.phase != waiting
		switch {
		case all || atWork && len(rows) < height-3:
			rows = append(rows, b.style.fit(l.compose(b.now(), room), columns-1))
			if d := l.details(); details && d != "" {
				rows = append(rows, b.style.fit([]span{{"2", d}}, columns-1))
			}
		case atWork:
			hidden++
		}
	}
	if !all {
		sum := terminal.Sum.Say(done, len(b.lines), wait).EN
		if hidden > 0 {
			sum += terminal.SumHidden.Say(hidden).EN
		}
		rows = append(rows, b.style.fit([]span{{"2", sum}}, columns-1))
	}
	return rows
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// columns is how a line is laid out, the same for all.
type columns struct{ name, bar int }

// layout gives alarms what the longest needs, names at most a quarter of the
// line, but 12 columns of it, and bars what is left.
func (b *board) layout(total int) (c columns) {
	alarm := 0
	for _, l := range b.lines {
		c.name = max(c.name, displayWidth(l.name()))
		if l.status != nil {
			alarm = max(alarm, displayWidth(leading("  ", statusWords(l.status()))))
		}
	}
	const figures = 2 + 4 + 2 + 11 + 1 + 11 // percent, speed, time left, and blanks before them
	c.name = min(c.name, max(total/4, 8), max(total-figures-alarm, 12))
	c.bar = min(total-c.name-figures-alarm-2, 24)
	return c
}

// line is one source on the board. Its methods may be called on nil.
type line struct {
	board    *board
	source   string // as it is shown
	path     string // as it was named
	phase    phase
	measured float64 // how much of a compressed image has been measured; 0: not done
	status   func() scan.Status
	speed    meter
	began    time.Time // in this call
	result   span
}

// phase is how far an examination has come.
type phase int

const (
	waiting phase = iota
	opening
	reading
	finishing
	ended
)

func (l *line) name() string { return filepath.Base(l.source) }

// change sets fields while nobody draws.
func (l *line) change(set func()) {
	if l == nil {
		return
	}
	l.board.mu.Lock()
	defer l.board.mu.Unlock()
	before := l.phase
	set()
	if l.phase != before {
		l.feed()
	}
}

// Opening is when the medium is opened.
func (l *line) Opening() { l.change(func() { l.phase, l.began = opening, l.board.now() }) }

// Measuring shows the first pass over a compressed image, which finds its size.
func (l *line) Measuring(done, total int64) {
	l.change(func() { l.measured = float64(done) / float64(max(total, 1)) })
}

// Reading shows how far an engine is.
func (l *line) Reading(status func() scan.Status) {
	l.change(func() {
		l.phase, l.status, l.speed = reading, status, meter{}
		l.speed.at(l.board.now(), status())
	})
}

// Finishing is when everything that is going to be read has been.
func (l *line) Finishing() {
	l.change(func() {
		if !l.board.terminal {
			l.log()
		}
		l.phase = finishing
	})
}

// end leaves one word, and lets go of the engine.
func (l *line) end(word span) {
	l.change(func() { l.phase, l.status, l.result = ended, nil, word })
}

// log prints the line for a file.
func (l *line) log() {
	switch {
	case l.board.quiet:
	case l.phase == opening && l.measured > 0:
		fmt.Fprintln(l.board.out, terminal.MeasuringSource.Say(l.source, int(l.measured*100)).EN)
	case l.phase == reading:
		st := l.status()
		rate, left := l.speed.at(l.board.now(), st), terminal.NotKnown.EN
		if d, ok := timeLeft(st, rate); ok {
			left = shortDuration(d)
		}
		fmt.Fprintln(l.board.out, terminal.Progress.Say(l.source, percent(st),
			humanSize(st.DoneBytes), humanSize(st.PlannedBytes), humanSize(int64(rate)), shortDuration(l.elapsed()), left, residueWords(st)).EN)
	}
}

// elapsed is how long this call has been at it.
func (l *line) elapsed() time.Duration {
	if l.began.IsZero() {
		return 0
	}
	return l.board.now().Sub(l.began)
}

// details stand below the line: how much of how much, how long it took, and that
// nothing was found, as long as that is so.
func (l *line) details() string {
	if l.status == nil {
		return ""
	}
	st := l.status()
	text := "  " + terminal.Done.Say(bytesize.Of(st.DoneBytes, st.PlannedBytes), shortDuration(l.elapsed())).EN
	if st.ResidueBytes == 0 {
		text += ", " + terminal.NoneYet.EN
	}
	return text
}

// residueWords are the words for a log, where nothing said could be taken for
// nothing found.
func residueWords(st scan.Status) string {
	words := statusWords(st)
	if st.ResidueBytes == 0 {
		return terminal.NoneYet.EN + leading(", ", words)
	}
	return words
}

// compose is the line for a terminal: name, how far, how fast, how long still,
// and what must not be missed.
func (l *line) compose(now time.Time, c columns) []span {
	name := span{"1", pad(l.name(), c.name) + "  "}
	switch l.phase {
	case waiting:
		return []span{name, {"2", terminal.Waiting.EN}}
	case opening:
		if l.measured > 0 {
			return []span{name, {"", fmt.Sprintf("%3d%%  %s", int(l.measured*100), terminal.Measuring.EN)}}
		}
		return []span{name, {"", terminal.Opening.EN}}
	case ended:
		return []span{name, l.result}
	}
	st := l.status()
	rate := l.speed.at(now, st)
	figures := "  " + terminal.Finishing.EN
	if l.phase == reading {
		left := ""
		if d, ok := timeLeft(st, rate); ok {
			left = terminal.TimeLeft.Say(shortDuration(d)).EN
		}
		figures = fmt.Sprintf("  %11s %11s", humanSize(int64(rate))+"/s", left)
	}
	return []span{name, {"", fmt.Sprintf("%3d%%", percent(st)) + leading("  ", bar.Text(st.DoneBytes, st.PlannedBytes, c.bar)) + figures},
		{"1;31", leading("  ", statusWords(st))}}
}

// percent is rounded down: 100 means done.
func percent(st scan.Status) int64 { return st.DoneBytes * 100 / max(st.PlannedBytes, 1) }

// statusWords are what a person must not miss while it runs.
func statusWords(st scan.Status) string {
	var words []string
	if st.ResidueBytes > 0 {
		words = append(words, terminal.ResidueYet.Say(humanSize(st.ResidueBytes)).EN)
	}
	if st.UnreadableBytes > 0 {
		words = append(words, terminal.UnreadableYet.Say(humanSize(st.UnreadableBytes)).EN)
	}
	switch {
	case st.Pass == 2:
		words = append(words, terminal.SecondPass.EN)
	case st.DeferredBytes > 0:
		words = append(words, terminal.PutOff.Say(humanSize(st.DeferredBytes)).EN)
	}
	return strings.Join(words, ", ")
}

// leading puts something before a text, if there is one.
func leading(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// meter is the speed over the last 5 to 10 seconds: what a drive does now, not
// what it did an hour ago.
type meter struct{ before, last mark }

type mark struct {
	at   time.Time
	done int64
}

func (m *meter) at(now time.Time, st scan.Status) (perSecond float64) {
	switch {
	case m.last.at.IsZero():
		m.last = mark{now, st.DoneBytes}
		m.before = m.last
	case now.Sub(m.last.at) >= 5*time.Second:
		m.before, m.last = m.last, mark{now, st.DoneBytes}
	}
	seconds := now.Sub(m.before.at).Seconds()
	if seconds < 0.001 {
		return 0
	}
	return float64(st.DoneBytes-m.before.done) / seconds
}

// timeLeft is not known for what does not move.
func timeLeft(st scan.Status, rate float64) (time.Duration, bool) {
	seconds := float64(st.PlannedBytes-st.DoneBytes) / rate
	if rate <= 0 || seconds > 1e7 {
		return 0, false
	}
	return time.Duration(seconds * float64(time.Second)), true
}

// shortDuration has two units: 12s, 4m05s, 1h02m, 3d04h.
func shortDuration(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case s < 3600:
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	case s < 100*3600:
		return fmt.Sprintf("%dh%02dm", s/3600, s/60%60)
	}
	return fmt.Sprintf("%dd%02dh", s/86400, s/3600%24)
}

// span is a piece of a line in one colour.
type span struct{ color, text string }

// fit paints the pieces, as far as they fit into n columns.
func (s style) fit(spans []span, n int) string {
	var b strings.Builder
	for _, x := range spans {
		text := clip(x.text, n)
		n -= displayWidth(text)
		if text == "" {
			continue
		}
		b.WriteString(s.paint(x.color, text))
	}
	return b.String()
}

// clip cuts a text to n columns; a ~ says that there was more.
func clip(text string, n int) string {
	if displayWidth(text) <= n {
		return text
	}
	used := 0
	for i, c := range text {
		if used += runeWidth(c); used > n-1 {
			return text[:i] + strings.Repeat("~", min(n, 1))
		}
	}
	return text
}

// pad makes a text exactly n columns wide.
func pad(text string, n int) string {
	text = clip(text, n)
	return text + strings.Repeat(" ", max(n-displayWidth(text), 0))
}

// displayWidth is the columns a text takes on a terminal (Unicode Standard Annex
// 11: wide and full-width characters take two). Ambiguous ones are taken for
// narrow.
func displayWidth(text string) (n int) {
	for _, c := range text {
		n += runeWidth(c)
	}
	return n
}

func runeWidth(c rune) int {
	switch k := width.LookupRune(c).Kind(); {
	case unicode.Is(unicode.Mn, c):
		return 0
	case k == width.EastAsianWide || k == width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// cursorMoves says whether text can be drawn over on this terminal.
func cursorMoves(f *os.File) bool { return term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" }
