package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// read takes up what was measured earlier: a JSON object in every line. No name: nothing.
func read(name string) (map[cell]*measured, error) {
	out := map[cell]*measured{}
	f, err := os.Open(name)
	if name == "" || errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var m measured
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[m.cell] = &m
	}
	return out, lines.Err()
}

// keep appends what was measured.
func keep(name string, m *measured) error {
	if name == "" || m == nil {
		return nil
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	return json.NewEncoder(f).Encode(m)
}
