import ql_fs
import ujson
from backup_restore import bak_file, bak_update


class SecureStorage:
    """A configuration, a dict, in a file that has a copy."""

    _config = "/usr/_usr_config.json"
    _backup = "/bak/_usr_config.json"

    @classmethod
    def write(cls, data):
        """Puts the entries of data into the configuration."""
        if not isinstance(data, dict):
            return -1
        if ql_fs.path_exists(cls._backup):
            return -3
        try:
            with open(cls._backup, "w") as f:
                ujson.dump(data, f)
            if not ql_fs.file_copy(cls._config, cls._backup):
                return -2
            return 0
        except Exception:
            return -2

    @classmethod
    def read(cls):
        """The configuration, a dict."""
        if not ql_fs.path_exists(cls._config):
            if not ql_fs.path_exists(cls._backup):
                return None
            ql_fs.file_copy(cls._config, cls._backup)
        with open(cls._config) as f:
            return ujson.load(f)

    @classmethod
    def add(cls, file, data):
        """Writes another file and its copy."""
        return bak_update(file, data)

    @classmethod
    def file(cls, file):
        """Copies another file."""
        return bak_file(file)


JsonFile = SecureStorage
