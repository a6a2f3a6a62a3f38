#!/usr/bin/env python
# head

# about a
a = 1  # trailing a
cfg = {  # open
    # first
    "x": 1,  # the x
    # before y
    "y": [1, 2,  # row
          3, 4],
    # at the end
}  # close
if a == 1:  # one
    # in one
    print(a)
    # end of one
elif a == 2:  # two
    print(a)
# above else
else:  # other
    print(cfg)

def f(a,  # first
      b=2):  # second
    # nothing
    return (a +  # plus
            b)
    # dangling


# before g
@staticmethod  # deco
def g():
    '''Doc.'''
    try:  # try it
        f(1)
    # about except
    except ValueError as e:  # oops
        print(e)
    finally:  # done
        print("x")
print(f(1)) ; print(2) # two statements
while a < 2: a += 1  # inline
# end
