package io.flotilla.kv;

/** Bounds that are part of the outside contract; those that an operator may move are in the configuration. */
public final class KvLimits {
  public static final int MIN_KEY_BYTES = 1;
  public static final int MAX_KEY_BYTES = 4096;
  public static final int MAX_SCAN_ITEMS = 10_000;
  public static final int DEFAULT_SCAN_ITEMS = 100;
  public static final int MAX_BATCH_WRITES = 1_000;
  /** Of keys and values in one page of a scan; one bigger item still comes, alone. Pages travel as one message. */
  public static final int MAX_PAGE_BYTES = 1024 * 1024;

  private KvLimits() {}
}
