package document

import (
	"strings"
	"testing"
	"unicode/utf16"

	"shokyo.dev/shokyo/internal/filetest"
)

var (
	file  = filetest.File
	le    = filetest.LE
	be    = filetest.BE
	z     = filetest.Zeros
	noise = filetest.Noise
)

func TestFormats(t *testing.T) { filetest.Check(t, Formats, samples(t)) }
func TestBounds(t *testing.T)  { filetest.Bounds(t, Formats, samples(t)) }
func FuzzFormats(f *testing.F) { filetest.Fuzz(f, Formats, samples(f)) }

func BenchmarkHostile(b *testing.B) { filetest.Hostile(b, Formats, samples(b)) }

func samples(t testing.TB) []filetest.Sample {
	head := "Date: Mon, 1 Jan 2024 00:00:00 +0900\nTo: b@example.jp\nSubject: hello\nContent-Type: text/plain\n\n" + filetest.Prose
	return []filetest.Sample{
		file("pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\n", 5,
			22, 83.09, "PDF 1.7", "9-16"),
		file("ps", "%!PS-Adobe-3.0\n%%Title: x\n%%Pages: 1\n", 15,
			21, 122.73, "PostScript", ""),
		file("ps", "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n", 24,
			30, 124.29, "PostScript", "14-22"),
		file("rtf", "{\\rtf1\\ansi\\deff0 "+filetest.Prose, 20,
			39, 89.28, "RTF", ""),
		file("ole-cfb", oleSample("Nothing"), 28,
			512, 339, "OLE2 compound file", "24-25 40-43 45 48-55 60-511"),
		file("doc", oleSample("WordDocument"), 30,
			512, 339, "OLE2 compound file", "24-25 40-43 45 52-55 60-511"),
		file("xls", oleSample("Workbook"), 30,
			512, 339, "OLE2 compound file", "24-25 40-43 45 52-55 60-511"),
		file("ppt", oleSample("PowerPoint Document"), 56,
			512, 339, "OLE2 compound file", "24-25 40-43 45 52-55 60-511"),
		file("visio", oleSample("VisioDocument"), 56,
			512, 339, "OLE2 compound file", "24-25 40-43 45 52-55 60-511"),
		file("msg", oleSample("__properties_version1.0"), 56,
			512, 339, "OLE2 compound file", "24-25 40-43 45 52-55 60-511"),
		file("thumbs-db", oleSample("Catalog"), 56,
			512, 339, "OLE2 compound file", "24-25 40-43 45 52-55 60-511"),
		file("xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>"+filetest.Prose, 36,
			102, 155.4, "XML", "19-22 24-35 39-56 58-71 73-95 97 99-101"),
		file("xml", "\xef\xbb\xbf<?xml version='1.0'?>\n<plist>"+filetest.Prose, 18,
			88, 176.45, "XML property list", "31-46 48-61 63-85 87"),
		file("svg", "<?xml version=\"1.0\"?>\n<svg>"+filetest.Prose, 15,
			85, 152.45, "SVG", "26-41 43-56 58-80 82 84"),
		file("html", "<!DOCTYPE html>\n<html><head>"+filetest.Prose, 10,
			79, 108.78, "HTML", "16-42 44-57 59-78"),
		file("html", "<!doctype HTML PUBLIC>"+filetest.Prose, 4,
			79, 108.78, "HTML", "15-36 38-51 53-75 77"),
		file("html", "<html lang='ja'>"+filetest.Prose+filetest.Prose+filetest.Prose, 4,
			198, 67.98, "HTML without document type", "6-30 32-45 47-69 71 73-89 91-101 103-117 119-132 134-156 158 160-176 178-188 190-197"),
		file("html", "<HTML>"+filetest.Prose+filetest.Prose+filetest.Prose, 3,
			198, 67.98, "HTML without document type", "6-20 22-35 37-59 61 63-79 81-91 93-107 109-122 124-146 148 150-166 168-178 180-194 196-197"),
		file("eml", "Return-Path: <a@example.jp>\n"+head, strings.Index("Return-Path: <a@example.jp>\n"+head, "\nTo:")+3,
			122, 195.01, "mail message", "14-26 34 36-63 69-80 91-94 111-120"),
		file("eml", "Received: from a by b;\n\tMon, 1 Jan 2024 00:00:00 +0900\n"+head, strings.Index("Received: from a by b;\n\tMon, 1 Jan 2024 00:00:00 +0900\n"+head, "\nTo:")+3,
			149, 174.21, "mail message", "10-11 13-21 24 26-53 61 63-90 96-107 118-121 138-147"),
		file("eml", "Delivered-To: a@example.jp\n"+head, strings.Index("Delivered-To: a@example.jp\n"+head, "\nTo:")+3,
			121, 194.84, "mail message", "14-25 33 35-62 68-79 90-93 110-119"),
		file("eml", "From: a@example.jp\r\n"+strings.ReplaceAll(head, "\n", "\r\n"), strings.Index("From: a@example.jp\r\n"+strings.ReplaceAll(head, "\n", "\r\n"), "\nTo:")+3,
			118, 131.7, "mail message", "6-17 26 28-55 62-73 85-88 106-115"),
		file("eml", "Subject: hello\n"+head, strings.Index("Subject: hello\n"+head, "\nTo:")+3,
			109, 153.62, "mail message", "9-12 21 23-50 56-67 78-81 98-107"),
		file("eml", "Message-ID: <1@example.jp>\n"+head, strings.Index("Message-ID: <1@example.jp>\n"+head, "\nTo:")+3,
			121, 187.01, "mail message", "13-25 33 35-62 68-79 90-93 110-119"),
		file("eml", "MIME-Version: 1.0\n"+head, strings.Index("MIME-Version: 1.0\n"+head, "\nTo:")+3,
			112, 216.75, "mail message", "24 26-53 59-70 81-84 101-110"),
		file("eml", head, strings.Index(head, "\nTo:")+3,
			94, 113.58, "mail message", "6 8-35 41-52 63-66 83-92"),
		file("mbox", "From a@example.jp Mon Jan  1 00:00:00 2024\n", 19,
			37, 169.62, "mailbox", ""),
		file("vcard", "BEGIN:VCARD\r\nVERSION:3.0\r\n", 15,
			24, 180.42, "vCard", ""),
		file("icalendar", "BEGIN:VCALENDAR\nVERSION:2.0\n", 18,
			28, 159.69, "iCalendar", "24-26"),
		file("script", "#!/bin/sh\n"+filetest.Prose, 7,
			58, 60.99, "script", "10-24 26-39 41-57"),
		file("script", "#! /usr/bin/env python3\n"+filetest.Prose, 5,
			72, 86.02, "script", "24-38 40-53 55-71"),
		file("onenote", "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"+noise(16, 9)+z(16)+
			"\x3f\xdd\x9a\x10\x1b\x91\xf5\x49\xa5\xd0\x17\x91\xed\xc8\xae\xd8", 50,
			64, 376, "OneNote", "16-31"),
		file("chm", "ITSF"+le(4, 3)+le(4, 96)+le(4, 1), 8,
			16, 118, "compiled HTML help", ""),
		file("dwg", "AC1015"+z(6)+"\x01", 8,
			13, 83.42, "DWG 2000", "11"),
		file("blend", "BLENDER-v293REND", 13,
			16, 106.03, "Blender", ""),
		file("hdf5", "\x89HDF\r\n\x1a\n"+z(5)+"\x08\x08\x00", 10,
			16, 111.83, "HDF5", ""),
		file("hdf5", "\x89HDF\r\n\x1a\n\x02\x08\x08\x00"+z(8), 15,
			20, 143.83, "HDF5", ""),
		file("bplist", "bplist00\xd3\x01\x02\x03\x04\x05\x06\x54Name\x55Title\x5f\x10\x10LongerThanFifteen\x10\x01", 16,
			45, 124.31, "binary property list, 3 keys", "10-14"),
		file("bplist", "bplist00\xd3\x00\x01\x00\x02\x00\x03\x00\x04\x00\x05\x00\x06\x54Name\x55Title\x56Length\x10\x01", 24,
			39, 108.82, "binary property list, 3 keys", "11-20"),
		file("mobi", "A_Book"+z(26)+z(28)+"BOOKMOBI"+z(8)+be(2, 3)+be(4, 104)+z(22)+z(16)+"MOBI", 73,
			124, 157.41, "Mobipocket", "1-30 32-59 68-71 82-119"),
		file("torrent", "d8:announce31:https://tracker.example.org/ann", 15,
			22, 141.75, "BitTorrent metadata", ""),
	}
}

func u16(s string) (out string) {
	for _, u := range utf16.Encode([]rune(s)) {
		out += le(2, int(u))
	}
	return out
}

func oleSample(stream string) string {
	head := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + z(16) + le(2, 0x3e) + le(2, 3) + le(2, 0xfffe) + le(2, 9) + le(2, 6) + z(6) +
		le(4, 0) + le(4, 1) + le(4, 0) + z(4) + le(4, 4096)
	head += z(512 - len(head))
	root, name := u16("Root Entry"), u16(stream)
	return head + root + z(128-len(root)) + name + z(128-len(name)) + z(256)
}
