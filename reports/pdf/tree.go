package pdf

import (
	"fmt"
	"strings"
)

// Element is a part of the document's structure (14.7): a heading, a paragraph, a cell of a table.
// Programs that read pages aloud go by it.
type Element struct {
	kind, language string
	alternative    string // said in place of a picture
	parts          []*Element
	content        [][2]int // page and number of a piece
	number         int      // of the object
}

// Element adds a part to the structure: kind is a standard type (14.8.4), language what it
// is written in, if not what is around it.
func (f *File) Element(kind, language string) *Element {
	e := &Element{kind: kind, language: language}
	f.tree = append(f.tree, e)
	return e
}

// Add adds a part to a part.
func (e *Element) Add(kind string) *Element {
	part := &Element{kind: kind}
	e.parts = append(e.parts, part)
	return part
}

// Alternative is what a picture shows, in words.
func (e *Element) Alternative(s string) { e.alternative = s }

// In says what the next things drawn on the page belong to; nil: to nothing, they are
// decoration, a rule or a page number.
func (p *Page) In(e *Element) { p.element = e }

// open begins a piece of content where what is drawn belongs to something else than what
// was drawn before it (14.6).
func (p *Page) open() {
	if p.begun && p.current == p.element {
		return
	}
	p.close()
	p.begun, p.current = true, p.element
	if p.element == nil {
		p.content.WriteString("/Artifact BMC\n")
		return
	}
	n := len(p.owners)
	fmt.Fprintf(&p.content, "/%s<</MCID %d>>BDC\n", p.element.kind, n)
	p.element.content = append(p.element.content, [2]int{p.index(), n})
	p.owners = append(p.owners, p.element)
}

func (p *Page) close() {
	if p.begun {
		p.content.WriteString("EMC\n")
	}
	p.begun = false
}

func (p *Page) index() int {
	for i, q := range p.file.pages {
		if q == p {
			return i
		}
	}
	return -1
}

// writeTree gives the number of the structure's root.
func (f *File) writeTree(pages []int) int {
	root, all := f.out.reserve(), f.out.reserve()
	f.out.set(root, "")
	kids := f.writeElements(f.tree, all, pages)
	f.out.set(all, fmt.Sprintf("<</Type/StructElem/S/Document/P %d 0 R/K[%s]>>", root, kids))
	var nums strings.Builder
	for i, p := range f.pages {
		fmt.Fprintf(&nums, "%d[", i)
		for _, e := range p.owners {
			fmt.Fprintf(&nums, "%d 0 R ", e.number)
		}
		nums.WriteString("]")
	}
	parents := f.out.add(fmt.Sprintf("<</Nums[%s]>>", nums.String()))
	f.out.set(root, fmt.Sprintf("<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d>>", all, parents, len(f.pages)))
	return root
}

func (f *File) writeElements(list []*Element, parent int, pages []int) string {
	var kids strings.Builder
	for _, e := range list {
		e.number = f.out.reserve()
		fmt.Fprintf(&kids, "%d 0 R ", e.number)
		body := fmt.Sprintf("<</S/%s/P %d 0 R", e.kind, parent)
		if inside := f.writeElements(e.parts, e.number, pages); len(e.content) == 1 && inside == "" {
			body += fmt.Sprintf("/Pg %d 0 R/K %d", pages[e.content[0][0]], e.content[0][1])
		} else {
			for _, c := range e.content {
				inside += fmt.Sprintf("<</Type/MCR/Pg %d 0 R/MCID %d>>", pages[c[0]], c[1])
			}
			body += fmt.Sprintf("/K[%s]", inside)
		}
		if e.language != "" {
			body += "/Lang" + text(e.language)
		}
		if e.alternative != "" {
			body += "/Alt" + text(e.alternative)
		}
		f.out.set(e.number, body+">>")
	}
	return kids.String()
}

// writeOutline gives the number of the outline's root (12.3.3): one level.
func (f *File) writeOutline(pages []int) int {
	root := f.out.reserve()
	first := root + 1
	for range f.outline {
		f.out.reserve()
	}
	last := first + len(f.outline) - 1
	for i, m := range f.outline {
		body := fmt.Sprintf("<</Title%s/Parent %d 0 R/Dest[%d 0 R/XYZ 0 %s null]", text(m.title), root, pages[m.page], number(m.y))
		if i > 0 {
			body += fmt.Sprintf("/Prev %d 0 R", first+i-1)
		}
		if first+i < last {
			body += fmt.Sprintf("/Next %d 0 R", first+i+1)
		}
		f.out.set(first+i, body+">>")
	}
	f.out.set(root, fmt.Sprintf("<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>", first, last, len(f.outline)))
	return root
}
