def bump():
    global count
    count = hidden = 1
    return hidden


class Box:
    lid = 2
