//go:build !cgo

// Shokyo-pkcs11 has a hardware token sign for shokyo. This one cannot: it was built without cgo.
package main

import (
	"encoding/json"
	"errors"
	"os"

	"shokyo.dev/shokyo/reports/sign/token"
)

func main() {
	err := errors.New("it was built without cgo, and cannot load a driver: CGO_ENABLED=1 go build ./cmd/shokyo-pkcs11")
	json.NewEncoder(os.Stdout).Encode(token.Answer{Error: err.Error()})
	os.Exit(1)
}
