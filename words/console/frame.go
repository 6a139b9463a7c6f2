package console

import "shokyo.dev/shokyo/words"

// The steps, in the head of each screen.
var (
	StepDisks    = words.Text{EN: "Disks", JA: "ディスク"}
	StepSettings = words.Text{EN: "Settings", JA: "設定"}
	StepConfirm  = words.Text{EN: "Confirm", JA: "確認"}
	StepExamine  = words.Text{EN: "Examine", JA: "検査"}
	StepResults  = words.Text{EN: "Results", JA: "結果"}
)

// Where reports go.
var (
	Evidence         = words.Text{EN: "evidence ...", JA: "証拠スティック …"}
	EvidenceNotReady = words.Text{EN: "EVIDENCE NOT READY", JA: "証拠スティック未準備"}
	EvidenceFree     = words.Sentence{"evidence %[1]s free", "証拠スティック 空き %[1]s"}
	// NotSavedHead takes how many, and one of those above.
	NotSavedHead = words.Sentence{"%[1]d NOT SAVED, %[2]s", "未保存 %[1]d 件、%[2]s"}
)

// The end.
var (
	ShuttingDown = words.Text{EN: "The machine is being shut down.", JA: "コンピュータをシャットダウンしています。"}
	PullStick    = words.Text{EN: "Pull the stick when the machine is off.", JA: "電源が切れたらスティックを抜いてください。"}
)

// What must not be missed.
var (
	MakingIdentity = words.Text{EN: "Making the lab identity: some seconds ...", JA: "検査機関の署名用鍵を作成中: 数秒かかります …"}
	TryingPhrase   = words.Text{EN: "Trying the passphrase: some seconds ...", JA: "パスフレーズを確認中: 数秒かかります …"}
	Saving         = words.Text{EN: "Saving to the stick ...", JA: "スティックに保存中 …"}
	// PressU and InMemory stand behind what is wrong with the stick.
	PressU         = words.Text{EN: " Or press u to use it.", JA: "または u を押すとそれを使用します。"}
	InMemory       = words.Text{EN: " Until then reports stay in memory.", JA: "それまで報告書はメモリ内に保持されます。"}
	IdentityFailed = words.Sentence{"The lab identity could not be made: %[1]s", "検査機関の署名用鍵を作成できませんでした: %[1]s"}
	// NotSavedYet takes how many Reports, and what is wrong.
	NotSavedYet = words.Sentence{"Not saved yet: %[1]s. %[2]s", "未保存: %[1]s。%[2]s"}
)

// Questions, each with what it comes to.
var (
	UseStick         = words.Text{EN: "Use the stick that is plugged in for the reports?", JA: "接続されているスティックを報告書の保存に使用しますか?"}
	UseStickMeans    = words.Text{EN: "It is written to from now on. Be sure that it is no disk to be examined.", JA: "以後、このスティックに書き込みます。検査対象のディスクでないことを確認してください。"}
	Stop             = words.Text{EN: "Stop the examination?", JA: "検査を中止しますか?"}
	StopMeans        = words.Text{EN: "Disks that are not done get no verdict. Reports that are done are kept.", JA: "完了していないディスクは判定されません。完成した報告書は保持されます。"}
	Lose             = words.Sentence{"Shut down and LOSE %[1]s?", "%[1]s を破棄してシャットダウンしますか?"}
	LoseMeans        = words.Text{EN: "They are only in memory. Put an evidence stick in and press s to save them.", JA: "報告書はメモリ内にしかありません。証拠スティックを挿し、s を押して保存してください。"}
	ShutDown         = words.Text{EN: "Shut down the machine?", JA: "コンピュータをシャットダウンしますか?"}
	NothingIsUnsaved = words.Text{EN: "No report is waiting to be saved.", JA: "未保存の報告書はありません。"}
)

// Keys and what they do, with = between them.
var (
	KeyUseIt       = words.Text{EN: "y=yes, use it", JA: "y=はい、使用する"}
	KeyNo          = words.Text{EN: "n=no", JA: "n=いいえ"}
	KeyStop        = words.Text{EN: "y=yes, stop", JA: "y=はい、中止する"}
	KeyNoGoOn      = words.Text{EN: "n=no, go on", JA: "n=いいえ、続ける"}
	KeySave        = words.Text{EN: "s=save", JA: "s=保存"}
	KeyLose        = words.Text{EN: "x=shut down, lose them", JA: "x=破棄してシャットダウン"}
	KeyYesShutDown = words.Text{EN: "y=yes, shut down", JA: "y=はい、シャットダウンする"}
	KeyRestart     = words.Text{EN: "r=restart", JA: "r=再起動"}
	KeyUseStick    = words.Text{EN: "u=use stick", JA: "u=スティックを使用"}
	KeyStart       = words.Text{EN: "Enter=START", JA: "Enter=開始"}
	KeyBack        = words.Text{EN: "Esc=back", JA: "Esc=戻る"}
	KeyLookAgain   = words.Text{EN: "r=look again", JA: "r=再検索"}
	KeyAgain       = words.Text{EN: "r=again", JA: "r=再検索"}
	KeyShutDown    = words.Text{EN: "q=shut down", JA: "q=シャットダウン"}
	KeyOff         = words.Text{EN: "q=off", JA: "q=終了"}
	KeySaveAgain   = words.Text{EN: "s=save again", JA: "s=再保存"}
	KeyMove        = words.Text{EN: "Up/Down=move", JA: "Up/Down=移動"}
	KeyChoose      = words.Text{EN: "Space=choose", JA: "Space=選択"}
	KeyAll         = words.Text{EN: "a=all", JA: "a=すべて"}
	KeyGoOn        = words.Text{EN: "Enter=go on", JA: "Enter=次へ"}
	KeyEscStop     = words.Text{EN: "Esc=stop", JA: "Esc=中止"}
	KeyOtherDisks  = words.Text{EN: "Up/Down=see the other disks", JA: "Up/Down=他のディスクを表示"}
	KeyLarge       = words.Text{EN: "Enter=large", JA: "Enter=拡大"}
	KeyTable       = words.Text{EN: "Enter=table", JA: "Enter=一覧"}
	KeyNextDisks   = words.Text{EN: "n=next disks", JA: "n=次のディスク"}
	KeyBackUp      = words.Text{EN: "Up=back to the fields", JA: "Up=入力欄に戻る"}
	KeyEscDisks    = words.Text{EN: "Esc=disks", JA: "Esc=ディスク一覧"}
	KeyChange      = words.Text{EN: "Left/Right=change", JA: "Left/Right=変更"}
	KeyNextField   = words.Text{EN: "Enter=next field", JA: "Enter=次の欄"}
	KeyType        = words.Text{EN: "type=fill in", JA: "文字=入力"}
	KeyErase       = words.Text{EN: "Backspace=erase", JA: "Backspace=削除"}
)
