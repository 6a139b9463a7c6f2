package checkpoint

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/devices/written"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/verdict"
)

// TestSaveAndLoad: what is saved comes back, or nothing does.
func TestSaveAndLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.checkpoint")
	if c, err := Load(path); c != nil || err != nil {
		t.Errorf("there is none: %+v, %v", c, err)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	c := &Checkpoint{ID: "id", Medium: Medium{"m", "s", "n", 7}, Format: "raw", Started: at, Saved: at, AtByte: 5, Seed: [32]byte{1},
		Interruptions: []build.Pause{{Stopped: at, Resumed: at, AtByte: 3}}, Before: []written.State{{SizeBytes: 7, ModTime: at, Epoch: "e"}},
		OddTrailers: true, Foreseen: []verdict.Reason{{Code: verdict.ReasonSizeStated, Text: "t", TextJA: "j"}}, Engine: json.RawMessage(`{"a":1}`)}
	for range 2 { // the second takes the place of the first
		if err := c.Save(path); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := Load(path); err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("%+v, %v", got, err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(whole); i += 5 {
		damaged := bytes.Clone(whole)
		damaged[i] ^= 0x20
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if c, err := Load(path); c != nil || err == nil {
			t.Fatalf("byte %d is another, and it is loaded", i)
		}
	}
	for n := 0; n < len(whole); n += 11 {
		if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if c, err := Load(path); c != nil || err == nil {
			t.Fatalf("it ends after %d bytes, and is loaded", n)
		}
	}
}

// TestOlderCheckpoint: one from before a field was added is gone on with; of another number, it
// is refused with words.
func TestOlderCheckpoint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.checkpoint")
	if err := (&Checkpoint{ID: "id", Engine: json.RawMessage(`{}`)}).Save(path); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(b), "Foreseen") {
		t.Fatalf("%s, %v", b, err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(b), magic, word+"1 sha256 ", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := Load(path); c != nil || err == nil || !strings.Contains(err.Error(), "another version of shokyo") {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestForeseenInThePlan: what was known before reading lay in the engine's plan once; it is
// compared all the same, and one that has it in its own place keeps that.
func TestForeseenInThePlan(t *testing.T) {
	engine := json.RawMessage(`{"Plan":{"BlockBytes":4096,"Caveats":[{"Code":"medium-truncated","Text":"a","TextJA":"b"}],"Remarks":[{"Code":"size-stated","Text":"c","TextJA":"d"}]}}`)
	doubt, remark := verdict.Reason{Code: verdict.ReasonMediumTruncated, Text: "a", TextJA: "b"}, verdict.Reason{Code: verdict.ReasonSizeStated, Text: "c", TextJA: "d"}
	for name, test := range map[string]struct {
		saved Checkpoint
		want  []verdict.Reason
	}{
		"in the plan":      {Checkpoint{Engine: engine}, []verdict.Reason{doubt, remark}},
		"in its own place": {Checkpoint{Engine: engine, Foreseen: []verdict.Reason{remark}}, []verdict.Reason{remark}},
		"nothing":          {Checkpoint{Engine: json.RawMessage(`{"Plan":{"BlockBytes":4096}}`)}, nil},
		"no engine's":      {Checkpoint{Engine: json.RawMessage(`[]`)}, nil},
	} {
		path := filepath.Join(t.TempDir(), "x.checkpoint")
		if err := test.saved.Save(path); err != nil {
			t.Fatal(err)
		}
		if c, err := Load(path); err != nil || !reflect.DeepEqual(c.Foreseen, test.want) {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}

func TestAnonymous(t *testing.T) {
	for m, want := range map[Medium]bool{{}: true, {Model: "Stick", Size: 7}: true, {Serial: "S"}: false, {Name: "naa.5"}: false} {
		if m.Anonymous() != want {
			t.Errorf("%v", m)
		}
	}
}
