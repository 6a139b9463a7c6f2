package main

import (
	"errors"
	"io/fs"
	"strings"
)

// errorText is what people are told of err: a system call that failed is named by its
// file and reason, not by its name in Go.
func errorText(err error) string {
	text := err.Error()
	var call *fs.PathError
	if !errors.As(err, &call) {
		return text
	}
	plain := call.Path + ": " + call.Err.Error()
	if errors.Is(call, fs.ErrNotExist) && (call.Op == "open" || strings.HasSuffix(call.Op, "stat")) {
		plain = call.Path + " does not exist"
	}
	return strings.Replace(text, call.Error(), plain, 1)
}
