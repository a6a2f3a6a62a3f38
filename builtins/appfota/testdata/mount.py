# One object for all, which knows whether the place of packages is mounted.
import uos
from app_fota_mount import AppFotaPkgMount

a = AppFotaPkgMount()
print(a is AppFotaPkgMount())
print(a.mount_state, a.can_mount, repr(a.fota_dir), a.get_fota_file_name('/usr/main.py'))
print(a.mount_disk(), a.mount_state, a.can_mount, a.fota_dir, a.get_fota_file_name(path='/usr/main.py'))
print('fota' in uos.listdir('/'), a.mount_disk())
print(a.umount_disk(), a.mount_state, a.can_mount, a.fota_dir, AppFotaPkgMount().mount_state)
try:
    a.mount_state = True
except AttributeError as e:
    print('AttributeError')
