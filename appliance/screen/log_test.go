package screen

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/words"
)

// A line that no console may show is in the kernel's log and the journal, which is bounded.
func TestJournal(t *testing.T) {
	dir := t.TempDir()
	console, err := os.Create(filepath.Join(dir, "console"))
	if err != nil {
		t.Fatal(err)
	}
	defer console.Close()
	kernelLog := filepath.Join(dir, "kmsg")
	write(t, kernelLog, "")
	clock := func() time.Time { return time.Time{} }
	l := &Log{On(console), NewJournal(clock, kernelLog)}
	l.TTYs.take(true)
	l.Say(words.Text{EN: "one 1"})
	if l.TTYs.Flush(); read(t, kernelLog) != "<6>shokyo-init: one 1" || read(t, console.Name()) != "" {
		t.Errorf("%q %q", read(t, kernelLog), read(t, console.Name()))
	}
	l.TTYs.take(false)
	l.Show("TWO\x1b\n" + strings.Repeat("word ", 20))
	l.Say(words.Text{EN: "three"})
	if l.TTYs.Flush(); read(t, console.Name()) != rule+"\nTWO?\n"+strings.Repeat("word ", 15)+"word\nword word word word\n"+rule+"\nshokyo-init: three\n" {
		t.Errorf("%q", read(t, console.Name()))
	}
	if got := string(l.Journal.Text()); !strings.HasPrefix(got, "0001-01-01T00:00:00Z one 1\r\n0001-01-01T00:00:00Z TWO?\r\n") || !strings.HasSuffix(got, " three\r\n") {
		t.Errorf("%q", got)
	}
	j := NewJournal(clock, "")
	for range journalLines + 10 {
		j.Add("x")
	}
	if n := strings.Count(string(j.Text()), "\r\n"); n != journalLines+1 || !strings.HasSuffix(string(j.Text()), "the log is full: what came later is missing\r\n") {
		t.Error(n)
	}
}

// What an earlier start has left is gone on with.
func TestJournalIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	for _, want := range []string{"a", "a\r\nb"} {
		j := NewJournal(func() time.Time { return time.Time{} }, "")
		if err := j.Keep(path); err != nil {
			t.Fatal(err)
		}
		j.Add(want[len(want)-1:])
		if got := strings.ReplaceAll(string(j.Text()), "0001-01-01T00:00:00Z ", ""); got != want+"\r\n" {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// One that is too long to be read is gone on with all the same, and that its beginning is
// missing is said.
func TestJournalTooLong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 17<<20); err != nil {
		t.Fatal(err)
	}
	j := NewJournal(func() time.Time { return time.Time{} }, "")
	if err := j.Keep(path); !errors.Is(err, wholefile.ErrTooLong) {
		t.Errorf("%v", err)
	}
	j.Add("b")
	if b, err := os.ReadFile(path); err != nil || !strings.HasSuffix(string(b), " b\n") {
		t.Errorf("nothing is written behind it: %v", err)
	}
}
