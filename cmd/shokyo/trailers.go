package main

import (
	"context"
	"fmt"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/image"
	"shokyo.dev/shokyo/scan"
)

// The checksums of array disks are not examined as the data are, and text fits in
// between: eight bytes a sector are 16 MB on every gigabyte. So a sample of them is
// looked at, and a medium is only called clean if they are what erasure leaves:
// overwritten, random, or protection information that follows from the data.

// judgeTrailers adds to the plan what the checksums beside the data mean for the
// verdict. What was read is read again, so it does not end with the call's context:
// there is a result to be lost.
func (e *examination) judgeTrailers() {
	if e.laid == nil {
		return
	}
	e.layoutText = "offsets count data bytes only"
	if e.image.Sequential() {
		e.plan.Caveats = append(e.plan.Caveats, scan.Reason{Code: "trailers-unexamined",
			Text:   "the checksums beside the data were not looked at, because the image is compressed: unpack it to have them looked at",
			TextJA: "圧縮イメージのため、データに付随するチェックサム領域を確認していません。展開したイメージで検査してください"})
		return
	}
	c, err := e.laid.Census(context.WithoutCancel(e.ctx))
	if err != nil {
		c.Unread++
	}
	e.layoutText += "; " + c.Text()
	size := e.laid.Trailers().Size()
	doubt, remark := trailerReasons(&c, size)
	if e.laid.AllSeen() && len(doubt) == 0 && c.Others == 0 {
		doubt, remark = seenReasons(e.saved.OddTrailers || e.laid.OddTrailer(), size, remark)
	}
	e.plan.Caveats, e.plan.Remarks = append(e.plan.Caveats, doubt...), append(e.plan.Remarks, remark...)
}

// trailerReasons says what a sample of the checksums rules out and what it does
// not; size is how many bytes of them the medium has.
func trailerReasons(c *image.Census, size int64) (doubts, remarks []scan.Reason) {
	switch {
	case size == 0:
		return nil, nil
	case c.Unread > 0 || !erasedTrailers(c):
		return []scan.Reason{{Code: "trailers-unexamined",
			Text:   fmt.Sprintf("the %d bytes of checksums beside the data were not examined and may hold more than checksums: %s; examine the medium with --sector-layout 512 as well", size, c.Text()),
			TextJA: fmt.Sprintf("データに付随するチェックサム領域 %d バイトは検査しておらず、チェックサム以外のデータを含む可能性があります(標本の結果、英語: %s)。--sector-layout 512 でも検査してください", size, c.Text())}}, nil
	}
	return nil, []scan.Reason{{Code: "trailers-sampled",
		Text:   fmt.Sprintf("of the %d bytes of checksums beside the data only a sample was looked at: %s", size, c.Text()),
		TextJA: fmt.Sprintf("データに付随するチェックサム領域 %d バイトは標本のみを確認しました(結果、英語: %s)", size, c.Text())}}
}

// seenReasons is for checksums that were all read with their data, and of which the
// sample holds nothing random: then a single odd one is a doubt.
func seenReasons(odd bool, size int64, sampled []scan.Reason) (doubts, remarks []scan.Reason) {
	if !odd {
		return nil, sampled
	}
	return []scan.Reason{{Code: "trailers-unexamined",
		Text:   fmt.Sprintf("among the %d bytes of checksums beside the data are some that are neither 00 nor FF nor protection information, unlike those of the sample; examine the medium with --sector-layout 512 as well", size),
		TextJA: fmt.Sprintf("データに付随するチェックサム領域 %d バイトの中に、標本と異なり、一定値でも保護情報でもないものがあります。--sector-layout 512 でも検査してください", size)}}, nil
}

// erasedTrailers says whether checksums are what erasure leaves. Random ones, of a
// drive that encrypts, are told by the distribution of their bytes: they must be
// enough for that, and raise no alarm. A few in 1000 guards fit random bytes, or
// rest on a reference tag that anybody can choose.
func erasedTrailers(c *image.Census) bool {
	const enough, alarm, oddGuards = 4096, 20, 1000
	if c.Units == 0 || c.Guards-c.References > c.Units/oddGuards {
		return false
	}
	if c.Others == 0 {
		return true
	}
	var t entropy.Tally
	for v, n := range c.Histogram {
		t.Bytes[v] = uint64(n)
	}
	return t.N() >= enough && t.Bits() < alarm
}
