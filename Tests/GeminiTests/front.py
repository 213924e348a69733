"""What may stand between the tool and the service, on loopback.

usage: front.py tls CERTIFICATE KEY TARGET_PORT PORT_FILE
       front.py proxy LOG PORT_FILE

tls ends TLS and hands the bytes on to 127.0.0.1:TARGET_PORT. proxy is an HTTP
proxy that knows CONNECT alone (RFC 9110, section 9.3.6) and logs all that it
reads before the tunnel stands. Both serve while their standard input is open.
"""

import os
import socket
import ssl
import sys
import threading


def pump(source, target):
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
    except OSError:
        pass
    finally:
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def join(one, other):
    threading.Thread(target=pump, args=(one, other), daemon=True).start()
    pump(other, one)


def serve_tls(certificate, key, port):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def handle(client):
        client = context.wrap_socket(client, server_side=True)
        join(client, socket.create_connection(("127.0.0.1", int(port))))

    return handle


def serve_proxy(log):
    def handle(client):
        head = b""
        while b"\r\n\r\n" not in head:
            data = client.recv(1 << 16)
            if not data:
                return
            head += data
        with open(log, "ab") as file:
            file.write(head)
        method, target, _ = head.split(b"\r\n", 1)[0].split(b" ")
        if method != b"CONNECT":
            client.sendall(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
            return
        host, port = target.decode().rsplit(":", 1)
        # Not every machine has a name server or /etc/hosts.
        if host == "localhost":
            host = "127.0.0.1"
        server = socket.create_connection((host, int(port)))
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        join(client, server)

    return handle


def run(handle, client):
    try:
        handle(client)
    except (OSError, ValueError):
        client.close()


def main():
    kind, *arguments, port_file = sys.argv[1:]
    handle = {"tls": serve_tls, "proxy": serve_proxy}[kind](*arguments)
    listener = socket.create_server(("127.0.0.1", 0))
    with open(port_file + ".new", "w", encoding="ascii") as file:
        file.write(f"{listener.getsockname()[1]}\n")
    os.rename(port_file + ".new", port_file)

    def accept():
        while True:
            client, _ = listener.accept()
            threading.Thread(target=run, args=(handle, client), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


main()
