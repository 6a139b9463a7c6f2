package appliance

import (
	"path/filepath"

	"shokyo.dev/shokyo/appliance/stick/save"
	"shokyo.dev/shokyo/words"
)

// Log adds a line to the log.
func (a *Appliance) Log(line string) { a.log.Line(line) }

func (a *Appliance) say(t words.Text) { a.log.Say(t) }

func (a *Appliance) show(text string) { a.log.Show(text) }

// saveJournal writes the log to the stick, over what was there of this start.
func (a *Appliance) saveJournal() error { return a.saveLog(".txt", a.log.Journal.Text()) }

func (a *Appliance) saveLog(ending string, text []byte) error {
	return a.stick.With(func(dir string) error {
		a.logLock.Lock()
		defer a.logLock.Unlock()
		if a.logName == "" {
			a.logName = save.Unused(filepath.Join(dir, save.LogDir), save.Stamp(a.started), ending)
		}
		return save.File(filepath.Join(dir, save.LogDir, a.logName+ending), text)
	})
}
