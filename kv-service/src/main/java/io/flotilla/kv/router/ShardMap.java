package io.flotilla.kv.router;

import io.flotilla.kv.KvRequest;

/** Which group serves a request. All keys are one shard, and that is the first group's. */
public final class ShardMap {
  private static final String FIRST_GROUP = "g1";

  private ShardMap() {}

  static String groupOf(KvRequest request) {
    return switch (request) {
      case KvRequest.KeyWrite _, KvRequest.Batch _, KvRequest.Get _, KvRequest.Scan _ -> FIRST_GROUP;
    };
  }

  /** How many shards a group serves. */
  public static int shardsOf(String groupId) {
    return groupId.equals(FIRST_GROUP) ? 1 : 0;
  }
}
