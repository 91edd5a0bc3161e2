// SPDX-License-Identifier: GPL-3.0-or-later
// A home's router: network address translation of a chosen kind, what it lets through, and counters of what took which way.

import { addresses } from './addresses.js';

const turn4 = [...addresses.turn.v4, ...addresses.spare.v4].join(', ');
const turn6 = [...addresses.turn.v6, ...addresses.spare.v6].join(', ');

/** Longer packets are media; connectivity checks and refreshes are shorter. */
const mediaBytes = 400;

// Linux keeps the source port where it can, which makes the mapping independent of the destination (RFC 4787 section 4.1). What comes
// in from the outside for nobody is dropped before it leaves a trace in the connection table, which could take the port.
const translations = {
  /** Endpoint-independent mapping and filtering: whoever sends to the mapped port gets through ("full cone"). */
  cone: ({ home, wan }) => `
    chain after { type nat hook postrouting priority srcnat; oifname "wan" masquerade; }
    chain before { type nat hook prerouting priority dstnat; iifname "wan" ip daddr ${wan} meta l4proto udp dnat ip to ${home}; }`,
  /** Endpoint-independent mapping, filtering by address and port, which most homes have. */
  restricted: () => `
    chain after { type nat hook postrouting priority srcnat; oifname "wan" masquerade; }`,
  /** Another port for every destination. */
  symmetric: () => `
    chain after { type nat hook postrouting priority srcnat; oifname "wan" masquerade fully-random; }`,
};

const walls = {
  none: '',
  udp: 'meta l4proto udp drop',
  everything: 'drop',
  // A firewall that knows TLS from TURN: a STUN magic cookie (RFC 8489 section 5) in the clear is not let through.
  'all but TLS on port 443': `
      @ih,32,32 0x2112a442 tcp dport 443 drop
      tcp dport 443 accept
      ct state established accept
      drop`,
};

// Of each kind of path both directions are counted.
const count = (name, match4, match6, rest) => ['saddr', 'daddr'].flatMap(side => [
  `ip ${side} ${match4} ${rest.replaceAll('PORT', side === 'daddr' ? 'dport' : 'sport')} counter name ${name}`,
  `ip6 ${side} ${match6} ${rest.replaceAll('PORT', side === 'daddr' ? 'dport' : 'sport')} counter name ${name}`,
]).join('\n      ');

const ruleset = ({ kind, wall, home, wan }) => `
table inet lab
delete table inet lab
table inet lab {
  counter direct {}
  counter relayUdp {}
  counter relayTcp {}
  counter relayTls {}
  counter viaTurn {}
  counter viaSpare {}
  counter otherUdp {}
  counter clearTurn {}
  counter tlsHello {}
  set turn4 { type ipv4_addr; elements = { ${turn4} }; }
  set turn6 { type ipv6_addr; elements = { ${turn6} }; }
  set servers4 { type ipv4_addr; elements = { ${turn4}, ${addresses.calls.v4[0]} }; }
  set servers6 { type ipv6_addr; elements = { ${turn6}, ${addresses.calls.v6[0]} }; }
  ${translations[kind]({ home, wan })}
  chain in { type filter hook input priority 0; iifname "wan" meta l4proto udp drop; }
  chain through {
    type filter hook forward priority 0;
    iifname "lan" oifname "lan" accept
    jump tally
    jump wall
    iifname "wan" meta nfproto ipv6 ct state new drop
  }
  chain wall {
      ${walls[wall]}
  }
  chain tally {
      ip daddr != @turn4 iifname "lan" meta l4proto udp counter name otherUdp
      ip6 daddr != @turn6 iifname "lan" meta l4proto udp counter name otherUdp
      ip daddr @turn4 tcp dport { 443, 5349 } @ih,32,32 0x2112a442 counter name clearTurn
      ip daddr @turn4 tcp dport { 443, 5349 } @ih,0,16 0x1603 counter name tlsHello
      meta length <= ${mediaBytes} return
      ${count('relayUdp', '@turn4', '@turn6', 'meta l4proto udp')}
      ${count('relayTcp', '@turn4', '@turn6', 'tcp PORT 3478')}
      ${count('relayTls', '@turn4', '@turn6', 'tcp PORT { 443, 5349 }')}
      ip daddr { ${addresses.turn.v4.join(', ')} } counter name viaTurn
      ip daddr { ${addresses.spare.v4.join(', ')} } counter name viaSpare
      ip saddr != @servers4 ip daddr != @servers4 counter name direct
      ip6 saddr != @servers6 ip6 daddr != @servers6 counter name direct
  }
}
`;

export class Router {
  /**
   * @param {Machine} machine with the interfaces "wan" and "lan"
   * @param {{home: string, wan: string}} addresses whom it translates, and to what
   */
  constructor (machine, { home, wan }) {
    Object.assign(this, { machine, home, wan });
  }

  /** What the router is from now on; its counters begin at zero. */
  become (kind, wall = 'none') {
    this.machine.feed(ruleset({ kind, wall, home: this.home, wan: this.wan }), 'nft', '-f', '-');
  }

  /** Packets by name: direct, relayUdp, relayTcp, relayTls, viaTurn, viaSpare (of media); otherUdp, clearTurn, tlsHello (of any size). */
  packets () {
    const { nftables } = JSON.parse(this.machine.run('nft', '-j', 'list', 'counters'));
    return Object.fromEntries(nftables.filter(one => one.counter).map(({ counter }) => [counter.name, counter.packets]));
  }
}
