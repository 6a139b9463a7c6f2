//go:build js && wasm

// Command shokyo-verify-page is what checks a report within the page of package verifypage. It gives the page one
// function, shokyoVerify(name, report, certificates, revocation lists, certificates of timestamp authorities), whose answer is verifypage.Answer as JSON.
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
		return verifypage.Check(args[0].String(), bytesOf(args[1]), whom(args[2:]), self).JSON()
	}))
	select {}
}

func whom(args []js.Value) verifypage.Whom {
	w := verifypage.Whom{Signer: bytesOf(args[0]), Stamps: bytesOf(args[2])}
	for i := range args[1].Length() {
		w.Lists = append(w.Lists, bytesOf(args[1].Index(i)))
	}
	return w
}

func bytesOf(v js.Value) []byte {
	b := make([]byte, v.Length())
	js.CopyBytesToGo(b, v)
	return b
}
