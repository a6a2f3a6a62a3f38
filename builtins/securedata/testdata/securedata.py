import securedata
buf = bytearray(60)
print(securedata.Read(1, buf, 52), securedata.Store(1, bytearray(b"secret"), 3), securedata.Read(1, buf, 60), buf[:4], securedata.Read(1, buf, 2))
print(securedata.Store(0, b"x", 1), securedata.Store(17, b"x", 1), securedata.Store(1, bytearray(53), 53), securedata.Store(16, bytearray(1000), 1000), securedata.Read(1, b"ro", 2))
import SecureData
print(SecureData.Read(1, buf, 3), buf[:3])
