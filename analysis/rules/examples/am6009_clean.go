package example

//amigos:bound len(queue)<=100
var queue []string

//amigos:bound len(parts)<=20 -- callers join names
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
