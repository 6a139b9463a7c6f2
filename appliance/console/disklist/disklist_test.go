package disklist

import (
	"testing"

	"shokyo.dev/shokyo/appliance/core"
)

// A disk that was chosen stays chosen when the list is made anew, but not another
// at its place.
func TestChosenStays(t *testing.T) {
	a, b, stick := core.Disk{Path: "/dev/sda", Serial: "A", Bytes: 1}, core.Disk{Path: "/dev/sdb", Serial: "B", Bytes: 1}, core.Disk{Path: "/dev/sdc", Stick: true}
	l := List{All: []core.Disk{a, b, stick}, Cursor: 1}.ToggleAll()
	if got := len(l.Picked()); got != 2 {
		t.Fatalf("%d chosen", got)
	}
	swapped := b
	swapped.Serial = "C"
	l = l.Found([]core.Disk{stick, a, swapped}, nil)
	if got := l.Picked(); len(got) != 1 || got[0].Serial != "A" {
		t.Errorf("chosen: %v", got)
	}
	if l.Cursor != 2 {
		t.Errorf("the cursor is at %d", l.Cursor)
	}
	l.Cursor = 0
	if l = l.Toggle(); l.Has("/dev/sdc") {
		t.Error("the stick is chosen")
	}
	if l = l.ToggleAll().ToggleAll(); len(l.Picked()) != 0 {
		t.Errorf("chosen: %v", l.Picked())
	}
}
