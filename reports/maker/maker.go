// Package maker says which program made a report, and whether this one is made of the same source: then both render a
// document alike, to the byte.
package maker

import (
	"cmp"
	"runtime"
	"runtime/debug"
	"strings"

	"shokyo.dev/shokyo/reports"
)

const (
	// Unversioned is the version of a program that is no release.
	Unversioned = "development"
	// Modified marks a program that was built from something else than its commit.
	Modified = "-dirty"
)

// Self is this program: with the version and the commit that its build was told, where the go command noted none.
// It does not in a git worktree, nor where git is missing or distrusts the folder.
func Self(version, commit string) reports.Tool {
	t := reports.Tool{Name: "shokyo", Version: version, Commit: commit, GoVersion: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		t.Commit = cmp.Or(commitOf(info), commit)
	}
	return t
}

// commitOf is what the go command noted: the state of the clone that it built, or
// of a module that it downloaded the version, which often has 12 digits of it.
func commitOf(info *debug.BuildInfo) (commit string) {
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value + commit
		case s.Key == "vcs.modified" && s.Value == "true":
			commit += Modified
		}
	}
	if v := info.Main.Version; commit == "" && v != "" && v != "(devel)" {
		return v
	}
	return commit
}

// Same says whether two tools are made of the same source, as far as their
// versions tell that.
func Same(a, b reports.Tool) bool {
	a.OS, a.Arch = b.OS, b.Arch
	named := a.Commit != "" || a.Version != Unversioned
	return a == b && named && !strings.HasSuffix(a.Commit, Modified) && !strings.HasSuffix(a.Version, Modified)
}
