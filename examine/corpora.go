package examine

import (
	"math"

	"shokyo.dev/shokyo/corpus"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// corpora is what was found of the files that were looked for: for the decision, and for the report.
func (e *Examination) corpora(r *scan.Result) (judged []verdict.Corpus, reported []reports.Corpus) {
	for i, c := range e.settings.Corpora {
		k := &r.Known[i]
		recall := c.Recall(k.Places.Count, reports.MaxCorpusFiles)
		out := e.reportCorpus(c, k, &recall)
		in := verdict.Corpus{Name: c.Name, Probative: c.Probative, Found: recall.Found}
		if e.plan.Mode != scan.Full {
			x := e.sample(k, r).Estimate(c.Probative)
			in.Most = int64(math.Ceil(x.High * 1e6))
			out.Estimate = &reports.Estimate{Percent: percentOf(x.Recall), LowPercent: percentOf(x.Low), HighPercent: min(100, percentOf(x.High)+0.01), Confidence: 0.95}
		}
		judged, reported = append(judged, in), append(reported, out)
	}
	return judged, reported
}

// reportCorpus spells out what is known of a corpus and what was found of it.
func (e *Examination) reportCorpus(c *corpus.Corpus, k *scan.KnownResult, recall *corpus.Recall) reports.Corpus {
	out := reports.Corpus{
		Name: c.Name, ID: c.ID, SealSHA256: c.SHA256, Signer: c.Signer.Name, ThrowAway: c.Signer.ThrowAway, SignerGiven: e.settings.CorpusCert,
		Names: c.Names, Files: c.Files, Probative: c.Probative, Found: recall.Found, OnMedium: k.Sectors, Shared: k.Shared,
		RecallPercent: percentOf(float64(recall.Found) / float64(c.Probative)), FilesFound: recall.Some, FilesWhole: recall.Whole,
		FileList: []reports.CorpusFile{}, RunCount: k.Count, Runs: []reports.CorpusRun{},
	}
	for _, f := range recall.Files {
		out.FileList = append(out.FileList, reports.CorpusFile{Name: f.Name, Number: int64(f.Number), Bytes: f.Bytes,
			Probative: f.Probative, Found: f.Found, RecallPercent: percentOf(float64(f.Found) / float64(f.Probative))})
	}
	for _, x := range k.Runs[:min(len(k.Runs), reports.MaxCorpusRuns)] {
		if i, f, ok := c.FileAt(x.Place); ok {
			out.Runs = append(out.Runs, reports.CorpusRun{Offset: x.Offset, Length: x.Sectors * scan.SectorBytes,
				File: int64(i), FileOffset: (x.Place - f.First) * scan.SectorBytes})
		}
	}
	return out
}

// nistLocations is how many places a sample of NIST SP 800-88r1 has: two in each of 1,000 subsections.
const nistLocations = 2000

// sample is what a corpus' hits say as a draw of blocks. What every sample has besides, the ends of
// regions, is taken for drawn like the rest.
func (e *Examination) sample(k *scan.KnownResult, r *scan.Result) *corpus.Sample {
	block := int64(e.plan.BlockBytes)
	s := &corpus.Sample{Blocks: r.Read() / block, Hit: k.Blocks, Sectors: k.Sectors, BlockSectors: float64(block) / scan.SectorBytes}
	for _, g := range e.plan.Regions {
		s.Of += g.Length / block
	}
	s.Independent = s.Blocks
	if e.plan.Mode == scan.NIST {
		s.Independent = nistLocations
	}
	return s
}

// percentOf is a part in percent, rounded down to a hundredth.
func percentOf(part float64) float64 { return math.Floor(part*1e4+1e-9) / 100 }
