// Package errors makes error values and looks through errors that wrap others.
package errors

// New returns an error whose text is the given one. Each call gives a distinct
// value, so keep an error that callers compare with in a package variable.
//
// Example: New("no such post")
func New(text string) error {
	return &errorString{text}
}

type errorString struct {
	s string
}

func (e *errorString) Error() string {
	return e.s
}

// ErrUnsupported says that an operation cannot be done here. Wrap it to say
// which, and compare with Is.
var ErrUnsupported = New("unsupported operation")

// Unwrap returns the error that err wraps, if err has a method
// Unwrap() error, and nil otherwise. It does not look into errors that wrap
// several.
func Unwrap(err error) error {
	if w, ok := err.(interface{ Unwrap() error }); ok {
		return w.Unwrap()
	}
	return nil
}

// Join wraps those of errs that are not nil in one error, whose text has one
// line for each. It returns nil if none is left.
func Join(errs ...error) error {
	var kept []error
	for _, err := range errs {
		if err != nil {
			kept = append(kept, err)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return &joinError{kept}
}

type joinError struct {
	errs []error
}

func (e *joinError) Error() string {
	text := ""
	for i, err := range e.errs {
		if i > 0 {
			text += "\n"
		}
		text += err.Error()
	}
	return text
}

func (e *joinError) Unwrap() []error {
	return e.errs
}

// Is reports whether err, or any error that it wraps, directly or not, is
// target: equal to it, or saying so by a method Is(error) bool.
func Is(err, target error) bool {
	if err == nil || target == nil {
		return err == target
	}
	return is(err, target, canCompare(target))
}

func is(err, target error, comparable bool) bool {
	for err != nil {
		if comparable && err == target {
			return true
		}
		if e, ok := err.(interface{ Is(error) bool }); ok && e.Is(target) {
			return true
		}
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			err = e.Unwrap()
		case interface{ Unwrap() []error }:
			for _, inner := range e.Unwrap() {
				if is(inner, target, comparable) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// As looks for the first error among err and those it wraps that can be
// assigned to what target points to, assigns it and reports true. An error may
// also do the assignment itself by a method As(any) bool. As panics if target
// is not a pointer to an error type or to an interface.
func As(err error, target any) bool {
	if target == nil {
		panic("errors: target cannot be nil")
	}
	switch targetKind(target) {
	case 1:
		panic("errors: target must be a non-nil pointer")
	case 2:
		panic("errors: *target must be interface or implement error")
	}
	return as(err, target)
}

func as(err error, target any) bool {
	for err != nil {
		if assign(err, target) {
			return true
		}
		if e, ok := err.(interface{ As(any) bool }); ok && e.As(target) {
			return true
		}
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			err = e.Unwrap()
		case interface{ Unwrap() []error }:
			for _, inner := range e.Unwrap() {
				if as(inner, target) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// AsType is As with the wanted type as type argument: it returns the first
// error of type E among err and those it wraps, and whether there is one.
func AsType[E error](err error) (E, bool) {
	for err != nil {
		if e, ok := err.(E); ok {
			return e, true
		}
		if e, ok := err.(interface{ As(any) bool }); ok {
			var found E
			if e.As(&found) {
				return found, true
			}
		}
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			err = e.Unwrap()
		case interface{ Unwrap() []error }:
			for _, inner := range e.Unwrap() {
				if found, ok := AsType[E](inner); ok {
					return found, true
				}
			}
			var none E
			return none, false
		default:
			var none E
			return none, false
		}
	}
	var none E
	return none, false
}

// canCompare reports whether the dynamic type of v can be compared with ==
// without a panic.
//
//amigos:native gas=base:10
func canCompare(v any) bool

// targetKind says whether target can be assigned an error through: 0 yes, 1 it
// is no pointer or nil, 2 it points to a type that no error has.
//
//amigos:native gas=base:10
func targetKind(target any) int

// assign sets *target to err if err's dynamic type is assignable to it.
//
//amigos:native gas=base:20
func assign(err error, target any) bool
