package reports

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"shokyo.dev/shokyo/reports/canonical"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// Encode gives report.json: UTF-8, the fields in the order of the type, no
// HTML escaping, one object or list without further nesting per line, a line
// feed at the end. The same document always gives the same bytes.
func (d *Document) Encode() []byte {
	return canonical.Document(d)
}

// Decode reads report.json. Fields it does not know are let through, so that
// an older shokyo can check a newer report; everything else is strict: the
// layout must be canonical, no key may occur twice or in other letters (another
// program might read another value), offsets must lie inside the medium, and the
// verdict must not contradict its reasons.
func Decode(b []byte) (*Document, error) {
	if err := canonical.Open(b); err != nil {
		return nil, err
	}
	d := new(Document)
	if err := json.Unmarshal(b, d); err != nil {
		return nil, err
	}
	return d, d.check()
}

// check is what every writer and picture may rely on.
func (d *Document) check() error {
	switch {
	case d.Schema != Schema:
		return fmt.Errorf("schema %q is not %q", d.Schema, Schema)
	case !plainID(d.ID):
		return fmt.Errorf("id %q: 1 to 64 letters, digits and - are allowed", d.ID)
	case outcome(d.Verdict) < 0:
		return fmt.Errorf("unknown verdict %q", d.Verdict)
	case d.Medium.SizeBytes <= 0:
		return fmt.Errorf("medium of %d bytes", d.Medium.SizeBytes)
	case d.BlockBytes <= 0 || d.GrainBytes <= 0:
		return errors.New("block_bytes and grain_bytes must be positive")
	case len(d.Map.Cells) > scan.MaxCells:
		return fmt.Errorf("%d map cells, at most %d are allowed", len(d.Map.Cells), scan.MaxCells)
	case len(d.Findings) > scan.MaxFindings:
		return fmt.Errorf("%d findings are listed, at most %d may be", len(d.Findings), scan.MaxFindings)
	}
	if err := d.checkVerdict(); err != nil {
		return err
	}
	if err := d.Order.Lab.Logo.check(); err != nil {
		return err
	}
	if err := errors.Join(d.checkRuns(), d.checkCorpora(), d.checkBaseline()); err != nil {
		return err
	}
	if _, err := hex.DecodeString(d.Digests.SHA256); err != nil {
		return fmt.Errorf("digests: sha256: %w", err)
	}
	return nil
}

// checkVerdict: some reasons are given for one verdict alone.
func (d *Document) checkVerdict() error {
	for _, r := range d.Reasons {
		if only, sure := verdict.Code(r.Code).Settles(); sure && d.Verdict != only.String() {
			return fmt.Errorf("the verdict is %q, and a reason for it %q", d.Verdict, r.Code)
		}
	}
	if d.Scope.Kind == scan.ScopeMedium.String() && d.Verdict == verdict.NoResidue.String() && d.judgedBytes() < d.Medium.SizeBytes {
		return fmt.Errorf("the verdict is %q of the medium, and %d of its %d bytes are judged", d.Verdict, d.judgedBytes(), d.Medium.SizeBytes)
	}
	return nil
}

// judgedBytes is the size of the regions that the plan judges.
func (d *Document) judgedBytes() (n int64) {
	for _, g := range d.Plan.Regions {
		if g.Expect != scan.ExpectAny.String() {
			n += g.Length
		}
	}
	return n
}

// checkRuns wants every list of runs inside the medium, and regions, cells and
// the plan's regions sorted and without overlap.
func (d *Document) checkRuns() error {
	size := d.Medium.SizeBytes
	r := runs{size: size, what: "regions"}
	for _, g := range d.Regions {
		if classOf(g.Class) < 0 {
			return fmt.Errorf("regions: unknown class %q", g.Class)
		}
		r.add(g.Start, g.Length)
	}
	c := runs{size: size, what: "map cells"}
	for _, g := range d.Map.Cells {
		c.add(g.Start, g.Length)
	}
	p := runs{size: size, what: "plan regions"}
	for _, g := range d.Plan.Regions {
		p.add(g.Start, g.Length)
	}
	f := runs{size: size, what: "findings", loose: true}
	for _, g := range d.Findings {
		f.add(g.Offset, g.Length)
	}
	x := runs{size: size, what: "explanations", loose: true}
	for _, g := range d.Explanations {
		x.add(g.Offset, g.Length)
	}
	return errors.Join(r.err, c.err, p.err, f.err, x.err)
}

// runs checks a list of runs as it goes by; the first error stays.
type runs struct {
	what      string
	size, end int64
	loose     bool // may overlap and be empty
	err       error
}

func (r *runs) add(start, length int64) {
	inside := start >= 0 && length >= 0 && start <= r.size && length <= r.size-start
	inOrder := r.loose || length > 0 && start >= r.end
	if r.err == nil && !(inside && inOrder) {
		r.err = fmt.Errorf("%s: the run of %d bytes at %d is outside the medium of %d bytes or out of order", r.what, length, start, r.size)
	}
	if inside {
		r.end = start + length
	}
}

func plainID(s string) bool {
	for _, c := range []byte(s) {
		if !(c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
			return false
		}
	}
	return len(s) >= 1 && len(s) <= 64
}

// classOf is the inverse of scan.Class.String; -1 for no class.
func classOf(s string) int {
	for c := range scan.NumClasses {
		if scan.Class(c).String() == s {
			return c
		}
	}
	return -1
}

// outcome is the inverse of verdict.Outcome.String; -1 for no outcome.
func outcome(s string) int {
	for o := verdict.Inconclusive; o <= verdict.ResidueFound; o++ {
		if o.String() == s {
			return int(o)
		}
	}
	return -1
}
