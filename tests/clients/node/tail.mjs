// Follows the changes and prints one line of JSON for each message.
//
//     npm ci
//     node tail.mjs [TOKEN] [--until SEQUENCE]
//
// TOKEN is a `resume_token` printed before; without one it begins with the
// first change. The server is COURANT_ADDRESS, 127.0.0.1:7400 by default. The
// contract is read from proto/ when this starts; nothing is generated.
//
// Exit status: 0 the change --until was reached; 1 a gap, an error of the call
// (also when the server stops: go on from the last token), or wrong usage.
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import {parseArgs} from 'node:util';

const {values, positionals: [token]} = parseArgs(
    {allowPositionals: true, options: {until: {type: 'string'}}});
const {courant} = grpc.loadPackageDefinition(protoLoader.loadSync(
    'courant/v1/change_service.proto',
    {includeDirs: [new URL('../../../proto', import.meta.url).pathname],
     defaults: true, enums: String, keepCase: true, longs: Number,
     oneofs: true}));
const client = new courant.v1.ChangeService(
    process.env.COURANT_ADDRESS ?? '127.0.0.1:7400',
    grpc.credentials.createInsecure());

let position;  // the last change that we know about
const stream = client.SubscribeChanges({
  ...(token ? {resume_token: token} : {start_from: 'EARLIEST_RETAINED'}),
  end_sequence: Number(values.until ?? 0),
});
stream.on('data', (message) => {
  const said = message[message.event];
  position ??= said.resume_after_sequence;
  const after = said.after_sequence ?? position;
  if (after !== position) {
    console.error(`gap: at ${position}, the next message is after ${after}`);
    process.exit(1);
  }
  position = said.sequence ?? position;
  console.log(JSON.stringify({
    event: message.event, after, sequence: position,
    changes: said.changes?.map(
        ({sequence, kind, resource}) => ({sequence, kind, resource})) ?? [],
    resume_token: said.resume_token,
  }));
});
stream.on('error', (error) => {
  console.error(`${grpc.status[error.code]}: ${error.details}`);
  process.exit(1);
});
stream.on('end', () => client.close());
