// The contract as @grpc/proto-loader makes it of protos/, and what a client of it needs in Node.
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';

const protos = fileURLToPath(new URL('../../../protos', import.meta.url));
const files = ['article', 'publishing', 'stream', 'subscription', 'server'].map(name => `syndication/v1/${name}_service.proto`);
const loaded = protoLoader.loadSync(files, { includeDirs: [protos], enums: String, longs: String, defaults: true, oneofs: true });

export const { v1 } = grpc.loadPackageDefinition(loaded).syndication;

const details = new protobuf.Root();
details.resolvePath = (_, target) => target.startsWith('google/protobuf/') ? target : `${protos}/${target}`;
details.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto']);

// The key goes with every call. (Call credentials would need TLS.)
const withKey = (options, next) => new grpc.InterceptingCall(next(options), {
  start(metadata, listener, start) {
    metadata.set('authorization', `Bearer ${process.env.SYNDICATION_KEY}`);
    start(metadata, listener);
  },
});

export function connect(Service, target, options = {}) {
  return new Service(target, grpc.credentials.createInsecure(), { ...options, interceptors: [withKey] });
}

// A unary call as a promise.
export function call(client, method, request) {
  return new Promise((resolve, reject) =>
    client[method](request, { deadline: Date.now() + 30_000 }, (error, answer) => error ? reject(error) : resolve(answer)));
}

// The typed error behind an error of grpc-js: what its google.rpc.Status says, as { code, reason, metadata, fields }.
export function typed(error) {
  const [raw] = error.metadata.get('grpc-status-details-bin');
  if (!raw) {
    throw new Error(`the error carries no google.rpc.Status: ${error.message}`);
  }

  const status = details.lookupType('google.rpc.Status').decode(raw);
  const found = { code: status.code, fields: [] };
  for (const any of status.details) {
    const type = any.type_url.split('/').pop();
    const detail = details.lookupType(type).decode(any.value);
    if (type === 'google.rpc.ErrorInfo') {
      Object.assign(found, { reason: detail.reason, domain: detail.domain, metadata: detail.metadata });
    } else if (type === 'google.rpc.BadRequest') {
      found.fields = detail.fieldViolations.map(violation => violation.field);
    }
  }
  return found;
}
