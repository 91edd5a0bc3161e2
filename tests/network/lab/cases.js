// SPDX-License-Identifier: GPL-3.0-or-later
// The cases: what lies between the two ends, what they know of STUN and TURN, and what comes of it.
//
//   between    the callers' machines; anna always runs yonder-cli, the other one anything
//   homes      kind of NAT, and wall, of the routers a (anna's) and b
//   families   of addresses that somebody has, [4] without it
//   noUdp      whose own firewall lets no UDP through, but for names
//   isFull     the spare TURN server has no room left for the account that both ends share
//   isLate     every fifth message of the call server is late, and every description (lab/late-messages.js)
//   servers    which list of lab/turn.js both ends are given; without it they ask the call server
//   relayOnly  anna uses relays alone, and tells nobody where she is
//   way        how media must pass anna's router, by its counters (lab/router.js); "lan" is: not at all
//   sentence   what yonder-cli says of it
//   disturbance what happens once the call is up (lab/disturbances.js); the table then tells how long that was felt
//   pairs      the only ones that try it
//   isPending  run only when asked for (calls.js --pending): Yonder does not do it, or not every time
//   fails      instead: what the one who gives up says at the end, within 30 seconds

const together = ['anna', 'bea'];
const apart = ['anna', 'bert'];
const relayed = /^Relayed/;

export const cases = [
  {
    title: 'same network',
    firefox: true,
    between: together,
    homes: { a: ['restricted'], b: ['restricted'] },
    way: 'lan',
    sentence: /^Direct, same network/,
  },
  {
    title: 'same network, no UDP: ICE-TCP',
    between: together,
    homes: { a: ['restricted'], b: ['restricted'] },
    noUdp: ['bea'],
    servers: 'stun',
    way: 'lan',
    sentence: /^Direct, same network/,
  },
  {
    title: 'two homes, cone NAT, STUN',
    firefox: true,
    between: apart,
    homes: { a: ['restricted'], b: ['restricted'] },
    servers: 'stun',
    way: 'direct',
    sentence: /^Direct through NAT/,
  },
  {
    title: 'symmetric NAT on one side',
    firefox: true,
    between: apart,
    homes: { a: ['symmetric'], b: ['cone'] },
    servers: 'stun',
    way: 'direct',
    sentence: /^Direct through NAT/,
  },
  {
    title: 'symmetric NAT on both sides',
    firefox: true,
    between: apart,
    homes: { a: ['symmetric'], b: ['symmetric'] },
    servers: 'udp',
    way: 'relayUdp',
    sentence: relayed,
  },
  {
    title: 'two homes, cone NAT, TURN at hand',
    between: apart,
    homes: { a: ['restricted'], b: ['restricted'] },
    servers: 'udp',
    way: 'direct',
    sentence: /^Direct through NAT/,
  },
  {
    title: 'TURN over UDP and TCP at hand',
    between: apart,
    homes: { a: ['symmetric'], b: ['symmetric'] },
    way: 'relayUdp',
    sentence: relayed,
  },
  {
    title: 'UDP blocked on one side',
    firefox: true,
    between: apart,
    homes: { a: ['restricted', 'udp'], b: ['restricted'] },
    way: 'relayTcp',
    sentence: relayed,
  },
  {
    title: 'only port 443 with TLS allowed',
    firefox: true,
    between: apart,
    homes: { a: ['restricted', 'all but TLS on port 443'], b: ['restricted'] },
    way: 'relayTls',
    sentence: /^Relayed by turn\.example\.org over TLS/,
  },
  {
    title: 'relay only',
    firefox: true,
    between: apart,
    homes: { a: ['cone'], b: ['cone'] },
    servers: 'udp',
    relayOnly: true,
    way: 'relayUdp',
    sentence: relayed,
  },
  {
    title: 'IPv6 only',
    between: apart,
    homes: { a: ['restricted'], b: ['restricted'] },
    families: { anna: [6], bert: [6] },
    way: 'direct',
    sentence: /^Direct/,
  },
  {
    title: 'IPv4 only against dual stack',
    between: apart,
    homes: { a: ['restricted'], b: ['restricted'] },
    families: { anna: [4], bert: [4, 6] },
    servers: 'stun',
    way: 'direct',
    sentence: /^Direct/,
  },
  {
    title: 'IPv6 only against IPv4 only',
    between: apart,
    homes: { a: ['restricted'], b: ['restricted'] },
    families: { anna: [6], bert: [4] },
    servers: 'udp',
    way: 'relayUdp',
    sentence: relayed,
  },
  {
    title: 'no TURN, both symmetric',
    between: apart,
    homes: { a: ['symmetric'], b: ['symmetric'] },
    servers: 'stun',
    fails: /TURN server/,
  },
  {
    title: 'relays alone, and none',
    between: apart,
    homes: { a: ['restricted'], b: ['restricted'] },
    servers: 'stun',
    relayOnly: true,
    fails: /no TURN server is set up|sent no address/,
  },
  {
    title: 'TURN with a wrong password, direct possible',
    between: apart,
    homes: { a: ['restricted'], b: ['restricted'] },
    servers: 'wrongPassword',
    way: 'direct',
    sentence: /^Direct through NAT/,
  },
  {
    title: 'TURN with a wrong password',
    between: apart,
    homes: { a: ['symmetric'], b: ['symmetric'] },
    servers: 'wrongPassword',
    fails: /spare.example.org .*does not accept the user name or credential/,
  },
  {
    title: 'TURN with an expired password',
    between: apart,
    homes: { a: ['symmetric'], b: ['symmetric'] },
    servers: 'expired',
    fails: /turn.example.org .*credentials have expired/,
  },
  {
    title: 'TURN with a full quota',
    between: apart,
    homes: { a: ['symmetric'], b: ['symmetric'] },
    servers: 'shared',
    isFull: true,
    fails: /spare.example.org .*quota is reached/,
  },
  {
    title: 'TURN dies, a second one in the list',
    between: apart,
    homes: { a: ['symmetric'], b: ['symmetric'] },
    servers: 'both',
    way: 'relayUdp',
    sentence: relayed,
    disturbance: 'relayDies',
  },
  {
    title: 'TURN refuses in the middle, a second one in the list',
    between: apart,
    homes: { a: ['symmetric'], b: ['symmetric'] },
    servers: 'both',
    way: 'relayUdp',
    sentence: relayed,
    disturbance: 'relayRefuses',
  },
  {
    title: 'TURN refuses in the middle',
    between: apart,
    homes: { a: ['symmetric'], b: ['symmetric'] },
    servers: 'udp',
    way: 'relayUdp',
    sentence: relayed,
    disturbance: 'onlyRelayRefuses',
    pairs: [['chromium', 'yonder']], // it takes the minute after which either gives up
  },
  {
    title: 'TURN restarted',
    between: apart,
    homes: { a: ['symmetric'], b: ['symmetric'] },
    servers: 'udp',
    way: 'relayUdp',
    sentence: relayed,
    disturbance: 'relayRestarts',
  },
  {
    title: 'address changes',
    between: apart,
    homes: { a: ['restricted'], b: ['restricted'] },
    servers: 'stun',
    way: 'direct',
    sentence: /^Direct through NAT/,
    disturbance: 'addressChanges',
  },
  {
    title: 'link down for 5 s',
    between: apart,
    homes: { a: ['restricted'], b: ['restricted'] },
    servers: 'stun',
    way: 'direct',
    sentence: /^Direct through NAT/,
    disturbance: 'linkGoes',
  },
  {
    title: 'address changes, call server back later',
    between: apart,
    homes: { a: ['restricted'], b: ['restricted'] },
    servers: 'stun',
    way: 'direct',
    sentence: /^Direct through NAT/,
    disturbance: 'serverComesLater',
  },
  {
    title: 'call server restarted',
    between: apart,
    homes: { a: ['restricted'], b: ['restricted'] },
    servers: 'stun',
    way: 'direct',
    sentence: /^Direct through NAT/,
    disturbance: 'serverRestarts',
  },
  {
    title: 'messages late and out of order',
    between: apart,
    homes: { a: ['restricted'], b: ['restricted'] },
    isLate: true,
    servers: 'stun',
    way: 'direct',
    sentence: /^Direct through NAT/,
  },
];
