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

// Only the names of folders change, in the order and the form that the summary has.
func TestRename(t *testing.T) {
	names := []Name{{"sda", "20261122-A"}, {"sdb", "20261122-B\"x"}}
	if got := string(renameInJSON([]byte(`{"source": "sda", "bundle": "sda", "x": "bundle: sda"}{"bundle": "sdb"}`), names)); got != `{"source": "sda", "bundle": "20261122-A", "x": "bundle: sda"}{"bundle": "20261122-B\"x"}` {
		t.Error(got)
	}
	for in, want := range map[string]string{
		"\ufeffbundle,source\r\nsda,sda\r\nsdc,sdb\r\n": "\ufeffbundle,source\r\n20261122-A,sda\r\nsdc,sdb\r\n",
		"source,bundle\nsdb,sda\n":                      "source,bundle\nsdb,20261122-A\n",
	} {
		if got, err := renameInCSV([]byte(in), names); string(got) != want || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
	for _, in := range []string{"", "a,\"b\n"} {
		if _, err := renameInCSV([]byte(in), names); err == nil {
			t.Errorf("%q is a table", in)
		}
	}
}
