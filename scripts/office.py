"""Prints an office document as the offices write them: OOXML (docx, xlsx) or ODT, by number,
of the texts and pictures that two lists name. scripts/accuracy-corpus uses it.

    office.py NUMBER TEXTS PICTURES
"""
import html
import io
import re
import sys
import zipfile

number, texts, pictures = int(sys.argv[1]), *(open(f).read().splitlines() for f in sys.argv[2:4])


def paragraphs():
    for path in texts:
        raw = open(path, encoding="utf-8", errors="replace").read()
        for line in re.sub(r"<[^>]*>", " ", raw).splitlines():
            if line.strip():
                yield html.escape(line.strip()[:4000])


def docx():
    rows = ('<w:p w:rsidR="00%06X" w:rsidRDefault="00%06X"><w:pPr><w:pStyle w:val="Normal"/></w:pPr><w:r><w:rPr><w:lang w:val="en-US"/></w:rPr>'
            "<w:t>%s</w:t></w:r></w:p>" % (i * 7919 % 0xFFFFFF, i * 104729 % 0xFFFFFF, p) for i, p in enumerate(paragraphs()))
    yield "[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    yield "word/document.xml", '<?xml version="1.0"?><w:document><w:body>' + "".join(rows) + "</w:body></w:document>"
    for i, path in enumerate(pictures[number % 5::6]):
        yield "word/media/image%d.jpeg" % i, open(path, "rb").read()[:900000]


def xlsx():
    strings, cells = {}, []
    for r, p in enumerate(paragraphs(), 1):
        row = "".join('<c r="%s%d" t="s"><v>%d</v></c>' % (chr(65 + c), r, strings.setdefault(w, len(strings))) for c, w in enumerate(p.split()[:12]))
        cells.append('<row r="%d" spans="1:12">%s<c r="M%d"><v>%.3f</v></c></row>' % (r, row, r, r * 1.618 % 997))
    yield "[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    yield "xl/worksheets/sheet1.xml", '<?xml version="1.0"?><worksheet><sheetData>' + "".join(cells) + "</sheetData></worksheet>"
    yield "xl/sharedStrings.xml", '<?xml version="1.0"?><sst>' + "".join("<si><t>%s</t></si>" % s for s in strings) + "</sst>"


def odt():
    rows = ('<text:p text:style-name="P%d">%s</text:p>' % (i % 9, p) for i, p in enumerate(paragraphs()))
    yield "mimetype", "application/vnd.oasis.opendocument.text"
    yield "content.xml", '<?xml version="1.0" encoding="UTF-8"?><office:document-content><office:body><office:text>' + "".join(rows) + "</office:text></office:body></office:document-content>"
    for i, path in enumerate(pictures[number % 6::7]):
        yield "Pictures/1000000%d.jpg" % i, open(path, "rb").read()[:900000]


out = io.BytesIO()
with zipfile.ZipFile(out, "w") as z:
    for name, body in (docx, xlsx, odt)[number % 3]():
        stored = name == "mimetype" or (name.startswith("Pictures/"))
        z.writestr(name, body, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED, compresslevel=1 if number % 2 else 6)
sys.stdout.buffer.write(out.getvalue())
