package terminal

import "shokyo.dev/shokyo/words"

// MadeCanaries takes how many files, their size, their folder, and the list with the seed.
var MadeCanaries = words.Sentence{"made %[1]s files (%[2]s) in %[3]s: store them where they are to be erased, and on the control; what they are made of is in %[4]s: keep it",
	"%[3]s に %[1]s ファイル(%[2]s)を作成しました。消去の対象と対照の両方に保存してください。作成に用いた値は %[4]s にあります。保管してください"}

// A corpus that was made: its name, folder and key; what it holds, and what was left out.
var (
	MadeCorpus = words.Sentence{"made the corpus %[1]q in %[2]s; its key is %[3]s: keep them apart", "コーパス %[1]q を %[2]s に作成しました。鍵は %[3]s です。別々に保管してください"}
	// MadeBaseline takes how many blocks, of what, and the folder.
	MadeBaseline = words.Sentence{"recorded %[1]s blocks of %[2]s in %[3]s; erase, and then: shokyo scan %[2]s --baseline %[3]s", "%[2]s のブロック %[1]s 個を %[3]s に記録しました。消去後に shokyo scan %[2]s --baseline %[3]s を実行してください"}
	// BaselineShows takes a percentage, and how many places were fill or not readable.
	BaselineShows = words.Sentence{"if all of them change, at most %[1]s of the data can have stayed (95 %% confidence); left out: %[2]s places of fill, %[3]s that could not be read",
		"すべて変化していれば、残り得るデータは最大 %[1]s です(信頼度 95 %%)。除外: 一定値 %[2]s か所、読み取り不能 %[3]s か所"}
	// CorpusHolds takes sectors that are probative, all of them, files and copies of files.
	CorpusHolds = words.Sentence{"probative: %[1]s of %[2]s sectors of %[3]s files (and %[4]s copies of them)", "識別可能: %[3]s ファイル(ほかに複製 %[4]s)の %[2]s セクタ中 %[1]s セクタ"}
	CorpusLacks = words.Sentence{"left out: fill %[1]s, says too little %[2]s, common %[3]s, said before %[4]s; shared by several files: %[5]s; not read (links, devices): %[6]s",
		"除外: 一定値 %[1]s、情報量不足 %[2]s、共通 %[3]s、重複 %[4]s。複数ファイルに共通: %[5]s。未読(リンク・デバイス): %[6]s"}
)
