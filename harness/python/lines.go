package python

// lineStarts reports, for each line of text, whether it begins outside of any string.
func lineStarts(text []byte) []bool {
	starts := []bool{true}
	var quote []byte // that ends the string which is open
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\n':
			if len(quote) == 1 {
				quote = nil // a string that was not closed
			}
			starts = append(starts, quote == nil)
		case quote != nil && c == '\\':
			i++
			if i < len(text) && text[i] == '\n' {
				starts = append(starts, false)
			}
		case quote != nil:
			if hasAt(text, i, quote) {
				i += len(quote) - 1
				quote = nil
			}
		case c == '#':
			for i+1 < len(text) && text[i+1] != '\n' {
				i++
			}
		case c == '"' || c == '\'':
			quote = []byte{c}
			if triple := []byte{c, c, c}; hasAt(text, i, triple) {
				quote = triple
				i += 2
			}
		}
	}
	return starts
}

func hasAt(text []byte, i int, s []byte) bool {
	return len(text)-i >= len(s) && string(text[i:i+len(s)]) == string(s)
}
