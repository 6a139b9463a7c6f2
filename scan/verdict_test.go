package scan_test

import (
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

func init() {
	scan.Decide = func(p *scan.Plan, r *scan.Result) (a scan.Answer) {
		v := verdict.Decide(&verdict.Input{Plan: p, Result: r})
		a.Outcome, a.Claim = scan.Outcome(v.Outcome.String()), scan.Claim(v.Claim.String())
		for _, x := range v.Reasons {
			a.Reasons = append(a.Reasons, scan.Reason{Code: string(x.Code), Text: x.Text, TextJA: x.TextJA})
		}
		return a
	}
}
