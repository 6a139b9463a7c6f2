package console

import (
	"context"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/console/disklist"
	"shokyo.dev/shokyo/appliance/console/page"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/internal/exchange"
)

// Reports are known by their bundle, in this round and those before.
func TestSaved(t *testing.T) {
	m := newModel(context.Background(), nil)
	m.jobs = []diskJob{{disk: core.Disk{Path: "/dev/sda"}, outcome: &core.Outcome{Source: "/dev/sda", Bundle: "new"}}, {}}
	m.kept = []core.Outcome{{Source: "/dev/sda", Bundle: "old"}}
	next := m.saved([]core.Outcome{{Source: "/dev/sda", Bundle: "old", Saved: "/reports/old"}, {Bundle: "new", SaveError: "full"},
		{Bundle: "older", SaveError: "full"}, {Bundle: "fine", Saved: "/reports/fine"}})
	if got := next.unsaved(); len(got) != 2 || got[0].Bundle != "new" || got[0].SaveError != "full" || got[1].Bundle != "older" {
		t.Errorf("not saved: %+v", got)
	}
	if got := m.unsaved(); len(got) != 2 || got[0].SaveError != "" {
		t.Errorf("the state before has changed: %+v", got)
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{sentence(errPulled), "No EVIDENCE partition is there: plug in the stick with it."},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

// When all are done, what is unsaved of a disk that was in the place of one of these is
// asked for, and counts.
func TestReportOfOtherDiskIsNotForgotten(t *testing.T) {
	m := newModel(t.Context(), newConsoleCore())
	m.fresh, m.step = false, stepExamine
	m.jobs = []diskJob{{disk: core.Disk{Path: "/dev/sda", Serial: "1"}}, {disk: core.Disk{Path: "/dev/sdb", Serial: "2"}}}
	sda, sdb := core.Outcome{Source: "/dev/sda", Error: "another disk was there"}, core.Outcome{Source: "/dev/sdb", Verdict: exchange.NoResidue, Bundle: "b"}
	m = m.cameOut(sda).cameOut(sdb)
	next, cmd := m.Update(endedMsg{nil})
	if cmd == nil {
		t.Fatal("nothing is to be done")
	}
	next, _ = next.Update(savedMsg{sda, sdb, {Source: "/dev/sda", Verdict: exchange.ResidueFound, Bundle: "other"}})
	if got := len(next.(model).unsaved()); got != 2 {
		t.Errorf("%d unsaved", got)
	}
}

// A clean verdict that is not about the whole disk says so wherever it stands.
func TestVerdictOfASample(t *testing.T) {
	o := core.Outcome{Verdict: exchange.NoResidue, Scope: "a sample of the medium: 1 GiB of 8 GiB"}
	m := model{width: 80, height: 25, jobs: []diskJob{{disk: core.Disk{Path: "/dev/sda"}, outcome: &o}}}
	m.large = true
	large := fmt.Sprint(m.resultsBody(20))
	m.large = false
	for what, text := range map[string]string{"word": verdictWords(o).Text, "screen": large, "list": fmt.Sprint(m.resultsBody(20)), "totals": fmt.Sprint(m.totals()), "line": o.Answer()} {
		if !strings.Contains(strings.ToLower(text), "sample") {
			t.Errorf("%s: %q does not say that it is a sample", what, text)
		}
	}
}

// Every verdict can be written large, and fits.
func TestBanner(t *testing.T) {
	blank := page.Banner(" ")
	for _, v := range []exchange.Verdict{exchange.NoResidue, exchange.ResidueFound, exchange.Inconclusive, exchange.VerdictUnknown} {
		word := verdictWords(core.Outcome{Verdict: v}).Text
		for _, line := range page.Banner(word) {
			if len(line) > 77 || len(line) != 6*len(word)-1 {
				t.Errorf("%s: a row of %d columns", word, len(line))
			}
		}
		for _, c := range word {
			if c != ' ' && page.Banner(string(c)) == blank {
				t.Errorf("%s: there is no letter %c", word, c)
			}
		}
	}
}

// Another try to save may end between the saving of a report and the word of it: the
// report is one all the same, and none is left when it is saved.
func TestSavedBeforeItCameOut(t *testing.T) {
	var m tea.Model = newModel(t.Context(), newConsoleCore(benchDisks()...))
	examining := m.(model)
	examining.fresh, examining.step, examining.jobs = false, stepExamine, []diskJob{{disk: core.Disk{Path: "/dev/sda"}}}
	o := core.Outcome{Source: "/dev/sda", Verdict: exchange.NoResidue, Bundle: "/run/x/sda", SaveError: "no stick"}
	later := o
	later.Saved, later.SaveError = "/reports/x", ""
	m = examining
	for _, step := range []struct {
		msg     tea.Msg
		unsaved int
	}{{savedMsg{o}, 1}, {outcomeMsg(o), 1}, {endedMsg{nil}, 1}, {savedMsg{later}, 0}} {
		m, _ = m.Update(step.msg)
		if got := len(m.(model).unsaved()); got != step.unsaved {
			t.Errorf("after %T: %d unsaved", step.msg, got)
		}
	}
}

// What was chosen can vanish from the list before START.
func TestNothingLeftToBegin(t *testing.T) {
	m := newModel(t.Context(), newConsoleCore(benchDisks()...))
	m.fresh, m.looking, m.step = false, false, stepConfirm
	m.disks = disklist.List{All: benchDisks(), Chosen: []string{benchDisks()[0].Path}}
	next, _ := m.Update(disksMsg{benchDisks()[1:], nil})
	got, cmd := next.(model).begin()
	if got.step != stepDisks || cmd != nil || got.message == "" {
		t.Errorf("step %v, %q", got.step, got.message)
	}
}
