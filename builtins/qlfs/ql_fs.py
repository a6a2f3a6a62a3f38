import uos
import ujson


def path_exists(file_path):
    """Whether a file or folder is there."""
    try:
        uos.stat(file_path)
        return True
    except OSError:
        return False


def path_dirname(file_path):
    """The folder of a path."""
    return file_path[:file_path.rfind("/")] if "/" in file_path else ""


def mkdirs(dir_path):
    """Makes a folder and those above it."""
    made = "/" if dir_path.startswith("/") else ""
    for part in dir_path.split("/"):
        if not part:
            continue
        made += part
        if not path_exists(made):
            uos.mkdir(made)
        made += "/"


def rmdirs(dir_path):
    """Removes a folder with all that is in it."""
    for entry in uos.ilistdir(dir_path):
        inner = dir_path.rstrip("/") + "/" + entry[0]
        if entry[1] == 0x4000:
            rmdirs(inner)
        else:
            uos.remove(inner)
    uos.rmdir(dir_path)


def path_getsize(file_path):
    """The size of a file in bytes."""
    return uos.stat(file_path)[6]


def read_json(file):
    """What a JSON file holds, the text of another file, None when there is none."""
    try:
        with open(file) as f:
            text = f.read()
    except (OSError, ValueError):
        return None
    try:
        return ujson.loads(text)
    except ValueError:
        return text


def touch(file, data):
    """Puts the entries of data into a JSON file, which is made when it is not there."""
    try:
        held = read_json(file) if path_exists(file) else {}
        if not isinstance(held, dict):
            return -1
        held.update(data)
        text = ujson.dumps(held)
        mkdirs(path_dirname(file))
        with open(file, "w") as f:
            f.write(text)
        return 0
    except (OSError, ValueError, TypeError):
        return -1


def file_copy(dst, src):
    """Copies the file src to dst; True, or False when it cannot."""
    try:
        with open(src, "rb") as f:
            with open(dst, "wb") as to:
                while True:
                    part = f.read(4096)
                    if not part:
                        return True
                    to.write(part)
    except OSError:
        return False
