package render

import (
	"bytes"
	"encoding/xml"
	"fmt"

	"shokyo.dev/shokyo/reports"
)

// Digital Forensics XML (github.com/dfxml-working-group/dfxml_schema). Its
// fileobject is the nearest thing to a finding: something with a name and runs
// of bytes on an image. What it has no word for stands in our own name space.
const (
	dfxmlSpace  = "http://www.forensicswiki.org/wiki/Category:Digital_Forensics_XML"
	dublinSpace = "http://purl.org/dc/elements/1.1/"
	ownSpace    = "https://shokyo.dev/dfxml/v1"
)

type dfxmlDoc struct {
	XMLName  xml.Name      `xml:"dfxml"`
	Space    string        `xml:"xmlns,attr"`
	Dublin   string        `xml:"xmlns:dc,attr"`
	Own      string        `xml:"xmlns:shokyo,attr"`
	Version  string        `xml:"version,attr"`
	Metadata dfxmlMetadata `xml:"metadata"`
	Creator  dfxmlCreator  `xml:"creator"`
	Source   dfxmlSource   `xml:"source"`
	Objects  []dfxmlObject `xml:"fileobject"`
}

type dfxmlMetadata struct {
	Type       string `xml:"dc:type"`
	Identifier string `xml:"dc:identifier"`
	Exist      int64  `xml:"shokyo:findings"` // how many there are
	Listed     int64  `xml:"shokyo:listed"`   // how many of them follow
}

type dfxmlCreator struct {
	Program string `xml:"program"`
	Version string `xml:"version"`
}

type dfxmlSource struct {
	Image      string       `xml:"image_filename"`
	SectorSize int64        `xml:"sectorsize,omitempty"`
	Model      string       `xml:"device_model,omitempty"`
	Capacity   int64        `xml:"device_capacity"`
	Digests    []dfxmlValue `xml:"hashdigest"`
}

type dfxmlValue struct {
	Type  string `xml:"type,attr"`
	Value string `xml:",chardata"`
}

type dfxmlObject struct {
	Name     string     `xml:"filename"`
	ID       int        `xml:"id"`
	NameType string     `xml:"name_type"`
	Size     int64      `xml:"filesize"`
	Runs     []dfxmlRun `xml:"byte_runs>byte_run"`
	Detector string     `xml:"shokyo:detector"`
	Kind     string     `xml:"shokyo:kind"`
	Path     string     `xml:"shokyo:path,omitempty"`
	Bits     string     `xml:"shokyo:bits"`
}

type dfxmlRun struct {
	Offset int64 `xml:"img_offset,attr"`
	Length int64 `xml:"len,attr"`
}

// DFXML gives the listed findings as Digital Forensics XML.
func DFXML(d *reports.Document) []byte {
	findings := d.Cut("findings", len(d.Findings), len(d.Findings))
	x := dfxmlDoc{
		Space: dfxmlSpace, Dublin: dublinSpace, Own: ownSpace, Version: "1.2.0",
		Metadata: dfxmlMetadata{"Erasure verification findings", d.ID, findings.Exist, findings.Shown},
		Creator:  dfxmlCreator{d.Tool.Name, d.Tool.Version},
		Source: dfxmlSource{
			Image: d.Medium.Path, SectorSize: d.Medium.LogicalBlockBytes,
			Model: d.Medium.Model, Capacity: d.Medium.SizeBytes,
		},
	}
	if d.Digests.SHA256 != "" {
		x.Source.Digests = []dfxmlValue{{"sha256", d.Digests.SHA256}}
	}
	for i, f := range d.Findings {
		x.Objects = append(x.Objects, dfxmlObject{
			Name: fmt.Sprintf("finding-%05d-%s", i+1, f.Kind), ID: i + 1, NameType: "v", Size: f.Length,
			Runs:     []dfxmlRun{{f.Offset, f.Length}},
			Detector: f.Detector, Kind: f.Kind, Path: f.Path, Bits: fmt.Sprintf("%.1f", f.Bits),
		})
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", " ")
	if err := e.Encode(x); err != nil {
		panic("render: findings that XML cannot hold: " + err.Error())
	}
	b.WriteByte('\n')
	return b.Bytes()
}
