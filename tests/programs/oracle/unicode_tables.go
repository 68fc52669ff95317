// Writes vm-sim/src/pure/unicode.txt, the virtual machine's edition of Unicode, from the tables of the Go that runs it:
//
//	go run tests/programs/oracle/unicode_tables.go > vm-sim/src/pure/unicode.txt
//
// The program tests/programs/stdlib/unicode/classes.go compares every character with Go afterwards.
package main

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode"
)

var out = bufio.NewWriter(os.Stdout)

// section writes a heading and items, as many on a line as fit.
func section(head string, items []string) {
	fmt.Fprintf(out, "# %s\n", head)
	line := ""
	for _, item := range items {
		if len(line)+1+len(item) > 140 {
			fmt.Fprintln(out, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += item
	}
	fmt.Fprintln(out, line)
}

func category(r rune) string {
	for name, table := range unicode.Categories {
		if len(name) == 2 && name != "LC" && name != "Cn" && unicode.Is(table, r) {
			return name
		}
	}
	return "Cn"
}

type run struct {
	first       rune
	count, step int
	delta       rune
}

// last is where the run ends.
func (r *run) last() rune { return r.first + rune((r.count-1)*r.step) }

// mappings packs what a function changes. A character is looked for in the last two runs that begin before it.
func mappings(to func(rune) rune) []string {
	var runs []*run
	for r := rune(0); r <= unicode.MaxRune; r++ {
		delta := to(r) - r
		if delta == 0 {
			continue
		}
		joined := false
		for i := len(runs) - 1; i >= max(0, len(runs)-2) && !joined; i-- {
			last := runs[i]
			gap := int(r - last.last())
			if last.delta == delta && (gap == last.step && last.count > 1 || last.count == 1 && gap <= 2) {
				last.step, joined = gap, true
				last.count++
			}
		}
		if !joined {
			runs = append(runs, &run{r, 1, 1, delta})
		}
	}
	var items []string
	for _, r := range runs {
		items = append(items, fmt.Sprintf("%X,%d,%d,%d", r.first, r.count, r.step, r.delta))
	}
	return items
}

func main() {
	defer out.Flush()
	fmt.Fprintf(out, "# Characters as Unicode %s has them, packed. Derived from the Unicode Character Database, which is\n", unicode.Version)
	fmt.Fprintln(out, "# copyright (c) Unicode, Inc. and may be used under the Unicode License V3 (https://www.unicode.org/license.txt).")

	var items []string
	name, count := category(0), 0
	for r := rune(0); r <= unicode.MaxRune+1; r++ {
		now := ""
		if r <= unicode.MaxRune {
			now = category(r)
		}
		if now != name {
			items = append(items, fmt.Sprintf("%s%d", name, count))
			name, count = now, 0
		}
		count++
	}
	section("categories: category and number of characters that have it in a row, from U+0000 on", items)
	section("upper: first character, number of characters, step, and what to add for the upper case", mappings(unicode.ToUpper))
	section("lower: first character, number of characters, step, and what to add for the lower case", mappings(unicode.ToLower))
	section("title: first character, number of characters, step, and what to add for the title case", mappings(unicode.ToTitle))

	items = nil
	for r := rune(0); r <= unicode.MaxRune; r++ {
		plain := unicode.ToLower(r)
		if plain == r {
			plain = unicode.ToUpper(r)
		}
		if next := unicode.SimpleFold(r); next != plain {
			items = append(items, fmt.Sprintf("%X,%X", r, next))
		}
	}
	section("fold: a character and the next one in its circle of case, where that is not simply its lower or else its upper case", items)

	items = nil
	for _, script := range slices.Sorted(maps.Keys(unicode.Scripts)) {
		table, item, from := unicode.Scripts[script], strings.Builder{}, rune(-1)
		item.WriteString(script)
		for r := rune(0); r <= unicode.MaxRune+1; r++ {
			in := r <= unicode.MaxRune && unicode.Is(table, r)
			switch {
			case in && from < 0:
				from = r
			case !in && from >= 0:
				fmt.Fprintf(&item, ",%X-%X", from, r-1)
				from = -1
			}
		}
		items = append(items, item.String())
	}
	fmt.Fprintln(out, "# scripts: name, and the ranges of characters that belong to it")
	for _, item := range items {
		fmt.Fprintln(out, item)
	}
	fmt.Fprintln(out, "# aliases: long name of a category, and the category")
	for _, alias := range slices.Sorted(maps.Keys(unicode.CategoryAliases)) {
		fmt.Fprintf(out, "%s,%s\n", alias, unicode.CategoryAliases[alias])
	}
}
