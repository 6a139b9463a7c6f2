package scan

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// checkpoint is the committed state with the plan it belongs to.
type checkpoint struct {
	Plan  *Plan
	Size  int64
	Opt   [2]bool // NoDigest, SHA256
	State *state
}

func (s *Scan) checkpoint() []byte {
	b, err := json.Marshal(checkpoint{s.plan, s.size, [2]bool{s.opt.NoDigest, s.opt.SHA256}, s.state})
	if err != nil {
		panic(err) // plain numbers, strings and slices: cannot fail
	}
	return b
}

// saver saves checkpoints and remembers the first that could not be.
type saver struct {
	scan *Scan
	err  error
}

func (s *saver) ifDue() {
	if due := s.scan.opt.Due; due != nil && due() {
		s.now()
	}
}

func (s *saver) now() {
	if s.scan.opt.Save == nil {
		return
	}
	if err := s.scan.opt.Save(s.scan.checkpoint(), s.scan.state.Done); err != nil && s.err == nil {
		s.err = err
	}
}

// restore takes up a checkpoint, if it was made with this plan, on this medium.
func (s *Scan) restore(b []byte) error {
	c := checkpoint{State: &state{}}
	if err := json.Unmarshal(b, &c); err != nil {
		return fmt.Errorf("read the checkpoint: %w", err)
	}
	had, _ := json.Marshal(checkpoint{c.Plan, c.Size, c.Opt, nil})
	want, _ := json.Marshal(checkpoint{s.plan, s.size, [2]bool{s.opt.NoDigest, s.opt.SHA256}, nil})
	if string(had) != string(want) {
		return errors.New("the checkpoint was made with another plan, other digests or on a medium of another size; repeat the first command's flags")
	}
	if c.State == nil || c.Plan == nil {
		return errors.New("the checkpoint is damaged: it has no plan or no state")
	}
	if err := c.State.fits(s.state, s.size); err != nil {
		return fmt.Errorf("the checkpoint is damaged: %w", err)
	}
	if err := c.State.follows(s.plan, &s.opt); err != nil {
		return fmt.Errorf("the checkpoint is damaged: %w", err)
	}
	if p := c.State.Probe; p.Length > 0 {
		buf := make([]byte, p.Length)
		if n, err := s.src.ReadAt(buf, p.Start); n < len(buf) {
			return fmt.Errorf("make sure of the medium at %d: %w", p.Start, err)
		}
		if leafHash(buf) != p.Hash {
			return fmt.Errorf("the medium differs at %d from the one the checkpoint was made on", p.Start)
		}
	}
	s.state = c.State
	return nil
}

// fits checks a loaded state's shape against a new one of the same plan.
func (c *state) fits(fresh *state, size int64) error {
	switch {
	case c.Skip.Streak < 0 || c.Skip.To < 0,
		len(c.Regions) != len(fresh.Regions), len(c.Windows) != len(fresh.Windows),
		len(c.Cells) != len(fresh.Cells), c.CellBytes != fresh.CellBytes,
		len(c.Findings) > MaxFindings, len(c.Deferred) > maxDeferred, len(c.Rims.List) > maxRims, c.Unit.Period < 0,
		c.Probe.Start < 0, c.Probe.Length < 0, c.Probe.Length > LeafBytes:
		return errors.New("its numbers do not fit the plan")
	}
	for _, k := range c.Counts {
		if k.Index >= len(c.Findings) {
			return errors.New("its counts do not fit its findings")
		}
	}
	return c.Extents.fit(size, c.Deferred)
}

// fit checks that the extents are ascending, apart and inside the medium, and
// that they leave out what was put off. Coarse ones may reach over the end, and
// into what was put off, by less than a cell.
func (x *extents) fit(size int64, put stretches) error {
	if len(x.List) > maxExtents || x.Grain < 0 || x.Grain > 1<<50 || bits.OnesCount64(uint64(x.Grain)) > 1 || x.End < 0 || x.End > size {
		return errors.New("its extents do not fit the medium")
	}
	at, cell := int64(0), max(x.Grain, 1)
	for _, e := range x.List {
		if e.Start < at || e.Length <= 0 || e.Length > size+cell-1-e.Start || e.Class > Residue || e.Start%cell != 0 || e.Length%cell != 0 {
			return errors.New("its extents do not follow each other")
		}
		if e.Start > at && x.Grain == 0 {
			if len(put) == 0 || put[0].Lo != at || put[0].Hi != e.Start {
				return errors.New("its extents leave out what was not put off")
			}
			put = put[1:]
		}
		at = e.End()
	}
	if x.Grain == 0 && at != x.End {
		return errors.New("its extents end too early")
	}
	return nil
}

// follows checks what a loaded state says of how far it came, page by page: what
// was folded, what was put off, in whole groups, and the tree over the rest.
func (c *state) follows(p *Plan, opt *Options) error {
	var done int64
	var put stretches
	var runs tree
	pages, rest := 0, c.Deferred
	group, fate := -1, 0
	for pg := range p.Pages() {
		if pages++; pg.Index > c.Next { // one behind, to see that the group ended
			break
		}
		for len(rest) > 0 && rest[0].To <= pg.Index {
			rest = rest[1:]
		}
		now := 0 // not reached
		switch {
		case pg.Index >= c.Next:
		case len(rest) > 0 && rest[0].From <= pg.Index:
			now = 1
			put.add(&pg)
		default:
			now = 2
			done += pg.Bytes()
			runs.mark(pg.Leaf, pg.Leaves())
		}
		if pg.Group == group && now != fate {
			return errors.New("it ends inside a group of pages")
		}
		group, fate = pg.Group, now
	}
	if opt.NoDigest {
		runs = tree{}
	}
	switch {
	case c.Next < 0 || c.Next > pages || c.Done != done || !slices.Equal(put, c.Deferred), opt.SHA256 && len(put) > 0:
		return errors.New("what it says was read does not fit the plan")
	case !slices.EqualFunc(runs.Runs, c.Tree.Runs, func(a, b leafRun) bool { return a.From == b.From && a.To == b.To && a.size() == len(b.Nodes) }):
		return errors.New("its tree hash does not fit what was read")
	}
	return nil
}

// mark is add without the hashes, for leaves in order: it only keeps the runs.
func (t *tree) mark(from, n uint64) {
	if last := len(t.Runs) - 1; last >= 0 && t.Runs[last].To == from {
		t.Runs[last].To += n
		return
	}
	t.Runs = append(t.Runs, leafRun{From: from, To: from + n})
}
