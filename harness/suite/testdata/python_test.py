import utime
@fixture
def thing(t):
    t.log("up")
    yield 5
    t.log("down")

def test_thing(thing):
    assert thing == 5

def test_no(thing):
    x = {"a": 1, "b": [1, 2]}
    assert x == {"a": 1, "b": [1, 3]}, "message"

def test_raises():
    with raises(OSError):
        raise OSError(5)
    with raises(ValueError, "abc"):
        raise ValueError("xabcx")
    with raises(KeyError):
        pass

@cases(a=dict(n=1), b=dict(n=2))
def test_cases(n):
    assert n == 1

def test_error():
    {}["x"]

@mark(tags="slow")
def test_sleep():
    utime.sleep(3600)
    assert utime.time() > 0

def test_shown(thing):
    d, n = {"x": 0}, 7
    assert 1 < n < 10 and d["x"] or not thing

def test_lines():
    assert "one\ntwo\n" == "one\nTwo\n"

def test_fault_of_a_block(link, start):
    with link.drop("PINGREQ") as lost:
        assert lost.hits == 0
    with link.latency("1s", share=0):
        assert True
