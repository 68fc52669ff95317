// Apidiff prints what golang.org/x/exp/apidiff says of pairs of packages, for comparison with ours. Each line of standard input names two folders;
// for each pair it prints the line back after "P ", then "i " or "c " and the message of each incompatible or compatible change, or
// "E " and an error.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/exp/apidiff"
)

var (
	fset     = token.NewFileSet()
	packages = importer.ForCompiler(fset, "source", nil)
)

func load(folder string) (*types.Package, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	var files []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	conf := types.Config{Importer: packages, Sizes: types.SizesFor("gc", "amd64"), IgnoreFuncBodies: true}
	return conf.Check("p", fset, files, nil)
}

func compare(line string, out *bufio.Writer) {
	defer func() {
		if problem := recover(); problem != nil {
			fmt.Fprintf(out, "E it panics: %v\n", problem)
		}
	}()
	oldFolder, newFolder, _ := strings.Cut(line, "\t")
	before, err := load(oldFolder)
	if err != nil {
		fmt.Fprintf(out, "E %v\n", err)
		return
	}
	after, err := load(newFolder)
	if err != nil {
		fmt.Fprintf(out, "E %v\n", err)
		return
	}
	for _, change := range apidiff.Changes(before, after).Changes {
		kind := "i"
		if change.Compatible {
			kind = "c"
		}
		fmt.Fprintf(out, "%s %s\n", kind, strings.ReplaceAll(change.Message, "\n", " "))
	}
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	// apidiff prints remarks of its own to standard output.
	os.Stdout = os.Stderr
	defer out.Flush()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fmt.Fprintf(out, "P %s\n", lines.Text())
		compare(lines.Text(), out)
	}
}
