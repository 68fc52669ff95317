package example

//amigos:bound len(queue)<100 // want AM6009 "has no `<=`"
var queue []string

//amigos:bound len(texts)<=20 // want AM6009 "neither a parameter nor a variable"
func Join(parts []string) string {
	out := ""
	for _, part := range parts {
		out += part
	}
	return out
}

func Add(text string) {
	if len(queue) < 100 {
		queue = append(queue, text)
	}
}
