package io.flotilla.simulation.kernel;

import com.typesafe.config.Config;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;

/**
 * The executor of every dispatcher: has no thread, and leaves the work in the {@link RunQueue} of its actor system. Work on the
 * dispatcher for what blocks gets there some time later: blocking takes time, and meanwhile other things happen.
 */
public final class VirtualExecutor extends ExecutorServiceConfigurator {
  private final VirtualScheduler scheduler;
  private final boolean takesTime;

  /** Made by Pekko, once for each dispatcher. */
  public VirtualExecutor(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
    scheduler = (VirtualScheduler) prerequisites.scheduler();
    takesTime = config.getBoolean("takes-time");
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threadFactory) {
    return () -> (ExecutorService) new Service(takesTime ? scheduler::runBlocking : scheduler.queue()::add);
  }

  private static final class Service extends AbstractExecutorService {
    private final Executor work;

    Service(Executor work) {
      this.work = work;
    }

    @Override
    public void execute(Runnable task) {
      work.execute(task);
    }

    // A dispatcher that is shut down for want of work is used again all the same.

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
