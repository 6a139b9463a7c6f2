package stick

import "shokyo.dev/shokyo/words"

// Notices: what happened in capital letters, and what to do now.
var (
	// StickNotReady takes what is wrong and the name of a job's file.
	StickNotReady = words.Sentence{`THE STICK IS NOT READY: %[1]v

It is waited for, and a %[2]s on it is carried out when it is there. If the
stick is plugged in, try another port, or plug it in again.
Or type c and press Enter to go on without it: you can examine disks all the
same. The reports stay in memory, and are saved when the stick is there.`,
		`スティックの準備ができていません: %[1]v

スティックを待っています。検出され次第、そこにある %[2]s を実行します。
接続済みの場合は、別のポートを試すか、挿し直してください。
スティックなしで続けるには、c と Enter を押してください。検査は行えます。
報告書はメモリ内に保持され、スティックが検出されたときに保存されます。`}
	ProgramRestarted = words.Sentence{`THE PROGRAM FAILED, AND WAS STARTED AGAIN: %[1]s

No disk was changed. Reports that were finished are not lost, and are saved now.
Disks that were being examined have no report: examine them again.`,
		`プログラムが異常終了し、再起動しました: %[1]s

ディスクは変更されていません。完成した報告書は失われておらず、これから保存します。
検査中だったディスクの報告書はありません。再度検査してください。`}
	GoOn = words.Text{EN: "Press Enter to go on with the console. Until then, saving is tried every few seconds.",
		JA: "Enter を押すとコンソールに進みます。それまで数秒ごとに保存を試みます。"}
	// FailedAgain takes the folder of the log.
	FailedAgain = words.Sentence{`THE PROGRAM FAILED SEVERAL TIMES: it does nothing any more but save reports.

All reports that were finished are on the stick, and what happened is in its
folder %[1]s. Press Enter to switch the computer off, then start it again.`,
		`プログラムが繰り返し異常終了しました。報告書の保存のみを行います。

完成した報告書はすべてスティックにあり、経過は %[1]s フォルダに記録されています。
Enter を押して電源を切り、再度起動してください。`}
	// JobRefused takes what is wrong, the file, and what ComesNext.
	JobRefused = words.Sentence{`THE JOB IS NOT CARRIED OUT: %[1]v

No disk was examined, and none was changed. Correct %[2]s on the EVIDENCE
partition at another computer, and start again.
%[3]s`,
		`ジョブは実行されません: %[1]v

検査されたディスクも、変更されたディスクもありません。別のコンピュータで
EVIDENCE パーティションの %[2]s を修正し、再度起動してください。
%[3]s`}
	// NothingExamined takes what ComesNext.
	NothingExamined = words.Sentence{`NO DISK WAS EXAMINED: the lines above say why, and so does the log on the stick.
%[1]s`,
		`ディスクは 1 台も検査されませんでした。理由は上の行とスティックのログにあります。
%[1]s`}
	// ReportsUnsaved takes what is wrong, behind a colon, or nothing.
	ReportsUnsaved = words.Sentence{`REPORTS ARE NOT SAVED YET%[1]s

Do not switch the computer off: the reports are in its memory and nowhere else.
Plug in the stick, or make room on it at another computer and plug it in again.
Saving is tried again every few seconds, and the computer goes on by itself.
If the stick is lost or broken: pull it out, plug in another one, and type u and
press Enter to use that. Be sure that it is no disk to be examined.`,
		`報告書はまだ保存されていません%[1]s

電源を切らないでください。報告書はこのコンピュータのメモリ内にしかありません。
スティックを挿すか、別のコンピュータで空き容量を作って挿し直してください。
数秒ごとに保存を再試行し、成功すれば自動的に続行します。
スティックを紛失または破損した場合は、抜いて別のスティックを挿し、u と Enter を
押すとそれを使用します。検査対象のディスクでないことを確認してください。`}
	ConsoleEnded = words.Sentence{`THE CONSOLE ENDED: %[1]v

It is started again in a moment. Reports that are not saved yet are not lost.`,
		`コンソールが終了しました: %[1]v

まもなく再起動します。未保存の報告書は失われていません。`}
)

// What comes next, after a job that came to nothing.
var (
	ThenOff     = words.Text{EN: "The computer switches itself off in a minute.", JA: "コンピュータは 1 分後に自動的に電源が切れます。"}
	ThenAgain   = words.Text{EN: "The computer starts again in a minute.", JA: "コンピュータは 1 分後に再起動します。"}
	ThenConsole = words.Text{EN: "The console comes in a minute, or with Enter.", JA: "コンソールは 1 分後、または Enter で表示されます。"}
)
