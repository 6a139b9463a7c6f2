package fold

import (
	"errors"
	"slices"

	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/merkle"
	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/read"
)

// Check says whether a state that was loaded can have come of these terms.
func (c *State) Check(t Terms) error {
	if err := c.fits(NewState(t.Plan, t.Size), t.Size); err != nil {
		return err
	}
	return c.follows(t)
}

// TestsWindowsOf says whether a state that was loaded has tested windows of the sizes that are tested now.
func (c *State) TestsWindowsOf(p *plan.Plan) bool {
	return slices.EqualFunc(c.Windows, newWindows(p), func(a, b gather.WindowTest) bool { return a.WindowBytes == b.WindowBytes })
}

// fits checks a loaded state's shape against a new one of the same plan.
func (c *State) fits(fresh *State, size int64) error {
	switch {
	case c.Skip.Streak < 0 || c.Skip.To < 0,
		len(c.Regions) != len(fresh.Regions),
		len(c.Cells) != len(fresh.Cells), c.CellBytes != fresh.CellBytes,
		len(c.Findings) > MaxFindings, len(c.Deferred) > read.MaxDeferred, len(c.Edges) > read.MaxDeferred+1, len(c.Rims.List) > maxRims, c.Unit.Period < 0,
		c.Probe.Start < 0, c.Probe.Length < 0, c.Probe.Length > plan.LeafBytes:
		return errors.New("its numbers do not fit the plan")
	}
	for i := range c.Known {
		if err := c.Known[i].check(); err != nil {
			return err
		}
	}
	for _, k := range c.Counts {
		if k.Index >= len(c.Findings) {
			return errors.New("its counts do not fit its findings")
		}
	}
	if err := c.Edges.fit(size, len(fresh.Regions)); err != nil {
		return err
	}
	return c.Extents.Fit(size, c.Deferred)
}

// follows checks what a loaded state says of how far it came, page by page: what
// was folded, what was put off, in whole groups, and the tree over the rest.
func (c *State) follows(t Terms) error {
	var done int64
	var put read.Stretches
	var runs merkle.Tree
	pages, rest := 0, c.Deferred
	group, fate := -1, 0
	for pg := range t.Plan.Pages() {
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
			put.Add(&pg)
		default:
			now = 2
			done += pg.Bytes()
			runs.Mark(pg.Leaf, pg.Leaves())
		}
		if pg.Group == group && now != fate {
			return errors.New("it ends inside a group of pages")
		}
		group, fate = pg.Group, now
	}
	if t.NoDigest {
		runs = merkle.Tree{}
	}
	switch {
	case c.Next < 0 || c.Next > pages || c.Done != done || !slices.Equal(put, c.Deferred), t.SHA256 && len(put) > 0:
		return errors.New("what it says was read does not fit the plan")
	case !c.Tree.Fits(&runs):
		return errors.New("its tree hash does not fit what was read")
	}
	return nil
}
