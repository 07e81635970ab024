// The way to a Courant server: its contract, a channel, the calls of an outlet.
//
// Knows nothing of what is done with what comes; that is mirror.mjs and
// follow.mjs.

import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import {fstatSync, openSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import protobuf from 'protobufjs';

// The contract is read when this starts; nothing is generated.
const PROTO = fileURLToPath(new URL('../../proto', import.meta.url));
const {ChangeService, AccountService} = grpc.loadPackageDefinition(
    protoLoader.loadSync(
        ['courant/v1/change_service.proto', 'courant/v1/account_service.proto'],
        {includeDirs: [PROTO], enums: String, keepCase: true, longs: String,
         oneofs: true})).courant.v1;

// What a refusal says beside its text.
const details = new protobuf.Root();
details.resolvePath = (_, path) => join(PROTO, path);
details.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'],
                 {keepCase: true});
const decode = (type, bytes) =>
    details.lookupType(`google.rpc.${type}`).decode(bytes);

// The key, from a file or from COURANT_KEY; never from the command line, where
// everybody on the machine can read it.
export function readKey(path) {
  if (!path) {
    const key = process.env.COURANT_KEY?.trim();
    if (!key) throw new Error('no key: give --key-file, or set COURANT_KEY');
    return key;
  }
  const file = openSync(path);
  if (fstatSync(file).mode & 0o077) {
    throw new Error(`${path} can be read by others: chmod 600 ${path}`);
  }
  return readFileSync(file, 'ascii').trim();
}

function isLoopback(address) {
  const host = address.slice(0, address.lastIndexOf(':'));
  return ['localhost', '[::1]'].includes(host) || host.startsWith('127.');
}

function credentials(address, caFile) {
  if (caFile) return grpc.credentials.createSsl(readFileSync(caFile));
  if (isLoopback(address)) return grpc.credentials.createInsecure();
  throw new Error(`without TLS anybody between here and ${address} could ` +
                  'read the key: give --ca');
}

// An open channel, and the key that goes with every call; and, if our calls are
// a part of work that is traced, its `traceparent`.
export class Wire {
  constructor(address, key, caFile, traceparent) {
    this.metadata = new grpc.Metadata();
    this.metadata.set('authorization', `Bearer ${key}`);
    if (traceparent) this.metadata.set('traceparent', traceparent);
    const options = {
      // An article may be as large as the house allows.
      'grpc.max_receive_message_length': 64 << 20,
      // A stream can be quiet for long; a dead server is found in 40 s.
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
    };
    this.changes =
        new ChangeService(address, credentials(address, caFile), options);
    // On the same connection.
    this.account = new AccountService(
        address, null, {channelOverride: this.changes.getChannel()});
  }

  close() {
    this.changes.close();
  }

  // The stream of changes: for await (const message of wire.follow(...)).
  follow(start) {
    return this.changes.SubscribeChanges(start, this.metadata);
  }

  // Tells the house what became of a notice. Durable when it resolves.
  acknowledge(name, state, said = {}) {
    const deadline = new Date(Date.now() + 30_000);
    return new Promise((resolve, reject) => {
      this.account.AcknowledgeNotice(
          {name, state, ...said}, this.metadata, {deadline},
          (error, notice) => error ? reject(error) : resolve(notice));
    });
  }
}

// {code, reason, wait, trace} of a refusal: the name of its status, the reason of
// courant/v1/error.proto, which says of each what a client can do, how many
// milliseconds the house asks us to wait, and by what it finds the call in its
// logs.
export function readError(error) {
  const said = {code: grpc.status[error.code], reason: '', wait: 0, trace: ''};
  for (const value of error.metadata?.get('grpc-status-details-bin') ?? []) {
    for (const detail of decode('Status', value).details) {
      const type = detail.type_url.split('.').at(-1);
      if (type === 'ErrorInfo') {
        said.reason = decode(type, detail.value).reason;
      } else if (type === 'RetryInfo') {
        said.wait = milliseconds(decode(type, detail.value).retry_delay);
      } else if (type === 'RequestInfo') {
        said.trace = decode(type, detail.value).request_id;
      }
    }
  }
  return said;
}

// Of a google.protobuf.Duration.
export function milliseconds(duration) {
  return Number(duration?.seconds ?? 0) * 1e3 + (duration?.nanos ?? 0) / 1e6;
}
