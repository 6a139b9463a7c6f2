//go:build js && wasm

// Command shokyo-verify-page is what checks a report within the page of package verifypage. It gives the page one
// function, shokyoVerify(name, report, certificate), whose answer is verifypage.Answer as JSON.
package main

import (
	"syscall/js"

	"shokyo.dev/shokyo/reports/maker"
	"shokyo.dev/shokyo/verifypage"
)

// Both are set as in cmd/shokyo.
var (
	version = maker.Unversioned
	commit  string
)

func main() {
	self := maker.Self(version, commit)
	js.Global().Set("shokyoVerify", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return verifypage.Check(args[0].String(), bytesOf(args[1]), bytesOf(args[2]), self).JSON()
	}))
	select {}
}

func bytesOf(v js.Value) []byte {
	b := make([]byte, v.Length())
	js.CopyBytesToGo(b, v)
	return b
}
