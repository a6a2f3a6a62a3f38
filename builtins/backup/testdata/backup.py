# Files with a copy, the codes of what goes wrong, and restoring.
import ql_fs
import uos


def put(path, text):
    ql_fs.mkdirs(ql_fs.path_dirname(path))
    with open(path, 'w') as f:
        f.write(text)


def get(path):
    with open(path) as f:
        return f.read()


import backup_restore as b

# Without the flag's file, with an empty one, and switched off.
for text in (None, '', '{"enable": 0}'):
    if text is not None:
        put('/bak/backup_restore.json', text)
    try:
        print(repr(b._check()), b._get_backup_restore_flag())
    except b._checkError as e:
        print('_checkError', e, e.value)
    print(b.bak_update('/usr/a.json', {'n': 1}), ql_fs.path_exists('/usr/a.json'))
put('/usr/there.json', '{}')
print(b.bak_file('/usr/there.json'), b.bak_file('/usr/none.json'))

put('/bak/backup_restore.json', '{"enable": 1}')
print(b._get_backup_restore_flag())
print(b.bak_update('/usr/a.json', [1]), b.bak_update('/usr/there.json', {}))
print(b.bak_update('usr/a.json', {'n': 1}), get('/usr/a.json'), get('/bak/usr/a.json'))
print(b.bak_update('/usr/a.json', {'n': 2}))
print(b.bak_update(file='/usr/deep/b.json', data={'k': [1, 2]}), get('/usr/deep/b.json'))
print(b.bak_file('/usr/there.json'))

# What is changed is restored on demand, at the start of a module, and by main.
put('/usr/a.json', 'broken')
print(b.bak_file('/usr/a.json'), get('/usr/a.json'))
put('/usr/a.json', 'broken')
uos.remove('/usr/deep/b.json')
print(b.main(), get('/usr/a.json'), get('/usr/deep/b.json'))
print(b.main())
put('/usr/a.json', 'broken')
uos.remove('/bak/usr/a.json')
b.main()
put('/bak/backup_restore.json', 'x')
b.main()
