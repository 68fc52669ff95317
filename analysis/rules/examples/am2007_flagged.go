package example

type Registry struct {
	names map[string]string
}

func (r *Registry) Set(key, value string) { r.names[key] = value }

var Store = Registry{names: map[string]string{}} // want AM2007 "(*Registry).Set"

type Page struct {
	Title *Text
}

type Text struct{ text string }

func (t *Text) Replace(text string) { t.text = text }

var Pages = map[string]Page{} // want AM2007 "(*Text).Replace"
