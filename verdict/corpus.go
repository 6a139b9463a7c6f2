package verdict

import (
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/reason"
)

// Corpus is what was found of files that are known to have been on the medium.
type Corpus struct {
	Name      string
	Probative int64 // sectors that can be told from all others
	Found     int64 // of these
	// Most is the part of them, in millionths, that a sample leaves room for; not for a full examination.
	Most int64
}

// corpusFound: whoever knows a file sees that it is still there, wherever it lies.
func corpusFound(corpora []Corpus) (reasons []Reason) {
	for _, c := range corpora {
		if c.Found > 0 {
			reasons = append(reasons, because(ReasonCorpusFound, c.Name, c.Found, c.Probative, words.Percent(c.Found, c.Probative)))
		}
	}
	return reasons
}

// corpusNotFound says what was looked for and is not there.
func corpusNotFound(in *Input) (reasons []Reason) {
	for _, c := range in.Corpora {
		said := reason.CorpusNotFound.Say(c.Name, c.Probative)
		if c.Most > 0 {
			said = reason.CorpusNotInSample.Say(c.Name, c.Probative, words.Percent(c.Most, 1e6))
		}
		reasons = append(reasons, saying(ReasonCorpusNotFound, said))
	}
	return reasons
}
