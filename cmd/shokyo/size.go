package main

import "shokyo.dev/shokyo/internal/bytesize"

func parseSize(s string) (int64, error) { return bytesize.Parse(s) }

func humanSize(n int64) string { return bytesize.Format(n) }
