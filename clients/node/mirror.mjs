// What an outlet has: a folder of articles, and where in the log it stands.
//
//     FOLDER/articles/{article}.json   one article each, as it may be used now
//     FOLDER/position.json             where to go on, and what is still owed
//
// Every file is written beside itself, made durable, and renamed: whoever reads
// the folder, and this client after a power cut, finds each as it was or as it
// is, never half of it. The position is written after the articles that it
// covers: at worst what was applied is applied again, which changes nothing.

import {createHash} from 'node:crypto';
import {closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync,
        readdirSync, renameSync, rmSync, writeSync} from 'node:fs';
import {join} from 'node:path';

const DIGEST_BYTES = 16;  // of the digest in SnapshotComplete

export class Mirror {
  constructor(folder) {
    this.articles = join(folder, 'articles');
    mkdirSync(this.articles, {recursive: true});
    this.folder = folder;
    this.file = join(folder, 'position.json');
    // `token`: where to go on; empty: with a snapshot of what there is.
    // `snapshot`: counts the snapshots that were begun.
    // `owed`: {notice: {article, revision, kind}} that the house was told we
    // know of, and not yet that it is done.
    this.state = existsSync(this.file) ? read(this.file) :
                                         {token: '', snapshot: 1, owed: {}};
  }

  save(changed) {
    this.state = {...this.state, ...changed};
    write(this.folder, 'position.json', this.state);
  }

  // The file of "articles/{article}". The id is `[a-z0-9-]`; a name of any
  // other form must not lead out of the folder.
  fileOf(name) {
    const id = /^articles\/([a-z0-9-]+)$/.exec(name)?.[1];
    if (!id) throw new Error(`not the name of an article: ${name}`);
    return `${id}.json`;
  }

  // The revision of `name` that is here; 0: none.
  revision(name) {
    const path = join(this.articles, this.fileOf(name));
    return existsSync(path) ? read(path).revision : 0;
  }

  // Keeps an article in place of what there was. Of one under embargo there is
  // no text in it: it must not be shown yet.
  put(article) {
    write(this.articles, this.fileOf(article.name), {
      revision: Number(article.revision),
      snapshot: this.state.snapshot,
      article,
    });
  }

  remove(name) {
    rmSync(join(this.articles, this.fileOf(name)), {force: true});
    sync(this.articles);
  }

  // Forgets the position, not the articles: readers keep what they have until
  // the snapshot says what is not theirs any more.
  beginSnapshot(token = '') {
    this.save({token, snapshot: this.state.snapshot + 1});
  }

  // Removes what the snapshot did not bring. Returns {count, digest}, which
  // must be what SnapshotComplete says.
  endSnapshot() {
    const digest = Buffer.alloc(DIGEST_BYTES);
    let count = 0;
    for (const file of readdirSync(this.articles)) {
      if (!file.endsWith('.json')) continue;
      const path = join(this.articles, file);
      const kept = read(path);
      if (kept.snapshot < this.state.snapshot) {
        rmSync(path);
        continue;
      }
      ++count;
      const one = createHash('sha256').update(
          `articles/${file.slice(0, -'.json'.length)}@${kept.revision}`);
      one.digest().subarray(0, DIGEST_BYTES).forEach((byte, i) => {
        digest[i] ^= byte;
      });
    }
    sync(this.articles);
    return {count, digest};
  }
}

function read(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

// Makes `value` the content of a file: all of it, or nothing changes.
function write(folder, name, value) {
  const beside = join(folder, `${name}.new`);
  const file = openSync(beside, 'w');
  try {
    // writeSync may take less than all of it.
    let rest = Buffer.from(JSON.stringify(value, null, 1));
    while (rest.length > 0) rest = rest.subarray(writeSync(file, rest));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, join(folder, name));
  sync(folder);
}

// Makes durable that files of `folder` came, went or were renamed.
function sync(folder) {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
