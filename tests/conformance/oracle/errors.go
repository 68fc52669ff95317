//go:build ignore

// Errors prints what go/types reports about packages of the standard library in which one file has another text. Each line of the input
// names a number, the path of a package, the file, and where its other text is, separated by tabs; the answer is a line `P number`, then
// lines `E file line column code message`. Without a path what follows are the language version, with `+test` where the functions of
// go/types' own tests are predeclared and `+C` where package C may be anything, and all files of the package, separated by `|`.
package main

import (
	"bufio"
	"bytes"
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
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	report := func(pos token.Position, code, msg string) {
		msg = strings.NewReplacer("\t", " ", "\n", " ").Replace(msg)
		fmt.Fprintf(out, "E\t%s\t%d\t%d\t%s\t%s\n", filepath.Base(pos.Filename), pos.Line, pos.Column, code, msg)
	}
	packages := map[string]*source{}
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		fields := strings.Split(input.Text(), "\t")
		if len(fields) != 4 {
			continue
		}
		path, name := fields[1], fields[2]
		conf := types.Config{Importer: imp, Sizes: types.SizesFor("gc", "amd64")}
		var texts []string // where other texts are
		pkg := packages[path]
		if path == "" {
			flags := strings.Split(name, "+")
			conf.GoVersion = flags[0]
			for _, flag := range flags[1:] {
				if flag == "test" {
					types.DefPredeclaredTestFuncs()
				} else {
					conf.FakeImportC = true
				}
			}
			texts = strings.Split(fields[3], "|")
			pkg = &source{files: make([]*ast.File, len(texts))}
			for _, text := range texts {
				pkg.names = append(pkg.names, filepath.Base(text))
			}
		} else {
			if pkg == nil {
				pkg = load(fset, path)
				packages[path] = pkg
			}
			texts = make([]string, len(pkg.names))
			for i := range texts {
				if pkg.names[i] == name {
					texts[i] = fields[3]
				}
			}
		}
		fmt.Fprintf(out, "P\t%s\n", fields[0])
		var files []*ast.File
		broken := false
		for i, f := range pkg.files {
			if texts[i] != "" {
				text, err := os.ReadFile(texts[i])
				if err == nil {
					// Lines are those of the file, whatever its comments say.
					text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("//line "), []byte("//-ine ")), []byte("/*line "), []byte("/*-ine "))
					f, err = parser.ParseFile(fset, filepath.Join(pkg.dir, pkg.names[i]), text, parser.SkipObjectResolution|parser.AllErrors)
				}
				var syntax scanner.ErrorList
				if errors.As(err, &syntax) {
					broken = true
					for _, e := range syntax {
						report(e.Pos, "syntax", e.Msg)
					}
				}
			}
			if f != nil {
				files = append(files, f)
			}
		}
		if broken && path != "" || len(files) == 0 {
			continue
		}
		if path == "" {
			path = files[0].Name.Name
		}
		conf.Error = func(err error) {
			var e types.Error
			if !errors.As(err, &e) || strings.HasPrefix(e.Msg, "\t") {
				return
			}
			code := names[reflect.ValueOf(e).FieldByName("go116code").Int()]
			report(fset.Position(e.Pos), code, e.Msg)
		}
		conf.Check(path, fset, files, nil)
	}
}

// A source is a package as it is installed.
type source struct {
	dir   string
	names []string
	files []*ast.File
}

func load(fset *token.FileSet, path string) *source {
	dir := filepath.Join(build.Default.GOROOT, "src", path)
	if _, err := os.Stat(dir); err != nil {
		dir = filepath.Join(build.Default.GOROOT, "src", "vendor", path)
	}
	result := &source{dir: dir}
	pkg, err := build.ImportDir(dir, 0)
	if err != nil {
		return result
	}
	for _, name := range pkg.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err == nil {
			result.names = append(result.names, name)
			result.files = append(result.files, f)
		}
	}
	return result
}
