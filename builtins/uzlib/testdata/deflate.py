import deflate, io
for n in ("AUTO","RAW","ZLIB","GZIP"): print(n, getattr(deflate,n))
for w in range(0,16):
    b=io.BytesIO()
    try:
        g=deflate.DeflateIO(b,deflate.ZLIB,w); g.write(b"hello"); g.close(); print(w, b.getvalue()[:2])
    except Exception as e: print(w, repr(e))
print(deflate.DeflateIO(io.BytesIO()), type(deflate.DeflateIO(io.BytesIO())))
for a in ((5,),(io.BytesIO(),7),(io.BytesIO(),1,4),(io.BytesIO(),1,'a'),(None,),()):
    try:
        deflate.DeflateIO(*a)
    except Exception as e: print(repr(e))
g=deflate.DeflateIO(io.BytesIO(b"\x1f\x8b\x08\x00"))
for i in range(2):
  try: print(g.read())
  except Exception as e: print(repr(e))
g=deflate.DeflateIO(io.BytesIO(b"abcdef"),1)
for i in range(1):
  try: print(g.read())
  except Exception as e: print(repr(e))
b=io.BytesIO(); g=deflate.DeflateIO(b,1)
print(g.write(b"hello"), g.write(bytearray(b"x")), g.write("text"))
try: print(g.read(1))
except Exception as e: print(repr(e))
try: print(g.readline())
except Exception as e: print(repr(e))
print(g.close(), g.close()); print(b.getvalue())
for f in (g.read, lambda: g.write(b"1"), g.readline, lambda: g.readinto(bytearray(3)), lambda: g.write(5)):
  try: print(f())
  except Exception as e: print(repr(e))
b=io.BytesIO(); g=deflate.DeflateIO(b,2,0,True); g.write(b"abc\n"*4); g.write(b"abc\nd"); 
try: g.seek(0)
except Exception as e: print(repr(e))
c=b; 
g2=deflate.DeflateIO(io.BytesIO(b.getvalue()),2)
try:
  print(g2.read())
except Exception as e: print(repr(e))
b=io.BytesIO(); 
with deflate.DeflateIO(b,2,0) as g:
  g.write(b"abc\n"*4); print(g.write(b"abc\nd"))
g2=deflate.DeflateIO(io.BytesIO(b.getvalue()),2)
print(b.getvalue())
print(g2.readline(), g2.readline(3))
x=bytearray(5); print(g2.readinto(x), x, g2.readinto(x,2), x)
try:
  print(list(g2))
except Exception as e: print(repr(e))
