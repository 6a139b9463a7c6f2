package paper

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"image"
	"image/png"
	"strings"

	"rsc.io/qr"

	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/pdf"
	"shokyo.dev/shokyo/reports/pdf/layout"
	"shokyo.dev/shokyo/words"
	labels "shokyo.dev/shokyo/words/page"
	text "shokyo.dev/shokyo/words/paper"
)

// Page one: who examined what for whom, the verdict in large letters, and in sentences what
// it is about, what it proves, how much was read and what would have been noticed.
func (w *writer) front() {
	w.begins = append(w.begins, begin{w.Count(), w.language})
	w.letterhead()
	w.title()
	w.throwAway()
	w.particulars()
	w.verdict()
	w.meaning()
	w.atTheEnd()
}

const (
	logoHeight = 38.0
	rightWidth = 236.0 // holds the number of the report in a line

	// inFront is how many characters of what was stated stand on page one, so that there is always room for the verdict.
	inFront = 80
)

func (w *writer) letterhead() {
	lab := &w.d.Order.Lab
	x, y := float64(layout.Left), w.Y
	if picture := w.logo; picture != nil {
		size := picture.Bounds().Size()
		width := min(float64(logoHeight*float64(size.X)/float64(size.Y)), 150)
		height := float64(width * float64(size.Y) / float64(size.X))
		e := w.Element("Figure")
		e.Alternative(lab.Name)
		w.Page.In(e)
		w.Page.Image(x, y, width, height, picture)
		w.Page.In(nil)
		x += width + 10
	}
	width := layout.Right - rightWidth - 8 - x
	h := w.Box("P", x, y, width, layout.Style{Size: 10.5, Bold: true, Ink: ink}, short(w.laboratory(), inFront))
	for _, s := range []string{lab.Address, lab.Contact, lab.Accreditation} {
		if s != "" {
			h += w.Box("P", x, y+h, width, note, short(s, inFront))
		}
	}
	right := w.rightColumn(y)
	w.Y += max(h, right, logoHeight) + 4
	w.Page.Line(layout.Left, w.Y, layout.Right, w.Y, 1.2, ink)
	w.Y += 8
}

// rightColumn names the report, and gives its height.
func (w *writer) rightColumn(y float64) (h float64) {
	x := float64(layout.Right - rightWidth)
	for _, s := range []string{w.say(text.Number.Say(w.d.ID)), w.say(text.Issued) + "  " + w.when(w.d.Times.FinishedLocal, w.d.Times.Finished)} {
		h += w.Box("P", x, y+h, rightWidth, small, s)
	}
	return h
}

func (w *writer) title() {
	style := layout.Style{Size: 21, Bold: true, Ink: ink}
	s := w.say(words.Text{EN: w.d.Title, JA: w.d.TitleJA})
	if w.japanese() {
		s = strings.Join(strings.Split(s, ""), " ") // set wide, as titles are
		style.Size = 19
	}
	x := layout.Left + (layout.Measure-style.Width(s))/2
	w.Page.In(w.Element("H1"))
	layout.Write(w.Page, x, w.Y, style, s)
	w.Page.In(nil)
	w.Y += style.Lead() + 4
}

// throwAway is a warning that nobody signed.
func (w *writer) throwAway() {
	if !w.d.Identity.ThrowAway {
		return
	}
	name := layout.Style{Size: 9, Bold: true, Ink: ink}
	s := w.label("ThrowAwayText")
	lines := note.Wrap(s, layout.Measure-150)
	height := float64(len(lines))*note.Lead() + 8
	w.Page.Frame(layout.Left, w.Y, layout.Measure, height, 0.8, ink)
	w.Box("P", layout.Left+8, w.Y+height/2-name.Lead()/2, 130, name, w.label("ThrowAway"))
	w.Box("P", layout.Left+142, w.Y+4, layout.Measure-150, note, s)
	w.Y += height + 6
}

// particulars are the facts that tell this report from others, and a field for the seal.
func (w *writer) particulars() {
	const seal = 62
	o := &w.d.Order
	stated := func(s string) string { return short(cmp.Or(s, w.label("NotStated")), inFront) }
	rows := [][2]string{
		{w.say(labels.Order.Say("customer")), stated(w.d.Examination.Customer)},
		{w.say(labels.Order.Say("number")), stated(strings.Join(filled(o.Number, prefixed(w.label("Case"), w.d.Examination.Case)), "  "))},
		{w.say(labels.Order.Say("asset")), stated(o.Item.AssetNumber)},
		{w.say(text.Medium), w.medium()},
		{w.say(text.Performed), w.say(text.FromTo.Say(w.when(w.d.Times.StartedLocal, w.d.Times.Started), w.when(w.d.Times.FinishedLocal, w.d.Times.Finished)))},
		{w.say(labels.Order.Say("operator")), stated(w.d.Examination.Operator)},
		{w.say(labels.Order.Say("authorised")), stated(o.AuthorisedBy.Name)},
	}
	top := w.Y
	w.Page.Frame(layout.Right-seal, top, seal, seal, 0.6, soft)
	layout.Write(w.Page, layout.Right-seal+4, top+2, small, w.label("Seal"))
	for i, r := range rows {
		width := float64(layout.Measure - 112)
		if w.Y < top+seal+6 {
			width -= seal + 10
		}
		name := body
		name.Ink = soft
		h := w.Box("P", layout.Left, w.Y, 106, name, r[0])
		style := body
		style.Bold = i == 3
		h = max(h, w.Box("P", layout.Left+112, w.Y, width, style, r[1]))
		w.Y += h + 1.5
	}
	w.Y = max(w.Y, top+seal) + 6
}

// medium names the medium: as it says itself, and as its label says.
func (w *writer) medium() string {
	m, item := &w.d.Medium, &w.d.Order.Item
	own := strings.Join(filled(short(m.Model, 60), prefixed(w.label("Serial"), short(m.Serial, 120))), "  ")
	label := strings.Join(filled(short(item.Manufacturer, 60), short(item.Model, 60), prefixed(w.label("Serial"), short(item.Serial, 120))), "  ")
	if label != "" {
		label = w.say(text.Labelled.Say(label))
	}
	list := filled(own, label)
	if len(list) == 0 {
		list = []string{short(m.Path, 120)}
	}
	return strings.Join(append(list, bytesize.Report(m.SizeBytes)+" ("+w.bytes(m.SizeBytes)+")"), "\n")
}

func prefixed(name, value string) string {
	if value == "" {
		return ""
	}
	return name + " " + value
}

func filled(list ...string) (out []string) {
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// short cuts what is too long for page one; the sections have it whole.
func short(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// clauses is short, but for a list: what is cut ends behind a whole piece of it.
func clauses(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	end := most
	for end > 0 && !strings.ContainsRune(";、", r[end-1]) {
		end--
	}
	return string(r[:cmp.Or(end, most)]) + " …"
}

// verdict is a box with a sign, the verdict in large letters, and what it means.
func (w *writer) verdict() {
	const left = 62
	tone := tones[w.d.Verdict]
	big := layout.Style{Size: 23, Bold: true, Ink: tone}
	name, means := w.say(w.p.Name), w.say(w.p.Meaning)
	for big.Size > 13 && len(big.Wrap(name, layout.Measure-left-12)) > 2 {
		big.Size--
	}
	lines := len(big.Wrap(name, layout.Measure-left-12))
	height := float64(lines)*big.Lead() + float64(len(body.Wrap(means, layout.Measure-left-12)))*body.Lead() + 26
	w.Room(height)
	w.Page.Fill(layout.Left, w.Y, layout.Measure, height, pale)
	w.Page.Fill(layout.Left, w.Y, 7, height, tone)
	w.Page.Frame(layout.Left, w.Y, layout.Measure, height, 0.8, tone)
	w.sign(layout.Left+33, w.Y+height/2, 17, tone)
	y := w.Y + 5
	y += w.Box("P", layout.Left+left, y, 200, note, w.label("Verdict"))
	y += w.Box("P", layout.Left+left, y, layout.Measure-left-12, big, name)
	w.Box("P", layout.Left+left, y+2, layout.Measure-left-12, body, means)
	w.Y += height + 8
}

// sign is one that is told apart without colours: a tick, a warning, a question.
func (w *writer) sign(x, y, r float64, tone pdf.Colour) {
	switch w.d.Verdict {
	case "no-residue":
		w.Page.Circle(x, y, r, 2.6, tone)
		w.Page.Path([][2]float64{{x - r*0.45, y}, {x - r*0.1, y + r*0.38}, {x + r*0.5, y - r*0.35}}, 3, tone)
	case "residue-found":
		w.Page.Polygon([][2]float64{{x, y - r}, {x + r*1.1, y + r*0.9}, {x - r*1.1, y + r*0.9}}, tone)
		w.Page.Fill(x-1.5, y-r*0.35, 3, r*0.7, pale)
		w.Page.Fill(x-1.5, y+r*0.5, 3, 3, pale)
	default:
		w.Page.Frame(x-r, y-r, 2*r, 2*r, 2.6, tone)
		style := layout.Style{Size: 2 * r * 0.8, Bold: true, Ink: tone}
		layout.Write(w.Page, x-style.Width("?")/2, y-style.Size*0.72, style, "?")
	}
}

const (
	reasonsInFront = 4
	foundInFront   = 400 // characters
	qrSide         = 78.0
)

// meaning are sentences: what the verdict is about, what it proves, how much was read.
func (w *writer) meaning() {
	c := &w.d.Coverage
	read := text.Read.Say(bytesize.Report(c.ReadBytes), bytesize.Report(c.PlannedBytes), words.Percent(c.ReadBytes, w.d.Medium.SizeBytes))
	if c.UnreadableBytes > 0 {
		read = read.Then(text.Unreadable.Say(bytesize.Report(c.UnreadableBytes)))
	}
	rows := [][2]string{{w.label("About"), w.say(words.Text{EN: words.Whole(w.d.Scope.Text), JA: words.WholeJA(w.d.Scope.TextJA)})},
		{w.say(text.Proves), w.say(claim(w.d.Claim))},
		{w.say(text.Coverage), w.say(read)}}
	if w.p.Noticed != nil {
		rows = append(rows, [2]string{w.label("Noticed"), w.say(words.Text{EN: w.p.Noticed.Text, JA: w.p.Noticed.TextJA})})
	}
	if w.p.Headerless != nil {
		rows = append(rows, [2]string{w.label("NotShown"), w.sayReason(*w.p.Headerless)})
	}
	rows = append(rows, [2]string{w.say(text.Why), w.reasonsInShort()})
	if found := w.d.Found; found.Text != "" {
		rows = append(rows, [2]string{w.label("Findings"), clauses(w.say(words.Text{EN: found.Text, JA: found.TextJA}), foundInFront)})
	}
	for _, r := range rows {
		w.sentence(r[0], r[1])
	}
}

func claim(code string) words.Text {
	if _, ok := text.Claims[code]; !ok {
		return text.NoClaim
	}
	return text.Claims.Say(code)
}

func (w *writer) reasonsInShort() string {
	var list []string
	for i, r := range w.d.Reasons {
		if i == reasonsInFront {
			list = append(list, w.say(text.WhyMore.Say(len(w.d.Reasons)-i)))
			break
		}
		list = append(list, short(w.sayReason(r), 260))
	}
	return strings.Join(list, "\n")
}

func (w *writer) sentence(name, s string) {
	const left = 112
	first := layout.Style{Size: 8.5, Bold: true, Ink: ink}
	style := layout.Style{Size: 8.5, Ink: ink}
	height := float64(max(len(first.Wrap(name, left-8)), len(style.Wrap(s, layout.Measure-left)))) * style.Lead()
	w.Room(height)
	w.Box("P", layout.Left, w.Y, left-8, first, name)
	w.Box("P", layout.Left+left, w.Y, layout.Measure-left, style, s)
	w.Y += height + 3
	w.Page.Line(layout.Left, w.Y-1.2, layout.Right, w.Y-1.2, 0.3, rule)
}

// atTheEnd of page one stand what the results are about, and what a telephone can read.
func (w *writer) atTheEnd() {
	w.Room(qrSide + 4)
	w.Y = layout.Bottom - qrSide
	if code := w.square; code != nil {
		e := w.Element("Figure")
		e.Alternative(w.say(text.QR))
		w.Page.In(e)
		module := qrSide / float64(code.Size)
		for y := range code.Size {
			for x := 0; x < code.Size; x++ {
				n := 0
				for code.Black(x+n, y) {
					n++
				}
				if n > 0 { // a row of black squares at once
					w.Page.Fill(layout.Right-qrSide+float64(float64(x)*module), w.Y+float64(float64(y)*module), float64(float64(n)*module), module, ink)
					x += n
				}
			}
		}
		w.Page.In(nil)
	}
	width := layout.Measure - qrSide - 14
	h := w.Box("P", layout.Left, w.Y, width, note, w.say(text.Only))
	w.Box("P", layout.Left, w.Y+h+4, width, small, w.say(text.QR))
	w.Y = layout.Bottom
}

// maxQRSerial is how much of a serial number the square has room for.
const maxQRSerial = 64

// QRText is what the square on page one says, in lines: what it is, the report's number, the
// SHA-256 of report.json, the verdict with its scope, and the serial number.
func QRText(d *reports.Document) string {
	sum := sha256.Sum256(d.Encode())
	serial := []rune(cmp.Or(d.Medium.Serial, d.Order.Item.Serial))
	return strings.Join([]string{"SHOKYO1", d.ID, hex.EncodeToString(sum[:]), d.Verdict + " " + d.ScopeWord(), string(serial[:min(len(serial), maxQRSerial)])}, "\n")
}

// square is what a telephone can read; nil: there is too much to say.
func square(d *reports.Document) *qr.Code {
	code, err := qr.Encode(QRText(d), qr.M)
	if err != nil {
		return nil
	}
	return code
}

// logo is the laboratory's; nil: it has none.
func logo(l *reports.Logo) image.Image {
	if l == nil {
		return nil
	}
	b, err := base64.StdEncoding.DecodeString(l.PNG)
	if err != nil {
		return nil
	}
	picture, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	return picture
}

// end marks the end (ISO/IEC 17025, 7.8.2.1 d).
func (w *writer) end() {
	w.Skip(8)
	w.Room(minor.Lead())
	mark := text.End
	if !w.last {
		mark = text.EndOf.Say(w.d.ID)
	}
	s := w.say(mark)
	w.Page.In(w.Element("P"))
	layout.Write(w.Page, layout.Left+(layout.Measure-minor.Width(s))/2, w.Y, minor, s)
	w.Page.In(nil)
	w.Y += minor.Lead()
}

// languageOf is the language of a page.
func (w *writer) languageOf(page int) words.Languages {
	l := w.language
	for _, b := range w.begins {
		if page >= b.page {
			l = b.language
		}
	}
	return l
}
