import ure, re
def show(m):
    return None if m is None else (m.group(0), m.groups(), m.span())
tests = [("a.c", "xabcx"), ("^ab*", "abbbc"), ("(a|b)+c", "ababc"), ("[0-9]+", "t: 42"), ("[^a-c]x", "axbxdx"), (r"\d+\.\d*", "v 3.14"),
    (r"(\w+)@(\w+)\.com", "me: joe@host.com!"), ("a+?", "aaa"), ("<.*?>", "<a><b>"), ("<.*>", "<a><b>"), ("(?:ab)+(c)?", "ababab"),
    ("x*", "aaa"), ("$", "abc"), ("^$", ""), ("中.+", "x中文"), (r"[\d-]+", "12-34"), ("a|", "b"), ("(a)|(b)", "b"), ("[]a]+", "]a"), (r"\S+\s\W", "ab !"),
    ("colou?r", "color")]
for p, s in tests:
    print(repr(p), show(ure.search(p, s)), show(re.match(p, s)))
r = ure.compile(b"([a-z]+)=([0-9]+)")
m = r.match(b"key=12;")
print(m.group(1), m.group(2), m.start(2), m.end(2))
print(re.sub("[aeiou]", "*", "education"), re.sub(r"(\w)(\w)", r"\2\1", "abcd"), re.sub("a", lambda m: m.group(0).upper(), "banana", 2), re.sub("x*", "-", "abc"))
print(re.compile(",").split("a,b,c"), re.compile(",").split("a,b,c", 1), re.compile("[ ;]+").split("a b;; c"))
for bad in ("(", ")", "[a", "*a", "a**", "(?=a)", "\\", r"(a)\1"):
    try:
        re.compile(bad)
        print("compiled", bad)
    except ValueError as e:
        print(repr(bad), e)
try:
    re.match("a", "b").group(0)
except AttributeError:
    print("None has no group")
try:
    re.match("(a)", "a").group(2)
except IndexError as e:
    print("IndexError", e)
try:
    re.match("(a*)*(a*)*(a*)*b", "a" * 60)
except RuntimeError as e:
    print("RuntimeError", e)
