package reports

import (
	"fmt"
	"strings"
	"unicode"

	known "shokyo.dev/shokyo/scan/labels"
)

// maxText bounds a text from the medium: a label is a label, not a novel.
const maxText = 1024

// Clean makes text from a medium or a file system safe to read: control
// characters, and those that turn the writing direction or are invisible,
// are spelled out. Such a character in a partition label could otherwise make
// the report read as if it said something else.
func Clean(s string) string {
	var b strings.Builder
	n := 0
	for _, c := range strings.ToValidUTF8(s, "\uFFFD") {
		if n++; n > maxText {
			b.WriteString("…")
			break
		}
		if unicode.IsGraphic(c) {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, `\u{%x}`, c)
		}
	}
	return b.String()
}

// CleanMedium makes all texts of a medium safe to read, and masks labels that somebody chose.
func CleanMedium(m Medium) Medium {
	m.Path, m.Kind, m.Format, m.FormatStated = Clean(m.Path), Clean(m.Kind), Clean(m.Format), Clean(m.FormatStated)
	m.Model, m.Serial = Clean(m.Model), Clean(m.Serial)
	m.PartitionTable = Clean(m.PartitionTable)
	parts := make([]string, 0, len(m.Parts))
	for _, p := range m.Parts {
		parts = append(parts, Clean(p))
	}
	m.Parts = parts
	m.SectorLayout, m.LayoutText = Clean(m.SectorLayout), Clean(m.LayoutText)
	if m.Drive != nil {
		d := cleanDrive(*m.Drive)
		m.Drive = &d
	}
	g := &m.WriteGuard
	g.Descriptor, g.Text, g.TextJA = Clean(g.Descriptor), Clean(g.Text), Clean(g.TextJA)
	g.Commands = append([]string{}, g.Commands...)
	g.Counters = append([]Counter{}, g.Counters...)
	m.Partitions = append([]Partition{}, m.Partitions...)
	for i := range m.Partitions {
		p := &m.Partitions[i]
		p.Name, p.Type = Clean(p.Name), Clean(p.Type)
		if !p.Masked {
			p.Label, p.Masked = known.Shown(p.Label)
		}
		p.Label = Clean(p.Label)
	}
	return m
}

// cleanDrive makes texts from a drive safe to read, and lists never null.
func cleanDrive(d Drive) Drive {
	for _, s := range []*string{&d.Path, &d.Bus, &d.Model, &d.Serial, &d.Firmware, &d.WWN, &d.EUI64, &d.NGUID, &d.WWID, &d.Hidden.State, &d.Hidden.Text, &d.Hidden.TextJA} {
		*s = Clean(*s)
	}
	for _, s := range []*Statement{&d.Rotation, &d.Sanitize, &d.Security, &d.Deallocated, &d.AfterErase} {
		s.State, s.Text, s.TextJA = Clean(s.State), Clean(s.Text), Clean(s.TextJA)
	}
	users := make([]string, 0, len(d.Users))
	for _, u := range d.Users {
		users = append(users, Clean(u))
	}
	facts := make([]DriveFact, 0, len(d.Facts))
	for _, f := range d.Facts {
		facts = append(facts, DriveFact{Clean(f.Name), Clean(f.Value), Clean(f.From), Clean(f.Why), Clean(f.WhyJA)})
	}
	commands := append([]SentCommand{}, d.Commands...)
	for i := range commands {
		commands[i].Error = Clean(commands[i].Error)
	}
	d.Users, d.Facts, d.Commands = users, facts, commands
	return d
}
