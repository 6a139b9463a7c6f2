package devices

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/statements"
)

// recorder keeps every command that goes to a drive. It gives up on one that
// does not answer: each further question would take as long again.
type recorder struct {
	to       transport
	permit   func(command []byte) (string, error)
	bus      string
	deadline time.Time // no command is begun after this
	pages    []statements.Page
	bytes    int // of data in pages
	timeouts int
	given    error // why no more is asked
}

// newRecorder asks for at most describeBudget.
func newRecorder(bus string, to transport, permit func([]byte) (string, error)) *recorder {
	return &recorder{bus: bus, to: to, permit: permit, deadline: time.Now().Add(describeBudget)}
}

// Bounds of what one drive can make us keep.
const (
	maxPages     = 512
	maxPageBytes = 64 << 10
	maxBytes     = 4 << 20 // of all pages; drives give a tenth of one
	maxTimeouts  = 2
)

var (
	errSlow = errors.New("not asked: the drive took too long to answer the questions before")
	errMany = errors.New("not asked: too many questions for one drive")
	errLong = errors.New("not asked: the drive's answers before were too long to keep")
)

// Do implements the Transport of the bus packages.
func (r *recorder) Do(command, data []byte) (int, []byte, error) {
	name, err := r.permit(command)
	if err != nil {
		return 0, nil, err
	}
	if err := r.tired(); err != nil {
		return 0, nil, err
	}
	n, status, err := r.to.Do(command, data)
	n = min(max(n, 0), len(data))
	p := statements.Page{Bus: r.busOf(command), Name: name, Command: bytes.Clone(command), Data: bytes.Clone(data[:min(n, maxPageBytes)]), Status: bytes.Clone(status)}
	if err != nil {
		p.Error = err.Error()
	}
	r.pages = append(r.pages, p)
	r.bytes += len(p.Data)
	if errors.Is(err, unix.ETIMEDOUT) {
		r.timeouts++
	}
	if errors.Is(err, unix.ENXIO) || errors.Is(err, unix.ENODEV) || r.timeouts >= maxTimeouts {
		r.given = fmt.Errorf("not asked: %w", err)
	}
	return n, status, err
}

func (r *recorder) busOf(command []byte) string {
	if r.bus == kernel.BusSCSI && (command[0] == 0x85 || command[0] == 0xA1) {
		return kernel.BusATA
	}
	return r.bus
}

// tired says why no more commands are sent; nil as long as they are.
func (r *recorder) tired() error {
	switch {
	case r.given != nil:
		return r.given
	case len(r.pages) >= maxPages:
		return errMany
	case r.bytes >= maxBytes:
		return errLong
	case time.Now().After(r.deadline):
		return errSlow
	}
	return nil
}
