print(uos.getcwd())
