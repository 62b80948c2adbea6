package io.flotilla.kv.router;

import io.flotilla.kv.KvRequest;

/** Which group serves a request. All keys are one shard, and that is the first group's. */
final class ShardMap {
  private static final String FIRST_GROUP = "g1";

  private ShardMap() {}

  static String groupOf(KvRequest request) {
    return switch (request) {
      case KvRequest.KeyWrite _, KvRequest.Batch _, KvRequest.Get _, KvRequest.Scan _ -> FIRST_GROUP;
    };
  }
}
