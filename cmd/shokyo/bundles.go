package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	batches "shokyo.dev/shokyo/reports/batch"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/reports/sign/sealed"
)

// toCheck is a bundle that verify was given, or found in a folder of them, or the summary of a batch.
type toCheck struct {
	dir     string
	err     error // why it cannot be looked at
	summary bool
	sealed  bool // it is no report: a joint report, a corpus, a baseline, evidence of keys
}

// bundlesIn gives the bundle or summary that path is, or those that lie under it. A folder
// without any bundle is an error: nothing was checked, and that is not "all valid".
func bundlesIn(path string) []toCheck {
	if sealed.Is(path) {
		return []toCheck{{dir: path, sealed: true}}
	}
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() || sign.IsBundle(path) {
		return []toCheck{{dir: path, summary: err == nil && slices.Contains(batches.Around(filepath.Dir(path)), filepath.Clean(path))}} // what is wrong with it, Verify says
	}
	var found []toCheck
	err = filepath.WalkDir(path, func(at string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			found = append(found, toCheck{dir: at, err: err})
			return nil
		case at == path || !d.IsDir() && d.Type()&fs.ModeSymlink == 0:
			return nil
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && strings.Contains(d.Name(), ".partial-"):
			return fs.SkipDir // what a kill left behind: never was a bundle
		case d.IsDir() && sealed.Is(at):
			found = append(found, toCheck{dir: at, sealed: true})
			return fs.SkipDir
		case !sign.IsBundle(at):
			return nil
		}
		found = append(found, toCheck{dir: at})
		if d.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		found = append(found, toCheck{dir: path, err: err})
	}
	for _, at := range batches.Around(path) {
		found = append(found, lostFrom(at)...)
		found = append(found, toCheck{dir: at, summary: true})
	}
	if len(found) == 0 {
		return []toCheck{{dir: path, err: fmt.Errorf("%s holds no bundle: nothing was checked", path)}}
	}
	return found
}

// lostFrom finds what the summary of a batch lists and is not there any more.
func lostFrom(summary string) (lost []toCheck) {
	s, _ := batches.Open(summary, tool())
	if s == nil { // what is wrong with it is said of the summary itself
		return nil
	}
	_, gone, err := bundlesListed(summary, s.Batch)
	if err != nil {
		return []toCheck{{dir: filepath.Dir(summary), err: err}}
	}
	for _, at := range gone {
		lost = append(lost, toCheck{dir: at, err: notThere(at, summary)})
	}
	return lost
}

func notThere(bundle, summary string) error {
	return fmt.Errorf("%s is listed in %s and is not there", bundle, filepath.Base(summary))
}
