package files

// File is a file to be laid on a medium; Name may lead through folders, with "/".
type File struct {
	Name string
	Data []byte
}

// Written is when all of them were written, in seconds since 1970: 2025-04-01 10:00 JST.
const Written = 1743469200
