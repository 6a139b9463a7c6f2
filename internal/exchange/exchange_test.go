package exchange

import (
	"encoding/json"
	"testing"
)

// Fields, and their order, are a contract with scripts (docs/scripts.md).
func TestLinesAsPrinted(t *testing.T) {
	yes, left := true, int64(5)
	facts := &Facts{"id", "file", 0.5, 1, 2, 3, "root", "sum", "medium", "all", 4, "full", "deep", []string{"c"}, "s", true, "a", "b"}
	result := &Result{"src", "dir", "no-residue", []string{"r"}, "logical", 1, 2, "e", 3, "m", "n", "w", 4, facts}
	for _, c := range []struct {
		line any
		want string
	}{
		{Progress{"a", Figures{SecondPass, 1, 2, 3, &left, 4, 5, "?"}}, `{"source":"a","progress":{"phase":"second-pass","done_bytes":1,"planned_bytes":2,"bytes_per_second":3,"seconds_left":5,"residue_bytes":4,"unreadable_bytes":5,"map":"?"}}`},
		{Progress{Source: "a", Progress: Figures{Phase: Waiting}}, `{"source":"a","progress":{"phase":"waiting","done_bytes":0,"planned_bytes":0,"bytes_per_second":0,"seconds_left":null,"residue_bytes":0,"unreadable_bytes":0,"map":""}}`},
		{result, `{"source":"src","bundle":"dir","verdict":"no-residue","reasons":["r"],"claim":"logical","planned_bytes":1,"read_bytes":2,"error":"e","exit_status":3,"model":"m","serial":"n","wwn":"w","size_bytes":4,` + factsText + `}`},
		{Result{Source: "a"}, `{"source":"a","planned_bytes":0,"read_bytes":0,"exit_status":0,"model":"","serial":"","wwn":"","size_bytes":0}`},
		{Verification{"b", true, "case", "erased", "valid", 0, []Problem{{"f", "c", "t"}}, "e", "c", &yes, "v", "r", "s", "k", true, []Reason{{"c", "t", "j"}}, []Timestamp{{"a", "b", true}}, []Countersignature{{"r", "d", "w", "t", "n", "c"}}, result},
			`{"bundle":"b","summary":true,"sealed":"case","outcome":"erased","status":"valid","exit_status":0,"problems":[{"file":"f","code":"c","text":"t"}],"error":"e","certificate_sha256":"c","certificate_given":true,"vouched_by":"v","report_sha256":"r","system":"s","attestation_key":"k","attestation_key_known":true,"notes":[{"code":"c","text":"t","text_ja":"j"}],"timestamps":[{"time":"a","authority":"b","trusted":true}],"countersigned":[{"role":"r","decision":"d","reason":"w","time":"t","name":"n","certificate_sha256":"c"}],` +
				`"source":"src","verdict":"no-residue","reasons":["r"],"claim":"logical","planned_bytes":1,"read_bytes":2,"model":"m","serial":"n","wwn":"w","size_bytes":4,` + factsText + `}`},
		{Verifications{1, 2, 3, 4, 5, 6}, `{"bundles":1,"valid":2,"signer_unknown":3,"not_valid":4,"not_checked":5,"exit_status":6}`},
		{Identity{"n", "o", "k", "c", "s", true, 0}, `{"name":"n","out":"o","key":"k","certificate":"c","certificate_sha256":"s","made":true,"exit_status":0}`},
		{Demo{"void", "o", "e", 1}, `{"demo":"void","out":"o","error":"e","exit_status":1}`},
		{Failure{"scan", "e", 2}, `{"verb":"scan","error":"e","exit_status":2}`},
	} {
		b, err := json.Marshal(c.line)
		if err != nil {
			t.Fatal(err)
		}
		if string(b) != c.want {
			t.Errorf("%T\n%s, want\n%s", c.line, b, c.want)
		}
	}
}

const factsText = `"report_id":"id","kind":"file","fraction_read":0.5,"residue_bytes":1,"unreadable_bytes":2,"unread_bytes":3,"sha256_tree_root":"root","sha256":"sum","scope":"medium","scope_text":"all","judged_bytes":4,"mode":"full","depth":"deep","not_checked":["c"],"signer":"s","throw_away":true,"started":"a","finished":"b"`

// What is no word of ours is unknown, and no error: it comes from another program.
func TestUnknownWords(t *testing.T) {
	var r Report
	if err := json.Unmarshal([]byte(`{"verdict":"residue-found","claim":"logical"}`), &r); err != nil || r.Verdict != ResidueFound || r.Claim != ClaimLogical {
		t.Error(r, err)
	}
	for _, text := range []string{`{"verdict":"clean","claim":"total"}`, `{"verdict":"NO-RESIDUE","claim":""}`, `{"verdict":"","claim":null}`} {
		r.Claim = ClaimUnknown
		if err := json.Unmarshal([]byte(text), &r); err != nil || r.Verdict != VerdictUnknown || r.Claim != ClaimUnknown {
			t.Error(text, r, err)
		}
	}
	if Verdict(200).String() != "" || Phase(7).String() != "" {
		t.Error("a number that stands for nothing has a word")
	}
}

func TestIsSample(t *testing.T) {
	for mode, want := range map[string]bool{"full": true, "nist-800-88r1": true, "random:0.1": true, "random:1": true, "random:1e-6": true,
		"": false, "most": false, "random:": false, "random:0": false, "random:1.1": false, "random:NaN": false, "random:-1": false, "full:1": false} {
		if IsSample(mode) != want {
			t.Errorf("%q: %v", mode, !want)
		}
	}
}

func TestWholeMedium(t *testing.T) {
	for text, want := range map[string]bool{
		`{"plan":{"mode":"full"},"scope":{"kind":"medium"}}`: true, `{"plan":{"mode":"sample"},"scope":{"kind":"medium"}}`: false,
		`{"plan":{"mode":"full"},"scope":{"kind":"regions"}}`: false, `{}`: false,
	} {
		var r Report
		if err := json.Unmarshal([]byte(text), &r); err != nil || r.WholeMedium() != want {
			t.Error(text, err)
		}
	}
}
