# the standard streams, of text and of bytes, as they are shown
import sys

print(sys.stdin, sys.stdout, sys.stderr, type(sys.stdout))
print(sys.stdin.buffer, sys.stdout.buffer, sys.stderr.buffer, type(sys.stdout.buffer))
sys.stdout.buffer.write(b"bytes\n")
