package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"shokyo.dev/shokyo/examine"
	"shokyo.dev/shokyo/examine/batch"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/words/terminal"
)

// call is one call of scan: what comes of its sources is printed as it comes.
type call struct {
	*program
	flags *scanFlags
	batch *batch.Batch
}

func (c *call) run() (int, error) {
	if err := c.batch.Open(); err != nil {
		return exitFailed, err
	}
	defer c.batch.Close()
	status, err := c.examine()
	if err != nil || !c.batch.Summary {
		return status, err
	}
	summary, err := c.batch.Summarize()
	if err != nil {
		return worse(status, exitFailed), err
	}
	if !c.flags.quiet {
		c.showBatch(summary, c.batch.Out)
	}
	return status, nil
}

// examine shows all sources while they are examined.
func (c *call) examine() (status int, err error) {
	var program io.Writer
	if c.flags.progress {
		program = c.stdout
	}
	c.screen = c.openBoard(c.flags.quiet, program, c.batch.Settings.Sources...)
	defer func() { c.screen = nil }()
	interrupted := false
	c.batch.Examine(c.ctx, c.watch, func(o *batch.Outcome) {
		status = worse(status, c.report(o))
		interrupted = interrupted || errors.Is(o.Err, context.Canceled)
	})
	c.screen.close()
	if interrupted {
		c.showHowToGoOn()
		return exitInterrupted, context.Canceled
	}
	return status, nil
}

func (c *call) watch(i int) batch.Watcher {
	return &teller{c.program, c.screen.line(i), c.batch.Settings.Sources[i], c.flags.quiet}
}

// teller shows on the board how far an examination is, and tells what happens to it.
type teller struct {
	*program
	*line
	source string
	quiet  bool
}

func (t *teller) Warn(err error) { t.showError("scan: warning", err) }

func (t *teller) NothingToResume() {
	if !t.quiet {
		t.tell(terminal.NothingToResume.Say(printable(t.source)).EN + "\n")
	}
}

// Interrupted says what is kept; showHowToGoOn follows once for all.
func (t *teller) Interrupted(k examine.Kept) {
	if k.Unsaved != nil {
		t.tell(terminal.Unsaved.Say(printable(t.source), printable(k.Unsaved.Error())).EN + "\n")
		return
	}
	t.tell(terminal.Kept.Say(printable(t.source), humanSize(k.DoneBytes), humanSize(k.PlannedBytes), printable(k.Checkpoint)).EN + "\n")
}

func (t *teller) Ended(o *batch.Outcome) { t.end(endWord(o)) }

// endWord is what stands on the board in the end.
func endWord(o *batch.Outcome) span {
	switch {
	case errors.Is(o.Err, context.Canceled):
		return span{"1;33", terminal.Interrupted.EN}
	case o.Err != nil:
		return span{"1;31", terminal.CouldNotRun.EN}
	}
	w := verdictWord(o.Doc)
	if o.Early {
		w.text += terminal.Early.EN
	}
	return w
}

// report tells person and program what came of a source, and gives its exit status.
func (c *call) report(o *batch.Outcome) int {
	status := statusOfOutcome(o)
	if err := c.pack(o); err != nil {
		c.showError("scan", err)
		status = worse(status, exitFailed)
	}
	if c.flags.json {
		if err := c.printLine(o); err != nil {
			c.showError("scan", err)
			return exitFailed
		}
	}
	switch {
	case errors.Is(o.Err, context.Canceled):
		return exitOK // there is no answer yet
	case o.Err != nil:
		c.showError("scan", o.Err)
	case c.flags.quiet:
	case !o.Early:
		c.showVerdict(o.Doc, o.Bundle)
	case len(c.batch.Settings.Sources) == 1:
		c.showVerdict(o.Doc, o.Bundle)
		c.showExaminedEarlier(o.Bundle)
	}
	return status
}

// pack makes the ZIP of a bundle where one is wanted and none is there.
func (c *call) pack(o *batch.Outcome) error {
	path := o.Bundle + ".zip"
	if _, err := os.Lstat(path); c.flags.bundle != bundleZIP || o.Err != nil || o.Early && err == nil {
		return nil
	}
	b, err := sign.Zip(o.Bundle)
	if err == nil {
		err = wholefile.Create(path, b, 0o644)
	}
	if err != nil {
		return fmt.Errorf("make a ZIP of the bundle, which is whole: %w", err)
	}
	return nil
}
