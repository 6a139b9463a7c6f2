package paper

import (
	"testing"

	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
)

func BenchmarkPDF(b *testing.B) {
	d := build.Document(reporttest.Control(), reporttest.Lab)
	for b.Loop() {
		both(d)
	}
}
