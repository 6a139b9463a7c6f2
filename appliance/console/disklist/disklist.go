// Package disklist is the list of disks that a person chooses from: which are there, which
// are chosen, and how they look. It is a value: each key makes the next list.
package disklist

import (
	"fmt"
	"slices"
	"strings"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/console/page"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/words/console"
)

// List is what is attached, and what is chosen.
type List struct {
	All    []core.Disk
	Chosen []string // paths
	Cursor int
	Err    error
}

// Found takes a new list; what was chosen stays chosen, if it is the same disk.
func (l List) Found(all []core.Disk, err error) List {
	next := List{All: all, Err: err}
	for i, d := range all {
		old, known := l.byPath(d.Path)
		if l.Has(d.Path) && known && old.Serial == d.Serial && old.Bytes == d.Bytes && !d.Stick {
			next.Chosen = append(next.Chosen, d.Path)
		}
		if l.Cursor < len(l.All) && l.All[l.Cursor].Path == d.Path {
			next.Cursor = i
		}
	}
	if len(l.All) == 0 { // at first it is at one that can be chosen
		next.Cursor = max(slices.IndexFunc(all, offered), 0)
	}
	return next
}

func (l List) byPath(path string) (core.Disk, bool) {
	for _, d := range l.All {
		if d.Path == path {
			return d, true
		}
	}
	return core.Disk{}, false
}

func (l List) Has(path string) bool {
	for _, p := range l.Chosen {
		if p == path {
			return true
		}
	}
	return false
}

// offered says whether a disk can be chosen. One without a size can: whoever
// wants to know about a dead disk gets a report that says so.
func offered(d core.Disk) bool { return !d.Stick }

// Toggle chooses the disk under the cursor, or takes it off.
func (l List) Toggle() List {
	if l.Cursor >= len(l.All) || !offered(l.All[l.Cursor]) {
		return l
	}
	path, kept := l.All[l.Cursor].Path, []string(nil)
	for _, p := range l.Chosen {
		if p != path {
			kept = append(kept, p)
		}
	}
	if len(kept) == len(l.Chosen) {
		kept = append(kept, path)
	}
	l.Chosen = kept
	return l
}

// ToggleAll chooses all that have a size; if all of them are chosen, none. An
// empty card reader has no size.
func (l List) ToggleAll() List {
	var all []string
	for _, d := range l.All {
		if offered(d) && d.Bytes > 0 {
			all = append(all, d.Path)
		}
	}
	if len(l.Chosen) >= len(all) {
		all = nil
	}
	l.Chosen = all
	return l
}

// Picked are the chosen disks as listed.
func (l List) Picked() (disks []core.Disk) {
	for _, d := range l.All {
		if l.Has(d.Path) && offered(d) {
			disks = append(disks, d)
		}
	}
	return disks
}

// NoneOffered says whether there is nothing to choose from.
func (l List) NoneOffered() bool {
	for _, d := range l.All {
		if offered(d) {
			return false
		}
	}
	return true
}

// NoDisks draws what to do where there is none.
func (l List) NoDisks() []page.Row {
	none := console.NoDisk
	if len(l.All) > 0 {
		none = console.NoneBeside
	}
	rows := []page.Row{nil, page.Ink(page.Yellow, " %s", none.EN), nil,
		page.Say(" - %s", console.Attach.EN), page.Say(" - %s", console.TryCable.EN)}
	mark := "-"
	for _, line := range console.BehindController {
		rows = append(rows, page.Say(" %s %s", mark, line.EN))
		mark = " "
	}
	return rows
}

// The columns of the table of disks: 79 with the gaps. Nothing is drawn in the
// last column: some terminals go to the next row then.
const (
	WideDevice = 9
	WideModel  = 20
	WideSerial = 16
	wideSize   = 10
	wideBus    = 5
	wideHealth = 7
)

// Table draws it.
func (l List) Table(room, width int) []page.Row {
	const details = 5
	rows := []page.Row{
		{page.Bold.Of(" " + console.WhichDisks.EN), page.Plain.Of(" " + console.NeverWrites.EN)},
		l.chosenWords(),
		page.Ink(page.Dim, "       %s %s %s %s %s %s", ascii.Column(console.Device.EN, WideDevice), ascii.Column(console.Model.EN, WideModel), ascii.Column(console.Serial.EN, WideSerial),
			fmt.Sprintf("%*s", wideSize, console.Size.EN), ascii.Column(console.Bus.EN, wideBus), ascii.Column(console.Health.EN, wideHealth)),
	}
	n := max(room-len(rows)-1-details, 1)
	first, last := page.Window(l.Cursor, len(l.All), n)
	for i := first; i < last; i++ {
		rows = append(rows, l.row(i))
	}
	if last-first < len(l.All) {
		rows[1] = append(rows[1], page.Dim.Of(" "+console.Shown.Say(last-first, len(l.All)).EN))
	}
	return append(append(rows, nil), l.details(details, width)...)
}

// chosenWords says what to do, and then what has been done.
func (l List) chosenWords() page.Row {
	if n := len(l.Picked()); n > 0 {
		return page.Row{page.Bold.Of(" " + console.Chosen.Say(console.Disks(n)).EN), page.Plain.Of(" " + console.WhenAll.EN)}
	}
	return page.Say(" %s", console.PutX.EN)
}

func (l List) row(i int) page.Row {
	d, mark, color := l.All[i], "[ ]", page.Plain
	cursor := "   "
	if i == l.Cursor {
		cursor = " > "
	}
	switch {
	case d.Stick:
		return page.Row{page.Plain.Of(cursor), page.Dim.Of("    " + ascii.Column(ShortName(d), WideDevice) + " " + ascii.Column(d.Model, WideModel) + " " + console.ThisStick.EN)}
	case l.Has(d.Path):
		mark, color = "[x]", page.Bold
	}
	health := color.Of(ascii.Column(d.Health, wideHealth))
	if d.Health == "FAILING" {
		health.Color = page.Red
	}
	return page.Row{page.Plain.Of(cursor), color.Of(mark + " " + Identity(d) + " " + ascii.Column(d.Bus, wideBus) + " "), health}
}

// Identity is how a disk is told from others.
func Identity(d core.Disk) string {
	return fmt.Sprintf("%s %s %s %*s", ascii.Column(ShortName(d), WideDevice), ascii.Column(d.Model, WideModel), ascii.Column(d.Serial, WideSerial),
		wideSize, ascii.Clip(ascii.Printable(sizeOfDisk(d)), wideSize))
}

// ShortName is its device.
func ShortName(d core.Disk) string { return strings.TrimPrefix(d.Path, "/dev/") }

func sizeOfDisk(d core.Disk) string {
	switch {
	case d.Size != "":
		return d.Size
	case d.Bytes > 0:
		return bytesize.Label(d.Bytes)
	}
	return console.NoMedium.EN
}

// details is all that is known of the disk under the cursor.
func (l List) details(n, width int) []page.Row {
	if l.Cursor >= len(l.All) {
		return nil
	}
	d := l.All[l.Cursor]
	rows := page.Wrap(page.Plain, " ", console.Detail.Say(d.Path, d.Model, d.Serial, d.Bytes).EN, width-1)
	if d.InUse != "" {
		rows = append(rows, page.Wrap(page.Plain, "   "+console.InUse.EN, d.InUse, width-1)...)
	}
	for _, note := range d.Notes {
		rows = append(rows, page.Wrap(page.Plain, "   - ", note, width-1)...)
	}
	if len(rows) > n {
		rows = append(rows[:n-1:n-1], page.Ink(page.Dim, "   %s", console.TheRest.EN))
	}
	return rows
}
