// gRPC from Node with grpc-js and nothing but what the house tells of itself: no .proto file, no generated code.
//
//     node client.mjs 127.0.0.1:5081          QUDAO_TOKEN: an access token or an API key
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';

const shape = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true };
const target = process.argv[2];
const plain = grpc.credentials.createInsecure();
const metadata = new grpc.Metadata();
metadata.set('authorization', `Bearer ${process.env.QUDAO_TOKEN}`);
metadata.set('accept-language', 'en');

// By what the house tells all the rest: the standard reflection service.
const reflection = protobuf.parse(`
  syntax = "proto3";
  package grpc.reflection.v1;
  service ServerReflection { rpc ServerReflectionInfo(stream ServerReflectionRequest) returns (stream ServerReflectionResponse); }
  message ServerReflectionRequest { oneof message_request { string file_containing_symbol = 4; string list_services = 7; } }
  message ServerReflectionResponse { FileDescriptorResponse file_descriptor_response = 4; ListServiceResponse list_services_response = 6; }
  message FileDescriptorResponse { repeated bytes file_descriptor_proto = 1; }
  message ListServiceResponse { repeated ServiceResponse service = 1; }
  message ServiceResponse { string name = 1; }`, { keepCase: true }).root;

// What a failure carries in the trailer grpc-status-details-bin.
const rpc = protobuf.parse(`
  syntax = "proto3";
  package google.rpc;
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; }
  message BadRequest { message FieldViolation { string field = 1; string description = 2; string reason = 3; } repeated FieldViolation field_violations = 1; }`, { keepCase: true }).root;

async function reflect() {
  const { ServerReflection } = grpc.loadPackageDefinition(protoLoader.fromJSON(reflection.toJSON(), shape)).grpc.reflection.v1;
  const client = new ServerReflection(target, plain);
  const call = client.ServerReflectionInfo(metadata);
  const answers = call[Symbol.asyncIterator]();
  const ask = async (question) => {
    call.write(question);
    return (await answers.next()).value;
  };
  const services = (await ask({ list_services: '*' })).list_services_response.service.map((service) => service.name);
  const files = new Map();
  for (const name of services) {
    for (const file of (await ask({ file_containing_symbol: name })).file_descriptor_response.file_descriptor_proto) files.set(file.toString('base64'), file);
  }
  call.end();
  client.close();
  const set = protobuf.Writer.create();
  for (const file of files.values()) set.uint32(10).bytes(file); // FileDescriptorSet: field 1, as often as there are files.
  return { services, house: grpc.loadPackageDefinition(protoLoader.loadFileDescriptorSetFromBuffer(Buffer.from(set.finish()), shape)) };
}

function unary(Service, method, request) {
  const client = new Service(target, plain);
  return new Promise((resolve, reject) => {
    client[method](request, metadata, { deadline: Date.now() + 20_000 }, (error, answer) => {
      client.close();
      if (error) reject(error);
      else resolve(answer);
    });
  });
}

async function stream(Service, method, request) {
  const client = new Service(target, plain);
  const all = [];
  for await (const each of client[method](request, metadata, { deadline: Date.now() + 20_000 })) all.push(each);
  client.close();
  return all;
}

function details(error) {
  const status = rpc.lookupType('google.rpc.Status').decode(error.metadata.get('grpc-status-details-bin')[0]);
  const find = (name) => {
    const type = rpc.lookupType(name);
    return type.decode(status.details.find((detail) => detail.type_url.endsWith(`/${name}`)).value);
  };
  const violations = find('google.rpc.BadRequest').field_violations.map(({ field, reason, description }) => ({ field, reason, description }));
  return { code: status.code, reason: find('google.rpc.ErrorInfo').reason, violations };
}

const { services, house } = await reflect();
const { dealer, reporting, gateway } = house.qudao;
const { status } = await unary(house.grpc.health.v1.Health, 'Check', {});
const { partners } = await unary(dealer.v1.PartnerService, 'ListPartners', { page_size: 100 });
const events = await stream(gateway.v1.EventService, 'StreamEvents', { types: ['qudao.dealer.partner-changed'], seconds: 1 });
const figures = await stream(reporting.v1.DashboardService, 'WatchNetworkFigures', { seconds: 1 });
const refused = await unary(reporting.v1.DailySalesService, 'ReportDailySales', { lines: [{ partner: 'partners/nobody', day: 'yesterday', product_code: '', quantity: -1 }] })
  .then(() => { throw new Error('Bad lines were taken.'); }, details);
console.log(JSON.stringify({
  services: services.sort(),
  health: status,
  partners: partners.map((partner) => partner.display_name),
  events: events.filter((each) => each.event).map((each) => each.event.id),
  figures: figures.length > 0,
  refused,
}));
