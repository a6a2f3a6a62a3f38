# It is not there for hasattr-like looks at what a script has bound.
print("uos" in globals(), uos.getcwd())
try:
    ustruct
except NameError as e:
    print(e)
