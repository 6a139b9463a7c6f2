package scan

import (
	"encoding/json"
	"errors"
	"fmt"

	"shokyo.dev/shokyo/scan/fold"
	"shokyo.dev/shokyo/scan/merkle"
	"shokyo.dev/shokyo/scan/plan"
)

// checkpoint is the committed state with the plan it belongs to.
type checkpoint struct {
	Plan  *Plan
	Size  int64
	Opt   [2]bool // NoDigest, SHA256
	State *fold.State
	// Corpora are the ids of those that are looked up.
	Corpora []string `json:",omitempty"`
}

func (s *Scan) corpora() (ids []string) {
	for _, c := range s.opt.Corpora {
		ids = append(ids, c.Identity())
	}
	return ids
}

func (s *Scan) checkpoint() []byte {
	b, err := json.Marshal(checkpoint{s.plan, s.size, [2]bool{s.opt.NoDigest, s.opt.SHA256}, s.state, s.corpora()})
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
	c := checkpoint{State: &fold.State{}}
	if err := json.Unmarshal(b, &c); err != nil {
		return fmt.Errorf("read the checkpoint: %w", err)
	}
	if c.Plan != nil && c.Plan.Depth == plan.DepthUnknown && s.plan.Depth != plan.DepthUnknown {
		return errors.New("the checkpoint was made by a version of shokyo whose detectors were fewer: go on with that one, or remove it and examine from the start")
	}
	had, _ := json.Marshal(checkpoint{c.Plan, c.Size, c.Opt, nil, c.Corpora})
	want, _ := json.Marshal(checkpoint{s.plan, s.size, [2]bool{s.opt.NoDigest, s.opt.SHA256}, nil, s.corpora()})
	if string(had) != string(want) {
		return errors.New("the checkpoint was made with another plan, other digests, other corpora or on a medium of another size; repeat the first command's flags")
	}
	if c.State != nil && len(c.State.Known) != len(s.opt.Corpora) {
		return errors.New("the checkpoint is damaged: it is about another number of corpora")
	}
	if c.State == nil || c.Plan == nil {
		return errors.New("the checkpoint is damaged: it has no plan or no state")
	}
	if !c.State.TestsWindowsOf(s.plan) {
		return errors.New("the checkpoint was made by a version that tests windows of other sizes: go on with that version, or remove the checkpoint and examine the medium from the start")
	}
	if err := c.State.Check(s.terms); err != nil {
		return fmt.Errorf("the checkpoint is damaged: %w", err)
	}
	if p := c.State.Probe; p.Length > 0 {
		buf := make([]byte, p.Length)
		if n, err := s.src.ReadAt(buf, p.Start); n < len(buf) {
			return fmt.Errorf("make sure of the medium at %d: %w", p.Start, err)
		}
		if merkle.Leaf(buf) != p.Hash {
			return fmt.Errorf("the medium differs at %d from the one the checkpoint was made on", p.Start)
		}
	}
	s.state = c.State
	return nil
}
