package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
)

// listener is standard output, whose reader may go away (| head). That stops
// nothing and changes no exit status: an examination is finished and its bundle
// written whether or not somebody reads along. From then on nothing is printed.
// Lines of several goroutines come in one piece each.
type listener struct {
	mu   sync.Mutex
	w    io.Writer
	gone bool
}

func (o *listener) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gone {
		return len(b), nil
	}
	n, err := o.w.Write(b)
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) {
		o.gone = true
		return len(b), nil
	}
	return n, err
}

// surviveReaders makes a write to a pipe that nobody reads an error. Otherwise Go
// ends the program when it is standard output or standard error (os/signal,
// "SIGPIPE"), without a checkpoint. Nothing is done where writing to people fails.
func surviveReaders() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// wantsJSON says whether a program reads along, before the flags are known to be right.
func wantsJSON(args []string) bool {
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	return slices.ContainsFunc(args, func(a string) bool {
		return slices.Contains([]string{"--json", "-json", "--json=true", "-json=true"}, a)
	})
}

// printJSON prints one line for a program.
func (p *program) printJSON(v any) error {
	b, err := json.Marshal(v)
	if err == nil {
		_, err = p.stdout.Write(append(b, '\n'))
	}
	if err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	return nil
}
