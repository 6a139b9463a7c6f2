package main

import (
	"fmt"
	"reflect"
	"testing"

	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// The words that the appliance reads are those that the engine gives.
func TestExchangeWords(t *testing.T) {
	for theirs, ours := range map[exchange.Verdict]verdict.Outcome{
		exchange.NoResidue: verdict.NoResidue, exchange.ResidueFound: verdict.ResidueFound, exchange.Inconclusive: verdict.Inconclusive} {
		if theirs.String() != ours.String() {
			t.Errorf("%q, and the engine says %q", theirs, ours)
		}
	}
	for theirs, ours := range map[exchange.Claim]verdict.Claim{
		exchange.ClaimNone: verdict.ClaimNone, exchange.ClaimLogical: verdict.ClaimLogical, exchange.ClaimPhysicalCiphertext: verdict.ClaimPhysicalCiphertext} {
		if theirs.String() != ours.String() {
			t.Errorf("%q, and the engine says %q", theirs, ours)
		}
	}
	for theirs, ours := range map[exchange.State]fmt.Stringer{
		exchange.Hidden: statements.HiddenSome, exchange.Locked: statements.SecurityLocked, exchange.Shadowed: statements.SecurityShadowed,
		exchange.SanitizeInProgress: statements.SanitizeInProgress, exchange.SanitizeFailed: statements.SanitizeFailed} {
		if theirs.String() != ours.String() {
			t.Errorf("%q, and drives say %q", theirs, ours)
		}
	}
	if exchange.ScopeMedium != scan.ScopeMedium.String() || exchange.PlanFull != scan.Full.String() ||
		exchange.DepthDeep != scan.Deep.String() || exchange.DepthQuick != scan.Quick.String() ||
		exchange.SampleFull != scan.Full.String() || exchange.SampleNIST != scan.NIST.String() || exchange.SampleRandom != scan.Random.String()+":" {
		t.Error("what a plan is called is not what the appliance takes it for")
	}
	if len(mapText(scan.LiveMap{})) != exchange.MapSigns {
		t.Errorf("the map has %d signs", len(mapText(scan.LiveMap{})))
	}
}

// What the appliance reads of a document is there, under that name and of that kind.
func TestExchangeReadsDocuments(t *testing.T) {
	isPartOf(t, "report.json", reflect.TypeFor[exchange.Report](), reflect.TypeFor[reports.Document]())
	isPartOf(t, "devices --json", reflect.TypeFor[exchange.Devices](), reflect.TypeFor[reports.Devices]())
	isPartOf(t, "scan --json", reflect.TypeFor[exchange.Line](), reflect.TypeFor[struct {
		exchange.Result
		Progress exchange.Figures `json:"progress"`
	}]())
}

func isPartOf(t *testing.T, path string, part, whole reflect.Type) {
	t.Helper()
	for part.Kind() == reflect.Pointer || part.Kind() == reflect.Slice {
		part = part.Elem()
	}
	for whole.Kind() == reflect.Pointer || whole.Kind() == reflect.Slice {
		whole = whole.Elem()
	}
	if part.Kind() != reflect.Struct {
		if _, word := reflect.New(part).Interface().(interface{ UnmarshalText([]byte) error }); part.Kind() != whole.Kind() && !word {
			t.Errorf("%s is a %v, and is read as a %v", path, whole, part)
		}
		return
	}
	fields := make(map[string]reflect.Type)
	for _, f := range reflect.VisibleFields(whole) {
		fields[f.Tag.Get("json")] = f.Type
	}
	for _, f := range reflect.VisibleFields(part) {
		name := f.Tag.Get("json")
		of, there := fields[name]
		if !there {
			of, there = fields[name+",omitempty"]
		}
		if !there || name == "" {
			t.Errorf("%s has no %q", path, name)
			continue
		}
		isPartOf(t, path+" "+name, f.Type, of)
	}
}
