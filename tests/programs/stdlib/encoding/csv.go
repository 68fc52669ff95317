// encoding/csv: random tables with all settings, read and written.
package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

var seed uint32 = 11

func next(n int) int {
	seed = seed*1664525 + 1013904223
	return int(seed>>8) % n
}

func text(n int, letters ...string) string {
	var b strings.Builder
	for range n {
		b.WriteString(letters[next(len(letters))])
	}
	return b.String()
}

func read(input string, set func(*csv.Reader)) {
	r := csv.NewReader(strings.NewReader(input))
	set(r)
	for i := range 12 {
		record, err := r.Read()
		fmt.Printf("%q %d %q %v %d", input, i, record, err, r.InputOffset())
		for f := range record {
			l, c := r.FieldPos(f)
			fmt.Print(" ", l, ":", c)
		}
		fmt.Println()
		var p *csv.ParseError
		if errors.As(err, &p) {
			fmt.Println(p.StartLine, p.Line, p.Column, p.Err, errors.Is(err, csv.ErrQuote), errors.Is(err, csv.ErrBareQuote), errors.Is(err, csv.ErrFieldCount))
		}
		if err == io.EOF {
			break
		}
	}
	r = csv.NewReader(strings.NewReader(input))
	set(r)
	all, err := r.ReadAll()
	fmt.Printf("%q %v %v\n", all, all == nil, err)
}

func main() {
	settings := []func(*csv.Reader){
		func(r *csv.Reader) {},
		func(r *csv.Reader) { r.FieldsPerRecord = -1 },
		func(r *csv.Reader) { r.FieldsPerRecord = 2 },
		func(r *csv.Reader) { r.LazyQuotes, r.FieldsPerRecord = true, -1 },
		func(r *csv.Reader) { r.TrimLeadingSpace, r.FieldsPerRecord = true, -1 },
		func(r *csv.Reader) { r.Comma, r.Comment, r.FieldsPerRecord = ';', '#', -1 },
		func(r *csv.Reader) {
			r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace, r.LazyQuotes = '€', -1, true, true
		},
		func(r *csv.Reader) { r.ReuseRecord, r.FieldsPerRecord = true, -1 },
	}
	inputs := []string{"", "\n", "a,b\nc,d\n", "a,b\r\nc,d\r\n", "a,b\r", "\r\n\r\n", "\"a\"\"b\",c\n", "\"a\nb\",c\nd,e", "a\"b,c", "\"a\"b,c", "\"a", "\"a\n", "\"\"", "\"\",\"\"", ",", ",,\n,",
		" a, b\n", " \"a\", \"b\"", "#x\na;b", "a;#b\n#c", "a,b\nc\nd,e,f", "\"a\r\nb\"\r\n", "\"a\r\"", "a\rb\n", "x,\"y\"z\"\n", "€a€b€", "\n\n  \n", "  ", " ,", "\"x\",\n"}
	for _, in := range inputs {
		for _, set := range settings {
			read(in, set)
		}
	}
	for i := range 300 {
		read(text(next(14), "a", "\"", ",", "\n", "\r\n", " ", "b", "\"\"", "#", ";", "€"), settings[i%len(settings)])
	}
	for _, set := range []func(*csv.Reader){
		func(r *csv.Reader) { r.Comma = '\n' },
		func(r *csv.Reader) { r.Comma = '"' },
		func(r *csv.Reader) { r.Comma = 0 },
		func(r *csv.Reader) { r.Comment = ',' },
		func(r *csv.Reader) { r.Comment = '\r' },
		func(r *csv.Reader) { r.Comma = 0xfffd },
	} {
		read("a,b", set)
	}
	for i := range 200 {
		var records [][]string
		for range next(4) {
			var record []string
			for range next(4) {
				record = append(record, text(next(4), "a", "\"", ",", "\n", "\r", " ", "", "\\.", "€", "\u00a0"))
			}
			records = append(records, record)
		}
		var b strings.Builder
		w := csv.NewWriter(&b)
		w.UseCRLF = i%2 == 1
		if i%5 == 0 {
			w.Comma = '€'
		}
		err := w.WriteAll(records)
		fmt.Printf("%q %q %v %v\n", records, b.String(), err, w.Error())
	}
	w := csv.NewWriter(io.Discard)
	w.Comma = '\r'
	fmt.Println(w.Write([]string{"a"}), w.Error())
	fmt.Println(csv.ErrTrailingComma)
	func() {
		defer func() { fmt.Println(recover()) }()
		csv.NewReader(nil).FieldPos(0)
	}()
}
