// Package explained keeps why something that is no ciphertext is no residue either, and the
// texts in it that somebody chose, of which only the shape is ever shown.
package explained

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"shokyo.dev/shokyo/scan/labels"
	"shokyo.dev/shokyo/scan/medium"
)

// Explanation says why something that is not ciphertext is no residue.
type Explanation struct {
	Offset int64
	Length int64
	Kind   string // "gpt", "mbr", "luks2-wiped", …
	Path   medium.Path
	Text   string // one English sentence, from parsed fields only
}

// Label is a readable text in an explained structure that is not one which tools
// give by default (package labels): somebody chose it. Shape is the text, masked.
type Label struct {
	Offset int64 // of the structure
	Kind   string
	Path   medium.Path
	Shape  string
}

// Explained gathers what is structured and no residue: why, and the texts in it that
// somebody chose. Both lists are bounded; the counts go on.
type Explained struct {
	List   []Explanation
	Count  int64
	Labels []Label
	Chosen int64 // labels, also those not listed
	Free   int64 // bytes that may have any value by their format
}

// What a hostile page, and the whole examination, can make us keep. The blocks are
// metadata all the same, and too much of that is a reason for doubt.
const (
	maxPageExplained = 256
	MaxExplanations  = 10_000
)

// MaxLabels bounds the labels that are listed one by one; their count goes on.
const MaxLabels = 1000

// Hush masks the texts that somebody chose in a sentence about their structure. A
// parser should not repeat them; this is for the one that does.
func Hush(sentence string, texts []string) string {
	for _, text := range texts {
		shown, chosen := labels.Shown(text)
		if !chosen {
			continue
		}
		sentence = strings.ReplaceAll(sentence, strconv.Quote(text), strconv.Quote(shown))
		if utf8.RuneCountInString(text) > 3 { // a shorter one would tear other words apart
			sentence = strings.ReplaceAll(sentence, text, shown)
		}
	}
	return sentence
}

// Add takes a structure with the texts in it. Known names are passed over; of all
// others only the shape is kept.
func (x *Explained) Add(e Explanation, texts []string) {
	x.Count++
	e.Text = Hush(e.Text, texts)
	for _, text := range texts {
		shown, chosen := labels.Shown(text)
		if !chosen {
			continue
		}
		x.Chosen++
		if len(x.Labels) < maxPageExplained {
			x.Labels = append(x.Labels, Label{e.Offset, e.Kind, e.Path, shown})
		}
	}
	if len(x.List) < maxPageExplained {
		x.List = append(x.List, e)
	}
}

// Merge adds what was gathered elsewhere, as far as there is room for it.
func (x *Explained) Merge(o *Explained) {
	x.Count += o.Count
	x.Chosen += o.Chosen
	x.Free += o.Free
	x.List = append(x.List, o.List[:min(len(o.List), max(0, MaxExplanations-len(x.List)))]...)
	x.Labels = append(x.Labels, o.Labels[:min(len(o.Labels), max(0, MaxLabels-len(x.Labels)))]...)
}
