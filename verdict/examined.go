package verdict

import (
	"fmt"
	"strings"

	"shokyo.dev/shokyo/scan"
)

// What was read, and what the plan wanted read.

// cleanReasons says what no-residue rests on, and where it ends.
func cleanReasons(p *scan.Plan, r *scan.Result) []Reason {
	judged := judged(r)
	reasons := []Reason{reason(ReasonNoResidue,
		"all %d bytes to be judged were read and no detector reached the threshold of %.1f bits in them",
		"判定の対象とした %d バイトをすべて読み取り、しきい値 %.1f ビットに達した検出器はありませんでした", judged, r.ThresholdBits)}
	reasons = append(reasons, labelReasons(r)...)
	if bytes, residue := described(r); bytes > 0 {
		reasons = append(reasons, reason(ReasonDescribedOnly,
			"%d bytes were described but not judged, as the plan wants; %d of them are residue",
			"計画に従い、%d バイトは記述のみで判定していません。そのうち %d バイトは残留データです", bytes, residue))
	}
	if p.Mode != scan.Full {
		reasons = append(reasons, reason(ReasonSampled,
			"a sample was examined: %d of %d bytes; residue outside the sample was not looked for",
			"標本検査です(%[2]d バイト中 %[1]d バイト)。標本以外の部分の残留データは検査していません", r.Planned, r.MediumBytes))
	}
	if planned := regionBytes(p); planned < r.MediumBytes {
		reasons = append(reasons, reason(ReasonPartialPlan,
			"the plan names %d of %d bytes; nothing is said about the rest",
			"検査計画は %[2]d バイト中 %[1]d バイトを対象としています。残りについては何も述べません", planned, r.MediumBytes))
	}
	return append(append(reasons, holesReasons(r)...), islandReasons(p, r)...)
}

// holesReasons say how much of an image file is holes, and what that means.
func holesReasons(r *scan.Result) []Reason {
	if r.Holes() == 0 {
		return nil
	}
	return []Reason{reason(ReasonHoles,
		"%d bytes are holes of the image file: nothing is stored there, and they read as zeros; whether the medium held zeros there or was never copied, the file does not say",
		"%d バイトはイメージファイルのホールです。そこには何も格納されておらず、ゼロとして読み取られます。媒体がゼロであったのか、複写されなかったのかは、ファイルからは分かりません", r.Holes())}
}

// residueReasons lists what rules out every other outcome. A region that is
// only described (ExpectAny) does not count, but a key does, wherever it is.
func residueReasons(r *scan.Result) (reasons []Reason) {
	var residue, findings, keys, material int64
	for _, g := range r.Regions {
		if g.Expect != scan.ExpectAny {
			residue += g.Classes[scan.Residue]
			findings += g.Findings
		}
		keys += g.LiveKeys
		material += g.KeyMaterial
	}
	if keys > 0 {
		reasons = append(reasons, reason(ReasonLiveKeySlot,
			"key headers that list live key slots: %d (a LUKS2 volume has two): whoever has a passphrase can still open the ciphertext",
			"有効な鍵スロットを記載した鍵ヘッダーが %d 個あります(LUKS2 ボリュームにはヘッダーが 2 つあります)。パスフレーズがあれば暗号文を復号できます", keys))
	}
	if material > 0 {
		reasons = append(reasons, reason(ReasonKeyMaterial,
			"structures that hold keys, or are where keys are kept, and that are not known to be dead: %d; whether the ciphertext can still be opened by them was not tried",
			"鍵を保持する、または鍵の保管場所となる構造で、無効化を確認できないものが %d 件あります。それらで暗号文を復号できるかどうかは試していません", material))
	}
	if residue > 0 || findings > 0 {
		reasons = append(reasons, reason(ReasonResidue,
			"%d bytes are structured and not explained (number of findings: %d)",
			"%d バイトに構造があり、説明がつきません(検出数 %d)", residue, findings))
	}
	return reasons
}

// examinedDoubts lists everything that keeps the examination from saying no-residue.
func examinedDoubts(p *scan.Plan, r *scan.Result) (reasons []Reason) {
	add := func(code Code, english, japanese string, figures ...any) {
		reasons = append(reasons, reason(code, english, japanese, figures...))
	}
	if !r.Complete {
		add(ReasonIncomplete, "the examination ended before the end of the plan", "検査は計画の終わりに達する前に終了しました")
	}
	if n := r.Classes[scan.Unread]; n > 0 {
		add(ReasonUnread, "%d planned bytes were not read", "計画した範囲のうち %d バイトが読み取られていません", n)
	}
	if n := r.Classes[scan.Unreadable]; n > 0 {
		add(ReasonUnreadable, "%d planned bytes could not be read: what they hold is not known",
			"計画した範囲のうち %d バイトは読み取れず、内容は不明です", n)
	}
	if p.Scope == scan.ScopeMedium && judged(r) > 0 {
		reasons = append(reasons, notJudged(p, r)...)
	}
	reasons = append(reasons, unexpectedReasons(r)...)
	if p.StrictLabels {
		reasons = append(reasons, labelReasons(r)...)
	}
	switch n := judged(r); {
	case n == 0:
		add(ReasonNothingJudged, "the plan judges no byte of the medium", "検査計画に判定の対象となる範囲がありません")
	case n < minJudged:
		add(ReasonTooSmall, "only %d bytes are judged: too few for any statement (%d at least)",
			"判定の対象が %d バイトしかなく、少なすぎて何も述べられません(最低 %d バイト)", n, minJudged)
	}
	if nothingStored(r) {
		add(ReasonNothingStored, "of what is judged the image file stores nothing but book-keeping; the rest is holes, as in a copy that was never made: copy the medium again and leave no zeros out (not conv=sparse; cp --sparse=never), or examine the medium itself",
			"判定の対象のうち、イメージファイルに格納されているのは管理情報だけで、残りはホールです。作成されなかった複写と区別できません。ゼロを省略せずに複写し直すか(conv=sparse を使わず、cp --sparse=never など)、媒体そのものを検査してください")
	}
	if n := r.Classes[scan.Metadata]; n > max(maxMetadata, r.Planned/64) {
		add(ReasonExcessMetadata, "%d bytes look like partition tables and wiped key headers: more than media have, so something may hide there",
			"%d バイトがパーティションテーブルや消去済み鍵ヘッダーに見えます。通常の媒体より多く、何かが隠されている可能性があります", n)
	}
	if n := r.FreeBytes; n > maxFreeBytes {
		add(ReasonExcessMetadata, "%d bytes in fields of explained structures may have any value by their format: more than the labels of a disk have, so something may hide there",
			"説明済構造のうち、形式上どのような値でもよい項目が %d バイトあります。1 台のディスクのラベルとしては多く、何かが隠されている可能性があります", n)
	}
	if isContainer(p, r) {
		reasons = append(reasons, islandReasons(p, r)...)
	}
	if r.Complete && (r.Classes.Total() != r.Planned || r.Planned == 0) {
		add(ReasonContradiction, "%d bytes were planned but %d have a class",
			"結果が矛盾しています(計画 %d バイトに対し、分類されたのは %d バイト)", r.Planned, r.Classes.Total())
	}
	return reasons
}

// described is how many bytes were read and not judged, and how many of them are
// residue.
func described(r *scan.Result) (bytes, residue int64) {
	for _, g := range r.Regions {
		if g.Expect == scan.ExpectAny {
			bytes += g.Planned
			residue += g.Classes[scan.Residue]
		}
	}
	return bytes, residue
}

// notJudged says what keeps the verdict from being about the medium: bytes that no
// region names, and regions that are only described.
func notJudged(p *scan.Plan, r *scan.Result) []Reason {
	left, total := r.MediumBytes, r.MediumBytes
	for _, g := range p.Regions {
		if g.Expect != scan.ExpectAny {
			left -= g.Length
		}
	}
	if left <= 0 {
		return nil
	}
	bytes, residue := described(r)
	return []Reason{reason(ReasonNotJudged,
		"%d of the medium's %d bytes are not judged: %d were only described (%d of them are residue), %d are in no region; a verdict about regions alone is asked for by --scope regions",
		"媒体 %[2]d バイトのうち %[1]d バイトは判定していません。記述のみ %[3]d バイト(うち残留データ %[4]d バイト)、どの領域にも含まれないもの %[5]d バイト。領域のみについての判定は --scope regions で指定します",
		left, total, bytes, residue, total-regionBytes(p))}
}

// maxNamedLabels are named in a reason; the report lists more.
const maxNamedLabels = 6

// labelReasons names the texts in explained structures that somebody chose. They are
// no residue of what the structures described, and yet they may be somebody's name.
func labelReasons(r *scan.Result) []Reason {
	if r.LabelCount == 0 {
		return nil
	}
	var en, ja []string
	for _, l := range r.Labels[:min(len(r.Labels), maxNamedLabels)] {
		en = append(en, fmt.Sprintf("byte %d (%s)", l.Offset, l.Kind))
		ja = append(ja, fmt.Sprintf("位置 %d(%s)", l.Offset, l.Kind))
	}
	if more := r.LabelCount - int64(len(en)); more > 0 {
		en = append(en, fmt.Sprintf("and %d more", more))
		ja = append(ja, fmt.Sprintf("ほか %d 件", more))
	}
	return []Reason{{ReasonReadableLabel,
		fmt.Sprintf("names, labels or tags that somebody chose can still be read on the medium, in explained structures: %d, masked in this report, at %s", r.LabelCount, strings.Join(en, ", ")),
		fmt.Sprintf("説明済構造の中に、利用者が付けた名称・ラベル・タグが媒体上で読める状態で残っています(%d 件。本報告書では伏せ字): %s", r.LabelCount, strings.Join(ja, "、"))}}
}

// minJudged is the least that a verdict can rest on: below it a short text could
// be the whole medium and no detector would have anything to go by.
const minJudged = 4096

// maxMetadata is more than the book-keeping of real media takes. Explained
// structures have fields that anybody can choose; nobody shall fill a disk with them.
const maxMetadata = 1 << 20

// maxFreeBytes is more than the numbers and identifiers in the labels of real media take,
// however large these are: a link of logical partitions has some 20, a Linux RAID
// superblock with its bitmap a few hundred, the two headers of a wiped LUKS2 volume 1,400 and,
// with the largest tokens, 16 KiB.
const maxFreeBytes = 64 << 10

// nothingStored says that all that was judged is holes, or metadata, which people
// write onto an image before anything is copied.
func nothingStored(r *scan.Result) bool {
	var holes, stored int64
	for _, g := range r.Regions {
		if g.Expect != scan.ExpectAny {
			holes += g.Holes
			stored += g.ReadBackFill + g.ReadBackCiphertext - g.Holes
		}
	}
	return holes > 0 && stored == 0
}

// judged is how many planned bytes are judged, not only described.
func judged(r *scan.Result) (n int64) {
	for _, g := range r.Regions {
		if g.Expect != scan.ExpectAny {
			n += g.Planned
		}
	}
	return n
}

// unexpectedReasons lists what a region holds that is no residue, and yet not
// what the erasure was said to leave.
func unexpectedReasons(r *scan.Result) (reasons []Reason) {
	for _, g := range r.Regions {
		for i, n := range g.Classes {
			if c := scan.Class(i); n > 0 && unexpected(g.Expect, c) {
				reasons = append(reasons, Reason{ReasonUnexpectedClass,
					fmt.Sprintf("region %q: %d bytes are %s where %s was expected", g.Name, n, c, g.Expect),
					fmt.Sprintf("領域 %q: %d バイトが「%s」です(期待は「%s」)", g.Name, n, c.Japanese(), g.Expect.Japanese())})
			}
		}
	}
	return reasons
}

// unexpected says whether a class that is no residue belies the expectation.
func unexpected(e scan.Expect, c scan.Class) bool {
	switch c {
	case scan.Unread, scan.Unreadable, scan.Residue: // have reasons of their own
		return false
	}
	return e == scan.ExpectCiphertext && c != scan.Ciphertext || e == scan.ExpectFill && c != scan.Fill
}

// claim is the weakest that holds for all that was judged: one block of fill
// makes it logical, because fill may stand over intact flash.
func claim(r *scan.Result) Claim {
	if judgedFill(r) > 0 {
		return ClaimLogical
	}
	for _, g := range r.Regions {
		if g.Expect != scan.ExpectAny && g.ReadBackCiphertext > 0 {
			return ClaimPhysicalCiphertext
		}
	}
	return ClaimNone
}

// judgedFill is how much of what is judged was read back as fill.
func judgedFill(r *scan.Result) (n int64) {
	for _, g := range r.Regions {
		if g.Expect != scan.ExpectAny {
			n += g.ReadBackFill
		}
	}
	return n
}

func regionBytes(p *scan.Plan) (n int64) {
	for _, g := range p.Regions {
		n += g.Length
	}
	return n
}
