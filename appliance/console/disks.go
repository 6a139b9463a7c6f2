package console

import (
	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/console/page"
	"shokyo.dev/shokyo/words/console"
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
		m.message = console.NoneChosen.EN
	}
	return m, nil
}

func (m model) disksKeys(unsaved bool) []string {
	if m.looking || m.disks.Err != nil || m.disks.NoneOffered() {
		keys := []string{console.KeyLookAgain.EN, console.KeyShutDown.EN}
		if unsaved {
			keys = append(keys, console.KeySaveAgain.EN)
		}
		return keys
	}
	switch {
	case m.otherStick(): // its key has to fit in too
		return []string{console.KeyMove.EN, console.KeyChoose.EN, console.KeyAll.EN, console.KeyGoOn.EN, console.KeyAgain.EN, console.KeyOff.EN}
	case unsaved:
		return []string{console.KeyMove.EN, console.KeyChoose.EN, console.KeyAll.EN, console.KeyGoOn.EN, console.KeyAgain.EN, console.KeySave.EN, console.KeyOff.EN}
	}
	return []string{console.KeyMove.EN, console.KeyChoose.EN, console.KeyAll.EN, console.KeyGoOn.EN, console.KeyLookAgain.EN, console.KeyShutDown.EN}
}

func (m model) disksBody(room int) []page.Row {
	switch {
	case m.looking:
		return []page.Row{nil, page.Ink(page.Bold, " %s", console.Looking.EN), nil,
			page.Say(" %s", console.Asked.EN)}
	case m.disks.Err != nil:
		return append([]page.Row{nil, page.Ink(page.Red, " %s", console.NotListed.EN), nil},
			append(page.Wrap(page.Plain, "   ", m.disks.Err.Error(), m.width-2), nil, page.Say(" %s", console.PressRorQ.EN))...)
	case m.disks.NoneOffered():
		return m.disks.NoDisks()
	}
	return m.disks.Table(room, m.width)
}
