package main

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"
)

func TestErrorText(t *testing.T) {
	call := func(op string, err error) error { return &fs.PathError{Op: op, Path: "a b", Err: err} }
	for _, tt := range []struct {
		err  error
		want string
	}{
		{call("stat", syscall.ENOENT), "a b does not exist"},
		{fmt.Errorf("read the ledger: %w", call("open", syscall.ENOENT)), "read the ledger: a b does not exist"},
		{fmt.Errorf("read the ledger: %w: ask", call("open", syscall.EACCES)), "read the ledger: a b: permission denied: ask"},
		{call("mkdir", syscall.ENOENT), "a b: no such file or directory"},
		{errors.New("open a b: a sentence"), "open a b: a sentence"},
	} {
		if got := errorText(tt.err); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
}
