package scan

import (
	"context"
	"testing"

	"shokyo.dev/shokyo/scan/fold"
	"shokyo.dev/shokyo/scan/read"
)

// endsWhileRead gives what was asked for, but ends the examination meanwhile.
type endsWhileRead struct {
	hollow
	end context.CancelFunc
}

func (s endsWhileRead) ReadAt(p []byte, off int64) (int, error) {
	s.end()
	return s.hollow.ReadAt(p, off)
}

// A page during which the examination was ended may lack reads: it is not handed on.
func TestUnfinishedPage(t *testing.T) {
	for _, ends := range []bool{false, true} {
		ctx, end := context.WithCancel(context.Background())
		defer end()
		src := endsWhileRead{1 << 20, func() {}}
		if ends {
			src.end = end
		}
		p := planOver(src.Size(), Full)
		s, err := New(p, src, Options{Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		q := s.newPipeline(func(error) {})
		jobs := make(chan *job, 1)
		for first := range p.Pages() {
			j := &job{page{Page: first}, read.Allow(&first, 0, nil), true, make(chan *fold.Page, 1)}
			jobs <- j
			close(jobs)
			q.work(ctx, q.workers[0], jobs)
			if r := <-j.out; (r == nil) != ends {
				t.Errorf("ended %v: the page that was handed on is %v", ends, r)
			}
			break
		}
	}
}
