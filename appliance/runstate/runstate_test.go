package runstate

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"shokyo.dev/shokyo/appliance/core"
)

// What was noted comes back, and is forgotten only when nothing is left of it to be saved.
func TestState(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "20261122-070000-1")
	disk := core.Disk{Path: "/dev/sda", Model: "M", Serial: "S", Bytes: 2_000_000_000_000, Size: "2.0 TB", Appearance: "7"}
	want := State{Started: "20261122-070000", Disks: []Disk{Of(disk, "folder", nil), Of(disk, "other", &core.Outcome{Source: "/dev/sda", Saved: "/reports/x"})}}
	if err := want.Write(out); err != nil {
		t.Fatal(err)
	}
	got, err := Read(out)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	if listed := got.Disks[0].Listed(); !reflect.DeepEqual(listed, disk) {
		t.Errorf("%+v, want %+v", listed, disk)
	}
	for _, left := range []string{"sda/report.json", "batch.csv"} {
		path := filepath.Join(out, left)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if Forget(dir); !reflect.DeepEqual(Noted(dir), []string{out}) {
			t.Errorf("forgotten while %s is there", left)
		}
		os.Remove(path)
	}
	if Forget(dir); Noted(dir) != nil {
		t.Error("not forgotten")
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("the folder is left")
	}
	if _, err := Read(out); err == nil {
		t.Error("a note that is not there was read")
	}
}
