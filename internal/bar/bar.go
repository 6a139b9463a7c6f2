// Package bar draws how far something is: [=====     ].
//
// schollz/progressbar draws it, and is used for nothing else. Its own line would
// not do: it is written whether there is a terminal or not, its clock cannot be
// driven by a test, its first rates are terabytes a second, and two of its bars on
// one terminal overwrite each other. So it draws into nothing and gives the text;
// rate, time left and place on the screen are its caller's (docs/decisions/0006-progress.md).
package bar

import (
	"io"
	"math"
	"strings"

	"github.com/schollz/progressbar/v3"
)

// smallest is a bar that still says something.
const smallest = 8

// Text is a bar of n columns for the part of the whole that is done, or nothing
// where there is no room for one.
func Text(done, all int64, n int) string {
	if n < smallest {
		return ""
	}
	all = min(max(all, 1), math.MaxInt64/2)
	done = min(max(done, 0), all)
	b := progressbar.NewOptions64(all, progressbar.OptionSetWriter(io.Discard), progressbar.OptionSetWidth(n-2), progressbar.OptionThrottle(0),
		progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false), progressbar.OptionUseANSICodes(true),
		progressbar.OptionSetTheme(progressbar.Theme{Saucer: "=", SaucerPadding: " ", BarStart: "[", BarEnd: "]"}))
	b.RenderBlank()
	if done > 0 {
		b.Set64(done)
	}
	text := b.String()
	first, last := strings.IndexByte(text, '['), strings.LastIndexByte(text, ']')
	if first < 0 || last-first != n-1 {
		return "" // another version of the library
	}
	return text[first : last+1]
}
