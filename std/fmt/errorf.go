package fmt

// Errorf returns an error whose text is the one that format describes. The
// operand of a %w verb is wrapped: errors.Is and errors.As find it. With
// several %w the error wraps all of their operands.
//
// Example: Errorf("post %d: %w", 7, ErrNotFound)
func Errorf(format string, a ...any) (err error) {
	message := render(modeErrorf, format, a, describe(operands(modeErrorf, format, a)))
	wrapped := wrappedErrors(format, a)
	switch len(wrapped) {
	case 0:
		return &textError{message}
	case 1:
		return &wrapError{message, wrapped[0]}
	}
	return &wrapErrors{message, wrapped}
}

type textError struct {
	text string
}

func (e *textError) Error() string { return e.text }

type wrapError struct {
	text string
	err  error
}

func (e *wrapError) Error() string { return e.text }

func (e *wrapError) Unwrap() error { return e.err }

type wrapErrors struct {
	text string
	errs []error
}

func (e *wrapErrors) Error() string { return e.text }

func (e *wrapErrors) Unwrap() []error { return e.errs }

// wrappedErrors returns the operands of the %w verbs in format, in operand
// order and each once.
func wrappedErrors(format string, a []any) []error {
	var taken []bool
	next := 0
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		i++
		for i < len(format) && isModifier(format[i]) {
			if format[i] == '*' {
				next++
			}
			if format[i] == '[' {
				i, next = operandIndex(format, i, next)
			}
			i++
		}
		if i >= len(format) {
			break
		}
		if format[i] == '%' {
			continue
		}
		if format[i] == 'w' && next >= 0 && next < len(a) {
			if _, ok := a[next].(error); ok {
				if taken == nil {
					taken = make([]bool, len(a))
				}
				taken[next] = true
			}
		}
		next++
	}
	var errs []error
	for i, yes := range taken {
		if yes {
			errs = append(errs, a[i].(error))
		}
	}
	return errs
}

func isModifier(c byte) bool {
	switch c {
	case '+', '-', '#', ' ', '.', '*', '[':
		return true
	}
	return c >= '0' && c <= '9'
}

// operandIndex reads "[n]" at format[at] and returns where it ends and the
// operand that it names; without a closing bracket it leaves next as it is.
func operandIndex(format string, at, next int) (end, operand int) {
	n := 0
	for i := at + 1; i < len(format); i++ {
		c := format[i]
		if c == ']' {
			return i, n - 1
		}
		if c < '0' || c > '9' || n > 1000000 {
			break
		}
		n = n*10 + int(c-'0')
	}
	return at, next
}
