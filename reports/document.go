// Package reports turns what one examination measured into evidence: a
// canonical document, signed, with pictures of it that a person can read.
//
// This package is the document, and nothing else: its fields, [Document.Encode], which
// gives its bytes, and [Decode], which reads them back and lets nothing through that
// contradicts itself. reports/build makes one, reports/render prints it and decides
// nothing, reports/sign encodes it, renders it, signs all of it and puts it on disk, and
// verifies such a folder. A new fact is a field in document.go, filled in by reports/build,
// and checked in encode.go if writers rely on it.
package reports

import (
	"cmp"
	"time"
)

// Schema names the document's format. Fields may be added under this name,
// never renamed or given another meaning.
const Schema = "https://shokyo.dev/report/v1"

// Document is report.json. The field order here is the order in the file.
// Offsets and lengths are bytes of the medium. An empty string, a zero block
// size and null all mean: not known or not stated.
type Document struct {
	Schema       string         `json:"schema"`
	ID           string         `json:"id"`
	Title        string         `json:"title"`
	TitleJA      string         `json:"title_ja"`
	Verdict      string         `json:"verdict"`
	Reasons      []Reason       `json:"reasons"`
	Claim        string         `json:"claim"`
	ClaimText    string         `json:"claim_text"`
	ClaimTextJA  string         `json:"claim_text_ja"`
	ClaimBytes   ClaimBytes     `json:"claim_bytes"`
	Scope        Scope          `json:"scope"`
	Medium       Medium         `json:"medium"`
	Plan         Plan           `json:"plan"`
	Coverage     Coverage       `json:"coverage"`
	BlockBytes   int64          `json:"block_bytes"`
	GrainBytes   int64          `json:"grain_bytes"` // regions are exact to this many bytes
	Regions      []Region       `json:"regions"`
	Findings     []Finding      `json:"findings"`
	FindingCount []FindingCount `json:"finding_counts"`
	Found        Sentence       `json:"finding_summary"` // empty texts: nothing was found
	Statistics   Statistics     `json:"statistics"`
	Explanations []Explanation  `json:"explanations"`
	Labels       []Label        `json:"readable_labels"`
	Lists        []List         `json:"lists"`
	Map          Map            `json:"map"`
	Corpora      []Corpus       `json:"corpora,omitempty"`  // that were looked for; absent: none
	Baseline     *Baseline      `json:"baseline,omitempty"` // blocks that were recorded before; absent: none
	DecisionRule DecisionRule   `json:"decision_rule"`
	Noticed      Noticed        `json:"power"`
	Digests      Digests        `json:"digests"`
	Verification Verification   `json:"verification"`
	Validation   Validation     `json:"validation"`
	NotChecked   []Reason       `json:"not_checked"`
	Identity     IdentityFacts  `json:"identity"`
	Examination  Assignment     `json:"examination"`
	Order        Order          `json:"order"`
	Platform     Platform       `json:"platform"`
	Tool         Tool           `json:"tool"`
	Times        Times          `json:"times"`
	Interrupted  []Interruption `json:"interruptions"`
	ISO17025     []ISOItem      `json:"iso_17025"`
}

// Reason is a code for programs and one sentence for people, in two languages.
// An empty TextJA means that only the English sentence exists.
type Reason struct {
	Code   string `json:"code"`
	Text   string `json:"text"`
	TextJA string `json:"text_ja"`
}

// Sentence is for people alone.
type Sentence struct {
	Text   string `json:"text"`
	TextJA string `json:"text_ja"`
}

// List says how much of what there is a list of the document holds.
type List struct {
	Name   string `json:"name"` // the field
	Exist  int64  `json:"exist"`
	Listed int64  `json:"listed"`
}

// ClaimBytes is what the claim rests on: what was judged and read, by what it
// can prove. Logical is fill and pattern, PhysicalCiphertext is ciphertext.
type ClaimBytes struct {
	Logical            int64 `json:"logical"`
	PhysicalCiphertext int64 `json:"physical_ciphertext"`
	Metadata           int64 `json:"metadata"`
}

// Medium is what was examined, as far as it says so itself. cmd fills it in.
type Medium struct {
	Path               string      `json:"path"`
	SizeBytes          int64       `json:"size_bytes"`
	LogicalBlockBytes  int64       `json:"logical_block_bytes"`
	PhysicalBlockBytes int64       `json:"physical_block_bytes"`
	Kind               string      `json:"kind"`              // "file", "block-device"
	Format             string      `json:"format"`            // "raw", "split raw", "gzip", "zstd", or a virtual disk's
	FormatStated       string      `json:"format_stated"`     // "raw": taken byte for byte because the call said so
	SizeStated         int64       `json:"size_stated_bytes"` // 0: the call stated none
	Parts              []string    `json:"parts"`             // the files of a split image
	Model              string      `json:"model"`
	Serial             string      `json:"serial"`
	ReadOnlyFlag       *bool       `json:"read_only_flag"` // the kernel's; null: not known
	WriteGuard         WriteGuard  `json:"write_guard"`
	PartitionTable     string      `json:"partition_table"` // "gpt", "mbr"
	Partitions         []Partition `json:"partitions"`
	SectorLayout       string      `json:"sector_layout"` // "520", "9th", …; empty: plain sectors
	LayoutText         string      `json:"layout_text"`   // what was seen of the bytes beside the data
	Drive              *Drive      `json:"drive"`         // null: an image file
}

// WriteGuard says whether the medium was written to while it was examined.
type WriteGuard struct {
	Untouched  *bool     `json:"untouched"`  // null: could not be told
	Descriptor string    `json:"descriptor"` // how it was opened: "O_RDONLY|O_DIRECT"
	Claimed    *bool     `json:"claimed"`    // no other program could open it exclusively; null: a file
	Commands   []string  `json:"commands"`   // names of the pass-through commands sent, each on the allow-list
	Counters   []Counter `json:"counters"`
	Text       string    `json:"text"`
	TextJA     string    `json:"text_ja"`
}

// Counter is a figure taken before and after: "write_ios", "write_sectors",
// "discard_ios", "discard_sectors" of the kernel, "size_bytes", "modified_unix_us" of a file,
// or, with "drive." before it, the drive's own count of what was written to it.
type Counter struct {
	Name   string `json:"name"`
	Before int64  `json:"before"`
	After  int64  `json:"after"`
}

// Partition is what a partition table on the medium says.
type Partition struct {
	Name   string `json:"name"`  // the step in a finding's path: "p1"
	Label  string `json:"label"` // one that tools give by default, or the shape of another
	Type   string `json:"type"`
	Start  int64  `json:"start"`
	Length int64  `json:"length"`
	Masked bool   `json:"label_masked"`
}

// Plan is what was to be examined.
type Plan struct {
	Mode    string       `json:"mode"` // "full", "sample"
	Sample  *Sample      `json:"sample"`
	Regions []PlanRegion `json:"regions"`
	// StrictLabels: a readable label keeps the verdict from being no-residue.
	StrictLabels bool `json:"strict_labels"`
	// Depth is "deep", where every detector looked at every byte, or "quick"; empty in
	// reports from before there were depths.
	Depth string `json:"depth"`
}

// Sample says how the samples were drawn; with the seed they can be drawn again.
type Sample struct {
	Method   string  `json:"method"`   // "nist-800-88r1", "random"
	Fraction float64 `json:"fraction"` // of the blocks; 0 where the method fixes it
	Seed     string  `json:"seed"`     // hexadecimal
	Power    []Power `json:"power"`
	// Algorithm is the method with the version by which the seed selects the blocks;
	// empty in reports that are older than the second version: see DrawnBy.
	Algorithm string `json:"algorithm"`
}

// DrawnBy is the algorithm, also of a report from before they had versions.
func (s *Sample) DrawnBy() string { return cmp.Or(s.Algorithm, s.Method+"-1") }

// Power is the chance that at least one sampled block holds nothing but residue,
// when there is one contiguous piece of residue of this size, wherever it starts.
type Power struct {
	ResidueBytes int64   `json:"residue_bytes"`
	Probability  float64 `json:"probability"` // rounded down
}

// PlanRegion is one region of the plan and what was expected of it.
type PlanRegion struct {
	Name   string `json:"name"`
	Start  int64  `json:"start"`
	Length int64  `json:"length"`
	Expect string `json:"expect"`
}

// Coverage is how much of the plan was read.
type Coverage struct {
	PlannedBytes    int64 `json:"planned_bytes"`
	ReadBytes       int64 `json:"read_bytes"`
	UnreadBytes     int64 `json:"unread_bytes"`
	UnreadableBytes int64 `json:"unreadable_bytes"`
	// HoleBytes of ReadBytes are holes of an image file: its file system says that
	// nothing is stored there, and they were taken for the zeros they read as.
	HoleBytes int64 `json:"hole_bytes"`
}

// Region is a run of the medium with one class for one reason.
type Region struct {
	Start  int64  `json:"start"`
	Length int64  `json:"length"`
	Class  string `json:"class"`
	Reason string `json:"reason"`
}

// Finding is one thing a detector saw. Its preview is masked.
type Finding struct {
	Offset   int64   `json:"offset"`
	Length   int64   `json:"length"`
	Detector string  `json:"detector"`
	Kind     string  `json:"kind"`
	Path     string  `json:"path"`
	Bits     float64 `json:"bits"`
	Preview  string  `json:"preview"`
}

// FindingCount counts all findings of one kind, also those not listed.
type FindingCount struct {
	Detector string `json:"detector"`
	Kind     string `json:"kind"`
	Count    int64  `json:"count"`
	Bytes    int64  `json:"bytes"` // of a file: of the part that was checked
	Listed   int64  `json:"listed"`
	Family   string `json:"family"`
	Name     string `json:"name"`
	NameJA   string `json:"name_ja"`
}

// Statistics sums up: bytes by class, tests by window size, results by region.
type Statistics struct {
	Classes ClassBytes     `json:"classes"`
	Windows []WindowTest   `json:"windows"`
	Regions []RegionResult `json:"regions"`
}

// ClassBytes is bytes by class, in the order of scan's classes.
type ClassBytes struct {
	Unread     int64 `json:"unread"`
	Unreadable int64 `json:"unreadable"`
	Fill       int64 `json:"fill"`
	Pattern    int64 `json:"pattern"`
	Ciphertext int64 `json:"ciphertext"`
	Metadata   int64 `json:"metadata"`
	Residue    int64 `json:"residue"`
}

// WindowTest sums up the tests at one window size; 0 is the whole region.
type WindowTest struct {
	WindowBytes int64   `json:"window_bytes"`
	Windows     int64   `json:"windows"`
	MaxBits     float64 `json:"max_bits"`
	MaxOffset   int64   `json:"max_offset"`
	Alarms      int64   `json:"alarms"`
}

// RegionResult is what was found in one region of the plan.
type RegionResult struct {
	Name         string     `json:"name"`
	PlannedBytes int64      `json:"planned_bytes"`
	Classes      ClassBytes `json:"classes"`
	Findings     int64      `json:"findings"`
	LiveKeySlots int64      `json:"live_key_slots"`
}

// Explanation says why a structure is no residue.
type Explanation struct {
	Offset int64  `json:"offset"`
	Length int64  `json:"length"`
	Kind   string `json:"kind"`
	Path   string `json:"path"`
	Text   string `json:"text"`
	TextJA string `json:"text_ja"`
}

// Label is a readable text that somebody chose, in an explained structure. The text
// is in no file of the bundle.
type Label struct {
	Offset int64  `json:"offset"` // of the structure
	Kind   string `json:"kind"`
	Path   string `json:"path"`
	Shape  string `json:"shape"` // masked as previews are
}

// Map is the medium in at most 1024 equal cuts.
type Map struct {
	Cells []Cell `json:"cells"`
}

// Cell is one cut: bytes by class, and the entropy of its blocks in bits per
// byte (plug-in estimate; all zero when EntropyBlocks is).
type Cell struct {
	Start  int64 `json:"start"`
	Length int64 `json:"length"`
	ClassBytes
	EntropyMin    float64 `json:"entropy_min"`
	EntropyMean   float64 `json:"entropy_mean"`
	EntropyMax    float64 `json:"entropy_max"`
	EntropyBlocks int64   `json:"entropy_blocks"`
}

// DecisionRule is ISO/IEC 17025 clause 7.8.6: when something counts, and at
// what risk of being wrong.
type DecisionRule struct {
	FalseAlarmBudget float64 `json:"false_alarm_budget"`
	ThresholdBits    float64 `json:"threshold_bits"`
	Tests            int64   `json:"tests"`
	Formula          string  `json:"formula"`
	Statement        string  `json:"statement"`
	StatementJA      string  `json:"statement_ja"`
}

// Noticed says what residue would have been noticed: measured chances (package power),
// read at this examination's threshold and depth; for a sample, times the chance to meet it.
type Noticed struct {
	ThresholdBits float64        `json:"threshold_bits"`
	MeasuredBits  float64        `json:"measured_bits"` // the next higher threshold that was measured; 0: none was
	PieceBytes    []int64        `json:"piece_bytes"`   // the columns
	Rows          []NoticedRow   `json:"rows"`
	Note          string         `json:"note"`
	NoteJA        string         `json:"note_ja"`
	Depth         string         `json:"depth"` // that was measured at, as the plan's
	Brief         Sentence       `json:"brief"` // what is noticed from which size on, and what is not
	Groups        []NoticedGroup `json:"groups"`
}

// NoticedRow is one type of data: a percentage for each size. Null was not measured.
type NoticedRow struct {
	Type    string     `json:"type"`
	Name    string     `json:"name"`
	NameJA  string     `json:"name_ja"`
	Percent []*float64 `json:"percent"`
	Low     []*float64 `json:"low"` // end of the 95 % interval
	Group   string     `json:"group"`
}

// NoticedGroup says of types that a reader knows as one thing what would have been noticed.
type NoticedGroup struct {
	Group  string `json:"group"`
	Name   string `json:"name"`
	NameJA string `json:"name_ja"`
	Text   string `json:"text"`
	TextJA string `json:"text_ja"`
}

// Digests identify what was read.
type Digests struct {
	SHA256Tree *Tree  `json:"sha256_tree,omitempty"`
	SHA256     string `json:"sha256,omitempty"` // of the whole medium
}

// Tree is a Merkle tree hash, RFC 6962 section 2.1 with SHA-256; unreadable
// bytes count as zeros. Covers is "medium" or "examined-bytes".
type Tree struct {
	LeafBytes int64  `json:"leaf_bytes"`
	Root      string `json:"root"`
	Covers    string `json:"covers"`
}

// Verification is NIST SP 800-88r2 section 4.5.1: what was run and how it ended.
type Verification struct {
	Standard    string  `json:"standard"`
	Status      string  `json:"status"` // "completed", "incomplete"
	Text        string  `json:"text"`
	TextJA      string  `json:"text_ja"`
	DriveStatus *string `json:"drive_status"` // null: not stated
}

// Validation is NIST SP 800-88r2 section 4.5.2: a named person's decision. The
// tool leaves it open, always; the fields are there to show that they are empty.
type Validation struct {
	Standard string  `json:"standard"`
	Status   string  `json:"status"` // "open"
	Decision *string `json:"decision"`
	Person   *string `json:"person"`
	Date     *string `json:"date"`
}

// IdentityFacts says who signed.
type IdentityFacts struct {
	Name              string `json:"name"`
	ThrowAway         bool   `json:"throwaway"`
	CertificateSHA256 string `json:"certificate_sha256"` // of the DER bytes
}

// Assignment is who examined for whom, as they say themselves. What is empty was
// not stated.
type Assignment struct {
	Operator  string `json:"operator"`
	Case      string `json:"case"`
	Customer  string `json:"customer"`
	Site      string `json:"site"`
	Note      string `json:"note"`
	JobSHA256 string `json:"job_sha256"` // of the file that asked for the examination
}

// Platform is the system that the tool ran on.
type Platform struct {
	Release     string           `json:"release"` // what the bootable image calls itself; empty: it was not one
	Attestation AttestationFacts `json:"attestation"`
}

// AttestationFacts say whether a TPM vouches for the system, or why none does.
type AttestationFacts struct {
	Kind   string `json:"kind"` // AttestedTPM2: the bundle has attestation.json; NotAttested
	Text   string `json:"text"`
	TextJA string `json:"text_ja"`
}

// The kinds of attestation.
const (
	AttestedTPM2 = "tpm2"
	NotAttested  = "none"
)

// Tool is the program that examined.
type Tool struct {
	Name      string `json:"name"`
	Version   string `json:"version"`
	Commit    string `json:"commit"`
	GoVersion string `json:"go_version"`
	OS        string `json:"os"`
	Arch      string `json:"arch"`
}

// Times are RFC 3339 in UTC, by the clock of the examining machine. The local ones are
// the same instants as the laboratory's clock on the wall shows them, with their offset;
// empty in older reports.
type Times struct {
	Started       string `json:"started"`
	Finished      string `json:"finished"`
	StartedLocal  string `json:"started_local"`
	FinishedLocal string `json:"finished_local"`
}

// Stamp writes a time as documents have it.
func Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// TimesOf writes two times in UTC, and in the zone they are given in.
func TimesOf(started, finished time.Time) Times {
	return Times{Stamp(started), Stamp(finished), started.Format(time.RFC3339), finished.Format(time.RFC3339)}
}

// Interruption is a pause: the examination went on at AtByte.
type Interruption struct {
	Stopped string `json:"stopped"`
	Resumed string `json:"resumed"`
	AtByte  int64  `json:"at_byte"`
}

// ISOItem is one thing that ISO/IEC 17025:2017 clause 7.8.2.1 wants in a
// report. A null text means: not stated, the tool does not know it.
type ISOItem struct {
	Clause string  `json:"clause"`
	Name   string  `json:"name"`
	NameJA string  `json:"name_ja"`
	Text   *string `json:"text"`
	TextJA *string `json:"text_ja"`
}
