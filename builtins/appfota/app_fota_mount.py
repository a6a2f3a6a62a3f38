import uos


class AppFotaPkgMount:
    """The partition that packages of an upgrade lie on, one object for all."""

    __instance = None
    __mount_state = False
    __can_mount = False

    def __new__(cls, *args, **kwargs):
        if cls.__instance is None:
            cls.__instance = object.__new__(cls)
        return cls.__instance

    def __init__(self):
        self.__fota_dir = "/fota"

    @property
    def mount_state(self):
        """Whether it is mounted."""
        return self.__mount_state

    @property
    def can_mount(self):
        """Whether there is such a partition."""
        return self.__can_mount

    @property
    def fota_dir(self):
        """Its folder; "" where there is none."""
        return self.__fota_dir if self.can_mount else ""

    def mount_disk(self):
        """Mounts it; True when it is there."""
        # A module's own partition for packages is a folder of the script's files here.
        try:
            uos.stat(self.__fota_dir)
        except OSError:
            uos.mkdir(self.__fota_dir)
        self.__mount_state = True
        self.__can_mount = True

    def umount_disk(self):
        """Takes it off."""
        self.__mount_state = False

    def get_fota_file_name(self, path):
        """The path of a file on it."""
        return self.fota_dir + path
