package fold_test

import (
	"context"
	"encoding/json"
	"syscall"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/fold"
	"shokyo.dev/shokyo/scan/gather"
	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/seen"
)

func edge(d detector.ID, start, end int64) seen.Edge {
	return seen.Edge{Detector: d, Kind: "lzma2", Start: start, End: end, Head: true}
}

// What a damaged checkpoint may say of how far it came, and is refused.
func TestCheckRefusesWhatCannotBe(t *testing.T) {
	const size = 52 << 20
	p := &plan.Plan{BlockBytes: 4096, Mode: plan.Full, Regions: []plan.Region{{Name: "medium", Length: size}}}
	m := disktest.New(size, 1)
	m.Fill(0, size, 0)
	m.Fail(20<<20, 512, syscall.EIO)
	var saved [][]byte
	s, err := scan.New(p, m, scan.Options{Due: func() bool { return true }, Save: func(b []byte, _ int64) error {
		saved = append(saved, b)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	const at = 2 // windows 0 and 2 are done, 1 is put off
	for name, damage := range map[string]func(*fold.State){
		"nothing":            func(*fold.State) {},
		"further":            func(c *fold.State) { c.Next++ },
		"behind the end":     func(c *fold.State) { c.Next = 1 << 40 },
		"before the start":   func(c *fold.State) { c.Next = -1 },
		"more done":          func(c *fold.State) { c.Done += 512 },
		"part of a window":   func(c *fold.State) { c.Deferred[0].To-- },
		"nothing put off":    func(c *fold.State) { c.Deferred = nil },
		"put off twice":      func(c *fold.State) { c.Deferred = append(c.Deferred, c.Deferred[0]) },
		"other bytes":        func(c *fold.State) { c.Deferred[0].Hi++ },
		"one run of leaves":  func(c *fold.State) { c.Tree.Runs = c.Tree.Runs[:1] },
		"a node less":        func(c *fold.State) { c.Tree.Runs[1].Nodes = nil },
		"a run backwards":    func(c *fold.State) { c.Tree.Runs[1].To = 3 },
		"a negative streak":  func(c *fold.State) { c.Skip.Streak = -1 },
		"extents overlap":    func(c *fold.State) { c.Extents.List[1].Start = 512 },
		"extents not there":  func(c *fold.State) { c.Extents.List = c.Extents.List[:1] },
		"extents outside":    func(c *fold.State) { c.Extents.List[1].Length = 1 << 62 },
		"extents moved":      func(c *fold.State) { c.Extents.List[1].Start-- },
		"an odd grain":       func(c *fold.State) { c.Extents.Grain = 3 },
		"edges outside":      func(c *fold.State) { c.Edges[len(c.Edges)-1].Hi = size + 1 },
		"edges overlap":      func(c *fold.State) { c.Edges = append(c.Edges, c.Edges[0]) },
		"no such region":     func(c *fold.State) { c.Edges[0].To = 1 },
		"too many edges":     func(c *fold.State) { c.Edges[0].Edges = make([]seen.Edge, gather.MostEdges+1) },
		"a strange edge":     func(c *fold.State) { c.Edges[0].Edges = append(c.Edges[0].Edges, edge(detector.Text, 0, 9)) },
		"an edge elsewhere":  func(c *fold.State) { c.Edges[0].Edges = append(c.Edges[0].Edges, edge(detector.LZMA, size, size+9)) },
		"an edge of no end":  func(c *fold.State) { c.Edges[0].Edges = append(c.Edges[0].Edges, edge(detector.LZMA, 5, 5)) },
		"extents end beyond": func(c *fold.State) { c.Extents.End = size + 1 },
	} {
		var c struct{ State *fold.State }
		if err := json.Unmarshal(saved[at], &c); err != nil {
			t.Fatal(err)
		}
		damage(c.State)
		if err := c.State.Check(fold.Terms{Plan: p, Size: size}); (err == nil) != (name == "nothing") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
