package examine

import (
	"context"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/image/layout"
	"shokyo.dev/shokyo/verdict"
	"shokyo.dev/shokyo/words/medium"
)

// trailers looks at a sample of the checksums beside the data; nil where there are none.
// What was read is read again, so it does not end with the call's context: there is a result
// to be lost.
func (e *Examination) trailers(ctx context.Context) *verdict.Trailers {
	if e.laid == nil {
		return nil
	}
	t := &verdict.Trailers{Layout: e.laid.Layout().Name, Bytes: e.laid.Trailers().Size(), Compressed: e.image.Sequential(), AllRead: e.laid.AllSeen()}
	if t.Compressed {
		return t
	}
	c, err := e.laid.Census(context.WithoutCancel(ctx))
	if err != nil {
		c.Unread++
	}
	t.Sample, t.Odd = sampleOf(&c), e.saved.OddTrailers || e.laid.OddTrailer()
	return t
}

// sampleOf measures how random those of the checksums are that are nothing else.
func sampleOf(c *layout.Census) verdict.TrailerSample {
	var t entropy.Tally
	for v, n := range c.Histogram {
		t.Bytes[v] = uint64(n)
	}
	return verdict.TrailerSample{Text: c.Text(), Units: c.Units, Unread: c.Unread, Guards: c.Guards, References: c.References,
		Others: c.Others, OtherBytes: t.N(), OtherBits: t.Bits()}
}

// layoutText says how offsets count where there are checksums beside the data, and what
// these look like.
func layoutText(t *verdict.Trailers) string {
	if t.Compressed {
		return medium.OffsetsCountData.EN
	}
	return medium.OffsetsCountData.EN + "; " + t.Sample.Text
}
