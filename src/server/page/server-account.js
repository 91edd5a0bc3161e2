// SPDX-License-Identifier: GPL-3.0-or-later
// Who is signed in on this page: the server's REST interface, and the token, kept for as long as the tab lives.

const storageKey = 'yonder-account';

export class Account {
  token = '';
  user = null;
  #refreshToken = '';
  #iceServers = { list: [], until: 0 };

  async #request (method, path, body) {
    const response = await fetch(path, {
      method,
      headers: {
        ...(body && { 'Content-Type': 'application/json' }),
        ...(this.token && { Authorization: `Bearer ${this.token}` }),
      },
      body: body && JSON.stringify(body),
    }).catch(() => { throw new Error('The server cannot be reached: check the network and try again.'); });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      const words = answer.error ?? `The server answered ${response.status}: try again later.`;
      throw Object.assign(new Error(words), { status: response.status });
    }
    return answer;
  }

  #keep ({ token, refreshToken, user }) {
    this.token = token;
    this.user = user;
    this.#refreshToken = refreshToken;
    sessionStorage.setItem(storageKey, JSON.stringify({ token, refreshToken }));
  }

  async signInAsGuest (fullName) {
    this.#keep(await this.#request('POST', '/api/auth/guest', { fullName }));
  }

  async signIn (email, password) {
    this.#keep(await this.#request('POST', '/api/auth/login', { email, password }));
  }

  /** Takes up what the tab knew before it was loaded again. Resolves to whether somebody is signed in. */
  async restore () {
    const kept = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null');
    if (!kept)
      return false;
    this.token = kept.token;
    this.#refreshToken = kept.refreshToken;
    try {
      this.user = (await this.#request('GET', '/api/auth/verify')).user;
      return true;
    } catch (error) {
      return error.status === 401 && this.refresh();
    }
  }

  async refresh () {
    try {
      this.#keep(await this.#request('POST', '/api/auth/refresh', { refreshToken: this.#refreshToken }));
      return true;
    } catch {
      this.forget();
      return false;
    }
  }

  forget () {
    this.token = '';
    this.user = null;
    sessionStorage.removeItem(storageKey);
  }

  async signOut () {
    await this.#request('POST', '/api/auth/logout').catch(() => {});
    this.forget();
  }

  async contacts () {
    return (await this.#request('GET', '/api/contacts')).contacts;
  }

  /** The relays of this server, asked for again before their credentials run out. None if it has none: calls may still work. */
  async iceServers () {
    if (Date.now() >= this.#iceServers.until) {
      const { iceServers = [], ttl = 0 } = await this.#request('GET', '/api/webrtc/ice-servers').catch(() => ({}));
      this.#iceServers = { list: iceServers, until: Date.now() + ttl * 800 };
    }
    return this.#iceServers.list;
  }
}
