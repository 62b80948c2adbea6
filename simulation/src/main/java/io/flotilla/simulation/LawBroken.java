package io.flotilla.simulation;

/** A law did not hold: what a simulation is there to find. */
public final class LawBroken extends AssertionError {
  private static final long serialVersionUID = 1;

  private final String law;

  public LawBroken(String law, String how) {
    super(law + ": " + how);
    this.law = law;
  }

  public LawBroken(String law, AssertionError how) {
    super(how.getMessage(), how);
    this.law = law;
  }

  /** Its name, as the paper has it where it has one. */
  public String law() {
    return law;
  }

  /** Requires something of a run. */
  public static void require(boolean holds, String law, String format, Object... values) {
    if (!holds) {
      throw new LawBroken(law, format.formatted(values));
    }
  }
}
