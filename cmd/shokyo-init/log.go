package main

import (
	"path/filepath"
	"time"
)

// Log adds a line to the log.
func (a *appliance) Log(line string) { a.log.Line(line) }

func (a *appliance) say(format string, args ...any) { a.log.Say(format, args...) }

func (a *appliance) show(text string) { a.log.Show(text) }

// saveJournal writes the log to the stick, over what was there of this start.
func (a *appliance) saveJournal() error { return a.saveLog(".txt", a.log.Journal.Text()) }

func (a *appliance) saveLog(ending string, text []byte) error {
	return a.stick.with(func(dir string) error {
		if a.logName == "" {
			a.logName = unused(filepath.Join(dir, logDir), stamp(a.started), ending)
		}
		return saveFile(filepath.Join(dir, logDir, a.logName+ending), text)
	})
}

// stamp is a time as part of a file's name.
func stamp(t time.Time) string { return t.UTC().Format("20060102-150405") }
