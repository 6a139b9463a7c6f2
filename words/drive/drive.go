// Package drive has what is said of drives: what they say of themselves, why something is
// not known of them, and whether a medium was changed. Most of it is half a sentence, without
// a stop: a report sets it beside the state or the fact that it is about, and some of it into
// another sentence.
//
// A file a bus; here is what all have in common. What a standard calls its codes, and errors
// of the system, are in English in both languages.
package drive

import "shokyo.dev/shokyo/words"

// Also stands between statements about one thing.
var Also = words.Text{EN: "; ", JA: "。"}

// Why nothing is known.
var (
	Unsaid    = words.Text{EN: "the drive does not say", JA: "装置は申告していない"}
	NotAsked  = words.Text{EN: "not asked", JA: "問い合わせていない"}
	NoFeature = words.Text{EN: "the drive does not have the feature", JA: "装置にこの機能がない"}
	ImageFile = words.Text{EN: "an image file knows nothing of the drive it was made from",
		JA: "イメージファイルからは、作成元の装置について何も分からない"}
	NoCommands = words.Text{EN: "the kernel's driver passes no commands to this device",
		JA: "カーネルのドライバーは、この装置へ命令を渡さない"}
	NotOpened = words.Sentence{"the drive could not be opened to be asked: %[1]v", "問い合わせのために装置を開くことができなかった: %[1]v"}
	WentAway  = words.Text{EN: "the device went away while it was looked at", JA: "調査中に装置が取り外された"}
	NoAnswer  = words.Text{EN: "the drive does not answer", JA: "装置が応答しない"}
)

// Whether there are platters.
var (
	SolidState     = words.Text{EN: "solid state", JA: "半導体"}
	Revolutions    = words.Sentence{"%[1]d revolutions per minute", "毎分 %[1]d 回転"}
	RotationUnsaid = words.Text{EN: "the drive does not say whether it rotates", JA: "回転型かどうかを装置は申告していない"}
	Flash          = words.Text{EN: "flash by its interface", JA: "インターフェースからフラッシュメモリーと分かる"}
	KernelGuess    = words.Text{EN: "the drive was not asked, and the kernel's guess is often wrong",
		JA: "装置に問い合わせておらず、カーネルの推定は誤りが多い"}
)
