//go:build ignore

// Facts prints what go/types finds out about packages of the standard library, named on the lines of its input, one fact a line, for
// comparison with ours:
//
//	P path                                begins a package
//	T file start end mode type value      an expression
//	S file start end kind path indirect recv    a selection
//	N file start end args type            an instance, at its identifier
//	D file start end object               what an identifier declares
//	U file start end object               what an identifier refers to
//	I file start end object               what is declared without an identifier
//	O names                               one step of initialisation
//	E                                     ends a package
//
// Offsets are bytes; fields are separated by tabs. An object is its kind, name, type and place: file and offset in this package, the path of
// another, nothing for what is predeclared.
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
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		facts(out, fset, imp, input.Text())
	}
}

func facts(out *bufio.Writer, fset *token.FileSet, imp types.Importer, path string) {
	dir := filepath.Join(build.Default.GOROOT, "src", path)
	if _, err := os.Stat(dir); err != nil {
		dir = filepath.Join(build.Default.GOROOT, "src", "vendor", path)
	}
	pkg, err := build.ImportDir(dir, 0)
	if err != nil {
		return
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
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Implicits:  map[ast.Node]types.Object{},
	}
	conf := types.Config{Importer: imp, Error: func(error) {}, Sizes: types.SizesFor("gc", "amd64")}
	checked, _ := conf.Check(path, fset, files, info)
	fmt.Fprintf(out, "P\t%s\n", path)
	place := func(n ast.Node) string {
		f := fset.File(n.Pos())
		return fmt.Sprintf("%s\t%d\t%d", names[f], f.Offset(n.Pos()), f.Offset(n.End()))
	}
	qualifier := func(p *types.Package) string { return strings.TrimPrefix(p.Path(), "vendor/") }
	str := func(t types.Type) string { return types.TypeString(t, qualifier) }
	object := func(o types.Object) string {
		where := ""
		if o.Pkg() == checked && o.Pos().IsValid() {
			f := fset.File(o.Pos())
			where = fmt.Sprintf("%s:%d", names[f], f.Offset(o.Pos()))
		} else if o.Pkg() != nil {
			where = qualifier(o.Pkg())
		}
		switch o := o.(type) {
		case *types.PkgName:
			return "package\t" + qualifier(o.Imported())
		case *types.Label:
			return "label\t" + o.Name() + "\t" + where
		case *types.Builtin:
			return "builtin\t" + o.Name()
		case *types.Nil:
			return "nil"
		case *types.Const:
			return "const\t" + o.Name() + "\t" + str(o.Type()) + "\t" + clean(o.Val().ExactString()) + "\t" + where
		case *types.TypeName:
			return "type\t" + o.Name() + "\t" + str(o.Type()) + "\t" + where
		case *types.Var:
			if o.IsField() {
				return "field\t" + o.Name() + "\t" + str(o.Type())
			}
			if o.Name() == "" {
				return "var\t\t" + str(o.Type())
			}
			return "var\t" + o.Name() + "\t" + str(o.Type()) + "\t" + where
		case *types.Func:
			if recv := o.Signature().Recv(); recv != nil {
				if types.IsInterface(recv.Type()) {
					where = ""
				}
				return "method\t" + o.Name() + "\t" + str(o.Type()) + "\t" + where
			}
			return "func\t" + o.Name() + "\t" + str(o.Type()) + "\t" + where
		}
		return "?"
	}
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
	for id, o := range info.Defs {
		// The name in a package clause and the variable of a type switch declare nothing themselves.
		if o != nil {
			fmt.Fprintf(out, "D\t%s\t%s\n", place(id), object(o))
		}
	}
	for id, o := range info.Uses {
		fmt.Fprintf(out, "U\t%s\t%s\n", place(id), object(o))
	}
	for n, o := range info.Implicits {
		// A clause is known by the word that begins it: its end is a matter of taste.
		f := fset.File(n.Pos())
		start := f.Offset(n.Pos())
		fmt.Fprintf(out, "I\t%s\t%d\t%d\t%s\n", names[f], start, start, object(o))
	}
	for _, init := range info.InitOrder {
		var lhs []string
		for _, v := range init.Lhs {
			lhs = append(lhs, v.Name())
		}
		fmt.Fprintf(out, "O\t%s\n", strings.Join(lhs, " "))
	}
	fmt.Fprintf(out, "E\n")
}

func clean(s string) string {
	return strings.NewReplacer("\t", " ", "\n", " ").Replace(s)
}
