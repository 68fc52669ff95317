// Package fmt turns values into text.
//
// The verbs are Go's: %v and %+v and %#v for any value, %T for its type, %d %b
// %o %x %X %c %q %U for integers, %e %f %g for floats, %s %q %x for strings and
// bytes, %t for booleans, %p for a reference (a stable object number here,
// never a machine address) and %% for a percent sign.
//
// What Print, Printf and Println write goes to the output of a test or of
// `amigos run`. A deployed contract has no output: it emits events (see
// amigos.Emit), so that printing costs gas and is seen only in the trace.
package fmt

import "io"

// Stringer is implemented by values that describe themselves. Printing with a
// verb that is valid for strings uses the method.
type Stringer interface {
	String() string
}

// GoStringer is implemented by values that give their own Go syntax for %#v.
type GoStringer interface {
	GoString() string
}

// Which function the natives work for.
const (
	modePrint   = 0 // Sprint: a space between operands when neither is a string
	modePrintln = 1 // Sprintln: a space between all operands and a line end
	modePrintf  = 2 // Sprintf
	modeErrorf  = 3 // Errorf: as Sprintf, and %w prints like %v
)

// Sprintf returns the text that format describes, its verbs replaced by the
// operands in turn.
//
// Example: Sprintf("%s has %d posts", "alice", 3)
func Sprintf(format string, a ...any) string {
	return render(modePrintf, format, a, describe(operands(modePrintf, format, a)))
}

// Sprint returns the operands in their default format, with a space between
// two of them when neither is a string.
//
// Example: Sprint("posts: ", 3)
func Sprint(a ...any) string {
	return render(modePrint, "", a, describe(operands(modePrint, "", a)))
}

// Sprintln returns the operands in their default format, with a space between
// all of them, and ends the line.
//
// Example: Sprintln("posts:", 3)
func Sprintln(a ...any) string {
	return render(modePrintln, "", a, describe(operands(modePrintln, "", a)))
}

// Printf writes the text that format describes to the output. It returns the
// number of bytes, and never an error.
func Printf(format string, a ...any) (n int, err error) {
	text := render(modePrintf, format, a, describe(operands(modePrintf, format, a)))
	write(text)
	return len(text), nil
}

// Print writes the operands to the output as Sprint formats them.
func Print(a ...any) (n int, err error) {
	text := render(modePrint, "", a, describe(operands(modePrint, "", a)))
	write(text)
	return len(text), nil
}

// Println writes the operands to the output as Sprintln formats them.
func Println(a ...any) (n int, err error) {
	text := render(modePrintln, "", a, describe(operands(modePrintln, "", a)))
	write(text)
	return len(text), nil
}

// Fprintf writes the text that format describes to w.
func Fprintf(w io.Writer, format string, a ...any) (n int, err error) {
	return w.Write([]byte(render(modePrintf, format, a, describe(operands(modePrintf, format, a)))))
}

// Fprint writes the operands to w as Sprint formats them.
func Fprint(w io.Writer, a ...any) (n int, err error) {
	return w.Write([]byte(render(modePrint, "", a, describe(operands(modePrint, "", a)))))
}

// Fprintln writes the operands to w as Sprintln formats them.
func Fprintln(w io.Writer, a ...any) (n int, err error) {
	return w.Write([]byte(render(modePrintln, "", a, describe(operands(modePrintln, "", a)))))
}

// Appendf appends the text that format describes to b.
func Appendf(b []byte, format string, a ...any) []byte {
	return append(b, render(modePrintf, format, a, describe(operands(modePrintf, format, a)))...)
}

// Append appends the operands to b as Sprint formats them.
func Append(b []byte, a ...any) []byte {
	return append(b, render(modePrint, "", a, describe(operands(modePrint, "", a)))...)
}

// Appendln appends the operands to b as Sprintln formats them.
func Appendln(b []byte, a ...any) []byte {
	return append(b, render(modePrintln, "", a, describe(operands(modePrintln, "", a)))...)
}

// describe calls the Error, GoString or String method of each of the values
// that a rendering needs the text of. The natives never call back into Go:
// operands collects the values, describe asks them, render uses the texts. The
// last text says with a byte for each of the others how render takes it.
func describe(values []any) []string {
	if len(values) == 0 {
		return nil
	}
	texts := make([]string, len(values)+1)
	ways := make([]byte, len(values))
	for i, v := range values {
		texts[i], ways[i] = text(v)
	}
	texts[len(values)] = string(ways)
	return texts
}

// How render takes a text.
const (
	formatted = 'f' // as the verb and its flags say
	unchanged = 'u' // as it is
	complaint = 'c' // as it is, behind %! and the verb
)

// goSyntax marks an operand that %#v asks for its GoString.
type goSyntax struct {
	value GoStringer
}

func text(v any) (s string, way byte) {
	defer func() {
		if problem := recover(); problem != nil {
			s, way = panicText(v, problem)
		}
	}()
	s = ask(v)
	return s, formatted
}

// ask returns what v says of itself.
func ask(v any) string {
	switch v := v.(type) {
	case goSyntax:
		return v.value.GoString()
	case error:
		return v.Error()
	case Stringer:
		return v.String()
	}
	return ""
}

// panicText tells of a method of v that panicked with problem. If problem
// panics in its turn, that goes on to whoever prints.
func panicText(v, problem any) (s string, way byte) {
	method := "String"
	switch g := v.(type) {
	case goSyntax:
		v = g.value
		method = "GoString"
	case error:
		method = "Error"
	}
	if isNil(v) {
		return "<nil>", unchanged
	}
	operand := []any{problem}
	values := operands(modePrint, "", operand)
	texts := make([]string, len(values)+1)
	for i, value := range values {
		texts[i] = ask(value)
		texts[len(values)] += string(rune(formatted))
	}
	return "(PANIC=" + method + " method: " + render(modePrint, "", operand, texts) + ")", complaint
}

// operands returns, in the order in which render will meet them, the values
// among a and what they hold whose methods the rendering consults: errors,
// Stringers, and GoStringers (as goSyntax) for %#v.
//
//amigos:native gas=base:30,len(format)+walk(a):1/2
func operands(mode int, format string, a []any) []any

// render formats a. texts are the answers of what operands returned, in order,
// and then the ways in which they are taken.
//
//amigos:native gas=base:60,len(format)+walk(a):1/1
func render(mode int, format string, a []any, texts []string) string

// write puts s on the output of the test or run.
//
//amigos:native gas=base:20,len(s):1/4
func write(s string)

// isNil reports whether v holds a nil pointer or nothing.
//
//amigos:native gas=base:5
func isNil(v any) bool
