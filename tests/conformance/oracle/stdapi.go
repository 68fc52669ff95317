//go:build ignore

// Stdapi prints the exported API of packages of the standard library as go/types sees it, one fact a line, fields separated by tabs:
//
//	= path                  the facts of this package follow
//	name fact               of a constant, variable, function or type
//	name.member fact        of an exported field or method
package main

import (
	"bufio"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"os"
	"strings"
)

var out = bufio.NewWriter(os.Stdout)

func str(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string { return p.Path() })
}

// without returns a type without the names of parameters, which are not part of it, and the type parameters of a function.
func without(t types.Type) types.Type {
	switch t := t.(type) {
	case *types.Signature:
		dename := func(list *types.Tuple) *types.Tuple {
			var vars []*types.Var
			for v := range list.Variables() {
				vars = append(vars, types.NewVar(token.NoPos, nil, "", without(v.Type())))
			}
			return types.NewTuple(vars...)
		}
		return types.NewSignatureType(nil, nil, nil, dename(t.Params()), dename(t.Results()), t.Variadic())
	case *types.Slice:
		return types.NewSlice(without(t.Elem()))
	case *types.Array:
		return types.NewArray(without(t.Elem()), t.Len())
	case *types.Pointer:
		return types.NewPointer(without(t.Elem()))
	case *types.Map:
		return types.NewMap(without(t.Key()), without(t.Elem()))
	case *types.Chan:
		return types.NewChan(t.Dir(), without(t.Elem()))
	}
	return t
}

// plain is a type as text; a generic function's type parameters come first.
func plain(t types.Type) string {
	text := str(without(t))
	if sig, ok := t.(*types.Signature); ok && sig.TypeParams().Len() > 0 {
		return "[" + constraints(sig.TypeParams()) + "] " + text
	}
	return text
}

func fact(name, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	fmt.Fprintf(out, "%s\t%s\n", name, strings.NewReplacer("\t", " ", "\n", " ").Replace(text))
}

func constraints(list *types.TypeParamList) string {
	var all []string
	for p := range list.TypeParams() {
		all = append(all, p.Obj().Name()+" "+str(p.Constraint()))
	}
	return strings.Join(all, ", ")
}

func declared(name string, obj *types.TypeName) {
	if obj.IsAlias() {
		fact(name, "alias %s", plain(types.Unalias(obj.Type())))
		return
	}
	named := obj.Type().(*types.Named)
	fact(name, "type [%s]", constraints(named.TypeParams()))
	switch under := named.Underlying().(type) {
	case *types.Struct:
		hidden := false
		for f := range under.Fields() {
			if f.Exported() {
				fact(name+"."+f.Name(), "field %s embedded=%v", plain(f.Type()), f.Embedded())
			} else {
				hidden = true
			}
		}
		fact(name+" underlying", "struct hidden=%v comparable=%v", hidden, types.Comparable(named))
	case *types.Interface:
		fact(name+" underlying", "interface constraint=%v comparable=%v", !under.IsMethodSet(), under.IsComparable())
		for m := range under.Methods() {
			if m.Exported() {
				fact(name+"."+m.Name(), "method %s", plain(m.Type()))
			}
		}
		for e := range under.EmbeddedTypes() {
			if !types.IsInterface(e) {
				fact(name+" embeds", "%s", str(e))
			}
		}
		return
	default:
		if basic, ok := under.(*types.Basic); ok {
			// byte is uint8.
			under = types.Typ[basic.Kind()]
		}
		fact(name+" underlying", "%s", plain(under))
	}
	values := types.NewMethodSet(named)
	for selection := range types.NewMethodSet(types.NewPointer(named)).Methods() {
		m := selection.Obj().(*types.Func)
		if m.Exported() {
			value := values.Lookup(m.Pkg(), m.Name()) != nil
			fact(name+"."+m.Name(), "method %s of-value=%v", plain(selection.Type()), value)
		}
	}
}

func main() {
	defer out.Flush()
	fset := token.NewFileSet()
	packages := importer.ForCompiler(fset, "source", nil)
	for _, path := range os.Args[1:] {
		pkg, err := packages.Import(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		fmt.Fprintf(out, "=\t%s\n", path)
		for _, name := range pkg.Scope().Names() {
			obj := pkg.Scope().Lookup(name)
			if !obj.Exported() {
				continue
			}
			switch obj := obj.(type) {
			case *types.Const:
				fact(name, "const %s %s", str(obj.Type()), obj.Val().ExactString())
			case *types.Var:
				fact(name, "var %s", plain(obj.Type()))
			case *types.Func:
				fact(name, "func %s", plain(obj.Type()))
			case *types.TypeName:
				declared(name, obj)
			}
		}
	}
}
