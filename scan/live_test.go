package scan

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
)

// sketch is a map as text: a letter for each class.
func sketch(m LiveMap) string {
	var b strings.Builder
	for _, c := range m {
		b.WriteByte("?!.,=m#"[c])
	}
	return b.String()
}

func TestLiveMap(t *testing.T) {
	const size = 64 << 20
	m := disktest.New(size, 7)
	m.Fill(32<<20, 16<<20, 0)
	m.Plant(5<<20, []byte(strings.Repeat("Yamada Hanako, 1-2-3 Example, Chiyoda. ", 200)))
	m.Fail(9<<20, 512, syscall.EIO)
	var s *Scan
	var seen []string
	s, err := New(planOver(size, Full), m, Options{Due: func() bool { return true }, InOrder: true, Save: func([]byte, int64) error {
		seen = append(seen, sketch(s.Status().Map))
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got := sketch(s.Status().Map); got != strings.Repeat("?", 64) {
		t.Errorf("before it began: %s", got)
	}
	if _, err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	first := "=====#===!======"
	cipher, fill, unread := strings.Repeat("=", 16), strings.Repeat(".", 16), strings.Repeat("?", 16)
	if want := []string{
		first + unread + unread + unread,
		first + cipher + unread + unread,
		first + cipher + fill + unread,
		first + cipher + fill + cipher,
	}; !slices.Equal(slices.Compact(seen), want) {
		t.Errorf("seen\n%s\nwant\n%s", strings.Join(seen, "\n"), strings.Join(want, "\n"))
	}
}

// The race detector looks at those who ask while it runs.
func TestLiveMapWhileRunning(t *testing.T) {
	const size = 20 << 20
	s, err := New(planOver(size, Full), disktest.New(size, 8), Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for last := 0; ; {
			n := strings.Count(sketch(s.Status().Map), "=")
			if n < last {
				t.Errorf("%d of 64 were read, then %d", last, n)
			}
			last = n
			select {
			case <-done:
				return
			default:
				runtime.Gosched()
			}
		}
	})
	_, err = s.Run(context.Background())
	close(done)
	wg.Wait()
	if got := sketch(s.Status().Map); err != nil || got != strings.Repeat("=", 64) {
		t.Errorf("in the end: %s, %v", got, err)
	}
}
