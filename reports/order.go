package reports

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
)

// Order is who had the medium examined by whom, what it is and how it was erased, as
// the laboratory states it. The tool takes it over and
// vouches for none of it. What is empty was not stated. The names of operator, customer
// and place, the case and the note stand in [Assignment], where they always stood, and
// nowhere else.
//
// Together with what the tool knows it has a place for every item of ISO/IEC 17025:2017
// 7.8.2.1 and every field of the forms of NIST SP 800-88r1 appendix G and r2 appendix C:
// the table is in docs/report-format.md, "What a certificate asks".
type Order struct {
	Lab             Laboratory `json:"lab"`
	Customer        Contact    `json:"customer"`
	Number          string     `json:"number"` // of the order, as the customer or the laboratory counts
	Item            Item       `json:"item"`
	Erasure         Erasure    `json:"erasure"`
	Operator        Role       `json:"operator"`      // of who is named in examination.operator
	Witness         Person     `json:"witness"`       // who was there
	AuthorisedBy    Person     `json:"authorised_by"` // who answers for the report: 7.8.2.1 o
	Conditions      string     `json:"conditions"`    // of the place: temperature, power, isolation
	Deviations      []string   `json:"deviations"`    // from the method, beside interruptions: 7.8.2.1 n
	ExternalResults []External `json:"external_results"`
	CaseSHA256      string     `json:"case_sha256"` // of the case file
}

// Laboratory is who issues the report.
type Laboratory struct {
	Name          string `json:"name"`
	Address       string `json:"address"`
	Contact       string `json:"contact"`
	Accreditation string `json:"accreditation"` // by whom, and under which number
	Logo          *Logo  `json:"logo"`          // null: none
}

// Logo is a picture: a PNG that shokyo encoded itself.
type Logo struct {
	PNG    string `json:"png"` // base64
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// Contact is where somebody can be reached.
type Contact struct {
	Address string `json:"address"`
	Contact string `json:"contact"` // telephone, mail
}

// Item is the medium as it was handed over. What the drive says of itself is in medium.
type Item struct {
	AssetNumber           string `json:"asset_number"` // 管理番号; "property number" in NIST's forms
	Manufacturer          string `json:"manufacturer"`
	Model                 string `json:"model"`  // as on its label
	Serial                string `json:"serial"` // as on its label
	Type                  string `json:"type"`   // "SSD", "magnetic disk"
	Source                string `json:"source"` // whose, or from which machine it comes
	Condition             string `json:"condition"`
	Received              string `json:"received"` // YYYY-MM-DD
	Sampled               string `json:"sampled"`  // YYYY-MM-DD: taken from where it was in use
	ConfidentialityBefore string `json:"confidentiality_before"`
	ConfidentialityAfter  string `json:"confidentiality_after"`
	Backup                string `json:"backup"` // whether its data are kept elsewhere, and where
	Destination           string `json:"destination"`
}

// The categories of NIST SP 800-88.
const (
	Clear   = "clear"
	Purge   = "purge"
	Destroy = "destroy"
)

// Erasure is what is said to have been done to the medium before it was examined.
type Erasure struct {
	Category         string `json:"category"`  // Clear, Purge, Destroy; empty: not stated
	Technique        string `json:"technique"` // "cryptographic erase", "overwrite"
	Details          string `json:"details"`
	Tool             string `json:"tool"`
	ToolVersion      string `json:"tool_version"`
	By               Person `json:"by"`
	Date             string `json:"date"`              // YYYY-MM-DD
	Certificate      string `json:"certificate"`       // its number
	ProcessingNumber string `json:"processing_number"` // ADEC's
}

// Role is what somebody is, and where.
type Role struct {
	Title        string `json:"title"`
	Organization string `json:"organization"`
	Place        string `json:"place"`
	Contact      string `json:"contact"`
}

// Person is somebody with a role.
type Person struct {
	Name string `json:"name"`
	Role
}

// External is a result that somebody else answers for: 7.8.2.1 p.
type External struct {
	Provider string `json:"provider"`
	Result   string `json:"result"`
}

// What a logo may have at most.
const (
	MaxLogoBytes = 512 << 10 // as PNG
	MaxLogoSide  = 1024      // pixels
)

// check holds what writers rely on: a logo is a small PNG of the size it says.
func (l *Logo) check() error {
	if l == nil {
		return nil
	}
	if len(l.PNG) > base64.StdEncoding.EncodedLen(MaxLogoBytes) {
		return fmt.Errorf("order: the logo has more than %d bytes", MaxLogoBytes)
	}
	b, err := base64.StdEncoding.DecodeString(l.PNG)
	if err != nil || base64.StdEncoding.EncodeToString(b) != l.PNG { // the decoder lets line ends through
		return fmt.Errorf("order: the logo is not spelled as base64 has it: %v", err)
	}
	size, err := png.DecodeConfig(bytes.NewReader(b))
	switch {
	case err != nil:
		return fmt.Errorf("order: the logo is no PNG: %w", err)
	case size.Width != l.Width || size.Height != l.Height || l.Width < 1 || l.Height < 1 || l.Width > MaxLogoSide || l.Height > MaxLogoSide:
		return fmt.Errorf("order: the logo is %d×%d, stated %d×%d; at most %d a side", size.Width, size.Height, l.Width, l.Height, MaxLogoSide)
	}
	if _, err := png.Decode(bytes.NewReader(b)); err != nil {
		return fmt.Errorf("order: the logo is a damaged PNG: %w", err)
	}
	return nil
}

// Empty says that nothing was stated.
func (p Person) Empty() bool { return p == Person{} }

// CleanOrder makes all texts of an order safe to read, and lists never null.
func CleanOrder(o Order) Order {
	for _, s := range []*string{
		&o.Lab.Name, &o.Lab.Address, &o.Lab.Contact, &o.Lab.Accreditation, &o.Customer.Address, &o.Customer.Contact, &o.Number, &o.Conditions, &o.CaseSHA256,
		&o.Item.AssetNumber, &o.Item.Manufacturer, &o.Item.Model, &o.Item.Serial, &o.Item.Type, &o.Item.Source, &o.Item.Condition, &o.Item.Received, &o.Item.Sampled,
		&o.Item.ConfidentialityBefore, &o.Item.ConfidentialityAfter, &o.Item.Backup, &o.Item.Destination,
		&o.Erasure.Category, &o.Erasure.Technique, &o.Erasure.Details, &o.Erasure.Tool, &o.Erasure.ToolVersion, &o.Erasure.Date, &o.Erasure.Certificate, &o.Erasure.ProcessingNumber,
	} {
		*s = Clean(*s)
	}
	cleanRole(&o.Operator)
	for _, p := range []*Person{&o.Witness, &o.AuthorisedBy, &o.Erasure.By} {
		p.Name = Clean(p.Name)
		cleanRole(&p.Role)
	}
	deviations := make([]string, 0, len(o.Deviations))
	for _, s := range o.Deviations {
		deviations = append(deviations, Clean(s))
	}
	external := make([]External, 0, len(o.ExternalResults))
	for _, x := range o.ExternalResults {
		external = append(external, External{Clean(x.Provider), Clean(x.Result)})
	}
	o.Deviations, o.ExternalResults = deviations, external
	return o
}

func cleanRole(r *Role) {
	for _, s := range []*string{&r.Title, &r.Organization, &r.Place, &r.Contact} {
		*s = Clean(*s)
	}
}
