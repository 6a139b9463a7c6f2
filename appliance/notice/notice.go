// Package notice is what a person reads where no console runs, when it is more than a
// line: what happened, and what to do now. ASCII only: the kernel's console has no other
// letters. The file that explains the stick is here too.
package notice

import (
	"shokyo.dev/shokyo/appliance/job"
	"shokyo.dev/shokyo/appliance/stick/save"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/stick"
)

func NoStick(err error) string { return stick.StickNotReady.Say(err, job.Name).EN }

func Failed(why string) string { return stick.ProgramRestarted.Say(why).EN }

func FailedAgain() string { return stick.FailedAgain.Say(save.LogDir).EN }

func JobRefused(err error, then string) string {
	return stick.JobRefused.Say(err, job.Name, comesNext(then)).EN
}

func NothingExamined(then string) string { return stick.NothingExamined.Say(comesNext(then)).EN }

// comesNext is what happens after a job that came to nothing.
func comesNext(then string) words.Text {
	switch then {
	case job.ThenPowerOff:
		return stick.ThenOff
	case job.ThenReboot:
		return stick.ThenAgain
	}
	return stick.ThenConsole
}

func Unsaved(err error) string {
	why := ""
	if err != nil {
		why = ": " + err.Error()
	}
	return stick.ReportsUnsaved.Say(why).EN
}

func ConsoleFailed(err error) string { return stick.ConsoleEnded.Say(err).EN }

// Readme explains the stick, in both languages. Windows' editor wants a byte order mark.
func Readme() []byte {
	return []byte("\ufeffshokyo - EVIDENCE\r\n\r\n" + stick.Readme.EN + "\r\n--------\r\n\r\n" + stick.Readme.JA)
}
