import heapq

h = [4, 3, 8, 9, 10, 2, 7, 11, 5]
heapq.heapify(h)
print(h)
for x in (1, 6, 12):
    heapq.heappush(h, x)
print(h)
print([heapq.heappop(h) for _ in range(12)], h)

for bad in (lambda: heapq.heappop([]), lambda: heapq.heappush((), 1), lambda: heapq.heapify([1, "a"])):
    try:
        bad()
    except (IndexError, TypeError) as e:
        print(repr(e))


class Job:
    def __init__(self, due, name):
        self.due, self.name = due, name

    def __lt__(self, other):
        return self.due < other.due


jobs = []
for due, name in ((3, "c"), (1, "a"), (2, "b")):
    heapq.heappush(jobs, Job(due, name))
print([heapq.heappop(jobs).name for _ in range(3)])
pairs = [(2, "b"), (1, "z"), (1, "a")]
heapq.heapify(pairs)
print(heapq.heappop(pairs))


class Queue(list):
    pass


q = Queue([3, 1, 2])
heapq.heapify(q)
print(list(q))
