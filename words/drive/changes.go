package drive

import "shokyo.dev/shokyo/words"

// Whether a medium was changed while it was examined, or since.
var (
	SizeChanged = words.Sentence{"the size of the medium changed from %[1]d to %[2]d bytes while it was examined", "検査中に媒体の容量が %[1]d バイトから %[2]d バイトへ変わりました。"}
	FileWritten = words.Text{EN: "the image file was written to while it was examined", JA: "検査中にイメージファイルへの書込みがありました。"}
	FileSame    = words.Text{EN: "size and time of last change of the image file are the same before and after",
		JA: "イメージファイルの容量と更新時刻は、検査の前後で同じです。"}
	NoCounters = words.Text{EN: "the kernel shows no write counters for this device", JA: "カーネルはこの装置の書込み計数を示しません。"}
	MaybeAnew  = words.Text{EN: "it is not known whether the drive was attached anew since, so writes in between may not have been counted",
		JA: "途中で装置が接続し直されたかどうか不明なため、その間の書込みが計数されていない可能性があります。"}
	AttachedAnew = words.Text{EN: "the drive was attached anew since, so writes in between were not counted",
		JA: "途中で装置が接続し直されたため、その間の書込みは計数されていません。"}
	// Counted takes writes, their sectors, discards, their sectors.
	Counted = words.Sentence{"the kernel counted %[1]d writes (%[2]d sectors) and %[3]d discards (%[4]d sectors) while the medium was examined",
		"検査中にカーネルが書込み %[1]d 回(%[2]d セクタ)、破棄 %[3]d 回(%[4]d セクタ)を計数しました。"}
	CountersSame = words.Text{EN: "the kernel's write and discard counters are the same before and after", JA: "カーネルの書込みと破棄の計数は、検査の前後で同じです。"}
)
