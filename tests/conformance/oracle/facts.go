//go:build ignore

// Facts prints what go/types finds out about packages of the standard library, one fact a line, for comparison with ours:
//
//	P path
//	T file start end mode type value      an expression
//	S file start end kind path indirect recv    a selection
//	N file start end args type            an instance, at its identifier
//	O names                               one step of initialisation
//
// Offsets are bytes; fields are separated by tabs.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	build.Default.CgoEnabled = false
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "source", nil)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, path := range os.Args[1:] {
		pkg, err := build.Import(path, "", 0)
		if err != nil {
			continue
		}
		var files []*ast.File
		names := map[*token.File]string{}
		for _, name := range pkg.GoFiles {
			f, err := parser.ParseFile(fset, filepath.Join(pkg.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				continue
			}
			files = append(files, f)
			names[fset.File(f.Pos())] = name
		}
		info := &types.Info{
			Types:      map[ast.Expr]types.TypeAndValue{},
			Selections: map[*ast.SelectorExpr]*types.Selection{},
			Instances:  map[*ast.Ident]types.Instance{},
		}
		conf := types.Config{Importer: imp, Error: func(error) {}, Sizes: types.SizesFor("gc", "amd64")}
		checked, _ := conf.Check(path, fset, files, info)
		_ = checked
		fmt.Fprintf(out, "P\t%s\n", path)
		place := func(n ast.Node) string {
			f := fset.File(n.Pos())
			return fmt.Sprintf("%s\t%d\t%d", names[f], f.Offset(n.Pos()), f.Offset(n.End()))
		}
		qualifier := func(p *types.Package) string { return p.Path() }
		str := func(t types.Type) string { return types.TypeString(t, qualifier) }
		// Only what is written: not the 1 that stands for x++, nor the types of literals and methods, which have no node of their own with us.
		written, without := map[ast.Node]bool{}, map[ast.Node]bool{}
		for _, f := range files {
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncLit:
					without[n.Type] = true
				case *ast.InterfaceType:
					for _, m := range n.Methods.List {
						if len(m.Names) > 0 {
							without[m.Type] = true
						}
					}
				}
				if n != nil {
					written[n] = true
				}
				return true
			})
		}
		for e, tv := range info.Types {
			if !written[e] || without[e] {
				continue
			}
			value := ""
			if tv.Value != nil {
				value = tv.Value.ExactString()
			}
			mode := ""
			switch {
			case tv.IsVoid():
				mode = "void"
			case tv.IsType():
				mode = "type"
			case tv.IsBuiltin():
				mode = "builtin"
			case tv.IsNil():
				mode = "nil"
			case tv.Value != nil:
				mode = "const"
			case tv.Addressable():
				mode = "var"
			case tv.Assignable():
				mode = "mapindex"
			case tv.HasOk():
				mode = "commaok"
			default:
				mode = "value"
			}
			fmt.Fprintf(out, "T\t%s\t%s\t%s\t%s\n", place(e), mode, str(tv.Type), clean(value))
		}
		for e, s := range info.Selections {
			var path []string
			for _, i := range s.Index() {
				path = append(path, fmt.Sprint(i))
			}
			fmt.Fprintf(out, "S\t%s\t%d\t%s\t%v\t%s\n", place(e), s.Kind(), strings.Join(path, "."), s.Indirect(), str(s.Recv()))
		}
		for id, inst := range info.Instances {
			var args []string
			for i := 0; i < inst.TypeArgs.Len(); i++ {
				args = append(args, str(inst.TypeArgs.At(i)))
			}
			fmt.Fprintf(out, "N\t%s\t%s\t%s\n", place(id), strings.Join(args, ", "), str(inst.Type))
		}
		for _, init := range info.InitOrder {
			var lhs []string
			for _, v := range init.Lhs {
				lhs = append(lhs, v.Name())
			}
			fmt.Fprintf(out, "O\t%s\n", strings.Join(lhs, " "))
		}
	}
}

func clean(s string) string {
	return strings.NewReplacer("\t", " ", "\n", " ").Replace(s)
}
