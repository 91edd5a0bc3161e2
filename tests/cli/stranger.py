# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody at the other end who is not Yonder: signs in as a guest over Engine.IO 4 long polling, and does with calls as he is told."""

import json
import threading
import urllib.request


class Stranger:
    """`on_call (stranger, call_id)` is called when somebody calls. Follows the protocol of the `vigi` profile."""

    def __init__(self, uri, name, on_call):
        self._uri = uri
        self._on_call = on_call
        answer = self._request(f'{uri}/api/auth/guest', json.dumps({'fullName': name}).encode(), 'application/json')
        token = json.loads(answer)['token']
        opened = json.loads(self._request(f'{uri}/socket.io/?EIO=4&transport=polling')[1:])
        self._poll_uri = f'{uri}/socket.io/?EIO=4&transport=polling&sid={opened["sid"]}'
        self._send('40' + json.dumps({'token': token}))
        self._connected = threading.Event()
        self._thread = threading.Thread(target=self._poll, daemon=True)
        self._thread.start()
        assert self._connected.wait(30), 'the stranger was not let in'

    @staticmethod
    def _request(uri, body=None, kind='text/plain;charset=UTF-8'):
        request = urllib.request.Request(uri, data=body, headers={'Content-Type': kind} if body else {})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode()

    def _send(self, packet):
        self._request(self._poll_uri, packet.encode())

    def emit(self, name, payload):
        self._send('42' + json.dumps([name, payload]))

    def _poll(self):
        try:
            while True:
                for packet in self._request(self._poll_uri).split('\x1e'):
                    self._take(packet)
        except (OSError, ValueError):
            pass  # the server is gone

    def _take(self, packet):
        if packet == '2':
            self._send('3')
        elif packet.startswith('40'):
            self._connected.set()
        elif packet.startswith('42'):
            name, payload = json.loads(packet[2:])[:2]
            if name == 'incoming_call':
                self._on_call(self, payload['callId'])
