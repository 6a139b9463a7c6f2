package maker

import (
	"runtime/debug"
	"testing"

	"shokyo.dev/shokyo/reports"
)

func TestCommitOf(t *testing.T) {
	is := func(key, value string) debug.BuildSetting { return debug.BuildSetting{Key: key, Value: value} }
	for want, settings := range map[string][]debug.BuildSetting{
		"":              {is("CGO_ENABLED", "0")},
		"c1":            {is("vcs.revision", "c1"), is("vcs.modified", "false")},
		"c1" + Modified: {is("vcs.revision", "c1"), is("vcs.time", "now"), is("vcs.modified", "true")},
		"c2" + Modified: {is("vcs.modified", "true"), is("vcs.revision", "c2")},
	} {
		for _, main := range []string{"", "(devel)"} {
			if got := commitOf(&debug.BuildInfo{Settings: settings, Main: debug.Module{Version: main}}); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
	}
	const pseudo = "v0.0.0-20260101000000-0123456789ab"
	if got := commitOf(&debug.BuildInfo{Main: debug.Module{Version: pseudo}}); got != pseudo {
		t.Errorf("%q, want %q", got, pseudo)
	}
}

func TestSame(t *testing.T) {
	made := reports.Tool{Name: "shokyo", Version: Unversioned, Commit: "c1", GoVersion: "go1.26.8", OS: "linux", Arch: "amd64"}
	for _, c := range []struct {
		name   string
		change func(t *reports.Tool) // of both
		other  func(t *reports.Tool) // of one
		want   bool
	}{
		{"the same commit", nil, nil, true},
		{"another computer", nil, func(t *reports.Tool) { t.OS, t.Arch = "darwin", "arm64" }, true},
		{"another commit", nil, func(t *reports.Tool) { t.Commit = "c2" }, false},
		{"another compiler", nil, func(t *reports.Tool) { t.GoVersion = "go1.27" }, false},
		{"another version", nil, func(t *reports.Tool) { t.Version = "1.0" }, false},
		{"neither commit nor version", func(t *reports.Tool) { t.Commit = "" }, nil, false},
		{"a release", func(t *reports.Tool) { t.Commit, t.Version = "", "1.0" }, nil, true},
		{"a changed release", func(t *reports.Tool) { t.Commit, t.Version = "", "1.0"+Modified }, nil, false},
		{"a changed commit", func(t *reports.Tool) { t.Commit += Modified }, nil, false},
	} {
		a, b := made, made
		if c.change != nil {
			c.change(&a)
			c.change(&b)
		}
		if c.other != nil {
			c.other(&b)
		}
		if got := Same(a, b); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
