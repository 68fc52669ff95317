package fmt

import "errors"

// Errorf returns an error whose text is the one that format describes. The
// operand of a %w verb is wrapped: errors.Is and errors.As find it. With
// several %w the error wraps all of their operands.
//
// Example: Errorf("post %d: %w", 7, ErrNotFound)
func Errorf(format string, a ...any) (err error) {
	message := render(modeErrorf, format, a, describe(operands(modeErrorf, format, a)))
	verbs, wrapped := wrappedOperands(format, len(a))
	if verbs == 0 {
		return errors.New(message)
	}
	var errs []error
	for i, yes := range wrapped {
		if e, ok := a[i].(error); ok && yes {
			errs = append(errs, e)
		}
	}
	if verbs > 1 {
		return &wrapErrors{message, errs}
	}
	if len(errs) == 0 {
		return errors.New(message)
	}
	return &wrapError{message, errs[0]}
}

type wrapError struct {
	msg string
	err error
}

func (e *wrapError) Error() string { return e.msg }

func (e *wrapError) Unwrap() error { return e.err }

type wrapErrors struct {
	msg  string
	errs []error
}

func (e *wrapErrors) Error() string { return e.msg }

func (e *wrapErrors) Unwrap() []error { return e.errs }

// wrappedOperands counts the %w verbs in format, and says for each of the n
// operands whether one of them takes it. It reads a verb as render does: flags,
// width, precision, and an operand's number in brackets before each of those and
// before the letter.
func wrappedOperands(format string, n int) (verbs int, wrapped []bool) {
	next := 0
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		i++
		for i < len(format) && isFlag(format[i]) {
			i++
		}
		good := true
		i = operandNumber(format, i, n, &next, &good)
		i = number(format, i, n, &next)
		if i < len(format) && format[i] == '.' {
			i = operandNumber(format, i+1, n, &next, &good)
			i = number(format, i, n, &next)
		}
		i = operandNumber(format, i, n, &next, &good)
		if i >= len(format) {
			break
		}
		if format[i] == '%' || !good || next >= n {
			continue
		}
		if format[i] == 'w' {
			if wrapped == nil {
				wrapped = make([]bool, n)
			}
			wrapped[next] = true
			verbs++
		}
		next++
	}
	return verbs, wrapped
}

func isFlag(c byte) bool {
	return c == '+' || c == '-' || c == '#' || c == ' ' || c == '0'
}

// number steps over digits, or over a star, which takes an operand.
func number(format string, i, n int, next *int) int {
	if i < len(format) && format[i] == '*' {
		if *next < n {
			*next++
		}
		return i + 1
	}
	for i < len(format) && format[i] >= '0' && format[i] <= '9' {
		i++
	}
	return i
}

// operandNumber steps over an operand's number in brackets, if there is one, and
// sets next to it. If it names no operand, the verb is not good.
func operandNumber(format string, i, n int, next *int, good *bool) int {
	if i >= len(format) || format[i] != '[' {
		return i
	}
	end := i + 1
	operand, digits := 0, true
	for end < len(format) && format[end] != ']' {
		c := format[end]
		if c < '0' || c > '9' {
			digits = false
		} else if operand <= n {
			operand = operand*10 + int(c-'0')
		}
		end++
	}
	if end == len(format) {
		*good = false
		return i + 1
	}
	if !digits || end == i+1 || operand < 1 || operand > n {
		*good = false
		return end + 1
	}
	*next = operand - 1
	return end + 1
}
