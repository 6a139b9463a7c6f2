package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"shokyo.dev/shokyo/internal/wholefile"
	batches "shokyo.dev/shokyo/reports/batch"
	"shokyo.dev/shokyo/reports/sign"
)

// toCheck is a bundle that verify was given, or found in a folder of them.
type toCheck struct {
	dir string
	err error // why it cannot be looked at
}

// bundlesIn gives the bundle that path is, or those that lie under it. A folder
// without any is an error: nothing was checked, and that is not "all valid".
func bundlesIn(path string) []toCheck {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() || sign.IsBundle(path) {
		return []toCheck{{path, nil}} // what is wrong with it, Verify says
	}
	var found []toCheck
	err = filepath.WalkDir(path, func(at string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			found = append(found, toCheck{at, err})
			return nil
		case at == path || !d.IsDir() && d.Type()&fs.ModeSymlink == 0:
			return nil
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && strings.Contains(d.Name(), ".partial-"):
			return fs.SkipDir // what a kill left behind: never was a bundle
		case !sign.IsBundle(at):
			return nil
		}
		found = append(found, toCheck{at, nil})
		if d.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		found = append(found, toCheck{path, err})
	}
	found = append(found, lostFrom(path)...)
	if len(found) == 0 {
		return []toCheck{{path, fmt.Errorf("%s holds no bundle: nothing was checked", path)}}
	}
	return found
}

// lostFrom finds what the index of a batch lists and is not there any more.
func lostFrom(dir string) (lost []toCheck) {
	b, err := wholefile.Read(filepath.Join(dir, batches.File), maxBatch)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return []toCheck{{filepath.Join(dir, batches.File), err}}
	}
	var batch struct {
		Rows []struct {
			Bundle string `json:"bundle"`
		} `json:"rows"`
	}
	if err := json.Unmarshal(b, &batch); err != nil {
		return []toCheck{{filepath.Join(dir, batches.File), fmt.Errorf("read %s: %w", batches.File, err)}}
	}
	for _, r := range batch.Rows {
		at := filepath.Join(dir, filepath.Base(r.Bundle))
		if r.Bundle != "" && !sign.IsBundle(at) {
			lost = append(lost, toCheck{at, fmt.Errorf("%s is listed in %s and is not there", at, batches.File)})
		}
	}
	return lost
}

// maxBatch is more than a summary has.
const maxBatch = 256 << 20
