package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/scan"
)

// fed is a board for a program, without a clock of its own.
func fed(t *testing.T, names ...string) (*board, *bytes.Buffer, *time.Time) {
	out := new(bytes.Buffer)
	b, clock := boardOn(newScreen(t, 80, 24), names...)
	b.terminal, b.program = false, out
	for _, l := range b.lines {
		l.path = l.source
	}
	return b, out, clock
}

func TestFeed(t *testing.T) {
	b, out, clock := fed(t, "/dev/sdb")
	l := b.line(0)
	st := scan.Status{PlannedBytes: 1000, Pass: 1}
	l.Opening()
	l.Measuring(1, 2)
	l.Reading(func() scan.Status { return st })
	*clock = clock.Add(2 * time.Second)
	st = scan.Status{PlannedBytes: 1000, DoneBytes: 500, ResidueBytes: 3, UnreadableBytes: 5, Pass: 2}
	st.Map = scan.LiveMap{scan.Residue, scan.Unreadable, scan.Ciphertext, scan.Metadata, scan.Fill, scan.Pattern, scan.Unread}
	l.feed()
	st.DoneBytes = 1000
	l.Finishing()
	l.end(span{"", "done"})
	l.feed()
	unread := strings.Repeat("?", 64)
	drawn := "#!=m.." + strings.Repeat("?", 58)
	want := `{"source":"/dev/sdb","progress":{"phase":"opening","done_bytes":0,"planned_bytes":0,"bytes_per_second":0,"seconds_left":null,"residue_bytes":0,"unreadable_bytes":0,"map":"` + unread + `"}}
{"source":"/dev/sdb","progress":{"phase":"reading","done_bytes":0,"planned_bytes":1000,"bytes_per_second":0,"seconds_left":null,"residue_bytes":0,"unreadable_bytes":0,"map":"` + unread + `"}}
{"source":"/dev/sdb","progress":{"phase":"second-pass","done_bytes":500,"planned_bytes":1000,"bytes_per_second":250,"seconds_left":2,"residue_bytes":3,"unreadable_bytes":5,"map":"` + drawn + `"}}
{"source":"/dev/sdb","progress":{"phase":"finishing","done_bytes":1000,"planned_bytes":1000,"bytes_per_second":500,"seconds_left":0,"residue_bytes":3,"unreadable_bytes":5,"map":"` + drawn + `"}}
`
	if out.String() != want {
		t.Errorf("the program reads\n%swant\n%s", out, want)
	}
}

// With --quiet, people still see errors, and nothing else.
func TestFeedIsNotForPeople(t *testing.T) {
	b, out, clock := fed(t, "a.img")
	people := new(bytes.Buffer)
	b.out, b.quiet = people, true
	b.feedTo(out)
	l := b.line(0)
	l.Opening()
	l.Reading(status(1<<30, 0, 0))
	*clock = clock.Add(time.Second)
	b.log()
	l.Finishing()
	b.tell("an error\n")
	l.end(span{"", "done"})
	b.stop()
	if people.String() != "an error\n" {
		t.Errorf("people read %q", people)
	}
	var phases []string
	for line := range strings.Lines(out.String()) {
		var p exchange.Progress
		if err := json.Unmarshal([]byte(line), &p); err != nil || p.Source != "a.img" || len(p.Progress.Map) != 64 {
			t.Fatalf("%q: %v", line, err)
		}
		phases = append(phases, p.Progress.Phase.String())
	}
	if got := strings.Join(phases, " "); got != "waiting opening reading finishing" {
		t.Errorf("phases %q", got)
	}
}
