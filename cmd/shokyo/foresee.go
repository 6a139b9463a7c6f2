package main

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Who is asked for a passphrase should not learn afterwards that nothing could be
// examined.

// foresee finds what would keep an examination from beginning, as far as that is
// cheap to find out: it makes the plan, but does not measure a compressed image.
func (e *examination) foresee() error {
	if err := noMedium(e.source); err != nil {
		return err
	}
	r, err := newReserve(e.bundle + reserveSuffix)
	if err != nil {
		return err
	}
	defer r.close()
	if done, err := e.finished(); done || err != nil {
		return err
	}
	if _, err := e.earlier(); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(e.ctx)
	defer stop()
	p := *e.program
	p.ctx, e.program, e.tooDear = ctx, &p, stop
	err = e.open()
	if e.image == nil && ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	if err != nil {
		return err
	}
	defer e.image.Close()
	_, err = e.flags.plan(e.image.Size(), e.table)
	return err
}

// measuring is told of the first pass over a compressed image.
func (e *examination) measuring(done, total int64) {
	if e.tooDear != nil {
		e.tooDear()
		return
	}
	e.line.measuring(done, total)
}

// finished says whether the bundle is there. Only --resume may meet one.
func (e *examination) finished() (bool, error) {
	_, err := os.Lstat(e.bundle)
	if err == nil && !e.flags.resume {
		return true, fmt.Errorf("%s is there already: reports are never overwritten; choose another --out", e.bundle)
	}
	return err == nil, nil
}

// hopeless says whether no source can be examined, and keeps why not.
func (b *batch) hopeless() bool {
	b.foreseen = make([]error, len(b.sources))
	for i := range b.sources {
		if b.foreseen[i] = b.examination(i).foresee(); b.foreseen[i] == nil {
			b.foreseen = nil
			return false
		}
	}
	return true
}
