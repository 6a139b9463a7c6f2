package fold

import (
	"crypto/sha256"
	"encoding"
	"fmt"
	"hash"
	"math"
	"time"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/extents"
	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/read"
	"shokyo.dev/shokyo/scan/seen"
)

// Terms are what holds for the whole examination.
type Terms struct {
	Plan      *plan.Plan
	Size      int64 // of the medium
	Threshold float64
	Outline   plan.Outline
	NoDigest  bool // no tree hash
	SHA256    bool // the digest of the whole medium
	Corpora   int  // how many there are
}

// Folder adds pages to a state, pass by pass, each in page order.
type Folder struct {
	*State
	terms   Terms
	Pass    read.Pass // the one under way
	Added   plan.Span // where the last group lies that was not put off
	sha     hash.Hash // nil unless the whole-medium digest is wanted
	pace    read.Pace
	pending []*Page // of one group
	put     bool    // the group is put off
	runs    [][]int // of each of Counts that joins: which of Findings are its own, by place
}

// New goes on with a state.
func New(st *State, t Terms) (*Folder, error) {
	f := &Folder{State: st, terms: t}
	f.findRuns()
	if len(st.Known) == 0 { // not begun yet
		st.Known = make([]knownState, t.Corpora)
	}
	if t.SHA256 {
		var err error
		if f.sha, err = restoreSHA(st.SHA256); err != nil {
			return nil, fmt.Errorf("continue the digest: %w", err)
		}
	}
	return f, nil
}

// Begins says whether a page is the first of another group than those pending.
func (f *Folder) Begins(r *Page) bool {
	return len(f.pending) > 0 && f.pending[0].Group != r.Group
}

// Take adds the next page to its group. What a worker read ahead of a decision to
// skip counts for nothing, or the result would depend on how far ahead it was.
func (f *Folder) Take(r *Page) {
	if f.Pass == read.FirstPass && r.Group >= f.Skip.To && r.Trouble {
		f.Skip.Trouble(r.Group, f.terms.Outline.Groups)
	}
	if f.Pass == read.FirstPass && r.Group < f.Skip.To {
		f.put = true
		r = &Page{Page: r.Page} // its memory is free
	}
	if f.sha != nil {
		f.sha.Write(r.Data)
		r.Data = nil
	}
	f.pending = append(f.pending, r)
}

// Commit tests the window that the pending pages make and adds them for good, or
// puts them off.
func (f *Folder) Commit() {
	group, put := f.pending, f.put
	f.pending, f.put = nil, false
	switch {
	case len(group) == 0:
		return
	case put:
		for _, r := range group {
			f.Deferred.Add(&r.Page)
		}
	default:
		f.addGroup(group)
	}
	if f.Pass == read.SecondPass {
		for _, r := range group {
			f.Deferred.Drop(&r.Page)
		}
		return
	}
	f.Next = group[len(group)-1].Index + 1
	if f.Pass == read.FirstPass && !put {
		f.judge(group)
	}
}

// judge looks at how a group read that could be read.
func (f *Folder) judge(group []*Page) {
	var bytes int64
	var took time.Duration
	for _, r := range group {
		bytes += r.Bytes() - r.PassedOver
		took += r.Took
	}
	if f.pace.Slow(bytes, took) {
		f.Skip.Trouble(group[0].Group, f.terms.Outline.Groups)
		return
	}
	f.Skip.Well()
}

func (f *Folder) addGroup(group []*Page) {
	f.testWindow(group)
	f.Extents.Add(tile(group))
	f.Added = plan.Span{Lo: group[0].Start, Hi: group[len(group)-1].End()}
	for _, r := range group {
		f.addPage(r)
	}
	if f.sha != nil {
		f.SHA256, _ = f.sha.(encoding.BinaryMarshaler).MarshalBinary() // sha256's cannot fail
	}
}

// tile gives the classes from the end of the page before the group to the end of
// its last page; what the plan leaves out is unread.
func tile(group []*Page) (out []medium.Extent) {
	at := group[0].After
	for _, r := range group {
		for _, p := range r.Seen.Pieces {
			if p.Start > at {
				out = extents.Join(out, medium.Extent{Start: at, Length: p.Start - at, Class: medium.Unread})
			}
			out = extents.Join(out, p.Extent)
			at = p.End()
		}
	}
	return out
}

// part is what one page of a group has of its window, or a part of that.
type part struct {
	seen *gather.Page
	gather.Left
}

// testWindow tests the window that a group makes. What carries its evidence is residue; the rest is the region's.
func (f *Folder) testWindow(group []*Page) {
	var parts []part
	for _, r := range group {
		for _, x := range r.Seen.Left {
			parts = append(parts, part{r.Seen, x})
		}
	}
	if len(parts) == 0 {
		return
	}
	bits := sum(parts).Bits()
	w := &f.Windows[len(f.Windows)-1]
	w.Record(bits, group[0].Start, bits >= f.terms.Threshold)
	rest := gather.Locate(parts, f.terms.Threshold, func(x []part) float64 { return sum(x).Bits() }, func(run []part) {
		for _, x := range run {
			if fd := gather.Condemn(x.seen.Pieces[x.From:x.To], w.WindowBytes, bits); fd.Length > 0 {
				x.seen.Findings = append(x.seen.Findings, fd)
			}
		}
	})
	f.Regions[group[0].Region].Tally.Merge(sum(rest))
}

func sum(parts []part) *entropy.Tally {
	var t entropy.Tally
	for i := range parts {
		t.Merge(&parts[i].Tally)
	}
	return &t
}

func (f *Folder) addPage(r *Page) {
	for _, p := range r.Seen.Pieces {
		f.addPiece(r.Region, p)
	}
	for i, t := range r.Seen.Windows {
		f.Windows[i].Merge(t)
	}
	for _, fd := range r.Seen.Findings {
		f.addFinding(r.Region, fd)
	}
	f.addEdges(r)
	f.addKnown(r.Seen.Known)
	for _, more := range r.Seen.Unlisted {
		c := &f.Counts[f.count(more.Detector, more.Kind)]
		c.Count += more.Count
		c.Bytes += more.Bytes
		f.Regions[r.Region].count(&more)
	}
	f.Explained.Merge(&r.Seen.Explained)
	f.Unit.Merge(&r.Seen.Unit)
	f.Copies.Add(r.Marks)
	f.Tree.Add(r.Leaf, r.Hashes...)
	f.Holes = f.Holes || r.Seen.Unreadable
	f.Done += r.Bytes()
	if !r.Seen.Unreadable {
		leaf := r.lastLeaf()
		f.Probe = probe{leaf.Lo, leaf.Len(), r.Probe}
	}
}

func (f *Folder) addPiece(region int, p seen.Piece) {
	g := &f.Regions[region]
	g.Classes[p.Class] += p.Length
	if p.Class == medium.Fill || p.Class == medium.Pattern || p.Class == medium.Ciphertext {
		g.Fill += p.Fill
		g.Cipher += p.Length - p.Fill
	}
	if p.Class == medium.Fill && p.Reason == read.HoleReason {
		g.Holes += p.Length
	}
	c := &f.Cells[p.Start/f.CellBytes]
	c.Classes[p.Class] += p.Length
	if p.Class == medium.Pattern && medium.MayBeCipher(p.Reason) {
		g.Repeats += p.Length
		c.Repeats += p.Length
	}
	if p.Class == medium.Ciphertext && p.Rim != nil {
		f.Rims.add(*p.Rim)
	}
	if !p.Measured {
		return
	}
	if c.Blocks == 0 {
		c.Min, c.Max = p.Entropy, p.Entropy
	}
	c.Min, c.Max = min(c.Min, p.Entropy), max(c.Max, p.Entropy)
	c.Sum += int64(math.Round(p.Entropy*entropyUnit)) * p.Length
	c.Bytes += p.Length
	c.Blocks++
}

// restoreSHA continues the running hash of a checkpoint.
func restoreSHA(saved []byte) (hash.Hash, error) {
	h := sha256.New()
	if saved == nil {
		return h, nil
	}
	return h, h.(encoding.BinaryUnmarshaler).UnmarshalBinary(saved)
}
