package render

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/report"
)

// CASE (caseontology.org), the ontology of investigations above UCO
// (unifiedcyberontology.org), both 1.x, as JSON-LD: the examination is an
// investigative action; the medium is its object; the report and each listed finding, a range
// of the medium, are its results. What UCO has no word for stands as name and description.

type node = map[string]any

// caseContext are the name spaces; kb is the report's own.
func caseContext(d *reports.Document) node {
	const uco = "https://ontology.unifiedcyberontology.org/uco/"
	return node{
		"kb":                 "urn:uuid:" + caseID(d, "report") + "#",
		"case-investigation": "https://ontology.caseontology.org/case/investigation/",
		"uco-action":         uco + "action/", "uco-core": uco + "core/", "uco-identity": uco + "identity/", "uco-location": uco + "location/",
		"uco-observable": uco + "observable/", "uco-tool": uco + "tool/", "uco-types": uco + "types/", "uco-vocabulary": uco + "vocabulary/",
		"xsd": "http://www.w3.org/2001/XMLSchema#",
	}
}

// caseID is a UUID made of the report and what in it is named (RFC 9562 §5.8, version 8), so
// that the same report gives the same bytes.
func caseID(d *reports.Document, what string) string {
	b := sha256.Sum256([]byte(d.ID + "\x00" + what))
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// caseNode begins a node.
func caseNode(d *reports.Document, kind, what string) node {
	return node{"@id": "kb:" + what + "-" + caseID(d, what), "@type": kind}
}

func reference(n node) node { return node{"@id": n["@id"]} }

func typed(kind, value string) node { return node{"@type": kind, "@value": value} }

// facet gives a node a facet.
func (c *caseGraph) facet(to node, kind string, properties node) {
	list, _ := to["uco-core:hasFacet"].([]node)
	f := node{"@id": fmt.Sprintf("kb:facet-%s", caseID(c.d, fmt.Sprint(to["@id"], kind))), "@type": "uco-observable:" + kind}
	for k, v := range properties {
		f["uco-observable:"+k] = v
	}
	to["uco-core:hasFacet"] = append(list, f)
}

type caseGraph struct {
	d     *reports.Document
	nodes []node
}

func (c *caseGraph) add(kind, what string) node {
	n := caseNode(c.d, kind, what)
	c.nodes = append(c.nodes, n)
	return n
}

// CASE gives the examination, the medium and the listed findings in JSON-LD.
func CASE(d *reports.Document) []byte {
	c := &caseGraph{d: d}
	action := c.add("case-investigation:InvestigativeAction", "examination")
	medium := c.medium()
	tool := c.add("uco-tool:Tool", "tool")
	tool["uco-core:name"], tool["uco-tool:version"] = d.Tool.Name, d.Tool.Version
	action["uco-core:name"], action["uco-core:description"] = d.Title, d.Verdict+" ("+d.ScopeWord()+"), report "+d.ID+counted(d)
	action["uco-action:startTime"], action["uco-action:endTime"] = typed("xsd:dateTime", d.Times.Started), typed("xsd:dateTime", d.Times.Finished)
	action["uco-action:instrument"], action["uco-action:object"] = reference(tool), []node{reference(medium)}
	c.people(action)
	var results []node
	for i := range d.Findings {
		results = append(results, reference(c.finding(i, medium)))
	}
	if len(results) > 0 {
		action["uco-action:result"] = results
	}
	b, err := json.MarshalIndent(node{"@context": caseContext(d), "@graph": c.nodes}, "", " ")
	if err != nil {
		panic("render: a document that JSON cannot hold: " + err.Error())
	}
	return append(b, '\n')
}

// counted says how many findings there are: the list is no more than so long.
func counted(d *reports.Document) string {
	var n int64
	for _, c := range d.FindingCount {
		n += c.Count
	}
	return ", " + report.FindingsListed.Say(words.Grouped(n), len(d.Findings)).EN
}

func (c *caseGraph) medium() node {
	m := &c.d.Medium
	n := c.add("uco-observable:ObservableObject", "medium")
	n["uco-core:name"] = m.Path
	content := node{"sizeInBytes": m.SizeBytes}
	if h := c.d.Digests.SHA256; h != "" {
		content["hash"] = []node{{"@id": "kb:hash-" + caseID(c.d, "hash"), "@type": "uco-types:Hash",
			"uco-types:hashMethod": typed("uco-vocabulary:HashNameVocab", "SHA256"), "uco-types:hashValue": typed("xsd:hexBinary", h)}}
	}
	c.facet(n, "ContentDataFacet", content)
	if m.Model != "" || m.Serial != "" {
		device := node{}
		for name, value := range map[string]string{"model": m.Model, "serialNumber": m.Serial} {
			if value != "" {
				device[name] = value
			}
		}
		c.facet(n, "DeviceFacet", device)
	}
	return n
}

// people are who examined, and where.
func (c *caseGraph) people(action node) {
	if name := c.d.Examination.Operator; name != "" {
		p := c.add("uco-identity:Person", "operator")
		p["uco-core:name"], action["uco-action:performer"] = name, reference(p)
	}
	if place := c.d.Examination.Site; place != "" {
		p := c.add("uco-location:Location", "place")
		p["uco-core:name"], action["uco-action:location"] = place, []node{reference(p)}
	}
}

func (c *caseGraph) finding(i int, medium node) node {
	f, name := &c.d.Findings[i], fmt.Sprintf("finding-%05d", i+1)
	n := c.add("uco-observable:ObservableObject", name)
	n["uco-core:name"] = f.Detector + "/" + f.Kind
	c.facet(n, "DataRangeFacet", node{"rangeOffset": f.Offset, "rangeSize": f.Length})
	r := c.add("uco-observable:ObservableRelationship", name+"-place")
	r["uco-core:source"], r["uco-core:target"] = reference(n), reference(medium)
	r["uco-core:kindOfRelationship"], r["uco-core:isDirectional"] = "Contained_Within", true
	return n
}
