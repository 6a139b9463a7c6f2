package examine

import (
	"context"
	"errors"

	"shokyo.dev/shokyo/examine/checkpoint"
)

// Who is asked for a passphrase should not learn afterwards that nothing could be
// examined.

// Foresee finds what would keep an examination from beginning, as far as that is
// cheap to find out: it makes the plan, but does not measure a compressed image.
func (e *Examination) Foresee(ctx context.Context) error {
	if err := noMedium(e.source); err != nil {
		return err
	}
	r, err := checkpoint.Take(e.bundle + checkpoint.Suffix)
	if err != nil {
		return err
	}
	defer r.Close()
	if done, err := e.finished(); done || err != nil {
		return err
	}
	if _, err := e.earlier(); err != nil {
		return err
	}
	ctx, e.tooDear = context.WithCancel(ctx)
	defer e.tooDear()
	err = e.open(ctx)
	if e.image == nil && ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	if err != nil {
		return err
	}
	defer e.image.Close()
	_, err = e.settings.Plan(e.image.Size(), e.table)
	return err
}

// measuring is told of the first pass over a compressed image.
func (e *Examination) measuring(done, total int64) {
	if e.tooDear != nil {
		e.tooDear()
		return
	}
	e.observer.Measuring(done, total)
}
