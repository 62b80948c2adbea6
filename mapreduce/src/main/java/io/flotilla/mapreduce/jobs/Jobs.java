package io.flotilla.mapreduce.jobs;

import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.api.Job;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Finds, makes and configures the job that a {@link JobSpec} names. */
public final class Jobs {
  private static final SortedMap<String, Supplier<Job<?, ?, ?, ?, ?, ?>>> BUILT_IN = new TreeMap<>(
      Map.of("wordcount", WordCount::new, "grep", Grep::new, "index", InvertedIndex::new, "sort", Sort::new));

  private Jobs() {}

  /**
   * A built-in job.
   *
   * @throws JobRefusedException there is none of that name, or a parameter is wrong
   */
  public static Job<?, ?, ?, ?, ?, ?> builtIn(JobSpec spec) throws JobRefusedException {
    Supplier<Job<?, ?, ?, ?, ?, ?>> maker = BUILT_IN.get(spec.job());
    if (maker == null) {
      throw invalid("there is no built-in job \"%s\": there are %s; a job of your own needs its jar"
          .formatted(spec.job(), String.join(", ", BUILT_IN.keySet())));
    }
    return configured(maker.get(), spec);
  }

  /**
   * A user's job. Runs the user's code, so not in a node.
   *
   * @param loader sees the jar
   * @throws JobRefusedException the class is missing, is no job or cannot be made, or a parameter is wrong
   */
  public static Job<?, ?, ?, ?, ?, ?> load(JobSpec spec, ClassLoader loader) throws JobRefusedException {
    Class<?> type = find(spec, loader);
    if (!Job.class.isAssignableFrom(type)) {
      throw invalid("class %s is no job: it does not implement %s".formatted(spec.job(), Job.class.getName()));
    }
    if (type.isInterface() || Modifier.isAbstract(type.getModifiers()) || !Modifier.isPublic(type.getModifiers())) {
      throw invalid("class %s has to be public and neither abstract nor an interface".formatted(spec.job()));
    }
    try {
      return configured((Job<?, ?, ?, ?, ?, ?>) type.getConstructor().newInstance(), spec);
    } catch (NoSuchMethodException e) {
      throw invalid("class %s has no public constructor without arguments".formatted(spec.job()));
    } catch (InvocationTargetException e) {
      throw invalid("the constructor of class %s fails: %s".formatted(spec.job(), e.getCause()));
    } catch (ReflectiveOperationException | LinkageError e) {
      throw invalid("class %s cannot be made: %s".formatted(spec.job(), e));
    }
  }

  private static Class<?> find(JobSpec spec, ClassLoader loader) throws JobRefusedException {
    try {
      return Class.forName(spec.job(), false, loader);
    } catch (ClassNotFoundException _) {
      throw invalid("class %s is not in %s".formatted(spec.job(), spec.jar().orElse("the class path")));
    } catch (LinkageError e) {
      throw invalid("class %s in %s does not load: %s".formatted(spec.job(), spec.jar().orElse("the class path"), e));
    }
  }

  private static Job<?, ?, ?, ?, ?, ?> configured(Job<?, ?, ?, ?, ?, ?> job, JobSpec spec) throws JobRefusedException {
    try {
      job.configure(spec.params());
    } catch (IllegalArgumentException e) {
      throw invalid("job %s: %s".formatted(spec.job(), e.getMessage()));
    } catch (RuntimeException | LinkageError e) {
      throw invalid("job %s fails on its parameters: %s".formatted(spec.job(), e));
    }
    return job;
  }

  private static JobRefusedException invalid(String message) {
    return new JobRefusedException(JobRefusedException.Reason.INVALID, message);
  }
}
