package console

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/console/page"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/internal/bytesize"
)

// Step 1: which disks are there, and which shall be examined.

// diskList is what is attached, and what is chosen.
type diskList struct {
	all    []core.Disk
	chosen []string // paths
	cursor int
	err    error
}

// found takes a new list; what was chosen stays chosen, if it is the same disk.
func (l diskList) found(all []core.Disk, err error) diskList {
	next := diskList{all: all, err: err}
	for i, d := range all {
		old, known := l.byPath(d.Path)
		if l.has(d.Path) && known && old.Serial == d.Serial && old.Bytes == d.Bytes && !d.Stick {
			next.chosen = append(next.chosen, d.Path)
		}
		if l.cursor < len(l.all) && l.all[l.cursor].Path == d.Path {
			next.cursor = i
		}
	}
	if len(l.all) == 0 { // at first it is at one that can be chosen
		next.cursor = max(slices.IndexFunc(all, offered), 0)
	}
	return next
}

func (l diskList) byPath(path string) (core.Disk, bool) {
	for _, d := range l.all {
		if d.Path == path {
			return d, true
		}
	}
	return core.Disk{}, false
}

func (l diskList) has(path string) bool {
	for _, p := range l.chosen {
		if p == path {
			return true
		}
	}
	return false
}

// offered says whether a disk can be chosen. One without a size can: whoever
// wants to know about a dead disk gets a report that says so.
func offered(d core.Disk) bool { return !d.Stick }

// toggle chooses the disk under the cursor, or takes it off.
func (l diskList) toggle() diskList {
	if l.cursor >= len(l.all) || !offered(l.all[l.cursor]) {
		return l
	}
	path, kept := l.all[l.cursor].Path, []string(nil)
	for _, p := range l.chosen {
		if p != path {
			kept = append(kept, p)
		}
	}
	if len(kept) == len(l.chosen) {
		kept = append(kept, path)
	}
	l.chosen = kept
	return l
}

// toggleAll chooses all that have a size; if all of them are chosen, none. An
// empty card reader has no size.
func (l diskList) toggleAll() diskList {
	var all []string
	for _, d := range l.all {
		if offered(d) && d.Bytes > 0 {
			all = append(all, d.Path)
		}
	}
	if len(l.chosen) >= len(all) {
		all = nil
	}
	l.chosen = all
	return l
}

// picked are the chosen disks as listed.
func (l diskList) picked() (disks []core.Disk) {
	for _, d := range l.all {
		if l.has(d.Path) && offered(d) {
			disks = append(disks, d)
		}
	}
	return disks
}

func (m model) disksKey(key string) (model, tea.Cmd) {
	switch key {
	case "up", "k":
		m.disks.cursor = max(m.disks.cursor-1, 0)
	case "down", "j":
		m.disks.cursor = max(min(m.disks.cursor+1, len(m.disks.all)-1), 0)
	case "space", "x":
		m.disks = m.disks.toggle()
	case "a":
		m.disks = m.disks.toggleAll()
	case "r":
		if !m.looking {
			m.looking = true
			return m, m.findDisks()
		}
	case "s":
		return m.saveAgain()
	case "q":
		return m.leave(), nil
	case "enter":
		return m.toSettings()
	}
	return m, nil
}

// toSettings goes on with what is chosen.
func (m model) toSettings() (model, tea.Cmd) {
	switch {
	case m.looking:
	case len(m.disks.picked()) > 0:
		m.step = stepSettings
		return m, m.askIdentity()
	case !m.noneOffered():
		m.message = "No disk is chosen. Put an x at each disk to be examined: with the space bar."
	}
	return m, nil
}

func (m model) disksKeys(unsaved bool) []string {
	if m.looking || m.disks.err != nil || m.noneOffered() {
		keys := []string{"r=look again", "q=shut down"}
		if unsaved {
			keys = append(keys, "s=save again")
		}
		return keys
	}
	switch {
	case m.otherStick(): // its key has to fit in too
		return []string{"Up/Down=move", "Space=choose", "a=all", "Enter=go on", "r=again", "q=off"}
	case unsaved:
		return []string{"Up/Down=move", "Space=choose", "a=all", "Enter=go on", "r=again", "s=save", "q=off"}
	}
	return []string{"Up/Down=move", "Space=choose", "a=all", "Enter=go on", "r=look again", "q=shut down"}
}

func (m model) disksBody(room int) []page.Row {
	switch {
	case m.looking:
		return []page.Row{nil, page.Ink(page.Bold, " Looking for disks ..."), nil,
			page.Say(" Each disk is asked what it is. One that does not answer can take half a minute.")}
	case m.disks.err != nil:
		return append([]page.Row{nil, page.Ink(page.Red, " The disks could not be listed."), nil},
			append(page.Wrap(page.Plain, "   ", m.disks.err.Error(), m.width-2), nil, page.Say(" Press r to look again, or q to shut down and then start again."))...)
	case m.noneOffered():
		return m.noDisksBody()
	}
	return m.diskTable(room)
}

func (m model) noneOffered() bool {
	for _, d := range m.disks.all {
		if offered(d) {
			return false
		}
	}
	return true
}

func (m model) noDisksBody() []page.Row {
	return []page.Row{nil, page.Ink(page.Yellow, " No disk was found%s.", m.besideStick()), nil,
		page.Say(" - Attach a disk, and its power cable if it has one. Wait ten seconds, press r."),
		page.Say(" - A disk that is attached and not listed: try another cable or another port."),
		page.Say(" - Disks behind a RAID controller: set the controller to HBA or JBOD mode in"),
		page.Say("   its setup. Laptops: set the storage mode in the firmware from RAID or RST"),
		page.Say("   to AHCI.")}
}

func (m model) besideStick() string {
	if len(m.disks.all) > 0 {
		return " besides this stick"
	}
	return ""
}

// The columns of the table of disks: 79 with the gaps. Nothing is drawn in the
// last column: some terminals go to the next row then.
const (
	wideDevice = 9
	wideModel  = 20
	wideSerial = 16
	wideSize   = 10
	wideBus    = 5
	wideHealth = 7

	wideVerdict = 18
)

func (m model) diskTable(room int) []page.Row {
	const details = 5
	rows := []page.Row{
		{page.Bold.Of(" Which disks shall be examined?"), page.Plain.Of(" Nothing is ever written to any of them.")},
		m.chosenWords(),
		page.Ink(page.Dim, "       %s %s %s %s %s %s", ascii.Column("Device", wideDevice), ascii.Column("Model", wideModel), ascii.Column("Serial", wideSerial),
			fmt.Sprintf("%*s", wideSize, "Size"), ascii.Column("Bus", wideBus), ascii.Column("Health", wideHealth)),
	}
	n := max(room-len(rows)-1-details, 1)
	first, last := page.Window(m.disks.cursor, len(m.disks.all), n)
	for i := first; i < last; i++ {
		rows = append(rows, m.diskRow(i))
	}
	if last-first < len(m.disks.all) {
		rows[1] = append(rows[1], page.Dim.Of(fmt.Sprintf(" %d of %d are shown.", last-first, len(m.disks.all))))
	}
	return append(append(rows, nil), m.diskDetails(details)...)
}

// chosenWords says what to do, and then what has been done.
func (m model) chosenWords() page.Row {
	if n := len(m.disks.picked()); n > 0 {
		return page.Row{page.Bold.Of(" " + page.Counted(n, "disk") + " chosen."), page.Plain.Of(" Press Enter when these are all.")}
	}
	return page.Say(" Go to a disk, put an x at it with the space bar, then press Enter.")
}

func (m model) diskRow(i int) page.Row {
	d, mark, color := m.disks.all[i], "[ ]", page.Plain
	cursor := "   "
	if i == m.disks.cursor {
		cursor = " > "
	}
	switch {
	case d.Stick:
		return page.Row{page.Plain.Of(cursor), page.Dim.Of("    " + ascii.Column(shortName(d), wideDevice) + " " + ascii.Column(d.Model, wideModel) + " this stick: not offered")}
	case m.disks.has(d.Path):
		mark, color = "[x]", page.Bold
	}
	health := color.Of(ascii.Column(d.Health, wideHealth))
	if d.Health == "FAILING" {
		health.Color = page.Red
	}
	return page.Row{page.Plain.Of(cursor), color.Of(mark + " " + identity(d) + " " + ascii.Column(d.Bus, wideBus) + " "), health}
}

// identity is how a disk is told from others.
func identity(d core.Disk) string {
	return fmt.Sprintf("%s %s %s %*s", ascii.Column(shortName(d), wideDevice), ascii.Column(d.Model, wideModel), ascii.Column(d.Serial, wideSerial),
		wideSize, ascii.Clip(ascii.Printable(sizeOfDisk(d)), wideSize))
}

func shortName(d core.Disk) string { return strings.TrimPrefix(d.Path, "/dev/") }

func sizeOfDisk(d core.Disk) string {
	switch {
	case d.Size != "":
		return d.Size
	case d.Bytes > 0:
		return bytesize.Label(d.Bytes)
	}
	return "no medium"
}

// diskDetails is all that is known of the disk under the cursor.
func (m model) diskDetails(n int) []page.Row {
	if m.disks.cursor >= len(m.disks.all) {
		return nil
	}
	d := m.disks.all[m.disks.cursor]
	rows := page.Wrap(page.Plain, " ", fmt.Sprintf("%s: %s, serial %s, %d bytes", d.Path, d.Model, d.Serial, d.Bytes), m.width-1)
	if d.InUse != "" {
		rows = append(rows, page.Wrap(page.Plain, "   in use: ", d.InUse, m.width-1)...)
	}
	for _, note := range d.Notes {
		rows = append(rows, page.Wrap(page.Plain, "   - ", note, m.width-1)...)
	}
	if len(rows) > n {
		rows = append(rows[:n-1:n-1], page.Ink(page.Dim, "   ... the report has the rest"))
	}
	return rows
}
