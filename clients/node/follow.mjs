// Keeps a folder of articles as the wire says, and tells the house so.
//
//     npm ci
//     node follow.mjs ADDRESS --mirror FOLDER [--key-file FILE] [--ca FILE]
//                             [--site URL]
//
// The reference client of Courant for an outlet, to be read and copied. It goes
// on where it stopped, whatever stopped it; see README.md in the folder above.
// Ends with Ctrl-C (0), or when only a person can help (1): a key that is
// refused.

import {setTimeout as sleep} from 'node:timers/promises';
import {parseArgs} from 'node:util';

import {Mirror} from './mirror.mjs';
import {Wire, milliseconds, readError, readKey} from './wire.mjs';

// Milliseconds: the wait after the first failure, and the longest.
const FIRST_WAIT = 500;
const LONGEST_WAIT = 60_000;

// Nothing that can be done by trying again.
const HOPELESS = ['CREDENTIALS_REFUSED', 'NOT_OFFERED', 'SCOPE_MISSING'];
// The position is worth nothing any more: begin with what there is.
const STALE = ['RESUME_TOKEN_EXPIRED', 'RESUME_TOKEN_INVALID', 'HISTORY_FORKED',
               'FILTER_MISMATCH', 'SEQUENCE_IN_FUTURE'];

// Kinds of notices whose copies have to go, and at once.
const STOPS = ['HELD', 'WITHDRAWN', 'KILLED'];

// One line for whoever watches. No headline: it may be under embargo.
function say(event, facts) {
  console.log(JSON.stringify({event, ...facts}));
}

// Leave this stream and open another one after `wait` milliseconds.
class Reconnect {
  constructor(wait = 0) {
    this.wait = wait;
  }
}

class Follower {
  constructor(wire, mirror, site) {
    Object.assign(this, {wire, mirror, site: site.replace(/\/+$/, '')});
    this.position = null;  // of this stream; the token is what lasts
  }

  // Follows one stream to its end.
  async follow() {
    const {token} = this.mirror.state;
    const stream = this.wire.follow(
        token ? {resume_token: token} : {start_from: 'SNAPSHOT_THEN_LIVE'});
    // Without this, the end of a stream that we leave would be an error.
    stream.on('error', () => {});
    try {
      for await (const message of stream) await this.take(message);
    } finally {
      stream.cancel();
    }
  }

  async take(message) {
    // Undefined: of a newer server, and of no consequence for whoever does not
    // know it, or the position tells of a gap.
    const {event} = message;
    const said = message[event];
    if (!said) return;
    if (event === 'started') {
      this.position = said.resume_after_sequence ?? '0';
      say('started', {position: Number(this.position),
                      snapshot: said.in_snapshot ?? false});
      await this.settle();
    } else if (event === 'notices') {
      for (const notice of said.notices) await this.heed(notice);
      return;  // Moves no position, and has no token.
    } else {
      this.check(said);
      if (event === 'batch') said.changes.forEach((c) => this.apply(c));
      if (event === 'snapshot_complete') this.compare(said);
    }
    if (event === 'rights' && said.backfill_token) {
      // Something that was there before may be ours now. This token leads
      // through all that we may have, and on from there, so that this stream is
      // needed no more.
      say('granted', {articles: Number(said.granted_count)});
      this.mirror.beginSnapshot(said.backfill_token);
      throw new Reconnect();
    }
    // After what it stands for, never before: see mirror.mjs.
    this.mirror.save({token: said.resume_token});
    if (event === 'snapshot_complete') {
      say('complete', {held: Number(said.resource_count ?? 0)});
    }
    if (event === 'batch') await this.settle();
    if (event === 'drain') {
      say('drain');
      throw new Reconnect(milliseconds(said.reconnect_after));
    }
  }

  // Each message says from where it goes on. One comparison finds a gap; the
  // token that we have leads back to before it.
  check(said) {
    const after = said.after_sequence ?? '0';
    if (after !== this.position) {
      say('gap', {at: Number(this.position), after: Number(after)});
      throw new Reconnect(FIRST_WAIT);
    }
    this.position = said.sequence ?? this.position;
  }

  // Keep an article, drop what has a tombstone: that is all there is to it,
  // whatever the kind and the disposition say.
  apply(change) {
    if (change.payload === 'article') this.mirror.put(change.article);
    if (change.payload === 'tombstone') this.mirror.remove(change.resource);
    say('change', {sequence: Number(change.sequence), resource: change.resource,
                   kind: change.kind, revision: Number(change.revision)});
  }

  // The house says how many articles we hold now and which revisions.
  compare(complete) {
    const {count, digest} = this.mirror.endSnapshot();
    const should = Number(complete.resource_count ?? 0);
    if (count !== should || !digest.equals(complete.digest)) {
      say('mirror differs', {held: count, should});
      this.mirror.beginSnapshot();
      throw new Reconnect(LONGEST_WAIT);
    }
  }

  // What the house must know that we know. Notices come before anything else,
  // and again with every stream until they are acknowledged; from then on they
  // are ours to remember, so they are on disk before.
  async heed({name, kind, article, revision}) {
    say('notice', {name, kind, article});
    const what = {article, kind, revision: Number(revision)};
    this.mirror.save({owed: {...this.mirror.state.owed, [name]: what}});
    await this.wire.acknowledge(name, 'ACKNOWLEDGED');
    await this.settle();
  }

  // Does what is owed, as far as it can be done now, and says so.
  async settle() {
    for (const [name, what] of Object.entries(this.mirror.state.owed)) {
      const held = this.mirror.revision(what.article);
      if (STOPS.includes(what.kind) && held <= what.revision) {
        // An outlet takes it off its pages here.
        this.mirror.remove(what.article);
      } else if (held > 0 && held < what.revision) {
        continue;  // The corrected text comes with its change.
      }
      try {
        await this.wire.acknowledge(name, 'APPLIED',
                                    {url: this.url(what.article)});
        say('applied', {name, kind: what.kind});
      } catch (error) {
        // The house went back to an older state, and knows no such notice any
        // more: then nothing is owed.
        if (readError(error).reason !== 'RESOURCE_NOT_FOUND') throw error;
      }
      const {[name]: _, ...owed} = this.mirror.state.owed;
      this.mirror.save({owed});
    }
  }

  url(article) {
    return `${this.site}/${article.replace(/^articles\//, '')}`;
  }
}

// Follows for ever. Throws what only a person can mend.
async function run(follower) {
  for (let wait = FIRST_WAIT;;) {
    const begun = Date.now();
    let asked = FIRST_WAIT;
    try {
      await follower.follow();
    } catch (error) {
      if (error instanceof Reconnect) {
        wait = FIRST_WAIT;
        asked = error.wait;
      } else if (error.code === undefined || !error.metadata) {
        throw error;  // Not of the wire: a defect, or the disk.
      } else {
        const why = readError(error);
        say('lost', {code: why.code, reason: why.reason, trace: why.trace});
        if (HOPELESS.includes(why.reason) || why.code === 'UNAUTHENTICATED') {
          throw new Error(`${why.code}: ${error.details}`);
        }
        // Of history that is too old for us, no time is said to come back.
        if (STALE.includes(why.reason) ||
            (why.reason === 'QUOTA_EXCEEDED' && !why.wait)) {
          follower.mirror.beginSnapshot();
        }
        // A stream that was good for a while makes amends for what was.
        if (Date.now() - begun > LONGEST_WAIT) wait = FIRST_WAIT;
        asked = Math.max(why.wait, wait * (0.75 + Math.random() / 2));
        wait = Math.min(2 * wait, LONGEST_WAIT);
      }
    }
    await sleep(asked);
  }
}

const {values: given, positionals: [address]} = parseArgs({
  allowPositionals: true,
  options: {
    'mirror': {type: 'string'},
    'key-file': {type: 'string'},
    'ca': {type: 'string'},
    'site': {type: 'string', default: 'https://outlet.example/'},
  },
});
if (!address || !given.mirror) {
  console.error('usage: node follow.mjs ADDRESS --mirror FOLDER ' +
                '[--key-file FILE] [--ca FILE] [--site URL]');
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  // Whatever is on disk is whole at any moment.
  process.on(signal, () => process.exit(0));
}
try {
  const wire = new Wire(address, readKey(given['key-file']), given.ca,
                        process.env.TRACEPARENT);
  await run(new Follower(wire, new Mirror(given.mirror), given.site));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
