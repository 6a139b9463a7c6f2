package verdict

import (
	"fmt"

	"shokyo.dev/shokyo/devices"
	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
)

// What is known of the medium besides its bytes: whether it is whole, whether it was changed, and
// who else has it.

// Medium is what can be said of its length before anything is read.
type Medium struct {
	SizeBytes   int64
	StatedBytes int64 // what the caller says that it has; 0: nothing
	Defect      error // an image that is damaged or ends early
	TableBytes  int64 // what the partition table describes; 0: there is none
	TableIsLast bool  // the table is known to have its backup in the last sector
	OpenEnded   bool  // by the names and sizes of its files more parts may follow
	Parts       int   // files of a split image
	ImageNotes  []string
	TableNotes  []string
}

// Change is what happened to one file of the medium since the examination began.
type Change struct {
	devices.Changes
	Err error // why that is not known
}

// Foreseen are the reasons that are known before reading. A resumed examination must
// have those that it began with.
func Foreseen(m *Medium) []Reason {
	doubts, remarks := m.foreseen()
	return append(doubts, remarks...)
}

// foreseen: what keeps the medium from being seen whole, and what its end rests on.
func (m *Medium) foreseen() (doubts, remarks []Reason) {
	n, stated := m.SizeBytes, m.StatedBytes
	add := func(code Code, english, japanese string, figures ...any) {
		doubts = append(doubts, reason(code, english, japanese, figures...))
	}
	if m.Defect != nil {
		add(ReasonImageDefect, "the image is damaged or ends early, so part of the medium could not be examined: %v",
			"イメージが破損しているか途中で切れており、媒体の一部を検査できませんでした: %v", m.Defect)
	}
	if m.TableBytes > n {
		add(ReasonMediumTruncated, "the partition table describes %d bytes but the medium has %d: the end is missing",
			"パーティションテーブルは %d バイトの媒体を示していますが、実際は %d バイトで、末尾が欠けています", m.TableBytes, n)
	}
	if stated > n {
		add(ReasonMediumTruncated, "the medium is said to have %d bytes (--size) but has %d: the end is missing",
			"媒体の大きさは %d バイトと指定されました(--size)が、実際は %d バイトで、末尾が欠けています", stated, n)
	}
	if stated == 0 && m.openEnded() {
		words, wordsJA := m.openEndedWords()
		doubts = append(doubts, Reason{ReasonMaybeTruncated,
			fmt.Sprintf("the last parts of the image may be missing: %s, and nothing on the medium says that it ends there (%d bytes); state its length with --size", words, n),
			fmt.Sprintf("分割イメージの末尾の部分が欠けている可能性があります。%s、媒体の終わりがそこ(%d バイト)であることを示す情報もありません。--size で媒体の大きさを指定してください", wordsJA, n)})
	}
	if stated == n && m.openEnded() {
		remarks = append(remarks, reason(ReasonSizeStated,
			"that no part of the split image is missing rests on the length that was stated for the medium: %d bytes (--size)",
			"分割イメージに欠けた部分がないことは、指定された媒体の大きさ %d バイト(--size)に基づきます", stated))
	}
	return doubts, remarks
}

// openEnded says whether parts may be missing and no table says otherwise. A GPT
// has its backup in the last sector (UEFI 2.10 §5.3.1); an MBR says where its
// partitions end, not where the medium does.
func (m *Medium) openEnded() bool {
	return m.OpenEnded && (m.TableBytes < m.SizeBytes || m.TableBytes == m.SizeBytes && !m.TableIsLast)
}

func (m *Medium) openEndedWords() (english, japanese string) {
	if m.Parts > 1 {
		return fmt.Sprintf("all %d parts are of full size, the last one too", m.Parts),
			fmt.Sprintf("最後の部分を含む %d 個すべての部分が同じ大きさで", m.Parts)
	}
	return "the name is one part's, and no other lies beside it", "ファイル名は分割イメージの一部分を示していますが他の部分が見当たらず"
}

// changeReasons: a medium that was written to meanwhile supports no verdict of no residue.
func changeReasons(in *Input) (doubts, remarks []Reason) {
	for _, c := range in.Changes {
		switch {
		case c.Err != nil:
			doubts = append(doubts, reason(ReasonMediumUnchecked,
				"whether the medium was written to during the examination is not known: %v",
				"検査中に媒体へ書き込みがあったかどうか不明です: %v", c.Err))
		case c.Changed == answer.Yes:
			doubts = append(doubts, Reason{ReasonMediumChanged, c.Text, "検査中に媒体が変更されました"})
		case c.Changed == answer.Unknown && in.Resumed:
			remarks = append(remarks, reason(ReasonAttachedAnew,
				"the examination was interrupted, and what was read before is taken to be there still: %s",
				"検査は中断されました。中断前に読み取った内容が現在も同じであることを前提とします(理由、英語: %s)", c.Text))
		}
	}
	if in.NotAsked != nil {
		doubts = append(doubts, reason(ReasonMediumUnchecked,
			"the drive could not be asked again at the end of the examination: %v",
			"検査終了時に装置へ再度問い合わせることができませんでした: %v", in.NotAsked))
	}
	return doubts, remarks
}

// useDoubts: what something else has in use may change behind the examination.
func useDoubts(f *kernel.Facts) []Reason {
	if f.Claimed != answer.No {
		return nil
	}
	by, byJA := f.InUseBy, f.InUseBy
	if by == "" {
		by, byJA = "another program has it open for itself", "他のプログラムが占有しています"
	}
	return []Reason{{ReasonInUse,
		"the medium was in use while it was examined, so what was read may have changed since: " + by,
		"検査中に媒体が使用されていたため、読取り後に内容が変わった可能性があります(" + byJA + ")"}}
}

// mediumNotChecked: what lies beside the bytes that were examined, and what was odd about them.
func mediumNotChecked(in *Input) (out []Reason) {
	if in.Facts.Partition == answer.Yes {
		out = append(out, Reason{ReasonRestOfDrive,
			"the medium is one partition; the rest of the drive was not examined",
			"検査対象は一つのパーティションです。ドライブの残りの部分は検査していません"})
	}
	if t := in.Trailers; t != nil {
		out = append(out, reason(ReasonSectorTrailers,
			"The %d bytes of checksums beside the data (sector layout %s) were not examined.",
			"データに付随するチェックサム領域 %d バイト(セクタ配置 %s)は検査していません。", t.Bytes, t.Layout))
	}
	for _, n := range in.Medium.ImageNotes {
		out = append(out, Reason{ReasonImageNote, n, "イメージについての注記(英語): " + n})
	}
	for _, n := range in.Medium.TableNotes {
		out = append(out, Reason{ReasonPartitionTableNote, n, "パーティションテーブルについての注記(英語): " + n})
	}
	return out
}
