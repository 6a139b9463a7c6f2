package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
)

func TestSteps(t *testing.T) {
	var out bytes.Buffer
	clock := time.Unix(0, 0)
	s := &steps{screen: &out, now: func() time.Time { return clock }, began: clock, all: 4}
	s.next("programs")
	clock = clock.Add(61 * time.Second)
	s.next("image")
	s.clear()
	s.next("")
	want := clearLine + "  0%  [                      ]  0s so far: programs" + clearLine + " 25%  [=====                 ]  1m1s so far: image" + clearLine + clearLine
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	out.Reset()
	quiet := newSteps(&out) // no terminal
	quiet.next("programs")
	quiet.next("")
	if out.Len() > 0 {
		t.Errorf("%q", out.String())
	}
}

// A build passes through all steps, and no more.
func TestBuildSteps(t *testing.T) {
	b, err := os.ReadFile("build.go")
	if err != nil {
		t.Fatal(err)
	}
	source := string(b)
	if n := strings.Count(source, "b.steps.next(") - strings.Count(source, `b.steps.next("")`); n != buildSteps {
		t.Errorf("%d steps, want %d", n, buildSteps)
	}
}
