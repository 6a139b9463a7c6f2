package reports

import (
	"errors"
	"fmt"

	"shokyo.dev/shokyo/verdict"
)

// Corpus is what a medium shows of files that are known to have been stored on it.
type Corpus struct {
	Name        string `json:"name"`
	ID          string `json:"id"`
	SealSHA256  string `json:"seal_sha256"`
	Signer      string `json:"signer"`
	ThrowAway   bool   `json:"throw_away"`   // it is signed with a key that was made for it alone
	SignerGiven bool   `json:"signer_given"` // its signer was demanded by the call
	Names       string `json:"names"`        // of its files: "hashed", "plain"
	Files       int64  `json:"files"`
	Probative   int64  `json:"probative_sectors"`
	Found       int64  `json:"found_sectors"`  // of these, each once
	OnMedium    int64  `json:"medium_sectors"` // of the medium that are one of these, copies included
	Shared      int64  `json:"shared_sectors_found"`
	// RecallPercent is the part of the probative sectors that was found in what was read, rounded down.
	RecallPercent float64      `json:"recall_percent"`
	Estimate      *Estimate    `json:"estimate"` // of a sample; null: all that was planned was read
	FilesFound    int64        `json:"files_found"`
	FilesWhole    int64        `json:"files_whole"`
	FileList      []CorpusFile `json:"file_list"` // those of which most was found
	RunCount      int64        `json:"run_count"`
	Runs          []CorpusRun  `json:"runs"`
	Text          string       `json:"text"`
	TextJA        string       `json:"text_ja"`
}

// Estimate is the recall of a whole medium, estimated from a sample.
type Estimate struct {
	Percent     float64 `json:"percent"`
	LowPercent  float64 `json:"low_percent"`
	HighPercent float64 `json:"high_percent"`
	Confidence  float64 `json:"confidence"`
}

// CorpusFile is a file of which something was found.
type CorpusFile struct {
	Name          string  `json:"name"` // or what stands for it
	Number        int64   `json:"number"`
	Bytes         int64   `json:"bytes"`
	Probative     int64   `json:"probative_sectors"`
	Found         int64   `json:"found_sectors"`
	RecallPercent float64 `json:"recall_percent"`
}

// CorpusRun is a stretch of the medium that is a stretch of a file.
type CorpusRun struct {
	Offset     int64 `json:"offset"`
	Length     int64 `json:"length"`
	File       int64 `json:"file"` // its number
	FileOffset int64 `json:"file_offset"`
}

// What is listed of a corpus at most; the counts go on.
const (
	MaxCorpusFiles = 1000
	MaxCorpusRuns  = 1000
	MaxCorpora     = 16
)

// checkCorpora: what was found of files that were stored is no clean medium.
func (d *Document) checkCorpora() error {
	if len(d.Corpora) > MaxCorpora {
		return fmt.Errorf("%d corpora, at most %d are allowed", len(d.Corpora), MaxCorpora)
	}
	for i := range d.Corpora {
		c := &d.Corpora[i]
		switch {
		case c.Probative <= 0 || c.Found < 0 || c.Found > c.Probative || c.FilesWhole > c.FilesFound || c.FilesFound > c.Files:
			return errors.New("corpora: more was found than there is, or nothing could have been")
		case c.Found > 0 && d.Verdict != verdict.ResidueFound.String():
			return fmt.Errorf("the verdict is %q, and %d sectors of a corpus were found", d.Verdict, c.Found)
		case len(c.FileList) > MaxCorpusFiles || len(c.Runs) > MaxCorpusRuns:
			return errors.New("corpora: more files or runs are listed than may be")
		}
		r := runs{size: d.Medium.SizeBytes, what: "corpora", loose: true}
		for _, x := range c.Runs {
			r.add(x.Offset, x.Length)
		}
		if r.err != nil {
			return r.err
		}
	}
	return nil
}
