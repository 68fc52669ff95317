//go:build ignore

// Errors prints what go/types reports about packages, one error a line: for each folder named on a line of the input, a line
// `P folder`, then `E file line column code message`, separated by tabs. The import path of a folder's package is in its file `path`.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
)

func main() {
	build.Default.CgoEnabled = false
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "source", nil)
	names := map[int64]string{}
	if pkg, err := imp.Import("internal/types/errors"); err == nil {
		for _, name := range pkg.Scope().Names() {
			if c, ok := pkg.Scope().Lookup(name).(*types.Const); ok && c.Val().Kind() == constant.Int {
				if v, exact := constant.Int64Val(c.Val()); exact {
					names[v] = name
				}
			}
		}
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		dir := input.Text()
		fmt.Fprintf(out, "P\t%s\n", dir)
		path, _ := os.ReadFile(filepath.Join(dir, "path"))
		list, _ := filepath.Glob(filepath.Join(dir, "*.go"))
		sort.Strings(list)
		var files []*ast.File
		report := func(pos token.Position, code, msg string) {
			msg = strings.NewReplacer("\t", " ", "\n", " ").Replace(msg)
			fmt.Fprintf(out, "E\t%s\t%d\t%d\t%s\t%s\n", filepath.Base(pos.Filename), pos.Line, pos.Column, code, msg)
		}
		for _, name := range list {
			f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution|parser.AllErrors)
			var syntax scanner.ErrorList
			if errors.As(err, &syntax) {
				for _, e := range syntax {
					report(e.Pos, "syntax", e.Msg)
				}
			}
			if f != nil {
				files = append(files, f)
			}
		}
		conf := types.Config{Importer: imp, Sizes: types.SizesFor("gc", "amd64"), Error: func(err error) {
			var e types.Error
			if !errors.As(err, &e) || strings.HasPrefix(e.Msg, "\t") {
				return
			}
			code := names[reflect.ValueOf(e).FieldByName("go116code").Int()]
			report(fset.Position(e.Pos), code, e.Msg)
		}}
		conf.Check(strings.TrimSpace(string(path)), fset, files, nil)
		out.Flush()
	}
}
