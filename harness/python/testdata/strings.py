# strings: methods, formatting, and their errors
s = "the quick brown fox"
print(s.split(), s.split(" ", 1), s.rsplit(" ", 1), s.find("q"), s.find("zz"), s.rfind("o"), s.index("b"), s.count("o"), s.replace("o", "0", 1))
print(s.startswith("the"), s.endswith("fox"), s.startswith("quick", 4), s.upper(), s.title() if hasattr(s, "title") else "The Quick Brown Fox")
print("a,b,,c".split(","), ",".join("abc"), "x".join([]), "  pad ".strip(), "xxaxx".strip("x"), "xxaxx".lstrip("x"), "xxaxx".rstrip("x"))
print("abc".isalpha(), "12".isdigit(), " ".isspace(), "aB".lower(), "ABC".isupper(), "abc".islower(), "".isalpha(), "a1".isdigit())
print("abc" < "abd", "a" < "B", "abc" == "ab" + "c", "b" in "abc", "" in "abc", "abc" * 2, 0 * "abc", "abc"[1], "abc"[-1], "a" "b")
print("a=b=c".partition("="), "a=b=c".rpartition("="), "abc".partition("x"), "one\ntwo\r\nthree".splitlines(), "c".center(5), ord("a"), chr(8364))
for bad in (lambda: "abc"[5], lambda: "abc".index("z"), lambda: "a" + 1, lambda: "abc" - "a", lambda: "x".join([1]), lambda: "%d" % "x",
            lambda: "%s %s" % 1, lambda: "%s" % (1, 2), lambda: "{} {}".format(1), lambda: "{x}".format(), lambda: "{:d}".format("s"),
            lambda: "{".format(), lambda: "abc".nope, lambda: ord("ab"), lambda: chr(-1), lambda: "a".split(""), lambda: int("1.5"), lambda: "abc"["a"]):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, end=" ")
print()
for spec in ("", "5", "<5", ">5", "^5", "*^7", "05", "+", " ", "x", "#x", "X", "#o", "b", "#010b", ",", "e", ".1f", "c"):
    print("[" + ("{:" + spec + "}").format(42) + "]", end=" ")
print()
for spec in ("", "5", "<8", ">8", "^9", "*^9", "08", "+", ".2f", "8.3f", "+.1e", "g", ".3g", "08.2f", "<10.2f", "%", ".0f"):
    print("[" + ("{:" + spec + "}").format(3.14159) + "]", end=" ")
print()
for spec in ("", "5", "<5", ">5", "^5", "*^7", ".2", "5.1", "s", "-<6s"):
    print("[" + ("{:" + spec + "}").format("abc") + "]", end=" ")
print()
for v in (0.0, 1.0, -1.5, 1e-7, 123456.789, 1e21, 1234567890.123, 0.1 + 0.2, 1e5, 2.5e-5, 100.0 / 3):
    print(v, "%g" % v, "%.3f" % v, "%e" % v, "%.10g" % v)
name, n = "w", 7
print(f"{name}={n:03d} {n * 2} {name!r:>5} {'q'} {{}} {n:>{n}}|", f"", f"{n}" "tail", f"{[1, 2][0]} {({'a': 1})['a']}")
print("\x41\u20ac\101\t|\\|\'|\"", r"raw\n", """multi
line""", 'a\
b')
print(str(1.0), str(None), str(True), str([1, "a", (None,)]), repr("a'b"), repr('a"b'), str(b"x"), str("x"), str({"k": [1]}), str(()), str((1,)), str(range(3)))
print("%-5d|%5s|%06.2f|%x|%X|%o|%+d|% d|%c|%%" % (3, "ab", 2.25, 255, 255, 8, 5, 5, "z"))
print("%s" % None, "%s" % [1], "%s %s" % ("a", (1, 2)), "%r" % ("x",), "%10.3s|" % "abcdef", "%(a)s" % {"a": "b"}, "no" % ())
print("é".encode(), "日本".encode("utf-8"), b"\xe6\x97\xa5".decode(), len("日本"), "日本"[1], "日" in "日本", "日本".find("本"), ord("日"))
print("Ab" "cD".lower(), "abc".find(""), "abc".rfind(""), "aaa".count("aa"), "abcabc".find("c", 3), "abcabc".find("a", 1, 3), "a-b".replace("-", ""))
