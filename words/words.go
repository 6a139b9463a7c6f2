// Package words is the catalogue of what people read: every sentence, name and label, in
// English and in Japanese, by subject. No Japanese, and no English sentence, stands
// outside it but errors and the help of the commands; a test in internal/layers looks.
//
// The rooms are the packages below: words/report has what a report says, and so on. This
// package has what all of them are made of:
//
//   - A [Text] is said as it stands.
//   - A [Sentence], English first, has places for figures, by number, for the two languages put them in
//     another order: "%[1]s of %[2]s". [Sentence.Say] fills them in.
//   - A [Table] has the sentences that are chosen by a code that is carried about: a
//     reason's, a state's, a class's. [Table.Say] looks the code up.
//
// To add a sentence, add a row to its room; whoever says it names the row or its code.
// Tests want both languages, the same figures in both, as many figures as the row has
// places for, and each row said by somebody.
package words

import "fmt"

// Text is what a person reads, in both languages. An empty JA says that there is only
// English: of what comes from elsewhere, never of a row in the catalogue.
type Text struct{ EN, JA string }

// Sentence is English, then Japanese, with places for figures: %[1]s, %[2]d and so on.
type Sentence [2]string

// Alike is what is written alike in both languages.
func Alike(s string) Text { return Text{s, s} }

// Then puts a text behind another.
func (t Text) Then(next Text) Text { return Text{t.EN + next.EN, t.JA + next.JA} }

// What stands between the members of a list.
var (
	Comma     = Text{", ", "、"}
	Semicolon = Text{"; ", "、"}
)

// Join makes one text of several.
func Join(list []Text, between Text) (out Text) {
	for i, t := range list {
		if i > 0 {
			out = out.Then(between)
		}
		out = out.Then(t)
	}
	return out
}

// Say fills the figures in. A figure that is a [Text] is said in each language by its own
// half. Without figures the sentence is said as it stands, % signs and all.
func (s Sentence) Say(figures ...any) Text {
	if len(figures) == 0 {
		return Text{s[0], s[1]}
	}
	english, japanese := make([]any, len(figures)), make([]any, len(figures))
	for i, f := range figures {
		english[i], japanese[i] = f, f
		if t, ok := f.(Text); ok {
			english[i], japanese[i] = t.EN, t.JA
		}
	}
	return Text{fmt.Sprintf(s[0], english...), fmt.Sprintf(s[1], japanese...)}
}

// Table is sentences by code.
type Table map[string]Sentence

// Say gives the sentence of a code. A code without a row is said as it is, in English: a
// report is not lost for want of a word, and nothing is invented.
func (t Table) Say(code string, figures ...any) Text {
	s, ok := t[code]
	if !ok {
		return Text{EN: code}
	}
	return s.Say(figures...)
}

// Texts are the sentences of a table as they stand, for a template.
func (t Table) Texts() map[string]Text {
	out := make(map[string]Text, len(t))
	for code := range t {
		out[code] = t.Say(code)
	}
	return out
}
