//go:build ignore

// Format answers each text on standard input with what go/format makes of it. Before a text or an answer stands a line with its
// length in bytes; -1 answers a text that does not parse. The last line of the answers says how long formatting took.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"go/format"
	"io"
	"os"
	"time"
)

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	var spent time.Duration
	for {
		var size int
		if _, err := fmt.Fscanf(in, "%d\n", &size); err != nil {
			break
		}
		text := make([]byte, size)
		if _, err := io.ReadFull(in, text); err != nil {
			break
		}
		begin := time.Now()
		formatted, err := format.Source(text)
		spent += time.Since(begin)
		if err != nil {
			fmt.Fprintf(out, "-1\n")
			continue
		}
		fmt.Fprintf(out, "%d\n", len(formatted))
		io.Copy(out, bytes.NewReader(formatted))
	}
	fmt.Fprintf(out, "spent %d\n", spent.Microseconds())
}
