package cloud

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The functions of authentication templates (https://support.huaweicloud.com/usermanual-iothub/iot_01_0216.html). A
// value is a string, []byte, int64 or []string.

// secretParameter is what a template calls the secret of a device.
const secretParameter = "iotda::device::secret"

// function is one of them: of all arguments, or of the one that stands for a list.
type function func(args []any) (any, error)

// functions are by name. UNCONFIRMED are those of all that compute but MathDiv: the page names the others, and has tables
// for as many between Fn::Join and Fn::Split as these are with Fn::ParseLong, which its samples use.
var functions = map[string]function{
	"Fn::ArraySelect":  func(a []any) (any, error) { return pick(arg[[]string](a, 1), arg[int64](a, 0)) },
	"Fn::Base64Decode": func(a []any) (any, error) { return base64.StdEncoding.DecodeString(arg[string](a, 0)) },
	"Fn::Base64Encode": func(a []any) (any, error) { return base64.StdEncoding.EncodeToString(bytesOf(a, 0)), nil },
	"Fn::GetBytes":     func(a []any) (any, error) { return bytesOf(a, 0), nil },
	"Fn::HmacSHA256": func(a []any) (any, error) {
		mac := hmac.New(sha256.New, bytesOf(a, 1))
		mac.Write(bytesOf(a, 0))
		return hex.EncodeToString(mac.Sum(nil)), nil
	},
	"Fn::Join": func(a []any) (any, error) {
		out := ""
		for i := range a {
			out += arg[string](a, i)
		}
		return out, nil
	},
	"Fn::MathAdd":      func(a []any) (any, error) { return arg[int64](a, 0) + arg[int64](a, 1), nil },
	"Fn::MathSub":      func(a []any) (any, error) { return arg[int64](a, 0) - arg[int64](a, 1), nil },
	"Fn::MathMultiply": func(a []any) (any, error) { return arg[int64](a, 0) * arg[int64](a, 1), nil },
	"Fn::MathDiv":      func(a []any) (any, error) { return divided(a, func(x, y int64) int64 { return x / y }) },
	"Fn::MathMod":      func(a []any) (any, error) { return divided(a, func(x, y int64) int64 { return x % y }) },
	"Fn::ParseLong":    func(a []any) (any, error) { return strconv.ParseInt(arg[string](a, 0), 10, 64) },
	"Fn::Split":        func(a []any) (any, error) { return strings.Split(arg[string](a, 0), arg[string](a, 1)), nil },
	"Fn::SplitSelect": func(a []any) (any, error) {
		return pick(strings.Split(arg[string](a, 0), arg[string](a, 1)), arg[int64](a, 2))
	},
	"Fn::SubStringAfter": func(a []any) (any, error) {
		_, after, _ := strings.Cut(arg[string](a, 0), arg[string](a, 1))
		return after, nil
	},
	"Fn::SubStringBefore": func(a []any) (any, error) {
		before, _, _ := strings.Cut(arg[string](a, 0), arg[string](a, 1))
		return before, nil
	},
	"Fn::ToLowerCase": func(a []any) (any, error) { return strings.ToLower(arg[string](a, 0)), nil },
	"Fn::ToUpperCase": func(a []any) (any, error) { return strings.ToUpper(arg[string](a, 0)), nil },
}

// argError is what arg panics with, which evaluate recovers: a function is one expression by it.
type argError struct{ error }

// arg is an argument of a type.
func arg[T any](args []any, i int) T {
	var none T
	if i >= len(args) {
		panic(argError{fmt.Errorf("argument %d is wanted", i+1)})
	}
	v, is := args[i].(T)
	if !is {
		panic(argError{fmt.Errorf("argument %d is %T, not %T", i+1, args[i], none)})
	}
	return v
}

// bytesOf is an argument that is a string or bytes.
func bytesOf(args []any, i int) []byte {
	if i < len(args) {
		if b, is := args[i].([]byte); is {
			return b
		}
	}
	return []byte(arg[string](args, i))
}

func pick(list []string, i int64) (any, error) {
	if i < 0 || i >= int64(len(list)) {
		return nil, fmt.Errorf("there is no element %d of %d", i, len(list))
	}
	return list[i], nil
}

func divided(args []any, by func(x, y int64) int64) (any, error) {
	if arg[int64](args, 1) == 0 {
		return nil, errors.New("a division by 0")
	}
	return by(arg[int64](args, 0), arg[int64](args, 1)), nil
}

// evaluate is what a part of a template means with parameters.
func evaluate(v any, parameters map[string]string) (any, error) {
	switch v := v.(type) {
	case string:
		return substitute(v, parameters)
	case json.Number:
		return v.Int64()
	case float64:
		return int64(v), nil
	case []any:
		return evaluateTexts(v, parameters)
	case map[string]any:
		for name, given := range v {
			if len(v) == 1 {
				out, err := call(name, given, parameters)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", name, err)
				}
				return out, nil
			}
		}
	}
	return nil, fmt.Errorf("%T is neither a text, a number nor one function", v)
}

// evaluateTexts is a list of strings.
func evaluateTexts(list []any, parameters map[string]string) ([]string, error) {
	out := []string{}
	for _, e := range list {
		v, err := evaluate(e, parameters)
		if err != nil {
			return nil, err
		}
		s, is := v.(string)
		if !is {
			return nil, errors.New("a list is one of strings")
		}
		out = append(out, s)
	}
	return out, nil
}

// call calls a function with what is given: a list of arguments, or one.
func call(name string, given any, parameters map[string]string) (out any, err error) {
	switch name {
	case "Ref", "ref":
		of, _ := given.(string)
		return substitute("${"+of+"}", parameters)
	case "Fn::Sub":
		return sub(given, parameters)
	}
	f := functions[name]
	if f == nil {
		return nil, errors.New("there is no such function")
	}
	list, many := given.([]any)
	if !many {
		list = []any{given}
	}
	var args []any
	for _, e := range list {
		v, err := evaluate(e, parameters)
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	defer func() {
		if r := recover(); r != nil {
			wrong, is := r.(argError)
			if !is {
				panic(r)
			}
			err = wrong.error
		}
	}()
	return f(args)
}

// sub replaces variables of its own in a text, too.
func sub(given any, parameters map[string]string) (any, error) {
	list, _ := given.([]any)
	if len(list) != 2 {
		return nil, errors.New("a text and its variables are wanted")
	}
	text, _ := list[0].(string)
	variables, _ := list[1].(map[string]any)
	all := map[string]string{}
	for name, v := range parameters {
		all[name] = v
	}
	for name, v := range variables {
		value, err := evaluate(v, parameters)
		if err != nil {
			return nil, err
		}
		all[name] = fmt.Sprint(value)
	}
	return substitute(text, all)
}

// maxTemplateText is how long a text becomes at most that a template makes, in bytes.
const maxTemplateText = 64 << 10

// substitute replaces ${name} in a text.
func substitute(text string, parameters map[string]string) (string, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := parameters[name]
		if !closed || !known {
			return "", fmt.Errorf("the parameter %q is not declared, or not there", name)
		}
		out.WriteString(value)
		if out.Len() > maxTemplateText {
			return "", fmt.Errorf("a text becomes longer than %d bytes", maxTemplateText)
		}
		text = after
	}
}

// CheckTemplate says why an authentication template cannot be one: its functions, and what it refers to, which must be
// declared.
func CheckTemplate(declared []string, parts ...any) error {
	parameters := map[string]string{}
	for _, name := range declared {
		parameters[name] = ""
	}
	count := map[string]int{}
	for _, p := range parts {
		if err := checkPart(p, parameters, count); err != nil {
			return err
		}
	}
	if count["Fn::HmacSHA256"] > 2 || count["Fn::Base64Encode"]+count["Fn::Base64Decode"] > 2 {
		return errors.New("Fn::HmacSHA256 may be there twice, and the functions of base64 twice together")
	}
	return nil
}

func checkPart(v any, parameters map[string]string, count map[string]int) error {
	switch v := v.(type) {
	case string:
		_, err := substitute(v, parameters)
		return err
	case []any:
		for _, e := range v {
			if err := checkPart(e, parameters, count); err != nil {
				return err
			}
		}
	case map[string]any:
		for name, given := range v {
			if err := checkFunction(name, given, parameters, count); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

func checkFunction(name string, given any, parameters map[string]string, count map[string]int) error {
	switch name {
	case "Ref", "ref":
		_, err := call(name, given, parameters)
		return err
	case "Fn::Sub":
		list, _ := given.([]any)
		if len(list) == 2 {
			variables, _ := list[1].(map[string]any)
			inner := map[string]string{}
			for p := range parameters {
				inner[p] = ""
			}
			for v, value := range variables {
				inner[v] = ""
				if err := checkPart(value, parameters, count); err != nil {
					return err
				}
			}
			return checkPart(list[0], inner, count)
		}
		return errors.New("a text and its variables are wanted")
	}
	if functions[name] == nil {
		return errors.New("there is no such function")
	}
	count[name]++
	list, _ := given.([]any)
	switch {
	case name == "Fn::Join" && len(list) > maxJoined:
		return fmt.Errorf("%d texts are joined, more than %d", len(list), maxJoined)
	case slices.Contains(cutting, name) && calls(given, "Fn::HmacSHA256"):
		return errors.New("what Fn::HmacSHA256 makes is not cut")
	}
	return checkPart(given, parameters, count)
}

// maxJoined is how many texts Fn::Join takes (page of the functions, table 6).
const maxJoined = 10

// cutting are the functions that do not take what Fn::HmacSHA256 made (page of the functions, "Introduction").
var cutting = []string{"Fn::Split", "Fn::SplitSelect", "Fn::SubStringAfter", "Fn::SubStringBefore"}

// calls reports whether a function is called in a part of a template.
func calls(v any, function string) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return calls(e, function) })
	case map[string]any:
		for name, given := range v {
			if name == function || calls(given, function) {
				return true
			}
		}
	}
	return false
}

// javaLayout is a pattern of a time in Java's letters as Go's; false for one with others.
func javaLayout(pattern string) (string, bool) {
	out := strings.NewReplacer("yyyy", "2006", "MM", "01", "dd", "02", "HH", "15", "mm", "04", "ss", "05", "'", "").
		Replace(pattern)
	return out, pattern != "" && !slices.ContainsFunc([]rune(out), func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' && r != 'T' && r != 'Z'
	})
}
