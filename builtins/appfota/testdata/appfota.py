import app_fota, app_fota_download, quecstar
quecstar.app_fota_serve("http://h/a.py", b"print(1)")
f = app_fota.new()
print(f.download("http://h/a.py", "/usr/a.py"), f.download("http://h/b.py", "/usr/b.py"))
print(f.bulk_download([{"url": "http://h/a.py", "file_name": "/usr/c.py"}]), f.bulk_download(info=[{"url": "http://h/x", "file_name": "/usr/x"}]))
print(app_fota_download.get_download_stat(), app_fota_download._get_download_stat_by_file("/usr/x"))
app_fota_download.delete_update_file("/usr/a.py")
app_fota_download.update_download_stat("http://h/z", "/usr/z", "unknown")
print(app_fota_download.get_download_stat(), app_fota_download.updater_dir, app_fota_download.get_update_flag_file(), f.set_update_flag())
