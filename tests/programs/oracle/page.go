//go:build ignore

// Page prints what go/parser and go/types say to the programs of the language pages: for each folder named on a line of the input, a line `P folder`,
// then its errors, `E line column code message`, and the types of the expressions whose type a comment `// type T` says, `T line type`; separated by tabs.
// Such an expression is the longest one that begins behind the line's `=`, or at the line's start.
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
	report := func(pos token.Position, code, msg string) {
		msg = strings.NewReplacer("\t", "\\t", "\n", "\\n").Replace(msg)
		fmt.Printf("E\t%d\t%d\t%s\t%s\n", pos.Line, pos.Column, code, msg)
	}
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		dir := input.Text()
		fmt.Printf("P\t%s\n", dir)
		name := filepath.Join(dir, "main.go")
		text, _ := os.ReadFile(name)
		f, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution|parser.AllErrors)
		var syntax scanner.ErrorList
		if errors.As(err, &syntax) {
			for _, e := range syntax {
				report(e.Pos, "Syntax", e.Msg)
			}
		}
		if f == nil {
			continue
		}
		info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
		conf := types.Config{Importer: imp, Sizes: types.SizesFor("gc", "amd64"), Error: func(err error) {
			var e types.Error
			if errors.As(err, &e) && !strings.HasPrefix(e.Msg, "\t") {
				report(fset.Position(e.Pos), names[reflect.ValueOf(e).FieldByName("go116code").Int()], e.Msg)
			}
		}}
		pkg, _ := conf.Check("main", fset, []*ast.File{f}, info)
		qualifier := func(p *types.Package) string {
			if p == pkg {
				return ""
			}
			return p.Path()
		}
		start := 0
		for i, line := range strings.SplitAfter(string(text), "\n") {
			code, _, ok := strings.Cut(line, "// type ")
			if ok {
				at := len(code) - len(strings.TrimLeft(code, " \t"))
				if p := strings.Index(code, ":= "); p >= 0 {
					at = p + 3
				} else if p := strings.Index(code, "= "); p >= 0 {
					at = p + 2
				}
				var best ast.Expr
				ast.Inspect(f, func(n ast.Node) bool {
					if e, ok := n.(ast.Expr); ok && fset.Position(e.Pos()).Offset == start+at && (best == nil || e.End() > best.End()) {
						best = e
					}
					return true
				})
				if best != nil {
					fmt.Printf("T\t%d\t%s\n", i+1, types.TypeString(info.TypeOf(best), qualifier))
				}
			}
			start += len(line)
		}
	}
}
