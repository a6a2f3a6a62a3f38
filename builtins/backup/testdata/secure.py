# A configuration that outlives its file.
import uos
from bak_util import JsonFile, SecureStorage

print(JsonFile is SecureStorage, SecureStorage.read())
print(SecureStorage.write([1]), SecureStorage.write({'id': 7, 'name': 'x'}), SecureStorage.write({'id': 8}))
print(SecureStorage.read()['id'], uos.listdir('/bak'))
uos.remove('/usr/_usr_config.json')
print(SecureStorage.read() == {'id': 7, 'name': 'x'}, '_usr_config.json' in uos.listdir('/usr'))
uos.remove('/usr/_usr_config.json')
uos.remove('/bak/_usr_config.json')
print(SecureStorage.read())

print(SecureStorage.add('/usr/a.json', {}), SecureStorage.file('/usr/a.json'))
with open('/bak/backup_restore.json', 'w') as f:
    f.write('{"enable": 1}')
print(SecureStorage.add(file='/usr/a.json', data={'n': 1}), SecureStorage.file(file='/usr/a.json'))


class Mine(SecureStorage):
    _config = '/usr/mine.json'
    _backup = '/bak/mine.json'


print(Mine.write({'m': 1}), Mine.read(), Mine().read())
