// SPDX-License-Identifier: GPL-3.0-or-later
// The laboratory's Internet: three servers and two homes behind routers.
//
//   calls  turn  spare      203.0.113.0/24, 2001:db8:0:1::/64
//   --+------+-----+---- the bridge "wan" ----+----------------+--
//                                         router-a         router-b
//                                          |    |              |
//                                        anna  bea           bert       192.168.10.0/24 and 192.168.20.0/24

import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { addresses, homes, nameServers } from './addresses.js';
import { Machine, plug } from './namespaces.js';
import { Router } from './router.js';

// Servers send here what is for private addresses, and it is dropped. Without a route coturn would end the whole allocation.
const nowhere = '203.0.113.1';

const ipv6Prefix = address => `${address.replace(/::.*/, '')}::/64`;

// Addresses count at once: nobody else could have them.
const quick = { 'net.ipv6.conf.default.accept_dad': 0, 'net.ipv6.conf.all.accept_dad': 0, 'net.ipv6.conf.default.accept_ra': 0 };

export class World {
  machines = {};
  routers = {};
  #resolvers = [];

  static async make () {
    const world = new World();
    writeFileSync('/etc/resolv.conf', nameServers.map(address => `nameserver ${address}\n`).join('') + 'options timeout:2 attempts:3\n');
    await world.#makeServers();
    for (const name of Object.keys(homes))
      await world.#makeHome(name);
    return world;
  }

  async #add (name) {
    const machine = await Machine.start(name);
    machine.sysctl(quick);
    this.machines[name] = machine;
    return machine;
  }

  async #makeServers () {
    const wan = await this.#add('wan');
    wan.ip(`link add wan type bridge\nlink set wan up\naddress add ${nowhere}/24 dev wan`);
    for (const [name, { v4, v6 }] of Object.entries(addresses)) {
      const machine = await this.#add(name);
      plug([machine, 'wan'], [wan, name, 'wan']);
      machine.ip([...v4.map(address => `address add ${address}/24 dev wan`),
        `route add default via ${nowhere}`,
        ...v6.map(address => `address add ${address}/64 dev wan nodad`),
        ...Object.values(homes).map(home => `route add ${ipv6Prefix(home.lan.v6)} via ${home.wan.v6}`)].join('\n'));
    }
  }

  async #makeHome (name) {
    const { wan, lan, people } = homes[name];
    const others = Object.values(homes).filter(home => home.wan !== wan);
    const router = await this.#add(`router-${name}`);
    router.sysctl({ 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 });
    plug([router, 'wan'], [this.machines.wan, `router-${name}`, 'wan']);
    router.ip(`
      address add ${wan.v4}/24 dev wan
      address add ${wan.v6}/64 dev wan nodad
      link add lan type bridge
      link set lan up
      address add ${lan.v4}/24 dev lan
      address add ${lan.v6}/64 dev lan nodad
      ${others.map(other => `route add ${ipv6Prefix(other.lan.v6)} via ${other.wan.v6}`).join('\n')}`.replace(/^ +/gm, ''));
    await this.#startResolver(router);
    for (const person of Object.keys(people)) {
      const machine = await this.#add(person);
      plug([machine, 'lan'], [router, person, 'lan']);
      this.setFamilies(person, [4]);
    }
    this.routers[name] = new Router(router, { home: Object.values(people)[0].v4, wan: wan.v4 });
    this.routers[name].become('restricted');
  }

  async #startResolver (router) {
    router.ip(nameServers.map(address => `address add ${address}/${address.includes(':') ? '128 dev lo nodad' : '32 dev lo'}`).join('\n'));
    const resolver = router.start(process.execPath, [fileURLToPath(new URL('resolver.js', import.meta.url))]);
    this.#resolvers.push(resolver);
    resolver.stderr.pipe(process.stderr);
    await new Promise(resolve => { createInterface({ input: resolver.stdout }).once('line', resolve); });
  }

  addressOf (person) {
    return Object.values(homes).find(({ people }) => person in people).people[person];
  }

  /** Gives somebody's machine addresses of the given families, 4 and 6, and takes away the others. */
  setFamilies (person, families) {
    const home = Object.values(homes).find(({ people }) => person in people);
    const { v4, v6 } = home.people[person];
    const machine = this.machines[person];
    machine.run('ip', 'link', 'set', 'lan', 'up');
    machine.run('ip', 'address', 'flush', 'dev', 'lan');
    machine.sysctl({ 'net.ipv6.conf.lan.disable_ipv6': families.includes(6) ? 0 : 1 });
    if (families.includes(4))
      machine.ip(`address add ${v4}/24 dev lan\nroute add default via ${home.lan.v4}`);
    if (families.includes(6))
      machine.ip(`address replace ${v6}/64 dev lan nodad\nroute replace ::/0 via ${home.lan.v6}`);
  }

  /** A firewall on somebody's own machine that lets no UDP through, but for names. */
  block (person) {
    this.machines[person].feed(`
      table inet wall {
        chain in { type filter hook input priority 0; meta l4proto udp udp sport != 53 iifname "lan" drop; }
        chain out { type filter hook output priority 0; meta l4proto udp udp dport != 53 oifname "lan" drop; }
      }`, 'nft', '-f', '-');
  }

  unblock (person) {
    this.machines[person].run('nft', 'delete', 'table', 'inet', 'wall');
  }

  stop () {
    this.#resolvers.forEach(resolver => resolver.kill());
    Object.values(this.machines).forEach(machine => machine.stop());
  }
}
