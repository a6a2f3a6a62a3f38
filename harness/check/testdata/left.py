print(uos.listdir("/usr"), ustruct.calcsize("I"))
