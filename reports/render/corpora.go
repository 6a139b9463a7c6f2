package render

import "shokyo.dev/shokyo/reports"

// corpusPart is what was found of a corpus, with the files that are printed.
type corpusPart struct {
	reports.Corpus
	Rows []CorpusRow
	More reports.Cut
}

// CorpusRow is a file with the first place where some of it lies; -1: none is listed.
type CorpusRow struct {
	reports.CorpusFile
	Place int64
}

func corpusParts(d *reports.Document) (out []corpusPart) {
	for _, c := range d.Corpora {
		p := corpusPart{Corpus: c}
		first := map[int64]int64{}
		for _, r := range c.Runs {
			if _, ok := first[r.File]; !ok {
				first[r.File] = r.Offset
			}
		}
		for _, f := range c.FileList[:min(len(c.FileList), maxCorpusRows)] {
			row := CorpusRow{f, -1}
			if at, ok := first[f.Number]; ok {
				row.Place = at
			}
			p.Rows = append(p.Rows, row)
		}
		p.More = reports.Cut{Exist: c.FilesFound, Listed: int64(len(c.FileList)), Shown: int64(len(p.Rows))}
		out = append(out, p)
	}
	return out
}
