"""The file system of a module, and what a script keeps on it."""

import gc
import uos
import utime

suite(devices=["direct"], tags=["files"])


def test_write_and_read(rand):
    """58: what was written is what is read."""
    data = rand.bytes(10000)
    with open("/usr/data.bin", "wb") as f:
        f.write(data)
    with open("/usr/data.bin", "rb") as f:
        assert f.read() == data
    assert uos.stat("/usr/data.bin")[6] == 10000


def test_long_name():
    """58: a long name is one file, not another."""
    name = "/usr/" + "n" * 60 + ".txt"
    with open(name, "w") as f:
        f.write("long")
    assert name[5:] in uos.listdir("/usr")
    uos.remove(name)
    assert name[5:] not in uos.listdir("/usr")


def test_rename_replaces():
    """58: the new file takes the old one's place, whole."""
    for name, text in (("/usr/config.json", "old"), ("/usr/config.new", "new")):
        with open(name, "w") as f:
            f.write(text)
    uos.rename("/usr/config.new", "/usr/config.json")
    with open("/usr/config.json") as f:
        assert f.read() == "new"


def test_full():
    """58: what does not fit is an error: the files before it are whole, and room comes back with a removal."""
    with open("/usr/kept.txt", "w") as f:
        f.write("kept")
    with open("/usr/big.bin", "wb") as f:
        for piece in (bytes(1 << 20), bytes(4096)):
            with raises(OSError, "28"):
                for _ in range(1000):
                    f.write(piece)
    assert uos.statvfs("/usr")[3] == 0
    with raises(OSError, "28"):
        with open("/usr/more.txt", "w") as f:
            f.write("x" * 10000)
    with open("/usr/kept.txt") as f:
        assert f.read() == "kept"
    uos.remove("/usr/big.bin")
    with open("/usr/more.txt", "w") as f:
        assert f.write("x" * 10000) == 10000


def test_missing_file():
    with raises(OSError):
        open("/usr/none.txt")
    with raises(OSError):
        uos.remove("/usr/none.txt")


@cases(
    fresh=dict(files={}, boots=1),
    tenth=dict(files={"/usr/boots.txt": "9"}, boots=10),
    torn=dict(files={"/usr/boots.txt": ""}, boots=1),
    garbage=dict(files={"/usr/boots.txt": "\x00\xff"}, boots=1),
)
def test_boot_counter(start, files, boots):
    """43: whatever a power cut left of its file, the script starts."""
    counter = start("devices/boots.py", files=files)
    expect(counter, printed("boot %d" % boots), within="5s")
    assert counter.wait() == 0


def test_many_objects_are_freed():
    """59: a script that makes and forgets goes on."""
    for i in range(1000):
        waste = bytearray(10000)
        waste[0] = i & 255
    gc.collect()
    assert gc.mem_free() > 0


def test_memory_error_is_handled():
    """59: what is too large is an error that a script can catch."""
    with raises(MemoryError):
        bytearray(1 << 40)
