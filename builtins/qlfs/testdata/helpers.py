import ql_fs

print(ql_fs.path_exists("/usr/a/b"), ql_fs.path_dirname("/usr/a/b/c.json"))
ql_fs.mkdirs("/usr/a/b")
print(ql_fs.touch("/usr/a/b/c.json", {"x": 1}), ql_fs.touch("/usr/a/b/c.json", {"y": [1, None, 2.5]}))
print(ql_fs.read_json("/usr/a/b/c.json"), ql_fs.path_getsize("/usr/a/b/c.json"), ql_fs.read_json("/usr/none"))
print(ql_fs.file_copy("/usr/d", "/usr/a/b/c.json"), ql_fs.file_copy("/usr/e", "/none"), open("/usr/d").read())
with open("/usr/a/plain.txt", "w") as f:
    f.write("not JSON")
print(repr(ql_fs.read_json("/usr/a/plain.txt")), ql_fs.touch("/usr/a/plain.txt", {}), ql_fs.touch("/usr/a/x", {1, 2}))
ql_fs.rmdirs("/usr/a")
for bad in (lambda: ql_fs.rmdirs("/usr/none"), lambda: ql_fs.path_getsize("/usr/none")):
    try:
        bad()
    except OSError as e:
        print(e)
print(ql_fs.path_dirname("c"), ql_fs.path_dirname("/c"), ql_fs.path_exists("/"), ql_fs.mkdirs("/usr/x/y"), ql_fs.mkdirs("/usr/x/y"))
print(ql_fs.path_exists("/usr/a"))
