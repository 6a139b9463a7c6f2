package console

import (
	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/console/page"
)

// Step 1: which disks are there, and which shall be examined.

func (m model) disksKey(key string) (model, tea.Cmd) {
	switch key {
	case "up", "k":
		m.disks.Cursor = max(m.disks.Cursor-1, 0)
	case "down", "j":
		m.disks.Cursor = max(min(m.disks.Cursor+1, len(m.disks.All)-1), 0)
	case "space", "x":
		m.disks = m.disks.Toggle()
	case "a":
		m.disks = m.disks.ToggleAll()
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
	case len(m.disks.Picked()) > 0:
		m.step = stepSettings
		return m, m.askIdentity()
	case !m.disks.NoneOffered():
		m.message = "No disk is chosen. Put an x at each disk to be examined: with the space bar."
	}
	return m, nil
}

func (m model) disksKeys(unsaved bool) []string {
	if m.looking || m.disks.Err != nil || m.disks.NoneOffered() {
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
	case m.disks.Err != nil:
		return append([]page.Row{nil, page.Ink(page.Red, " The disks could not be listed."), nil},
			append(page.Wrap(page.Plain, "   ", m.disks.Err.Error(), m.width-2), nil, page.Say(" Press r to look again, or q to shut down and then start again."))...)
	case m.disks.NoneOffered():
		return m.disks.NoDisks()
	}
	return m.disks.Table(room, m.width)
}
