// Package notice is what a person reads where no console runs, when it is more than a
// line: what happened, and what to do now. ASCII only: the kernel's console has no other
// letters. The file that explains the stick is here too.
package notice

import (
	"shokyo.dev/shokyo/appliance/job"
	"shokyo.dev/shokyo/appliance/stick/save"
)

func NoStick(err error) string {
	return "THE STICK IS NOT READY: " + err.Error() + `

It is waited for, and a ` + job.Name + ` on it is carried out when it is there. If the
stick is plugged in, try another port, or plug it in again.
Or type c and press Enter to go on without it: you can examine disks all the
same. The reports stay in memory, and are saved when the stick is there.`
}

func Failed(why string) string {
	return "THE PROGRAM FAILED, AND WAS STARTED AGAIN: " + why + `

No disk was changed. Reports that were finished are not lost, and are saved now.
Disks that were being examined have no report: examine them again.`
}

const GoOn = `Press Enter to go on with the console. Until then, saving is tried every few seconds.`

const FailedAgain = `THE PROGRAM FAILED SEVERAL TIMES: it does nothing any more but save reports.

All reports that were finished are on the stick, and what happened is in its
folder ` + save.LogDir + `. Press Enter to switch the computer off, then start it again.`

func JobRefused(err error, then string) string {
	return "THE JOB IS NOT CARRIED OUT: " + err.Error() + `

No disk was examined, and none was changed. Correct ` + job.Name + ` on the EVIDENCE
partition at another computer, and start again.
` + comesNext(then)
}

func NothingExamined(then string) string {
	return `NO DISK WAS EXAMINED: the lines above say why, and so does the log on the stick.
` + comesNext(then)
}

// comesNext is what happens after a job that came to nothing.
func comesNext(then string) string {
	switch then {
	case job.ThenPowerOff:
		return "The computer switches itself off in a minute."
	case job.ThenReboot:
		return "The computer starts again in a minute."
	}
	return "The console comes in a minute, or with Enter."
}

func Unsaved(err error) string {
	text := "REPORTS ARE NOT SAVED YET"
	if err != nil {
		text += ": " + err.Error()
	}
	return text + `

Do not switch the computer off: the reports are in its memory and nowhere else.
Plug in the stick, or make room on it at another computer and plug it in again.
Saving is tried again every few seconds, and the computer goes on by itself.
If the stick is lost or broken: pull it out, plug in another one, and type u and
press Enter to use that. Be sure that it is no disk to be examined.`
}

func ConsoleFailed(err error) string {
	return "THE CONSOLE ENDED: " + err.Error() + `

It is started again in a moment. Reports that are not saved yet are not lost.`
}

// Readme is for whoever finds the stick. Windows' editor wants a byte order
// mark and its own line ends.
const Readme = "\ufeffshokyo - EVIDENCE\r\n\r\n" +
	"reports/   one folder for each disk that was examined: open report.html, or check the folder with\r\n" +
	"           shokyo verify FOLDER\r\n" +
	"           A folder that begins with .partial- was cut off while it was written. It is no report.\r\n" +
	"identity/  the lab's signing key, encrypted, and its certificate\r\n" +
	"log/       what the computer did, one file for each start\r\n" +
	"job.toml   if it is there, it is carried out without anybody at the keyboard\r\n\r\n" +
	"Nothing here is ever overwritten. Copy the folders of reports/ as they are: one changed byte and\r\n" +
	"shokyo verify tells.\r\n\r\n" +
	"--------\r\n\r\n" +
	"reports/   検査した媒体ごとに1フォルダ。report.html を開くか、次のコマンドで検証してください。\r\n" +
	"           shokyo verify フォルダ\r\n" +
	"           .partial- で始まるフォルダは書込みの途中で中断されたもので、報告書ではありません。\r\n" +
	"identity/  検査機関の署名鍵(暗号化済み)と証明書\r\n" +
	"log/       起動ごとの動作記録\r\n" +
	"job.toml   このファイルがあると、無人で検査を実行します。\r\n\r\n" +
	"既存の報告書が上書きされることはありません。reports/ のフォルダはそのままコピーしてください。\r\n" +
	"1 バイトでも変わると shokyo verify で検出されます。\r\n"
