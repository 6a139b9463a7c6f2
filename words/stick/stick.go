// Package stick has what the stick says where no console runs: the lines of its log
// (log.go), the notices that fill a screen (notice.go), why a disk has no verdict
// (outcome.go), and the texts of the files that it leaves on itself, here. What goes to a
// screen is the English half, and must be ASCII: Linux's console has no Japanese letters.
package stick

import "shokyo.dev/shokyo/words"

// Readme is for whoever finds the stick; both halves are in the file. Windows' editor
// wants its own line ends.
var Readme = words.Text{
	EN: "reports/   one folder for each disk that was examined: open report.html, or check the folder with\r\n" +
		"           shokyo verify FOLDER\r\n" +
		"           A folder that begins with .partial- was cut off while it was written. It is no report.\r\n" +
		"identity/  the lab's signing key, encrypted, and its certificate\r\n" +
		"log/       what the computer did, one file for each start\r\n" +
		"job.toml   if it is there, it is carried out without anybody at the keyboard\r\n\r\n" +
		"Nothing here is ever overwritten. Copy the folders of reports/ as they are: one changed byte and\r\n" +
		"shokyo verify tells.\r\n",
	JA: "reports/   検査した媒体ごとに1フォルダ。report.html を開くか、次のコマンドで検証してください。\r\n" +
		"           shokyo verify フォルダ\r\n" +
		"           .partial- で始まるフォルダは書込みの途中で中断されたもので、報告書ではありません。\r\n" +
		"identity/  検査機関の署名鍵(暗号化済み)と証明書\r\n" +
		"log/       起動ごとの動作記録\r\n" +
		"job.toml   このファイルがあると、無人で検査を実行します。\r\n\r\n" +
		"既存の報告書が上書きされることはありません。reports/ のフォルダはそのままコピーしてください。\r\n" +
		"1 バイトでも変わると shokyo verify で検出されます。\r\n",
}

// MissedList heads the list of what a job is for and was not examined.
var MissedList = words.Text{EN: "The job is for these too, and they were not examined:", JA: "次のものもジョブの対象ですが、検査されていません:"}

// KernelLogFailed stands where the kernel's log would.
var KernelLogFailed = words.Sentence{"the kernel's log can not be read: %[1]v", "カーネルのログを読み取れません: %[1]v"}
