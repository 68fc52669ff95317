// Package csv reads and writes tables as text: a line for each record, its fields
// separated by commas, and quoted where they hold commas, quotes or line ends
// (RFC 4180).
package csv

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ParseError says where a table is malformed. Lines count from 1, columns too, in
// bytes.
type ParseError struct {
	StartLine int // where the record begins
	Line      int
	Column    int
	Err       error
}

func (e *ParseError) Error() string {
	place := fmt.Sprintf("parse error on line %d, column %d", e.Line, e.Column)
	switch {
	case e.Err == ErrFieldCount:
		place = fmt.Sprint("record on line ", e.Line)
	case e.StartLine < e.Line || e.StartLine > e.Line:
		place = fmt.Sprintf("record on line %d; %s", e.StartLine, place)
	}
	return place + ": " + fmt.Sprint(e.Err)
}

// Unwrap returns what is wrong.
func (e *ParseError) Unwrap() error { return e.Err }

// What can be wrong with a table.
var (
	ErrBareQuote  = errors.New("bare \" in non-quoted-field")
	ErrQuote      = errors.New("extraneous or missing \" in quoted-field")
	ErrFieldCount = errors.New("wrong number of fields")

	// ErrTrailingComma is not used any more.
	ErrTrailingComma = errors.New("extra delimiter at end of line")
)

var errInvalidDelim = errors.New("csv: invalid field or comment delimiter")

func validDelim(r rune) bool {
	return r != 0 && r != '"' && r != '\r' && r != '\n' && utf8.ValidRune(r) && r != utf8.RuneError
}

// Reader reads records. Its settings must not change once reading has begun.
type Reader struct {
	// Comma separates fields; NewReader sets it to a comma.
	Comma rune
	// Comment begins lines that are skipped, if it is not 0.
	Comment rune
	// FieldsPerRecord is how many fields each record must have: if 0, as many as the
	// first; if negative, any number.
	FieldsPerRecord int
	// LazyQuotes allows a quote in an unquoted field, and a lone one in a quoted one.
	LazyQuotes bool
	// TrimLeadingSpace drops spaces before fields.
	TrimLeadingSpace bool
	// ReuseRecord lets Read return the same slice again and again.
	ReuseRecord bool
	// TrailingComma has no effect.
	TrailingComma bool

	r      *bufio.Reader
	line   int
	offset int64
	starts []place // where the fields of the last record begin
	last   []string
}

type place struct{ line, column int }

// NewReader returns a Reader of r.
func NewReader(r io.Reader) *Reader { return &Reader{Comma: ',', r: bufio.NewReader(r)} }

// Read returns the next record, io.EOF if there is none. With ErrFieldCount it returns
// the record all the same.
func (r *Reader) Read() (record []string, err error) {
	record, err = r.record()
	if r.ReuseRecord {
		r.last = record
	}
	return record, err
}

// ReadAll returns all records that are left. Reaching the end is no error.
func (r *Reader) ReadAll() (records [][]string, err error) {
	for {
		record, err := r.record()
		if err == io.EOF {
			return records, nil
		}
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
}

// FieldPos returns line and column at which a field of the record last read begins. It
// panics if there is no such field.
func (r *Reader) FieldPos(field int) (line, column int) {
	if field < 0 || field >= len(r.starts) {
		panic("out of range index passed to FieldPos")
	}
	p := r.starts[field]
	return p.line, p.column
}

// InputOffset is the number of bytes read for the records so far.
func (r *Reader) InputOffset() int64 { return r.offset }

// readLine reads a line with its end, which becomes \n alone.
func (r *Reader) readLine() ([]byte, error) {
	line, err := r.r.ReadBytes('\n')
	read := len(line)
	if read > 0 && err == io.EOF {
		err = nil
		if line[read-1] == '\r' {
			line = line[:read-1]
		}
	}
	r.line++
	r.offset += int64(read)
	if n := len(line); n >= 2 && line[n-2] == '\r' && line[n-1] == '\n' {
		line[n-2] = '\n'
		line = line[:n-1]
	}
	return line, err
}

// endLen is the number of bytes of the end of a line.
func endLen(line []byte) int {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		return 1
	}
	return 0
}

func (r *Reader) record() ([]string, error) {
	if r.Comma == r.Comment || !validDelim(r.Comma) || r.Comment != 0 && !validDelim(r.Comment) {
		return nil, errInvalidDelim
	}
	var line []byte
	for {
		var err error
		line, err = r.readLine()
		if err != nil {
			return nil, err
		}
		if r.Comment != 0 {
			if c, _ := utf8.DecodeRune(line); c == r.Comment {
				continue
			}
		}
		if len(line) > endLen(line) {
			break
		}
	}
	fields, err := r.fields(line)
	if r.FieldsPerRecord > 0 {
		if len(fields) != r.FieldsPerRecord && err == nil {
			err = &ParseError{StartLine: r.starts[0].line, Line: r.starts[0].line, Column: 1, Err: ErrFieldCount}
		}
	} else if r.FieldsPerRecord == 0 {
		r.FieldsPerRecord = len(fields)
	}
	return fields, err
}

// fields cuts a line, and those that a quoted field goes on into, into fields.
func (r *Reader) fields(line []byte) (fields []string, err error) {
	comma := string(r.Comma)
	start := r.line
	at := place{r.line, 1}
	r.starts = r.starts[:0]
	for {
		if r.TrimLeadingSpace {
			trimmed := bytes.TrimLeftFunc(line, unicode.IsSpace)
			if len(trimmed) < endLen(line) {
				trimmed = line[len(line)-endLen(line):]
			}
			at.column += len(line) - len(trimmed)
			line = trimmed
		}
		if len(line) == 0 || line[0] != '"' {
			i := bytes.Index(line, []byte(comma))
			field := line
			if i >= 0 {
				field = line[:i]
			} else {
				field = line[:len(line)-endLen(line)]
			}
			if !r.LazyQuotes {
				if j := bytes.IndexByte(field, '"'); j >= 0 {
					err = &ParseError{StartLine: start, Line: r.line, Column: at.column + j, Err: ErrBareQuote}
					break
				}
			}
			fields = append(fields, string(field))
			r.starts = append(r.starts, at)
			if i < 0 {
				break
			}
			line = line[i+len(comma):]
			at.column += i + len(comma)
			continue
		}
		begin := at
		line = line[1:]
		at.column++
		var text strings.Builder
		more, problem := false, error(nil)
		for {
			i := bytes.IndexByte(line, '"')
			if i >= 0 {
				text.Write(line[:i])
				line = line[i+1:]
				at.column += i + 1
				if len(line) > 0 && line[0] == '"' {
					text.WriteByte('"')
					line = line[1:]
					at.column++
				} else if bytes.HasPrefix(line, []byte(comma)) {
					line = line[len(comma):]
					at.column += len(comma)
					more = true
					break
				} else if len(line) == endLen(line) {
					break
				} else if r.LazyQuotes {
					text.WriteByte('"')
				} else {
					problem = &ParseError{StartLine: start, Line: r.line, Column: at.column - 1, Err: ErrQuote}
					break
				}
			} else if len(line) > 0 {
				text.Write(line)
				at.column += len(line)
				next, readErr := r.readLine()
				line = next
				if len(line) > 0 {
					at = place{at.line + 1, 1}
				}
				if readErr == io.EOF {
					readErr = nil
				}
				if readErr != nil {
					problem = readErr
					break
				}
			} else {
				if !r.LazyQuotes {
					problem = &ParseError{StartLine: start, Line: at.line, Column: at.column, Err: ErrQuote}
				}
				break
			}
		}
		if problem != nil {
			err = problem
			break
		}
		fields = append(fields, text.String())
		r.starts = append(r.starts, begin)
		if !more {
			break
		}
	}
	return fields, err
}

// Writer writes records. What is written reaches the underlying Writer by Flush.
type Writer struct {
	// Comma separates fields; NewWriter sets it to a comma.
	Comma rune
	// UseCRLF ends lines with \r\n.
	UseCRLF bool

	w *bufio.Writer
}

// NewWriter returns a Writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{Comma: ',', w: bufio.NewWriter(w)} }

// Write writes a record, quoting where that is needed.
func (w *Writer) Write(record []string) error {
	if !validDelim(w.Comma) {
		return errInvalidDelim
	}
	for i, field := range record {
		if i > 0 {
			if _, err := w.w.WriteRune(w.Comma); err != nil {
				return err
			}
		}
		if !w.needsQuotes(field) {
			if _, err := w.w.WriteString(field); err != nil {
				return err
			}
			continue
		}
		if _, err := w.w.WriteString(w.quoted(field)); err != nil {
			return err
		}
	}
	end := "\n"
	if w.UseCRLF {
		end = "\r\n"
	}
	_, err := w.w.WriteString(end)
	return err
}

func (w *Writer) quoted(field string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(field) {
		switch c := field[i]; {
		case c == '"':
			b.WriteString(`""`)
		case c == '\r' && w.UseCRLF:
		case c == '\n' && w.UseCRLF:
			b.WriteString("\r\n")
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func (w *Writer) needsQuotes(field string) bool {
	if field == "" {
		return false
	}
	if field == `\.` {
		return true // it ends the data of some databases
	}
	if strings.ContainsRune(field, w.Comma) || strings.ContainsAny(field, "\"\r\n") {
		return true
	}
	c, _ := utf8.DecodeRuneInString(field)
	return unicode.IsSpace(c)
}

// Flush writes what is in the buffer; Error says how that went.
func (w *Writer) Flush() { w.w.Flush() }

// Error returns the error of an earlier Write or Flush.
func (w *Writer) Error() error {
	_, err := w.w.Write(nil)
	return err
}

// WriteAll writes all records and flushes.
func (w *Writer) WriteAll(records [][]string) error {
	for _, record := range records {
		if err := w.Write(record); err != nil {
			return err
		}
	}
	return w.w.Flush()
}
