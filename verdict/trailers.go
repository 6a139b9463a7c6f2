package verdict

import "shokyo.dev/shokyo/words/reason"

// The checksums of array disks are not examined as the data are, and text fits in
// between: eight bytes a sector are 16 MB on every gigabyte. So a sample of them is
// looked at, and a medium is only called clean if they are what erasure leaves:
// overwritten, random, or protection information that follows from the data.

// Trailers are the checksums beside the data.
type Trailers struct {
	Layout     string
	Bytes      int64
	Compressed bool // the image is, so that no sample was taken
	Sample     TrailerSample
	AllRead    bool // all of them came along with the data,
	Odd        bool // and some are neither one value nor protection information
}

// TrailerSample is what a sample of the checksums showed.
type TrailerSample struct {
	Text       string // one English sentence
	Units      int    // that were looked at
	Unread     int
	Guards     int // the guard is that of the data
	References int // and the reference tag that of its place
	Others     int // neither one value nor protection information
	// How random the others' bytes are: how many there are, and the bits by which their
	// distribution departs from a uniform one.
	OtherBytes uint64
	OtherBits  float64
}

func (t *Trailers) reasons() (doubts, remarks []Reason) {
	switch {
	case t == nil:
		return nil, nil
	case t.Compressed:
		return []Reason{saying(ReasonTrailersUnexamined, reason.TrailersCompressed)}, nil
	case t.Bytes > 0 && (t.Sample.Unread > 0 || !t.Sample.erased()):
		return []Reason{saying(ReasonTrailersUnexamined, reason.TrailersMayHold.Say(t.Bytes, t.Sample.Text))}, nil
	case t.AllRead && t.Odd && t.Sample.Others == 0:
		return []Reason{saying(ReasonTrailersUnexamined, reason.TrailersUnlikeSample.Say(t.Bytes))}, nil
	case t.Bytes == 0:
		return nil, nil
	}
	return nil, []Reason{because(ReasonTrailersSampled, t.Bytes, t.Sample.Text)}
}

// erased says whether checksums are what erasure leaves. Random ones, of a
// drive that encrypts, are told by the distribution of their bytes: they must be
// enough for that, and raise no alarm. A few in 1000 guards fit random bytes, or
// rest on a reference tag that anybody can choose.
func (s *TrailerSample) erased() bool {
	const enough, alarm, oddGuards = 4096, 20, 1000
	if s.Units == 0 || s.Guards-s.References > s.Units/oddGuards {
		return false
	}
	return s.Others == 0 || s.OtherBytes >= enough && s.OtherBits < alarm
}
