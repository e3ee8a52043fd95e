"""Makes ports black holes: their queue of connections is full and nobody accepts, so Linux drops every further SYN.

Reads one line of port numbers, says "ready", and ends with its standard input.
"""
import socket
import sys

kept = []
for port in map(int, sys.stdin.readline().split()):
    hole = socket.socket()
    hole.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    hole.bind(("127.0.0.1", port))
    hole.listen(0)
    kept.append(hole)
    # a queue of length 0 holds one; the second shows that it is full
    for _ in range(2):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(("127.0.0.1", port))
        kept.append(filler)
print("ready", flush=True)
sys.stdin.read()
