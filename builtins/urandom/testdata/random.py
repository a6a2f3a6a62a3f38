import urandom, random
random.seed(5)
a = [random.randint(1, 6) for _ in range(20)]
random.seed(5)
print(a == [random.randint(1, 6) for _ in range(20)], min(a) >= 1, max(a) <= 6)
print(all(0 <= urandom.getrandbits(8) < 256 for _ in range(100)), urandom.getrandbits(0))
print(all(0 <= random.random() < 1 for _ in range(100)), all(2 <= random.uniform(2, 3) <= 3 for _ in range(100)))
print(set(random.randrange(0, 10, 5) for _ in range(100)) == {0, 5}, set(random.randrange(3) for _ in range(100)) == {0, 1, 2})
print(set(random.randrange(3, 0, -1) for _ in range(100)) == {1, 2, 3})
print(random.choice([7]), random.choice("a"), random.choice((1,)))
for f in (lambda: random.randint(2, 1), lambda: random.choice([]), lambda: random.getrandbits(33), lambda: random.choice(5), lambda: random.randrange(0)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
