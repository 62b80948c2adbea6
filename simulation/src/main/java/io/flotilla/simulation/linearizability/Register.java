package io.flotilla.simulation.linearizability;

/**
 * One key of the store, asked one thing at a time: the specification.
 *
 * @param version how often it was changed since it was created; 0: it is absent
 * @param value empty while absent
 */
public record Register(long version, String value) {
  public static final Register ABSENT = new Register(0, "");

  /** The register after the call. */
  public Register after(Call call) {
    return switch (call) {
      case Call.Put put -> new Register(version + 1, put.value());
      case Call.Get _ -> this;
      case Call.Append append -> new Register(version + 1, value + append.suffix());
      case Call.Delete _ -> ABSENT;
      case Call.Cas cas -> cas.version() == version ? new Register(version + 1, cas.value()) : this;
    };
  }

  /** What the call answers. */
  public Outcome.Answered answer(Call call) {
    return switch (call) {
      case Call.Put _, Call.Append _ -> new Outcome.Written(version + 1);
      case Call.Get _ -> version == 0 ? new Outcome.Absent() : new Outcome.Found(value, version);
      case Call.Delete _ -> new Outcome.Deleted(version > 0);
      case Call.Cas cas -> cas.version() == version ? new Outcome.Written(version + 1) : new Outcome.VersionDiffers(version);
    };
  }

  /** Whether a client could have learnt that of the call, had it come now. */
  public boolean allows(Call call, Outcome outcome) {
    return outcome instanceof Outcome.Unknown || outcome.equals(answer(call));
  }
}
