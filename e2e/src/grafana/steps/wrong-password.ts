import { setTimeout as delay } from 'node:timers/promises';
import { messagesOf, startSigningExporter } from '../exporter';
import { apiOf, makeUser } from '../people';
import { expect, type Step } from '../step';

/** Longer than it takes to lock a user out at one try a second. */
const WATCH_MS = 30_000;
/** Grafana locks a user out after five in five minutes. */
const MOST_TRIES = 4;

export const wrongPassword: Step = {
  name: 'wrong password',
  shows: 'An exporter with a wrong password locks nobody out, and its log says so.',
  needs: ['grafana'],
  async run(site) {
    // not the caller's own: whom this locks out is locked out
    const { user, password } = await makeUser(site, 'Admin');
    const { server, pushes } = await startSigningExporter(site, { user, password: `${password}-not` });
    await delay(WATCH_MS);
    const { refused = 0, success = 0 } = await pushes();
    const status = (await apiOf(site).as({ user, password }).ask('GET', '/api/user')).status;
    expect(status === 200, `after ${refused} tries the right password is answered with ${status}`);
    expect(success === 0 && refused > 0, `${success} pushes succeeded, ${refused} were refused`);
    expect(refused <= MOST_TRIES, `${refused} tries in ${WATCH_MS / 1000} s`);
    const said = messagesOf(server).find((message) => message.includes('password is wrong'));
    expect(said !== undefined, `the log does not speak of the password: ${server.output().slice(-500)}`);
    return `${refused} tries in ${WATCH_MS / 1000} s, the right password works; it says: ${said}`;
  },
};
