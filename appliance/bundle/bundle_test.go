package bundle

import (
	"testing"

	"shokyo.dev/shokyo/internal/exchange"
)

// What a verdict is about stands beside it wherever it is not the whole disk.
func TestPart(t *testing.T) {
	var d exchange.Report
	if Part(&d) == "" {
		t.Error("a report that says nothing is about a whole disk")
	}
	d.Plan.Mode, d.Scope.Kind, d.Scope.Text = "sample", "medium", "a sample of the medium: 1 GiB of 8 GiB"
	if Part(&d) != d.Scope.Text {
		t.Errorf("%q", Part(&d))
	}
	if d.Plan.Mode = "full"; Part(&d) != "" {
		t.Errorf("a whole disk is %q", Part(&d))
	}
}
