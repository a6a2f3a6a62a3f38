value = 2
print("other", __name__, value)
