package devices

import (
	"context"
	"sync"

	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/words/drive"
)

// List describes every whole medium that is attached, in the order of their
// names. One that does not answer within a time is listed with what the kernel
// knows of it.
func List(ctx context.Context) ([]*statements.Drive, error) {
	h := kernel.ThisHost()
	names, err := h.WholeMedia()
	if err != nil {
		return nil, err
	}
	drives := make([]*statements.Drive, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Go(func() { drives[i] = describeInTime(ctx, h, name) })
	}
	wg.Wait()
	return drives, ctx.Err()
}

// listBudget is longer than any drive needs that is still in order.
const listBudget = describeBudget + 2*commandTimeout

// describeInTime leaves a drive alone that does not come back: a dead disk can
// hold whoever opens it for minutes, and must not hide the others.
func describeInTime(ctx context.Context, h kernel.Host, name string) *statements.Drive {
	path := "/dev/" + name
	dev, ok := h.Device(name)
	if !ok {
		d := statements.Unasked(drive.WentAway)
		d.Path, d.Kind, d.Name = path, kernel.BlockDevice, name
		return d
	}
	done := make(chan *statements.Drive, 1)
	go func() { done <- describe(h, path, dev) }()
	ctx, cancel := context.WithTimeout(ctx, listBudget)
	defer cancel()
	select {
	case d := <-done:
		return d
	case <-ctx.Done():
		d := shown(h, path, dev)
		d.NotAsked(drive.NoAnswer)
		return d
	}
}
