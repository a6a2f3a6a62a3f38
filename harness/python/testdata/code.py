# text as code: exec, eval, compile, and what is no Python at all


def refused(text, mode="exec"):
    try:
        compile(text, "text", mode)
        return False
    except SyntaxError:
        return True


print(refused("f(**a, *b)"), refused("f(*a, **b)"), refused("f(**a, b)"), refused("() = []"), refused("del ()"))
print(refused("a := 1"), refused("(a := 1)"), refused("a := 1", "eval"), refused("[a := 1, a]", "eval"), refused("x = y := 2"))
print(refused("\\\n", "single"), refused("", "eval"), refused("1 +", "eval"))

word = "module"
exec("print(word)", None, {"word": "local"})
exec("print(word)", {"word": "global"}, None)
exec("print(word)", {"word": "global"}, {"word": "both"})
into = {}
exec("made = word + '!'", None, into)
print(into["made"], "made" in globals())
for bad in (("print(1)", "text"), ("print(1)", None, 5), ("print(1)", 5)):
    try:
        exec(*bad)
    except TypeError:
        print("TypeError")
print(eval("word"), eval("1 + 2"), eval("seven", {"seven": 7}), eval(compile("word * 2", "t", "eval")))
exec(compile("'shown'\n", "t", "single"))
exec(compile("None", "t", "single"))
exec(compile("for i in range(2): i * 10\n", "t", "single"))
exec("def later():\n  return word")
print(later(), type(hash(compile("", "", "exec"))))


def told(what, v):
    print(what, end=" ")
    return v


def catch(*a, **k):
    return a, k


print({told("key", 1): told("value", 2)})
print(catch(*told("star", [1]), k=told("keyword", 2)), catch(*told("again", (3,)), **told("stars", {"z": 4})))


def where(here):
    class Inner:
        taken = here
        here = "in the class"

    here += 1
    return here, Inner.taken, Inner.here


here = "in the module"
print(where(1))


class Listed:
    first = 1
    print("first" in locals(), locals()["first"], "second" in locals())
    second = 2


def own():
    pass


print(own.__globals__ is globals(), own.__globals__["word"])
own.__globals__["added"] = 3
print(added)
for template, value in (("{:+}", "x"), ("{:+s}", "x"), ("{:>4}", "x"), ("{: d}", 4)):
    try:
        print(template.format(value))
    except ValueError:
        print("ValueError")
