// Package files makes what an office keeps on a disk: text, letters, tables, pictures,
// recordings, databases, archives, each in its real format (documents.go lists them). Another
// format is a function here, and a row in the list.
package files

import (
	"embed"
	"fmt"
	"runtime"
	"sync"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// The source files on the disks are what four of ours once were. They stay so: reports
// and findings of the test media do not change when the code does.
//
//go:embed sources/*.go.txt
var sources embed.FS

// Documents returns what an office keeps on a disk: about a hundred files of
// some twenty formats, some 40 MiB, in English and Japanese, in folders. They
// are always the same, and all of them are real: their formats' own programs
// open them. Persons and places are invented.
func Documents() []File {
	makers := documentMakers()
	files := make([]File, len(makers))
	work := make(chan int)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := range work {
				files[i] = File{makers[i].name, makers[i].make()}
			}
		})
	}
	for i := range makers {
		work <- i
	}
	close(work)
	wait.Wait()
	return files
}

// A documentMaker makes one file. None depends on another, so that they can be
// made in any order.
type documentMaker struct {
	name string
	make func() []byte
}

func documentMakers() []documentMaker {
	list := residents("register", 30000)
	all := registerMakers(list)
	all = append(all, letterMakers()...)
	all = append(all, pictureMakers()...)
	return append(all, archiveMakers(list)...)
}

// registerMakers: the same invented register the way different programs kept it.
func registerMakers(list []resident) []documentMaker {
	return []documentMaker{
		{"住民記録/住民台帳.db", func() []byte { return sqliteDatabase(list) }},
		{"住民記録/住民台帳_令和6年度.csv", func() []byte { return encode(japanese.ShiftJIS, residentsCSV(list)) }},
		{"住民記録/住民台帳_令和7年度.csv", func() []byte { return []byte(residentsCSV(list[2000:])) }},
		{"住民記録/旧システム/juki_euc.csv", func() []byte { return encode(japanese.EUCJP, residentsCSV(list[:8000])) }},
		{"住民記録/旧システム/export.txt", func() []byte { return windowsUnicode(residentsCSV(list[3000:7000])) }},
		{"住民記録/名簿.xlsx", func() []byte { return xlsx(list[:4000]) }},
		{"住民記録/転出入.xlsx", func() []byte { return xlsx(list[9000:11000]) }},
		{"web/data/residents.json", func() []byte { return residentsJSON(list[:6000]) }},
		{"web/data/residents.xml", func() []byte { return residentsXML(list[6000:11000]) }},
		{"log/access.log", func() []byte { return []byte(serverLog("access", 30000)) }},
	}
}

// letterMakers: prose in every format and character set.
func letterMakers() (all []documentMaker) {
	add := func(name string, f func() []byte) { all = append(all, documentMaker{name, f}) }
	for i := range 6 {
		n := 4000 + 11000*i
		name := fmt.Sprintf("letter %d", i)
		add(fmt.Sprintf("letters/letter-%02d.txt", i+1), func() []byte { return []byte(englishText(name, n)) })
		add(fmt.Sprintf("文書/通知_%02d.txt", i+1), func() []byte { return []byte(japaneseText(name, n)) })
		add(fmt.Sprintf("文書/旧文書/TSUCHI%02d.TXT", i+1), func() []byte { return encode(japanese.ShiftJIS, japaneseText(name+" sjis", n)) })
		add(fmt.Sprintf("文書/旧文書/memo%02d.euc", i+1), func() []byte { return encode(japanese.EUCJP, japaneseText(name+" euc", n)) })
		add(fmt.Sprintf("文書/メモ_%02d.txt", i+1), func() []byte { return windowsUnicode(japaneseText(name+" utf-16", n)) })
		add(fmt.Sprintf("文書/議事録_%02d.docx", i+1), func() []byte { return docx(japaneseText(name+" docx", 4*n)) })
		add(fmt.Sprintf("letters/report-%02d.pdf", i+1), func() []byte { return englishPDF(englishText(name+" pdf", 4*n), "Annual report") })
		add(fmt.Sprintf("文書/報告書_%02d.pdf", i+1), func() []byte { return japanesePDF(japaneseText(name+" pdf", 3*n), "Houkokusho") })
		add(fmt.Sprintf("web/news%02d.html", i+1), func() []byte { return page("見本市からのお知らせ", japaneseText(name+" html", n)) })
		add(fmt.Sprintf("mail/%04d.eml", i+1), func() []byte {
			picture := jpegOf(photograph(name+" mail", 480, 360), 80)
			return mail(name, "会議資料の送付について", japaneseText(name+" mail", 1500), File{"photo.jpg", picture})
		})
	}
	return all
}

// pictureMakers: what takes most of the room on a disk.
func pictureMakers() (all []documentMaker) {
	add := func(name string, f func() []byte) { all = append(all, documentMaker{name, f}) }
	for i := range 10 {
		name := fmt.Sprintf("picture %d", i)
		add(fmt.Sprintf("写真/DSC%05d.JPG", 1201+i), func() []byte { return jpegOf(photograph(name, 1600, 1200), 93) })
	}
	for i := range 2 {
		name := fmt.Sprintf("scan %d", i)
		add(fmt.Sprintf("文書/スキャン/scan%03d.pdf", i+1), func() []byte {
			return scanPDF("Scan", 1024, 768, jpegOf(photograph(name, 1024, 768), 85), jpegOf(photograph(name+" back", 1024, 768), 85))
		})
		add(fmt.Sprintf("web/img/chart%d.png", i+1), func() []byte { return pngChart(name, 800, 600) })
		add(fmt.Sprintf("web/img/anim%d.gif", i+1), func() []byte { return gifAnimation(name, 320, 240, 8) })
		add(fmt.Sprintf("音声/会議録音_%d.wav", i+1), func() []byte { return wave(name, 110) })
	}
	return all
}

// archiveMakers: files that hold files, and source code.
func archiveMakers(list []resident) (all []documentMaker) {
	for _, name := range sourceNames() {
		all = append(all, documentMaker{"src/" + name, func() []byte { return source(name) }})
	}
	return append(all,
		documentMaker{"backup/住民記録.zip", func() []byte {
			return zipOf(File{"台帳.csv", []byte(residentsCSV(list[10000:16000]))}, File{"README.txt", []byte(englishText("zip", 3000))})
		}},
		documentMaker{"backup/log.gz", func() []byte { return gzipOf("access.log", []byte(serverLog("old", 15000))) }},
		documentMaker{"backup/src.tar", func() []byte { return tarOf(sourceFiles()...) }},
		documentMaker{"backup/src.tar.gz", func() []byte { return gzipOf("src.tar", tarOf(sourceFiles()...)) }},
	)
}

func sourceNames() []string { return []string{"ext4.go", "luks2.go", "medium.go", "pdf.go"} }

func source(name string) []byte {
	b, err := sources.ReadFile("sources/" + name + ".txt")
	must(err)
	return b
}

func sourceFiles() (files []File) {
	for _, name := range sourceNames() {
		files = append(files, File{name, source(name)})
	}
	return files
}

// windowsUnicode is what Windows' editor calls "Unicode": little-endian with a mark.
func windowsUnicode(text string) []byte {
	return encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), text)
}
