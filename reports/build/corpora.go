package build

import (
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/report"
)

// corpora takes over what was found of files that were looked for, and says it.
func corpora(in []reports.Corpus) (out []reports.Corpus) {
	for _, c := range in {
		c.Name, c.ID, c.Signer = reports.Clean(c.Name), reports.Clean(c.ID), reports.Clean(c.Signer)
		files := make([]reports.CorpusFile, 0, len(c.FileList))
		for _, f := range c.FileList {
			f.Name = reports.Clean(f.Name)
			files = append(files, f)
		}
		c.FileList = files
		said := recall(&c)
		c.Text, c.TextJA = said.EN, said.JA
		out = append(out, c)
	}
	return out
}

func recall(c *reports.Corpus) words.Text {
	said := report.CorpusRecall.Say(words.Grouped(c.Found), words.Grouped(c.Probative), words.Percent(c.Found, c.Probative), words.Grouped(c.FilesFound), words.Grouped(c.Files))
	if x := c.Estimate; x != nil {
		said = said.Then(report.CorpusEstimate.Say(words.Number(x.Percent), words.Number(x.LowPercent), words.Number(x.HighPercent)))
	}
	if c.Shared > 0 {
		said = said.Then(report.CorpusShared.Say(words.Grouped(c.Shared)))
	}
	return said
}
