package io.flotilla.http;

/**
 * A request that is not carried out: takes its {@link Problem} from wherever in the parsing it was found to the one place that
 * answers. Stackless, because a flood of bad requests is an expected outcome and not a bug.
 */
final class RefusedException extends RuntimeException {
  private final transient Problem problem;

  RefusedException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
