package terminal

import "shokyo.dev/shokyo/words"

// What the builder of the stick's image is at.
var (
	FindingPackages   = words.Text{EN: "looking for the packages", JA: "パッケージを検索中"}
	BuildingPrograms  = words.Text{EN: "building the programs", JA: "プログラムをビルド中"}
	BuildingURoot     = words.Text{EN: "building u-root's programs", JA: "u-root のプログラムをビルド中"}
	BuildingURootLong = words.Text{EN: "building u-root's init and commands, which takes a minute", JA: "u-root の init とコマンドをビルド中(1 分ほどかかります)"}
	PackingModules    = words.Text{EN: "packing the modules", JA: "モジュールを圧縮中"}
	JoiningKernel     = words.Text{EN: "joining the kernel", JA: "カーネルを結合中"}
	WritingImage      = words.Text{EN: "writing the image", JA: "イメージを書込み中"}
	// Step takes the time so far and the step.
	Step = words.Sentence{"%[1]v so far: %[2]s", "経過 %[1]v: %[2]s"}
)

// What comes of it.
var (
	// Packed takes how many modules, and the size of the initramfs before and after.
	Packed = words.Sentence{"%[1]d modules; initramfs %[2]s, packed %[3]s", "モジュール %[1]d 個、initramfs %[2]s、圧縮後 %[3]s"}
	// ImageSize takes the file, what is before the evidence partition, and the size of that.
	ImageSize = words.Sentence{"%[1]s: %[2]s before the evidence partition of %[3]s", "%[1]s: 先頭部 %[2]s、続いて証拠パーティション %[3]s"}
	SHA256    = words.Sentence{"sha256 %[1]x", "sha256 %[1]x"}
)
