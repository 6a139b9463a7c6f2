package exchange

// Line is what scan --json --progress-json prints, for whoever reads it: a result,
// once for each source, or how far it is.
type Line struct {
	Source   string   `json:"source"`
	Bundle   string   `json:"bundle"`
	Error    string   `json:"error"`
	Progress *Figures `json:"progress"` // nil: this is the result
}

// Report is what of report.json is read (docs/report-format.md).
type Report struct {
	Verdict Verdict      `json:"verdict"`
	Claim   Claim        `json:"claim"`
	Reasons []ReasonRead `json:"reasons"`
	Plan    struct {
		Mode string `json:"mode"`
	} `json:"plan"`
	Scope struct {
		Kind string `json:"kind"`
		Text string `json:"text"`
	} `json:"scope"`
	Medium struct {
		Model  string `json:"model"`
		Serial string `json:"serial"`
		Bytes  int64  `json:"size_bytes"`
	} `json:"medium"`
}

// ReasonRead is a reason in the language of the console.
type ReasonRead struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Words of report.json with which a verdict is about the whole medium.
const (
	PlanFull    = "full"
	ScopeMedium = "medium"
)

// WholeMedium says whether the verdict is about every byte of the medium.
func (r *Report) WholeMedium() bool { return r.Plan.Mode == PlanFull && r.Scope.Kind == ScopeMedium }

// Devices is what of devices --json is read (docs/devices.md).
type Devices struct {
	Devices []Drive `json:"devices"`
}

// Drive is one medium that is attached.
type Drive struct {
	Path      string    `json:"path"`
	Bus       string    `json:"bus"`
	Model     string    `json:"model"`
	Serial    string    `json:"serial"`
	SizeBytes int64     `json:"size_bytes"`
	InUse     *bool     `json:"in_use"`
	Users     []string  `json:"users"`
	Hidden    Statement `json:"hidden_capacity"`
	Sanitize  Statement `json:"sanitize"`
	Security  Statement `json:"security"`
	Facts     []Fact    `json:"facts"`
}

// Statement is what a drive says of itself: a state, and a sentence.
type Statement struct {
	State State  `json:"state"`
	Text  string `json:"text"`
}

// Fact is one answer of a drive.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}
