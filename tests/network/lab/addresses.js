// SPDX-License-Identifier: GPL-3.0-or-later
// Who lives where. The public addresses are those that are kept free for examples (RFC 5737, RFC 3849), names are of RFC 2606, so that
// the configuration in docs/network.md can be run as it is printed.

export const addresses = {
  /** The call server. */
  calls: { name: 'calls.example.org', v4: ['203.0.113.10'], v6: ['2001:db8:0:1::10'] },
  /** coturn as docs/network.md sets it up; its second address is for RFC 5780. */
  turn: { name: 'turn.example.org', v4: ['203.0.113.20', '203.0.113.21'], v6: ['2001:db8:0:1::20'] },
  /** Another one, with accounts. */
  spare: { name: 'spare.example.org', v4: ['203.0.113.30'], v6: ['2001:db8:0:1::30'] },
};

/** Homes: the router's two addresses, and who lives there. */
export const homes = {
  a: {
    wan: { v4: '203.0.113.101', v6: '2001:db8:0:1::a' },
    lan: { v4: '192.168.10.1', v6: '2001:db8:a::1' },
    people: {
      anna: { v4: '192.168.10.2', v6: '2001:db8:a::2' },
      bea: { v4: '192.168.10.3', v6: '2001:db8:a::3' },
    },
  },
  b: {
    wan: { v4: '203.0.113.102', v6: '2001:db8:0:1::b' },
    lan: { v4: '192.168.20.1', v6: '2001:db8:b::1' },
    people: {
      bert: { v4: '192.168.20.2', v6: '2001:db8:b::2' },
    },
  },
};

/** Every router answers here to questions for names. */
export const nameServers = ['192.0.2.53', '2001:db8::53'];
