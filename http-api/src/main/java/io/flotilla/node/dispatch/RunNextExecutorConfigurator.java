package io.flotilla.node.dispatch;

import com.typesafe.config.Config;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.MonitorableThreadFactory;
import org.apache.pekko.dispatch.ThreadPoolConfig;

/**
 * Gives a dispatcher a {@link RunNextExecutor}: named as its {@code executor}, with the number of threads under
 * {@code run-next-executor} by the same three keys as Pekko's fork-join executor. Made by Pekko, hence public.
 */
public final class RunNextExecutorConfigurator extends ExecutorServiceConfigurator {
  private final int threads;

  /** As Pekko calls it, with the dispatcher's configuration. */
  public RunNextExecutorConfigurator(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
    Config own = config.getConfig("run-next-executor");
    threads = ThreadPoolConfig.scaledPoolSize(own.getInt("parallelism-min"), own.getDouble("parallelism-factor"),
        own.getInt("parallelism-max"));
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threadFactory) {
    ThreadFactory named = threadFactory instanceof MonitorableThreadFactory factory
        ? factory.withName(factory.name() + "-" + id) : threadFactory;
    return () -> (ExecutorService) new RunNextExecutor(threads, RunNextExecutor.LOOKOUT, named);
  }
}
