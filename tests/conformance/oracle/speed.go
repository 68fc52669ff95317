//go:build ignore

// Speed parses and checks packages as go/parser and go/types do it, and prints how long that took and what memory it needed:
//
//	speed LIST
//
// LIST holds a line `P path` for each package, importees first, followed by a line `F file` for each of its files. With GOMAXPROCS set, the
// collector has more or fewer processors; parsing and checking are sequential.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"strings"
	"syscall"
	"time"
)

type known map[string]*types.Package

func (k known) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if p := k[path]; p != nil {
		return p, nil
	}
	return nil, errors.New("not checked yet")
}

func main() {
	list, err := os.Open(os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	type unit struct {
		path  string
		files []string
	}
	var units []*unit
	lines := bufio.NewScanner(list)
	for lines.Scan() {
		kind, rest, _ := strings.Cut(lines.Text(), " ")
		if kind == "P" {
			units = append(units, &unit{path: rest})
		} else {
			u := units[len(units)-1]
			u.files = append(u.files, rest)
		}
	}
	begin := time.Now()
	var parsing time.Duration
	fset := token.NewFileSet()
	done := known{}
	problems := 0
	var infos []*types.Info
	for _, u := range units {
		start := time.Now()
		var files []*ast.File
		for _, name := range u.files {
			f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution|parser.ParseComments)
			if err != nil {
				problems++
			}
			files = append(files, f)
		}
		parsing += time.Since(start)
		info := &types.Info{
			Types:        map[ast.Expr]types.TypeAndValue{},
			Instances:    map[*ast.Ident]types.Instance{},
			Defs:         map[*ast.Ident]types.Object{},
			Uses:         map[*ast.Ident]types.Object{},
			Implicits:    map[ast.Node]types.Object{},
			Selections:   map[*ast.SelectorExpr]*types.Selection{},
			Scopes:       map[ast.Node]*types.Scope{},
			FileVersions: map[*ast.File]string{},
		}
		conf := types.Config{Importer: done, Error: func(error) { problems++ }, Sizes: types.SizesFor("gc", "amd64")}
		pkg, _ := conf.Check(u.path, fset, files, info)
		done[u.path] = pkg
		// An editor keeps what it knows: so do we.
		infos = append(infos, info)
	}
	took := time.Since(begin)
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	cpu := time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	fmt.Printf("%.3f %.3f %d %d %d %.3f\n", took.Seconds(), cpu.Seconds(), usage.Maxrss, problems, len(infos), parsing.Seconds())
}
