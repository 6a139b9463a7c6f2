package exchange

// Progress is what scan --progress-json prints about once a second for each source
// until its result, and whenever it comes to a new phase.
type Progress struct {
	Source   string  `json:"source"`
	Progress Figures `json:"progress"`
}

// Figures are how far an examination is.
type Figures struct {
	Phase       Phase  `json:"phase"`
	Done        int64  `json:"done_bytes"`
	Planned     int64  `json:"planned_bytes"` // 0: not known yet
	PerSecond   int64  `json:"bytes_per_second"`
	SecondsLeft *int64 `json:"seconds_left"` // null: not known
	Residue     int64  `json:"residue_bytes"`
	Unreadable  int64  `json:"unreadable_bytes"`
	Map         string `json:"map"` // a sign for each 64th of the medium
}

// Signs of the map, of the worst class in each part. Fill and pattern have the same.
const (
	SignUnread     = '?'
	SignUnreadable = '!'
	SignFill       = '.'
	SignCiphertext = '='
	SignMetadata   = 'm'
	SignResidue    = '#'
)

// MapSigns is how many signs a map has.
const MapSigns = 64

// Result is what --json prints for a source. What is not known is left out; the two
// amounts that were always there stay.
type Result struct {
	Source     string   `json:"source"`
	Bundle     string   `json:"bundle,omitempty"`
	Verdict    string   `json:"verdict,omitempty"`
	Reasons    []string `json:"reasons,omitempty"`
	Claim      string   `json:"claim,omitempty"`
	Planned    int64    `json:"planned_bytes"`
	Read       int64    `json:"read_bytes"`
	Error      string   `json:"error,omitempty"`
	ExitStatus int      `json:"exit_status"`
	Model      string   `json:"model"`
	Serial     string   `json:"serial"`
	WWN        string   `json:"wwn"`
	SizeBytes  int64    `json:"size_bytes"` // 0: not known
	*Facts              // nil: there is no report
}

// Facts are what a report says of a medium, for programs that read one line.
type Facts struct {
	ReportID     string   `json:"report_id"`
	Kind         string   `json:"kind"`
	FractionRead float64  `json:"fraction_read"` // of the medium, 0 to 1
	Residue      int64    `json:"residue_bytes"`
	Unreadable   int64    `json:"unreadable_bytes"`
	Unread       int64    `json:"unread_bytes"`
	TreeRoot     string   `json:"sha256_tree_root,omitempty"`
	SHA256       string   `json:"sha256,omitempty"`
	Scope        string   `json:"scope"`      // what the verdict is about: "medium", "regions"; of a sample "… sample"
	ScopeText    string   `json:"scope_text"` // the same for people, with the regions
	Judged       int64    `json:"judged_bytes"`
	Mode         string   `json:"mode"`
	Depth        string   `json:"depth"`       // "deep", "quick"; "" in older reports
	NotChecked   []string `json:"not_checked"` // codes
	Signer       string   `json:"signer"`
	ThrowAway    bool     `json:"throw_away"`
	Started      string   `json:"started"`
	Finished     string   `json:"finished"`
}

// Verification is what verify --json prints for a bundle: first what came of it, then,
// where it is valid, what its report says.
type Verification struct {
	Bundle            string             `json:"bundle"`
	Summary           bool               `json:"summary,omitempty"` // it is batch.json, and no bundle
	Sealed            string             `json:"sealed,omitempty"`  // it is no bundle, but "case", "corpus", "baseline" or "keys"
	Outcome           string             `json:"outcome,omitempty"` // of a joint report
	Status            string             `json:"status"`            // "valid", "signer-unknown", "not-valid", "not-checked"
	ExitStatus        int                `json:"exit_status"`
	Problems          []Problem          `json:"problems,omitempty"`
	Error             string             `json:"error,omitempty"`
	CertificateSHA256 string             `json:"certificate_sha256,omitempty"`
	CertificateGiven  *bool              `json:"certificate_given,omitempty"` // it is that of --cert
	VouchedBy         string             `json:"vouched_by,omitempty"`        // the authority of --cert that vouches for the signer
	ReportSHA256      string             `json:"report_sha256,omitempty"`
	System            string             `json:"system,omitempty"` // "this-image", "not-compared" (no --manifest); nothing: no TPM signed
	AttestationKey    string             `json:"attestation_key,omitempty"`
	KeyKnown          bool               `json:"attestation_key_known,omitempty"`
	Notes             []Reason           `json:"notes,omitempty"`
	Timestamps        []Timestamp        `json:"timestamps,omitempty"`
	Countersigned     []Countersignature `json:"countersigned,omitempty"`
	*Result
}

// Timestamp is an authority's word that the signature was there.
type Timestamp struct {
	Time      string `json:"time"`
	Authority string `json:"authority"`
	Trusted   bool   `json:"trusted"` // by --tsa-cert
}

// Countersignature is a second person's.
type Countersignature struct {
	Role              string `json:"role"`               // "concurrence", "validation"
	Decision          string `json:"decision,omitempty"` // of a validation: "approved", "rejected"
	Reason            string `json:"reason,omitempty"`
	Time              string `json:"time"`
	Name              string `json:"name"`
	CertificateSHA256 string `json:"certificate_sha256"`
}

// Problem is what is wrong with a bundle.
type Problem struct {
	File string `json:"file"`
	Code string `json:"code"`
	Text string `json:"text"`
}

// Reason is a code with its sentence, as reports have it.
type Reason struct {
	Code   string `json:"code"`
	Text   string `json:"text"`
	TextJA string `json:"text_ja"`
}

// Verifications is the last line of verify --json about several bundles.
type Verifications struct {
	Bundles       int `json:"bundles"`
	Valid         int `json:"valid"`
	SignerUnknown int `json:"signer_unknown"`
	NotValid      int `json:"not_valid"`
	NotChecked    int `json:"not_checked"`
	ExitStatus    int `json:"exit_status"`
}

// Identity is what keygen --json prints.
type Identity struct {
	Name              string `json:"name"`
	Folder            string `json:"out"`
	Key               string `json:"key"`
	Certificate       string `json:"certificate"`
	CertificateSHA256 string `json:"certificate_sha256"`
	Made              bool   `json:"made"` // false: it was there, and the passphrase opens its key
	ExitStatus        int    `json:"exit_status"`
}

// Demo is the last line of demo --json.
type Demo struct {
	Demo       string `json:"demo"` // "as-expected", "void", "unexpected"
	Folder     string `json:"out"`
	Error      string `json:"error,omitempty"`
	ExitStatus int    `json:"exit_status"`
}

// Corpus is what corpus build --json prints.
type Corpus struct {
	Corpus    string `json:"corpus"` // the folder
	Key       string `json:"key"`    // the file
	Name      string `json:"name"`
	ID        string `json:"id"`
	Files     int64  `json:"files"`
	Copies    int64  `json:"copies"`
	Skipped   int64  `json:"skipped"`
	Bytes     int64  `json:"bytes"`
	Sectors   int64  `json:"sectors"`
	Probative int64  `json:"probative_sectors"`
	Shared    int64  `json:"shared_sectors"`
}

// Baseline is what baseline --json prints.
type Baseline struct {
	Baseline   string `json:"baseline"` // the folder
	ID         string `json:"id"`
	Expect     string `json:"expect_after"`
	Serial     string `json:"serial,omitempty"`
	Bytes      int64  `json:"size_bytes"`
	Blocks     int64  `json:"blocks"`
	Fill       int64  `json:"fill_places"`
	Unreadable int64  `json:"unreadable_places"`
}

// Failure is what --json prints when a call failed as a whole.
type Failure struct {
	Verb       string `json:"verb"`
	Error      string `json:"error"`
	ExitStatus int    `json:"exit_status"`
}

// Keys is what keys import --json prints.
type Keys struct {
	Keys    string `json:"keys"` // the folder
	Objects int    `json:"objects"`
	Events  int    `json:"events"`
	Sources int    `json:"sources"`
}

// KeyAnswer is what keys check --json prints for a key of a volume.
type KeyAnswer struct {
	Volume   string       `json:"volume"`
	Key      string       `json:"key"`
	State    string       `json:"state"`
	Result   string       `json:"result"` // "complete", "gap", "contradiction"
	Opens    bool         `json:"opens"`  // the key, or another way to it, is there
	Findings []KeyFinding `json:"findings"`
}

// KeyFinding is a rule that a key does not keep, or a remark.
type KeyFinding struct {
	Code   string   `json:"code"`
	Text   string   `json:"text"`
	TextJA string   `json:"text_ja"`
	Places []string `json:"places"`
}

// Case is what case check and case report print with --json.
type Case struct {
	Case       string            `json:"case"`
	Outcome    string            `json:"outcome"` // "erased", "not-erased", "void", "insufficient"
	Lines      map[string]string `json:"lines"`   // by code: "open", "met", "refuted", "void"
	Report     string            `json:"report,omitempty"`
	ExitStatus int               `json:"exit_status"`
}

// LogAnswer is what keys check --json prints, behind the answers, for what logs tell of a key.
type LogAnswer struct {
	Volume   string       `json:"volume"`
	Key      string       `json:"key"`
	Logs     string       `json:"logs"` // "consistent", "inconsistent", "insufficient"
	Findings []KeyFinding `json:"findings"`
}
