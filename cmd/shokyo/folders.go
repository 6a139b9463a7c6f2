package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// makeFolder makes a folder and those above it. The function that it returns takes
// back what it made, as far as nothing came into it: calls that fail leave nothing
// empty behind. It is to be called in any case.
func makeFolder(path string, mode os.FileMode) (undo func(), err error) {
	var made []string
	for dir := filepath.Clean(path); ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		made = append(made, dir)
	}
	undo = func() {
		for _, dir := range made {
			if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
				return
			}
		}
	}
	if err := os.MkdirAll(path, mode); err != nil {
		undo()
		return func() {}, fmt.Errorf("make the output folder: %w", err)
	}
	return undo, nil
}
