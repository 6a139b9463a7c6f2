package written

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
)

func TestCompare(t *testing.T) {
	counted := State{SizeBytes: 9, Counted: true, Epoch: "a:1", Counters: kernel.Counters{Writes: 5, WrittenSectors: 40}}
	with := func(change func(*State)) State {
		s := counted
		change(&s)
		return s
	}
	discarded := with(func(s *State) { s.Counters.Discards++ })
	anew := with(func(s *State) { s.Epoch = "a:2" })
	moment := time.Date(2031, 5, 6, 7, 8, 9, 123456789, time.FixedZone("", 9*3600))
	file := State{SizeBytes: 9, ModTime: moment}
	for _, test := range []struct {
		name          string
		kind          kernel.Kind
		before, after State
		want          answer.Answer
		text          string
	}{
		{"same", kernel.BlockDevice, counted, counted, answer.No, "the same before and after"},
		{"discarded", kernel.BlockDevice, counted, discarded, answer.Yes, "counted 0 writes (0 sectors) and 1 discards"},
		{"not counted", kernel.BlockDevice, State{SizeBytes: 9}, State{SizeBytes: 9}, answer.Unknown, "no write counters"},
		{"vanished", kernel.BlockDevice, counted, State{SizeBytes: 9}, answer.Unknown, "no write counters"},
		{"grown", kernel.BlockDevice, State{SizeBytes: 8}, State{SizeBytes: 9}, answer.Yes, "from 8 to 9 bytes"},
		{"attached anew", kernel.BlockDevice, counted, anew, answer.Unknown, "was attached anew since, so writes in between were not counted"},
		{"attached anew, counted since", kernel.BlockDevice, counted, with(func(s *State) { s.Epoch, s.Counters = "b:1", kernel.Counters{} }), answer.Unknown, "was attached anew"},
		{"attached anew, other size", kernel.BlockDevice, counted, with(func(s *State) { s.Epoch, s.SizeBytes = "a:2", 10 }), answer.Yes, "from 9 to 10 bytes"},
		{"epoch not known before", kernel.BlockDevice, with(func(s *State) { s.Epoch = "" }), counted, answer.Unknown, "not known whether"},
		{"epoch not known after", kernel.BlockDevice, counted, with(func(s *State) { s.Epoch = "" }), answer.Unknown, "not known whether"},
		{"partition made anew", kernel.BlockDevice, counted, with(func(s *State) { s.Counters = kernel.Counters{Discards: 9} }), answer.Unknown, "was attached anew"},
		{"same file", kernel.File, file, State{SizeBytes: 9, ModTime: moment.UTC()}, answer.No, "are the same"},
		{"file a nanosecond later", kernel.File, file, State{SizeBytes: 9, ModTime: moment.Add(1)}, answer.Yes, "was written to"},
		{"file grown", kernel.File, file, State{SizeBytes: 10, ModTime: moment}, answer.Yes, "from 9 to 10 bytes"},
	} {
		got, text := compare(test.kind, saved(t, test.before), test.after)
		if got != test.want || !strings.Contains(text.EN, test.text) || !strings.HasSuffix(text.JA, "。") {
			t.Errorf("%s: %s (%s), want %s (… %s …)", test.name, got, text, test.want, test.text)
		}
	}
}

// saved is a state as another process finds it: written as JSON and read.
func saved(t *testing.T, s State) (read State) {
	t.Helper()
	b, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(b, &read)
	}
	if err != nil {
		t.Fatal(err)
	}
	return read
}
