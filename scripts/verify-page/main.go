// Command verify-page builds the page that checks reports in a browser: make verify-page.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/verifypage"
)

func main() {
	out := flag.String("out", "bin/verify.html", "the page, a `FILE`")
	commit := flag.String("commit", "", "the `COMMIT` that it is built from, where the go command notes none")
	flag.Parse()
	if err := build(*out, *commit); err != nil {
		fmt.Fprintln(os.Stderr, "verify-page:", err)
		os.Exit(1)
	}
}

const (
	maxProgram = 128 << 20
	maxRunner  = 1 << 20
)

func build(out, commit string) error {
	dir, err := os.MkdirTemp("", "verify-page-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "program.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -X main.commit="+commit, "-o", program, "./cmd/shokyo-verify-page")
	cmd.Env, cmd.Stderr = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0"), os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build the program of the page: %w", err)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("ask for the Go distribution: %w", err)
	}
	b, err := wholefile.Read(program, maxProgram)
	if err != nil {
		return err
	}
	runner, err := wholefile.Read(filepath.Join(strings.TrimSpace(string(root)), "lib/wasm/wasm_exec.js"), maxRunner)
	if err != nil {
		return fmt.Errorf("the script that runs it: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	if err := verifypage.Write(f, b, runner); err != nil {
		f.Close()
		return fmt.Errorf("write %s: %w", out, err)
	}
	return f.Close()
}
