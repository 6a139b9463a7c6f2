package verdict

import (
	"slices"
	"testing"
)

// TestTrailerReasons: only checksums that an erasure leaves leave a medium clean.
func TestTrailerReasons(t *testing.T) {
	sample := func(s TrailerSample) Trailers { return Trailers{Layout: "520", Bytes: 40000, Sample: s} }
	all := func(odd bool, s TrailerSample) Trailers {
		return Trailers{Layout: "520", Bytes: 40000, Sample: s, AllRead: true, Odd: odd}
	}
	for name, c := range map[string]struct {
		trailers Trailers
		doubt    bool
	}{
		"one value":                     {sample(TrailerSample{Units: 5000}), false},
		"protection of type 1":          {sample(TrailerSample{Units: 5000, Guards: 5000, References: 5000}), false},
		"guards with any tag":           {sample(TrailerSample{Units: 5000, Guards: 5000}), true},
		"5 odd guards in 5000":          {sample(TrailerSample{Units: 5000, Guards: 5}), false},
		"6 odd guards in 5000":          {sample(TrailerSample{Units: 5000, Guards: 6}), true},
		"random":                        {sample(TrailerSample{Units: 5000, Others: 5000, OtherBytes: 40000, OtherBits: 19.9}), false},
		"random, one by chance a guard": {sample(TrailerSample{Units: 5000, Others: 4999, Guards: 1, OtherBytes: 39992, OtherBits: 1}), false},
		"text":                          {sample(TrailerSample{Units: 750, Others: 750, OtherBytes: 6000, OtherBits: 20}), true},
		"a few bytes amid one value":    {sample(TrailerSample{Units: 5000, Others: 10, OtherBytes: 4095}), true},
		"one unread":                    {sample(TrailerSample{Units: 5000, Unread: 1}), true},
		"none looked at":                {sample(TrailerSample{}), true},
		"all seen, none odd":            {all(false, TrailerSample{Units: 5000}), false},
		"all seen, one odd":             {all(true, TrailerSample{Units: 5000}), true},
		"random ones are odd":           {all(true, TrailerSample{Units: 5000, Others: 5000, OtherBytes: 40000}), false},
		"odd, where few were read":      {Trailers{Bytes: 40000, Odd: true, Sample: TrailerSample{Units: 5000}}, false},
		"compressed":                    {Trailers{Bytes: 40000, Compressed: true, Sample: TrailerSample{Units: 5000}}, true},
	} {
		in := cleanInput()
		in.Trailers, c.trailers.Sample.Text = &c.trailers, "T"
		v := Decide(in)
		want, outcome := []Code{ReasonNoResidue, ReasonTrailersSampled}, NoResidue
		if c.doubt {
			want, outcome = []Code{ReasonTrailersUnexamined}, Inconclusive
		}
		if v.Outcome != outcome || !slices.Equal(codes(v.Reasons), want) {
			t.Errorf("%s: %v %v, want %v", name, v.Outcome, codes(v.Reasons), want)
		}
		checkLanguages(t, v.Reasons, "")
	}
	if doubts, remarks := (&Trailers{Layout: "520"}).reasons(); len(doubts)+len(remarks) > 0 {
		t.Error("a medium without checksums has none to be looked at")
	}
}
