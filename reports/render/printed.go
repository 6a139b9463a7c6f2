package render

// Printed is what every printed form of a document shows of it: the sentences beside it, and
// which rows of its lists there is room for. report.html and report.pdf show the same.
type Printed = page

// Print prepares a document for printing.
var Print = newPage
