import ql_fs
import ubinascii
import ujson
import uos

backup_root_dir = "/bak"
backup_restore_flag_file = "/bak/backup_restore.json"
backup_restore_flag_file_max_size = 64
# The list of what is backed up, with the sums of the files in /usr.
_checksum_file = "/bak/checksum.json"


class _checkError(Exception):
    def __init__(self, value):
        self.value = value

    def __str__(self):
        return repr(self.value)


def _check():
    if not ql_fs.path_exists(backup_restore_flag_file):
        raise _checkError("%s not exist" % backup_restore_flag_file)
    with open(backup_restore_flag_file) as f:
        text = f.read(backup_restore_flag_file_max_size)
    if not text:
        raise _checkError("%s is empty" % backup_restore_flag_file)
    return text


def _get_backup_restore_flag():
    return ujson.loads(_check())["enable"]


def _absolute(file):
    return file if file.startswith("/") else "/" + file


def _enabled():
    """0 when files can be backed up, else the vendor's code for why not."""
    try:
        return 0 if _get_backup_restore_flag() else -3
    except Exception:
        return -2


def _crc32(file):
    try:
        with open(file, "rb") as f:
            return "%x" % ubinascii.crc32(f.read())
    except OSError:
        return None


def _sums():
    if not ql_fs.path_exists(_checksum_file):
        return []
    with open(_checksum_file) as f:
        return ujson.load(f)


def _note(file):
    """Keeps the sum of a file that is backed up."""
    sums = [s for s in _sums() if s["name"] != file]
    sums.append({"name": file, "crc32": _crc32(file)})
    with open(_checksum_file, "w") as f:
        ujson.dump(sums, f)


def bak_update(file, data):
    """Writes a file and its copy in /bak."""
    file = _absolute(file)
    if not isinstance(data, dict) or ql_fs.path_exists(file):
        return -1
    code = _enabled()
    if code:
        return code
    backup = backup_root_dir + file
    try:
        # A backup of before is carried on, as touch adds to what is there.
        if ql_fs.touch(backup, data) != 0:
            return -5
        ql_fs.mkdirs(ql_fs.path_dirname(file))
        if not ql_fs.file_copy(file, backup):
            return -5
        _note(file)
        return 0
    except Exception as e:
        print(e)
        if ql_fs.path_exists(file):
            uos.remove(file)
        return -5


def bak_file(file):
    """Copies a file to /bak."""
    file = _absolute(file)
    if not ql_fs.path_exists(file):
        return -1
    code = _enabled()
    if code:
        return code
    try:
        if not ql_fs.path_exists(backup_root_dir + file) or not ql_fs.file_copy(file, backup_root_dir + file):
            return -6
        if _crc32(file) != _crc32(backup_root_dir + file):
            return -4
        _note(file)
        return 1
    except Exception:
        return -5


def _restore(tell):
    restored = []
    for s in _sums():
        name, backup = s["name"], backup_root_dir + s["name"]
        if _crc32(name) == s["crc32"]:
            continue
        tell("- restoring", name)
        if not ql_fs.path_exists(backup):
            tell("~ backup file does not exist:", name)
            continue
        ql_fs.mkdirs(ql_fs.path_dirname(name))
        if ql_fs.file_copy(name, backup):
            restored.append(name)
    for name in restored:
        _note(name)
    if restored:
        tell("- updating checksum")
        tell("- done")


def main():
    """Restores the files whose copies differ, as at the start of a module."""
    try:
        if _get_backup_restore_flag():
            _restore(print)
    except Exception as e:
        print("x backup restore procedure error:", e)


# As a module does at its start; without the flag's file there is nothing to restore.
if _enabled() == 0:
    main()
