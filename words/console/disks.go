package console

import "shokyo.dev/shokyo/words"

// Which disks there are.
var (
	Looking = words.Text{EN: "Looking for disks ...", JA: "ディスクを検索中 …"}
	Asked   = words.Text{EN: "Each disk is asked what it is. One that does not answer can take half a minute.",
		JA: "各ディスクに識別情報を問い合わせます。応答しないディスクでは 30 秒ほどかかることがあります。"}
	NotListed  = words.Text{EN: "The disks could not be listed.", JA: "ディスクの一覧を取得できませんでした。"}
	PressRorQ  = words.Text{EN: "Press r to look again, or q to shut down and then start again.", JA: "r で再検索、q でシャットダウンします。その後、再起動してください。"}
	NoDisk     = words.Text{EN: "No disk was found.", JA: "ディスクが見つかりません。"}
	NoneBeside = words.Text{EN: "No disk was found besides this stick.", JA: "このスティック以外のディスクが見つかりません。"}
	Attach     = words.Text{EN: "Attach a disk, and its power cable if it has one. Wait ten seconds, press r.", JA: "ディスクと、必要なら電源ケーブルを接続し、10 秒待って r を押してください。"}
	TryCable   = words.Text{EN: "A disk that is attached and not listed: try another cable or another port.", JA: "接続したディスクが表示されない場合: 別のケーブルまたはポートを試してください。"}
)

// BehindController is what to do about disks that a controller hides, in the rows of the screen.
var BehindController = []words.Text{
	{EN: "Disks behind a RAID controller: set the controller to HBA or JBOD mode in", JA: "RAID コントローラ配下のディスク: コントローラの設定で HBA または JBOD モードに"},
	{EN: "its setup. Laptops: set the storage mode in the firmware from RAID or RST", JA: "してください。ノート PC: ファームウェアのストレージモードを RAID または RST から"},
	{EN: "to AHCI.", JA: "AHCI に変更してください。"},
}

// Which are chosen.
var (
	WhichDisks  = words.Text{EN: "Which disks shall be examined?", JA: "どのディスクを検査しますか?"}
	NeverWrites = words.Text{EN: "Nothing is ever written to any of them.", JA: "どのディスクにも一切書き込みません。"}
	PutX        = words.Text{EN: "Go to a disk, put an x at it with the space bar, then press Enter.", JA: "ディスクに移動し、スペースキーで x を付けてから Enter を押してください。"}
	Chosen      = words.Sentence{"%[1]s chosen.", "%[1]s を選択。"}
	WhenAll     = words.Text{EN: "Press Enter when these are all.", JA: "すべて選択したら Enter を押してください。"}
	NoneChosen  = words.Text{EN: "No disk is chosen. Put an x at each disk to be examined: with the space bar.", JA: "ディスクが選択されていません。検査するディスクにスペースキーで x を付けてください。"}
	ChosenGone  = words.Text{EN: "What was chosen is not there any more: choose again.", JA: "選択したディスクがなくなっています。選択し直してください。"}
)

// What is said of one.
var (
	ThisStick = words.Text{EN: "this stick: not offered", JA: "このスティック(選択不可)"}
	NoMedium  = words.Text{EN: "no medium", JA: "媒体なし"}
	// Detail takes device, model, serial number and size.
	Detail  = words.Sentence{"%[1]s: %[2]s, serial %[3]s, %[4]d bytes", "%[1]s: %[2]s、シリアル番号 %[3]s、%[4]d バイト"}
	InUse   = words.Text{EN: "in use: ", JA: "使用中: "}
	TheRest = words.Text{EN: "... the report has the rest", JA: "… 残りは報告書に記載"}
)
