"""gRPC from Python with grpcio and nothing but what the house tells of itself: no .proto file, no generated code.

    python3 client.py 127.0.0.1:5081          QUDAO_TOKEN: an access token or an API key
"""
import json
import os
import sys

import grpc
from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory, text_format

METADATA = (("authorization", "Bearer " + os.environ["QUDAO_TOKEN"]), ("accept-language", "en"))
SECONDS = 20

# By what the house tells all the rest: the standard reflection service.
REFLECTION = """
name: "reflection" package: "grpc.reflection.v1" syntax: "proto3"
message_type { name: "ServerReflectionRequest"
  field { name: "file_containing_symbol" number: 4 type: TYPE_STRING label: LABEL_OPTIONAL oneof_index: 0 }
  field { name: "list_services" number: 7 type: TYPE_STRING label: LABEL_OPTIONAL oneof_index: 0 }
  oneof_decl { name: "message_request" } }
message_type { name: "ServerReflectionResponse"
  field { name: "file_descriptor_response" number: 4 type: TYPE_MESSAGE type_name: "FileDescriptorResponse" label: LABEL_OPTIONAL }
  field { name: "list_services_response" number: 6 type: TYPE_MESSAGE type_name: "ListServiceResponse" label: LABEL_OPTIONAL } }
message_type { name: "FileDescriptorResponse" field { name: "file_descriptor_proto" number: 1 type: TYPE_BYTES label: LABEL_REPEATED } }
message_type { name: "ListServiceResponse" field { name: "service" number: 1 type: TYPE_MESSAGE type_name: "ServiceResponse" label: LABEL_REPEATED } }
message_type { name: "ServiceResponse" field { name: "name" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL } }
"""

# What a failure carries in the trailer grpc-status-details-bin.
STATUS = """
name: "google/rpc/status.proto" package: "google.rpc" syntax: "proto3" dependency: "google/protobuf/any.proto"
message_type { name: "Status"
  field { name: "code" number: 1 type: TYPE_INT32 label: LABEL_OPTIONAL }
  field { name: "details" number: 3 type: TYPE_MESSAGE type_name: ".google.protobuf.Any" label: LABEL_REPEATED } }
message_type { name: "ErrorInfo" field { name: "reason" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL } }
message_type { name: "BadRequest"
  field { name: "field_violations" number: 1 type: TYPE_MESSAGE type_name: "FieldViolation" label: LABEL_REPEATED }
  nested_type { name: "FieldViolation"
    field { name: "field" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "description" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "reason" number: 3 type: TYPE_STRING label: LABEL_OPTIONAL } } }
"""


class Types:
    """Message classes made from descriptors."""

    def __init__(self, *files):
        self.pool = descriptor_pool.DescriptorPool()
        for file in files:
            self.pool.Add(file)

    def of(self, descriptor):
        if hasattr(message_factory, "GetMessageClass"):
            return message_factory.GetMessageClass(descriptor)
        return message_factory.MessageFactory(self.pool).GetPrototype(descriptor)

    def named(self, name):
        return self.of(self.pool.FindMessageTypeByName(name))


def described(text):
    return text_format.Parse(text, descriptor_pb2.FileDescriptorProto())


def reflect(channel):
    """The names of all services, and the types of everything they speak of."""
    types = Types(described(REFLECTION))
    question, answer = (types.named(f"grpc.reflection.v1.ServerReflection{each}") for each in ("Request", "Response"))
    call = channel.stream_stream("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", question.SerializeToString, answer.FromString)
    services = [each.name for each in next(call(iter([question(list_services="*")]), SECONDS, METADATA)).list_services_response.service]
    files = {}
    for told in call(iter([question(file_containing_symbol=name) for name in services]), SECONDS, METADATA):
        for content in told.file_descriptor_response.file_descriptor_proto:
            file = descriptor_pb2.FileDescriptorProto.FromString(content)
            files[file.name] = file
    return services, Types(*in_order(files))


def in_order(files):
    """What a file imports comes before it."""
    done = []

    def add(file):
        for name in file.dependency:
            add(files[name])
        if file not in done:
            done.append(file)

    for file in files.values():
        add(file)
    return done


class House:
    def __init__(self, channel, types):
        self.channel, self.types = channel, types

    def call(self, service, method, **fields):
        """A unary call's answer, or the list of a stream's."""
        described_as = self.types.pool.FindServiceByName(service).FindMethodByName(method)
        question, answer = self.types.of(described_as.input_type), self.types.of(described_as.output_type)
        proto = descriptor_pb2.MethodDescriptorProto()
        described_as.CopyToProto(proto)
        kind = self.channel.unary_stream if proto.server_streaming else self.channel.unary_unary
        result = kind(f"/{service}/{method}", question.SerializeToString, answer.FromString)(question(**fields), SECONDS, METADATA)
        return list(result) if proto.server_streaming else result


def details(error):
    any_file = descriptor_pb2.FileDescriptorProto()
    any_pb2.DESCRIPTOR.CopyToProto(any_file)
    types = Types(any_file, described(STATUS))
    trailers = dict(error.trailing_metadata())
    status = types.named("google.rpc.Status").FromString(trailers["grpc-status-details-bin"])
    found = {detail.type_url.split("/")[-1]: detail.value for detail in status.details}
    bad = types.named("google.rpc.BadRequest").FromString(found["google.rpc.BadRequest"])
    return {
        "code": status.code,
        "reason": types.named("google.rpc.ErrorInfo").FromString(found["google.rpc.ErrorInfo"]).reason,
        "violations": [{"field": each.field, "reason": each.reason, "description": each.description} for each in bad.field_violations],
    }


def refused(house):
    line = {"partner": "partners/nobody", "day": "yesterday", "product_code": "", "quantity": -1}
    try:
        house.call("qudao.reporting.v1.DailySalesService", "ReportDailySales", lines=[line])
    except grpc.RpcError as error:
        return details(error)
    raise AssertionError("Bad lines were taken.")


def main(target):
    with grpc.insecure_channel(target) as channel:
        services, types = reflect(channel)
        house = House(channel, types)
        health = house.call("grpc.health.v1.Health", "Check")
        partners = house.call("qudao.dealer.v1.PartnerService", "ListPartners", page_size=100).partners
        events = house.call("qudao.gateway.v1.EventService", "StreamEvents", types=["qudao.dealer.partner-changed"], seconds=1)
        figures = house.call("qudao.reporting.v1.DashboardService", "WatchNetworkFigures", seconds=1)
        print(json.dumps({
            "services": sorted(services),
            "health": type(health).DESCRIPTOR.fields_by_name["status"].enum_type.values_by_number[health.status].name,
            "partners": [partner.display_name for partner in partners],
            "events": [each.event.id for each in events if each.HasField("event")],
            "figures": len(figures) > 0,
            "refused": refused(house),
        }))


if __name__ == "__main__":
    main(*sys.argv[1:])
